// SPDX-License-Identifier: AGPL-3.0-or-later

package session

import (
	"errors"
	"testing"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/fault"
)

func TestTokensAreMadeForOneself(t *testing.T) {
	run(t, func(t *testing.T, w *world) {
		u, admin := w.user(t, access.Citizen), w.user(t, access.Administrator)
		in := CreateTokenInput{Label: "caisse", Scopes: "read"}
		made, _, err := w.CreateToken(t.Context(), u.Actor(), w.key(), in)
		if err != nil || made.User != u.ID || made.Scopes != "read" {
			t.Fatal(made.Token, err)
		}
		p, err := w.Authenticate(t.Context(), made.Text)
		if err != nil || p.Actor.Scopes != "read" {
			t.Errorf("%+v, %v", p, err)
		}
		secret := NewSecret()
		for name, c := range map[string]struct {
			actor access.Actor
			in    CreateTokenInput
			want  error
		}{
			"an administrator for somebody": {admin.Actor(), CreateTokenInput{User: u.ID, Label: "a"}, ledger.ErrForbidden},
			"a chosen secret":               {u.Actor(), CreateTokenInput{Label: "a", Secret: &secret}, ledger.ErrForbidden},
			"through a narrow token":        {p.Actor, in, ledger.ErrForbidden},
			"no such scope":                 {u.Actor(), CreateTokenInput{Label: "a", Scopes: "king"}, fault.ErrInvalid},
			"scopes out of order":           {u.Actor(), CreateTokenInput{Label: "a", Scopes: "requests payments"}, fault.ErrInvalid},
			"an organisation of others":     {u.Actor(), CreateTokenInput{Label: "a", Organisation: w.holder(t, ledger.Professional)}, fault.ErrInvalid},
		} {
			if _, _, err := w.CreateToken(t.Context(), c.actor, w.key(), c.in); !errors.Is(err, c.want) {
				t.Errorf("%s: %v, want %v", name, err, c.want)
			}
		}
		if _, _, err := w.OpenSession(t.Context(), made.Text, w.key()); !errors.Is(err, ErrUnauthenticated) {
			t.Errorf("a narrow token opens a session: %v", err)
		}
	})
}

// TestATokenCarriesNoRoleThatItsMakerLacks makes a token from a session that a
// password opened, which leaves the treasurer out.
func TestATokenCarriesNoRoleThatItsMakerLacks(t *testing.T) {
	run(t, func(t *testing.T, w *world) {
		u := w.user(t, access.Citizen, access.Treasurer)
		less := u.Actor()
		less.Grants = less.Grants[:1]
		if _, _, err := w.CreateToken(t.Context(), less, w.key(), CreateTokenInput{Label: "a"}); !errors.Is(err, ErrWithheld) {
			t.Errorf("%v", err)
		}
	})
}

func TestATokenForOneOrganisation(t *testing.T) {
	run(t, func(t *testing.T, w *world) {
		shop, other := w.holder(t, ledger.Professional), w.holder(t, ledger.Professional)
		u, _, err := w.CreateUser(t.Context(), w.admin, w.key(), CreateUserInput{Holder: w.holder(t, ledger.Individual), Grants: []access.Grant{
			{Role: access.Citizen}, {Role: access.MerchantOwner, Organisation: shop}, {Role: access.MerchantOwner, Organisation: other}}})
		if err != nil {
			t.Fatal(err)
		}
		made, _, err := w.CreateToken(t.Context(), u.Actor(), w.key(), CreateTokenInput{Label: "shop", Organisation: shop})
		if err != nil {
			t.Fatal(err)
		}
		p, err := w.Authenticate(t.Context(), made.Text)
		if err != nil || len(p.Actor.Grants) != 1 || p.Actor.Grants[0].Organisation != shop {
			t.Fatalf("%+v, %v", p, err)
		}
		if err := access.Allow(p.Actor, access.WalletRead, shop); err != nil {
			t.Errorf("the shop's wallet: %v", err)
		}
		for name, err := range map[string]error{
			"the other shop's wallet": access.Allow(p.Actor, access.WalletRead, other),
			"the person's wallet":     access.Allow(p.Actor, access.WalletRead, u.Holder),
		} {
			if !errors.Is(err, access.ErrForbidden) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if _, _, err := w.OpenSession(t.Context(), made.Text, w.key()); !errors.Is(err, ErrUnauthenticated) {
			t.Errorf("it opens a session: %v", err)
		}
	})
}
