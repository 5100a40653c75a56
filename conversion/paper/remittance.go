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

// RemitInput is the till of a desk brought to the bank.
type RemitInput struct {
	Desk          string         `json:"desk,omitempty"`
	Account       ledger.Account `json:"account,omitempty"` // the compte dédié of notes; the first where left out
	Amount        money.Amount   `json:"amount_eur"`        // that the bank booked
	Whole         bool           `json:"whole"`             // the till was emptied: what differs is kept apart until it is explained
	BankReference string         `json:"bank_reference"`
	BookedOn      civil.Date     `json:"booked_on,omitzero"`
}

// Remittance is what was booked.
type Remittance struct {
	Entry      ident.Entry  `json:"entry"`
	Desk       string       `json:"desk"`
	Amount     money.Amount `json:"amount_eur"`
	Difference money.Amount `json:"difference_eur"` // that the till lacked
	Over       money.Amount `json:"over_eur"`       // that it had too much
}

// Remit books the euros that a desk took for notes and brought to the bank. Euros
// that lack leave the fund short until they are made good, and stand on the
// desk's account of differences. It returns ErrInvalid, ErrForbidden,
// ErrInsufficientFunds for a till that does not hold them,
// conversion.ErrReferenceUsed and conversion.ErrDeskMissing.
func (s *Service) Remit(ctx context.Context, actor access.Actor, key string, in RemitInput) (Remittance, bool, error) {
	var check fault.Check
	check.That(in.Amount > 0 && in.Amount <= money.Max, "/amount_eur", "must be above zero")
	check.That(printable(in.BankReference, 140), "/bank_reference", "must be 1 to 140 printable characters")
	check.That(in.BookedOn <= civil.Of(s.ledger.Now()), "/booked_on", "must not be in the future")
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
			till, apart := ledger.NotesDesk(d.Slug), ledger.Unexplained(d.Slug)
			if err := openAll(tx, till, apart, bank.Account); err != nil {
				return ident.Ref{}, err
			}
			r := Remittance{Desk: d.Slug, Amount: in.Amount}
			held, err := tx.Balance(till)
			if err != nil {
				return ident.Ref{}, err
			}
			postings := []ledger.Posting{{Debit: bank.Account, Credit: till, Amount: in.Amount}}
			if in.Whole {
				r.Difference, r.Over = max(0, held-in.Amount), max(0, in.Amount-held)
			}
			switch {
			case r.Difference > 0:
				postings = append(postings, ledger.Posting{Debit: apart, Credit: till, Amount: r.Difference})
			case r.Over > 0:
				postings = append(postings, ledger.Posting{Debit: till, Credit: apart, Amount: r.Over})
			}
			e, err := tx.Post(ledger.Draft{Kind: ledger.KindTransfer, BookedOn: in.BookedOn, Reference: in.BankReference, Postings: postings})
			if err != nil {
				return ident.Ref{}, err
			}
			r.Entry = e.ID
			if err := conversion.ReferenceWithin(tx, in.BankReference, e.ID); err != nil {
				return ident.Ref{}, err
			}
			return e.ID.Ref(), tx.Keep(r)
		})
}

// SettleInput is a bank transfer between the comptes dédiés of the two pools.
type SettleInput struct {
	To            ledger.Pool  `json:"to"` // the pool that was owed the euros
	Amount        money.Amount `json:"amount_eur"`
	BankReference string       `json:"bank_reference"`
	BookedOn      civil.Date   `json:"booked_on,omitzero"`
}

// Settle books the transfer that brings the euros of exchanged units from the
// first compte dédié of one pool to that of the other (G2). The cover of neither
// changes. It returns ErrInvalid, ErrForbidden, ErrNothing where less is owed, and
// conversion.ErrReferenceUsed.
func (s *Service) Settle(ctx context.Context, actor access.Actor, key string, in SettleInput) (conversion.Transfer, bool, error) {
	var check fault.Check
	check.That(in.Amount > 0 && in.Amount <= money.Max, "/amount_eur", "must be above zero")
	check.That(in.To == ledger.Paper || in.To == ledger.Digital, "/to", "must be paper or digital")
	check.That(printable(in.BankReference, 140), "/bank_reference", "must be 1 to 140 printable characters")
	check.That(in.BookedOn <= civil.Of(s.ledger.Now()), "/booked_on", "must not be in the future")
	from := ledger.Paper
	if in.To == ledger.Paper {
		from = ledger.Digital
	}
	return execute[conversion.Transfer](ctx, s, ledger.Command{Actor: actor, Action: access.EurosMove, Key: key, Input: in}, check.Err(),
		func(tx *ledger.Tx) (ident.Ref, error) {
			due, err := tx.Balance(ledger.Between(in.To))
			if err != nil {
				return ident.Ref{}, err
			}
			if due < in.Amount {
				return ident.Ref{}, ErrNothing
			}
			pays, err := conversion.DedicatedWithin(tx, from, "")
			if err != nil {
				return ident.Ref{}, err
			}
			gets, err := conversion.DedicatedWithin(tx, in.To, "")
			if err != nil {
				return ident.Ref{}, err
			}
			e, err := tx.Post(ledger.Draft{Kind: ledger.KindTransfer, BookedOn: in.BookedOn, Reference: in.BankReference, Postings: []ledger.Posting{
				{Debit: gets.Account, Credit: ledger.Between(in.To), Amount: in.Amount},
				{Debit: ledger.Between(from), Credit: pays.Account, Amount: in.Amount},
			}})
			if err != nil {
				return ident.Ref{}, err
			}
			if err := conversion.ReferenceWithin(tx, in.BankReference, e.ID); err != nil {
				return ident.Ref{}, err
			}
			return e.ID.Ref(), tx.Keep(conversion.Transfer{Entry: e.ID, From: pays.Account, To: gets.Account, Amount: in.Amount, BankReference: in.BankReference})
		})
}
