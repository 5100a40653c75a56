// SPDX-License-Identifier: AGPL-3.0-or-later

package session

import (
	"testing"
	"time"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/ident"
)

// admitted opens a session by a passkey.
func (w *world) admitted(t testing.TB, u User) Issued {
	t.Helper()
	var issued Issued
	secret := NewSecret()
	command := ledger.Command{Actor: u.Actor(), Action: access.SessionOpen, Owner: u.Holder, Key: w.key()}
	_, err := w.l.Execute(t.Context(), command, func(tx *ledger.Tx) (ident.Ref, error) {
		var err error
		issued, err = w.Admit(tx, Admission{User: u.ID, Proof: ByPasskey, Label: "test", Secret: secret})
		return ident.Ref{}, err
	})
	if err != nil {
		t.Fatal(err)
	}
	return issued
}

// TestSessionsRestAndEnd is ASVS 7.3.1 and 7.3.2: each role's session ends after
// its rest, and after its whole time however busy it was.
func TestSessionsRestAndEnd(t *testing.T) {
	const day = 24 * time.Hour
	for role, want := range map[access.Role]struct{ rest, whole time.Duration }{
		access.Citizen:       {30 * day, 90 * day},
		access.Treasurer:     {15 * time.Minute, 12 * time.Hour},
		access.DeskAgent:     {15 * time.Minute, 12 * time.Hour},
		access.Auditor:       {15 * time.Minute, 12 * time.Hour},
		access.Administrator: {15 * time.Minute, 12 * time.Hour},
	} {
		run(t, func(t *testing.T, w *world) {
			u := w.user(t, role)
			if role != access.Citizen {
				w.give(t, u, access.Grant{Role: access.Citizen})
				u.Grants = append(u.Grants, access.Grant{Role: access.Citizen})
			}
			resting, busy := w.admitted(t, u), w.admitted(t, u)
			w.clock.pass(want.rest - time.Second)
			w.holds(t, resting.Text, u)
			w.holds(t, busy.Text, u)
			for left := want.whole - want.rest; left > time.Second; left -= want.rest / 2 {
				w.clock.pass(min(want.rest/2, left-time.Second))
				w.holds(t, busy.Text, u)
			}
			refused(t, w.Service, resting.Text, string(role)+": rested for too long")
			w.clock.pass(3 * time.Second)
			refused(t, w.Service, busy.Text, string(role)+": lasted for too long")
		})
	}
}

func TestAnotherProcessKnowsOfUse(t *testing.T) {
	run(t, func(t *testing.T, w *world) {
		u := w.user(t, access.Treasurer)
		page, other := w.admitted(t, u), New(w.l, Options{})
		for range 4 {
			w.clock.pass(10 * time.Minute)
			w.holds(t, page.Text, u)
		}
		if _, err := other.Authenticate(t.Context(), page.Text); err != nil {
			t.Errorf("a session that is used elsewhere: %v", err)
		}
		for range 2 { // used here only, while the other remembers an older use
			w.clock.pass(10 * time.Minute)
			w.holds(t, page.Text, u)
		}
		if _, err := other.Authenticate(t.Context(), page.Text); err != nil {
			t.Errorf("a session that was used elsewhere meanwhile: %v", err)
		}
	})
}

func TestTheBookIsToldOfUseOnceAMinute(t *testing.T) {
	run(t, func(t *testing.T, w *world) {
		u := w.user(t, access.Treasurer)
		page, token := w.admitted(t, u), w.token(t, u)
		count := func() int64 {
			p, err := w.l.Position(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			return p.Command
		}
		before := count()
		for range 100 {
			w.clock.pass(time.Second)
			w.holds(t, page.Text, u)
			w.holds(t, token.Text, u)
			if _, err := w.Recognise(t.Context(), page.Text); err != nil {
				t.Fatal(err)
			}
		}
		if told := count() - before; told != 1 {
			t.Errorf("the book was told %d times in a hundred seconds", told)
		}
		list, err := w.Tokens(t.Context(), u.Actor(), u.ID)
		if err != nil || list[0].SeenAt.IsZero() || !list[1].SeenAt.IsZero() {
			t.Errorf("tokens are %+v, %v", list, err)
		}
	})
}

// TestWatchingIsNoUse keeps a page open that refreshes itself.
func TestWatchingIsNoUse(t *testing.T) {
	run(t, func(t *testing.T, w *world) {
		page := w.admitted(t, w.user(t, access.Treasurer))
		for range 2 {
			w.clock.pass(7 * time.Minute)
			if _, err := w.Recognise(t.Context(), page.Text); err != nil {
				t.Fatal(err)
			}
		}
		w.clock.pass(2 * time.Minute)
		refused(t, w.Service, page.Text, "a page that was only watched")
	})
}

// TestALongSessionEndsWithARoleOfTheOffice gives a citizen who is signed in for
// weeks a role that asks for more.
func TestALongSessionEndsWithARoleOfTheOffice(t *testing.T) {
	run(t, func(t *testing.T, w *world) {
		u := w.user(t, access.Citizen)
		page := w.admitted(t, u)
		w.clock.pass(13 * time.Hour)
		w.holds(t, page.Text, u)
		w.give(t, u, access.Grant{Role: access.DeskAgent})
		refused(t, w.Service, page.Text, "a session of thirteen hours with a role of the office")
	})
}
