// SPDX-License-Identifier: AGPL-3.0-or-later

package confirm

import (
	"errors"
	"testing"
	"time"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/web/identity"
	"github.com/noria-mlc/noria/web/session"
)

// TestASVS753RefundsNeedAProof gives payments back: whoever is signed in proved who
// they are just before, and no program takes units out of a person's wallet.
func TestASVS753RefundsNeedAProof(t *testing.T) {
	each(t, func(w *town) {
		c := w.withPhone("amina@example.org")
		mine, shops := access.Grant{Role: access.Citizen}, access.Grant{Role: access.MerchantOwner, Organisation: w.shop.Holder}
		of := func(h ident.Holder, grants ...access.Grant) session.Principal {
			_, text := w.api(h, false, grants...)
			return w.real(text)
		}
		_, text := w.api(c.Actor.Holder, false, mine)
		issued, _, err := w.sessions.OpenSession(t.Context(), text, w.nextKey())
		w.must(err)
		shown, _ := w.api(c.Actor.Holder, true, mine)
		ask := func(why string, p session.Principal, payee ident.Holder, want error) {
			t.Helper()
			if err := w.Refund(t.Context(), p, payee); !errors.Is(err, want) {
				t.Errorf("%s: %v, want %v", why, err, want)
			}
		}
		ask("just after a proof", c.Principal, c.Actor.Holder, nil)
		ask("from somebody else's wallet", c.Principal, w.shop.Holder, ledger.ErrForbidden)
		ask("a session that a program opened", w.real(issued.Text), c.Actor.Holder, identity.ErrStale)
		ask("a person's program", of(c.Actor.Holder, mine), c.Actor.Holder, ErrRequired)
		ask("a shop's program", of(w.shop.Holder, shops), w.shop.Holder, nil)
		ask("a shop's program from the person's wallet", of(c.Actor.Holder, mine, shops), c.Actor.Holder, ErrRequired)
		ask("without the right", of(c.Actor.Holder, access.Grant{Role: access.Auditor}), w.shop.Holder, ledger.ErrForbidden)
		ask("in a demonstration", shown, c.Actor.Holder, nil)
		w.pass(refundProof + time.Second) // each command is a little later than the clock
		ask("five minutes later", c.Principal, c.Actor.Holder, identity.ErrStale)
	})
}
