// SPDX-License-Identifier: AGPL-3.0-or-later

package api

import (
	"context"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/civil"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/membership"
	"github.com/noria-mlc/noria/ledger/money"
	"github.com/noria-mlc/noria/ops/dues"
)

// membership adds the condition of membership and its dues (L9, P11).
func (r *routes) membership() {
	const tag = "membership"
	public(r, get("/v1/membership", "Whether members only change and circulate units (L9)", tag), func(ctx context.Context, _ *struct{}) (*shown[membership.Condition], error) {
		rules, err := r.Membership.Rules(ctx)
		return show(rules, err)
	})
	private(r, create("/v1/membership", "Decide the condition of membership", tag), func(ctx context.Context, actor access.Actor, in *struct {
		Keyed
		Body membership.Condition
	}) (*done[membership.Condition], error) {
		key, err := in.key()
		if err != nil {
			return nil, err
		}
		rules, replayed, err := r.Membership.Decide(ctx, actor, key, in.Body)
		if err != nil {
			return nil, err
		}
		return answered(rules, replayed, "/v1/membership"), nil
	})
	private(r, get("/v1/holders/{id}/membership", "Until when a holder is a member", tag), func(ctx context.Context, actor access.Actor, in *struct {
		ID ident.Holder `path:"id"`
	}) (*shown[membership.MemberStanding], error) {
		s, err := r.Membership.Of(ctx, actor, in.ID)
		return show(s, Concealed(actor, access.MembershipRead, err))
	})
	public(r, get("/v1/dues/rates", "Dues by kind of holder, this year and later", tag), func(ctx context.Context, _ *struct{}) (*shown[list[dues.Tariff]], error) {
		rates, err := r.Dues.Rates(ctx)
		return show(whole(rates), err)
	})
	private(r, create("/v1/dues/rates", "Decide the dues of a year", tag), func(ctx context.Context, actor access.Actor, in *struct {
		Keyed
		Body dues.RatesInput
	}) (*done[list[dues.Tariff]], error) {
		key, err := in.key()
		if err != nil {
			return nil, err
		}
		rates, replayed, err := r.Dues.SetRates(ctx, actor, key, in.Body)
		if err != nil {
			return nil, err
		}
		return answered(whole(rates), replayed, "/v1/dues/rates"), nil
	})
	private(r, get("/v1/dues", "List dues, newest first", tag), func(ctx context.Context, actor access.Actor, in *struct {
		Page
		Holder ident.Holder `query:"holder" required:"false" doc:"Whose; the caller's own or everybody's where absent"`
	}) (*shown[list[dues.Dues]], error) {
		var before dues.ID
		if before.UnmarshalText([]byte(in.Cursor)) != nil {
			return nil, ledger.ErrCursor
		}
		holder := subjectOf(actor, access.DuesRead, in.Holder)
		if holder.IsZero() && access.Allow(actor, access.DuesRead, ident.Holder{}) != nil {
			holder = actor.Holder
		}
		items, err := r.Dues.List(ctx, actor, dues.ListInput{Holder: holder, Before: before, Limit: in.Limit})
		return show(listOf(items, in.Limit, func(d dues.Dues) string { return d.ID.String() }), err)
	})
	private(r, get("/v1/dues/{id}", "Read dues that were paid", tag), func(ctx context.Context, actor access.Actor, in *struct {
		ID dues.ID `path:"id"`
	}) (*shown[dues.Dues], error) {
		d, err := r.Dues.One(ctx, actor, in.ID)
		return show(d, err)
	})
	private(r, get("/v1/dues/tills", "Euros of dues that desks keep, until POST /v1/fund/transfers brings them to the operating account", tag), func(ctx context.Context, actor access.Actor, _ *struct{}) (*shown[list[dues.DeskTill]], error) {
		tills, err := r.Dues.Tills(ctx, actor)
		return show(whole(tills), err)
	})
	private(r, create("/v1/dues", "Pay dues in units, or record those paid in euros", tag), func(ctx context.Context, actor access.Actor, in *struct {
		Keyed
		Body struct {
			Holder        ident.Holder  `json:"holder"`
			Year          int           `json:"year"`
			Way           dues.Way      `json:"way"`
			Amount        *money.Amount `json:"amount,omitempty" required:"false" doc:"The rate where it is left out"`
			Desk          string        `json:"desk,omitempty" required:"false"`
			BankReference string        `json:"bank_reference,omitempty" required:"false"`
			BookedOn      civil.Date    `json:"booked_on,omitempty" required:"false"`
			Message       string        `json:"message,omitempty" required:"false"`
		}
	}) (*done[dues.Dues], error) {
		key, err := in.key()
		if err != nil {
			return nil, err
		}
		var check fault.Check
		b := &in.Body
		pay := dues.PayInput{Holder: b.Holder, Year: b.Year, Way: b.Way, Amount: stated(&check, "/amount", b.Amount), Desk: b.Desk,
			BankReference: b.BankReference, BookedOn: b.BookedOn, Message: b.Message}
		if err := check.Err(); err != nil {
			return nil, err
		}
		if pay.Way == dues.InUnits {
			if err := r.commit(ctx, access.DuesPay, pay.Holder); err != nil {
				return nil, err
			}
		}
		d, replayed, err := r.Dues.Pay(ctx, actor, key, pay)
		if err != nil {
			return nil, err
		}
		return answered(d, replayed, "/v1/dues"), nil
	})
	private(r, create("/v1/dues/{id}/cancellations", "Take back dues that were recorded wrongly", tag), func(ctx context.Context, actor access.Actor, in *struct {
		Keyed
		ID   dues.ID `path:"id"`
		Body struct {
			Reason string `json:"reason" minLength:"1" maxLength:"200"`
		}
	}) (*done[dues.Dues], error) {
		key, err := in.key()
		if err != nil {
			return nil, err
		}
		d, replayed, err := r.Dues.Cancel(ctx, actor, key, dues.CancelInput{Dues: in.ID, Reason: in.Body.Reason})
		if err != nil {
			return nil, Concealed(actor, access.DuesCancel, err)
		}
		return answered(d, replayed, "/v1/dues"), nil
	})
}
