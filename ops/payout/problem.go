// SPDX-License-Identifier: AGPL-3.0-or-later

package payout

import (
	"context"
	"database/sql"
	"errors"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/civil"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/membership"
	"github.com/noria-mlc/noria/ledger/money"
)

// Problem says why a line is not paid; empty for none.
type Problem string

// The problems of a line.
const (
	UnknownHolder     Problem = "unknown-holder"
	NotAnIndividual   Problem = "not-an-individual"        // an indemnity goes to a person
	CollectivityPayee Problem = "collectivity-payee"       // a collectivité is not paid in units (P6)
	NoInstruction     Problem = "no-instruction"           // none of the official's is valid in the period (P8)
	AboveInstruction  Problem = "amount-above-instruction" // with what was paid for the period before
	DuplicateInBatch  Problem = "duplicate-in-batch"       // an earlier line names the same holder and reference
	AlreadyPaid       Problem = "already-paid"             // in another batch
	NoMember          Problem = "no-member"                // an indemnity needs a personal membership (P8)
)

// final says whether a problem seen in a draft cannot be mended by time.
func (p Problem) final() bool {
	switch p {
	case UnknownHolder, NotAnIndividual, CollectivityPayee, DuplicateInBatch:
		return true
	}
	return false
}

// query reads one row, from committed tables or inside a command.
type query func(query string, args ...any) *sql.Row

type handle struct {
	holder    ident.Holder
	reference string
}

// examineAll fills the batch's lines with what they name and their problems as
// they stand on a day. The first error is a refusal of the batch: ErrLineAlreadyPaid
// where every line was paid in another one.
func (v *View) examineAll(ctx context.Context, b *Batch, in []LineInput, on civil.Date) (error, error) {
	read := func(query string, args ...any) *sql.Row {
		return v.journal.Reader().QueryRowContext(ctx, query, args...)
	}
	seen := make(map[handle]bool, len(in))
	sums := make(map[ident.Holder]money.Amount, len(in))
	again := *ErrLineAlreadyPaid
	for i, given := range in {
		l := Line{N: i + 1, Reference: given.Reference, AmountEUR: given.AmountEUR, Status: Pending, given: given.Holder}
		holder, err := v.find(ctx, given.Holder)
		if err != nil {
			return nil, err
		}
		l.holder = holder.ID
		l.name()
		h := handle{l.holder, l.Reference}
		switch l.drafted = misplaced(b.Purpose, holder); {
		case l.drafted != "":
		case seen[h]:
			l.drafted = DuplicateInBatch
		default:
			seen[h] = true
			if l.drafted, err = b.examine(read, l, sums[l.holder], on); err != nil {
				return nil, err
			}
			if l.drafted == "" {
				sums[l.holder] += l.AmountEUR
			}
		}
		if l.drafted == AlreadyPaid {
			again.Fields = append(again.Fields, fault.Field{Pointer: "/lines/" + strconv.Itoa(i), Code: again.Code, Detail: "was paid in another batch"})
		}
		b.Lines = append(b.Lines, l)
	}
	if len(again.Fields) == len(b.Lines) {
		return &again, nil
	}
	return nil, nil
}

// find returns the holder of an id or number, or a zero holder.
func (v *View) find(ctx context.Context, given string) (ledger.Holder, error) {
	var id ident.Holder
	var h ledger.Holder
	err := id.UnmarshalText([]byte(given))
	if err == nil && !id.IsZero() {
		h, err = v.journal.Holder(ctx, id)
	} else {
		h, err = v.journal.HolderByNumber(ctx, given)
	}
	if errors.Is(err, fault.ErrMissing) {
		return ledger.Holder{}, nil
	}
	return h, err
}

// misplaced returns the problem that lies in who the holder is.
func misplaced(purpose Purpose, h ledger.Holder) Problem {
	switch {
	case h.ID.IsZero():
		return UnknownHolder
	case purpose == Indemnity && h.Kind != ledger.Individual:
		return NotAnIndividual
	case h.Kind == ledger.Collectivity:
		return CollectivityPayee
	}
	return ""
}

// examine returns the problem that a line has on a day: whether it was paid
// before, whether the official is a member and whether the official's choice covers it, together with what
// was paid for the period and what other lines of the batch are going to take.
func (b *Batch) examine(read query, l Line, before money.Amount, on civil.Date) (Problem, error) {
	var n int
	if err := read(sqlPaidBefore, b.Collectivity, string(b.Purpose), b.Period, l.holder, l.Reference).Scan(&n); err != nil {
		return "", err
	}
	if n > 0 {
		return AlreadyPaid, nil
	}
	if b.Purpose != Indemnity {
		return "", nil
	}
	switch err := membership.Check(membership.Row(read), l.holder, on); {
	case errors.Is(err, membership.ErrEnded):
		return NoMember, nil
	case err != nil:
		return "", err
	}
	first, last, _ := days(b.Period)
	choice, err := scanInstruction(read(sqlChoice, b.Collectivity, l.holder, first, last))
	if errors.Is(err, fault.ErrMissing) {
		return NoInstruction, nil
	}
	if err != nil || choice.Kind == ByShare {
		return "", err
	}
	most, err := money.Parse(choice.Value)
	if err != nil {
		return "", err
	}
	var paid money.Amount
	if err := read(sqlPaidSum, b.Collectivity, string(b.Purpose), b.Period, l.holder).Scan(&paid); err != nil {
		return "", err
	}
	if paid+before+l.AmountEUR > most {
		return AboveInstruction, nil
	}
	return "", nil
}

// days returns the first and last day of a month written "2026-03".
func days(period string) (civil.Date, civil.Date, bool) {
	first, err := civil.Parse(period + "-01")
	if err != nil {
		return 0, 0, false
	}
	last := first
	for (last + 1).Month() == period {
		last++
	}
	return first, last, true
}

// fieldProblem is a wrong field of a line.
type fieldProblem struct{ column, detail string }

// wrong returns every wrong field of a line.
func wrong(l LineInput) []fieldProblem {
	var list []fieldProblem
	if !printable(l.Reference, 64) || edged(l.Reference) {
		list = append(list, fieldProblem{"reference", "must be 1 to 64 printable characters, without blanks around them"})
	}
	if !printable(l.Holder, 64) || edged(l.Holder) {
		list = append(list, fieldProblem{"holder", "must be the id or number of a holder"})
	}
	if l.AmountEUR <= 0 || l.AmountEUR > money.Max {
		list = append(list, fieldProblem{"amount_eur", "must be euros such as \"120.00\", more than 0.00"})
	}
	return list
}

// edged says whether a text begins or ends with a blank: "A " and "A" look alike,
// and would be paid as two things.
func edged(text string) bool { return strings.TrimSpace(text) != text }

// printable says whether a text has 1 to most characters, all of them visible
// or a plain blank.
func printable(text string, most int) bool {
	if !utf8.ValidString(text) || text == "" || utf8.RuneCountInString(text) > most {
		return false
	}
	for _, r := range text {
		if !unicode.IsPrint(r) {
			return false
		}
	}
	return true
}
