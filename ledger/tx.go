// SPDX-License-Identifier: AGPL-3.0-or-later

package ledger

import (
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/civil"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
)

// Tx is what a command's do may touch: the batch's transaction and the image of
// the accounts, with all that this command changed kept apart so that it can be
// undone alone. It is valid during do only.
type Tx struct {
	batch     *batch
	task      *task
	undone    []savedAccount // images before this command, oldest first
	opened    []*account
	entries   int // lengths of the batch's lists before this command
	lines     int
	marks     int
	next      head
	savepoint bool
}

type savedAccount struct {
	account *account
	before  account
}

// Now returns the instant of the batch, which is that of every entry in it.
func (tx *Tx) Now() time.Time { return tx.batch.at }

// Today returns the civil date of Now in Paris.
func (tx *Tx) Today() civil.Date { return tx.batch.today }

// Actor returns who asked.
func (tx *Tx) Actor() access.Actor { return tx.task.command.Actor }

// NewID returns 128 fresh bits for an id.
func (tx *Tx) NewID() ident.Bits { return tx.batch.ledger.ids.Next() }

// Open opens an account of the chart; opening one that stands changes nothing.
// It returns ErrChart for a code that the chart does not know.
func (tx *Tx) Open(code Account) error {
	if _, ok := tx.batch.accounts[code]; ok {
		return nil
	}
	if err := tx.save(); err != nil {
		return err
	}
	a, fresh, err := tx.batch.open(code, tx.batch.next.at)
	if err != nil {
		return err
	}
	if fresh {
		tx.opened = append(tx.opened, a)
	}
	return nil
}

// Balance returns an account's balance at this point of the batch, on its
// normal side; zero where the account was never opened.
func (tx *Tx) Balance(code Account) (money.Amount, error) {
	a, err := tx.batch.account(code)
	if errors.Is(err, ErrChart) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	return a.balance(), nil
}

// Post writes an entry. It returns ErrUnbalanced or ErrMirror for an entry that
// must not exist, ErrChart for an account never opened, ErrInsufficientFunds
// where a floor forbids it, ErrOverflow. The entry's sequence number is final
// only when the command is answered.
func (tx *Tx) Post(d Draft) (*Entry, error) {
	if len(d.Postings) == 0 {
		return nil, ErrUnbalanced.With("an entry has at least one posting")
	}
	if err := mirror(d.Kind, d.Postings); err != nil {
		return nil, err
	}
	x := tx.batch
	e := &Entry{
		Seq: x.next.entry + 1, ID: ident.Entry{Bits: tx.NewID()}, Kind: d.Kind, At: x.at, BookedOn: d.BookedOn,
		Command: x.next.command + 1, Reverses: d.Reverses, Message: d.Message, Reference: d.Reference,
		Lines: make([]Line, 0, len(d.Postings)),
	}
	if e.BookedOn == 0 {
		e.BookedOn = x.today
	}
	if !d.Reverses.IsZero() {
		earlier, err := tx.Entry(d.Reverses)
		if err != nil {
			return nil, err
		}
		e.reverses = earlier.Seq
	}
	for _, p := range d.Postings {
		if err := tx.post(e, p); err != nil {
			return nil, err
		}
	}
	if err := tx.checkFloors(e); err != nil {
		return nil, err
	}
	e.Hash = x.chain.next(x.next.hash, e, tx.task.command.Actor.ID, string(tx.task.command.Action))
	x.next.entry, x.next.hash = e.Seq, e.Hash
	x.entries = append(x.entries, e)
	return e, nil
}

// post moves one posting's amount in the image.
func (tx *Tx) post(e *Entry, p Posting) error {
	x := tx.batch
	if p.Amount <= 0 || p.Debit == p.Credit {
		return ErrUnbalanced
	}
	debit, err := x.account(p.Debit)
	if err != nil {
		return err
	}
	credit, err := x.account(p.Credit)
	if err != nil {
		return err
	}
	if debit.spec.Unit != credit.spec.Unit {
		return ErrUnbalanced.With("a posting moves one unit")
	}
	tx.remember(debit)
	tx.remember(credit)
	x.prevs = append(x.prevs, [2]int64{debit.last, credit.last})
	x.next.posting++
	id := x.next.posting
	if err := errors.Join(debit.move(Debit, p.Amount, id), credit.move(Credit, p.Amount, id)); err != nil {
		return ErrOverflow
	}
	for _, a := range [2]*account{debit, credit} {
		if a.marked() {
			x.marks = append(x.marks, a.id, id)
		}
	}
	e.Lines = append(e.Lines, Line{Posting: p, ID: id, Unit: debit.spec.Unit, DebitBalance: debit.balance(), CreditBalance: credit.balance()})
	return nil
}

// checkFloors refuses an entry that leaves an account below its floor.
func (tx *Tx) checkFloors(e *Entry) error {
	for i := range e.Lines {
		for _, code := range [2]Account{e.Lines[i].Debit, e.Lines[i].Credit} {
			if a := tx.batch.accounts[code]; a.spec.Floor && a.balance() < 0 {
				return ErrInsufficientFunds
			}
		}
	}
	return nil
}

// remember keeps an account's image before its first change by this command.
func (tx *Tx) remember(a *account) {
	if !slices.ContainsFunc(tx.undone, func(s savedAccount) bool { return s.account == a }) {
		tx.undone = append(tx.undone, savedAccount{a, *a})
	}
}

// Reverse posts the opposite of an entry, once: every posting with its sides
// exchanged (rule B2). It returns ErrMissing for an unknown entry, ErrReversed
// for one that was reversed before, and what Post returns.
func (tx *Tx) Reverse(id ident.Entry) (*Entry, error) {
	e, err := tx.Entry(id)
	if err != nil {
		return nil, err
	}
	d := Draft{Kind: KindReversal, Reverses: id, Reference: e.Reference}
	for _, l := range e.Lines {
		d.Postings = append(d.Postings, Posting{Debit: l.Credit, Credit: l.Debit, Amount: l.Amount})
	}
	if err := tx.Guard(ErrReversed, sqlReversed, e.Seq); err != nil {
		return nil, err
	}
	return tx.Post(d)
}

// Entry reads an entry of the journal, those of this batch included. It returns
// ErrMissing.
func (tx *Tx) Entry(id ident.Entry) (*Entry, error) {
	for _, e := range tx.batch.entries {
		if e.ID == id {
			return e, nil
		}
	}
	return readEntry(tx.batch.ctx, tx.batch.conn, id)
}

// Exec writes rows of the caller's own tables and returns how many changed.
func (tx *Tx) Exec(query string, args ...any) (int64, error) {
	if err := tx.save(); err != nil {
		return 0, err
	}
	result, err := tx.batch.sql.exec(query, args...)
	if err != nil {
		return 0, fmt.Errorf("%s: %w", tx.task.command.Action, err)
	}
	return result.RowsAffected()
}

// Guard runs a guarded update: a statement that changes its row only if the
// rule still holds. Where it does not change exactly one row the refusal is
// returned.
func (tx *Tx) Guard(refusal error, query string, args ...any) error {
	n, err := tx.Exec(query, args...)
	if err != nil {
		return err
	}
	if n != 1 {
		return refusal
	}
	return nil
}

// QueryRow reads one row of the caller's own tables as this batch left them.
// The journal's tables are written when the batch ends: read them by Entry and
// Balance.
func (tx *Tx) QueryRow(query string, args ...any) *sql.Row {
	stmt, err := tx.batch.sql.get(query)
	if err != nil {
		return tx.batch.conn.QueryRowContext(tx.batch.ctx, query, args...)
	}
	return stmt.QueryRowContext(tx.batch.ctx, args...)
}

// Query reads rows of the caller's own tables; the rows must be closed before
// the next statement.
func (tx *Tx) Query(query string, args ...any) (*sql.Rows, error) {
	stmt, err := tx.batch.sql.get(query)
	if err != nil {
		return nil, err
	}
	return stmt.QueryContext(tx.batch.ctx, args...)
}

// Touch says that the command changed a thing besides the one it returns, so
// that whoever watches it is told.
func (tx *Tx) Touch(refs ...ident.Ref) {
	tx.task.subjects = append(tx.task.subjects, refs...)
}

// Keep stores v as JSON with the command: the answer to give again when the key
// is repeated, for answers that cannot be read from the journal.
func (tx *Tx) Keep(v any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return err
	}
	tx.task.outcome.Result = b
	return nil
}

// save opens the command's savepoint before its first row of its own.
func (tx *Tx) save() error {
	if tx.savepoint {
		return nil
	}
	_, err := tx.batch.sql.exec(sqlSavepoint)
	tx.savepoint = err == nil
	return err
}

// keep makes the command part of the batch.
func (tx *Tx) keep() error {
	for _, s := range tx.undone {
		tx.batch.touched[s.account] = struct{}{}
	}
	if tx.savepoint {
		_, err := tx.batch.sql.exec(sqlRelease)
		return err
	}
	return nil
}

// undo takes back all that the command changed, in memory and in its rows.
func (tx *Tx) undo() error {
	x := tx.batch
	for _, s := range tx.undone {
		*s.account = s.before
	}
	for _, a := range tx.opened {
		delete(x.accounts, a.code)
	}
	x.entries, x.prevs, x.marks, x.next = x.entries[:tx.entries], x.prevs[:tx.lines], x.marks[:tx.marks], tx.next
	tx.task.outcome, tx.task.subjects, x.memo = Outcome{}, nil, nil
	if !tx.savepoint {
		return nil
	}
	if _, err := x.sql.exec(sqlUndo); err != nil {
		return err
	}
	_, err := x.sql.exec(sqlRelease)
	return err
}
