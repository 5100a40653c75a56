// SPDX-License-Identifier: AGPL-3.0-or-later

package project

const (
	sqlInsert = `INSERT INTO funded_projects (id, name, commune, year, amount, link, about, revision, added_at) VALUES ($1, $2, $3, $4, $5, $6, $7, 1, $8)`
	sqlChange = `UPDATE funded_projects SET name = $3, commune = $4, year = $5, amount = $6, link = $7, about = $8, revision = revision + 1
		WHERE id = $1 AND revision = $2 AND withdrawn_at IS NULL`
	sqlWithdraw = `UPDATE funded_projects SET withdrawn_at = $2, revision = revision + 1 WHERE id = $1 AND withdrawn_at IS NULL`

	sqlColumns = `SELECT id, name, commune, year, amount, link, about, revision FROM funded_projects `
	sqlOne     = sqlColumns + `WHERE id = $1 AND withdrawn_at IS NULL`
	sqlAll     = sqlColumns + `WHERE withdrawn_at IS NULL ORDER BY year DESC, id DESC`
	sqlKnown   = `SELECT COUNT(*) FROM funded_projects WHERE id = $1`
)
