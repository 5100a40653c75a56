// SPDX-License-Identifier: AGPL-3.0-or-later

package conversion

import (
	"context"
	"errors"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/civil"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/membership"
	"github.com/noria-mlc/noria/ledger/money"
)

const (
	sqlInsertStanding      = `INSERT INTO standing_references (holder, reference, made_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`
	sqlStandingReferenceOf = `SELECT reference FROM standing_references WHERE holder = $1`
	sqlStandingHolder      = `SELECT holder FROM standing_references WHERE reference = $1`
	sqlInsertPayment       = `INSERT INTO standing_payments (bank_reference, holder, conversion) VALUES ($1, $2, $3) ON CONFLICT (bank_reference, holder) DO NOTHING`
)

// Standing is a member's permanent reference: what they write on a standing order
// once and for all. It is made like that of a conversion, with a P behind
// the code, so that neither can be read as the other one.
type Standing struct {
	Holder    ident.Holder `json:"holder"`
	Reference string       `json:"reference"`
	Pay       Payee        `json:"pay"`
}

// standingMark ends the code of the currency, of which seven characters are left
// so that the whole is read as a code.
const standingMark = "P"

// StandingReference returns the permanent reference of a holder with the account to
// pay to, and makes it where there is none: under whatever key, it is the same. It returns ErrForbidden, ErrMissing,
// ErrCollectivity, ErrNotOpen, and ErrChannel where transfers are not taken.
func (s *Service) StandingReference(ctx context.Context, actor access.Actor, key string, holder ident.Holder) (Standing, bool, error) {
	return execute[Standing](ctx, s, ledger.Command{Actor: actor, Action: access.ConversionTransfer, Owner: holder, Key: key, Input: holder}, nil,
		func(tx *ledger.Tx) (ident.Ref, error) {
			t, err := opened(tx)
			if err != nil {
				return ident.Ref{}, err
			}
			h, err := tx.Holder(holder)
			if err != nil {
				return ident.Ref{}, found(err)
			}
			if h.Kind == ledger.Collectivity {
				return ident.Ref{}, ErrCollectivity
			}
			bank, err := dedicated(tx, "")
			if err != nil {
				return ident.Ref{}, err
			}
			for range 20 {
				reference, err := newReference(tx, t.code[:min(len(t.code), 7)]+standingMark)
				if err != nil {
					return ident.Ref{}, err
				}
				if _, err := tx.Exec(sqlInsertStanding, holder, reference, tx.Now().UnixMicro()); err != nil {
					return ident.Ref{}, err
				}
				err = tx.QueryRow(sqlStandingReferenceOf, holder).Scan(&reference)
				if err == nil {
					return keep(tx, Standing{holder, reference, Payee{bank.HolderName, bank.IBAN, bank.BIC}}, ident.Ref{})
				}
				if !errors.Is(found(err), ledger.ErrMissing) {
					return ident.Ref{}, err
				}
			}
			return ident.Ref{}, errors.New("no free reference was found in twenty draws")
		})
}

// Standing returns the permanent reference of a holder as it was made. It returns
// ErrMissing where none was, ErrForbidden, ErrNotOpen and ErrChannel.
func (v *View) Standing(ctx context.Context, actor access.Actor, holder ident.Holder) (Standing, error) {
	if err := access.Allow(actor, access.ConversionTransfer, holder); err != nil {
		return Standing{}, err
	}
	at := v.committed(ctx)
	var reference string
	if err := at.QueryRow(sqlStandingReferenceOf, holder).Scan(&reference); err != nil {
		return Standing{}, found(err)
	}
	bank, err := dedicated(at, "")
	return Standing{holder, reference, Payee{bank.HolderName, bank.IBAN, bank.BIC}}, err
}

// ByStandingReference returns the member whose permanent reference a bank line
// carries. It returns ErrForbidden, ErrReference and ErrMissing.
func (v *View) ByStandingReference(ctx context.Context, actor access.Actor, text string) (ident.Holder, error) {
	if err := access.Allow(actor, access.ConversionSettle, ident.Holder{}); err != nil {
		return ident.Holder{}, err
	}
	reference, err := ParseReference(text)
	if err != nil {
		return ident.Holder{}, err
	}
	var h ident.Holder
	err = v.committed(ctx).QueryRow(sqlStandingHolder, reference).Scan(&h)
	return h, found(err)
}

// SettleStandingInput is a bank line that carries a permanent reference.
type SettleStandingInput struct {
	Reference     string         `json:"reference"`
	Received      money.Amount   `json:"received_eur"`
	BankReference string         `json:"bank_reference"` // that of this line alone: each is credited once
	Account       ledger.Account `json:"account,omitempty"`
	BookedOn      civil.Date     `json:"booked_on,omitzero"`
}

// SettleStanding credits what came by a standing order: a conversion of the amount
// received, made and settled at once. It returns ErrReference, ErrMissing,
// ErrReferenceUsed for a line that was credited before, ErrSamePerson for one's own
// line (D9), membership.ErrEnded where the euros are to be sent back unless the
// membership is renewed (L9), and what Receive returns.
func (s *Service) SettleStanding(ctx context.Context, actor access.Actor, key string, in SettleStandingInput) (Conversion, bool, error) {
	var check fault.Check
	check.That(printable(in.BankReference, 140), "/bank_reference", "must be 1 to 140 printable characters")
	check.That(payable(in.Received), "/received_eur", "must be 0.01 or more")
	s.checkBooked(&check, in.BookedOn)
	return execute[Conversion](ctx, s, ledger.Command{Actor: actor, Action: access.ConversionSettle, Key: key, Input: in}, check.Err(),
		func(tx *ledger.Tx) (ident.Ref, error) {
			reference, err := ParseReference(in.Reference)
			if err != nil {
				return ident.Ref{}, err
			}
			var holder ident.Holder
			if err := tx.QueryRow(sqlStandingHolder, reference).Scan(&holder); err != nil {
				return ident.Ref{}, found(err)
			}
			if holder == tx.Actor().Holder {
				return ident.Ref{}, ErrSamePerson
			}
			if err := membership.Check(tx.QueryRow, holder, tx.Today()); err != nil {
				return ident.Ref{}, err
			}
			c, err := Receive(tx, Receipt{Holder: holder, Euros: in.Received, Channel: ByTransfer, Account: in.Account, BankReference: in.BankReference, BookedOn: in.BookedOn})
			if err != nil {
				return ident.Ref{}, err
			}
			if err := tx.Guard(ErrReferenceUsed, sqlInsertPayment, in.BankReference, holder, c.ID); err != nil {
				return ident.Ref{}, err
			}
			return keep(tx, c, c.ID.Ref())
		})
}
