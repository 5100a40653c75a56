// SPDX-License-Identifier: AGPL-3.0-or-later

package session

import (
	"testing"
	"time"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/db"
	"github.com/noria-mlc/noria/ledger/db/dbtest"
	"github.com/noria-mlc/noria/ledger/ident"
)

// admit opens a session by a proof.
func (w *world) admit(t *testing.T, u User, by Proof) string {
	t.Helper()
	a := Admission{User: u.ID, Proof: by, Label: "Firefox", Secret: NewSecret()}
	var issued Issued
	command := ledger.Command{Actor: access.Actor{ID: u.ID, Holder: u.Holder, Grants: u.Grants}, Action: access.SessionOpen, Owner: u.Holder, Key: w.key()}
	_, err := w.l.Execute(t.Context(), command, func(tx *ledger.Tx) (ident.Ref, error) {
		var err error
		issued, err = w.Admit(tx, a)
		return issued.ID.Ref(), err
	})
	if err != nil {
		t.Fatal(err)
	}
	return issued.Text
}

func TestRolesThatNeedAPasskey(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, connect func() *db.DB) {
		d := connect()
		w := newWorld(t, d, ledger.Options{}, Options{})
		u := w.user(t, access.Citizen, access.Treasurer)
		for _, c := range []struct {
			why, text string
			treasurer bool
		}{
			{"a passkey", w.admit(t, u, ByPasskey), true},
			{"a password", w.admit(t, u, ByPassword), false},
			{"a token pasted into the page", w.open(t, w.token(t, u)).Text, false},
			{"a token of a program", w.token(t, u).Text, true},
		} {
			p, err := w.Authenticate(t.Context(), c.text)
			if err != nil || p.Actor.Has(access.Treasurer) != c.treasurer || p.Withheld == c.treasurer || !p.Actor.Has(access.Citizen) {
				t.Errorf("by %s: %+v, %v", c.why, p, err)
			}
		}
		demo := New(w.l, Options{Demo: true, Now: w.clock.now})
		if p, err := demo.Authenticate(t.Context(), w.open(t, w.token(t, u)).Text); err != nil || !p.Actor.Has(access.Treasurer) {
			t.Errorf("in a demonstration: %+v, %v", p, err)
		}
	})
}

func TestTheFirstAdministratorCanActByTheLink(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, connect func() *db.DB) {
		w := newWorld(t, connect(), ledger.Options{}, Options{})
		link, _, err := w.Bootstrap(t.Context(), NewSecret())
		if err != nil {
			t.Fatal(err)
		}
		if p, err := w.Authenticate(t.Context(), w.open(t, link).Text); err != nil || !p.Actor.Has(access.Administrator) {
			t.Errorf("%+v, %v", p, err)
		}
	})
}

func TestASessionOfAProofEndsLikeAnyOther(t *testing.T) {
	run(t, func(t *testing.T, w *world) {
		u := w.user(t, access.Citizen)
		text := w.admit(t, u, ByPassword)
		p, err := w.Authenticate(t.Context(), text)
		if err != nil || p.Kind != Session {
			t.Fatal(p, err)
		}
		if _, proof, err := w.Proved(t.Context(), p); err != nil || proof != ByPassword {
			t.Errorf("%q, %v", proof, err)
		}
		if err := w.CloseSession(t.Context(), p); err != nil {
			t.Fatal(err)
		}
		refused(t, w.Service, text, "a session that was closed")
		text = w.admit(t, u, ByPasskey)
		w.clock.pass(DevicePause + time.Second) // two commands are never of one instant
		refused(t, w.Service, text, "a session of thirty days")
	})
}
