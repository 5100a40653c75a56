// SPDX-License-Identifier: AGPL-3.0-or-later

package alert

const (
	sqlThresholds = `SELECT gap, coverage, awaited_days, revision FROM fund_thresholds WHERE id = 1`
	sqlFirst      = `INSERT INTO fund_thresholds (id, gap, coverage, awaited_days, revision, decided_by, decided_at) VALUES (1, $1, $2, $3, $6 + 1, $4, $5)
		ON CONFLICT (id) DO NOTHING`
	sqlDecide = `UPDATE fund_thresholds SET gap = $1, coverage = $2, awaited_days = $3, revision = revision + 1, decided_by = $4, decided_at = $5
		WHERE id = 1 AND revision = $6`

	// The instant since which euros are awaited for longest, 0 for none.
	sqlOldest = `SELECT CAST(COALESCE(MIN(x.since), 0) AS BIGINT) FROM (
			SELECT created_at AS since FROM conversions WHERE status = 'awaiting_euros' AND expires_at > $1
			UNION ALL SELECT since FROM receivables WHERE owed > 0) x`

	sqlAlerts = `SELECT kind, told_at FROM fund_alerts ORDER BY kind`
	// Told by the thresholds that were measured by, and once.
	sqlTell = `INSERT INTO fund_alerts (kind, told_at) SELECT $1, $2 FROM fund_thresholds WHERE id = 1 AND revision = $3
		ON CONFLICT (kind) DO NOTHING`
	sqlRecover = `DELETE FROM fund_alerts WHERE kind = $1 AND EXISTS (SELECT 1 FROM fund_thresholds WHERE id = 1 AND revision = $2)`
)
