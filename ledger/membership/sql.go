// SPDX-License-Identifier: AGPL-3.0-or-later

package membership

const (
	sqlRulesColumns = `SELECT enabled, since, grace_days, may_spend, reminder_days, kinds, account FROM membership_rules `
	sqlRules        = sqlRulesColumns + `ORDER BY id DESC LIMIT 1`
	sqlInsertRules  = `INSERT INTO membership_rules (id, enabled, since, grace_days, may_spend, reminder_days, kinds, account, decided_by, decided_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`
	sqlDecisions = `SELECT id, enabled, since, grace_days, may_spend, reminder_days, kinds, account, decided_by, decided_at FROM membership_rules ORDER BY id DESC LIMIT $1`

	sqlHolder = `SELECT h.kind, h.opened_at, COALESCE(m.until, 0) FROM holders h LEFT JOIN memberships m ON m.holder = h.id WHERE h.id = $1`

	sqlExtend = `INSERT INTO memberships (holder, until) VALUES ($1, $2) ON CONFLICT (holder) DO UPDATE SET until = excluded.until`
	sqlDelete = `DELETE FROM memberships WHERE holder = $1`

	sqlEnding = `SELECT holder, until FROM memberships WHERE until >= $1 AND until <= $2 AND (reminded IS NULL OR reminded <> until) ORDER BY until, holder LIMIT $3`
	sqlRemind = `UPDATE memberships SET reminded = until WHERE holder = $1 AND until = $2 AND (reminded IS NULL OR reminded <> until)`

	sqlCount = `SELECT h.kind, COUNT(*), CAST(COALESCE(SUM(CASE WHEN m.until >= $1 THEN 1 ELSE 0 END), 0) AS BIGINT)
		FROM holders h LEFT JOIN memberships m ON m.holder = h.id GROUP BY h.kind`
)
