// SPDX-License-Identifier: AGPL-3.0-or-later

package problem_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/web/problem"
)

// answer runs a request through Begin and writes the problem of err.
func answer(t *testing.T, method, language string, err error, log *bytes.Buffer) (*http.Response, problem.Document) {
	t.Helper()
	handler := problem.Begin(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		problem.Of(r.Context(), slog.New(slog.NewTextHandler(log, nil)), err).Write(w)
	}))
	w := httptest.NewRecorder()
	r := httptest.NewRequest(method, "/v1/payments", nil)
	r.Header.Set("Accept-Language", language)
	handler.ServeHTTP(w, r)
	var d problem.Document
	if err := json.Unmarshal(w.Body.Bytes(), &d); err != nil {
		t.Fatal(err)
	}
	return w.Result(), d
}

func TestKindsBecomeStatuses(t *testing.T) {
	for kind, want := range map[fault.Kind]int{
		fault.Malformed: 400, fault.Invalid: 422, fault.Unauthenticated: 401, fault.Forbidden: 403,
		fault.Missing: 404, fault.Refused: 409, fault.Limited: 429, fault.Unavailable: 503,
	} {
		f := fault.New(kind, "forbidden", "developer's words").At("/amount", "must be an amount").After(2 * time.Second)
		response, d := answer(t, http.MethodPost, "en", f, new(bytes.Buffer))
		if response.StatusCode != want || d.Status != want || d.MoneyMoved != "no" || len(d.Errors) != 1 || d.Errors[0].Pointer != "/amount" {
			t.Errorf("kind %d: %d, %+v; want %d", kind, response.StatusCode, d, want)
		}
		if got := response.Header.Get("Content-Type"); got != "application/problem+json" {
			t.Errorf("content type %q", got)
		}
		if response.Header.Get("Retry-After") != "2" || response.Header.Get("X-Trace-Id") != d.TraceID || len(d.TraceID) != 16 {
			t.Errorf("headers %v, trace %q", response.Header, d.TraceID)
		}
	}
}

func TestUnexpectedErrorsAreOpaque(t *testing.T) {
	var log bytes.Buffer
	response, d := answer(t, http.MethodPost, "fr", errors.New("SQL: secret table"), &log)
	if response.StatusCode != 500 || d.Code != "internal" || d.MoneyMoved != "unknown" {
		t.Errorf("%d, %+v", response.StatusCode, d)
	}
	if text, _ := json.Marshal(d); strings.Contains(string(text), "secret") || !strings.Contains(log.String(), d.TraceID) || !strings.Contains(log.String(), "secret") {
		t.Errorf("answer %s, log %s", text, log.String())
	}
	if _, d := answer(t, http.MethodGet, "fr", errors.New("x"), &log); d.MoneyMoved != "no" {
		t.Errorf("a read moved money: %+v", d)
	}
	lost := fault.New(fault.Unavailable, "closing", "")
	lost.Unknown = true
	if _, d := answer(t, http.MethodPost, "fr", lost, &log); d.MoneyMoved != "unknown" {
		t.Errorf("a lost commit answer: %+v", d)
	}
}

func TestLanguage(t *testing.T) {
	for accept, want := range map[string]string{"": "fr", "en": "en", "en-GB,en;q=0.9": "en", "fr-FR,fr;q=0.9,en;q=0.8": "fr", "de,en;q=0.5": "en", "eu": "fr", "*": "fr"} {
		if got := problem.Language(accept); got != want {
			t.Errorf("%q → %s, want %s", accept, got, want)
		}
	}
	_, fr := answer(t, "GET", "fr", fault.ErrMissing, new(bytes.Buffer))
	_, en := answer(t, "GET", "en", fault.ErrMissing, new(bytes.Buffer))
	if fr.Title == en.Title || fr.Title == "" {
		t.Errorf("titles %q and %q", fr.Title, en.Title)
	}
}

// TestADatabaseThatWentAwayIsUnavailable: an error of the engine that says so is
// no defect, and whoever wanted to change something asks again with the same key.
func TestADatabaseThatWentAwayIsUnavailable(t *testing.T) {
	for method, moved := range map[string]string{http.MethodGet: "no", http.MethodPost: "unknown"} {
		response, d := answer(t, method, "fr", fmt.Errorf("read a holder: %w", io.ErrUnexpectedEOF), new(bytes.Buffer))
		if response.StatusCode != 503 || d.Code != "database-unreachable" || d.MoneyMoved != moved || response.Header.Get("Retry-After") == "" {
			t.Errorf("%s: %d, %+v", method, response.StatusCode, d)
		}
	}
}
