// SPDX-License-Identifier: AGPL-3.0-or-later

package web_test

import (
	"io"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/noria-mlc/noria/web/identity"
)

// TestASVS162NothingPrivateIsLogged lives a whole life of the currency, walks every
// route, fails in every way it can, and reads what was logged and measured: no
// token, password, link, IBAN, address or name is there (ASVS 13.3.2, 16.2.5).
func TestASVS162NothingPrivateIsLogged(t *testing.T) {
	inBareWorld(t, func(*world) {
		w := bare.build(t)
		w.play()
		w.furnish()
		w.letters() // of the scenario
		n := w.joins("nora@example.org")
		must(t, w.identity.Verify(w.Context(), w.actors["citizen2"].ID, "sam@example.org", "fr", identity.From{Network: "192.0.2.0/24", Device: "Firefox"}))
		w.later(time.Second)
		link := regexp.MustCompile(`/rejoindre/\S+`).FindString(w.letters()[0].Text)
		cookie := n.cookie().Value
		sent := []string{cookie, link, n.secret, newPassword, "chèvre-lavande", "FR14 2004 1010 0505 0001 3M02 606", "FR1420041010050500013M02606",
			"FR7630006000011234567890189", "FR76 3000 6000 0112 3456 7890 189", "@example.org", "Nora Petit", "Camille Noir", "Épicerie SARL", "Carte d’identité"}
		for _, token := range w.tokens {
			sent = append(sent, token)
		}
		sent = append(sent, n.codes...)
		routes := w.allRoutes()
		things := w.things(routes)
		walk := func() {
			for _, r := range routes {
				if !r.live() {
					for _, as := range []string{"citizen", "treasurer"} {
						w.raw(call{as: as, method: r.method, path: r.at(things[r]) + "?adresse=nora@example.org&jeton=" + cookie, key: "-"})
					}
				}
			}
			w.browser().send("/connexion/mot-de-passe", "adresse", n.email, "mot-de-passe", newPassword)
			w.browser().send("/connexion", "jeton", w.tokens["citizen"])
			n.ask("GET", link, "")
			n.ask("GET", "/payer/x%0alevel=ERROR%20msg=forged", "")
		}
		walk()
		measures := httptest.NewRecorder()
		w.metrics.Handler().ServeHTTP(measures, httptest.NewRequest("GET", "/metrics", nil))
		must(t, w.ledger.Reader().(io.Closer).Close())
		walk() // every read is a defect now, and is logged
		text := w.log.String()
		if strings.Count(text, "request failed") < 50 {
			t.Errorf("little was logged: %s", text)
		}
		if strings.Contains(text, "\nlevel=ERROR msg=forged") {
			t.Error("a path forges a line of the log (ASVS 16.4.1)")
		}
		for _, private := range sent {
			for what, where := range map[string]string{"log": text, "metrics": measures.Body.String()} {
				if at := strings.Index(where, private); private != "" && at >= 0 {
					t.Errorf("the %s holds %q: %s", what, private, where[max(0, at-200):min(len(where), at+100)])
				}
			}
		}
	})
}
