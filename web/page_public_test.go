// SPDX-License-Identifier: AGPL-3.0-or-later

package web_test

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/noria-mlc/noria/web"
	"github.com/noria-mlc/noria/web/api"
)

// TestPagesSpeakTheLanguageOfTheirVisitor: what the browser asks for, unless the
// visitor chose.
func TestPagesSpeakTheLanguageOfTheirVisitor(t *testing.T) {
	inWorld(t, func(w *world) {
		french, english := []string{`<html lang="fr"`, "Fonds de garantie", "180,00"}, []string{`<html lang="en"`, "Guarantee fund", "180.00", "!Fonds"}
		for accept, want := range map[string][]string{"": french, "de": french, "fr-FR,en;q=0.8": french, "en-GB,fr;q=0.8": english} {
			w.reads(w.do(call{method: "GET", path: "/fonds", header: map[string]string{"Accept-Language": accept}}), want...)
		}
		b := w.browser()
		back := func(language, referer string) answer {
			client := *w.client
			client.Jar = b.jar
			copied := *w
			copied.client = &client
			return copied.do(call{method: "GET", path: "/langue/" + language, header: map[string]string{"Referer": referer}})
		}
		for referer, want := range map[string]string{w.server.URL + "/connexion?suite=%2Fcaisse": "/connexion?suite=%2Fcaisse", "https://evil.example/caisse": "/",
			"": "/", w.server.URL + "//evil.example": "/"} {
			if a := back("en", referer); a.status != http.StatusSeeOther || a.header.Get("Location") != want {
				w.Errorf("from %q: %d to %q, want %q", referer, a.status, a.header.Get("Location"), want)
			}
		}
		w.reads(b.open("/fonds"), english...)
		w.reads(b.ask("GET", "/nowhere", ""), `href="/langue/fr"`, "There is no such thing")
		w.reads(b.open("/connexion"), "Access token")
		back("fr", "")
		w.reads(b.open("/fonds"), french...)
		if a := back("oc", ""); a.status != http.StatusNotFound {
			w.Errorf("a language that no page has: %d", a.status)
		}
	})
}

// TestEveryRefusalHasAPage follows the type of a problem document.
func TestEveryRefusalHasAPage(t *testing.T) {
	inWorld(t, func(w *world) {
		b := w.browser()
		w.reads(b.open("/problemes/insufficient-funds"), "Le solde disponible ne suffit pas", "De l’argent a-t-il bougé ?", "Que faire maintenant ?", "<code>insufficient-funds</code>")
		w.reads(b.ask("GET", "/nulle-part", ""), `href="/problemes/missing"`)
		w.reads(b.open("/accessibilite"), "non audité")
		for _, path := range []string{"/problemes/never-heard-of", "/problemes/", "/problemes/%3Cimg%3E", "/composants"} {
			a := b.ask("GET", path, "")
			w.reads(a, "Cette page n’existe pas", "!never-heard-of", "!<img>")
			if a.status != http.StatusNotFound {
				w.Errorf("%s: %d", path, a.status)
			}
		}
	})
}

// TestTheComponentsAreShownInDemonstrations in both languages.
func TestTheComponentsAreShownInDemonstrations(t *testing.T) {
	inWorld(t, func(w *world) {
		demonstration, err := web.New(web.Config{Demo: true, Metrics: w.metrics, Services: api.Services{Ledger: w.ledger, Conversion: w.conversion,
			Merchant: w.merchant, Payout: w.payout, Session: w.session, BaseURL: w.server.URL, Version: "test", Log: slog.New(slog.DiscardHandler)}})
		must(w, err)
		for lang, words := range map[string]string{"fr": "Composants", "en": "Components"} {
			request, shown := httptest.NewRequest("GET", "/composants", nil), httptest.NewRecorder()
			request.Header.Set("Accept-Language", lang)
			demonstration.ServeHTTP(shown, request)
			if shown.Code != http.StatusOK || !strings.Contains(shown.Body.String(), words) || !strings.Contains(shown.Body.String(), "noindex") {
				w.Errorf("%s: %d %s", lang, shown.Code, shown.Body)
			}
		}
	})
}

// TestPublicPages opens every page that anybody may read, before and after a shop
// chose to be listed.
func TestPublicPages(t *testing.T) {
	inWorld(t, func(w *world) {
		b := w.browser()
		w.reads(b.open("/"), "La Roue", "180,00", "100,00\u00a0%", `href="/rejoindre"`, "Les premiers commerces apparaîtront ici")
		w.reads(b.open("/comment-ca-marche"), "1 euro devient 1 Roue", "Vous payez", "Ce qui garantit la monnaie")
		w.reads(b.open("/annuaire"), "Aucun commerce ici", "!Que cherchez-vous")
		w.reads(b.open("/a-propos"), "Association La Roue", "La Nef")
		w.reads(b.open("/chiffres"), "moins de 5")
		w.made("merchant", "/v1/merchants/${shop}/listing", `{"category":"food","town":"Avignon","about":"Pain <b>bis</b>"}`)
		w.reads(b.open("/annuaire?mots=pain&commune=Avignon"), "Pain &lt;b&gt;bis&lt;/b&gt;", "!Pain <b>")
		w.reads(b.open("/annuaire?genre=craft"), "!Pain &lt;b&gt;", "Essayez un autre mot")
		w.reads(b.open("/annuaire?mots="+strings.Repeat("a", 4000)), "Pain &lt;b&gt;")
		w.reads(b.open("/hors-ligne"), "Votre appareil n’a pas de réseau")
		signed := w.signedIn("citizen")
		if a := signed.ask("GET", "/", ""); a.status != http.StatusSeeOther || a.header.Get("Location") != "/portefeuille" {
			w.Errorf("the home page of somebody signed in: %d to %q", a.status, a.header.Get("Location"))
		}
		w.reads(signed.open("/hors-ligne"), "!"+"Connecté")
	})
}

// TestWhatAPhoneNeedsIsServed: the pictures of the manifest, and the worker with
// files that are there.
func TestWhatAPhoneNeedsIsServed(t *testing.T) {
	inWorld(t, func(w *world) {
		b := w.browser()
		for _, path := range []string{"/icone/180.png", "/icone/192.png", "/icone/512.png"} {
			if a := b.open(path); a.header.Get("Content-Type") != "image/png" || !strings.HasPrefix(a.body, "\x89PNG") {
				w.Errorf("%s: %s", path, a.header.Get("Content-Type"))
			}
		}
		if a := b.ask("GET", "/icone/4096.png", ""); a.status != http.StatusNotFound {
			w.Errorf("a picture of any size: %d", a.status)
		}
		script := b.open("/veille.js")
		if !strings.Contains(script.body, `self.kept = ["/hors-ligne","/asset/`) {
			w.Errorf("the worker keeps %s", script.body)
		}
		if !strings.Contains(script.body, `self.hint = {"title":"Il y a du nouveau dans votre portefeuille",`) || !strings.Contains(script.body, `"path":"/portefeuille"}`) {
			w.Errorf("the worker hints %s", script.body)
		}
		for _, path := range regexp.MustCompile(`/asset/[^"]+`).FindAllString(script.body, -1) {
			b.open(path)
		}
	})
}
