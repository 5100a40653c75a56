// SPDX-License-Identifier: AGPL-3.0-or-later

package web_test

import (
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/noria-mlc/noria/ledger/money"
)

// TestEveryCommandIsIdempotent plays a life of the currency, then sends every
// command of it again when its state has moved on: the answers are the same.
func TestEveryCommandIsIdempotent(t *testing.T) {
	inBareWorld(t, func(w *world) {
		wishes := w.play()
		w.coversEveryCommand(wishes)
		before := w.commands()
		for i := range wishes {
			s := &wishes[i]
			again := w.do(s.call())
			want := s.answer
			if s.save == "token" { // the text of a token is shown once
				want.body = regexp.MustCompile(`,"token":"[^"]*"`).ReplaceAllString(want.body, "")
			}
			if again.status != want.status || again.body != want.body || again.header.Get("Location") != want.header.Get("Location") {
				w.Errorf("%s again: %d %s\nwas %d %s", s.path(), again.status, again.body, want.status, want.body)
			}
			if want.header.Get("Idempotency-Replayed") != "" || again.header.Get("Idempotency-Replayed") != "true" {
				w.Errorf("%s: replayed %q, then %q", s.path(), want.header.Get("Idempotency-Replayed"), again.header.Get("Idempotency-Replayed"))
			}
		}
		w.refusesOtherKeys(wishes)
		if after := w.commands(); after != before {
			w.Errorf("%d commands were executed twice", after-before)
		}
	})
}

// refusesOtherKeys sends every command without a key, with malformed ones, and
// with the key of another command.
func (w *world) refusesOtherKeys(wishes []wish) {
	w.Helper()
	for i := range wishes {
		s := &wishes[i]
		if strings.HasSuffix(s.route, "/confirmations") { // the intent is the key
			continue
		}
		c := s.call()
		c.key = "-"
		if d := w.refused(c, http.StatusBadRequest, "idempotency-key-missing"); !d.points("header/Idempotency-Key") {
			w.Errorf("%s: %+v", c.path, d)
		}
		for _, bad := range []string{"short", "fifteen-letters", strings.Repeat("k", 65), "sixteen letters!", "clé-de-seize-signes"} {
			c.key = bad
			w.refused(c, http.StatusBadRequest, "idempotency-key-malformed")
		}
		other := slices.IndexFunc(wishes, func(o wish) bool { return o.as == s.as && o.route != s.route })
		if other >= 0 {
			c = s.call()
			c.key = wishes[other].key
			w.refused(c, http.StatusUnprocessableEntity, "idempotency-key-reused")
		}
	}
}

// coversEveryCommand checks that the scenario leaves no keyed route out.
func (w *world) coversEveryCommand(wishes []wish) {
	w.Helper()
	played := make(map[string]bool)
	for _, s := range wishes {
		played[s.route] = true
	}
	for _, o := range w.openapi().operations() {
		if o.keyed() && !played[o.path] {
			w.Errorf("the scenario leaves out %s %s", o.method, o.path)
		}
	}
}

// TestOneKeyPaysOnce sends the same payment from 64 clients at once.
func TestOneKeyPaysOnce(t *testing.T) {
	const clients = 64
	inWorld(t, func(w *world) {
		c := call{as: "citizen", method: http.MethodPost, path: "/v1/payments", body: `{"to":"${citizen2.number}","amount":"7.25"}`, key: w.key()}
		answers := make([]answer, clients)
		var together sync.WaitGroup
		for i := range answers {
			together.Go(func() { answers[i] = w.do(c) })
		}
		together.Wait()
		first := 0
		for _, a := range answers {
			if a.status != http.StatusCreated || a.body != answers[0].body || a.header.Get("Location") != "/v1/payments/"+answers[0].text("id") {
				w.Fatalf("%d %s, another was %s", a.status, a.body, answers[0].body)
			}
			if a.header.Get("Idempotency-Replayed") == "" {
				first++
			}
		}
		if first != 1 {
			w.Errorf("%d answers say that they are the first", first)
		}
		if left := w.available("citizen"); left != money.MustParse("112.75") {
			w.Errorf("%s left: not one payment of 7.25", left)
		}
		c.body = `{"to":"${citizen2.number}","amount":"7.26"}`
		w.refused(c, http.StatusUnprocessableEntity, "idempotency-key-reused")
		if a := w.do(call{as: "citizen2", method: http.MethodPost, path: "/v1/payments", body: `{"to":"${citizen.number}","amount":"1.00"}`, key: c.key}); a.status != http.StatusCreated {
			w.Errorf("the key of somebody else: %d %s", a.status, a.body)
		}
	})
}

// TestARefusalUsesNoKey pays with a key that was refused before.
func TestARefusalUsesNoKey(t *testing.T) {
	inWorld(t, func(w *world) {
		c := call{as: "citizen2", method: http.MethodPost, path: "/v1/payments", body: `{"to":"${shop.code}","amount":"70.00"}`, key: w.key()}
		w.refused(c, http.StatusConflict, "insufficient-funds")
		w.made("citizen", "/v1/payments", `{"to":"${citizen2.wallet}","amount":"20.00"}`)
		if a := w.do(c); a.status != http.StatusCreated || a.header.Get("Idempotency-Replayed") != "" {
			w.Errorf("after the funds came: %d %s", a.status, a.body)
		}
	})
}
