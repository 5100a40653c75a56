// SPDX-License-Identifier: AGPL-3.0-or-later

package web_test

import (
	"net/http"
	"net/url"
	"regexp"
	"sync"
	"testing"
	"time"
)

// digest is the one that the form of an intent brings back.
func (a answer) digest() string {
	found := regexp.MustCompile(`name="empreinte" value="([^"]+)"`).FindStringSubmatch(a.body)
	if found == nil {
		return ""
	}
	return found[1]
}

// asks posts the form of what a shop's code leads to, and returns the address of
// its intent.
func (b *browser) asks(request string) string {
	b.w.Helper()
	return b.w.follows(b.send("/payer/"+request, "cle", b.open("/payer/"+request).formKey()), "/payer/confirmation/int_")
}

// press confirms an intent by a click, as in a demonstration.
func (b *browser) press(at string) {
	b.w.Helper()
	shown := b.ask("GET", at, "")
	b.w.follows(b.send(at, "empreinte", shown.digest()), at)
}

// TestThePayPage goes the way of a shop's code in a demonstration: pressed twice
// at once and reloaded, it pays once.
func TestThePayPage(t *testing.T) {
	inWorld(t, func(w *world) {
		w.keep("request", w.made("cashier", "/v1/payment-requests", `{"amount":"12.50","reference":"Panier"}`))
		stranger := w.browser().ask("GET", "/payer/${request}", "")
		if stranger.status != http.StatusSeeOther || stranger.header.Get("Location") != "/connexion?suite="+url.QueryEscape(w.say("/payer/${request}")) {
			w.Errorf("%d %v", stranger.status, stranger.header)
		}
		b := w.signedIn("citizen")
		asked := b.open("/payer/${request}")
		w.reads(asked, "Épicerie", "12,50", "Panier", `data-version="1"`, "data-go")
		both := b.twice("/payer/${request}", "cle", asked.formKey())
		at := w.follows(both[0], "/payer/confirmation/int_")
		if both[1].header.Get("Location") != at {
			w.Errorf("a double click makes two intents: %v", both[1].header)
		}
		page := b.open(at)
		w.reads(page, "Épicerie", "Payer 12,50 Roues", "Panier", "120,00", "107,50", "Expire dans")
		var together sync.WaitGroup
		answers := make([]answer, 2) // pressed twice
		for i := range answers {
			copied := *w // with a client of its own
			other := &browser{w: &copied, jar: b.jar}
			together.Go(func() { answers[i] = other.send(at, "empreinte", page.digest(), "montant", "99") })
		}
		together.Wait()
		for _, a := range answers {
			w.follows(a, at)
		}
		w.reads(b.open(at), "Payé", "12,50", "Épicerie", "107,50", "Panier", "!Payer 12,50")
		late := w.follows(b.send(at, "empreinte", page.digest()), at+"?encore=1") // sent again
		w.reads(b.open(late), "n’a été débité qu’une fois")
		if got := w.available("citizen").Format(); got != "107.50" {
			w.Errorf("%s left", got)
		}
		w.reads(b.open("/payer/${request}"), "déjà payée", "!<form method=\"post\" action=\"/payer")
		refused := w.signedIn("citizen2").send("/payer/${request}", "cle", "another-key-of-a-form")
		w.reads(refused, "déjà payée", "Aucun montant n’a été débité", "12,50")
		if refused.status != http.StatusConflict {
			w.Errorf("%d", refused.status)
		}
	})
}

// TestARefusedPaymentKeepsItsAmount pays too much, without a key, too late, and
// one's own request.
func TestARefusedPaymentKeepsItsAmount(t *testing.T) {
	inWorld(t, func(w *world) {
		before := w.available("citizen2")
		w.keep("request", w.made("cashier", "/v1/payment-requests", `{"amount":"90.00","expires_in":60}`))
		poor := w.signedIn("citizen2")
		w.reads(poor.open("/payer/${request}"), "il vous manque 30,00.", "!<form method=\"post\" action=\"/payer")
		at := w.follows(poor.send("/payer/${request}", "cle", "a-key-of-sixteen-or-more"), "/payer/confirmation/int_")
		w.reads(poor.open(at), "il vous manque 30,00.", "!<form method=\"post\" action=\"/payer")
		w.is(w.shown("citizen2", "/v1/intents/"+at[len("/payer/confirmation/"):]), "status", "open")
		digest := w.shown("citizen2", "/v1/intents/"+at[len("/payer/confirmation/"):]).text("digest")
		for _, c := range []struct {
			as, path, field, value, words string
			status                        int
		}{
			{"citizen2", at, "empreinte", digest, "Le solde disponible ne suffit pas", 409},
			{"citizen", "/payer/${request}", "cle", "", "La clé d’unicité n’est pas lisible", 400},
			{"merchant", "/payer/${request}", "cle", "a-key-of-sixteen-or-more", "Vous ne pouvez pas vous payer vous-même", 409},
			{"auditor", "/payer/${request}", "cle", "a-key-of-sixteen-or-more", "Vous n’avez pas le droit de faire cela", 403},
		} {
			a := w.signedIn(c.as).send(c.path, c.field, c.value)
			w.reads(a, c.words, "Aucun montant n’a été débité", "90,00", "Épicerie")
			if a.status != c.status {
				w.Errorf("%s: %d", c.as, a.status)
			}
		}
		b := w.signedIn("citizen")
		page := b.open("/payer/${request}")
		intent := b.asks("${request}")
		shown := b.open(intent)
		w.later(2 * time.Minute) // the request ends before the intent
		late := b.send("/payer/${request}", "cle", page.formKey())
		w.reads(late, "expiré", "90,00")
		w.reads(b.open(intent), "Cette demande a expiré", "!name=\"empreinte\"")
		closed := b.send(intent, "empreinte", shown.digest())
		w.reads(closed, "Cette demande a expiré", "Aucun montant n’a été débité")
		if late.status != http.StatusConflict || closed.status != http.StatusConflict || w.available("citizen2") != before {
			w.Errorf("%d %d", late.status, closed.status)
		}
	})
}

// TestPayingByNumber types whom and how much: what is wrong stands beside its
// field, an unknown payee is told in the same words as one who cannot be (D2).
func TestPayingByNumber(t *testing.T) {
	inWorld(t, func(w *world) {
		b := w.signedIn("citizen")
		sticker := b.open("/payer?a=${shop.code}")
		w.reads(sticker, `value="${shop.code}"`, "Épicerie", "120,00", "!name=\"montant\" value")
		w.reads(b.open("/payer?a=${citizen2.number}"), `value="${citizen2.number}"`, "!citizen2<")
		key := sticker.formKey()
		for _, c := range []struct{ to, amount, words string }{
			{"", "1", "Indiquez qui vous payez"}, {"${shop.code}", "", "Saisissez un montant"}, {"${shop.code}", "0", "supérieur à zéro"}, {"${shop.code}", "1,234", "montant"},
		} {
			a := b.send("/payer", "a", w.say(c.to), "montant", c.amount, "message", "Pain", "cle", key)
			w.reads(a, c.words, `value="Pain"`)
			if a.status != http.StatusUnprocessableEntity {
				w.Errorf("%+v: %d", c, a.status)
			}
		}
		unknown := b.send("/payer", "a", "99999999", "montant", "1", "cle", key)
		closed := b.send("/payer", "a", "ABCDEFGH", "montant", "1", "cle", key)
		own := b.send("/payer", "a", w.known["citizen.number"], "montant", "1", "cle", key)
		title := regexp.MustCompile(`id="a-faute"[^>]*>([^<]+)<`)
		said := title.FindStringSubmatch(unknown.body)
		if said == nil || unknown.status != closed.status || said[1] != title.FindStringSubmatch(closed.body)[1] {
			w.Errorf("%d %v, %d %v", unknown.status, said, closed.status, title.FindStringSubmatch(closed.body))
		}
		w.reads(own, "Vous ne pouvez pas vous payer vous-même", "Aucun montant n’a été débité")
		at := w.follows(b.send("/payer", "a", w.server.URL+"/payer?a="+w.known["shop.code"], "montant", "2,50", "message", "Pain", "cle", own.formKey()), "/payer/confirmation/int_")
		page := b.open(at)
		w.reads(page, "Épicerie", "Pain", "Payer 2,50 Roues", "117,50")
		for name, other := range map[string]string{"another's": at, "nobody's": "/payer/confirmation/" + nobodys("int_")} {
			a := w.signedIn("citizen2").ask("GET", other, "")
			w.reads(a, "Vous n’avez pas le droit de faire cela")
			if sent := w.signedIn("citizen2").send(other, "empreinte", page.digest()); a.status != http.StatusForbidden || sent.status != http.StatusForbidden {
				w.Errorf("%s intent: %d, %d", name, a.status, sent.status)
			}
		}
		swapped := b.send(at, "empreinte", page.digest()[1:]+"0", "montant", "1")
		if swapped.status != http.StatusConflict {
			w.Errorf("another digest: %d", swapped.status)
		}
		b.press(at)
		w.reads(b.open(at), "Payé", "2,50", "Pain", "117,50")
		w.later(6 * time.Minute)
		w.reads(b.open(at), "Payé", "2,50")
		whole := b.send("/payer", "a", w.server.URL+"/payer/prq_x", "montant", "", "cle", own.formKey())
		w.follows(whole, "/payer/prq_x")
		for as, status := range map[string]int{"treasurer": 403, "auditor": 403, "cashier": 403} {
			if a := w.signedIn(as).ask("GET", "/payer", ""); a.status != status {
				w.Errorf("%s: %d", as, a.status)
			}
		}
	})
}
