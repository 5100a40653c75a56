// SPDX-License-Identifier: AGPL-3.0-or-later

package ledger

import (
	"context"
	"time"

	"github.com/noria-mlc/noria/ledger/db"
	"github.com/noria-mlc/noria/ledger/money"
)

// Volume is how often something happened, and how many units it moved.
type Volume struct {
	Entries int64
	Units   money.Amount // local units, of all its postings
}

// sqlVolumes sums the postings of a range of entries, which stand together.
const sqlVolumes = `SELECT e.kind, COUNT(DISTINCT e.seq), CAST(SUM(p.amount) AS BIGINT)
	FROM postings p JOIN entries e ON e.seq = p.entry JOIN accounts a ON a.id = p.debit
	WHERE p.id >= $1 AND p.id <= $2 AND a.unit = 'LOC' GROUP BY e.kind`

// sqlPostingsUpTo is the number of the last posting of an entry and of all before it.
const sqlPostingsUpTo = `SELECT COALESCE((SELECT n.posting - 1 FROM entries n WHERE n.seq = $1 + 1), (SELECT h.posting FROM head h))`

// Volumes sums what moved units from an instant on and before another, by the
// kind of entry. It reads every posting between them: callers keep what it says
// of a time that is over.
func (j *Journal) Volumes(ctx context.Context, from, until time.Time) (map[Kind]Volume, error) {
	sums := make(map[Kind]Volume)
	err := j.db.Snapshot(ctx, func(r db.Reader) error {
		first, err := j.SeqAt(ctx, r, from.Add(-time.Microsecond))
		if err != nil {
			return err
		}
		last, err := j.SeqAt(ctx, r, until.Add(-time.Microsecond))
		if err != nil || last <= first {
			return err
		}
		var before, end int64
		if err := r.QueryRowContext(ctx, sqlPostingsUpTo, first).Scan(&before); err != nil {
			return err
		}
		if err := r.QueryRowContext(ctx, sqlPostingsUpTo, last).Scan(&end); err != nil {
			return err
		}
		rows, err := r.QueryContext(ctx, sqlVolumes, before+1, end)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var kind Kind
			var v Volume
			if err := rows.Scan(&kind, &v.Entries, &v.Units); err != nil {
				return err
			}
			sums[kind] = v
		}
		return rows.Err()
	})
	return sums, err
}

const sqlHoldersByKind = `SELECT kind, COUNT(*) FROM holders GROUP BY kind`

// HoldersByKind counts the holders of each kind.
func (j *Journal) HoldersByKind(ctx context.Context) (map[HolderKind]int64, error) {
	rows, err := j.db.Reader().QueryContext(ctx, sqlHoldersByKind)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	counts := make(map[HolderKind]int64)
	for rows.Next() {
		var kind HolderKind
		var n int64
		if err := rows.Scan(&kind, &n); err != nil {
			return nil, err
		}
		counts[kind] = n
	}
	return counts, rows.Err()
}
