// SPDX-License-Identifier: AGPL-3.0-or-later

package api

import (
	"errors"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/noria-mlc/noria/web/problem"
)

// refuse answers a request before its input is read.
func (r *routes) refuse(c huma.Context, err error) {
	d := problem.Of(c.Context(), r.Log, err)
	headers := http.Header{}
	d.Headers(headers)
	for name := range headers {
		c.SetHeader(name, headers.Get(name))
	}
	if err := huma.WriteErr(r.huma, c, d.Status, d.Code, d); err != nil {
		r.Log.Error("writing a refusal", "error", err)
	}
}

// newError turns what the framework finds wrong with the form of a request into
// a problem document. The offending values are dropped: one may be a secret.
func newError(ctx huma.Context, status int, _ string, errs ...error) huma.StatusError {
	if len(errs) == 1 {
		var d *problem.Document
		if errors.As(errs[0], &d) {
			return d
		}
	}
	d := problem.Plain(ctx.Context(), status, codeOf(status))
	for _, err := range errs {
		var detail *huma.ErrorDetail
		if errors.As(err, &detail) {
			d.Errors = append(d.Errors, problem.Field{Pointer: pointer(detail), Code: d.Code, Detail: words(status, detail)})
		}
	}
	return d
}

func codeOf(status int) string {
	switch status {
	case http.StatusBadRequest:
		return "malformed"
	case http.StatusRequestEntityTooLarge:
		return "body-too-large"
	case http.StatusUnsupportedMediaType:
		return "media-type"
	case http.StatusNotAcceptable:
		return "not-acceptable"
	case http.StatusRequestTimeout:
		return "timeout"
	case http.StatusUnprocessableEntity:
		return "invalid"
	}
	return "internal"
}

// missing begins and ends what the library says of a field that is not there.
const (
	missing  = "expected required property "
	toBeThat = " to be present"
)

// pointer turns "body.lines[3].amount_eur" into "/lines/3/amount_eur", and names
// a missing field where the library names what it is missing from.
func pointer(detail *huma.ErrorDetail) string {
	rest, ok := strings.CutPrefix(detail.Location, "body")
	if !ok {
		return strings.Replace(detail.Location, ".", "/", 1)
	}
	at := strings.TrimSuffix(strings.NewReplacer(".", "/", "[", "/", "]", "").Replace(rest), "/")
	if name, ok := strings.CutPrefix(detail.Message, missing); ok {
		at += "/" + strings.TrimSuffix(name, toBeThat)
	}
	return at
}

// words are the library's about a wrong place, except where they show what was
// sent.
func words(status int, detail *huma.ErrorDetail) string {
	if status == http.StatusBadRequest && detail.Location == "body" {
		return "must be JSON"
	}
	return detail.Message
}
