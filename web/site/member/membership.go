// SPDX-License-Identifier: AGPL-3.0-or-later

package member

import (
	"errors"
	"net/http"
	"strconv"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ops/dues"
	"github.com/noria-mlc/noria/web/api"
	"github.com/noria-mlc/noria/web/identity"
	"github.com/noria-mlc/noria/web/page"
	"github.com/noria-mlc/noria/web/site"
)

// shownDues is how many years of dues a page shows.
const shownDues = 10

// membership shows how the caller stands towards the association.
func (m member) membership(w http.ResponseWriter, r *http.Request) error {
	return m.showMembership(w, r, membershipView{})
}

func (m member) showMembership(w http.ResponseWriter, r *http.Request, v membershipView) error {
	actor, err := site.Actor(r)
	if err != nil {
		return err
	}
	holder := site.WalletOf(actor)
	if holder.IsZero() {
		return access.ErrForbidden
	}
	h, err := m.Ledger.Holder(r.Context(), holder)
	if err != nil {
		return err
	}
	rules, err := m.Membership.Rules(r.Context())
	if err != nil {
		return err
	}
	s, err := m.Membership.Of(r.Context(), actor, holder)
	if err != nil {
		return err
	}
	v.Needed, v.Valid, v.MaySpend, v.Units = s.Needed, s.Valid, rules.MaySpend, !rules.Account.IsZero() && rules.Account != holder
	v.Paid, v.Until, v.Last = s.Until != 0, s.Until.Start(), s.Last.Start()
	list, err := m.Dues.List(r.Context(), actor, dues.ListInput{Holder: holder, Limit: shownDues})
	if err != nil {
		return err
	}
	for _, d := range list {
		v.Dues = append(v.Dues, duesRow{d.Year, d.Amount, string(d.Way), d.RecordedAt, !d.CancelledAt.IsZero()})
	}
	if v.Offers, err = m.offers(r, h.Kind, list); err != nil {
		return err
	}
	caller, err := api.Caller(r.Context())
	if err != nil {
		return err
	}
	switch err := m.Confirm.Commit(r.Context(), caller, access.DuesPay, holder); {
	case errors.Is(err, access.ErrForbidden):
		v.Units = false
	case errors.Is(err, identity.ErrStale):
		v.Prove = site.ProofAt("/adhesion")
	case err != nil:
		return err
	}
	return m.Show(w, r, v.Status, v.sheet())
}

// offers are the years that a holder of a kind can pay for now.
func (m member) offers(r *http.Request, kind ledger.HolderKind, paid []dues.Dues) ([]offer, error) {
	rates, err := m.Dues.Rates(r.Context())
	if err != nil {
		return nil, err
	}
	settled := make(map[int]bool)
	for _, d := range paid {
		settled[d.Year] = settled[d.Year] || d.CancelledAt.IsZero()
	}
	this := m.Now().Year()
	var list []offer
	for _, rate := range rates {
		if rate.Kind == kind && rate.Amount > 0 && rate.Year <= this+1 && !settled[rate.Year] {
			list = append(list, offer{rate.Year, rate.Amount, m.NewKey()})
		}
	}
	return list, nil
}

// pay pays the dues of a year in units.
func (m member) pay(w http.ResponseWriter, r *http.Request) error {
	caller, err := api.Caller(r.Context())
	if err != nil {
		return err
	}
	actor := caller.Actor
	words, err := m.Say(r, "membership.statement", r.PostFormValue("annee"))
	if err != nil {
		return err
	}
	in := dues.PayInput{Holder: site.WalletOf(actor), Way: dues.InUnits, Message: words}
	in.Year, _ = strconv.Atoi(r.PostFormValue("annee")) // none is refused as a year
	if err = m.Confirm.Commit(r.Context(), caller, access.DuesPay, in.Holder); err == nil {
		_, _, err = m.Dues.Pay(r.Context(), actor, site.FormKey(r), in)
	}
	return m.Concluded(w, r, err, "/adhesion", "/adhesion", func(status int, refusal *page.Refusal) error {
		return m.showMembership(w, r, membershipView{Status: status, Refusal: refusal})
	})
}

// counter shows the form of dues taken in euros at a desk.
func (m member) counter(w http.ResponseWriter, r *http.Request) error {
	return m.showCounter(w, r, counterView{Desk: r.FormValue("comptoir"), Done: r.FormValue("regle"), Number: r.FormValue("numero")})
}

func (m member) showCounter(w http.ResponseWriter, r *http.Request, v counterView) error {
	actor, err := site.Actor(r)
	if err != nil {
		return err
	}
	if err := access.Allow(actor, access.DuesDesk, ident.Holder{}); err != nil {
		return err
	}
	c, err := m.Conversion.Currency(r.Context())
	if err != nil {
		return err
	}
	for _, d := range c.Desks {
		v.Desks = append(v.Desks, choice{d.Slug, d.Name, d.Slug == v.Desk})
	}
	rates, err := m.Dues.Rates(r.Context())
	if err != nil {
		return err
	}
	this := m.Now().Year()
	for _, rate := range rates {
		if rate.Year <= this+1 {
			v.Rates = append(v.Rates, rateRow{string(rate.Kind), rate.Year, rate.Amount})
		}
	}
	for year := this; year <= this+1; year++ {
		text := strconv.Itoa(year)
		v.Years = append(v.Years, choice{text, text, text == v.Year})
	}
	if v.Key == "" {
		v.Key = m.NewKey()
	}
	return m.Show(w, r, v.Status, v.sheet())
}

// taken records dues that a desk took in euros.
func (m member) taken(w http.ResponseWriter, r *http.Request) error {
	v := counterView{Key: site.FormKey(r), Number: r.PostFormValue("numero"), Amount: r.PostFormValue("montant"), Desk: r.PostFormValue("comptoir"), Year: r.PostFormValue("annee")}
	actor, err := site.Actor(r)
	if err != nil {
		return err
	}
	if err := access.Allow(actor, access.DuesDesk, ident.Holder{}); err != nil {
		return err
	}
	in := dues.PayInput{Way: dues.AtDesk, Desk: v.Desk}
	in.Year, _ = strconv.Atoi(v.Year)
	h, missing := m.Ledger.HolderByNumber(r.Context(), v.Number)
	if missing != nil {
		if v.NumberBad, err = m.Say(r, "membership.number-bad"); err != nil {
			return err
		}
	}
	if in.Amount, v.AmountBad, err = m.Amount(r, "montant"); err != nil {
		return err
	}
	if v.NumberBad != "" || v.AmountBad != "" {
		v.Status = http.StatusUnprocessableEntity
		return m.showCounter(w, r, v)
	}
	in.Holder = h.ID
	_, _, err = m.Dues.Pay(r.Context(), actor, v.Key, in)
	return m.Concluded(w, r, err, "/comptoir/adhesion?regle="+h.Number+"&comptoir="+in.Desk, "/comptoir/adhesion", func(status int, refusal *page.Refusal) error {
		v.Status, v.Refusal = status, refusal
		return m.showCounter(w, r, v)
	})
}
