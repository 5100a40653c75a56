// SPDX-License-Identifier: AGPL-3.0-or-later

package web_test

import (
	"net/http"
	"net/url"
	"path"
	"testing"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/ledger/money"
	"github.com/noria-mlc/noria/ops/provider"
)

// oddly has citizen ask for euros by card and pay another amount of them.
func (w *world) oddly(name string, change func(*provider.SandboxPayment)) {
	w.Helper()
	a := w.keep(name, w.made("citizen", "/v1/conversions", `{"euros":"30.00","channel":"card"}`))
	at, err := url.Parse(a.text("checkout_url"))
	must(w, err)
	must(w, w.provider.Sandbox().Change(path.Base(at.Path), func(p *provider.SandboxPayment) {
		p.Status = conversion.PaymentPaid
		change(p)
	}))
	w.shown("citizen", "/v1/conversions/${"+name+"}") // reads it again at the provider
	must(w, w.provider.Refresh(w.Context(), w.conversionID(name)))
}

func (w *world) conversionID(name string) conversion.ID {
	w.Helper()
	var id conversion.ID
	must(w, id.UnmarshalText([]byte(w.known[name])))
	return id
}

// TestD9OddCardsAreDecidedByTwoPeople credits one payment to another member, says
// of a second that it went back, and of a third that nothing can be booked.
func TestD9OddCardsAreDecidedByTwoPeople(t *testing.T) {
	inWorld(t, func(w *world) {
		treasurer, approver := w.signedIn("treasurer"), w.signedIn("approver")
		w.reads(treasurer.open("/tresorerie/cartes"), "Rien à vérifier")
		w.oddly("short", func(p *provider.SandboxPayment) { p.Euros = money.MustParse("25.00") })
		w.oddly("twice", func(p *provider.SandboxPayment) { p.Euros = money.MustParse("60.00") })
		w.oddly("francs", func(p *provider.SandboxPayment) { p.Currency = "CHF" })
		short, twice, francs := "/tresorerie/cartes/"+w.known["short"], "/tresorerie/cartes/"+w.known["twice"], "/tresorerie/cartes/"+w.known["francs"]
		w.reads(treasurer.open("/tresorerie/cartes"), short, twice, francs, "25,00", "60,00")
		w.reads(treasurer.open(short), "Créditer un membre", "Rendu au payeur", `value="${citizen.number}"`, "${short.reference}", "!Marquer comme vu")
		w.reads(treasurer.open(francs), "Rien ne peut être enregistré ici", "Marquer comme vu", "!Créditer un membre")

		for why, form := range map[string][]string{
			"without a reason": {"decision", "credit", "numero", w.known["citizen.number"], "motif", ""},
			"nobody's number":  {"decision", "credit", "numero", "1", "motif", "x"},
			"no decision":      {"decision", "", "motif", "x"},
		} {
			if a := treasurer.send(short, append(form, "cle", w.key())...); a.status != http.StatusUnprocessableEntity {
				w.Errorf("%s: %d", why, a.status)
			}
		}
		if a := treasurer.send(short, "decision", "noted", "motif", "x", "cle", w.key()); a.status != http.StatusConflict {
			w.Errorf("euros left lying: %d", a.status)
		}
		before := w.available("citizen2")
		credit := []string{"decision", "credit", "numero", w.known["citizen2.number"], "motif", "Elle a payé avec la carte de son frère", "cle", w.key()}
		for range 2 {
			w.follows(treasurer.send(short, credit...), short)
		}
		page := treasurer.open(short)
		w.reads(page, "En attente d’une seconde personne", "Une autre personne approuve", "son frère", "!Approuver et enregistrer")
		approve := []string{"acte", "approuver", "proposition", page.hidden("proposition"), "cle", w.key()}
		if a := treasurer.send(short+"/decision", approve...); a.status != http.StatusForbidden {
			w.Errorf("approved by who proposed it: %d", a.status)
		}
		if w.available("citizen2") != before {
			w.Error("a proposal moved units")
		}
		w.reads(approver.open(short), "Approuver et enregistrer", "${citizen2.number}")
		for range 2 {
			w.follows(approver.send(short+"/decision", approve...), "/tresorerie/cartes")
		}
		if got := w.available("citizen2") - before; got != 25_00 {
			w.Errorf("%s was credited", got)
		}

		w.follows(treasurer.send(twice, "decision", "returned", "motif", "Remboursé chez le prestataire", "cle", w.key()), twice)
		proposal := treasurer.open(twice).hidden("proposition")
		w.follows(approver.send(twice+"/decision", "acte", "retirer", "proposition", proposal, "cle", w.key()), "/tresorerie/cartes")
		w.reads(treasurer.open(twice), "Écarté", "Rendu au payeur", "Créditer un membre")
		w.follows(treasurer.send(twice, "decision", "returned", "motif", "Remboursé le 12", "cle", w.key()), twice)
		proposal = treasurer.open(twice).hidden("proposition")
		w.follows(approver.send(twice+"/decision", "acte", "approuver", "proposition", proposal, "cle", w.key()), "/tresorerie/cartes")
		w.reads(treasurer.open(twice), "Remboursé", "Fait", "!Créditer un membre")
		if a := approver.send(twice+"/decision", "acte", "approuver", "proposition", proposal, "cle", w.key()); a.status != http.StatusConflict {
			w.Errorf("approved again: %d", a.status)
		}

		w.follows(treasurer.send(francs, "decision", "noted", "motif", "Remboursé en francs", "cle", w.key()), francs)
		w.reads(treasurer.open("/tresorerie/cartes"), "Rien à vérifier")
		for _, p := range []string{"/tresorerie/cartes/x", "/tresorerie/cartes/" + nobodys("cnv_")} {
			if a := treasurer.ask("GET", p, ""); a.status != http.StatusNotFound {
				w.Errorf("%s: %d", p, a.status)
			}
		}
		if a := treasurer.send(francs+"/decision", "acte", "approuver", "proposition", "x", "cle", w.key()); a.status != http.StatusNotFound {
			w.Errorf("no proposal: %d", a.status)
		}
		citizen := w.signedIn("citizen")
		if a, b := citizen.ask("GET", francs, ""), citizen.send(twice, "decision", "returned", "motif", "x", "cle", w.key()); a.status != http.StatusForbidden || b.status != http.StatusForbidden {
			w.Errorf("a citizen: %d, %d", a.status, b.status)
		}
	})
}
