// SPDX-License-Identifier: AGPL-3.0-or-later

package ledger

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"

	"github.com/noria-mlc/noria/ledger/ident"
)

// imageLimit is how many accounts the image holds before it is let go and
// loaded again as commands touch them; about 200 bytes each.
const imageLimit = 200_000

// book is the committer's view: its connection, the head, and the image of the
// accounts that commands touched. On the embedded engine this process alone
// writes, so the image stays right from batch to batch. It is filled from the
// database and dropped whole whenever a batch fails, never patched.
type book struct {
	ledger   *Ledger
	ctx      context.Context
	conn     *sql.Conn
	sql      *statements
	head     head
	accounts map[Account]*account
	dirty    map[*account]struct{} // accounts whose balance moved after head.balanced
	lastID   int64                 // highest account id
	lost     bool                  // whether a failed run left image and keys in doubt
	keys     *keyring
	chain    *chain
}

// head is the one row that numbers and chains the journal.
type head struct {
	entry, posting, command int64
	balanced                int64 // last posting that balances take into account
	at                      int64 // microseconds of the last batch
	hash                    [sha256.Size]byte
}

func openBook(ctx context.Context, l *Ledger) (*book, error) {
	conn, err := l.db.Writer(ctx)
	if err != nil {
		return nil, err
	}
	b := &book{ledger: l, ctx: ctx, conn: conn, sql: newStatements(ctx, conn), chain: newChain()}
	if err := errors.Join(b.reload(), b.loadKeys()); err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return b, nil
}

func (b *book) close() {
	b.sql.close()
	if err := b.conn.Close(); err != nil {
		b.ledger.log.Error("close writer", "error", err)
	}
}

// balanceLag is how many postings the stored balances may be behind the journal.
// Larger lags write less; readers add up to as many postings to a balance.
const balanceLag = 512

// reload reads the head anew, drops the image of the accounts and replays what
// the stored balances do not take into account yet.
func (b *book) reload() error {
	h, _, err := readHead(b.ctx, b.conn)
	if err != nil {
		return fmt.Errorf("read head: %w", err)
	}
	b.head = h
	b.accounts, b.dirty = make(map[Account]*account), make(map[*account]struct{})
	if err := b.conn.QueryRowContext(b.ctx, sqlLastAccount).Scan(&b.lastID); err != nil {
		return err
	}
	lines, err := b.newer()
	if err != nil {
		return err
	}
	for _, l := range lines {
		if err := b.replay(l); err != nil {
			return err
		}
	}
	return nil
}

// newer reads the postings that the stored balances do not take into account.
func (b *book) newer() ([]Line, error) {
	rows, err := b.conn.QueryContext(b.ctx, sqlNewerPostings, b.head.balanced)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var lines []Line
	for rows.Next() {
		var l Line
		if err := rows.Scan(&l.ID, &l.Debit, &l.Credit, &l.Amount); err != nil {
			return nil, err
		}
		lines = append(lines, l)
	}
	return lines, rows.Err()
}

// replay moves one stored posting in the image.
func (b *book) replay(l Line) error {
	for side, code := range map[Side]Account{Debit: l.Debit, Credit: l.Credit} {
		a, err := b.account(code)
		if err != nil {
			return err
		}
		if err := a.move(side, l.Amount, l.ID); err != nil {
			return err
		}
		b.dirty[a] = struct{}{}
	}
	return nil
}

// shrink lets go of the image of accounts whose stored balance is right.
func (b *book) shrink() {
	b.accounts = make(map[Account]*account, len(b.dirty))
	for a := range b.dirty {
		b.accounts[a.code] = a
	}
}

func (b *book) loadKeys() error {
	_, indexed, err := readHead(b.ctx, b.conn)
	if err != nil {
		return err
	}
	b.keys = newKeyring(indexed, b.ledger.keys)
	rows, err := b.conn.QueryContext(b.ctx, sqlRecentCommands, indexed)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var seq int64
		var actor ident.User
		var key string
		if err := rows.Scan(&seq, &actor, &key); err != nil {
			return err
		}
		b.keys.add(digestKey(actor, key), seq)
	}
	return rows.Err()
}

type queryRower interface {
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

func readHead(ctx context.Context, q queryRower) (head, int64, error) {
	var h head
	var hash []byte
	var indexed int64
	if err := q.QueryRowContext(ctx, sqlHead).Scan(&h.entry, &h.posting, &h.command, &h.at, &hash, &indexed, &h.balanced); err != nil {
		return head{}, 0, err
	}
	if copy(h.hash[:], hash) != len(h.hash) {
		return head{}, 0, errors.New("the head's hash is too short")
	}
	return h, indexed, nil
}

// account returns the image of an account, loading it where needed. It returns
// ErrChart for an account that was never opened.
func (b *book) account(code Account) (*account, error) {
	if a, ok := b.accounts[code]; ok {
		return a, nil
	}
	stmt, err := b.sql.get(sqlAccount)
	if err != nil {
		return nil, err
	}
	a := &account{code: code}
	err = stmt.QueryRowContext(b.ctx, string(code)).Scan(&a.id, &a.spec.Unit, &a.spec.Side, &a.spec.Floor,
		&a.debits, &a.credits, &a.version, &a.last)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, ErrChart.With(string(code) + " was never opened")
	}
	if err != nil {
		return nil, err
	}
	b.accounts[code] = a
	return a, nil
}

// open makes an account of the chart, or returns the one that stands.
func (b *book) open(code Account, at int64) (*account, bool, error) {
	a, err := b.account(code)
	if err == nil {
		return a, false, nil
	}
	if !errors.Is(err, ErrChart) {
		return nil, false, err
	}
	spec, err := Describe(code)
	if err != nil {
		return nil, false, err
	}
	a = &account{id: b.lastID + 1, code: code, spec: spec}
	if _, err := b.sql.exec(sqlInsertAccount, a.id, string(code), string(spec.Unit), int64(spec.Side), spec.Floor, at); err != nil {
		return nil, false, err
	}
	if _, err := b.sql.exec(sqlOpenBalance, a.id, a.floored()); err != nil {
		return nil, false, err
	}
	b.lastID = a.id
	b.accounts[code] = a
	return a, true, nil
}

// floored is the account's side where it has a floor, for the table's check.
func (a *account) floored() int64 {
	if a.spec.Floor {
		return int64(a.spec.Side)
	}
	return 0
}
