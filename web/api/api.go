// SPDX-License-Identifier: AGPL-3.0-or-later

package api

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/merchant"
	"github.com/noria-mlc/noria/ops/payout"
	"github.com/noria-mlc/noria/web/problem"
	"github.com/noria-mlc/noria/web/session"
)

// bodyLimit is the largest body of a request, uploads apart.
const bodyLimit = 64 << 10

// Services are what the routes call.
type Services struct {
	Ledger     *ledger.Ledger
	Conversion *conversion.Service
	Merchant   *merchant.Service
	Payout     *payout.Service
	Session    *session.Service
	BaseURL    string // of the pages that links and codes lead to
	Version    string
	Log        *slog.Logger
}

type routes struct {
	Services
	huma huma.API
}

// Register adds every route under /v1 and the OpenAPI document to mux.
func Register(mux *http.ServeMux, s Services) huma.API {
	config := huma.DefaultConfig("Noria", s.Version)
	config.Info.Description = "Ledger and payments of a monnaie locale complémentaire."
	config.Info.License = &huma.License{Name: "AGPL-3.0-or-later", Identifier: "AGPL-3.0-or-later"}
	config.OpenAPIPath, config.DocsPath, config.SchemasPath = "/v1/openapi", "", ""
	config.CreateHooks = nil
	config.RejectUnknownQueryParameters = true
	config.Formats = map[string]huma.Format{"application/json": {Marshal: marshal, Unmarshal: json.Unmarshal}, "json": {Marshal: marshal, Unmarshal: json.Unmarshal}}
	config.DefaultFormat = "application/json"
	config.Components.SecuritySchemes = map[string]*huma.SecurityScheme{
		"token": {Type: "http", Scheme: "bearer", Description: "A token of the service, sent as Authorization: Bearer."},
	}
	r := &routes{Services: s, huma: humago.New(mux, config)}
	huma.NewErrorWithContext = newError
	r.currency()
	r.holders()
	r.campaigns()
	r.conversions()
	r.redemptions()
	r.merchants()
	r.payments()
	r.payouts()
	r.tokens()
	return r.huma
}

func marshal(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	return e.Encode(v)
}

// handler answers a signed-in caller.
type handler[I, O any] func(ctx context.Context, actor access.Actor, in *I) (*O, error)

// private adds a route that needs a signed-in caller.
func private[I, O any](r *routes, op huma.Operation, h handler[I, O]) {
	op.Security = []map[string][]string{{"token": {}}}
	public(r, op, func(ctx context.Context, in *I) (*O, error) {
		p, err := Caller(ctx)
		if err != nil {
			return nil, err
		}
		return h(ctx, p.Actor, in)
	})
}

// public adds a route that anybody may call.
func public[I, O any](r *routes, op huma.Operation, h func(ctx context.Context, in *I) (*O, error)) {
	op.OperationID = operationID(op.Method, op.Path)
	if op.MaxBodyBytes == 0 {
		op.MaxBodyBytes = bodyLimit
	}
	op.Errors = append(op.Errors, http.StatusUnprocessableEntity)
	huma.Register(r.huma, op, func(ctx context.Context, in *I) (*O, error) {
		out, err := h(ctx, in)
		if err != nil {
			d := problem.Of(ctx, r.Log, err)
			headers := http.Header{}
			d.Headers(headers)
			return nil, huma.ErrorWithHeaders(d, headers)
		}
		return out, nil
	})
}

func get(path, summary, tag string) huma.Operation {
	return huma.Operation{Method: http.MethodGet, Path: path, Summary: summary, Tags: []string{tag}}
}

// post is a route that changes something without making a thing of its own.
func post(path, summary, tag string) huma.Operation {
	return huma.Operation{Method: http.MethodPost, Path: path, Summary: summary, Tags: []string{tag}}
}

// create is a route that makes a thing.
func create(path, summary, tag string) huma.Operation {
	op := post(path, summary, tag)
	op.DefaultStatus = http.StatusCreated
	return op
}

func operationID(method, path string) string {
	parts := strings.FieldsFunc(strings.TrimPrefix(path, "/v1"), func(r rune) bool { return r == '/' || r == '{' || r == '}' })
	return strings.ToLower(method) + "-" + strings.Join(parts, "-")
}

// Keyed is the header of every request that moves money or creates an order.
type Keyed struct {
	Key string `header:"Idempotency-Key" doc:"16 to 64 visible characters, the same for every retry of one wish"`
}

// errKeyMissing is the refusal of a request without its idempotency key.
var errKeyMissing = fault.New(fault.Malformed, "idempotency-key-missing", "send an Idempotency-Key header").
	At("header/Idempotency-Key", "must be there")

func (k Keyed) key() (string, error) {
	if k.Key == "" {
		return "", errKeyMissing
	}
	return k.Key, nil
}

// done is the answer to a command.
type done[T any] struct {
	Location string `header:"Location"`
	Replayed string `header:"Idempotency-Replayed"`
	Body     T
}

// answered makes the answer to a command.
func answered[T any](body T, replayed bool, location string) *done[T] {
	d := &done[T]{Body: body, Location: location}
	if replayed {
		d.Replayed = "true"
	}
	return d
}

// shown is the answer to a read.
type shown[T any] struct{ Body T }

func show[T any](body T, err error) (*shown[T], error) {
	if err != nil {
		return nil, err
	}
	return &shown[T]{body}, nil
}

// newError turns what the framework finds wrong with the form of a request into
// a problem document. The offending values are dropped: one may be a secret.
func newError(ctx huma.Context, status int, message string, errs ...error) huma.StatusError {
	if len(errs) == 1 {
		var d *problem.Document
		if errors.As(errs[0], &d) {
			return d
		}
	}
	d := problem.Plain(ctx.Context(), status, codeOf(status, message))
	for _, err := range errs {
		var detail *huma.ErrorDetail
		if errors.As(err, &detail) {
			d.Errors = append(d.Errors, problem.Field{Pointer: pointer(detail.Location), Code: d.Code, Detail: detail.Message})
		}
	}
	return d
}

func codeOf(status int, message string) string {
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

// pointer turns "body.lines[3].amount_eur" into "/lines/3/amount_eur".
func pointer(location string) string {
	rest, ok := strings.CutPrefix(location, "body")
	if !ok {
		return strings.Replace(location, ".", "/", 1)
	}
	return strings.NewReplacer(".", "/", "[", "/", "]", "").Replace(rest)
}
