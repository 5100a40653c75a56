// SPDX-License-Identifier: AGPL-3.0-or-later

package fonte

const (
	sqlRules = `SELECT r.id, r.rate, r.period, r.first_day, r.receiver, h.name, r.kinds, r.exempt, r.notice_days, r.prepared_by, r.prepared_at,
			a.approved_by, a.approved_at, e.ended_by, e.ended_at
		FROM fonte_rules r JOIN holders h ON h.id = r.receiver LEFT JOIN fonte_approvals a ON a.rule = r.id LEFT JOIN fonte_ends e ON e.rule = r.id
		ORDER BY r.id`
	sqlInsertRule = `INSERT INTO fonte_rules (id, rate, period, first_day, receiver, kinds, exempt, notice_days, prepared_by, prepared_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`
	sqlApprove = `INSERT INTO fonte_approvals (rule, prepared_by, approved_by, approved_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`
	sqlEnd     = `INSERT INTO fonte_ends (rule, ended_by, ended_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`

	// Kinds come with a blank before, between and behind them.
	sqlUntold = `SELECT h.id FROM holders h WHERE h.id > $1 AND $2 LIKE '% ' || h.kind || ' %' AND h.id <> $3
			AND NOT EXISTS (SELECT 1 FROM fonte_notices n WHERE n.rule = $4 AND n.holder = h.id)
		ORDER BY h.id LIMIT $5`
	sqlTell = `INSERT INTO fonte_notices (rule, holder, told_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`

	sqlClosed  = `SELECT rule, first_day FROM fonte_periods WHERE closed_at IS NOT NULL`
	sqlPeriods = `SELECT rule, first_day, last_day, COALESCE(holders, 0), COALESCE(total, 0), entry, closed_at FROM fonte_periods ORDER BY first_day DESC`
	sqlOpen    = `INSERT INTO fonte_periods (rule, first_day, last_day, opened_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`
	sqlIsOpen  = `SELECT COUNT(*) FROM fonte_periods WHERE rule = $1 AND first_day = $2 AND closed_at IS NULL`
	sqlSum     = `SELECT COUNT(*), CAST(COALESCE(SUM(amount), 0) AS BIGINT) FROM fonte_takings WHERE rule = $1 AND first_day = $2`
	sqlClose   = `UPDATE fonte_periods SET holders = $3, total = $4, entry = $5, closed_at = $6 WHERE rule = $1 AND first_day = $2 AND closed_at IS NULL`

	sqlUntaken = `SELECT h.id FROM holders h WHERE h.id > $1 AND $2 LIKE '% ' || h.kind || ' %' AND h.id <> $3
			AND NOT EXISTS (SELECT 1 FROM fonte_takings t WHERE t.rule = $4 AND t.first_day = $5 AND t.holder = h.id)
		ORDER BY h.id LIMIT $6`
	sqlTake = `INSERT INTO fonte_takings (rule, first_day, holder, balance, amount, entry) VALUES ($1, $2, $3, $4, $5, $6)`
	sqlOf   = `SELECT t.first_day, p.last_day, t.balance, t.amount, t.entry FROM fonte_takings t
			JOIN fonte_periods p ON p.rule = t.rule AND p.first_day = t.first_day
		WHERE t.holder = $1 ORDER BY t.first_day, t.rule`

	sqlKinds = `SELECT id, kind FROM holders`
)
