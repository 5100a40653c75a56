// SPDX-License-Identifier: AGPL-3.0-or-later

package gift

const (
	sqlAdmit = `INSERT INTO gift_associations (holder, admitted, decided_by, decided_at) VALUES ($1, $2, $3, $4)
		ON CONFLICT (holder) DO UPDATE SET admitted = excluded.admitted, decided_by = excluded.decided_by, decided_at = excluded.decided_at`
	sqlAdmitted = `SELECT h.id, h.name, h.number FROM gift_associations a JOIN holders h ON h.id = a.holder WHERE a.admitted = 1 ORDER BY h.name, h.id`
	sqlIsIn     = `SELECT COUNT(*) FROM gift_associations WHERE holder = $1 AND admitted = 1`
	sqlChoose   = `INSERT INTO gift_choices (holder, association, chosen_at) VALUES ($1, $2, $3)
		ON CONFLICT (holder) DO UPDATE SET association = excluded.association, chosen_at = excluded.chosen_at`
	sqlWithdraw = `DELETE FROM gift_choices WHERE holder = $1`
	sqlChoice   = `SELECT g.association, h.name, g.chosen_at FROM gift_choices g JOIN holders h ON h.id = g.association WHERE g.holder = $1`

	// What an association changes for itself gives it nothing.
	sqlShares = `SELECT g.association, CAST(SUM(c.euros) AS BIGINT), COUNT(DISTINCT c.holder) FROM conversions c
			JOIN gift_choices g ON g.holder = c.holder AND g.association <> c.holder
			JOIN gift_associations a ON a.holder = g.association AND a.admitted = 1
		WHERE c.status = 'settled' AND c.settled_on >= $1 AND c.settled_on <= $2 GROUP BY g.association ORDER BY g.association`
	sqlOverlap = `SELECT COUNT(*) FROM gift_rounds WHERE status <> 'cancelled' AND first_day <= $2 AND last_day >= $1`

	sqlInsertRound = `INSERT INTO gift_rounds (id, first_day, last_day, rate, total, status, prepared_by, prepared_at) VALUES ($1, $2, $3, $4, $5, 'draft', $6, $7)`
	sqlInsertLine  = `INSERT INTO gift_lines (round, association, changed, members, amount) VALUES ($1, $2, $3, $4, $5)`
	sqlApprove     = `UPDATE gift_rounds SET status = 'approved', approved_by = $2, approved_at = $3 WHERE id = $1 AND status = 'draft' AND prepared_by <> $2`
	sqlCancel      = `UPDATE gift_rounds SET status = 'cancelled', closed_at = $2 WHERE id = $1 AND status IN ('draft', 'approved')`
	sqlGive        = `UPDATE gift_rounds SET status = 'given', closed_at = $2, bank_reference = $3, account = $4 WHERE id = $1 AND status = 'approved'`
	sqlGiveLine    = `UPDATE gift_lines SET entry = $3 WHERE round = $1 AND association = $2 AND entry IS NULL`

	sqlRoundColumns = `SELECT id, first_day, last_day, rate, total, status, prepared_by, prepared_at, approved_at, bank_reference, account, closed_at FROM gift_rounds `
	sqlRound        = sqlRoundColumns + `WHERE id = $1`
	sqlRounds       = sqlRoundColumns + `ORDER BY id DESC LIMIT $1`
	sqlLines        = `SELECT l.association, h.name, l.changed, l.members, l.amount, l.entry FROM gift_lines l JOIN holders h ON h.id = l.association WHERE l.round = $1 ORDER BY l.association`
)
