// SPDX-License-Identifier: AGPL-3.0-or-later

package session

import (
	"errors"
	"testing"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/ident"
)

// given gives a role as the administrator of the world.
func (w *world) given(t testing.TB, by access.Actor, u User, g access.Grant) error {
	t.Helper()
	give, err := w.Giving(t.Context(), by, u.ID, g)
	if err != nil {
		return err
	}
	defer w.Forget()
	_, err = w.l.Execute(t.Context(), ledger.Command{Actor: by, Action: access.UserGrant, Key: w.key(), Input: g},
		func(tx *ledger.Tx) (ident.Ref, error) { return u.ID.Ref(), give.Apply(tx) })
	return err
}

func (w *world) give(t testing.TB, u User, g access.Grant) {
	t.Helper()
	if err := w.given(t, w.admin, u, g); err != nil {
		t.Fatal(err)
	}
}

func (w *world) withdrawn(t testing.TB, u User, g access.Grant) error {
	t.Helper()
	defer w.Forget()
	_, err := w.l.Execute(t.Context(), ledger.Command{Actor: w.admin, Action: access.UserWithdraw, Key: w.key(), Input: g},
		func(tx *ledger.Tx) (ident.Ref, error) { return u.ID.Ref(), w.Withdraw(tx, u.ID, g) })
	return err
}

func TestRolesComeAndGoAtOnce(t *testing.T) {
	run(t, func(t *testing.T, w *world) {
		u, desk := w.user(t, access.Citizen), access.Grant{Role: access.DeskAgent}
		token := w.token(t, u)
		w.holds(t, token.Text, u)
		w.give(t, u, desk)
		if p, err := w.Authenticate(t.Context(), token.Text); err != nil || !p.Actor.Has(access.DeskAgent) {
			t.Errorf("after it was given: %+v, %v", p, err)
		}
		if err := w.given(t, w.admin, u, desk); !errors.Is(err, ErrGrantGiven) {
			t.Errorf("twice: %v", err)
		}
		if err := w.withdrawn(t, u, desk); err != nil {
			t.Fatal(err)
		}
		w.holds(t, token.Text, u)
		if err := w.withdrawn(t, u, desk); !errors.Is(err, ErrGrantMissing) {
			t.Errorf("withdrawn twice: %v", err)
		}
		if err := w.withdrawn(t, u, access.Grant{Role: access.Citizen}); !errors.Is(err, ErrLastGrant) {
			t.Errorf("the last one: %v", err)
		}
	})
}

func TestRolesThatAreNotGiven(t *testing.T) {
	run(t, func(t *testing.T, w *world) {
		me, twin := w.user(t, access.Administrator, access.Citizen), User{}
		twin, _, err := w.CreateUser(t.Context(), w.admin, w.key(), CreateUserInput{Holder: me.Holder, Grants: []access.Grant{{Role: access.Citizen}}})
		if err != nil {
			t.Fatal(err)
		}
		u, town := w.user(t, access.Citizen), w.holder(t, ledger.Collectivity)
		for _, c := range []struct {
			name string
			user User
			g    access.Grant
			want error
		}{
			{"D9: treasurer to myself", me, access.Grant{Role: access.Treasurer}, ErrOwnGrant},
			{"D9: approver to myself", me, access.Grant{Role: access.Approver}, ErrOwnGrant},
			{"D9: approver of a town to myself", me, access.Grant{Role: access.CollectivityApprover, Organisation: town}, ErrOwnGrant},
			{"D9: to another user of my wallet", twin, access.Grant{Role: access.Treasurer}, ErrOwnGrant},
			{"unknown user", User{ID: ident.User{Bits: ident.Bits{15: 99}}}, access.Grant{Role: access.Citizen}, ErrUserMissing},
			{"no such role", u, access.Grant{Role: "king"}, fault.ErrInvalid},
			{"the system's", u, access.Grant{Role: access.System}, fault.ErrInvalid},
			{"no organisation", u, access.Grant{Role: access.Cashier}, fault.ErrInvalid},
			{"a cashier of a town", u, access.Grant{Role: access.Cashier, Organisation: town}, fault.ErrInvalid},
		} {
			if err := w.given(t, me.Actor(), c.user, c.g); !errors.Is(err, c.want) {
				t.Errorf("%s: %v, want %v", c.name, err, c.want)
			}
		}
		if err := w.given(t, me.Actor(), me, access.Grant{Role: access.Auditor}); err != nil {
			t.Errorf("a role that decides nothing: %v", err)
		}
		w.give(t, me, access.Grant{Role: access.Treasurer}) // another administrator does
		if err := w.given(t, w.admin, twin, access.Grant{Role: access.Approver}); !errors.Is(err, fault.ErrInvalid) {
			t.Errorf("D9: a second user of a person who decides: %v", err)
		}
		w.give(t, me, access.Grant{Role: access.Approver}) // one user may have both
		for w.given(t, w.admin, u, access.Grant{Role: access.CollectivityAgent, Organisation: w.holder(t, ledger.Collectivity)}) == nil {
		}
		if read, err := w.User(t.Context(), w.admin, u.ID); err != nil || len(read.Grants) != grantsLimit {
			t.Errorf("%d roles, %v", len(read.Grants), err)
		}
		if err := w.given(t, w.admin, u, access.Grant{Role: access.Auditor}); !errors.Is(err, ErrTooManyGrants) {
			t.Errorf("one too many: %v", err)
		}
	})
}

func TestTheLastAdministratorKeepsTheRole(t *testing.T) {
	run(t, func(t *testing.T, w *world) {
		admin := access.Grant{Role: access.Administrator}
		first, second := w.user(t, access.Administrator, access.Citizen), w.user(t, access.Administrator, access.Citizen)
		if err := w.withdrawn(t, first, admin); err != nil {
			t.Fatal(err)
		}
		if err := w.withdrawn(t, second, admin); !errors.Is(err, ErrLastAdministrator) {
			t.Errorf("the last administrator: %v", err)
		}
	})
}

func TestEnableUser(t *testing.T) {
	run(t, func(t *testing.T, w *world) {
		u := w.user(t, access.Citizen)
		before := w.token(t, u)
		if _, err := w.EnableUser(t.Context(), w.admin, w.key(), u.ID); !errors.Is(err, ErrUserStands) {
			t.Errorf("who is not disabled: %v", err)
		}
		if _, err := w.DisableUser(t.Context(), w.admin, w.key(), u.ID); err != nil {
			t.Fatal(err)
		}
		if _, err := w.EnableUser(t.Context(), u.Actor(), w.key(), u.ID); !errors.Is(err, ledger.ErrForbidden) {
			t.Errorf("by themselves: %v", err)
		}
		if _, err := w.EnableUser(t.Context(), w.admin, w.key(), u.ID); err != nil {
			t.Fatal(err)
		}
		refused(t, w.Service, before.Text, "what was revoked")
		w.holds(t, w.token(t, u).Text, u)
	})
}

// TestD9AnEnabledUserIsTheOnlyOneWhoDecides lets a person come back to a second
// user who prepares.
func TestD9AnEnabledUserIsTheOnlyOneWhoDecides(t *testing.T) {
	run(t, func(t *testing.T, w *world) {
		u := w.user(t, access.Treasurer)
		if _, err := w.DisableUser(t.Context(), w.admin, w.key(), u.ID); err != nil {
			t.Fatal(err)
		}
		_, _, err := w.CreateUser(t.Context(), w.admin, w.key(), CreateUserInput{Holder: u.Holder, Grants: []access.Grant{{Role: access.Approver}}})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.EnableUser(t.Context(), w.admin, w.key(), u.ID); !errors.Is(err, fault.ErrInvalid) {
			t.Errorf("a second user who decides: %v", err)
		}
	})
}
