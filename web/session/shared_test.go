// SPDX-License-Identifier: AGPL-3.0-or-later

package session

import (
	"testing"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/db/dbtest"
)

// TestWhatAnotherProcessRevokesHoldsHalfAMinuteAtMost: two processes on one book,
// one of which revokes what the other has just seen.
func TestWhatAnotherProcessRevokesHoldsHalfAMinuteAtMost(t *testing.T) {
	connect := dbtest.Postgres(t)
	there := newWorld(t, connect(), ledger.Options{}, Options{Shared: true})
	here := newWorld(t, connect(), ledger.Options{}, Options{Shared: true})
	u, v := there.user(t, access.Citizen), there.user(t, access.Citizen)
	told, untold, disabled := there.token(t, u), there.token(t, u), there.token(t, v)
	closed := there.open(t, untold)
	for text, who := range map[string]User{told.Text: u, untold.Text: u, closed.Text: u, disabled.Text: v} {
		here.holds(t, text, who)
	}
	for _, i := range []Issued{told, untold} { // the session goes with its token
		if _, err := there.RevokeToken(t.Context(), there.admin, there.key(), i.ID); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := there.DisableUser(t.Context(), there.admin, there.key(), v.ID); err != nil {
		t.Fatal(err)
	}
	here.clock.pass(sharedLifetime)
	for _, text := range []string{told.Text, untold.Text, closed.Text, disabled.Text} {
		refused(t, here.Service, text, "revoked half a minute ago in another process")
	}

	// Whoever follows the journal says so at once.
	w := there.user(t, access.Citizen)
	last := there.token(t, w)
	here.holds(t, last.Text, w)
	if _, err := there.RevokeToken(t.Context(), there.admin, there.key(), last.ID); err != nil {
		t.Fatal(err)
	}
	here.Forget()
	refused(t, here.Service, last.Text, "revoked in another process, which was told")
	if _, err := here.l.Verify(t.Context(), nil); err != nil {
		t.Error(err)
	}
}
