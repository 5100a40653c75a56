// SPDX-License-Identifier: AGPL-3.0-or-later

package web

import (
	"net/http"
	"slices"

	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/civil"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/merchant"
	"github.com/noria-mlc/noria/web/locale"
	"github.com/noria-mlc/noria/web/page"
	"github.com/noria-mlc/noria/web/problem"
	"github.com/noria-mlc/noria/web/qr"
	"github.com/noria-mlc/noria/web/site"
)

// lastReceipts is how many payments the till lists.
const lastReceipts = 5

// till shows the form that asks for an amount, and the day so far.
func (p *pages) till(w http.ResponseWriter, r *http.Request) error {
	return p.showTill(w, r, page.TillView{})
}

// showTill completes a view with the merchant and the day, and shows it.
func (p *pages) showTill(w http.ResponseWriter, r *http.Request, v page.TillView) error {
	a, m, err := p.mine(r)
	if err != nil {
		return err
	}
	day, err := p.Merchant.Takings(r.Context(), a, m.ID, civil.Of(p.Now()), lastReceipts)
	if err != nil {
		return err
	}
	renderer, err := p.Render(r.Context())
	if err != nil {
		return err
	}
	v.Visitor, v.MerchantID, v.Merchant, v.At = p.Visitor(r), m.ID.String(), m.Name, p.Now()
	v.TotalOfToday, v.CountOfToday, v.PaymentsSeq = day.Received, day.Count, day.Seq
	if v.Key == "" {
		v.Key = p.NewKey()
	}
	for _, receipt := range day.Last {
		if !receipt.Refund {
			v.Payments = append(v.Payments, page.TillPayment{At: receipt.At, Amount: receipt.Amount, MatchCode: receipt.MatchCode})
		}
	}
	return renderer.Till(w, v)
}

// mine returns the visitor and the merchant whose till it is.
func (p *pages) mine(r *http.Request) (access.Actor, merchant.Merchant, error) {
	a, err := site.Actor(r)
	if err != nil {
		return a, merchant.Merchant{}, err
	}
	if !tills(a) {
		return a, merchant.Merchant{}, access.ErrForbidden
	}
	m, err := p.Merchant.Mine(r.Context(), a)
	return a, m, err
}

// tills says whether the actor may ask for payments anywhere.
func tills(a access.Actor) bool {
	return slices.ContainsFunc(a.Grants, func(g access.Grant) bool {
		return access.Allow(a, access.RequestCreate, g.Organisation) == nil
	})
}

// ask makes a payment request of a typed amount and shows its code.
func (p *pages) ask(w http.ResponseWriter, r *http.Request) error {
	a, m, err := p.mine(r)
	if err != nil {
		return err
	}
	typed, reference := r.PostFormValue("montant"), r.PostFormValue("reference")
	amount, err := locale.ParseAmount(typed)
	advice := locale.AmountAdvice(err, problem.Speaks(r.Context()))
	if err == nil && amount == 0 {
		if advice, err = p.Say(r, "amount.missing"); err != nil {
			return err
		}
	}
	if advice != "" {
		return p.showTill(w, r, page.TillView{Status: http.StatusUnprocessableEntity, Entered: typed, Reference: reference,
			Problem: advice, Key: site.FormKey(r)})
	}
	asked, _, err := p.Merchant.Request(r.Context(), a, site.FormKey(r),
		merchant.RequestInput{Merchant: m.ID, Amount: amount, Reference: reference})
	if err != nil {
		return err
	}
	http.Redirect(w, r, "/caisse/"+asked.ID.String(), http.StatusSeeOther)
	return nil
}

// asked reads the payment request of the path, for the visitor.
func (p *pages) asked(r *http.Request) (access.Actor, merchant.PaymentRequest, error) {
	a, err := site.Actor(r)
	if err != nil {
		return a, merchant.PaymentRequest{}, err
	}
	request, err := p.Server.request(r.Context(), a, r.PathValue("id"))
	return a, request, err
}

// request shows a payment request as the counter does: its code, then the green
// screen.
func (p *pages) request(w http.ResponseWriter, r *http.Request) error {
	a, request, err := p.asked(r)
	if err != nil {
		return err
	}
	if access.Allow(a, access.RequestCreate, request.Holder) != nil {
		return fault.ErrForbidden
	}
	renderer, err := p.Render(r.Context())
	if err != nil {
		return err
	}
	return renderer.Request(w, page.RequestView{
		Visitor: p.Visitor(r), ID: request.ID.String(), Code: request.Code, Merchant: request.Merchant.Name, Amount: request.Amount,
		Reference: request.Reference, Status: string(request.Status), CreatedAt: request.CreatedAt, ExpiresAt: request.ExpiresAt,
		Now: p.Now(), QR: "/caisse/" + request.ID.String() + "/code.svg", URL: p.payURL(request), Key: p.NewKey(),
		Version: request.Version(), MatchCode: request.MatchCode, PaidAt: request.PaidAt,
	})
}

// payURL is the page that a request's code leads to.
func (p *pages) payURL(r merchant.PaymentRequest) string {
	return p.BaseURL + "/payer/" + r.ID.String()
}

// code draws a request's code.
func (p *pages) code(w http.ResponseWriter, r *http.Request) error {
	_, request, err := p.asked(r)
	if err != nil {
		return err
	}
	title, err := p.Say(r, "request.qr-title", request.Merchant.Name)
	if err != nil {
		return err
	}
	svg, err := qr.SVG(p.payURL(request), title)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "image/svg+xml")
	w.Header().Set("Cache-Control", "private, max-age=3600")
	_, err = w.Write([]byte(svg))
	return err
}

// withdraw cancels a request and shows what became of it.
func (p *pages) withdraw(w http.ResponseWriter, r *http.Request) error {
	a, request, err := p.asked(r)
	if err != nil {
		return err
	}
	if _, _, err := p.Merchant.CancelRequest(r.Context(), a, site.FormKey(r), request.ID); err != nil && fault.As(err) == nil {
		return err
	}
	http.Redirect(w, r, "/caisse/"+request.ID.String(), http.StatusSeeOther)
	return nil
}
