// SPDX-License-Identifier: AGPL-3.0-or-later

package problem

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"strconv"
	"strings"

	"github.com/noria-mlc/noria/ledger/db"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/web/locale"
)

// Document is a problem document.
type Document struct {
	Type       string  `json:"type" doc:"Page that explains the code"`
	Title      string  `json:"title" doc:"What happened, in the caller's language"`
	Status     int     `json:"status"`
	Detail     string  `json:"detail,omitempty" doc:"What to do now, in the caller's language"`
	Code       string  `json:"code" doc:"Name of the rule that refused; stable"`
	TraceID    string  `json:"trace_id" doc:"To be quoted when asking for help"`
	MoneyMoved string  `json:"money_moved" enum:"no,yes,unknown"`
	Errors     []Field `json:"errors,omitempty" doc:"Every wrong place"`

	retryAfter int // seconds; 0 for none
}

// Field is one wrong place of the input.
type Field struct {
	Pointer string `json:"pointer" doc:"JSON pointer into the body, or query/…, path/…, header/…"`
	Code    string `json:"code"`
	Detail  string `json:"detail"`
}

// Error writes the code.
func (d *Document) Error() string { return d.Code }

// GetStatus returns the HTTP status.
func (d *Document) GetStatus() int { return d.Status }

// ContentType replaces the type of an ordinary answer.
func (d *Document) ContentType(string) string { return "application/problem+json" }

// status says which HTTP status a kind of refusal has.
func status(k fault.Kind) int {
	switch k {
	case fault.Malformed:
		return http.StatusBadRequest
	case fault.Invalid:
		return http.StatusUnprocessableEntity
	case fault.Unauthenticated:
		return http.StatusUnauthorized
	case fault.Forbidden:
		return http.StatusForbidden
	case fault.Missing:
		return http.StatusNotFound
	case fault.Refused:
		return http.StatusConflict
	case fault.Limited:
		return http.StatusTooManyRequests
	case fault.Unavailable:
		return http.StatusServiceUnavailable
	}
	return http.StatusInternalServerError
}

// Of makes the document of an error. A right that is missing and a limit that was
// met are logged, so that whoever tries doors is seen. An error that is no fault is logged with
// the trace id and answered as "internal"; whether money moved is then unknown
// for anything but a read. Where the database's server went away while it was
// read, before a command or after it, that is said, so that the caller comes
// again.
func Of(ctx context.Context, log *slog.Logger, err error) *Document {
	c := callOf(ctx)
	f := fault.As(err)
	if f == nil && db.Lost(err) {
		log.WarnContext(ctx, "the database went away during a request", "trace", c.trace, "method", c.method, "route", c.path, "error", err)
		if f = db.ErrUnreachable; c.method != http.MethodGet && c.method != http.MethodHead {
			f = f.InDoubt()
		}
	}
	if f == nil {
		log.ErrorContext(ctx, "request failed", "trace", c.trace, "method", c.method, "route", c.path, "error", err)
		d := c.document(http.StatusInternalServerError, "internal")
		if c.method != http.MethodGet && c.method != http.MethodHead {
			d.MoneyMoved = "unknown"
		}
		return d
	}
	d := c.document(status(f.Kind), string(f.Code))
	if f.Kind == fault.Forbidden || f.Kind == fault.Limited { // ASVS 16.3.2, 16.3.3
		log.InfoContext(ctx, "refused", "trace", c.trace, "method", c.method, "route", c.path, "code", string(f.Code))
	}
	if f.Unknown {
		d.MoneyMoved = "unknown"
	}
	if f.RetryAfter > 0 {
		d.retryAfter = max(1, int(f.RetryAfter.Seconds()))
	}
	for _, field := range f.Fields {
		d.Errors = append(d.Errors, Field{Pointer: field.Pointer, Code: string(field.Code), Detail: field.Detail})
	}
	return d
}

// Plain makes the document of a refusal that the server itself makes: a code
// and its status.
func Plain(ctx context.Context, status int, code string) *Document {
	return callOf(ctx).document(status, code)
}

func (c call) document(status int, code string) *Document {
	title, advice, _ := locale.Problem(code, c.language)
	return &Document{Type: "/problemes/" + code, Title: title, Detail: advice, Status: status, Code: code,
		TraceID: c.trace, MoneyMoved: "no"}
}

// Headers sets what goes with the document besides its body.
func (d *Document) Headers(h http.Header) {
	if d.retryAfter > 0 {
		h.Set("Retry-After", strconv.Itoa(d.retryAfter))
	}
	if d.Status == http.StatusUnauthorized {
		h.Set("WWW-Authenticate", `Bearer realm="noria"`)
	}
}

// Write answers with the document.
func (d *Document) Write(w http.ResponseWriter) {
	h := w.Header()
	d.Headers(h)
	h.Set("Content-Type", "application/problem+json")
	h.Set("Cache-Control", "no-store")
	w.WriteHeader(d.Status)
	body, err := json.Marshal(d)
	if err != nil {
		return
	}
	w.Write(append(body, '\n'))
}

// Language picks the language of an answer: English where the caller prefers
// it, French otherwise.
func Language(accept string) string {
	for part := range strings.SplitSeq(strings.ToLower(accept), ",") {
		tag, _, _ := strings.Cut(strings.TrimSpace(part), ";")
		switch {
		case tag == "en" || strings.HasPrefix(tag, "en-"):
			return "en"
		case tag == "fr" || strings.HasPrefix(tag, "fr-"):
			return "fr"
		}
	}
	return "fr"
}
