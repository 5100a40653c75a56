// SPDX-License-Identifier: AGPL-3.0-or-later

package web_test

import (
	"archive/zip"
	"bytes"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/web/session"
)

// first is the browser of the first administrator, who came in by the link.
func (w *world) first() *browser {
	w.Helper()
	issued, made, err := w.session.Bootstrap(w.Context(), session.NewSecret())
	if err != nil || !made {
		w.Fatalf("no link: %v, %v", made, err)
	}
	b := w.browser()
	if a := b.send("/connexion", "jeton", issued.Text, "suite", "/"); a.status != http.StatusSeeOther {
		w.Fatalf("the link opens nothing: %d", a.status)
	}
	return b
}

// opening is what is typed to open a currency, with changes.
func opening(key string, changes ...string) []string {
	typed := []string{"cle", key, "nom", "La Roue", "code", "roue", "unite", "Roue", "unites", "Roues", "emetteur", "Association La Roue", "rna", "W842000000",
		"base", "exclusion-L521-3", "banque", "La Nef", "iban", "FR76 3000 6000 0112 3456 7890 189", "bic", "AGRIFRPP"}
	return append(typed, changes...)
}

// TestTheFirstAdministratorOpensTheCurrency goes from the link to a currency with
// the pages alone.
func TestTheFirstAdministratorOpensTheCurrency(t *testing.T) {
	w := new(beginning).build(t)
	b := w.first()
	if a := b.ask(http.MethodGet, "/", ""); a.header.Get("Location") != "/administration" {
		w.Fatalf("home leads to %q", a.header.Get("Location"))
	}
	if a := b.ask(http.MethodGet, "/administration", ""); a.header.Get("Location") != "/administration/monnaie" {
		w.Fatalf("the office leads to %q", a.header.Get("Location"))
	}
	shown := b.open("/administration/monnaie")
	w.reads(shown, "Ouvrir la monnaie", `name="iban"`)
	for field, bad := range map[string]string{"nom": "", "code": "1", "unite": "", "unites": "", "emetteur": "", "rna": "X", "iban": "FR76 3000 6000 0112 3456 7890 188", "bic": "X", "banque": ""} {
		a := b.send("/administration/monnaie", opening(shown.formKey(), field, bad)...)
		w.reads(a, `aria-invalid="true"`, `value="exclusion-L521-3" selected`)
		if a.status != http.StatusUnprocessableEntity || a.formKey() != shown.formKey() {
			w.Errorf("%s %q: %d", field, bad, a.status)
		}
	}
	for range 2 { // sent twice, it is one wish
		if a := b.send("/administration/monnaie", opening(shown.formKey())...); a.header.Get("Location") != "/administration" {
			w.Fatalf("%d %s", a.status, a.body)
		}
	}
	w.reads(b.open("/administration"), "La monnaie est ouverte", "Avant le premier paiement")
	w.reads(w.browser().open("/fonds"), "La Roue")
	if a := b.send("/administration/monnaie", opening(w.key())...); a.status != http.StatusConflict {
		w.Errorf("opened again: %d", a.status)
	}
	if a := b.ask(http.MethodGet, "/administration/monnaie", ""); a.header.Get("Location") != "/administration" {
		w.Errorf("the form is there again: %d", a.status)
	}
}

// TestTheOfficeIsForAdministrators walks the room as everybody else.
func TestTheOfficeIsForAdministrators(t *testing.T) {
	inWorld(t, func(w *world) {
		all := []string{"/administration", "/administration/membres", "/administration/membres/${citizen.user}", "/administration/effacements", "/administration/lieux", "/administration/reglages", "/administration/sante"}
		for as := range w.tokens {
			b := w.signedIn(as)
			for _, path := range append(all, "/administration/acces") {
				want := http.StatusForbidden
				if as == "admin" || (path == "/administration/acces" && (as == "desk" || as == "auditor")) {
					want = http.StatusOK
				}
				if a := b.ask(http.MethodGet, w.say(path), ""); a.status != want {
					w.Errorf("%s, %s: %d, want %d", as, path, a.status, want)
				}
			}
			if as == "admin" {
				continue
			}
			for _, path := range []string{"/administration/membres", "/administration/membres/${citizen.user}/fermeture", "/administration/membres/${citizen.user}/roles", "/administration/lieux/comptoirs",
				"/administration/lieux/commerces", "/administration/reglages", "/administration/sante/people.erase", "/administration/membres/${citizen.user}/effacement"} {
				a := b.send(w.say(path), "cle", w.key(), "nom", "X", "genre", "individual", "role", "treasurer", "heures", "2", "membre", w.known["merchant.number"], "enseigne", "X")
				if a.status != http.StatusForbidden && !(as == "citizen" && strings.HasSuffix(path, "effacement")) {
					w.Errorf("%s does %s: %d", as, path, a.status)
				}
			}
		}
	})
}

// TestMembersAndRoles lets people in and gives them roles by the pages.
func TestMembersAndRoles(t *testing.T) {
	inWorld(t, func(w *world) {
		b := w.signedIn("admin")
		w.reads(b.open("/administration/membres?q=citizen2"), ">citizen2<", "!>cashier<")
		w.reads(b.open("/administration/membres?q=nobody%25"), "Personne ne correspond")
		key := b.open("/administration/membres").formKey()
		w.reads(b.send("/administration/membres", "cle", key, "genre", "individual", "nom", "", "adresse", ""), "Donnez un nom")
		w.reads(b.send("/administration/membres", "cle", key, "genre", "individual", "nom", "Tess", "adresse", "x"), "Cette adresse est mal écrite", `value="Tess"`)
		at := b.send("/administration/membres", "cle", key, "genre", "individual", "nom", "Tess Martin", "adresse", "tess@example.org").header.Get("Location")
		if again := b.send("/administration/membres", "cle", key, "genre", "individual", "nom", "Tess Martin", "adresse", "tess@example.org").header.Get("Location"); at == "" || again != at {
			w.Fatalf("sent twice: %q and %q", at, again)
		}
		w.later(time.Second)
		if letters := w.letters(); len(letters) != 1 || letters[0].To != "tess@example.org" || !strings.Contains(letters[0].Text, "/rejoindre/") {
			w.Errorf("the invitation: %v", letters)
		}
		w.reads(b.open(at), "Tess Martin", "membre", "Votre passage sur cette page est noté")
		give := func(at, role, organisation string) answer {
			return b.send(at+"/roles", "cle", w.key(), "role", role, "organisation", organisation)
		}
		if a := give(at, "treasurer", ""); a.header.Get("Location") != at {
			w.Errorf("a role: %d %s", a.status, a.body)
		}
		w.reads(b.open(at), "<b>trésorerie</b>")
		w.reads(give(at, "cashier", "12 34"), "Aucune organisation n’a ce numéro", `value="12 34"`)
		if a := give(at, "cashier", w.known["merchant.number"]); a.header.Get("Location") != at {
			w.Errorf("a role in a shop: %d %s", a.status, a.body)
		}
		own := "/administration/membres/" + w.known["admin.user"]
		w.reads(give(own, "treasurer", ""), "Personne ne se donne un rôle qui décide", "Aucun montant")
		for path, pairs := range map[string][]string{own + "/roles/retrait": {"role", "administrator"}, own + "/fermeture": nil} {
			a := b.send(path, append(pairs, "cle", w.key())...)
			if a.status != http.StatusConflict || !strings.Contains(a.body, `class="refusal"`) {
				w.Errorf("the last administrator, %s: %d %s", path, a.status, a.body)
			}
		}
		if a := b.send(at+"/roles/retrait", "cle", w.key(), "role", "treasurer"); a.header.Get("Location") != at {
			w.Errorf("withdrawn: %d", a.status)
		}
		b.send(at+"/fermeture", "cle", w.key())
		w.reads(b.open(at), "Accès fermé par l’administration")
		b.send(at+"/reouverture", "cle", w.key())
		w.reads(b.open(at), "Accès ouvert")
		// D8: the person is told.
		w.reads(w.signedIn("citizen").open("/compte/regards"), "Personne n’a regardé")
		b.open(w.say("/administration/membres/${citizen.user}"))
		w.reads(w.signedIn("citizen").open("/compte/regards"), "administration", "Vos rôles et votre adresse")
		if a := b.ask(http.MethodGet, "/administration/membres/usr_00000000000000000000000001", ""); a.status != http.StatusNotFound {
			w.Errorf("nobody: %d", a.status)
		}
		b.send(w.say("/administration/membres/${citizen2.user}/jetons/${citizen2.token}/revocation"), "cle", w.key())
		if a := w.browser().send("/connexion", "jeton", w.tokens["citizen2"]); a.status != http.StatusUnauthorized {
			w.Errorf("a token that was revoked opens: %d", a.status)
		}
	})
}

// TestRecoveryByTwoVolunteers goes from the desk to the new way to sign in.
func TestRecoveryByTwoVolunteers(t *testing.T) {
	inWorld(t, func(w *world) {
		n := w.joins("nora@example.org")
		w.letters()
		var number string
		must(t, w.ledger.Reader().QueryRowContext(w.Context(), `SELECT number FROM holders WHERE name = 'Nora Petit'`).Scan(&number))
		desk, admin := w.signedIn("desk"), w.signedIn("admin")
		key := desk.open("/administration/acces").formKey()
		w.reads(desk.send("/administration/acces", "cle", key, "membre", "1", "motif", "carte vue au comptoir", "moyen", "hand"), "Aucun membre n’a ce numéro")
		w.reads(desk.send("/administration/acces", "cle", key, "membre", number, "motif", "court", "moyen", "hand"), "de 10 à 500 caractères", `value="court"`)
		if a := desk.send("/administration/acces", "cle", key, "membre", number, "motif", "carte vue au comptoir", "moyen", "hand"); a.status != http.StatusSeeOther {
			w.Fatalf("%d %s", a.status, a.body)
		}
		list := admin.open("/administration/acces")
		w.reads(list, "Nora Petit", "carte vue au comptoir")
		at := regexp.MustCompile(`/administration/acces/rec_[0-9a-z]+`).FindString(list.body)
		w.reads(desk.open("/administration/acces"), "une autre personne doit l’approuver", "!/approbation")
		if a := desk.send(at+"/approbation", "cle", w.key()); a.status != http.StatusConflict {
			w.Errorf("the first volunteer approves: %d", a.status)
		}
		w.reads(n.open("/compte"), "Demandes pour vous rendre l’accès", "annulation")
		approve := w.key()
		shown := admin.send(at+"/approbation", "cle", approve)
		code := regexp.MustCompile(`<code>([0-9a-z-]{19})</code>`).FindStringSubmatch(shown.body)
		if code == nil {
			w.Fatalf("no code: %d %s", shown.status, shown.body)
		}
		w.reads(admin.send(at+"/approbation", "cle", approve), "déjà été montré", "!"+code[1])
		lost := w.browser()
		w.reads(lost.send("/retrouver", "code", "0000-0000-0000-0000"), `aria-invalid="true"`)
		w.reads(lost.send("/retrouver", "code", code[1]), `aria-invalid="true"`) // it does not hold yet
		w.later(24*time.Hour + time.Minute)
		to := lost.send("/retrouver", "code", code[1]).header.Get("Location")
		page := lost.open(to)
		w.reads(page, n.email, "Vos anciens moyens de connexion")
		n.secret = regexp.MustCompile(`<code>([A-Z2-7]+)</code>`).FindStringSubmatch(page.body)[1]
		w.reads(lost.send(to, "mot-de-passe", "short", "application", page.value("application"), "code", n.code()), "trop facile à deviner")
		w.reads(lost.send(to, "mot-de-passe", newPassword+" ter", "application", page.value("application"), "code", n.code()), "Vos codes de secours")
		w.reads(lost.open("/compte"), n.email)
		if a := n.ask(http.MethodGet, "/compte", ""); a.status != http.StatusSeeOther {
			w.Errorf("the session from before: %d", a.status)
		}
		if a := w.browser().ask(http.MethodGet, to, ""); a.status != http.StatusConflict {
			w.Errorf("the code a second time: %d", a.status)
		}
		if a := w.signedIn("citizen").send(at+"/annulation", "cle", w.key()); a.status != http.StatusForbidden {
			w.Errorf("somebody else cancels: %d", a.status)
		}
	})
}

// TestBlockingALostPhone takes two taps from the sign-in page.
func TestBlockingALostPhone(t *testing.T) {
	inWorld(t, func(w *world) {
		n := w.joins("nora@example.org")
		w.letters()
		admin := w.signedIn("admin")
		key := admin.open("/administration/reglages").formKey()
		w.reads(admin.send("/administration/reglages", "cle", key, "telephone", "abc", "heures", "24"), "Ce numéro n’est pas lisible", `value="abc"`)
		w.reads(admin.send("/administration/reglages", "cle", key, "telephone", "", "heures", "0"), "de 1 à 168")
		if a := admin.send("/administration/reglages", "cle", key, "telephone", "04 90 00 00 00", "adresse", "bonjour@example.org", "heures", "48"); a.status != http.StatusSeeOther {
			w.Fatalf("%d %s", a.status, a.body)
		}
		b := w.browser()
		w.reads(b.open("/connexion"), `href="/bloquer"`, "04 90 00 00 00", `href="tel:0490000000"`)
		w.reads(b.open("/bloquer"), `href="tel:0490000000"`, "bonjour@example.org")
		w.reads(b.send("/bloquer", "adresse", "x"), "Cette adresse est mal écrite")
		known, unknown := b.send("/bloquer", "adresse", n.email), b.send("/bloquer", "adresse", "nobody@example.org")
		if known.body != unknown.body {
			w.Error("the page tells who has an account")
		}
		w.later(time.Second)
		letters := w.letters()
		if len(letters) != 1 {
			w.Fatalf("%d letters", len(letters))
		}
		at := regexp.MustCompile(`/bloquer/\S+`).FindString(letters[0].Text)
		w.reads(b.open(at), "Bloquer ce compte maintenant")
		n.open("/compte") // looking at the link blocked nobody
		w.reads(b.send(at), "Votre compte est bloqué", "Aucun montant")
		if a := n.ask(http.MethodGet, "/compte", ""); a.status != http.StatusSeeOther {
			w.Errorf("the session of a blocked account: %d", a.status)
		}
		if a := b.send(at); a.status != http.StatusConflict {
			w.Errorf("twice: %d", a.status)
		}
	})
}

// TestOnesOwnTokens makes, shows once and revokes.
func TestOnesOwnTokens(t *testing.T) {
	inWorld(t, func(w *world) {
		b := w.signedIn("merchant")
		page := b.open("/compte/jetons")
		w.reads(page, "merchant", `name="usage"`)
		key := page.value("cle")
		fresh := regexp.MustCompile(`action="/compte/jetons">\s*<input type="hidden" name="cle" value="([^"]+)"`).FindStringSubmatch(page.body)
		if fresh != nil {
			key = fresh[1]
		}
		w.reads(b.send("/compte/jetons", "cle", key, "nom", "Caisse", "duree", "30"), "au moins un usage", `value="Caisse"`)
		w.reads(b.send("/compte/jetons", "cle", key, "nom", "", "usage", "read", "duree", "30"), "de 1 à 60 caractères")
		made := b.send("/compte/jetons", "cle", key, "nom", "Caisse", "usage", "read", "duree", "30", "organisation", w.known["merchant"])
		text := regexp.MustCompile(`<code>(noria_a\S+)</code>`).FindStringSubmatch(made.body)
		if text == nil {
			w.Fatalf("%d %s", made.status, made.body)
		}
		w.reads(b.send("/compte/jetons", "cle", key, "nom", "Caisse", "usage", "read", "duree", "30", "organisation", w.known["merchant"]), "déjà été montré", "!"+text[1])
		p, err := w.session.Authenticate(w.Context(), text[1])
		if err != nil || p.Actor.Scopes != "read" || p.Actor.Has(access.Citizen) {
			w.Errorf("%+v %v", p.Actor, err)
		}
		if a := w.signedIn("citizen").send("/compte/jetons/"+p.Token.String()+"/revocation", "cle", w.key()); a.status != http.StatusForbidden {
			w.Errorf("somebody else revokes: %d", a.status)
		}
		b.send("/compte/jetons/"+p.Token.String()+"/revocation", "cle", w.key())
		if _, err := w.session.Authenticate(w.Context(), text[1]); err == nil {
			w.Error("a token that was revoked holds")
		}
		if a := w.signedIn("citizen").send("/compte/jetons", "cle", w.key(), "nom", "X", "usage", "all", "duree", "30", "organisation", w.known["merchant"]); a.status != http.StatusUnprocessableEntity {
			w.Errorf("a token for somebody else's shop: %d", a.status)
		}
	})
}

// TestD6D7OnesOwnData takes the data along, asks to be forgotten and thinks again.
func TestD6D7OnesOwnData(t *testing.T) {
	inWorld(t, func(w *world) {
		n := w.joins("nora@example.org")
		w.letters()
		packed := n.open("/compte/donnees/archive")
		if z, err := zip.NewReader(bytes.NewReader([]byte(packed.body)), int64(len(packed.body))); err != nil || len(z.File) < 4 {
			w.Errorf("the archive: %v", err)
		}
		if a := n.send("/compte/effacement", "cle", n.open("/compte/donnees").formKey()); a.header.Get("Location") != "/compte/donnees" {
			w.Errorf("%d %s", a.status, a.body)
		}
		page := n.open("/compte/donnees")
		w.reads(page, "Votre compte sera effacé le")
		at := regexp.MustCompile(`/compte/effacement/era_[0-9a-z]+/annulation`).FindString(page.body)
		if a := w.signedIn("citizen").send(at, "cle", w.key()); a.status != http.StatusForbidden {
			w.Errorf("somebody else keeps it: %d", a.status)
		}
		admin := w.signedIn("admin")
		w.reads(admin.open("/administration/effacements"), "Demandé par la personne")
		n.send(at, "cle", w.key())
		w.reads(n.open("/compte/donnees"), "Demander l’effacement")
		w.later(10 * time.Minute)
		if a := n.send("/compte/effacement", "cle", w.key()); a.header.Get("Location") != "/connexion?suite=%2Fcompte%2Fdonnees" {
			w.Errorf("without a fresh proof: %d %s", a.status, a.header.Get("Location"))
		}
	})
}

// TestAnotherAddress moves an account to another address and back.
func TestAnotherAddress(t *testing.T) {
	inWorld(t, func(w *world) {
		n := w.joins("nora@example.org")
		w.letters()
		link := func(path, to string) string {
			w.Helper()
			w.later(time.Second)
			for _, l := range w.letters() {
				if found := regexp.MustCompile(path + `[A-Za-z0-9_-]{40,}`).FindString(l.Text); found != "" && l.To == to {
					return found
				}
			}
			w.Fatalf("no letter with %s to %s", path, to)
			return ""
		}
		w.reads(n.send("/compte/adresse/nouvelle", "adresse", "x"), "Cette adresse est mal écrite")
		w.reads(n.send("/compte/adresse/nouvelle", "adresse", "Petit@Example.org"), "Un lien vient d’être envoyé")
		at := link("/adresse/", "petit@example.org")
		w.reads(w.browser().open(at), "petit@example.org", "Confirmer cette adresse")
		w.reads(n.open("/compte"), "nora@example.org") // nothing changed before
		w.reads(w.browser().send(at), "L’adresse est changée")
		w.reads(n.open("/compte"), "petit@example.org", "!nora@example.org")
		if a := w.browser().send(at); a.status != http.StatusConflict {
			w.Errorf("twice: %d", a.status)
		}
		back := link("/adresse/annuler/", "nora@example.org")
		w.reads(w.browser().open(back), "nora@example.org", "Reprendre")
		w.reads(w.browser().send(back), "L’adresse est changée")
		if a := n.ask(http.MethodGet, "/compte", ""); a.status != http.StatusSeeOther {
			w.Errorf("the session after the address came back: %d", a.status)
		}
		w.later(49 * time.Hour)
		if a := w.browser().ask(http.MethodGet, back, ""); a.status != http.StatusConflict {
			w.Errorf("after two days: %d", a.status)
		}
	})
}

// TestJobsByHand runs a job from the page, once for a form.
func TestJobsByHand(t *testing.T) {
	inWorld(t, func(w *world) {
		b := w.signedIn("admin")
		page := b.open("/administration/sante")
		w.reads(page, "people.erase", "Jamais lancée", "Aucune n’attend")
		for range 2 {
			if a := b.send("/administration/sante/people.erase", "cle", page.formKey()); a.status != http.StatusSeeOther {
				w.Errorf("%d %s", a.status, a.body)
			}
		}
		w.reads(b.open("/administration/sante"), "1 fois", "Finie")
		if a := b.send("/administration/sante/nothing", "cle", w.key()); a.status != http.StatusNotFound {
			w.Errorf("a job that is none: %d", a.status)
		}
	})
}
