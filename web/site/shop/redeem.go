// SPDX-License-Identifier: AGPL-3.0-or-later

package shop

import (
	"net/http"
	"slices"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/web/api"
	"github.com/noria-mlc/noria/web/confirm"
	"github.com/noria-mlc/noria/web/locale"
	"github.com/noria-mlc/noria/web/page"
	"github.com/noria-mlc/noria/web/site"
)

// redeem shows what the shop can change back into euros, and what is on its way.
func (c shop) redeem(w http.ResponseWriter, r *http.Request) error {
	return c.showRedeem(w, r, 0, redeemView{})
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
	v.frame, v.Available, v.Key = s.frame("/caisse/reconversion"), held.Available, c.NewKey()
	free, err := c.Conversion.FreeOf(r.Context(), s.actor, s.Holder)
	if err != nil {
		return err
	}
	v.Free = free.Free
	for _, m := range free.Waits {
		v.Waits = append(v.Waits, waitTold{m.Amount, m.On.Start()})
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

// redeemed makes the intent of a redemption; nothing moves. Its page shows the
// fee, the euros and where they go, and asks for the confirmation.
func (c shop) redeemed(w http.ResponseWriter, r *http.Request) error {
	s, err := c.owned(r)
	if err != nil {
		return err
	}
	v := redeemView{Entered: r.PostFormValue("montant")}
	amount, advice, err := c.Amount(r, "montant")
	if err != nil {
		return err
	}
	held, err := c.Ledger.Holding(r.Context(), s.Holder)
	if err != nil {
		return err
	}
	if advice == "" && amount > held.Available {
		if advice, err = c.Say(r, "shopredeem.too-much"); err != nil {
			return err
		}
	}
	if advice == "" {
		free, err := c.Conversion.FreeOf(r.Context(), s.actor, s.Holder)
		if err != nil {
			return err
		}
		if amount > free.Free {
			if advice, err = c.Say(r, "shopredeem.waits-too-much", locale.FormatAmount(free.Free)); err != nil {
				return err
			}
		}
	}
	if v.Problem = advice; advice != "" {
		return c.showRedeem(w, r, http.StatusUnprocessableEntity, v)
	}
	p, err := api.Present(r.Context())
	if err != nil {
		return err
	}
	i, _, err := c.Confirm.Prepare(r.Context(), p, site.FormKey(r), confirm.Wish{Kind: confirm.Redemption, From: ident.WalletOf(s.Holder), Amount: amount})
	if err == nil {
		http.Redirect(w, r, "/payer/confirmation/"+i.Intent.String(), http.StatusSeeOther)
		return nil
	}
	status, refusal, err := c.Refused(w, r, err)
	if err != nil {
		return err
	}
	v.Refusal = refusal
	return c.showRedeem(w, r, status, v)
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
