// SPDX-License-Identifier: AGPL-3.0-or-later

package ledger

import (
	"context"
	"database/sql"
	"encoding/hex"
	"errors"
	"math"
	"time"

	"github.com/noria-mlc/noria/ledger/db"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
)

// Journal reads a book: what it returns is committed. It works beside a running
// server.
type Journal struct {
	db     *db.DB
	wake   *signal
	recent recent
}

// NewJournal returns the reading half of a book.
func NewJournal(d *db.DB) *Journal { return &Journal{db: d, wake: newSignal()} }

// Reader returns the handle for the queries of other rooms on their own tables.
func (j *Journal) Reader() db.Reader { return j.db.Reader() }

// Snapshot runs several reads on one state of the book.
func (j *Journal) Snapshot(ctx context.Context, read func(db.Reader) error) error {
	return j.db.Snapshot(ctx, read)
}

// Head is the end of the journal.
type Head struct {
	Seq     int64 // number of the last entry, 0 for none
	Command int64 // number of the last command
	At      time.Time
	Hash    string // hexadecimal SHA-256
}

// Head returns the end of the journal as r sees it.
func (j *Journal) Head(ctx context.Context, r db.Reader) (Head, error) {
	h, _, err := readHead(ctx, r, sqlHead)
	if err != nil {
		return Head{}, err
	}
	return Head{Seq: h.entry, Command: h.command, At: time.UnixMicro(h.at).UTC(), Hash: hex.EncodeToString(h.hash[:])}, nil
}

const (
	sqlEntryColumns = `SELECT e.seq, e.id, e.kind, e.at, e.booked_on, e.command, COALESCE(e.reverses, 0), r.id, e.posting, e.hash, m.message, m.reference
		FROM entries e LEFT JOIN entries r ON r.seq = e.reverses LEFT JOIN memos m ON m.entry = e.seq `
	sqlEntryByID = sqlEntryColumns + `WHERE e.id = $1`
	sqlEntries   = sqlEntryColumns + `WHERE e.seq > $1 AND e.seq <= $2 ORDER BY e.seq`

	sqlLineColumns = `SELECT p.entry, p.id, d.code, c.code, d.unit, p.amount, p.debit_balance, p.credit_balance
		FROM postings p JOIN accounts d ON d.id = p.debit JOIN accounts c ON c.id = p.credit `
	// The postings of consecutive entries stand together, from the first one's to
	// that of the entry after them. Servers send what a query finds, read or not.
	sqlLinesFrom = sqlLineColumns + `WHERE p.id >= $1 AND p.id < $2 ORDER BY p.id`
	sqlEntryAt   = `SELECT at FROM entries WHERE seq = $1`

	// Stored balances are behind the journal by the postings after head.balanced;
	// one statement reads both, so that no batch comes between. Both ends of the
	// range are said, because a planner takes a range without an end for a third of
	// the table.
	sqlBalanceOf = `SELECT a.code, a.unit, a.side, a.floor,
			b.debits + CAST(COALESCE(SUM(CASE WHEN p.debit = a.id THEN p.amount END), 0) AS BIGINT),
			b.credits + CAST(COALESCE(SUM(CASE WHEN p.credit = a.id THEN p.amount END), 0) AS BIGINT),
			b.version + COUNT(p.id), COALESCE(MAX(p.id), b.last), a.id
		FROM accounts a JOIN balances b ON b.account = a.id
			LEFT JOIN postings p ON p.id > (SELECT h.balanced FROM head h) AND p.id <= (SELECT h.posting FROM head h) AND (p.debit = a.id OR p.credit = a.id)
		WHERE a.code = $1
		GROUP BY a.id, a.code, a.unit, a.side, a.floor, b.debits, b.credits, b.version, b.last`
	sqlBalances = `WITH newer AS (SELECT p.id, p.debit, p.credit, p.amount FROM postings p
				WHERE p.id > (SELECT h.balanced FROM head h) AND p.id <= (SELECT h.posting FROM head h)),
			sides AS (SELECT debit AS account, amount AS debits, 0 AS credits, id FROM newer
				UNION ALL SELECT credit, 0, amount, id FROM newer),
			moved AS (SELECT account, CAST(SUM(debits) AS BIGINT) AS debits, CAST(SUM(credits) AS BIGINT) AS credits, COUNT(*) AS n, MAX(id) AS last
				FROM sides GROUP BY account)
		SELECT a.code, a.unit, a.side, a.floor, b.debits + COALESCE(m.debits, 0), b.credits + COALESCE(m.credits, 0),
			b.version + COALESCE(m.n, 0), COALESCE(m.last, b.last), a.id
		FROM accounts a JOIN balances b ON b.account = a.id LEFT JOIN moved m ON m.account = a.id
		WHERE a.code >= $1 AND a.code < $2 ORDER BY a.code`
)

// readEntry reads one entry and its lines, or returns ErrMissing.
func readEntry(ctx context.Context, r db.Reader, id ident.Entry) (*Entry, error) {
	rows, err := r.QueryContext(ctx, sqlEntryByID, id)
	if err != nil {
		return nil, err
	}
	entries, err := scanEntries(rows)
	if err != nil {
		return nil, err
	}
	if len(entries) == 0 {
		return nil, ErrMissing
	}
	return entries[0], readLines(ctx, r, entries)
}

// Entry reads an entry by its id, or returns ErrMissing.
func (j *Journal) Entry(ctx context.Context, id ident.Entry) (*Entry, error) {
	return readEntry(ctx, j.db.Reader(), id)
}

// Entries reads at most limit entries after a number, in order. A gap in their
// numbers is returned as a Difference.
func (j *Journal) Entries(ctx context.Context, r db.Reader, after int64, limit int) ([]*Entry, error) {
	rows, err := r.QueryContext(ctx, sqlEntries, after, after+int64(limit))
	if err != nil {
		return nil, err
	}
	entries, err := scanEntries(rows)
	if err != nil || len(entries) == 0 {
		return nil, err
	}
	for i, e := range entries {
		if want := after + 1 + int64(i); e.Seq != want {
			return nil, differs("missing")("entry %d", want)
		}
	}
	return entries, readLines(ctx, r, entries)
}

func scanEntries(rows *sql.Rows) ([]*Entry, error) {
	defer rows.Close()
	var entries []*Entry
	for rows.Next() {
		e := new(Entry)
		var at int64
		var hash []byte
		var message, reference sql.NullString
		if err := rows.Scan(&e.Seq, &e.ID, &e.Kind, &at, &e.BookedOn, &e.Command, &e.reverses, &e.Reverses, &e.first, &hash, &message, &reference); err != nil {
			return nil, err
		}
		e.At, e.Message, e.Reference = time.UnixMicro(at).UTC(), message.String, reference.String
		copy(e.Hash[:], hash)
		entries = append(entries, e)
	}
	return entries, rows.Err()
}

// readLines reads the postings of consecutive entries: from the first posting
// of the first entry to the first posting that belongs to a later one.
func readLines(ctx context.Context, r db.Reader, entries []*Entry) error {
	first, last := entries[0].Seq, entries[len(entries)-1].Seq
	end := int64(math.MaxInt64)
	if err := r.QueryRowContext(ctx, sqlFirstPosting, last+1).Scan(&end); err != nil && !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	rows, err := r.QueryContext(ctx, sqlLinesFrom, entries[0].first, end)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var entry int64
		var l Line
		if err := rows.Scan(&entry, &l.ID, &l.Debit, &l.Credit, &l.Unit, &l.Amount, &l.DebitBalance, &l.CreditBalance); err != nil {
			return err
		}
		if entry > last {
			break
		}
		if entry < first {
			return errors.New("postings are out of the order of their entries")
		}
		e := entries[entry-first]
		e.Lines = append(e.Lines, l)
	}
	return rows.Err()
}

// lastWhere returns the highest n in 1..top for which holds is true, 0 for
// none; holds is true up to some n and false after it.
func lastWhere(top int64, holds func(int64) (bool, error)) (int64, error) {
	low, high := int64(0), top
	for low < high {
		middle := low + (high-low+1)/2
		ok, err := holds(middle)
		if err != nil {
			return 0, err
		}
		if ok {
			low = middle
		} else {
			high = middle - 1
		}
	}
	return low, nil
}

func scanBalance(row db.Row) (Balance, error) {
	var b Balance
	if err := row.Scan(&b.Account, &b.Spec.Unit, &b.Spec.Side, &b.Spec.Floor, &b.Debits, &b.Credits, &b.Version, &b.last, &b.id); err != nil {
		return Balance{}, err
	}
	b.Amount = b.Credits - b.Debits
	if b.Spec.Side == Debit {
		b.Amount = -b.Amount
	}
	return b, nil
}

// Balance returns what an account holds, as r sees it; a zero balance where it
// was never opened, and ErrChart where it is not in the chart.
func (j *Journal) Balance(ctx context.Context, r db.Reader, code Account) (Balance, error) {
	b, err := scanBalance(r.QueryRowContext(ctx, sqlBalanceOf, string(code)))
	if errors.Is(err, sql.ErrNoRows) {
		spec, err := Describe(code)
		return Balance{Account: code, Spec: spec}, err
	}
	return b, err
}

// Balances returns every account whose code begins with prefix, by code.
func (j *Journal) Balances(ctx context.Context, r db.Reader, prefix string) ([]Balance, error) {
	rows, err := r.QueryContext(ctx, sqlBalances, prefix, prefix+"\x7f")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var balances []Balance
	for rows.Next() {
		b, err := scanBalance(rows)
		if err != nil {
			return nil, err
		}
		balances = append(balances, b)
	}
	return balances, rows.Err()
}

// Holding is what a holder has, in the words that every page uses (demand U2).
type Holding struct {
	Booked    money.Amount // all that is the holder's
	Reserved  money.Amount // handed in or held, not spendable
	Available money.Amount // spendable now
	Version   int64        // rises with every change
	Seq       int64        // number of the journal's last entry when this was read
}

// Holding returns the present state of a holder's wallet.
func (j *Journal) Holding(ctx context.Context, h ident.Holder) (Holding, error) {
	var w Holding
	err := j.db.Snapshot(ctx, func(r db.Reader) error {
		free, err := j.Balance(ctx, r, Wallet(h))
		if err != nil {
			return err
		}
		held, err := j.Balance(ctx, r, Reserved(h))
		if err != nil {
			return err
		}
		end, err := j.Head(ctx, r)
		w = Holding{Booked: free.Amount + held.Amount, Reserved: held.Amount, Available: free.Amount,
			Version: free.Version + held.Version, Seq: end.Seq}
		return err
	})
	return w, err
}

// SeqAt returns the number of the last entry at or before an instant, 0 for
// none, as r sees it.
func (j *Journal) SeqAt(ctx context.Context, r db.Reader, at time.Time) (int64, error) {
	h, _, err := readHead(ctx, r, sqlHead)
	if err != nil {
		return 0, err
	}
	limit := at.UnixMicro()
	if limit >= h.at {
		return h.entry, nil
	}
	return lastWhere(h.entry, func(seq int64) (bool, error) {
		var at int64
		err := r.QueryRowContext(ctx, sqlEntryAt, seq).Scan(&at)
		return at <= limit, err
	})
}
