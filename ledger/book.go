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
	lastID   int64 // highest account id
	keys     *keyring
	chain    *chain
}

// head is the one row that numbers and chains the journal.
type head struct {
	entry, posting, command int64
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

// reload reads the head anew and drops the image of the accounts.
func (b *book) reload() error {
	h, _, err := readHead(b.ctx, b.conn)
	if err != nil {
		return fmt.Errorf("read head: %w", err)
	}
	b.head = h
	b.accounts = make(map[Account]*account)
	return b.conn.QueryRowContext(b.ctx, sqlLastAccount).Scan(&b.lastID)
}

func (b *book) loadKeys() error {
	_, indexed, err := readHead(b.ctx, b.conn)
	if err != nil {
		return err
	}
	b.keys = newKeyring(indexed)
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
	if err := q.QueryRowContext(ctx, sqlHead).Scan(&h.entry, &h.posting, &h.command, &h.at, &hash, &indexed); err != nil {
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
