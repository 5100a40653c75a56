// SPDX-License-Identifier: AGPL-3.0-or-later

package shop

import (
	"errors"
	"net/http"

	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
	"github.com/noria-mlc/noria/merchant"
	"github.com/noria-mlc/noria/ops/observe"
	"github.com/noria-mlc/noria/web/api"
	"github.com/noria-mlc/noria/web/site"
)

// received reads the payment or refund of the path for somebody on the side of
// the shop.
func (c shop) received(r *http.Request) (access.Actor, merchant.Payment, error) {
	a, err := site.Actor(r)
	if err != nil {
		return a, merchant.Payment{}, err
	}
	var id merchant.PaymentID
	if id.UnmarshalText([]byte(r.PathValue("id"))) != nil || id.IsZero() {
		return a, merchant.Payment{}, fault.ErrMissing
	}
	p, err := c.Merchant.Payment(r.Context(), a, id)
	if err != nil {
		return a, p, err
	}
	return a, p, access.Allow(a, access.MerchantReceipt, shopOf(p))
}

// shopOf is the holder of the shop on one side of a payment or refund.
func shopOf(p merchant.Payment) ident.Holder {
	if p.RefundOf.IsZero() {
		return ident.HolderOf(p.To)
	}
	return ident.HolderOf(p.From)
}

// payment shows the receipt of a payment, and to the owner how to give it back.
func (c shop) payment(w http.ResponseWriter, r *http.Request) error {
	return c.showPayment(w, r, 0, paymentView{})
}

func (c shop) showPayment(w http.ResponseWriter, r *http.Request, status int, v paymentView) error {
	a, p, err := c.received(r)
	if err != nil {
		return err
	}
	v.ID, v.At, v.Amount, v.MatchCode, v.Refunded, v.Message = p.ID.String(), p.At, p.Amount, p.MatchCode, p.Refunded, p.Message
	if !p.RefundOf.IsZero() {
		v.RefundOf = p.RefundOf.String()
	}
	id, err := c.Merchant.MerchantPaid(r.Context(), shopOf(p), p.ID)
	if err != nil {
		return err
	}
	m, err := c.Merchant.Merchant(r.Context(), id)
	if err != nil && !errors.Is(err, fault.ErrMissing) {
		return err
	}
	all, err := c.Merchant.All(r.Context(), a)
	if err != nil {
		return err
	}
	v.frame = stand{actor: a, Merchant: m, all: all}.frame("/caisse")
	v.MayRefund = v.RefundOf == "" && v.Left() > 0 && access.Allow(a, access.PaymentRefund, shopOf(p)) == nil
	if v.Key == "" {
		v.Key = c.NewKey()
	}
	return c.Show(w, r, status, v.sheet())
}

// refund gives a payment back to its payer, in whole or in part.
func (c shop) refund(w http.ResponseWriter, r *http.Request) error {
	a, p, err := c.received(r)
	if err != nil {
		return err
	}
	if err := access.Allow(a, access.PaymentRefund, shopOf(p)); err != nil {
		return err
	}
	caller, err := api.Caller(r.Context())
	if err != nil {
		return err
	}
	if err := c.Confirm.Refund(r.Context(), caller, shopOf(p)); err != nil {
		if site.ProveFirst(w, r, err, "/caisse/paiements/"+p.ID.String()) {
			return nil
		}
		return err
	}
	typed := paymentView{Entered: r.PostFormValue("montant"), Key: site.FormKey(r), Open: true}
	var amount money.Amount
	if amount, typed.Problem, err = c.Amount(r, "montant"); err != nil {
		return err
	}
	if typed.Problem != "" {
		return c.showPayment(w, r, http.StatusUnprocessableEntity, typed)
	}
	begin := c.Now()
	_, replayed, err := c.Merchant.Refund(r.Context(), a, site.FormKey(r), p.ID, merchant.RefundInput{Amount: amount})
	c.Metrics.Payment(observe.Refund, observe.ResultOf(replayed, err), c.Now().Sub(begin))
	if err != nil {
		status, refusal, err := c.Refused(w, r, err)
		if err != nil {
			return err
		}
		typed.Key, typed.Refusal = "", refusal
		return c.showPayment(w, r, status, typed)
	}
	http.Redirect(w, r, "/caisse/paiements/"+p.ID.String(), http.StatusSeeOther)
	return nil
}
