// SPDX-License-Identifier: AGPL-3.0-or-later

package session

import (
	"errors"
	"testing"
	"time"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
)

func TestRevokedAtOnce(t *testing.T) {
	run(t, func(t *testing.T, w *world) {
		u := w.user(t, access.Citizen)
		token, kept := w.token(t, u), w.token(t, u)
		page, other := w.open(t, token), w.open(t, kept)
		for _, i := range []Issued{token, kept, page, other} {
			w.holds(t, i.Text, u)
		}
		me := access.Actor{ID: u.ID, Holder: u.Holder, Grants: u.Grants}
		k := w.key()
		if replayed, err := w.RevokeToken(t.Context(), me, k, token.ID); err != nil || replayed {
			t.Fatal(replayed, err)
		}
		refused(t, w.Service, token.Text, "a revoked token")
		refused(t, w.Service, page.Text, "a session of a revoked token")
		w.holds(t, kept.Text, u)
		w.holds(t, other.Text, u)
		if replayed, err := w.RevokeToken(t.Context(), me, k, token.ID); err != nil || !replayed {
			t.Errorf("the same key: %v, %v", replayed, err)
		}
		if _, err := w.RevokeToken(t.Context(), me, w.key(), token.ID); !errors.Is(err, ErrTokenRevoked) {
			t.Errorf("again: %v", err)
		}
		if _, err := w.RevokeToken(t.Context(), w.admin, w.key(), kept.ID); err != nil {
			t.Errorf("by an administrator: %v", err)
		}
		refused(t, w.Service, other.Text, "a session that an administrator ended")
	})
}

func TestRevokingIsRefused(t *testing.T) {
	run(t, func(t *testing.T, w *world) {
		u, other := w.user(t, access.Citizen), w.user(t, access.Treasurer)
		token := w.token(t, u)
		unknown := TokenID{Bits: w.l.NewID()}
		for name, c := range map[string]struct {
			actor access.Actor
			id    TokenID
			want  error
		}{
			"somebody else's":           {access.Actor{ID: other.ID, Holder: other.Holder, Grants: other.Grants}, token.ID, ledger.ErrForbidden},
			"of the same holder":        {access.Actor{ID: other.ID, Holder: u.Holder, Grants: u.Grants}, token.ID, ledger.ErrForbidden},
			"unknown":                   {access.Actor{ID: u.ID, Holder: u.Holder, Grants: u.Grants}, unknown, ledger.ErrForbidden},
			"unknown to administrators": {w.admin, unknown, ledger.ErrMissing},
		} {
			if _, err := w.RevokeToken(t.Context(), c.actor, w.key(), c.id); !errors.Is(err, c.want) {
				t.Errorf("%s: %v, want %v", name, err, c.want)
			}
		}
		w.holds(t, token.Text, u)
	})
}

func TestCloseSession(t *testing.T) {
	run(t, func(t *testing.T, w *world) {
		u := w.user(t, access.Approver)
		token := w.token(t, u)
		page, other := w.open(t, token), w.open(t, token)
		p, err := w.Authenticate(t.Context(), page.Text)
		if err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if err := w.CloseSession(t.Context(), p); err != nil {
				t.Fatal(err)
			}
			refused(t, w.Service, page.Text, "a closed session")
		}
		w.holds(t, other.Text, u)
		if api, err := w.Authenticate(t.Context(), token.Text); err != nil || w.CloseSession(t.Context(), api) != nil {
			t.Error(err)
		}
		w.holds(t, token.Text, u)
		// Revoked by somebody else and closed afterwards is closed.
		q, err := w.Authenticate(t.Context(), other.Text)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.RevokeToken(t.Context(), w.admin, w.key(), other.ID); err != nil {
			t.Fatal(err)
		}
		if err := w.CloseSession(t.Context(), q); err != nil {
			t.Error(err)
		}
	})
}

// TestNobodyKeepsASessionOpenByItsKey uses every key that closing a session
// could be known to have, for something else: as whoever stole the session
// would, to stay in.
func TestNobodyKeepsASessionOpenByItsKey(t *testing.T) {
	run(t, func(t *testing.T, w *world) {
		u := w.user(t, access.Citizen)
		token, spare := w.token(t, u), w.token(t, u)
		page := w.open(t, token)
		p, err := w.Authenticate(t.Context(), page.Text)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.RevokeToken(t.Context(), p.Actor, "close:"+page.ID.String(), spare.ID); err != nil {
			t.Fatal(err)
		}
		if err := w.CloseSession(t.Context(), p); err != nil {
			t.Error(err)
		}
		refused(t, w.Service, page.Text, "a closed session")
	})
}

// TestAnotherProcessLearnsInTheEnd has two services on one book, as two
// processes would be.
func TestAnotherProcessLearnsInTheEnd(t *testing.T) {
	run(t, func(t *testing.T, w *world) {
		u := w.user(t, access.Citizen)
		token := w.token(t, u)
		there := New(w.l, Options{Shared: true})
		if _, err := there.Authenticate(t.Context(), token.Text); err != nil {
			t.Fatal(err)
		}
		if _, err := w.RevokeToken(t.Context(), w.admin, w.key(), token.ID); err != nil {
			t.Fatal(err)
		}
		refused(t, w.Service, token.Text, "a revoked token here")
		w.clock.pass(sharedLifetime)
		refused(t, there, token.Text, "a revoked token in another process after half a minute")
	})
}

func TestAClockSetBackBelievesNothingOld(t *testing.T) {
	run(t, func(t *testing.T, w *world) {
		u := w.user(t, access.Citizen)
		token := w.token(t, u)
		there := New(w.l, Options{Shared: true})
		if _, err := there.Authenticate(t.Context(), token.Text); err != nil {
			t.Fatal(err)
		}
		if _, err := w.RevokeToken(t.Context(), w.admin, w.key(), token.ID); err != nil {
			t.Fatal(err)
		}
		w.clock.pass(-time.Hour)
		refused(t, there, token.Text, "a revoked token after the clock was set back")
	})
}
