// SPDX-License-Identifier: AGPL-3.0-or-later

package api

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
	"github.com/noria-mlc/noria/merchant"
	"github.com/noria-mlc/noria/ops/observe"
	"github.com/noria-mlc/noria/web/qr"
)

// requestBody is a payment request with the code that leads to it.
type requestBody struct {
	merchant.PaymentRequest
	URL string `json:"url" doc:"Page that pays it; what the code says"`
	QR  string `json:"qr" doc:"The code as an SVG picture"`
}

func (r *routes) requestOf(p merchant.PaymentRequest) (requestBody, error) {
	url := r.BaseURL + "/payer/" + p.ID.String()
	svg, err := qr.SVG(url, "Payer "+p.Merchant.Name)
	return requestBody{PaymentRequest: p, URL: url, QR: svg}, err
}

type RequestPath struct {
	ID merchant.RequestID `path:"id"`
}

// picture is an SVG answer.
type picture struct {
	ContentType  string `header:"Content-Type"`
	CacheControl string `header:"Cache-Control"`
	Body         []byte
}

func (r *routes) merchants() {
	const tag = "merchants"
	private(r, create("/v1/merchants", "Make a merchant of a holder", tag), func(ctx context.Context, actor access.Actor, in *struct {
		Keyed
		Body struct {
			Holder ident.Holder `json:"holder"`
			Name   string       `json:"name" minLength:"1" maxLength:"60"`
		}
	}) (*done[merchant.Merchant], error) {
		key, err := in.key()
		if err != nil {
			return nil, err
		}
		m, replayed, err := r.Merchant.Create(ctx, actor, key, merchant.CreateInput(in.Body))
		if err != nil {
			return nil, err
		}
		return answered(m, replayed, "/v1/merchants/"+m.ID.String()), nil
	})
	private(r, get("/v1/merchants/{id}", "Read a merchant", tag), func(ctx context.Context, _ access.Actor, in *struct {
		ID merchant.ID `path:"id"`
	}) (*shown[merchant.Merchant], error) {
		m, err := r.Merchant.Merchant(ctx, in.ID)
		return show(m, err)
	})
	private(r, create("/v1/merchants/{id}/listing", "Say in the public directory what a shop is, or leave it with an empty body", tag),
		func(ctx context.Context, actor access.Actor, in *struct {
			Keyed
			ID   merchant.ID `path:"id"`
			Body *struct {
				Category merchant.Category `json:"category,omitempty" required:"false"`
				Town     string            `json:"town,omitempty" required:"false" maxLength:"60"`
				Address  string            `json:"address,omitempty" required:"false" maxLength:"120"`
				About    string            `json:"about,omitempty" required:"false" maxLength:"280"`
			}
		}) (*done[empty], error) {
			key, err := in.key()
			if err != nil {
				return nil, err
			}
			input := merchant.ListInput{Merchant: in.ID}
			if b := in.Body; b != nil {
				input.Category, input.Town, input.Address, input.About = b.Category, b.Town, b.Address, b.About
			}
			replayed, err := r.Merchant.List(ctx, actor, key, input)
			if err != nil {
				return nil, err
			}
			return answered(empty{}, replayed, "/v1/directory"), nil
		})
	public(r, get("/v1/directory", "The shops that chose to be listed", tag), func(ctx context.Context, in *struct {
		Category merchant.Category `query:"category"`
		Town     string            `query:"town" maxLength:"60"`
	}) (*shown[list[merchant.Listing]], error) {
		shops, err := r.Merchant.Listings(ctx, in.Category, in.Town)
		return show(whole(shops), err)
	})
	private(r, create("/v1/payment-requests", "Ask to be paid", tag), func(ctx context.Context, actor access.Actor, in *struct {
		Keyed
		Body struct {
			Merchant  merchant.ID  `json:"merchant,omitzero" required:"false" doc:"Where the caller acts for several"`
			Amount    money.Amount `json:"amount"`
			Reference string       `json:"reference,omitempty" required:"false" maxLength:"70"`
			Wallet    ident.Wallet `json:"wallet,omitzero" required:"false" doc:"The caller's own: a person asks, and no merchant"`
			ExpiresIn int          `json:"expires_in,omitempty" required:"false" minimum:"30" maximum:"2592000" doc:"Seconds: of a merchant at most 86400, 300 where absent; of a person seven days where absent"`
		}
	}) (*done[requestBody], error) {
		if !in.Body.Wallet.IsZero() && !in.Body.Merchant.IsZero() {
			return nil, fault.ErrInvalid.At("/wallet", "must be absent where a merchant asks")
		}
		if !in.Body.Wallet.IsZero() {
			return r.requested(in.key())(func(key string) (merchant.PaymentRequest, bool, error) {
				return r.Merchant.Ask(ctx, actor, key, merchant.AskInput{Wallet: in.Body.Wallet, Amount: in.Body.Amount,
					Reference: in.Body.Reference, ExpiresIn: in.Body.ExpiresIn})
			})
		}
		return r.requested(in.key())(func(key string) (merchant.PaymentRequest, bool, error) {
			return r.Merchant.Request(ctx, actor, key, merchant.RequestInput{Merchant: in.Body.Merchant, Amount: in.Body.Amount,
				Reference: in.Body.Reference, ExpiresIn: in.Body.ExpiresIn})
		})
	})
	private(r, get("/v1/payment-requests/{id}", "Read a payment request", tag), func(ctx context.Context, actor access.Actor, in *RequestPath) (*shown[requestBody], error) {
		p, err := r.Merchant.PaymentRequest(ctx, actor, in.ID)
		if err != nil {
			return nil, err
		}
		body, err := r.requestOf(p)
		return show(body, err)
	})
	private(r, create("/v1/payment-requests/{id}/cancellations", "Withdraw a payment request", tag),
		func(ctx context.Context, actor access.Actor, in *struct {
			Keyed
			RequestPath
			Body *empty
		}) (*done[requestBody], error) {
			return r.requested(in.key())(func(key string) (merchant.PaymentRequest, bool, error) {
				return r.Merchant.CancelRequest(ctx, actor, key, in.ID)
			})
		})
	private(r, create("/v1/payment-requests/{id}/payments", "Pay a payment request", tag),
		func(ctx context.Context, actor access.Actor, in *struct {
			Keyed
			RequestPath
			Body *struct {
				From         ident.Wallet  `json:"from,omitzero" required:"false"`
				ExpectAmount *money.Amount `json:"expect_amount,omitempty" required:"false" doc:"Refused where the request asks for another"`
			}
		}) (*done[merchant.Payment], error) {
			return r.paid(in.Keyed, observe.ByRequest, func(key string) (merchant.Payment, bool, error) {
				var input merchant.PayRequestInput
				if in.Body != nil {
					var check fault.Check
					input.From, input.ExpectAmount = in.Body.From, stated(&check, "/expect_amount", in.Body.ExpectAmount)
					if err := check.Err(); err != nil {
						return merchant.Payment{}, false, err
					}
				}
				if err := r.direct(ctx, access.PaymentCreate, input.From); err != nil {
					return merchant.Payment{}, false, err
				}
				return r.Merchant.PayRequest(ctx, actor, key, in.ID, input)
			})
		})
	op := get("/v1/payment-requests/{id}/qr.svg", "The code of a payment request as a picture", tag)
	op.Responses = map[string]*huma.Response{"200": {Description: "An SVG picture", Content: map[string]*huma.MediaType{"image/svg+xml": {}}}}
	private(r, op, func(ctx context.Context, actor access.Actor, in *RequestPath) (*picture, error) {
		p, err := r.Merchant.PaymentRequest(ctx, actor, in.ID)
		if err != nil {
			return nil, err
		}
		body, err := r.requestOf(p)
		if err != nil {
			return nil, err
		}
		return &picture{ContentType: "image/svg+xml", CacheControl: "private, max-age=3600", Body: []byte(body.QR)}, nil
	})
}

// requested runs a command that answers a payment request.
func (r *routes) requested(key string, err error) func(func(string) (merchant.PaymentRequest, bool, error)) (*done[requestBody], error) {
	return func(run func(string) (merchant.PaymentRequest, bool, error)) (*done[requestBody], error) {
		if err != nil {
			return nil, err
		}
		p, replayed, err := run(key)
		if err != nil {
			return nil, err
		}
		body, err := r.requestOf(p)
		if err != nil {
			return nil, err
		}
		return answered(body, replayed, "/v1/payment-requests/"+p.ID.String()), nil
	}
}
