// SPDX-License-Identifier: AGPL-3.0-or-later

package debit

import (
	"cmp"
	"context"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/civil"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/ident"
)

// Consequence is what follows for the mandate from a return (S4). Whatever it is,
// units that were issued are taken back.
type Consequence string

// The consequences.
const (
	Retry   Consequence = "retry"   // the next period is debited as usual
	Suspend Consequence = "suspend" // nothing is debited before somebody looked
	Close   Consequence = "close"   // this mandate is never used again
	Claw    Consequence = "claw"    // the member asked for the euros back: suspended too
	Manual  Consequence = "manual"  // our file or data are wrong: suspended until it is mended
)

// Codes lists the reasons that are known, in order (S4).
func Codes() []string {
	return []string{"AC01", "AC04", "AC06", "AG01", "AG02", "AM04", "AM05", "BE04", "BE05", "FF01", "FF05", "MD01", "MD02", "MD06", "MD07",
		"MS02", "MS03", "RC01", "RR01", "RR02", "RR03", "RR04", "SL01"}
}

// ConsequenceOf returns what follows from a reason of a bank, and false for one
// that is not known (S4).
func ConsequenceOf(code string) (Consequence, bool) {
	switch code {
	case "AM04", "MS02", "MS03":
		return Retry, true
	case "AC06", "AG01", "AG02", "SL01":
		return Suspend, true
	case "AC04", "MD01", "MD07":
		return Close, true
	case "MD06":
		return Claw, true
	case "AC01", "AM05", "BE04", "BE05", "FF01", "FF05", "MD02", "RC01", "RR01", "RR02", "RR03", "RR04":
		return Manual, true
	}
	return "", false
}

// CollectInput says that the bank collected a debit.
type CollectInput struct {
	Debit         ID         `json:"debit"`
	BankReference string     `json:"bank_reference"`
	BookedOn      civil.Date `json:"booked_on,omitzero"`
}

// Collect issues the units of a debit whose euros came. It returns ErrForbidden,
// ErrMissing, ErrDebitNotSent, ErrInvalid, conversion.ErrSamePerson for one's own
// (D9), and what conversion.Receive returns.
func (s *Service) Collect(ctx context.Context, actor access.Actor, key string, in CollectInput) (Debit, bool, error) {
	var check fault.Check
	check.That(in.BankReference != "" && printable(in.BankReference, 140), "/bank_reference", "must be 1 to 140 printable characters")
	check.That(in.BookedOn == 0 || in.BookedOn <= civil.Of(s.ledger.Now()), "/booked_on", "must be today or before")
	return execute[Debit](ctx, s, ledger.Command{Actor: actor, Action: access.DebitSettle, Key: key, Input: in}, check.Err(), func(tx *ledger.Tx) (ident.Ref, error) {
		d, err := scanDebit(tx.QueryRow(sqlDebit, in.Debit))
		if err != nil {
			return ident.Ref{}, found(err)
		}
		switch {
		case d.Status != Sent:
			return ident.Ref{}, ErrDebitNotSent
		case d.Holder == tx.Actor().Holder:
			return ident.Ref{}, conversion.ErrSamePerson
		}
		r, err := scanRun(tx.QueryRow(sqlRun, d.Run))
		if err != nil {
			return ident.Ref{}, err
		}
		c, err := conversion.Receive(tx, conversion.Receipt{Holder: d.Holder, Euros: d.Euros, Channel: conversion.ByDebit, Account: r.Account,
			BankReference: in.BankReference, BookedOn: in.BookedOn})
		if err != nil {
			return ident.Ref{}, err
		}
		d.Status, d.Conversion = Collected, c.ID
		if err := tx.Guard(ErrDebitNotSent, sqlCollect, d.ID, c.ID); err != nil {
			return ident.Ref{}, err
		}
		return d.ID.Ref(), tx.Keep(d)
	})
}

// ReturnInput says that the bank sent a debit back.
type ReturnInput struct {
	Debit         ID     `json:"debit"`
	Code          string `json:"code"`                     // of the reason, such as AM04
	BankReference string `json:"bank_reference,omitempty"` // of the line that took the euros back; the debit's id where empty
}

// Return books what a bank sent back: units that were issued are taken back with
// their bonus (G6), and the mandate goes the way of the reason (S4). It returns
// ErrForbidden, ErrMissing, ErrInvalid for an unknown code, ErrDebitNotSent,
// and conversion.ErrSamePerson for one's own (D9). What the member spent
// meanwhile is owed.
func (s *Service) Return(ctx context.Context, actor access.Actor, key string, in ReturnInput) (Debit, bool, error) {
	what, known := ConsequenceOf(in.Code)
	var check fault.Check
	check.That(known, "/code", "must be a reason of a return that is known (S4)")
	check.That(printable(in.BankReference, 100), "/bank_reference", "must be at most 100 printable characters")
	tell, err := s.teller(ctx)
	if err != nil {
		return Debit{}, false, err
	}
	return execute[Debit](ctx, s, ledger.Command{Actor: actor, Action: access.DebitSettle, Key: key, Input: in}, check.Err(), func(tx *ledger.Tx) (ident.Ref, error) {
		d, err := scanDebit(tx.QueryRow(sqlDebit, in.Debit))
		if err != nil {
			return ident.Ref{}, found(err)
		}
		was := d.Status
		switch {
		case was != Sent && was != Collected:
			return ident.Ref{}, ErrDebitNotSent
		case d.Holder == tx.Actor().Holder:
			return ident.Ref{}, conversion.ErrSamePerson
		case was == Collected:
			if _, err := conversion.TakeBack(tx, d.Conversion, in.Code, cmp.Or(in.BankReference, d.ID.String())); err != nil {
				return ident.Ref{}, err
			}
		}
		d.Status, d.Reason = Returned, in.Code
		if err := tx.Guard(ErrDebitNotSent, sqlReturn, d.ID, in.Code, string(was)); err != nil {
			return ident.Ref{}, err
		}
		m, err := scanMandate(tx.QueryRow(sqlMandate, d.Mandate))
		if err != nil {
			return ident.Ref{}, err
		}
		if after, ends := what.status(); ends && (m.Status == Active || m.Status == Suspended) {
			if err := m.end(tx, after); err != nil {
				return ident.Ref{}, err
			}
		}
		c, err := creditor(tx.QueryRow(sqlCreditor))
		if err != nil {
			return ident.Ref{}, err
		}
		if err := tell(tx, News{Event: SentBack, Mandate: m, Debit: d, Creditor: c}); err != nil {
			return ident.Ref{}, err
		}
		return d.ID.Ref(), tx.Keep(d)
	})
}

// printable says whether a text is of printable characters, and of so many at most.
func printable(text string, most int) bool {
	return len(text) <= most && utf8.ValidString(text) && !strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsPrint(r) })
}

// status is what a mandate becomes, and whether it changes at all.
func (c Consequence) status() (MandateStatus, bool) {
	switch c {
	case Retry:
		return Active, false
	case Close:
		return Closed, true
	}
	return Suspended, true
}
