// SPDX-License-Identifier: AGPL-3.0-or-later

package dues

const (
	sqlRate    = `SELECT amount FROM dues_rates WHERE kind = $1 AND year = $2`
	sqlRates   = `SELECT kind, year, amount FROM dues_rates WHERE year >= $1 ORDER BY year, kind`
	sqlSetRate = `INSERT INTO dues_rates (kind, year, amount, decided_by, decided_at) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (kind, year) DO UPDATE SET amount = excluded.amount, decided_by = excluded.decided_by, decided_at = excluded.decided_at`

	sqlInsert = `INSERT INTO dues (id, holder, year, amount, way, account, bank_reference, entry, recorded_by, recorded_at, standing)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 1) ON CONFLICT DO NOTHING`
	sqlStanding = `SELECT COUNT(*) FROM dues WHERE holder = $1 AND year = $2 AND standing = 1`
	sqlLastYear = `SELECT COALESCE(MAX(year), 0) FROM dues WHERE holder = $1 AND standing = 1`
	sqlUsed     = `SELECT (SELECT COUNT(*) FROM dues WHERE bank_reference = $1) + (SELECT COUNT(*) FROM euro_transfers WHERE bank_reference = $1)
		+ (SELECT COUNT(*) FROM fundings WHERE bank_reference = $1)`

	sqlDesk = `SELECT slug FROM desks WHERE slug = $1`

	sqlColumns = `SELECT id, holder, year, amount, way, account, bank_reference, entry, reversal, reason, recorded_by, recorded_at, cancelled_at FROM dues `
	sqlOne     = sqlColumns + `WHERE id = $1`
	sqlOf      = sqlColumns + `WHERE holder = $1 AND (id < $2 OR $2 IS NULL) ORDER BY id DESC LIMIT $3`
	sqlAll     = sqlColumns + `WHERE (id < $1 OR $1 IS NULL) ORDER BY id DESC LIMIT $2`
	sqlCancel  = `UPDATE dues SET standing = NULL, cancelled_at = $2, reversal = $3, reason = $4 WHERE id = $1 AND standing = 1`
)
