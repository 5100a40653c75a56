// SPDX-License-Identifier: AGPL-3.0-or-later

package citizen

import (
	"cmp"
	"errors"
	"net/http"
	"net/url"
	"slices"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/civil"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/money"
	"github.com/noria-mlc/noria/ops/provider"
	"github.com/noria-mlc/noria/web/locale"
	"github.com/noria-mlc/noria/web/problem"
	"github.com/noria-mlc/noria/web/site"
)

// byStanding is the way of whoever sends the same euros again and again, by a
// standing order that is recognised by its reference.
const byStanding = "standing"

// channels lists the ways by which euros may come, the usual one first: another
// way is another entry, with its words "channel.<way>" and "channel.<way>-why".
func (c citizen) channels(r *http.Request) ([]string, error) {
	ways := []string{string(conversion.ByTransfer)}
	if c.Provider.Offered() {
		ways = append(ways, string(conversion.ByCard))
	}
	collects, err := c.collects(r)
	if collects {
		ways = append(ways, string(conversion.ByDebit))
	}
	return append(ways, byStanding), err
}

// usualAmounts are offered at a touch, in euros.
func usualAmounts() []chip { return []chip{{20_00}, {50_00}, {100_00}} }

// change shows the form that changes euros, and what the amount in the address
// would give. Looking reserves nothing.
func (c citizen) change(w http.ResponseWriter, r *http.Request) error {
	o, err := c.changer(r)
	if err != nil {
		return err
	}
	v := changeView{Entered: r.URL.Query().Get("montant")}
	if v.Entered == "" {
		return c.showChange(w, r, 0, o, v)
	}
	euros, err := locale.ParseAmount(v.Entered)
	if v.Problem, err = c.amountProblem(r, euros, err); err != nil {
		return err
	}
	if v.Problem != "" {
		return c.showChange(w, r, http.StatusUnprocessableEntity, o, v)
	}
	return c.showQuote(w, r, 0, o, v, euros)
}

// changer is whoever may change euros by themselves.
func (c citizen) changer(r *http.Request) (owner, error) {
	o, err := c.owner(r)
	if err == nil {
		err = access.Allow(o.Actor, access.ConversionTransfer, o.ID)
	}
	return o, err
}

// amountProblem is the sentence beside an amount that was not read, or is zero.
func (c citizen) amountProblem(r *http.Request, amount money.Amount, err error) (string, error) {
	if err != nil {
		return locale.AmountAdvice(err, problem.Speaks(r.Context())), nil
	}
	if amount == 0 {
		return c.Say(r, "amount.missing")
	}
	return "", nil
}

// showQuote shows the form with what an amount would give now.
func (c citizen) showQuote(w http.ResponseWriter, r *http.Request, status int, o owner, v changeView, euros money.Amount) error {
	q, err := c.Conversion.Quote(r.Context(), o.Actor, conversion.QuoteRequest{Holder: o.ID, Euros: euros})
	if errors.Is(err, fault.ErrInvalid) {
		v.Problem = locale.AmountAdvice(locale.ErrAmountTooLarge, problem.Speaks(r.Context()))
		return c.showChange(w, r, http.StatusUnprocessableEntity, o, v)
	}
	if err != nil {
		return err
	}
	v.Quote = quoteOf(q)
	return c.showChange(w, r, status, o, v)
}

func (c citizen) showChange(w http.ResponseWriter, r *http.Request, status int, o owner, v changeView) error {
	var err error
	if v.Orders, err = c.awaited(r, o); err != nil {
		return err
	}
	last, err := c.Conversion.Conversions(r.Context(), o.Actor, conversion.ConversionFilter{Holder: o.ID, Limit: 1})
	if err != nil {
		return err
	}
	v.Chips = usualAmounts()
	if len(last) == 1 && !slices.Contains(v.Chips, chip{last[0].Euros}) {
		v.Chips = append(v.Chips, chip{last[0].Euros})
		slices.SortFunc(v.Chips, func(a, b chip) int { return cmp.Compare(a.Amount, b.Amount) })
	}
	if v.Key == "" {
		v.Key = c.NewKey()
	}
	if v.Channel == "" {
		v.Channel = string(conversion.ByTransfer)
	}
	if v.Channels, err = c.channels(r); err != nil {
		return err
	}
	standing, err := c.Membership.Of(r.Context(), o.Actor, o.ID)
	if err != nil {
		return err
	}
	v.Lapsed = !standing.Valid
	v.Debits = slices.Contains(v.Channels, string(conversion.ByDebit))
	v.Wallet = o.Wallet.String()
	return c.present(w, r, status, o, "change", v.sheet())
}

// convert makes the conversion that was shown. Without what it would give having
// been shown for this amount, it is shown first (rule P12: why there is no bonus
// is said before confirming).
func (c citizen) convert(w http.ResponseWriter, r *http.Request) error {
	o, err := c.changer(r)
	if err != nil {
		return err
	}
	v := changeView{Entered: r.PostFormValue("montant"), Key: site.FormKey(r), Channel: r.PostFormValue("voie")}
	if page := map[string]string{string(conversion.ByDebit): "/prelevements", byStanding: "/virement-permanent"}[v.Channel]; page != "" {
		http.Redirect(w, r, page+"?montant="+url.QueryEscape(v.Entered), http.StatusSeeOther)
		return nil
	}
	euros, advice, err := c.Amount(r, "montant")
	if err != nil {
		return err
	}
	if advice != "" {
		v.Problem = advice
		return c.showChange(w, r, http.StatusUnprocessableEntity, o, v)
	}
	seen, err := money.Parse(r.PostFormValue("vu"))
	if err != nil || seen == 0 || r.PostFormValue("pour") != euros.Format() {
		http.Redirect(w, r, "/change?montant="+url.QueryEscape(v.Entered), http.StatusSeeOther)
		return nil
	}
	made, err := c.made(r, o, v.Key, conversion.ConvertInput{Holder: o.ID, Euros: euros, Channel: c.channel(v.Channel), Expect: seen})
	if err == nil {
		http.Redirect(w, r, "/change/"+made.ID.String(), http.StatusSeeOther)
		return nil
	}
	cause := err
	status, refusal, err := c.Refused(w, r, err)
	if err != nil {
		return err
	}
	v.Refusal = refusal
	if !errors.Is(cause, provider.ErrGateway) { // the same key tries the same checkout again
		v.Key = c.NewKey()
	}
	return c.showQuote(w, r, status, o, v, euros)
}

// channel is the way that a form names, or the usual one.
func (c citizen) channel(way string) conversion.Channel {
	if way == string(conversion.ByCard) && c.Provider.Offered() {
		return conversion.ByCard
	}
	return conversion.ByTransfer
}

// quoteOf is what a page shows of a quote.
func quoteOf(q conversion.Quoted) *quoteView {
	v := &quoteView{Euros: q.Euros, Bonus: q.Bonus, Credited: q.Credited, Funder: q.Funder, Month: q.Period == conversion.PerMonth}
	if q.AllowanceLeft != nil {
		v.Limited, v.Left = true, *q.AllowanceLeft
	}
	for _, reason := range q.Reasons {
		v.Reasons = append(v.Reasons, reasonOf(reason))
	}
	return v
}

func reasonOf(r conversion.Reason) reason {
	if r.On != (civil.Date(0)) {
		return reason{Code: string(r.Code), On: r.On.Start()}
	}
	return reason{Code: string(r.Code), Amount: r.Amount}
}
