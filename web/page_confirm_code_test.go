// SPDX-License-Identifier: AGPL-3.0-or-later

package web_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/web/identity"
)

// TestAPersonPaysByCode confirms with the code of an app on a device that nobody
// bound; a code is taken once, and whoever has neither a PIN nor a passkey is told
// how to get one.
func TestAPersonPaysByCode(t *testing.T) {
	inWorld(t, func(w *world) {
		ctx, from := w.Context(), identity.From{Network: "192.0.2.0/24", Device: "Firefox"}
		must(w, w.identity.Join(ctx, identity.JoinInput{Name: "Paul", Email: "paul@example.org", Language: "fr"}, from))
		w.later(time.Second)
		link := strings.TrimPrefix(regexp.MustCompile(`/rejoindre/\S+`).FindString(w.letters()[0].Text), "/rejoindre/")
		app, err := w.identity.NewAuthenticator(ctx, "paul@example.org")
		must(w, err)
		code := func() string {
			made, err := totp.GenerateCode(app.Secret, w.ledger.Now())
			must(w, err)
			return made
		}
		welcome, err := w.identity.Accept(ctx, link, identity.Setup{Password: "chèvre-lavande-17-moulin", Sealed: app.Sealed, Code: code()}, from)
		must(w, err)
		p := &payer{browser: w.browser()}
		at, err := url.Parse(w.server.URL)
		must(w, err)
		p.jar.SetCookies(at, []*http.Cookie{{Name: "noria", Value: welcome.Session.Text, Path: "/"}})
		principal, err := w.session.Authenticate(ctx, welcome.Session.Text)
		must(w, err)
		w.known["paul.wallet"] = ident.WalletOf(principal.Actor.Holder).String()
		w.made("desk", "/v1/conversions", `{"wallet":"${paul.wallet}","euros":"20.00","channel":"desk"}`)
		w.later(time.Minute)

		intent := p.types("${shop.code}", "5")
		page := p.open(intent)
		w.reads(page, `name="code"`, `autocomplete="one-time-code"`, "!data-passkey", "!name=\"pin\"")
		wrong := p.send(intent, "empreinte", page.digest(), "code", "000000")
		w.reads(wrong, `id="code-faute"`, "Aucun montant n’a été débité")
		if wrong.status == http.StatusSeeOther {
			w.Errorf("a wrong code: %d", wrong.status)
		}
		used := code()
		w.follows(p.send(intent, "empreinte", page.digest(), "code", used), intent)
		w.reads(p.open(intent), "Payé", "5,00", "15,00")
		second := p.types("${shop.code}", "1")
		if again := p.send(second, "empreinte", p.open(second).digest(), "code", used); again.status == http.StatusSeeOther {
			w.Error("a code was taken twice")
		}
		// A bound device asks for its PIN, and for no code.
		w.follows(p.send("/compte/appareils", "pin", "472915", "encore", "472915"), "/compte/appareils")
		w.reads(p.open(second), `name="pin"`, "!name=\"code\"")
	})
}
