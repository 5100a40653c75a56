// SPDX-License-Identifier: AGPL-3.0-or-later

package api

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"reflect"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/conversion/paper"
	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/membership"
	"github.com/noria-mlc/noria/merchant"
	"github.com/noria-mlc/noria/ops/alert"
	"github.com/noria-mlc/noria/ops/debit"
	"github.com/noria-mlc/noria/ops/dues"
	"github.com/noria-mlc/noria/ops/fonte"
	"github.com/noria-mlc/noria/ops/gift"
	"github.com/noria-mlc/noria/ops/observe"
	"github.com/noria-mlc/noria/ops/payout"
	"github.com/noria-mlc/noria/ops/project"
	"github.com/noria-mlc/noria/ops/provider"
	"github.com/noria-mlc/noria/ops/run"
	"github.com/noria-mlc/noria/web/confirm"
	"github.com/noria-mlc/noria/web/identity"
	"github.com/noria-mlc/noria/web/people"
	"github.com/noria-mlc/noria/web/session"
)

// bodyLimit is the first size of a body that is too large: the contract lets
// 64 KiB pass, uploads apart.
const bodyLimit = 64<<10 + 1

// Services are what the routes call.
type Services struct {
	Ledger     *ledger.Ledger
	Conversion *conversion.Service
	Paper      *paper.Service
	Merchant   *merchant.Service
	Payout     *payout.Service
	Membership *membership.Service
	Dues       *dues.Service
	Gift       *gift.Service
	Fonte      *fonte.Service
	Alert      *alert.Service
	Project    *project.Service
	Runs       *run.Service
	Session    *session.Service
	Confirm    *confirm.Service
	Identity   *identity.Service
	People     *people.Service
	Provider   *provider.Service
	Debit      *debit.Service
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
	mux  *http.ServeMux
	huma huma.API
	book *describing
}

// describing lets the library describe the routes and serve their description.
// They are answered here: its own way from a request to a handler and back
// reads every body twice.
type describing struct {
	huma.Adapter
	last *huma.Operation // as it was described
}

// Handle implements huma.Adapter.
func (d *describing) Handle(op *huma.Operation, handler func(huma.Context)) {
	if op.OperationID == "" {
		d.Adapter.Handle(op, handler)
		return
	}
	d.last = op
}

// Register adds every route under /v1 and the OpenAPI document to mux.
func Register(mux *http.ServeMux, s Services) huma.API {
	config := huma.DefaultConfig("Noria", s.Version)
	config.Info.Description = "Ledger and payments of a monnaie locale complémentaire."
	config.Info.License = &huma.License{Name: "AGPL-3.0-or-later", Identifier: "AGPL-3.0-or-later"}
	config.OpenAPIPath, config.DocsPath, config.SchemasPath = "/v1/openapi", "", ""
	config.CreateHooks = nil
	config.Components.SecuritySchemes = map[string]*huma.SecurityScheme{
		"token": {Type: "http", Scheme: "bearer", Description: "A token of the service, sent as Authorization: Bearer."},
	}
	describe(config.Components.Schemas)
	r := &routes{Services: s, mux: mux, book: &describing{Adapter: humago.NewAdapter(mux, "")}}
	r.huma = huma.NewAPI(config, r.book)
	huma.ValidateStrictCasing = true // a field written in other letters is an unknown field
	r.currency()
	r.holders()
	r.campaigns()
	r.campaignTurns()
	r.debits()
	r.mandates()
	r.debitRuns()
	r.homes()
	r.conversions()
	r.hooks()
	r.cards()
	r.custodians()
	r.redemptions()
	r.paper()
	r.acpr()
	r.membership()
	r.gifts()
	r.fonte()
	r.fund()
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

// unmarshal reads JSON for the checking by schema. Null becomes a value that no
// schema knows: the library would take it for an absent field, and
// "amount": null is not the wish to move all there is.
func unmarshal(data []byte, v *any) error {
	if err := json.Unmarshal(data, v); err != nil {
		return err
	}
	*v = withoutNull(*v)
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
	proved := op.Method == http.MethodPost && !slices.Contains(unproved(), op.Path)
	add(r, op, func(ctx context.Context) (access.Actor, error) {
		p, err := Caller(ctx)
		if err == nil && proved {
			err = r.lately(ctx, p)
		}
		return p.Actor, err
	}, h)
}

// unproved lists what may be sent with the cookie of a session whose proof is old:
// what reserves nothing, waits for euros of one's own, asks for money or only ends
// what was agreed; and what confirm decides about by itself. Programs have tokens.
func unproved() []string {
	return []string{
		"/v1/conversions", "/v1/conversions/quotes", "/v1/conversions/{id}/cancellations",
		"/v1/payment-requests", "/v1/payment-requests/{id}/cancellations",
		"/v1/mandates/{id}/revocations", "/v1/instructions/{id}/revocations", "/v1/tokens/{id}/revocations",
		"/v1/erasures/{id}/cancellations", "/v1/recoveries/{id}/cancellations",
		"/v1/intents", "/v1/intents/{id}/confirmations", "/v1/payments", "/v1/payments/{id}/refunds",
		"/v1/payment-requests/{id}/payments", "/v1/redemptions", "/v1/paper/withdrawals",
	}
}

// lately returns identity.ErrStale for a session that was not opened within
// session.Freshness: pages ask for a proof as recent as that wherever something is
// decided, and the cookie of a session leads no further here than there (ASVS
// 7.3.1, 7.5.3).
func (r *routes) lately(ctx context.Context, p session.Principal) error {
	recent, err := r.Session.Opened(ctx, p, session.Freshness)
	if err == nil && !recent {
		err = identity.ErrStale
	}
	return err
}

// public adds a route that anybody may call.
func public[I, O any](r *routes, op huma.Operation, h func(ctx context.Context, in *I) (*O, error)) {
	add(r, op, func(context.Context) (access.Actor, error) { return access.Actor{}, nil },
		func(ctx context.Context, _ access.Actor, in *I) (*O, error) { return h(ctx, in) })
}

// add describes a route and answers it. Who calls is asked before anything is
// read.
func add[I, O any](r *routes, op huma.Operation, caller func(context.Context) (access.Actor, error), h handler[I, O]) {
	op.OperationID = operationID(op.Method, op.Path)
	if op.MaxBodyBytes == 0 {
		op.MaxBodyBytes = bodyLimit
	}
	op.Errors = append(op.Errors, http.StatusUnprocessableEntity)
	huma.Register(r.huma, op, func(context.Context, *I) (*O, error) { return nil, nil })
	f := formOf(r.huma.OpenAPI().Components.Schemas, r.book.last, typeOf[I]())
	a := answerOf(r.book.last.DefaultStatus, typeOf[O]())
	r.mux.HandleFunc(op.Method+" "+op.Path, func(w http.ResponseWriter, request *http.Request) {
		ctx := request.Context()
		actor, err := caller(ctx)
		if err != nil {
			r.refuse(ctx, w, err)
			return
		}
		var in I
		if status, wrong := f.read(w, request, reflect.ValueOf(&in).Elem()); status != 0 {
			misformed(ctx, status, wrong).Write(w)
			return
		}
		out, err := h(ctx, actor, &in)
		if err == nil {
			err = a.write(w, reflect.ValueOf(out).Elem())
		}
		if err != nil {
			r.refuse(ctx, w, err)
		}
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
