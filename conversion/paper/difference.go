// SPDX-License-Identifier: AGPL-3.0-or-later

package paper

import (
	"context"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/civil"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
)

// Way is how the difference of a till is explained.
type Way string

// The ways.
const (
	Found   Way = "found"   // the euros came to the compte dédié after all
	Covered Way = "covered" // the association put them there from its operating account and bears the loss
	Kept    Way = "kept"    // too many euros, that nobody claims: the association's, until it moves them out of the fund
)

// DifferenceInput explains euros that a till lacked, or had too many, at a
// remittance.
type DifferenceInput struct {
	Desk          string         `json:"desk,omitempty"`
	Account       ledger.Account `json:"account,omitempty"` // the compte dédié of notes; the first where left out
	Way           Way            `json:"way"`
	Amount        money.Amount   `json:"amount_eur"`
	BankReference string         `json:"bank_reference,omitempty"` // of what came; none for Kept
	BookedOn      civil.Date     `json:"booked_on,omitzero"`
	Note          string         `json:"note"` // what happened
}

// ExplainTill takes euros off a desk's account of differences. Those that lacked
// come into the fund of notes by the same command, so that its gap closes (G1).
// It returns ErrInvalid, ErrForbidden, ErrNoDifference where the desk's account
// does not stand at so much in this direction, conversion.ErrReferenceUsed and
// conversion.ErrDeskMissing.
func (s *Service) ExplainTill(ctx context.Context, actor access.Actor, key string, in DifferenceInput) (Remittance, bool, error) {
	var check fault.Check
	check.That(in.Amount > 0 && in.Amount <= money.Max, "/amount_eur", "must be above zero")
	check.That(in.Way == Found || in.Way == Covered || in.Way == Kept, "/way", "must be found, covered or kept")
	check.That(in.Way == Kept && in.BankReference == "" || in.Way != Kept && printable(in.BankReference, 140), "/bank_reference", "must be 1 to 140 printable characters, none for what is kept")
	check.That(in.BookedOn <= civil.Of(s.ledger.Now()), "/booked_on", "must not be in the future")
	check.That(printable(in.Note, 140), "/note", "must be 1 to 140 printable characters")
	return execute[Remittance](ctx, s, ledger.Command{Actor: actor, Action: access.EurosMove, Key: key, Input: in}, check.Err(),
		func(tx *ledger.Tx) (ident.Ref, error) {
			d, err := conversion.DeskWithin(tx, in.Desk)
			if err != nil {
				return ident.Ref{}, err
			}
			bank, err := conversion.DedicatedWithin(tx, ledger.Paper, in.Account)
			if err != nil {
				return ident.Ref{}, err
			}
			apart := ledger.Unexplained(d.Slug)
			if err := openAll(tx, apart, bank.Account, ledger.Operating, ledger.LossWaived); err != nil {
				return ident.Ref{}, err
			}
			stands, err := tx.Balance(apart)
			if err != nil {
				return ident.Ref{}, err
			}
			if in.Way == Kept {
				stands = -stands
			}
			if stands < in.Amount {
				return ident.Ref{}, ErrNoDifference
			}
			e, err := tx.Post(ledger.Draft{Kind: ledger.KindTransfer, BookedOn: in.BookedOn, Reference: in.BankReference, Postings: explained(in, apart, bank.Account)})
			if err != nil {
				return ident.Ref{}, err
			}
			if in.Way != Kept {
				if err := conversion.ReferenceWithin(tx, in.BankReference, e.ID); err != nil {
					return ident.Ref{}, err
				}
			}
			left, err := tx.Balance(apart)
			if err != nil {
				return ident.Ref{}, err
			}
			return e.ID.Ref(), tx.Keep(Remittance{Entry: e.ID, Desk: d.Slug, Amount: in.Amount, Difference: max(0, left), Over: max(0, -left)})
		})
}

// explained are the postings of each way.
func explained(in DifferenceInput, apart, bank ledger.Account) []ledger.Posting {
	switch in.Way {
	case Found:
		return []ledger.Posting{{Debit: bank, Credit: apart, Amount: in.Amount}}
	case Covered:
		return []ledger.Posting{{Debit: bank, Credit: ledger.Operating, Amount: in.Amount}, {Debit: ledger.LossWaived, Credit: apart, Amount: in.Amount}}
	}
	return []ledger.Posting{{Debit: apart, Credit: ledger.LossWaived, Amount: in.Amount}}
}
