// SPDX-License-Identifier: AGPL-3.0-or-later

package debit

import (
	"context"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
)

// Terms are what a member may change of a mandate without signing another one.
type Terms struct {
	Euros money.Amount `json:"euros"`
	Day   int          `json:"day,omitempty"` // of the month, 1 to 28, where it is debited monthly
	Low   money.Amount `json:"low,omitempty"` // units below which is debited, where it follows the balance
}

// check notes what a rhythm does not take.
func (t Terms) check(check *fault.Check, rhythm Rhythm) {
	check.That(t.Euros > 0 && t.Euros <= money.Max, "/euros", "must be 0.01 or more")
	switch rhythm {
	case Once:
		check.That(t.Day == 0 && t.Low == 0, "/rhythm", "has neither day nor threshold")
	case Monthly:
		check.That(t.Day >= 1 && t.Day <= 28, "/day", "must be 1 to 28")
		check.That(t.Low == 0, "/low", "must be left out")
	case WhenLow:
		check.That(t.Low > 0 && t.Low <= money.Max, "/low", "must be 0.01 or more")
		check.That(t.Day == 0, "/day", "must be left out")
	default:
		check.That(false, "/rhythm", "must be once, monthly or low")
	}
}

// Amend changes the amount, the day or the threshold of a mandate, for the debits
// that were not told of yet: what was told stays as it was told (S2). It returns
// ErrForbidden, ErrMissing, ErrMandateEnded, ErrMandateOnce and ErrInvalid.
func (s *Service) Amend(ctx context.Context, actor access.Actor, key string, id MandateID, in Terms) (Mandate, bool, error) {
	m, err := s.mandate(ctx, id)
	if err != nil {
		return Mandate{}, false, err
	}
	if err := access.Allow(actor, access.MandateAmend, m.Holder); err != nil {
		return Mandate{}, false, err
	}
	if m.Rhythm == Once {
		return Mandate{}, false, ErrMandateOnce
	}
	var check fault.Check
	in.check(&check, m.Rhythm)
	type input struct {
		Mandate MandateID `json:"mandate"`
		Terms   Terms     `json:"terms"`
	}
	return execute[Mandate](ctx, s, ledger.Command{Actor: actor, Action: access.MandateAmend, Owner: m.Holder, Key: key, Input: input{id, in}}, check.Err(),
		func(tx *ledger.Tx) (ident.Ref, error) {
			if err := tx.Guard(ErrMandateEnded, sqlAmendMandate, id, in.Euros, in.Day, in.Low); err != nil {
				return ident.Ref{}, err
			}
			m, err := scanMandate(tx.QueryRow(sqlMandate, id))
			if err != nil {
				return ident.Ref{}, err
			}
			return id.Ref(), tx.Keep(m.masked())
		})
}

// Resume lets a mandate that a return suspended be debited again, once somebody
// settled with the member what was wrong (S4). It returns ErrForbidden, ErrMissing,
// ErrMandateEnded for one that is not suspended, and conversion.ErrSamePerson for
// one's own (D9).
func (s *Service) Resume(ctx context.Context, actor access.Actor, key string, id MandateID) (Mandate, bool, error) {
	return execute[Mandate](ctx, s, ledger.Command{Actor: actor, Action: access.MandateResume, Key: key, Input: id}, nil,
		func(tx *ledger.Tx) (ident.Ref, error) {
			m, err := scanMandate(tx.QueryRow(sqlMandate, id))
			if err != nil {
				return ident.Ref{}, found(err)
			}
			if m.Holder == tx.Actor().Holder {
				return ident.Ref{}, conversion.ErrSamePerson
			}
			m.Status = Active
			if err := tx.Guard(ErrMandateEnded, sqlResumeMandate, id); err != nil {
				return ident.Ref{}, err
			}
			return id.Ref(), tx.Keep(m.masked())
		})
}
