// SPDX-License-Identifier: AGPL-3.0-or-later

package ledger

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/noria-mlc/noria/ledger/civil"
	"github.com/noria-mlc/noria/ledger/db"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
)

// Movement is one line of an account's statement.
type Movement struct {
	Posting      int64 // number of the posting; the cursor of the next page
	Seq          int64
	Entry        ident.Entry
	Kind         Kind
	At           time.Time
	BookedOn     civil.Date
	Counterparty Account
	Amount       money.Amount // signed: positive where the balance rises
	Balance      money.Amount // afterwards, on the normal side
	Reverses     ident.Entry
	Message      string
	Reference    string
}

const (
	// A posting keeps the number of the previous posting of either account, so a
	// statement walks back from the account's last one and needs no index.
	sqlWalk = `WITH RECURSIVE walk (id, n) AS (
			SELECT CAST($2 AS BIGINT), CAST(1 AS BIGINT) WHERE CAST($2 AS BIGINT) > 0
			UNION ALL
			SELECT CASE WHEN p.debit = $1 THEN p.debit_prev ELSE p.credit_prev END, w.n + 1
			FROM walk w JOIN postings p ON p.id = w.id
			WHERE w.n <= $3 AND p.id > $4)
		SELECT p.id, p.debit = $1, o.code, p.amount, p.debit_balance, p.credit_balance,
			e.seq, e.id, e.kind, e.at, e.booked_on, r.id, COALESCE(m.message, ''), COALESCE(m.reference, '')
		FROM walk w JOIN postings p ON p.id = w.id
			JOIN accounts o ON o.id = CASE WHEN p.debit = $1 THEN p.credit ELSE p.debit END
			JOIN entries e ON e.seq = p.entry
			LEFT JOIN entries r ON r.seq = e.reverses
			LEFT JOIN memos m ON m.entry = e.seq
		WHERE w.n <= $3 AND p.id > $4
		ORDER BY w.n`

	// The bare walk, for a balance at a past instant.
	sqlWalkTo = `WITH RECURSIVE walk (id) AS (
			SELECT CAST($2 AS BIGINT)
			UNION ALL
			SELECT CASE WHEN p.debit = $1 THEN p.debit_prev ELSE p.credit_prev END
			FROM walk w JOIN postings p ON p.id = w.id WHERE w.id > $3)
		SELECT p.debit = $1, p.debit_balance, p.credit_balance FROM walk w JOIN postings p ON p.id = w.id WHERE w.id <= $3`

	sqlFirstPosting = `SELECT posting FROM entries WHERE seq = $1`

	sqlTouches  = `SELECT COUNT(*) FROM postings WHERE id = $1 AND (debit = $2 OR credit = $2)`
	sqlNextMark = `SELECT posting FROM marks WHERE account = $1 AND posting > $2 ORDER BY posting LIMIT 1`
)

// Statement lists the movements of an account, newest first: at most limit,
// beginning before the posting numbered before (0 for the newest) and ending
// after the posting numbered after (0 for the oldest). It returns ErrCursor
// where before is not a movement of this account.
func (j *Journal) Statement(ctx context.Context, code Account, before, after int64, limit int) ([]Movement, error) {
	var list []Movement
	err := j.db.Snapshot(ctx, func(r db.Reader) error {
		b, err := j.Balance(ctx, r, code)
		if err != nil || b.last == 0 {
			return err
		}
		from, skip := b.last, 0
		if before > 0 {
			var n int
			if err := r.QueryRowContext(ctx, sqlTouches, before, b.id).Scan(&n); err != nil {
				return err
			}
			if n == 0 {
				return ErrCursor
			}
			from, skip = before, 1
		}
		list, err = walk(ctx, r, b, from, after, limit+skip)
		list = list[min(skip, len(list)):]
		return err
	})
	return list, err
}

func walk(ctx context.Context, r db.Reader, b Balance, from, after int64, limit int) ([]Movement, error) {
	rows, err := r.QueryContext(ctx, sqlWalk, b.id, from, limit, after)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []Movement
	for rows.Next() {
		var m Movement
		var debited bool
		var debitBalance, creditBalance money.Amount
		var at int64
		if err := rows.Scan(&m.Posting, &debited, &m.Counterparty, &m.Amount, &debitBalance, &creditBalance,
			&m.Seq, &m.Entry, &m.Kind, &at, &m.BookedOn, &m.Reverses, &m.Message, &m.Reference); err != nil {
			return nil, err
		}
		m.At, m.Balance = time.UnixMicro(at).UTC(), creditBalance
		if debited {
			m.Balance = debitBalance
		}
		if debited == (b.Spec.Side == Credit) {
			m.Amount = -m.Amount
		}
		list = append(list, m)
	}
	return list, rows.Err()
}

// BalanceAt returns the balance of an account, on its normal side, after the
// entry numbered seq.
func (j *Journal) BalanceAt(ctx context.Context, r db.Reader, b Balance, seq int64) (money.Amount, error) {
	h, _, err := readHead(ctx, r, sqlHead)
	if err != nil {
		return 0, err
	}
	if seq >= h.entry || b.last == 0 {
		return b.Amount, nil
	}
	var limit int64
	if err := r.QueryRowContext(ctx, sqlFirstPosting, seq+1).Scan(&limit); err != nil {
		return 0, err
	}
	limit--
	from := b.last
	switch err := r.QueryRowContext(ctx, sqlNextMark, b.id, limit).Scan(&from); {
	case errors.Is(err, sql.ErrNoRows):
		from = b.last
	case err != nil:
		return 0, err
	}
	var debited bool
	var debitBalance, creditBalance money.Amount
	err = r.QueryRowContext(ctx, sqlWalkTo, b.id, from, limit).Scan(&debited, &debitBalance, &creditBalance)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return 0, nil
	case err != nil:
		return 0, err
	case debited:
		return debitBalance, nil
	}
	return creditBalance, nil
}
