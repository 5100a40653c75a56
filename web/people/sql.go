// SPDX-License-Identifier: AGPL-3.0-or-later

package people

const (
	sqlLook  = `INSERT INTO looks (holder, hour, viewer, what, role, at) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING`
	sqlLooks = `SELECT at, role, what FROM looks WHERE holder = $1 ORDER BY hour DESC, at DESC LIMIT 1000`

	// Whom somebody at a desk stands in front of: a user with an address who is not
	// shut out by the association.
	sqlRecoverable = `SELECT u.id FROM users u JOIN identities i ON i.user_id = u.id
		WHERE u.holder = $1 AND (u.disabled_at IS NULL OR u.disabled_for = 'block') ORDER BY u.id`
	sqlHolderOf   = `SELECT COALESCE((SELECT holder FROM users WHERE id = $1), $2)`
	sqlExpireCase = `UPDATE recovery_cases SET ended_at = $2, outcome = 'expired' WHERE user_id = $1 AND ended_at IS NULL AND expires_at <= $2`
	sqlOpenCase   = `INSERT INTO recovery_cases (id, user_id, way, reason, opened_by, opened_at, expires_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING`
	sqlApproveCase = `UPDATE recovery_cases SET approved_by = $2, approved_at = $3, digest = $4, usable_at = $5, expires_at = $6
		WHERE id = $1 AND approved_by IS NULL AND opened_by <> $2 AND ended_at IS NULL AND expires_at > $3`
	sqlCancelCase = `UPDATE recovery_cases SET ended_at = $2, outcome = 'cancelled' WHERE id = $1 AND ended_at IS NULL`
	sqlFinishCase = `UPDATE recovery_cases SET ended_at = $2, outcome = 'done'
		WHERE id = $1 AND ended_at IS NULL AND approved_by IS NOT NULL AND usable_at <= $2 AND expires_at > $2`
	sqlCaseColumns = `SELECT c.id, c.user_id, u.holder, c.way, c.reason, c.opened_by, c.opened_at, c.approved_by, c.approved_at,
			c.usable_at, c.expires_at, c.ended_at, c.outcome
		FROM recovery_cases c JOIN users u ON u.id = c.user_id `
	sqlCase        = sqlCaseColumns + `WHERE c.id = $1`
	sqlCaseByCode  = sqlCaseColumns + `WHERE c.digest = $1`
	sqlCases       = sqlCaseColumns + `WHERE c.id > $1 ORDER BY c.id LIMIT $2`
	sqlCasesOpen   = sqlCaseColumns + `WHERE c.ended_at IS NULL AND c.expires_at > $1 ORDER BY c.id LIMIT 200`
	sqlCasesOf     = sqlCaseColumns + `WHERE c.user_id = $1 ORDER BY c.id DESC LIMIT 20`
	sqlForgetCases = `UPDATE recovery_cases SET reason = '' WHERE user_id = $1`
	sqlDelay       = `SELECT recovery_delay FROM people_settings WHERE id = 1`
	sqlSetDelay    = `INSERT INTO people_settings (id, recovery_delay) VALUES (1, $1)
		ON CONFLICT (id) DO UPDATE SET recovery_delay = excluded.recovery_delay`

	sqlContact    = `SELECT phone, email FROM contact WHERE id = 1`
	sqlSetContact = `INSERT INTO contact (id, phone, email) VALUES (1, $1, $2)
		ON CONFLICT (id) DO UPDATE SET phone = excluded.phone, email = excluded.email`

	sqlOpenErasure = `INSERT INTO erasures (id, user_id, holder, requested_by, requested_at, due_at)
		VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING`
	sqlEndErasure     = `UPDATE erasures SET ended_at = $2, outcome = $3, approved_by = $4 WHERE id = $1 AND ended_at IS NULL`
	sqlErasureColumns = `SELECT id, user_id, holder, requested_by, requested_at, due_at, approved_by, ended_at, outcome FROM erasures `
	sqlErasure        = sqlErasureColumns + `WHERE id = $1`
	sqlErasuresOf     = sqlErasureColumns + `WHERE user_id = $1 ORDER BY id DESC LIMIT 20`
	sqlErasuresToDo   = sqlErasureColumns + `WHERE ended_at IS NULL AND due_at <= $1 ORDER BY id LIMIT 100`
	sqlErasuresOpen   = sqlErasureColumns + `WHERE ended_at IS NULL AND id > $1 ORDER BY id LIMIT 200`
	sqlErasuresDue    = `SELECT COUNT(*) FROM erasures WHERE ended_at IS NULL AND due_at <= $1`
	sqlHolding        = `SELECT g.role, COUNT(*) FROM grants g JOIN users u ON u.id = g.user_id WHERE u.disabled_at IS NULL GROUP BY g.role`
	sqlUsersOf        = `SELECT id FROM users WHERE holder = $1 ORDER BY id`

	sqlPersonColumns = `SELECT u.id, u.holder, u.created_at, u.disabled_at, u.disabled_for, h.name, h.number, COALESCE(i.email, ''),
			g.role, g.organisation
		FROM users u JOIN holders h ON h.id = u.holder LEFT JOIN identities i ON i.user_id = u.id
			JOIN grants g ON g.user_id = u.id `
	sqlPerson = sqlPersonColumns + `WHERE u.id = $1 ORDER BY g.role, g.organisation`
	sqlPeople = sqlPersonColumns + `WHERE u.id IN (
			SELECT s.id FROM users s JOIN holders o ON o.id = s.holder LEFT JOIN identities e ON e.user_id = s.id
			WHERE s.id > $1 AND ($2 = '' OR o.number = $3 OR LOWER(o.name) LIKE LOWER($2) ESCAPE '!' OR e.email LIKE LOWER($2) ESCAPE '!')
			ORDER BY s.id LIMIT $4)
		ORDER BY u.id, g.role, g.organisation`
)
