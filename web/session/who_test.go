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
