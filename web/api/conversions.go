// SPDX-License-Identifier: AGPL-3.0-or-later

package api

import (
	"context"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
	"github.com/noria-mlc/noria/ops/sepa"
	"github.com/noria-mlc/noria/web/qr"
)

// conversionBody is a conversion, with what the payer needs while a transfer is
// awaited.
type conversionBody struct {
	conversion.Conversion
	Pay         *payBody `json:"pay,omitempty"`
	CheckoutURL string   `json:"checkout_url,omitempty" doc:"Where a conversion by card is paid, while it is awaited"`
}

type payBody struct {
	IBAN string `json:"iban"`
	BIC  string `json:"bic,omitempty"`
	Name string `json:"name" doc:"Holder of the account, as the bank knows it"`
	EPC  string `json:"epc" doc:"Payload of the transfer code, EPC069-12"`
	QR   string `json:"qr" doc:"The same as an SVG picture"`
}

// conversionOf adds the transfer code (EPC069-12) to an awaited conversion.
func conversionOf(c conversion.Conversion) (conversionBody, error) {
	body := conversionBody{Conversion: c}
	if c.Pay == nil {
		return body, nil
	}
	epc, err := sepa.Transfer{Name: c.Pay.Name, IBAN: sepa.IBAN(c.Pay.IBAN), BIC: c.Pay.BIC, Amount: c.Euros, Text: c.Reference}.Payload()
	if err != nil {
		return body, err
	}
	svg, err := qr.SVGMaxVersion(epc, "Virement "+c.Reference, qr.MaxVersionEPC)
	body.Pay = &payBody{IBAN: c.Pay.IBAN, BIC: c.Pay.BIC, Name: c.Pay.Name, EPC: epc, QR: svg}
	return body, err
}

type ConversionPath struct {
	ID conversion.ID `path:"id"`
}

func (r *routes) conversions() {
	const tag = "conversions"
	private(r, post("/v1/conversions/quotes", "What a conversion would give; nothing is reserved", tag),
		func(ctx context.Context, actor access.Actor, in *struct {
			Body struct {
				Wallet ident.Wallet `json:"wallet,omitzero" required:"false" doc:"The caller's own where absent"`
				Euros  money.Amount `json:"euros"`
			}
		}) (*shown[conversion.Quoted], error) {
			q, err := r.Conversion.Quote(ctx, actor, conversion.QuoteRequest{Holder: ownerOf(actor, access.ConversionQuote, in.Body.Wallet), Euros: in.Body.Euros})
			return show(q, err)
		})
	private(r, create("/v1/conversions", "Change euros into units", tag), r.convert)
	private(r, get("/v1/conversions", "List conversions, newest first", tag), func(ctx context.Context, actor access.Actor, in *struct {
		Page
		Wallet ident.Wallet      `query:"wallet" required:"false"`
		Status conversion.Status `query:"status" required:"false" enum:"settled,awaiting_euros,expired,cancelled,reversed"`
	}) (*shown[list[conversionBody]], error) {
		f := conversion.ConversionFilter{Status: in.Status, Limit: in.Limit}
		if f.Before.UnmarshalText([]byte(in.Cursor)) != nil {
			return nil, ledger.ErrCursor
		}
		if f.Holder = ident.HolderOf(in.Wallet); f.Holder.IsZero() && access.Allow(actor, access.ConversionRead, f.Holder) != nil {
			f.Holder = ownerOf(actor, access.ConversionRead, in.Wallet)
		}
		found, err := r.Conversion.Conversions(ctx, actor, f)
		if err != nil {
			return nil, err
		}
		items := make([]conversionBody, len(found))
		for i, c := range found {
			if items[i], err = conversionOf(c); err != nil {
				return nil, err
			}
		}
		return show(listOf(items, in.Limit, func(c conversionBody) string { return c.ID.String() }), nil)
	})
	private(r, get("/v1/conversions/{id}", "Read a conversion", tag), func(ctx context.Context, actor access.Actor, in *ConversionPath) (*shown[conversionBody], error) {
		c, err := r.Conversion.Conversion(ctx, actor, in.ID)
		if err != nil {
			return nil, Concealed(actor, access.ConversionRead, err)
		}
		if err := r.People.Looked(ctx, actor, c.Holder, "conversion"); err != nil {
			return nil, err
		}
		body, err := conversionOf(c)
		if err == nil {
			body, err = r.withCheckout(ctx, body)
		}
		return show(body, err)
	})
	private(r, create("/v1/conversions/{id}/settlements", "Say that the euros have come", tag),
		func(ctx context.Context, actor access.Actor, in *struct {
			Keyed
			ConversionPath
			Body struct {
				BankReference string         `json:"bank_reference" minLength:"1" maxLength:"70"`
				Received      *money.Amount  `json:"received_eur,omitempty" required:"false"`
				Account       ledger.Account `json:"account,omitempty" required:"false"`
			}
		}) (*done[conversionBody], error) {
			return converted(in.key())(func(key string) (conversion.Conversion, bool, error) {
				return r.Conversion.Settle(ctx, actor, key, conversion.SettleInput{Conversion: in.ID,
					BankReference: in.Body.BankReference, Received: in.Body.Received, Account: in.Body.Account})
			})
		})
	private(r, create("/v1/conversions/{id}/cancellations", "Cancel an awaited conversion", tag),
		func(ctx context.Context, actor access.Actor, in *struct {
			Keyed
			ConversionPath
			Body *empty
		}) (*done[conversionBody], error) {
			return converted(in.key())(func(key string) (conversion.Conversion, bool, error) {
				c, replayed, err := r.Conversion.Cancel(ctx, actor, key, conversion.CancelInput{Conversion: in.ID})
				return c, replayed, Concealed(actor, access.ConversionCancel, err)
			})
		})
	private(r, create("/v1/conversions/{id}/reversals", "Take a settled conversion back, its euros having been returned", tag),
		func(ctx context.Context, actor access.Actor, in *struct {
			Keyed
			ConversionPath
			Body *struct {
				Reason string `json:"reason,omitempty" required:"false" maxLength:"140"`
			}
		}) (*done[conversionBody], error) {
			return converted(in.key())(func(key string) (conversion.Conversion, bool, error) {
				reversal := conversion.ReverseInput{Conversion: in.ID}
				if in.Body != nil {
					reversal.Reason = in.Body.Reason
				}
				return r.Conversion.Reverse(ctx, actor, key, reversal)
			})
		})
}

func (r *routes) convert(ctx context.Context, actor access.Actor, in *struct {
	Keyed
	Body struct {
		Wallet  ident.Wallet       `json:"wallet,omitzero" required:"false" doc:"The caller's own where absent"`
		Euros   money.Amount       `json:"euros"`
		Channel conversion.Channel `json:"channel" enum:"desk,transfer,card,debit"`
		Desk    string             `json:"desk,omitempty" required:"false" maxLength:"40"`
		Means   conversion.Means   `json:"means,omitempty" required:"false" enum:"cash,cheque,card" doc:"How the euros were handed over at a desk; cash where absent"`
	}
}) (*done[conversionBody], error) {
	action := access.ConversionTransfer
	if in.Body.Channel == conversion.AtDesk {
		action = access.ConversionDesk
	}
	wanted := conversion.ConvertInput{Holder: ownerOf(actor, action, in.Body.Wallet), Euros: in.Body.Euros, Channel: in.Body.Channel,
		Desk: in.Body.Desk, Means: in.Body.Means}
	if wanted.Channel == conversion.ByCard {
		key, err := in.key()
		if err != nil {
			return nil, err
		}
		return r.byCard(ctx, actor, key, wanted)
	}
	return converted(in.key())(func(key string) (conversion.Conversion, bool, error) {
		return r.Conversion.Convert(ctx, actor, key, wanted)
	})
}

// converted runs a command that answers a conversion.
func converted(key string, err error) func(func(string) (conversion.Conversion, bool, error)) (*done[conversionBody], error) {
	return func(run func(string) (conversion.Conversion, bool, error)) (*done[conversionBody], error) {
		if err != nil {
			return nil, err
		}
		c, replayed, err := run(key)
		if err != nil {
			return nil, err
		}
		body, err := conversionOf(c)
		if err != nil {
			return nil, err
		}
		return answered(body, replayed, "/v1/conversions/"+c.ID.String()), nil
	}
}
