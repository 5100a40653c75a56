// SPDX-License-Identifier: AGPL-3.0-or-later

package identity

import (
	"errors"
	"testing"

	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/ident"
)

// TestTheCounterMakesAMember opens a wallet at a counter, with a letter where
// there is an address.
func TestTheCounterMakesAMember(t *testing.T) {
	each(t, func(w *town) {
		agent := access.Actor{ID: ident.User{Bits: ident.Bits{15: 3}}, Grants: []access.Grant{{Role: access.DeskAgent}}}
		const key = "counter-test-key-1"
		h, replayed, err := w.Counter(t.Context(), agent, key, WelcomeInput{Name: " Jeanne Riz ", Language: "fr"})
		if err != nil || replayed || h.Name != "Jeanne Riz" || len(h.Number) != 8 {
			t.Fatalf("%+v, %v", h, err)
		}
		if again, replayed, err := w.Counter(t.Context(), agent, key, WelcomeInput{Name: "Jeanne Riz", Language: "en"}); err != nil || !replayed || again.ID != h.ID {
			t.Errorf("the same key: %+v, %v, %v", again, replayed, err)
		}
		if letters := w.sent(); len(letters) != 0 {
			t.Errorf("%d letters without an address", len(letters))
		}
		if _, _, err := w.Counter(t.Context(), agent, "counter-test-key-2", WelcomeInput{Name: "Paul Lin", Email: "paul@example.org", Language: "fr"}); err != nil {
			t.Fatal(err)
		}
		letters := w.sent()
		if len(letters) != 1 || letters[0].To != "paul@example.org" {
			t.Fatalf("%d letters", len(letters))
		}
		in, _ := w.setup()
		welcome, err := w.Accept(t.Context(), link(t, letters[0]), in, here())
		if err != nil {
			t.Fatal(err)
		}
		principal, err := w.sessions.Authenticate(t.Context(), welcome.Session.Text)
		if err != nil || !principal.Actor.Has(access.Citizen) {
			t.Errorf("%+v, %v", principal, err)
		}
		if _, _, err := w.Counter(t.Context(), agent, "counter-test-key-3", WelcomeInput{Name: "Paul Deux", Email: "PAUL@example.org"}); !errors.Is(err, ErrKnown) {
			t.Errorf("an address that is known: %v", err)
		}
		for _, bad := range []WelcomeInput{{}, {Name: "a\nb"}, {Name: "Paul", Email: "paul"}} {
			if _, _, err := w.Counter(t.Context(), agent, "counter-test-key-4", bad); !errors.Is(err, fault.ErrInvalid) {
				t.Errorf("%+v: %v", bad, err)
			}
		}
		citizen := access.Actor{ID: agent.ID, Grants: []access.Grant{{Role: access.Citizen}}}
		if _, _, err := w.Counter(t.Context(), citizen, "counter-test-key-5", WelcomeInput{Name: "Paul"}); !errors.Is(err, fault.ErrForbidden) {
			t.Errorf("by a citizen: %v", err)
		}
	})
}
