// SPDX-License-Identifier: AGPL-3.0-or-later

package mail

const (
	sqlQueue = `INSERT INTO letters (id, recipient, language, template, words, created_at, attempts, due_at) VALUES ($1, $2, $3, $4, $5, $6, 0, $6)`
	sqlDue   = `SELECT EXISTS (SELECT 1 FROM letters WHERE due_at <= $1)`
	sqlNext  = `SELECT id, recipient, language, template, words, created_at, attempts FROM letters
		WHERE due_at <= $1 AND id > $2 ORDER BY id LIMIT 20`
	sqlWaiting = `SELECT COUNT(*), COALESCE(MIN(created_at), 0), COALESCE(MAX(attempts), 0) FROM letters`
	sqlDelete  = `DELETE FROM letters WHERE id = $1`
	sqlPut     = `UPDATE letters SET attempts = attempts + 1, due_at = $2 WHERE id = $1 AND attempts = $3`
)
