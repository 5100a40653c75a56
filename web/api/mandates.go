// SPDX-License-Identifier: AGPL-3.0-or-later

package api

import (
	"context"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/civil"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
	"github.com/noria-mlc/noria/ops/debit"
)

type MandatePath struct {
	ID debit.MandateID `path:"id"`
}

func placeOfMandate(m debit.Mandate) string { return "/v1/mandates/" + m.ID.String() }

// mandates are what members signed to be debited, and the permanent reference of
// their standing orders.
func (r *routes) mandates() {
	const tag = "direct debits"
	private(r, create("/v1/mandates", "Sign a mandate; its first debit is told of at once", tag),
		func(ctx context.Context, actor access.Actor, in *struct {
			Keyed
			Body struct {
				Wallet ident.Wallet `json:"wallet,omitzero" required:"false" doc:"The caller's own where absent"`
				IBAN   string       `json:"iban" minLength:"15" maxLength:"50"`
				BIC    string       `json:"bic,omitempty" required:"false" maxLength:"11" doc:"Needed outside the European Economic Area"`
				Name   string       `json:"name" minLength:"1" maxLength:"70" doc:"Of the account's holder, exactly as on the bank's certificate"`
				Rhythm debit.Rhythm `json:"rhythm" enum:"once,monthly,low"`
				Euros  money.Amount `json:"euros" doc:"Of each debit"`
				Day    int          `json:"day,omitempty" required:"false" minimum:"1" maximum:"28" doc:"Of the month, where monthly"`
				Low    money.Amount `json:"low,omitzero" required:"false" doc:"Units below which is debited, where low"`
			}
		}) (*done[debit.Mandate], error) {
			return keyed(in.Keyed, actor, access.MandateSign, func(key string) (debit.Mandate, bool, error) {
				b := in.Body
				holder := ownerOf(actor, access.MandateSign, b.Wallet)
				if err := r.commit(ctx, access.MandateSign, holder); err != nil {
					return debit.Mandate{}, false, err
				}
				return r.Debit.Sign(ctx, actor, key, debit.SignInput{Holder: holder, IBAN: b.IBAN, BIC: b.BIC, Name: b.Name,
					Rhythm: b.Rhythm, Euros: b.Euros, Day: b.Day, Low: b.Low})
			}, placeOfMandate)
		})
	private(r, get("/v1/mandates", "List mandates, newest first; numbers are masked", tag), func(ctx context.Context, actor access.Actor, in *struct {
		Page
		Wallet ident.Wallet        `query:"wallet" required:"false"`
		Status debit.MandateStatus `query:"status" required:"false" enum:"active,suspended,revoked,closed,void" doc:"Of everybody's mandates only"`
	}) (*shown[list[debit.Mandate]], error) {
		f := debit.MandateFilter{Status: in.Status, Limit: in.Limit}
		if f.Before.UnmarshalText([]byte(in.Cursor)) != nil {
			return nil, ledger.ErrCursor
		}
		if in.Wallet.IsZero() && access.Allow(actor, access.MandateRead, ident.Holder{}) == nil {
			items, err := r.Debit.AllMandates(ctx, actor, f)
			for i := range items {
				items[i].Name = "" // no list of everybody has names (D8)
			}
			return show(listOf(items, in.Limit, func(m debit.Mandate) string { return m.ID.String() }), err)
		}
		holder := ownerOf(actor, access.MandateRead, in.Wallet)
		items, err := r.Debit.Mandates(ctx, actor, holder)
		if err != nil {
			return nil, err
		}
		return show(whole(items), r.People.Looked(ctx, actor, holder, "mandate"))
	})
	private(r, get("/v1/mandates/{id}", "Read a mandate", tag), func(ctx context.Context, actor access.Actor, in *MandatePath) (*shown[debit.Mandate], error) {
		m, err := r.Debit.Mandate(ctx, actor, in.ID)
		if err != nil {
			return nil, Concealed(actor, access.MandateRead, err)
		}
		return show(m, r.People.Looked(ctx, actor, m.Holder, "mandate"))
	})
	private(r, get("/v1/mandates/{id}/debits", "The debits of a mandate, newest first", tag), func(ctx context.Context, actor access.Actor, in *MandatePath) (*shown[list[debit.Debit]], error) {
		items, err := r.Debit.Debits(ctx, actor, in.ID)
		return show(whole(items), Concealed(actor, access.MandateRead, err))
	})
	private(r, create("/v1/mandates/{id}/amendments", "Change amount, day or threshold of the debits that were not told of yet", tag),
		func(ctx context.Context, actor access.Actor, in *struct {
			Keyed
			MandatePath
			Body struct {
				Euros money.Amount `json:"euros"`
				Day   int          `json:"day,omitempty" required:"false" minimum:"1" maximum:"28"`
				Low   money.Amount `json:"low,omitzero" required:"false"`
			}
		}) (*done[debit.Mandate], error) {
			return keyed(in.Keyed, actor, access.MandateAmend, func(key string) (debit.Mandate, bool, error) {
				signed, err := r.Debit.Mandate(ctx, actor, in.ID)
				if err == nil {
					err = r.commit(ctx, access.MandateAmend, signed.Holder)
				}
				if err != nil {
					return debit.Mandate{}, false, err
				}
				return r.Debit.Amend(ctx, actor, key, in.ID, debit.Terms(in.Body))
			}, placeOfMandate)
		})
	turn := func(path, words string, action access.Action, do func(context.Context, access.Actor, string, debit.MandateID) (debit.Mandate, bool, error)) {
		private(r, create("/v1/mandates/{id}/"+path, words, tag), func(ctx context.Context, actor access.Actor, in *struct {
			Keyed
			MandatePath
			Body *empty
		}) (*done[debit.Mandate], error) {
			return keyed(in.Keyed, actor, action, func(key string) (debit.Mandate, bool, error) { return do(ctx, actor, key, in.ID) }, placeOfMandate)
		})
	}
	turn("revocations", "End a mandate at once", access.MandateRevoke, r.Debit.Revoke)
	turn("resumptions", "Let a mandate that a return suspended be debited again", access.MandateResume, r.Debit.Resume)
	private(r, get("/v1/debit-creditor", "Who collects direct debits", tag), func(ctx context.Context, _ access.Actor, _ *struct{}) (*shown[debit.Creditor], error) {
		c, err := r.Debit.Creditor(ctx)
		return show(c, err)
	})
	private(r, create("/v1/debit-creditor", "Say who collects direct debits", tag), func(ctx context.Context, actor access.Actor, in *struct {
		Keyed
		Body struct {
			ICS        string         `json:"ics" minLength:"8" maxLength:"35"`
			NoticeDays int            `json:"notice_days,omitempty" required:"false" minimum:"1" maximum:"14" doc:"14 where absent"`
			Account    ledger.Account `json:"account,omitempty" required:"false" doc:"The compte dédié that collects"`
		}
	}) (*done[debit.Creditor], error) {
		return keyed(in.Keyed, actor, access.CurrencySet, func(key string) (debit.Creditor, bool, error) {
			return r.Debit.SetCreditor(ctx, actor, key, debit.Creditor(in.Body))
		}, func(debit.Creditor) string { return "/v1/debit-creditor" })
	})
	private(r, create("/v1/standing-references", "Make the permanent reference of a wallet's standing orders; where there is one, it stays", tag),
		func(ctx context.Context, actor access.Actor, in *struct {
			Keyed
			Body struct {
				Wallet ident.Wallet `json:"wallet,omitzero" required:"false" doc:"The caller's own where absent"`
			}
		}) (*done[conversion.Standing], error) {
			return keyed(in.Keyed, actor, access.ConversionTransfer, func(key string) (conversion.Standing, bool, error) {
				return r.Conversion.StandingReference(ctx, actor, key, ownerOf(actor, access.ConversionTransfer, in.Body.Wallet))
			}, func(s conversion.Standing) string {
				return "/v1/standing-references?wallet=" + ident.WalletOf(s.Holder).String()
			})
		})
	private(r, get("/v1/standing-references", "Read the permanent reference of a wallet's standing orders", tag), func(ctx context.Context, actor access.Actor, in *struct {
		Wallet ident.Wallet `query:"wallet" required:"false"`
	}) (*shown[conversion.Standing], error) {
		s, err := r.Conversion.Standing(ctx, actor, ownerOf(actor, access.ConversionTransfer, in.Wallet))
		return show(s, err)
	})
	private(r, create("/v1/standing-payments", "Credit a bank line that carries a permanent reference, once", tag),
		func(ctx context.Context, actor access.Actor, in *struct {
			Keyed
			Body struct {
				Reference     string         `json:"reference" minLength:"1" maxLength:"140"`
				Received      money.Amount   `json:"received_eur"`
				BankReference string         `json:"bank_reference" minLength:"1" maxLength:"140"`
				Account       ledger.Account `json:"account,omitempty" required:"false"`
				BookedOn      civil.Date     `json:"booked_on,omitzero" required:"false"`
			}
		}) (*done[conversion.Conversion], error) {
			return keyed(in.Keyed, actor, access.ConversionSettle, func(key string) (conversion.Conversion, bool, error) {
				return r.Conversion.SettleStanding(ctx, actor, key, conversion.SettleStandingInput(in.Body))
			}, func(c conversion.Conversion) string { return "/v1/conversions/" + c.ID.String() })
		})
}
