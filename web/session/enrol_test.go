// SPDX-License-Identifier: AGPL-3.0-or-later

package session

import (
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/ident"
)

func TestCreateUser(t *testing.T) {
	run(t, func(t *testing.T, w *world) {
		in := CreateUserInput{Holder: w.holder(t, ledger.Individual), Grants: []access.Grant{
			{Role: access.Citizen}, {Role: access.MerchantOwner, Organisation: w.holder(t, ledger.Professional)},
			{Role: access.CollectivityAgent, Organisation: w.holder(t, ledger.Collectivity)}}}
		k := w.key()
		u, replayed, err := w.CreateUser(t.Context(), w.admin, k, in)
		if err != nil || replayed || u.Holder != in.Holder || !reflect.DeepEqual(u.Grants, in.Grants) || u.CreatedAt.Sub(w.clock.now()).Abs() > time.Second {
			t.Fatalf("created %+v, %v, %v", u, replayed, err)
		}
		again, replayed, err := w.CreateUser(t.Context(), w.admin, k, in)
		if err != nil || !replayed || !reflect.DeepEqual(again, u) {
			t.Errorf("the same key gave %+v, %v, %v", again, replayed, err)
		}
		in.Grants = in.Grants[:1]
		if _, _, err := w.CreateUser(t.Context(), w.admin, k, in); !errors.Is(err, ledger.ErrKeyReused) {
			t.Errorf("the same key with another input: %v", err)
		}
		read, err := w.User(t.Context(), w.admin, u.ID)
		if err != nil || len(read.Grants) != 3 || read.Holder != u.Holder || !read.DisabledAt.IsZero() {
			t.Errorf("read %+v, %v", read, err)
		}
		w.holds(t, w.token(t, u).Text, u)
	})
}

func TestUsersThatAreRefused(t *testing.T) {
	run(t, func(t *testing.T, w *world) {
		person, shop, town := w.holder(t, ledger.Individual), w.holder(t, ledger.Professional), w.holder(t, ledger.Collectivity)
		nobody := ident.Holder{Bits: ident.Bits{15: 99}}
		grants := func(g ...access.Grant) []access.Grant { return g }
		citizen := access.Grant{Role: access.Citizen}
		for _, c := range []struct {
			name, at string
			holder   ident.Holder
			grants   []access.Grant
		}{
			{"no holder", "/holder", ident.Holder{}, grants(citizen)},
			{"unknown holder", "/holder", nobody, grants(citizen)},
			{"no grants", "/grants", person, nil},
			{"too many grants", "/grants", person, make([]access.Grant, 21)},
			{"unknown role", "/grants/0/role", person, grants(access.Grant{Role: "king"})},
			{"the system's role", "/grants/0/role", person, grants(access.Grant{Role: access.System})},
			{"twice the same", "/grants/1", person, grants(citizen, citizen)},
			{"organisation missing", "/grants/0/organisation", person, grants(access.Grant{Role: access.Cashier})},
			{"organisation unknown", "/grants/0/organisation", person, grants(access.Grant{Role: access.Cashier, Organisation: nobody})},
			{"organisation of a citizen", "/grants/0/organisation", person, grants(access.Grant{Role: access.Citizen, Organisation: shop})},
			{"agent of a shop", "/grants/0/organisation", person, grants(access.Grant{Role: access.CollectivityAgent, Organisation: shop})},
			{"approver of a shop", "/grants/0/organisation", person, grants(access.Grant{Role: access.CollectivityApprover, Organisation: shop})},
			{"cashier of a person", "/grants/0/organisation", person, grants(access.Grant{Role: access.Cashier, Organisation: person})},
			{"owner of a person's wallet", "/grants/0/organisation", person, grants(access.Grant{Role: access.MerchantOwner, Organisation: w.holder(t, ledger.Individual)})},
			{"owner of a town", "/grants/0/organisation", person, grants(access.Grant{Role: access.MerchantOwner, Organisation: town})},
			{"cashier of a town", "/grants/0/organisation", person, grants(access.Grant{Role: access.Cashier, Organisation: town})},
		} {
			_, _, err := w.CreateUser(t.Context(), w.admin, w.key(), CreateUserInput{Holder: c.holder, Grants: c.grants})
			f := fault.As(err)
			if !errors.Is(err, fault.ErrInvalid) || len(f.Fields) == 0 || f.Fields[0].Pointer != c.at {
				t.Errorf("%s: %v, want a fault at %s", c.name, err, c.at)
			}
		}
		if _, _, err := w.CreateUser(t.Context(), w.admin, "short", CreateUserInput{Holder: person, Grants: grants(citizen)}); !errors.Is(err, ledger.ErrKeyMalformed) {
			t.Errorf("short key: %v", err)
		}
	})
}

// TestD3OnlyAnAdministratorLetsPeopleIn tries every role at every command of an
// administrator.
func TestD3OnlyAnAdministratorLetsPeopleIn(t *testing.T) {
	run(t, func(t *testing.T, w *world) {
		u := w.user(t, access.Citizen)
		for _, role := range append(access.Roles(), access.System) {
			if role == access.Administrator {
				continue
			}
			actor := access.Actor{ID: ident.User{Bits: ident.Bits{15: 8}}, Holder: u.Holder, Grants: []access.Grant{{Role: role, Organisation: u.Holder}}}
			_, _, create := w.CreateUser(t.Context(), actor, w.key(), CreateUserInput{Holder: u.Holder, Grants: u.Grants})
			_, _, token := w.CreateToken(t.Context(), actor, w.key(), CreateTokenInput{User: u.ID, Label: "test"})
			_, disable := w.DisableUser(t.Context(), actor, w.key(), u.ID)
			for what, err := range map[string]error{"create a user": create, "make a token": token, "disable a user": disable} {
				if !errors.Is(err, ledger.ErrForbidden) {
					t.Errorf("%s may %s: %v", role, what, err)
				}
			}
		}
		w.holds(t, w.token(t, u).Text, u)
	})
}

// TestD9OnePersonIsOneUser gives somebody who prepares or approves a second
// user: nobody may approve what they prepared themselves under another name.
func TestD9OnePersonIsOneUser(t *testing.T) {
	run(t, func(t *testing.T, w *world) {
		town := w.holder(t, ledger.Collectivity)
		agent := access.Grant{Role: access.CollectivityAgent, Organisation: town}
		approver := access.Grant{Role: access.CollectivityApprover, Organisation: town}
		person := w.holder(t, ledger.Individual)
		create := func(h ident.Holder, g ...access.Grant) (User, error) {
			u, _, err := w.CreateUser(t.Context(), w.admin, w.key(), CreateUserInput{Holder: h, Grants: g})
			return u, err
		}
		first, err := create(person, agent, access.Grant{Role: access.Citizen})
		if err != nil {
			t.Fatal(err)
		}
		for _, g := range []access.Grant{approver, agent, {Role: access.Treasurer}, {Role: access.Approver}} {
			_, err := create(person, access.Grant{Role: access.Citizen}, g)
			if f := fault.As(err); !errors.Is(err, fault.ErrInvalid) || len(f.Fields) != 1 || f.Fields[0].Pointer != "/holder" {
				t.Errorf("a second user who is %s: %v", g.Role, err)
			}
		}
		if _, err := create(person, access.Grant{Role: access.Citizen}); err != nil {
			t.Errorf("a user for the own wallet only: %v", err)
		}
		for _, g := range []access.Grant{agent, approver} { // two people may share a town's wallet
			if _, err := create(town, g); err != nil {
				t.Errorf("%s of the town: %v", g.Role, err)
			}
		}
		if _, err := w.DisableUser(t.Context(), w.admin, w.key(), first.ID); err != nil {
			t.Fatal(err)
		}
		if _, err := create(person, approver); err != nil {
			t.Errorf("after the former user was disabled: %v", err)
		}
	})
}

func TestDisableUser(t *testing.T) {
	run(t, func(t *testing.T, w *world) {
		u, other := w.user(t, access.Citizen), w.user(t, access.Citizen)
		token, kept := w.token(t, u), w.token(t, other)
		page := w.open(t, token)
		w.holds(t, token.Text, u)
		w.holds(t, page.Text, u)
		k := w.key()
		if replayed, err := w.DisableUser(t.Context(), w.admin, k, u.ID); err != nil || replayed {
			t.Fatal(replayed, err)
		}
		refused(t, w.Service, token.Text, "the token of a disabled user")
		refused(t, w.Service, page.Text, "the session of a disabled user")
		w.holds(t, kept.Text, other)
		if _, _, err := w.OpenSession(t.Context(), token.Text, w.key()); !errors.Is(err, ErrUnauthenticated) {
			t.Errorf("a disabled user opens a session: %v", err)
		}
		if _, _, err := w.IssueToken(t.Context(), w.key(), CreateTokenInput{User: u.ID, Label: "test"}); !errors.Is(err, ErrUserMissing) {
			t.Errorf("a token for a disabled user: %v", err)
		}
		if replayed, err := w.DisableUser(t.Context(), w.admin, k, u.ID); err != nil || !replayed {
			t.Errorf("the same key: %v, %v", replayed, err)
		}
		for name, id := range map[string]ident.User{"twice": u.ID, "unknown": {Bits: ident.Bits{15: 99}}} {
			if _, err := w.DisableUser(t.Context(), w.admin, w.key(), id); !errors.Is(err, ErrUserMissing) {
				t.Errorf("%s: %v", name, err)
			}
		}
		read, err := w.User(t.Context(), w.admin, u.ID)
		if err != nil || read.DisabledAt.Sub(w.clock.now()).Abs() > time.Second {
			t.Errorf("read %+v, %v", read, err)
		}
		list, err := w.Tokens(t.Context(), w.admin, u.ID)
		if err != nil || len(list) != 2 || list[0].RevokedAt.IsZero() || list[1].RevokedAt.IsZero() {
			t.Errorf("tokens are %+v, %v", list, err)
		}
	})
}

func TestTheLastAdministratorStays(t *testing.T) {
	run(t, func(t *testing.T, w *world) {
		first, second := w.user(t, access.Administrator), w.user(t, access.Administrator, access.Citizen)
		w.user(t, access.Treasurer)
		if _, err := w.DisableUser(t.Context(), w.admin, w.key(), first.ID); err != nil {
			t.Fatal(err)
		}
		token := w.token(t, second)
		if _, err := w.DisableUser(t.Context(), w.admin, w.key(), second.ID); !errors.Is(err, ErrLastAdministrator) {
			t.Errorf("the last administrator: %v", err)
		}
		w.holds(t, token.Text, second)
	})
}

func TestTokensAreOnesOwn(t *testing.T) {
	run(t, func(t *testing.T, w *world) {
		u, other := w.user(t, access.Citizen), w.user(t, access.Citizen)
		token := w.token(t, u)
		me := access.Actor{ID: u.ID, Holder: u.Holder, Grants: u.Grants}
		list, err := w.Tokens(t.Context(), me, u.ID)
		if err != nil || len(list) != 1 || list[0] != token.Token || !strings.HasPrefix(list[0].ID.String(), "tok_") {
			t.Errorf("my tokens are %+v, %v", list, err)
		}
		if read, err := w.User(t.Context(), me, u.ID); err != nil || read.ID != u.ID {
			t.Errorf("myself: %+v, %v", read, err)
		}
		twin := access.Actor{ID: other.ID, Holder: u.Holder, Grants: u.Grants} // another person for the same holder
		unknown := ident.User{Bits: ident.Bits{15: 99}}
		for name, c := range map[string]struct {
			actor access.Actor
			user  ident.User
			want  error
		}{
			"somebody else":   {access.Actor{ID: other.ID, Holder: other.Holder, Grants: other.Grants}, u.ID, ledger.ErrForbidden},
			"the same holder": {twin, u.ID, ledger.ErrForbidden},
			"no grants":       {access.Actor{ID: u.ID, Holder: u.Holder}, u.ID, ledger.ErrForbidden},
			"unknown to me":   {me, unknown, ledger.ErrForbidden},
			"unknown":         {w.admin, unknown, ledger.ErrMissing},
		} {
			if _, err := w.Tokens(t.Context(), c.actor, c.user); !errors.Is(err, c.want) {
				t.Errorf("%s: %v, want %v", name, err, c.want)
			}
		}
	})
}
