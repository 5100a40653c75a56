// SPDX-License-Identifier: AGPL-3.0-or-later

package identity

import (
	"errors"
	"testing"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ops/mail"
	"github.com/noria-mlc/noria/web/session"
)

// TestAnAddressWithoutAProofLetsNobodyIn: letters go there, and no password opens it.
func TestAnAddressWithoutAProofLetsNobodyIn(t *testing.T) {
	each(t, func(w *town) {
		admin := access.Actor{ID: ident.User{Bits: ident.Bits{15: 3}}, Grants: []access.Grant{{Role: access.Administrator}}}
		var users [2]ident.User
		for i := range users {
			h, _, err := w.ledger.CreateHolder(t.Context(), admin, "lodge-test-holder-"+string(rune('a'+i)), ledger.NewHolder{Kind: ledger.Individual, Name: "Théo"})
			if err != nil {
				t.Fatal(err)
			}
			u, _, err := w.sessions.CreateUser(t.Context(), admin, "lodge-test-user-"+string(rune('a'+i)), session.CreateUserInput{Holder: h.ID, Grants: []access.Grant{{Role: access.Citizen}}})
			if err != nil {
				t.Fatal(err)
			}
			users[i] = u.ID
		}
		lodging := Lodging{User: users[0], Email: "Theo@example.org", Language: "fr"}
		for range 2 { // the same step of a story again
			if err := w.Lodge(t.Context(), "lodge-test-step-1", lodging); err != nil {
				t.Fatal(err)
			}
		}
		if got, err := w.AddressOf(t.Context(), users[0]); err != nil || got != "theo@example.org" {
			t.Errorf("the address is %q, %v", got, err)
		}
		for _, c := range []struct {
			in   Lodging
			want error
		}{
			{Lodging{User: users[1], Email: "theo@EXAMPLE.org"}, ErrKnown},
			{Lodging{User: users[0], Email: "other@example.org"}, ErrKnown},
			{Lodging{User: users[1], Email: "theo"}, mail.ErrAddress},
		} {
			if err := w.Lodge(t.Context(), "lodge-test-step-2", c.in); !errors.Is(err, c.want) {
				t.Errorf("%s: %v, want %v", c.in.Email, err, c.want)
			}
		}
		for _, password := range []string{"", goodPassword} {
			if _, err := w.Password(t.Context(), Credentials{Email: "theo@example.org", Password: password}, here()); err == nil {
				t.Errorf("the password %q lets in", password)
			}
		}
	})
}
