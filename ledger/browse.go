// SPDX-License-Identifier: AGPL-3.0-or-later

package ledger

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"slices"

	"github.com/noria-mlc/noria/ledger/db"
	"github.com/noria-mlc/noria/ledger/ident"
)

// EntryFilter says which entries to list: of one kind, where it is given.
type EntryFilter struct {
	Span
	Kind Kind
}

const (
	sqlEntriesDown = `SELECT seq FROM entries WHERE seq > $1 AND seq <= $2 AND ($3 = '' OR kind = $3) ORDER BY seq DESC LIMIT $4`
	sqlEntriesUp   = `SELECT seq FROM entries WHERE seq > $1 AND seq <= $2 AND ($3 = '' OR kind = $3) ORDER BY seq LIMIT $4`
	sqlReversers   = `SELECT seq FROM entries WHERE reverses = $1 ORDER BY seq LIMIT 200`
	sqlOfCommand   = `SELECT seq FROM entries WHERE command = $1 AND seq > $2 AND seq <= $3 ORDER BY seq`
	sqlEntryMaker  = `SELECT command FROM entries WHERE seq = $1`
)

// Browse lists entries, newest first, in pages as those of Records.
func (j *Journal) Browse(ctx context.Context, f EntryFilter) ([]*Entry, Edges, error) {
	var list []*Entry
	var edges Edges
	err := j.db.Snapshot(ctx, func(r db.Reader) error {
		h, _, err := readHead(ctx, r, sqlHead)
		if err != nil {
			return err
		}
		w, err := f.window(h.entry, func(seq int64) (int64, error) { return instantOf(ctx, r, sqlEntryAt, seq) })
		if err != nil {
			return err
		}
		query := sqlEntriesDown
		if w.up {
			query = sqlEntriesUp
		}
		numbers, err := numbersOf(r.QueryContext(ctx, query, w.after, w.last, string(f.Kind), f.limit()))
		if err != nil {
			return err
		}
		edges = w.edges(numbers, f.limit())
		slices.Sort(numbers)
		list, err = j.numbered(ctx, r, numbers)
		slices.Reverse(list)
		return err
	})
	return list, edges, err
}

// EntryAt reads an entry by its number, or returns ErrMissing.
func (j *Journal) EntryAt(ctx context.Context, seq int64) (*Entry, error) {
	var e *Entry
	err := j.db.Snapshot(ctx, func(r db.Reader) error {
		list, err := j.numbered(ctx, r, []int64{seq})
		if err == nil && len(list) == 0 {
			err = ErrMissing
		}
		if err != nil {
			return err
		}
		e = list[0]
		return nil
	})
	return e, err
}

// Reversers lists the entries that correct or give back an entry, in order.
func (j *Journal) Reversers(ctx context.Context, seq int64) ([]*Entry, error) {
	var list []*Entry
	err := j.db.Snapshot(ctx, func(r db.Reader) error {
		numbers, err := numbersOf(r.QueryContext(ctx, sqlReversers, seq))
		if err != nil {
			return err
		}
		list, err = j.numbered(ctx, r, numbers)
		return err
	})
	return list, err
}

// EntriesOf lists the entries that a command made, in order. The numbers of
// commands never fall along the journal.
func (j *Journal) EntriesOf(ctx context.Context, command int64) ([]*Entry, error) {
	var list []*Entry
	err := j.db.Snapshot(ctx, func(r db.Reader) error {
		h, _, err := readHead(ctx, r, sqlHead)
		if err != nil {
			return err
		}
		edge := func(limit int64) (int64, error) {
			return lastWhere(h.entry, func(seq int64) (bool, error) {
				maker, err := instantOf(ctx, r, sqlEntryMaker, seq)
				return maker <= limit, err
			})
		}
		before, err := edge(command - 1)
		if err != nil {
			return err
		}
		last, err := edge(command)
		if err != nil {
			return err
		}
		numbers, err := numbersOf(r.QueryContext(ctx, sqlOfCommand, command, before, last))
		if err != nil {
			return err
		}
		list, err = j.numbered(ctx, r, numbers)
		return err
	})
	return list, err
}

// numbered reads entries by their rising numbers, those that follow each other
// together. What is not there is left out.
func (j *Journal) numbered(ctx context.Context, r db.Reader, numbers []int64) ([]*Entry, error) {
	var list []*Entry
	for i := 0; i < len(numbers); {
		n := 1
		for i+n < len(numbers) && numbers[i+n] == numbers[i]+int64(n) {
			n++
		}
		run, err := j.Entries(ctx, r, numbers[i]-1, n)
		if err != nil {
			return nil, err
		}
		list = append(list, run...)
		i += n
	}
	return list, nil
}

func numbersOf(rows *sql.Rows, err error) ([]int64, error) {
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []int64
	for rows.Next() {
		var n int64
		if err := rows.Scan(&n); err != nil {
			return nil, err
		}
		list = append(list, n)
	}
	return list, rows.Err()
}

// Proof is the hash of one entry, computed again from what the entry says and
// from the hash of the entry before it.
type Proof struct {
	Entry    *Entry
	Maker    Record            // the command that made it
	Previous [sha256.Size]byte // of the entry before, zeros before the first
	Computed [sha256.Size]byte
}

// Holds says whether the stored hash is the one computed.
func (p Proof) Holds() bool { return p.Entry.Hash == p.Computed }

// Prove computes the hash of an entry again. It proves that the entry follows
// from the one before it; Verify proves the whole chain. It returns ErrMissing.
func (j *Journal) Prove(ctx context.Context, id ident.Entry) (Proof, error) {
	var p Proof
	err := j.db.Snapshot(ctx, func(r db.Reader) error {
		e, err := readEntry(ctx, r, id)
		if err != nil {
			return err
		}
		p.Entry = e
		if e.Seq > 1 {
			before, err := j.Entries(ctx, r, e.Seq-2, 1)
			if err != nil {
				return err
			}
			if len(before) == 0 {
				return differs("missing")("entry %d", e.Seq-1)
			}
			p.Previous = before[0].Hash
		}
		makers, err := records(r.QueryContext(ctx, sqlRecord, e.Command))
		if err != nil {
			return err
		}
		if len(makers) == 0 {
			return errors.New("the command of an entry is missing: run verify")
		}
		p.Maker = makers[0]
		p.Computed = newChain().next(p.Previous, e, p.Maker.Actor, string(p.Maker.Action))
		return nil
	})
	return p, err
}
