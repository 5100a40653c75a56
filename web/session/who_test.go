// SPDX-License-Identifier: AGPL-3.0-or-later

package session

import (
	"errors"
	"testing"
	"time"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/db"
	"github.com/noria-mlc/noria/ledger/db/dbtest"
	"github.com/noria-mlc/noria/ledger/ident"
)

func TestAProofIsRecentForAWhileOnly(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, connect func() *db.DB) {
		w := newWorld(t, connect(), ledger.Options{}, Options{})
		u := w.user(t, access.Citizen, access.Treasurer)
		recent := map[string]bool{w.admit(t, u, ByPasskey): true, w.admit(t, u, ByPassword): true, w.token(t, u).Text: false}
		people := make(map[string]Principal)
		for text := range recent {
			p, err := w.Authenticate(t.Context(), text)
			if err != nil {
				t.Fatal(err)
			}
			people[text] = p
		}
		for _, later := range []bool{false, true} {
			if later {
				w.clock.pass(48 * time.Hour)
			}
			for text, want := range recent {
				if got, err := w.Recently(t.Context(), people[text], time.Hour); err != nil || got != (want && !later) {
					t.Errorf("two days later %v: %v, %v", later, got, err)
				}
				shown := people[text]
				shown.Demo = true
				if got, err := w.Recently(t.Context(), shown, time.Hour); err != nil || !got {
					t.Errorf("in a demonstration: %v, %v", got, err)
				}
			}
		}
		if h, err := w.HolderOf(t.Context(), u.ID); err != nil || h != u.Holder {
			t.Errorf("%v, %v", h, err)
		}
		if _, err := w.HolderOf(t.Context(), ident.User{Bits: ident.Bits{7}}); !errors.Is(err, ledger.ErrMissing) {
			t.Errorf("a job: %v", err)
		}
	})
}

// TestHowLongASessionDecides is how long one may decide in the API: from when it was
// opened, the first administrator's always, an issuer's never.
func TestHowLongASessionDecides(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, connect func() *db.DB) {
		w := newWorld(t, connect(), ledger.Options{}, Options{})
		link, _, err := w.Bootstrap(t.Context(), NewSecret())
		if err != nil {
			t.Fatal(err)
		}
		first := w.open(t, link).Text
		u := w.user(t, access.Citizen)
		vouched, secret := "", NewSecret()
		_, err = w.l.Execute(t.Context(), ledger.Command{Actor: u.Actor(), Action: access.SessionOpen, Owner: u.Holder, Key: w.key()}, func(tx *ledger.Tx) (ident.Ref, error) {
			issued, err := w.Admit(tx, Admission{User: u.ID, Proof: ByIssuer, Issuer: "https://sso.example", Label: "test", Secret: secret})
			vouched = issued.Text
			return ident.Ref{}, err
		})
		if err != nil {
			t.Fatal(err)
		}
		token := w.token(t, u)
		sessions := []struct {
			why, text   string
			young, aged bool
		}{
			{"a passkey", w.admit(t, u, ByPasskey), true, false},
			{"a password", w.admit(t, u, ByPassword), true, false},
			{"a token", w.open(t, token).Text, true, false},
			{"the first link", first, true, true},
			{"an issuer's word", vouched, false, false},
			{"no session", token.Text, true, true},
		}
		people := make([]Principal, len(sessions))
		for i, c := range sessions {
			if people[i], err = w.Authenticate(t.Context(), c.text); err != nil {
				t.Fatal(c.why, err)
			}
		}
		for i, c := range sessions {
			if got, err := w.Opened(t.Context(), people[i], Freshness); err != nil || got != c.young {
				t.Errorf("%s: %v, %v", c.why, got, err)
			}
		}
		w.clock.pass(Freshness + time.Second) // two commands are never of one instant
		for i, c := range sessions {
			if got, err := w.Opened(t.Context(), people[i], Freshness); err != nil || got != c.aged {
				t.Errorf("%s, a quarter of an hour later: %v, %v", c.why, got, err)
			}
			shown := people[i]
			shown.Demo = true
			if got, err := w.Opened(t.Context(), shown, Freshness); err != nil || !got {
				t.Errorf("%s in a demonstration: %v, %v", c.why, got, err)
			}
		}
	})
}
