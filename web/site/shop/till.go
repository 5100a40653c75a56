// SPDX-License-Identifier: AGPL-3.0-or-later

package shop

import (
	"net/http"

	"github.com/noria-mlc/noria/ledger/civil"
	"github.com/noria-mlc/noria/merchant"
	"github.com/noria-mlc/noria/web/site"
)

const (
	// lastReceipts is how many payments the till and the screen list.
	lastReceipts = 5
	// askedFor is how many seconds a request of the till can be paid.
	askedFor = 120
)

// till shows the form that asks for an amount, and the day so far.
func (c shop) till(w http.ResponseWriter, r *http.Request) error {
	return c.showTill(w, r, 0, tillView{})
}

// showTill completes a view with the shop and the day, and shows it.
func (c shop) showTill(w http.ResponseWriter, r *http.Request, status int, v tillView) error {
	s, err := c.stand(r)
	if err != nil {
		return err
	}
	day, err := c.Merchant.Takings(r.Context(), s.actor, s.ID, civil.Of(c.Now()), 4*lastReceipts) // refunds are among them
	if err != nil {
		return err
	}
	v.frame, v.MerchantID, v.At = s.frame("/caisse"), s.ID.String(), c.Now()
	v.TotalOfToday, v.CountOfToday, v.PaymentsSeq = day.Received, day.Count, day.Seq
	if v.Key == "" {
		v.Key = c.NewKey()
	}
	for _, receipt := range day.Last {
		if !receipt.Refund && len(v.Payments) < lastReceipts {
			v.Payments = append(v.Payments, tillPayment{ID: receipt.Payment.String(), At: receipt.At, Amount: receipt.Amount, MatchCode: receipt.MatchCode})
		}
	}
	return c.Show(w, r, status, v.sheet())
}

// ask makes a payment request of a typed amount and shows its code.
func (c shop) ask(w http.ResponseWriter, r *http.Request) error {
	s, err := c.stand(r)
	if err != nil {
		return err
	}
	amount, advice, err := c.Amount(r, "montant")
	if err != nil {
		return err
	}
	reference := r.PostFormValue("reference")
	if advice != "" {
		return c.showTill(w, r, http.StatusUnprocessableEntity, tillView{Entered: r.PostFormValue("montant"), Reference: reference,
			Problem: advice, Key: site.FormKey(r)})
	}
	asked, _, err := c.Merchant.Request(r.Context(), s.actor, site.FormKey(r),
		merchant.RequestInput{Merchant: s.ID, Amount: amount, Reference: reference, ExpiresIn: askedFor})
	if err != nil {
		return err
	}
	http.Redirect(w, r, "/caisse/"+asked.ID.String(), http.StatusSeeOther)
	return nil
}
