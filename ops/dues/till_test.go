// SPDX-License-Identifier: AGPL-3.0-or-later

package dues_test

import (
	"errors"
	"testing"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ops/dues"
)

// TestP11TheTillOfDuesGoesToTheOperatingAccount brings what a desk took to the
// bank: it leaves the till, reaches no fund, and cannot be given back any more.
func TestP11TheTillOfDuesGoesToTheOperatingAccount(t *testing.T) {
	run(t, func(w *world) {
		w.empty(treasurer())
		paid, err := w.pay(desk(), dues.PayInput{Holder: w.anne.ID, Year: 2026, Way: dues.AtDesk, Desk: "halles", Amount: amount("15.00")})
		w.must(err)
		held, err := w.dues.Tills(w.Context(), treasurer())
		if err != nil || len(held) != 1 || held[0] != (dues.DeskTill{Desk: "halles", Account: ledger.DuesDesk("halles"), Amount: amount("15.00")}) {
			w.Errorf("%+v, %v", held, err)
		}
		if _, err := w.dues.Tills(w.Context(), self(w.anne)); !errors.Is(err, ledger.ErrForbidden) {
			w.Errorf("a member reads the tills: %v", err)
		}
		bring := func(to ledger.Account, reference string) error {
			_, _, err := w.conversion.MoveEuros(w.Context(), treasurer(), w.key(), conversion.MoveEurosInput{From: held[0].Account, To: to, Amount: amount("15.00"), BankReference: reference})
			return err
		}
		if err := bring(bank, "DEPOT 1"); !errors.Is(err, fault.ErrInvalid) {
			w.Errorf("dues into the fund: %v", err)
		}
		w.must(bring(ledger.Operating, "DEPOT 1"))
		w.refused(bring(ledger.Operating, "DEPOT 2"), ledger.ErrInsufficientFunds)
		w.empty(treasurer())
		_, _, err = w.dues.Cancel(w.Context(), treasurer(), w.key(), dues.CancelInput{Dues: paid.ID, Reason: "Erreur"})
		w.refused(err, ledger.ErrInsufficientFunds)
		if d, err := w.dues.One(w.Context(), treasurer(), paid.ID); err != nil || !d.CancelledAt.IsZero() || d.RecordedBy() != desk().ID {
			w.Errorf("%+v, %v", d, err)
		}
	})
}

// empty checks that no till holds euros of dues.
func (w *world) empty(actor access.Actor) {
	w.Helper()
	if held, err := w.dues.Tills(w.Context(), actor); err != nil || len(held) != 0 {
		w.Errorf("%+v, %v", held, err)
	}
}

// TestD2DuesAreReadByStaffAndByWhoseTheyAre reads one payment of dues.
func TestD2DuesAreReadByStaffAndByWhoseTheyAre(t *testing.T) {
	run(t, func(w *world) {
		paid, err := w.pay(desk(), dues.PayInput{Holder: w.anne.ID, Year: 2026, Way: dues.AtDesk, Desk: "halles"})
		w.must(err)
		for _, actor := range []access.Actor{self(w.anne), desk(), treasurer()} {
			if d, err := w.dues.One(w.Context(), actor, paid.ID); err != nil || d.ID != paid.ID || d.Amount != amount("12.00") {
				w.Errorf("%v: %+v, %v", actor.Grants, d, err)
			}
		}
		for _, id := range []dues.ID{paid.ID, {}} {
			if _, err := w.dues.One(w.Context(), self(w.bob), id); !errors.Is(err, ledger.ErrForbidden) {
				w.Errorf("%s: %v", id, err)
			}
		}
		if _, err := w.dues.One(w.Context(), treasurer(), dues.ID{}); !errors.Is(err, ledger.ErrMissing) {
			w.Errorf("none: %v", err)
		}
	})
}
