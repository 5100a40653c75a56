// SPDX-License-Identifier: AGPL-3.0-or-later

package api

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/noria-mlc/noria/web/problem"
)

// refuse answers a request with a refusal.
func (r *routes) refuse(ctx context.Context, w http.ResponseWriter, err error) {
	var d *problem.Document
	if !errors.As(err, &d) {
		d = problem.Of(ctx, r.Log, err)
	}
	d.Write(w)
}

// misformed makes the problem document of a request that has not the form of
// the contract. The offending values are dropped: one may be a secret.
func misformed(ctx context.Context, status int, wrong []error) *problem.Document {
	d := problem.Plain(ctx, status, codeOf(status))
	for _, err := range wrong {
		var detail *huma.ErrorDetail
		if errors.As(err, &detail) {
			d.Errors = append(d.Errors, problem.Field{Pointer: pointer(detail), Code: d.Code, Detail: detail.Message})
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
