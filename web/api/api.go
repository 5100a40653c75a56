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
	"github.com/noria-mlc/noria/ops/observe"
	"github.com/noria-mlc/noria/ops/payout"
	"github.com/noria-mlc/noria/ops/run"
	"github.com/noria-mlc/noria/web/confirm"
	"github.com/noria-mlc/noria/web/identity"
	"github.com/noria-mlc/noria/web/people"
	"github.com/noria-mlc/noria/web/problem"
	"github.com/noria-mlc/noria/web/session"
)

// bodyLimit is the first size of a body that is too large: the contract lets
// 64 KiB pass, uploads apart.
const bodyLimit = 64<<10 + 1

// Services are what the routes call.
type Services struct {
	Ledger     *ledger.Ledger
	Conversion *conversion.Service
	Merchant   *merchant.Service
	Payout     *payout.Service
	Runs       *run.Service
	Session    *session.Service
	Confirm    *confirm.Service
	Identity   *identity.Service
	People     *people.Service
	Metrics    *observe.Metrics
	BaseURL    string // of the pages that links and codes lead to
	Version    string
	Log        *slog.Logger

	// Notice returns what tells people, in a language, about a change of where
	// their euros are sent; nil where nobody can be told.
	Notice func(ctx context.Context, language string) (conversion.Tell, error)
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
	config.Formats = map[string]huma.Format{"application/json": {Marshal: marshal, Unmarshal: unmarshal}, "json": {Marshal: marshal, Unmarshal: unmarshal}}
	config.DefaultFormat = "application/json"
	config.Components.SecuritySchemes = map[string]*huma.SecurityScheme{
		"token": {Type: "http", Scheme: "bearer", Description: "A token of the service, sent as Authorization: Bearer."},
	}
	describe(config.Components.Schemas)
	r := &routes{Services: s, huma: humago.New(mux, config)}
	huma.NewErrorWithContext = newError
	huma.ValidateStrictCasing = true // a field written in other letters is an unknown field
	r.currency()
	r.holders()
	r.campaigns()
	r.conversions()
	r.redemptions()
	r.payees()
	r.runs()
	r.exceptions()
	r.settings()
	r.merchants()
	r.payments()
	r.intents()
	r.payouts()
	r.tokens()
	r.people()
	r.recoveries()
	r.erasures()
	r.live()
	return r.huma
}

func marshal(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	return e.Encode(v)
}

// unmarshal reads JSON. For the checking by schema, which reads into any value,
// null becomes a value that no schema knows: the library would take it for an
// absent field, and "amount": null is not the wish to move all there is.
func unmarshal(data []byte, v any) error {
	if err := json.Unmarshal(data, v); err != nil {
		return err
	}
	if loose, ok := v.(*any); ok {
		*loose = withoutNull(*loose)
	}
	return nil
}

// null stands for a JSON null.
type null struct{}

func withoutNull(v any) any {
	switch v := v.(type) {
	case nil:
		return null{}
	case map[string]any:
		for name := range v {
			v[name] = withoutNull(v[name])
		}
	case []any:
		for i := range v {
			v[i] = withoutNull(v[i])
		}
	}
	return v
}

// handler answers a signed-in caller.
type handler[I, O any] func(ctx context.Context, actor access.Actor, in *I) (*O, error)

// private adds a route that needs a signed-in caller. Nobody else learns what
// is wrong with a request.
func private[I, O any](r *routes, op huma.Operation, h handler[I, O]) {
	op.Security = []map[string][]string{{"token": {}}}
	op.Errors = append(op.Errors, http.StatusUnauthorized, http.StatusForbidden)
	op.Middlewares = append(op.Middlewares, func(c huma.Context, next func(huma.Context)) {
		if _, err := Caller(c.Context()); err != nil {
			r.refuse(c, err)
			return
		}
		next(c)
	})
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
			var d *problem.Document
			if !errors.As(err, &d) {
				d = problem.Of(ctx, r.Log, err)
			}
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

// empty is the body of a command that its path says all of: none, or {}.
type empty struct{}

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
