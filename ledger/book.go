// SPDX-License-Identifier: AGPL-3.0-or-later

package ledger

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"

	"github.com/noria-mlc/noria/ledger/db"
	"github.com/noria-mlc/noria/ledger/ident"
)

// imageLimit is how many accounts the image holds before it is let go and
// loaded again as commands touch them; about 200 bytes each.
const imageLimit = 200_000

// book is the committer's view: its connection, the head, and the image of the
// accounts that commands touched. The image is right as of head. Nobody writes
// without moving the head, so whoever reads the head knows whether the image
// still is: on the embedded engine this process alone writes, on servers every
// batch begins by taking the head's row and following what others wrote.
type book struct {
	ledger   *Ledger
	base     context.Context // of the committer, without an end
	ctx      context.Context // of the transaction at hand
	conn     *sql.Conn
	sql      *statements
	head     head
	accounts map[Account]*account
	dirty    map[*account]struct{} // accounts whose balance moved after head.balanced
	lastID   int64                 // highest account id, 0 where it must be read
	lost     bool                  // whether a failed run left the image in doubt
	broken   bool                  // whether the connection is to be replaced
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
	b := &book{ledger: l, base: ctx, ctx: ctx, chain: newChain(), lost: true}
	if err := b.connect(); err != nil {
		return nil, err
	}
	_, indexed, err := readHead(b.ctx, b.conn, sqlHead)
	if err == nil {
		b.keys = newKeyring(indexed, l.keys)
		b.head.command = indexed
		err = b.begun()
	}
	if err != nil {
		return nil, errors.Join(err, b.conn.Close())
	}
	return b, nil
}

// begun makes a new book agree with what is stored. Where other processes write
// they are kept from it meanwhile: otherwise the head would be of one moment and
// the postings read after it of another, and be counted twice.
func (b *book) begun() error {
	if !b.ledger.db.Shared() {
		return b.follow(sqlHead)
	}
	err := b.ledger.db.Transact(b.ctx, b.conn, func() error {
		if err := b.follow(sqlTakeHead); err != nil {
			return err
		}
		return db.ErrNothing
	})
	if errors.Is(err, db.ErrNothing) {
		return nil
	}
	return err
}

// connect takes a writing connection, in place of the one at hand if there is one.
func (b *book) connect() error {
	if b.conn != nil {
		b.sql.close()
		b.ledger.db.Discard(b.conn)
	}
	conn, err := b.ledger.db.Writer(b.ctx)
	if err != nil {
		b.conn = nil
		return err
	}
	b.conn, b.sql = conn, newStatements(b.ctx, conn, b.ledger.db.Shared())
	return nil
}

func (b *book) close() {
	if b.conn == nil {
		return
	}
	b.sql.close()
	if err := b.conn.Close(); err != nil {
		b.ledger.log.Error("close writer", "error", err)
	}
}

// balanceLag is how many postings the stored balances may be behind the journal.
// Larger lags write less; readers add up to as many postings to a balance.
const balanceLag = 512

// follow reads the head and agrees with it.
func (b *book) follow(query string) error {
	h, indexed, err := readHead(b.ctx, b.conn, query)
	if err != nil {
		return fmt.Errorf("read head: %w", err)
	}
	return b.agree(h, indexed)
}

// agree makes the keys and the image agree with a head: it adds what was written
// since, or, where the image is in doubt, drops it and reads it anew.
func (b *book) agree(h head, indexed int64) error {
	if h == b.head && !b.lost {
		return nil
	}
	if h.command != b.head.command {
		b.ledger.recent.clear()
	}
	if err := b.learnKeys(h.command, indexed); err != nil {
		return fmt.Errorf("read the keys since: %w", err)
	}
	from := b.head.posting
	if b.lost || h.balanced > b.head.balanced+4*balanceLag {
		b.accounts, from = make(map[Account]*account), h.balanced
	}
	if b.lost || h.balanced != b.head.balanced {
		b.dirty = make(map[*account]struct{})
	}
	b.lastID = 0
	// From here on the image is neither that of the old head nor of the new one.
	b.lost = true
	if err := b.catchUp(from, h.balanced); err != nil {
		return fmt.Errorf("read the postings since: %w", err)
	}
	b.head, b.lost = h, false
	return nil
}

// learnKeys adds the keys of the commands up to one, and lets go of those that
// another process moved into the table.
func (b *book) learnKeys(upto, indexed int64) error {
	rows, err := b.conn.QueryContext(b.ctx, sqlKeysSince, b.head.command, upto)
	if err != nil {
		return err
	}
	defer rows.Close()
	type learnt struct {
		digest keyDigest
		seq    int64
	}
	var list []learnt
	for rows.Next() {
		var seq int64
		var actor ident.User
		var key string
		if err := rows.Scan(&seq, &actor, &key); err != nil {
			return err
		}
		list = append(list, learnt{digestKey(actor, key), seq})
	}
	if err := rows.Err(); err != nil {
		return err
	}
	for _, l := range list {
		b.keys.add(l.digest, l.seq)
	}
	b.head.command = max(b.head.command, upto)
	b.keys.release(indexed)
	return nil
}

// catchUp moves the image by the postings after one. Accounts that are not in
// the image are loaded as they are stored, which is as of the posting balanced.
func (b *book) catchUp(from, balanced int64) error {
	lines, err := b.newer(from)
	if err != nil {
		return err
	}
	fresh := make(map[Account]bool)
	for _, l := range lines {
		for _, code := range [2]Account{l.Debit, l.Credit} {
			if _, ok := b.accounts[code]; !ok {
				fresh[code] = true
			}
		}
	}
	if err := b.load(fresh); err != nil {
		return err
	}
	for _, l := range lines {
		for side, code := range map[Side]Account{Debit: l.Debit, Credit: l.Credit} {
			if fresh[code] && l.ID <= balanced {
				continue
			}
			a, err := b.account(code)
			if err != nil {
				return err
			}
			if err := a.move(side, l.Amount, l.ID); err != nil {
				return err
			}
			if l.ID > balanced {
				b.dirty[a] = struct{}{}
			}
		}
	}
	return nil
}

// newer reads the postings after one.
func (b *book) newer(from int64) ([]Line, error) {
	rows, err := b.conn.QueryContext(b.ctx, sqlNewerPostings, from)
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

// load brings accounts into the image: in one statement on servers, where each
// costs a journey; the embedded engine loads them as they are touched.
func (b *book) load(codes map[Account]bool) error {
	if !b.ledger.db.Shared() || len(codes) == 0 {
		return nil
	}
	list := make([]string, 0, len(codes))
	for code := range codes {
		list = append(list, string(code))
	}
	rows, err := b.conn.QueryContext(b.ctx, sqlAccountsOf, list)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		a, err := scanAccount(rows)
		if err != nil {
			return err
		}
		b.accounts[a.code] = a
	}
	return rows.Err()
}

func scanAccount(row db.Row) (*account, error) {
	a := new(account)
	return a, row.Scan(&a.code, &a.id, &a.spec.Unit, &a.spec.Side, &a.spec.Floor, &a.debits, &a.credits, &a.version, &a.last)
}

// shrink lets go of the image of accounts whose stored balance is right.
func (b *book) shrink() {
	b.accounts = make(map[Account]*account, len(b.dirty))
	for a := range b.dirty {
		b.accounts[a.code] = a
	}
}

type queryRower interface {
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

func readHead(ctx context.Context, q queryRower, query string) (head, int64, error) {
	return scanHead(q.QueryRowContext(ctx, query))
}

func scanHead(row db.Row) (head, int64, error) {
	var h head
	var hash []byte
	var indexed int64
	if err := row.Scan(&h.entry, &h.posting, &h.command, &h.at, &hash, &indexed, &h.balanced); err != nil {
		return head{}, 0, err
	}
	if h.entry < 0 { // the mark of ops/move: it counts up again when everything is there
		return head{}, 0, ErrUnfinished
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
	a, err := scanAccount(stmt.QueryRowContext(b.ctx, string(code)))
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
	if b.lastID == 0 {
		if err := b.conn.QueryRowContext(b.ctx, sqlLastAccount).Scan(&b.lastID); err != nil {
			return nil, false, err
		}
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
