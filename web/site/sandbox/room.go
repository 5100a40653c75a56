// SPDX-License-Identifier: AGPL-3.0-or-later

package sandbox

import (
	"embed"
	"net/http"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/ledger/money"
	"github.com/noria-mlc/noria/ops/provider"
	"github.com/noria-mlc/noria/web/page"
	"github.com/noria-mlc/noria/web/site"
)

//go:embed *.html
var templates embed.FS

type sandbox struct {
	*site.Site
	box *provider.Sandbox
}

// Room is the hosted page of the sandbox.
func Room() site.Room {
	return site.Room{Room: page.Room{Name: "sandbox", Templates: templates}, Routes: routes}
}

func routes(s *site.Site) map[string]site.Handler {
	box := s.Provider.Sandbox()
	if box == nil {
		return nil
	}
	b := sandbox{s, box}
	return map[string]site.Handler{
		"GET " + provider.SandboxPath + "{payment}":  b.show,
		"POST " + provider.SandboxPath + "{payment}": b.act,
	}
}

// payView is a payment at the sandbox. What the payer does is posted to the same
// address with the field "choix": payer, renoncer or rembourser.
type payView struct {
	ID, Title, Back string
	Euros           money.Amount
	Status          string
	Refunded        bool
}

// Open says that it may still be paid.
func (v payView) Open() bool { return v.Status == string(conversion.PaymentOpen) }

// Paid says that it was paid and not refunded.
func (v payView) Paid() bool { return v.Status == string(conversion.PaymentPaid) && !v.Refunded }

func (v payView) sheet() page.Sheet {
	return page.Sheet{Template: "sandbox/pay", Title: "sandbox.title", Class: "sandbox", View: v}
}

func (b sandbox) show(w http.ResponseWriter, r *http.Request) error {
	p, err := b.box.Payment(r.PathValue("payment"))
	if err != nil {
		return err
	}
	return b.Show(w, r, 0, payView{ID: p.ID, Title: p.Title, Back: p.Back, Euros: p.Euros, Status: string(p.Status), Refunded: p.Refunded > 0}.sheet())
}

// act does what the payer chose, sends the hook that a provider sends, and leads
// back. A choice that comes twice, or too late, changes nothing.
func (b sandbox) act(w http.ResponseWriter, r *http.Request) error {
	id, back := r.PathValue("payment"), ""
	err := b.box.Change(id, func(p *provider.SandboxPayment) {
		back = p.Back
		switch open, choice := p.Status == conversion.PaymentOpen, r.PostFormValue("choix"); {
		case choice == "payer" && open:
			p.Status = conversion.PaymentPaid
		case choice == "renoncer" && open:
			p.Status = conversion.PaymentOver
		case choice == "rembourser" && p.Status == conversion.PaymentPaid:
			p.Refunded = p.Euros
		}
	})
	if err != nil {
		return err
	}
	header, body, err := b.box.Hook(id)
	if err != nil {
		return err
	}
	if err := b.Provider.Hook(r.Context(), b.box.Name(), header, body); err != nil {
		return err
	}
	http.Redirect(w, r, back, http.StatusSeeOther)
	return nil
}
