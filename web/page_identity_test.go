// SPDX-License-Identifier: AGPL-3.0-or-later

package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/noria-mlc/noria/web/identity"
	"github.com/noria-mlc/noria/web/identity/issuertest"
)

// withIssuer is a world whose people can sign in with their town hall.
func withIssuer(t *testing.T, test func(w *world, hall *issuertest.Issuer)) {
	inWorld(t, func(w *world) {
		hall := issuertest.New(t, w.ledger.Now)
		also := *w
		also.issuer = identity.Issuer{Name: "la mairie", URL: hall.URL, Client: issuertest.Client, Secret: issuertest.Secret}
		defer also.serve()()
		test(&also, hall)
	})
}

// returns goes to the issuer by a link of ours and comes back.
func (b *browser) returns(hall *issuertest.Issuer, from string, who issuertest.Person) answer {
	b.w.Helper()
	left := b.ask(http.MethodGet, from, "")
	if left.status != http.StatusSeeOther || !strings.HasPrefix(left.header.Get("Location"), hall.URL) {
		b.w.Fatalf("%s: %d %v %s", from, left.status, left.header, left.body)
	}
	return b.ask(http.MethodGet, identity.IssuerPath+"?"+hall.Visit(b.w.T, left.header.Get("Location"), who).Encode(), "")
}

func TestPeopleSignInWithTheirTownHall(t *testing.T) {
	withIssuer(t, func(w *world, hall *issuertest.Issuer) {
		n := w.joins("nora@example.org")
		w.letters()
		nora := issuertest.Person{Subject: "s-nora", Email: "nora@example.org", Name: "Nora Petit", Verified: true}

		// Her address opens nothing: she is told by letter that she has an account.
		stranger := w.browser()
		w.reads(stranger.open("/connexion?suite=/portefeuille"), "Se connecter avec la mairie", `href="/connexion/identite?suite=%2fportefeuille"`)
		w.reads(stranger.returns(hall, "/connexion/identite", nora), "Nous avons écrit à")
		if stranger.cookie() != nil {
			t.Error("an address opened a session")
		}
		w.later(time.Second)
		if letters := w.letters(); len(letters) != 1 || strings.Contains(letters[0].Text, "/rejoindre/") {
			t.Errorf("%+v", letters)
		}

		// From inside she links it, after she has read whom it names.
		w.reads(n.open("/compte"), "une fois votre compte relié", `href="/compte/identite"`)
		asked := n.returns(hall, "/compte/identite", nora)
		w.reads(asked, "Relier cette identité", "nora@example.org", `name="lien"`)
		sealed := asked.value("lien")
		w.reads(w.signedIn("citizen").send("/compte/identite", "lien", sealed), "a déjà servi, ou a expiré")
		w.follows(n.send("/compte/identite", "lien", sealed), "/compte")
		w.reads(n.open("/compte"), "Reliée le", hall.URL, "Détacher")
		if again := n.send("/compte/identite", "lien", sealed); again.status != http.StatusConflict {
			t.Errorf("linked twice: %d", again.status)
		}

		// Then it opens a session, which goes where she wanted, and changes nothing.
		in := w.browser()
		w.follows(in.returns(hall, "/connexion/identite?suite=/portefeuille", nora), "/portefeuille")
		w.reads(in.open("/portefeuille"), "Nora Petit")
		w.reads(in.open("/compte"), "Confirmer que c’est moi", "!Détacher")
		w.follows(in.send("/compte/identite/retrait", "x", "y"), "/connexion?suite=")
		w.follows(in.ask(http.MethodGet, "/compte/identite", ""), "/connexion?suite=")

		w.follows(n.send("/compte/identite/retrait", "x", "y"), "/compte")
		if a := in.ask(http.MethodGet, "/portefeuille", ""); a.status != http.StatusSeeOther {
			t.Errorf("a session that the issuer vouched for, after it was unlinked: %d", a.status)
		}
		if a := n.send("/compte/identite/retrait", "x", "y"); a.status != http.StatusConflict {
			t.Errorf("unlinked twice: %d", a.status)
		}
	})
}

func TestWhatComesBackFromAnIssuerIsRefusedInPlace(t *testing.T) {
	withIssuer(t, func(w *world, hall *issuertest.Issuer) {
		b := w.browser()
		w.reads(b.returns(hall, "/connexion/identite?suite=/fonds", issuertest.Person{Subject: "x", Email: "x@example.org"}), "Aucun compte n’est relié", `value="/fonds"`)
		hall.Lie(func(c map[string]any) { c["nonce"] = "another" })
		a := b.returns(hall, "/connexion/identite", issuertest.Person{Subject: "x"})
		w.reads(a, "Votre identité n’a pas été confirmée", `name="mot-de-passe"`)
		if a.status != http.StatusUnauthorized || b.cookie() != nil {
			t.Errorf("%d %v", a.status, b.cookie())
		}
		hall.Lie(nil)

		// Another browser's state, no journey at all, and a refusal there.
		left := b.ask(http.MethodGet, "/connexion/identite", "")
		set := left.header.Get("Set-Cookie")
		if !strings.Contains(set, "noria-identite=") || !strings.Contains(set, "HttpOnly") || !strings.Contains(set, "SameSite=Lax") || !strings.Contains(set, "Max-Age=600") {
			t.Errorf("the cookie of a journey: %s", set)
		}
		back := hall.Visit(t, left.header.Get("Location"), issuertest.Person{Subject: "x"}).Encode()
		if a := w.browser().ask(http.MethodGet, identity.IssuerPath+"?"+back, ""); a.status != http.StatusConflict {
			t.Errorf("in another browser: %d", a.status)
		}
		state, _ := url.ParseQuery(back)
		a = b.ask(http.MethodGet, identity.IssuerPath+"?error=access_denied&state="+url.QueryEscape(state.Get("state")), "")
		if a.status != http.StatusUnauthorized || !strings.Contains(a.header.Get("Set-Cookie"), "noria-identite=;") {
			t.Errorf("refused there: %d %v", a.status, a.header)
		}
		if a := b.ask(http.MethodGet, identity.IssuerPath+"?"+back, ""); a.status != http.StatusConflict {
			t.Errorf("the journey was over: %d", a.status)
		}
		// Nobody else's page sends somebody on.
		for _, path := range []string{"/connexion/identite", "/compte/identite"} {
			c := call{as: "citizen", method: http.MethodGet, path: path, header: map[string]string{"Sec-Fetch-Site": "cross-site"}}
			if a := w.do(c); strings.HasPrefix(a.header.Get("Location"), hall.URL) {
				t.Errorf("%s from another site: %d", path, a.status)
			}
		}
	})
}

func TestWithoutAnIssuerThereIsNoButton(t *testing.T) {
	inWorld(t, func(w *world) {
		w.reads(w.browser().open("/connexion"), "!/connexion/identite")
		b := w.signedIn("citizen")
		w.reads(b.open("/compte"), "!/compte/identite")
		for _, path := range []string{"/connexion/identite", identity.IssuerPath, "/compte/identite"} {
			if a := b.ask(http.MethodGet, path, ""); a.status != http.StatusNotFound {
				t.Errorf("%s: %d", path, a.status)
			}
		}
	})
}
