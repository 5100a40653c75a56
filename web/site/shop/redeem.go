// SPDX-License-Identifier: AGPL-3.0-or-later

package shop

import (
	"context"
	"net/http"
	"slices"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
	"github.com/noria-mlc/noria/web/locale"
	"github.com/noria-mlc/noria/web/page"
	"github.com/noria-mlc/noria/web/problem"
	"github.com/noria-mlc/noria/web/site"
)

// quoted is what a redemption brings: the fee that was voted and the euros
// (rule L10), and where they go.
type quoted struct {
	Fee, Euros money.Amount
	To         destination
}

// destination is where the euros of a redemption go and when, as far as the
// domain knows: nothing of it yet. The page says what is filled.
type destination struct {
	IBAN string // "FR76 •••• 0189"
	Day  string // "26 novembre"
}

// quote says what a redemption would bring. It is the one place that knows the
// settings of the euro border and, once there are any, the accounts of payees.
func (c shop) quote(ctx context.Context, owner ident.Holder, amount money.Amount) (quoted, error) {
	h, err := c.Ledger.Holder(ctx, owner)
	if err != nil {
		return quoted{}, err
	}
	currency, err := c.Conversion.Currency(ctx)
	if err != nil {
		return quoted{}, err
	}
	fee := currency.Settings.Commissions[h.Kind].On(amount)
	return quoted{Fee: fee, Euros: amount - fee}, nil
}

// redeem shows what the shop can change back into euros; with "montant" in the
// address what that would bring, before anything is asked.
func (c shop) redeem(w http.ResponseWriter, r *http.Request) error {
	typed := r.FormValue("montant")
	if typed == "" {
		return c.showRedeem(w, r, 0, redeemView{})
	}
	amount, err := locale.ParseAmount(typed)
	advice := locale.AmountAdvice(err, problem.Speaks(r.Context()))
	if err == nil && amount == 0 {
		if advice, err = c.Say(r, "amount.missing"); err != nil {
			return err
		}
	}
	if advice != "" {
		return c.showRedeem(w, r, http.StatusUnprocessableEntity, redeemView{Entered: typed, Problem: advice})
	}
	return c.showRedeem(w, r, 0, redeemView{Entered: typed, Amount: amount})
}

func (c shop) showRedeem(w http.ResponseWriter, r *http.Request, status int, v redeemView) error {
	s, err := c.owned(r)
	if err != nil {
		return err
	}
	held, err := c.Ledger.Holding(r.Context(), s.Holder)
	if err != nil {
		return err
	}
	list, err := c.Conversion.Redemptions(r.Context(), s.actor, conversion.RedemptionFilter{Holder: s.Holder})
	if err != nil {
		return err
	}
	v.frame, v.Available = s.frame("/caisse/reconversion"), held.Available
	if v.Amount > 0 && v.Amount > held.Available && v.Refusal == nil {
		status, v.Amount = http.StatusUnprocessableEntity, 0
		if v.Problem, err = c.Say(r, "shopredeem.too-much"); err != nil {
			return err
		}
	}
	if v.Amount > 0 {
		if v.quoted, err = c.quote(r.Context(), s.Holder, v.Amount); err != nil {
			return err
		}
		if v.Key == "" {
			v.Key = c.NewKey()
		}
	}
	for _, d := range list {
		told, err := c.told(r, d)
		if err != nil {
			return err
		}
		v.History = append(v.History, told)
	}
	return c.Show(w, r, status, v.sheet())
}

// redeemed asks for the euros that were quoted. The amount is that of the page
// that was confirmed.
func (c shop) redeemed(w http.ResponseWriter, r *http.Request) error {
	s, err := c.owned(r)
	if err != nil {
		return err
	}
	amount, advice, err := c.Amount(r, "montant")
	if err != nil {
		return err
	}
	v := redeemView{Entered: r.PostFormValue("montant"), Amount: amount, Problem: advice}
	if advice != "" {
		return c.showRedeem(w, r, http.StatusUnprocessableEntity, v)
	}
	_, _, err = c.Conversion.RequestRedemption(r.Context(), s.actor, site.FormKey(r), conversion.RequestRedemptionInput{Holder: s.Holder, Amount: amount})
	if err != nil {
		status, refusal, err := c.Refused(w, r, err)
		if err != nil {
			return err
		}
		v.Refusal, v.Amount = refusal, 0
		return c.showRedeem(w, r, status, v)
	}
	http.Redirect(w, r, s.frame("").In("/caisse/reconversion"), http.StatusSeeOther)
	return nil
}

// told is a redemption with its dated steps.
func (c shop) told(r *http.Request, d conversion.Redemption) (redemptionTold, error) {
	told := redemptionTold{ID: d.ID.String(), Amount: d.Amount, Fee: d.Fee, Euros: d.Euros, At: d.RequestedAt, Reason: d.Reason, Reference: d.BankReference, Closed: !d.ClosedAt.IsZero()}
	reached := slices.Index([]conversion.RedemptionStatus{conversion.RedemptionRequested, conversion.RedemptionInRun, conversion.RedemptionSent, conversion.RedemptionSettled}, d.Status)
	for i, key := range []string{"shopredeem.requested", "shopredeem.in-run", "shopredeem.sent", "shopredeem.settled"} {
		if d.Status == conversion.RedemptionRefused && i > 0 {
			key = "shopredeem.refused"
		}
		words, err := c.Say(r, key)
		if err != nil {
			return told, err
		}
		step := page.Step{Words: words, State: "todo"}
		switch {
		case i == 0:
			step.State, step.At = "done", d.RequestedAt
		case d.Status == conversion.RedemptionRefused:
			step.State, step.At = "failed", d.ClosedAt
			told.Steps = append(told.Steps, step)
			return told, nil
		case i <= reached:
			step.State = "done"
		case i == reached+1:
			step.State = "now"
		}
		if i == 3 {
			step.At = d.ClosedAt
		}
		told.Steps = append(told.Steps, step)
	}
	return told, nil
}
