// SPDX-License-Identifier: AGPL-3.0-or-later

package web

import (
	"net/http"

	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/merchant"
	"github.com/noria-mlc/noria/ops/observe"
	"github.com/noria-mlc/noria/web/api"
	"github.com/noria-mlc/noria/web/locale"
	"github.com/noria-mlc/noria/web/page"
	"github.com/noria-mlc/noria/web/problem"
	"github.com/noria-mlc/noria/web/site"
)

// pay shows the page that a shop's code leads to.
func (p *pages) pay(w http.ResponseWriter, r *http.Request) error {
	a, request, err := p.asked(r)
	if err != nil {
		return err
	}
	return p.showPay(w, r, a, request, page.PayView{Key: p.NewKey()})
}

func (p *pages) showPay(w http.ResponseWriter, r *http.Request, a access.Actor, request merchant.PaymentRequest, v page.PayView) error {
	renderer, err := p.Render(r.Context())
	if err != nil {
		return err
	}
	if payer := site.WalletOf(a); !payer.IsZero() {
		held, err := p.Ledger.Holding(r.Context(), payer)
		if err != nil {
			return err
		}
		v.Available = held.Available
	}
	v.Visitor, v.ID, v.Code, v.Merchant = p.Visitor(r), request.ID.String(), request.Code, request.Merchant.Name
	v.Amount, v.Reference, v.Status = request.Amount, request.Reference, string(request.Status)
	v.CreatedAt, v.ExpiresAt, v.Now, v.Version = request.CreatedAt, request.ExpiresAt, p.Now(), request.Version()
	return renderer.Pay(w, v)
}

// paid pays the request and shows the receipt. The form sent twice shows the
// same receipt and pays once.
func (p *pages) paid(w http.ResponseWriter, r *http.Request) error {
	a, request, err := p.asked(r)
	if err != nil {
		return err
	}
	payer, begin := site.WalletOf(a), p.Now()
	payment, replayed, err := p.payDirectly(r, request, payer)
	p.Metrics.Payment(observe.ByRequest, observe.ResultOf(replayed, err), p.Now().Sub(begin))
	if fault.As(err) != nil {
		return p.refusedPayment(w, r, a, request.ID, err)
	}
	if err != nil {
		return err
	}
	held, err := p.Ledger.Holding(r.Context(), payer)
	if err != nil {
		return err
	}
	renderer, err := p.Render(r.Context())
	if err != nil {
		return err
	}
	return renderer.Receipt(w, page.ReceiptView{Visitor: p.Visitor(r), Payment: payment.ID.String(), Merchant: request.Merchant.Name,
		Amount: payment.Amount, Reference: request.Reference, At: payment.At, MatchCode: payment.MatchCode,
		Balance: held.Available, Replayed: replayed})
}

// payDirectly pays a request by a click, as in demonstrations; elsewhere it is
// refused with confirm.ErrRequired.
func (p *pages) payDirectly(r *http.Request, request merchant.PaymentRequest, payer ident.Holder) (merchant.Payment, bool, error) {
	caller, err := api.Caller(r.Context())
	if err != nil {
		return merchant.Payment{}, false, err
	}
	if err := p.Confirm.Direct(r.Context(), caller, access.PaymentCreate, ident.WalletOf(payer)); err != nil {
		return merchant.Payment{}, false, err
	}
	return p.Merchant.PayRequest(r.Context(), caller.Actor, site.FormKey(r), request.ID,
		merchant.PayRequestInput{From: ident.WalletOf(payer), ExpectAmount: request.Amount})
}

// refusedPayment shows the request as it is now, with why it was not paid.
func (p *pages) refusedPayment(w http.ResponseWriter, r *http.Request, a access.Actor, id merchant.RequestID, refusal error) error {
	d := problem.Of(r.Context(), p.Log, refusal)
	request, err := p.Merchant.PaymentRequest(r.Context(), a, id)
	if err != nil {
		return err
	}
	title, advice, _ := locale.Problem(d.Code, problem.Speaks(r.Context()))
	return p.showPay(w, r, a, request, page.PayView{HTTP: d.Status, Key: p.NewKey(),
		Refusal: &page.Refusal{Title: title, Advice: advice, Moved: page.Moved(d.MoneyMoved)}})
}
