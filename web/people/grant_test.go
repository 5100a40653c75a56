// SPDX-License-Identifier: AGPL-3.0-or-later

package people

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/web/session"
)

func TestRolesAreGivenAndTold(t *testing.T) {
	each(t, func(w *town) {
		admin := w.person("Ada", access.Administrator)
		u, _ := w.joined("Amina Diallo", "amina@example.org", access.Citizen)
		shop := w.holder(ledger.Professional, "Épicerie du Rhône")
		in := GrantInput{User: u.ID, Grant: access.Grant{Role: access.Cashier, Organisation: shop.ID}}
		k := w.key()
		for want := range 2 {
			if replayed, err := w.GiveGrant(w.Context(), admin.Actor(), k, in); err != nil || replayed != (want == 1) {
				t.Fatal(replayed, err)
			}
		}
		w.told("amina@example.org", "personne en caisse – Épicerie du Rhône")
		if letters := w.sent(); len(letters) != 0 {
			t.Errorf("%d letters more for the same key", len(letters))
		}
		if _, err := w.WithdrawGrant(w.Context(), admin.Actor(), w.key(), in); err != nil {
			t.Fatal(err)
		}
		w.told("amina@example.org", "retiré\u00a0: personne en caisse")
		for name, c := range map[string]struct {
			by   access.Actor
			in   GrantInput
			want error
		}{
			"oneself":         {u.Actor(), in, ledger.ErrForbidden},
			"D9 to myself":    {admin.Actor(), GrantInput{admin.ID, access.Grant{Role: access.Treasurer}}, session.ErrOwnGrant},
			"unknown role":    {admin.Actor(), GrantInput{u.ID, access.Grant{Role: "king"}}, fault.ErrInvalid},
			"unknown user":    {admin.Actor(), GrantInput{ident.User{Bits: ident.Bits{15: 9}}, in.Grant}, session.ErrUserMissing},
			"the role it has": {admin.Actor(), GrantInput{u.ID, access.Grant{Role: access.Citizen}}, session.ErrGrantGiven},
		} {
			if _, err := w.GiveGrant(w.Context(), c.by, w.key(), c.in); !errors.Is(err, c.want) {
				t.Errorf("give: %s: %v, want %v", name, err, c.want)
			}
		}
		for name, c := range map[string]struct {
			by   access.Actor
			in   GrantInput
			want error
		}{
			"by somebody":       {u.Actor(), GrantInput{admin.ID, access.Grant{Role: access.Administrator}}, ledger.ErrForbidden},
			"the last of all":   {admin.Actor(), GrantInput{admin.ID, access.Grant{Role: access.Administrator}}, session.ErrLastAdministrator},
			"the last of one":   {admin.Actor(), GrantInput{u.ID, access.Grant{Role: access.Citizen}}, session.ErrLastGrant},
			"what nobody gave":  {admin.Actor(), in, session.ErrGrantMissing},
			"what is no role":   {admin.Actor(), GrantInput{u.ID, access.Grant{Role: "king"}}, session.ErrGrantMissing},
			"of an unknown one": {admin.Actor(), GrantInput{ident.User{Bits: ident.Bits{15: 9}}, in.Grant}, session.ErrGrantMissing},
		} {
			if _, err := w.WithdrawGrant(w.Context(), c.by, w.key(), c.in); !errors.Is(err, c.want) {
				t.Errorf("withdraw: %s: %v, want %v", name, err, c.want)
			}
		}
		if letters := w.sent(); len(letters) != 0 {
			t.Errorf("refusals wrote %d letters", len(letters))
		}
	})
}

func TestDisablingIsTold(t *testing.T) {
	each(t, func(w *town) {
		admin := w.person("Ada", access.Administrator)
		u, p := w.joined("Amina Diallo", "amina@example.org", access.Citizen)
		device, hint := w.Ledger.NewID(), w.Ledger.NewID()
		w.writes(func(tx *ledger.Tx) error {
			if _, err := tx.Exec(`INSERT INTO push_subscriptions (id, user_id, holder, endpoint, label, created_at, sent_at, due_at) VALUES ($1, $2, $3, 'https://push.example/x', '', 1, 0, 0)`,
				hint[:], u.ID, u.Holder); err != nil {
				return err
			}
			_, err := tx.Exec(`INSERT INTO devices (id, user_id, digest, label, pin, tries, created_at, expires_at) VALUES ($1, $2, $3, '', 'x', 0, 1, $4)`,
				device[:], u.ID, make([]byte, 32), tx.Now().Add(time.Hour).UnixMicro())
			return err
		})
		if _, err := w.DisableUser(w.Context(), admin.Actor(), w.key(), u.ID); err != nil {
			t.Fatal(err)
		}
		var hints, devices int
		must(t, w.Ledger.Reader().QueryRowContext(w.Context(), `SELECT COUNT(*) FROM push_subscriptions`).Scan(&hints))
		must(t, w.Ledger.Reader().QueryRowContext(w.Context(), `SELECT COUNT(*) FROM devices WHERE revoked_at IS NULL`).Scan(&devices))
		if hints != 0 || devices != 0 {
			t.Errorf("%d hints and %d devices of somebody who is shut out", hints, devices)
		}
		w.told("amina@example.org", "fermé par l’association")
		if err := w.Session.Stands(w.Context(), p.Token); !errors.Is(err, session.ErrUnauthenticated) {
			t.Errorf("the session of somebody who is shut out: %v", err)
		}
		read, err := w.Person(w.Context(), admin.Actor(), u.ID)
		if err != nil || read.DisabledFor != "administrator" || read.Email != "amina@example.org" || read.Name != "Amina Diallo" {
			t.Errorf("%+v, %v", read, err)
		}
		if _, err := w.EnableUser(w.Context(), admin.Actor(), w.key(), u.ID); err != nil {
			t.Fatal(err)
		}
		w.told("amina@example.org", "rouvert")
		if _, err := w.Invite(w.Context(), admin.Actor(), w.key(), InviteInput{u.ID, "other@example.org", "fr"}); !errors.Is(err, ErrHasIdentity) {
			t.Errorf("an invitation for somebody who can sign in: %v", err)
		}
	})
}

func TestD2OnlyAdministratorsSearchPeople(t *testing.T) {
	each(t, func(w *town) {
		admin := w.person("Ada", access.Administrator)
		u, _ := w.joined("Amina 100% Diallo", "amina@example.org", access.Citizen, access.DeskAgent)
		other := w.person("Bruno", access.Citizen)
		h, err := w.Ledger.Holder(w.Context(), u.Holder)
		must(t, err)
		for query, want := range map[string][]ident.User{
			"": {admin.ID, u.ID, other.ID}, "diallo": {u.ID}, "AMINA": {u.ID}, h.Number: {u.ID}, h.Number[:7]: nil, "@example": {u.ID},
			"%": {u.ID}, "_": nil, "!": nil, "0%": {u.ID}, "a' OR '1'='1": nil, "xyz": nil,
		} {
			list, err := w.People(w.Context(), admin.Actor(), Filter{Query: query, Limit: 10})
			must(t, err)
			var got []ident.User
			for _, p := range list {
				got = append(got, p.ID)
				if p.ID == u.ID && (len(p.Grants) != 2 || p.Email != "amina@example.org" || p.Number != h.Number) {
					t.Errorf("%+v", p)
				}
			}
			if !slices.Equal(got, want) {
				t.Errorf("%q finds %v, want %v", query, got, want)
			}
		}
		page, err := w.People(w.Context(), admin.Actor(), Filter{Limit: 1})
		must(t, err)
		page, err = w.People(w.Context(), admin.Actor(), Filter{Limit: 1, After: page[0].ID})
		if err != nil || len(page) != 1 || page[0].ID != u.ID {
			t.Errorf("the second page is %+v, %v", page, err)
		}
		if _, err := w.People(w.Context(), admin.Actor(), Filter{Query: strings.Repeat("é", 101), Limit: 1}); !errors.Is(err, fault.ErrInvalid) {
			t.Errorf("a long search: %v", err)
		}
		for _, role := range access.Roles() {
			actor := access.Actor{ID: other.ID, Holder: other.Holder, Grants: []access.Grant{{Role: role, Organisation: other.Holder}}}
			if _, err := w.People(w.Context(), actor, Filter{Limit: 1}); role != access.Administrator && !errors.Is(err, ledger.ErrForbidden) {
				t.Errorf("%s searches people: %v", role, err)
			}
		}
	})
}

func TestD8StaffLooksAreToldToThePerson(t *testing.T) {
	each(t, func(w *town) {
		treasurer, admin, u := w.person("Tim", access.Treasurer), w.person("Ada", access.Administrator), w.person("Amina", access.Citizen)
		shop := w.holder(ledger.Professional, "Épicerie")
		owner := access.Actor{ID: u.ID, Holder: u.Holder, Grants: []access.Grant{{Role: access.MerchantOwner, Organisation: shop.ID}}}
		look := func(actor access.Actor, h ident.Holder, what string) {
			t.Helper()
			must(t, w.Looked(w.Context(), actor, h, what))
		}
		before, err := w.Ledger.Position(w.Context())
		must(t, err)
		look(u.Actor(), u.Holder, "wallet")                 // my own
		look(owner, shop.ID, "wallet")                      // my shop's
		look(treasurer.Actor(), treasurer.Holder, "wallet") // staff at their own
		if after, err := w.Ledger.Position(w.Context()); err != nil || after.Command != before.Command {
			t.Errorf("looks at one's own are written down: %v", err)
		}
		for range 5 {
			look(treasurer.Actor(), u.Holder, "wallet")
			w.pass(time.Second)
			look(treasurer.Actor(), u.Holder, "statement")
			w.pass(time.Minute)
		}
		if after, err := w.Ledger.Position(w.Context()); err != nil || after.Command != before.Command+2 {
			t.Errorf("looks of one hour took %d commands, %v", after.Command-before.Command, err)
		}
		again := New(w.Services) // after a restart the book still coalesces
		must(t, again.Looked(w.Context(), treasurer.Actor(), u.Holder, "wallet"))
		w.pass(time.Hour)
		look(treasurer.Actor(), u.Holder, "wallet")
		w.pass(time.Second)
		if _, err := w.Person(w.Context(), admin.Actor(), u.ID); err != nil {
			t.Fatal(err)
		}
		list, err := w.LooksAt(w.Context(), u.Actor(), u.Holder)
		must(t, err)
		var got []string
		for _, l := range list {
			got = append(got, string(l.Role)+" "+l.What)
		}
		if want := []string{"administrator user", "treasurer wallet", "treasurer statement", "treasurer wallet"}; !slices.Equal(got, want) {
			t.Errorf("looks are %v, want %v", got, want)
		}
		for _, actor := range []access.Actor{treasurer.Actor(), admin.Actor(), owner} {
			if _, err := w.LooksAt(w.Context(), actor, u.Holder); actor.Holder != u.Holder && !errors.Is(err, ledger.ErrForbidden) {
				t.Errorf("somebody else reads the looks: %v", err)
			}
		}
	})
}
