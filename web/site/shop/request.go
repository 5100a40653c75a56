// SPDX-License-Identifier: AGPL-3.0-or-later

package shop

import (
	"errors"
	"net/http"

	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/merchant"
	"github.com/noria-mlc/noria/web/qr"
	"github.com/noria-mlc/noria/web/site"
)

// asked reads the payment request of the path, for the visitor.
func (c shop) asked(r *http.Request) (access.Actor, merchant.PaymentRequest, error) {
	a, err := site.Actor(r)
	if err != nil {
		return a, merchant.PaymentRequest{}, err
	}
	var id merchant.RequestID
	if id.UnmarshalText([]byte(r.PathValue("id"))) != nil || id.IsZero() {
		return a, merchant.PaymentRequest{}, fault.ErrMissing
	}
	request, err := c.Merchant.PaymentRequest(r.Context(), a, id)
	return a, request, err
}

// request shows a payment request as the counter does: its code, then the green
// screen.
func (c shop) request(w http.ResponseWriter, r *http.Request) error {
	a, request, err := c.asked(r)
	if err != nil {
		return err
	}
	if err := access.Allow(a, access.RequestCreate, request.Holder); err != nil {
		return err
	}
	back, err := c.backTo(r, a, request.Merchant.ID)
	if err != nil {
		return err
	}
	return c.Show(w, r, 0, requestView{
		ID: request.ID.String(), Code: request.Code, Merchant: request.Merchant.Name, Amount: request.Amount,
		Reference: request.Reference, Status: string(request.Status), CreatedAt: request.CreatedAt, ExpiresAt: request.ExpiresAt,
		Now: c.Now(), QR: "/caisse/" + request.ID.String() + "/code.svg", Key: c.NewKey(), Back: back,
		Version: request.Version(), MatchCode: request.MatchCode, PaidAt: request.PaidAt,
	}.sheet())
}

// backTo is the address of the till of one of the visitor's shops.
func (c shop) backTo(r *http.Request, a access.Actor, id merchant.ID) (string, error) {
	all, err := c.Merchant.All(r.Context(), a)
	if err != nil {
		return "", err
	}
	for _, m := range all {
		if m.ID == id {
			return stand{actor: a, Merchant: m, all: all}.frame("").In("/caisse"), nil
		}
	}
	return "/caisse", nil
}

// payURL is the page that a request's code leads to.
func (c shop) payURL(id merchant.RequestID) string { return c.BaseURL + "/payer/" + id.String() }

// requestCode draws a request's code: /caisse/{id}/code.svg. The last part is
// open in its pattern, since /caisse/paiements/{id} would meet it otherwise.
func (c shop) requestCode(w http.ResponseWriter, r *http.Request) error {
	if r.PathValue("picture") != "code.svg" {
		return fault.ErrMissing
	}
	_, request, err := c.asked(r)
	if err != nil {
		return err
	}
	return c.draw(w, r, c.payURL(request.ID), request.Merchant.Name)
}

// draw writes the picture of a code that pays a shop.
func (c shop) draw(w http.ResponseWriter, r *http.Request, address, name string) error {
	title, err := c.Say(r, "request.qr-title", name)
	if err != nil {
		return err
	}
	svg, err := qr.SVG(address, title)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "image/svg+xml")
	w.Header().Set("Cache-Control", "private, max-age=3600")
	_, err = w.Write([]byte(svg))
	return err
}

// withdraw cancels a request and shows what became of it.
func (c shop) withdraw(w http.ResponseWriter, r *http.Request) error {
	a, request, err := c.asked(r)
	if err != nil {
		return err
	}
	if _, _, err := c.Merchant.CancelRequest(r.Context(), a, site.FormKey(r), request.ID); err != nil && (fault.As(err) == nil || errors.Is(err, fault.ErrForbidden)) {
		return err
	}
	http.Redirect(w, r, "/caisse/"+request.ID.String(), http.StatusSeeOther)
	return nil
}
