// SPDX-License-Identifier: AGPL-3.0-or-later

package web_test

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/noria-mlc/noria/web/page"
)

// call is a request as somebody makes it. A POST under /v1 has a fresh
// idempotency key unless it has one already; "-" is none.
type call struct {
	as, method, path, body, key string
	header                      map[string]string
	host                        string // of the request; that of the server where empty
}

// answer is what the server said.
type answer struct {
	status int
	header http.Header
	body   string
}

// do makes a request. Whatever the answer, it must carry what every answer of
// the service carries.
func (w *world) do(c call) answer {
	w.Helper()
	a := w.raw(c)
	w.lawful(c, a)
	return a
}

// raw makes a request and looks at nothing.
func (w *world) raw(c call) answer {
	w.Helper()
	r, err := http.NewRequestWithContext(w.Context(), c.method, w.server.URL+w.say(c.path), strings.NewReader(w.say(c.body)))
	must(w, err)
	if c.as != "" {
		token, ok := w.tokens[c.as]
		if !ok {
			w.Fatalf("%s has no token", c.as)
		}
		r.Header.Set("Authorization", "Bearer "+token)
	}
	if c.body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	if c.method == http.MethodPost && strings.HasPrefix(c.path, "/v1/") && c.key == "" {
		c.key = w.key()
	}
	if c.key != "" && c.key != "-" {
		r.Header.Set("Idempotency-Key", c.key)
	}
	r.Host = cmp.Or(c.host, r.Host)
	for name, value := range c.header {
		r.Header.Set(name, value)
	}
	response, err := w.client.Do(r)
	must(w, err)
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	must(w, err)
	return answer{response.StatusCode, response.Header, string(body)}
}

// lawful checks what holds for every answer: the headers that protect it, its
// trace, and the form of a refusal.
func (w *world) lawful(c call, a answer) {
	w.Helper()
	policy, opener := page.ContentSecurityPolicy, "same-origin"
	if strings.HasPrefix(c.path, "/v1/") {
		policy, opener = "default-src 'none'; frame-ancestors 'none'", "" // of documents only (ASVS 3.4.8)
	}
	for name, want := range map[string]string{
		"Content-Security-Policy": policy, "X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin",
		"Cross-Origin-Opener-Policy": opener, "Cross-Origin-Resource-Policy": "same-origin",
	} {
		if got := a.header.Get(name); got != want {
			w.Errorf("%s %s: %s is %q, want %q", c.method, c.path, name, got, want)
		}
	}
	trace := a.header.Get("X-Trace-Id")
	if len(trace) != 16 {
		w.Errorf("%s %s: trace %q", c.method, c.path, trace)
	}
	if a.status < 400 || !strings.HasPrefix(c.path, "/v1") || c.method == http.MethodHead {
		return
	}
	d := a.problem(w)
	if a.header.Get("Content-Type") != "application/problem+json" || d.Status != a.status || d.TraceID != trace || d.Title == "" ||
		d.Detail == "" || d.Type != "/problemes/"+d.Code || a.header.Get("Cache-Control") != "no-store" {
		w.Errorf("%s %s: %d %v: %s", c.method, c.path, a.status, a.header, a.body)
	}
	if d.MoneyMoved != "no" || a.status == http.StatusInternalServerError {
		w.Errorf("%s %s: money moved: %s", c.method, c.path, a.body)
	}
	if a.status == http.StatusUnauthorized && a.header.Get("WWW-Authenticate") == "" {
		w.Errorf("%s %s: 401 without WWW-Authenticate", c.method, c.path)
	}
}

func (w *world) get(as, path string) answer {
	w.Helper()
	return w.do(call{as: as, method: http.MethodGet, path: path})
}

func (w *world) post(as, path, body string) answer {
	w.Helper()
	return w.do(call{as: as, method: http.MethodPost, path: path, body: body})
}

// made posts what must be made.
func (w *world) made(as, path, body string) answer {
	w.Helper()
	a := w.post(as, path, body)
	if a.status != http.StatusCreated {
		w.Fatalf("POST %s as %s: %d %s", path, as, a.status, a.body)
	}
	return a
}

// shown reads what must be there.
func (w *world) shown(as, path string) answer {
	w.Helper()
	a := w.get(as, path)
	if a.status != http.StatusOK {
		w.Fatalf("GET %s as %s: %d %s", path, as, a.status, a.body)
	}
	return a
}

// refused makes a call that must be refused with a status and a code.
func (w *world) refused(c call, status int, code string) document {
	w.Helper()
	a := w.do(c)
	d := a.problem(w)
	if a.status != status || d.Code != code {
		w.Errorf("%s %s as %s %s: %d %s, want %d %s", c.method, c.path, c.as, c.body, a.status, a.body, status, code)
	}
	return d
}

// document is a problem document as a program reads it.
type document struct {
	Type       string `json:"type"`
	Title      string `json:"title"`
	Status     int    `json:"status"`
	Detail     string `json:"detail"`
	Code       string `json:"code"`
	TraceID    string `json:"trace_id"`
	MoneyMoved string `json:"money_moved"`
	Errors     []struct {
		Pointer string `json:"pointer"`
		Code    string `json:"code"`
		Detail  string `json:"detail"`
	} `json:"errors"`
}

// points says whether a document names a wrong place.
func (d document) points(pointer string) bool {
	for _, e := range d.Errors {
		if e.Pointer == pointer && e.Detail != "" && e.Code != "" {
			return true
		}
	}
	return false
}

func (a answer) problem(w *world) document {
	w.Helper()
	var d document
	if err := json.Unmarshal([]byte(a.body), &d); err != nil {
		w.Fatalf("%d %q is no problem document: %v", a.status, a.body, err)
	}
	return d
}

// at returns what an answer has at a path of names and numbers, or nil.
func (a answer) at(path ...any) any {
	var v any
	if json.Unmarshal([]byte(a.body), &v) != nil {
		return nil
	}
	for _, step := range path {
		switch s := step.(type) {
		case string:
			m, _ := v.(map[string]any)
			v = m[s]
		case int:
			list, _ := v.([]any)
			if s >= len(list) {
				return nil
			}
			v = list[s]
		}
	}
	return v
}

// text is at, as it is written.
func (a answer) text(path ...any) string { return fmt.Sprint(a.at(path...)) }

// keep remembers the texts of an answer: its id as ${name}, the others as
// ${name.field}.
func (w *world) keep(name string, a answer) answer {
	w.Helper()
	fields, ok := a.at().(map[string]any)
	if !ok {
		w.Fatalf("%s: %s", name, a.body)
	}
	for field, value := range fields {
		if text, ok := value.(string); ok {
			w.known[name+"."+field] = text
		}
	}
	w.known[name] = a.text("id")
	return a
}

// is checks texts of an answer, given as "field", "value" pairs.
func (w *world) is(a answer, pairs ...string) {
	w.Helper()
	for i := 0; i < len(pairs); i += 2 {
		var path []any
		for step := range strings.SplitSeq(pairs[i], ".") {
			path = append(path, step)
		}
		if got, want := a.text(path...), w.say(pairs[i+1]); got != want {
			w.Errorf("%s is %q, want %q, in %s", pairs[i], got, want, a.body)
		}
	}
}

// has checks that an object has every field, given as one text.
func (w *world) has(what string, object any, fields string) {
	w.Helper()
	m, ok := object.(map[string]any)
	if !ok {
		w.Errorf("%s is no object: %v", what, object)
		return
	}
	for field := range strings.FieldsSeq(fields) {
		if _, ok := m[field]; !ok {
			w.Errorf("%s lacks %s: %v", what, field, m)
		}
	}
}
