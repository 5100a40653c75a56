// SPDX-License-Identifier: AGPL-3.0-or-later

package web_test

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/noria-mlc/noria/web/session"
)

func TestHintsAreAskedForOnEachDevice(t *testing.T) {
	inWorld(t, func(w *world) {
		const at, endpoint = "/compte/notifications", "https://updates.push.services.mozilla.com/wpush/v2/a-secret"
		if a := w.browser().ask(http.MethodGet, at, ""); a.status != http.StatusSeeOther || !strings.HasPrefix(a.header.Get("Location"), "/connexion") {
			w.Errorf("somebody who is not signed in: %d", a.status)
		}
		for _, as := range []string{"cashier", "admin", "rival"} {
			b := w.signedIn(as)
			if page, sent := b.ask(http.MethodGet, at, ""), b.send(at, "adresse", endpoint, "cle", "a-key-of-sixteen-characters"); page.status != http.StatusForbidden || sent.status != http.StatusForbidden {
				w.Errorf("%s, who has no wallet of their own: %d, %d", as, page.status, sent.status)
			}
			w.reads(b.open("/compte"), "!"+at)
		}
		b := w.signedIn("citizen")
		w.reads(b.open("/compte"), `href="`+at+`"`)
		shown := b.open(at)
		w.reads(shown, "Aucun pour l’instant", "Ce navigateur ne peut pas afficher d’avis", `data-push="B`)
		key := shown.formKey()
		for _, forged := range []string{"", "http://127.0.0.1/", "https://evil.example/x", "https://updates.push.services.mozilla.com.evil.example/x"} {
			a := b.send(at, "adresse", forged, "cle", key)
			w.reads(a, "Ce navigateur ne peut pas recevoir d’avis", "Aucun pour l’instant", "!evil")
			if a.status != http.StatusUnprocessableEntity {
				w.Errorf("%q: %d", forged, a.status)
			}
		}
		for range 2 {
			if a := b.send(at, "adresse", endpoint, "cle", key); a.status != http.StatusSeeOther || a.header.Get("Location") != at {
				w.Fatalf("%d %s", a.status, a.body)
			}
		}
		shown = b.open(at)
		forms := regexp.MustCompile(`/compte/notifications/psh_[0-9a-z]+/retrait`).FindAllString(shown.body, -1)
		w.reads(shown, "!a-secret", "!Aucun pour l’instant")
		if len(forms) != 1 {
			w.Fatalf("%d devices:\n%s", len(forms), shown.body)
		}
		keys := regexp.MustCompile(`name="cle" value="([^"]+)"`).FindAllStringSubmatch(shown.body, -1)
		key = keys[len(keys)-1][1]
		for as, status := range map[string]int{"mayor": http.StatusForbidden, "cashier": http.StatusForbidden} {
			if a := w.signedIn(as).send(forms[0], "cle", key); a.status != status {
				w.Errorf("%s ends the hints of somebody else: %d", as, a.status)
			}
		}
		if a := b.send("/compte/notifications/psh_x/retrait", "cle", key); a.status != http.StatusNotFound {
			w.Errorf("a device that is none: %d", a.status)
		}
		for range 2 {
			if a := b.send(forms[0], "cle", key); a.status != http.StatusSeeOther {
				w.Errorf("%d %s", a.status, a.body)
			}
		}
		w.reads(b.open(at), "Aucun pour l’instant")
	})
}

func TestHintsEndWithTheAccount(t *testing.T) {
	inWorld(t, func(w *world) {
		const at = "/compte/notifications"
		b := w.signedIn("citizen")
		if a := b.send(at, "adresse", "https://web.push.apple.com/a-secret", "cle", b.open(at).formKey()); a.status != http.StatusSeeOther {
			w.Fatalf("%d %s", a.status, a.body)
		}
		left := func() int {
			var n int
			must(w, w.ledger.Reader().QueryRowContext(w.Context(), `SELECT COUNT(*) FROM push_subscriptions`).Scan(&n))
			return n
		}
		if left() != 1 {
			w.Fatal("nothing to end")
		}
		must(w, w.identity.BlockOwn(w.Context(), session.Principal{Actor: w.actors["citizen"]}))
		if n := left(); n != 0 {
			w.Errorf("%d hints outlive a blocked account", n)
		}
	})
}

// TestHintsEndWithTheSignOut signs out in the browser that asked, and in another.
func TestHintsEndWithTheSignOut(t *testing.T) {
	inWorld(t, func(w *world) {
		const at = "/compte/notifications"
		here, elsewhere := w.signedIn("citizen"), w.signedIn("citizen")
		for i, b := range []*browser{here, elsewhere} {
			if a := b.send(at, "adresse", fmt.Sprintf("https://web.push.apple.com/secret-%d", i), "cle", b.open(at).formKey()); a.status != http.StatusSeeOther {
				w.Fatalf("%d %s", a.status, a.body)
			}
		}
		left := func() []string {
			rows, err := w.ledger.Reader().QueryContext(w.Context(), `SELECT endpoint FROM push_subscriptions ORDER BY id`)
			must(w, err)
			defer rows.Close()
			var list []string
			for rows.Next() {
				var endpoint string
				must(w, rows.Scan(&endpoint))
				list = append(list, endpoint)
			}
			return list
		}
		// A cookie that was copied ends nothing of somebody else's.
		other := w.signedIn("citizen2")
		u, err := url.Parse(w.server.URL)
		must(w, err)
		for _, c := range here.jar.Cookies(u) {
			if c.Name == "noria-avis" {
				other.jar.SetCookies(u, []*http.Cookie{{Name: c.Name, Value: c.Value, Path: "/"}})
			}
		}
		other.send("/deconnexion", "x", "y")
		if got := left(); len(got) != 2 {
			w.Fatalf("after somebody else signed out: %v", got)
		}
		here.send("/deconnexion", "x", "y")
		if got := left(); len(got) != 1 || got[0] != "https://web.push.apple.com/secret-1" {
			w.Errorf("after signing out here: %v", got)
		}
		again := w.signedIn("citizen") // a browser that never asked
		again.send("/deconnexion", "x", "y")
		if got := left(); len(got) != 1 {
			w.Errorf("after signing out where nobody asked: %v", got)
		}
	})
}
