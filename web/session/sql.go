// SPDX-License-Identifier: AGPL-3.0-or-later

package session

const (
	sqlInsertUser  = `INSERT INTO users (id, holder, created_at) VALUES ($1, $2, $3)`
	sqlInsertGrant = `INSERT INTO grants (user_id, role, organisation) VALUES ($1, $2, $3)`

	sqlUser = `SELECT u.id, u.holder, u.created_at, u.disabled_at, g.role, g.organisation
		FROM users u JOIN grants g ON g.user_id = u.id WHERE u.id = $1 ORDER BY g.role, g.organisation`
	// Other users of a holder who prepare or approve.
	sqlDecides = `SELECT COUNT(*) FROM users u JOIN grants g ON g.user_id = u.id
		WHERE u.holder = $1 AND u.id <> $2 AND u.disabled_at IS NULL
			AND g.role IN ('collectivity_agent', 'collectivity_approver', 'treasurer', 'approver')`
	sqlMembers = `SELECT u.id, u.holder FROM users u JOIN grants g ON g.user_id = u.id
		WHERE g.role = $1 AND g.organisation = $2 AND u.disabled_at IS NULL ORDER BY u.id`
	sqlUserStands = `SELECT COUNT(*) FROM users WHERE id = $1 AND disabled_at IS NULL`

	// Nobody may be left who could let somebody in.
	sqlDisableUser = `UPDATE users SET disabled_at = $2, disabled_for = $3 WHERE id = $1 AND disabled_at IS NULL AND (
			NOT EXISTS (SELECT 1 FROM grants g WHERE g.user_id = users.id AND g.role = 'administrator')
			OR EXISTS (SELECT 1 FROM grants g JOIN users o ON o.id = g.user_id
				WHERE g.role = 'administrator' AND o.disabled_at IS NULL AND o.id <> $1))`
	sqlEnableUser    = `UPDATE users SET disabled_at = NULL, disabled_for = '' WHERE id = $1 AND disabled_at IS NOT NULL AND disabled_for <> 'erasure'`
	sqlUnblock       = `UPDATE users SET disabled_at = NULL, disabled_for = '' WHERE id = $1 AND disabled_for = 'block'`
	sqlRevokeVouched = `UPDATE tokens SET revoked_at = $2 WHERE user_id = $1 AND issuer <> '' AND revoked_at IS NULL`
	sqlRevokeUser    = `UPDATE tokens SET revoked_at = $2 WHERE user_id = $1 AND revoked_at IS NULL`

	sqlInsertToken = `INSERT INTO tokens (id, user_id, kind, origin, digest, label, demo, created_at, expires_at, scopes, organisation)
		SELECT $1, u.id, $3, $4, $5, $6, $7, $8, $9, $10, $11 FROM users u WHERE u.id = $2 AND u.disabled_at IS NULL
		ON CONFLICT DO NOTHING`
	sqlAdmit = `INSERT INTO tokens (id, user_id, kind, origin, digest, label, demo, created_at, expires_at, proof, issuer)
		SELECT $1, u.id, 'session', $1, $3, $4, FALSE, $5, $6, $7, $8 FROM users u WHERE u.id = $2 AND u.disabled_at IS NULL
		ON CONFLICT DO NOTHING`
	sqlProved = `SELECT created_at, CASE WHEN issuer <> '' THEN 'issuer' ELSE proof END FROM tokens WHERE id = $1 AND kind = 'session'`
	// A session that a link opened is the first administrator's.
	sqlOpened = `SELECT t.created_at, t.issuer <> '', COALESCE(o.kind, '') = 'link'
		FROM tokens t LEFT JOIN tokens o ON o.id = t.origin WHERE t.id = $1 AND t.kind = 'session'`
	sqlUse = `UPDATE tokens SET used_at = $2 WHERE id = $1 AND revoked_at IS NULL AND expires_at > $2
		AND (kind = 'api' OR (kind = 'link' AND used_at IS NULL))`
	sqlRevoke         = `UPDATE tokens SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL`
	sqlRevokeSessions = `UPDATE tokens SET revoked_at = $2 WHERE origin = $1 AND revoked_at IS NULL`

	sqlTokenColumns = `SELECT id, user_id, kind, label, demo, created_at, expires_at, used_at, revoked_at, seen_at, scopes, organisation FROM tokens `
	sqlToken        = sqlTokenColumns + `WHERE id = $1`
	sqlTokens       = sqlTokenColumns + `WHERE user_id = $1 ORDER BY id`
	sqlTokenHolder  = `SELECT u.holder, u.id FROM tokens t JOIN users u ON u.id = t.user_id WHERE t.id = $1`

	sqlPrincipal = `SELECT t.id, t.kind, t.digest, t.demo, t.expires_at, t.revoked_at IS NOT NULL,
			CASE WHEN t.issuer <> '' THEN 'issuer' ELSE t.proof END, COALESCE(o.kind, ''), t.created_at, COALESCE(t.seen_at, t.created_at), t.scopes, t.organisation,
			u.id, u.holder, g.role, g.organisation
		FROM tokens t LEFT JOIN tokens o ON o.id = t.origin
			JOIN users u ON u.id = t.user_id JOIN grants g ON g.user_id = u.id
		WHERE t.digest = $1 AND u.disabled_at IS NULL ORDER BY g.role, g.organisation`

	sqlSeen   = `UPDATE tokens SET seen_at = $2 WHERE id = $1 AND (seen_at IS NULL OR seen_at < $2)`
	sqlStands = `SELECT COUNT(*) FROM tokens t JOIN users u ON u.id = t.user_id
		WHERE t.id = $1 AND t.revoked_at IS NULL AND u.disabled_at IS NULL`
	sqlRolesOf = `SELECT role FROM grants WHERE user_id = $1`

	sqlGrants   = `SELECT COUNT(*) FROM grants WHERE user_id = $1`
	sqlGive     = `INSERT INTO grants (user_id, role, organisation) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`
	sqlHolds    = `SELECT COUNT(*) FROM grants WHERE user_id = $1 AND role = $2 AND organisation = $3`
	sqlWithdraw = `DELETE FROM grants WHERE user_id = $1 AND role = $2 AND organisation = $3`
	// Somebody must be left who could let people in.
	sqlOtherAdministrators = `SELECT COUNT(*) FROM grants g JOIN users u ON u.id = g.user_id
		WHERE g.role = 'administrator' AND u.disabled_at IS NULL AND u.id <> $1`

	// A token and the sessions it opened refer to each other.
	sqlDropSessions = `DELETE FROM tokens WHERE user_id = $1 AND origin IS NOT NULL AND origin <> id`
	sqlDropTokens   = `DELETE FROM tokens WHERE user_id = $1`
	sqlErase        = `UPDATE users SET disabled_at = $2, disabled_for = 'erasure' WHERE id = $1`

	// A book is set up once anybody has come in: until then the link of the first
	// administrator may be made anew.
	sqlSetUp              = `SELECT COUNT(*) FROM tokens WHERE kind <> 'link'`
	sqlFirstAdministrator = `SELECT u.id FROM users u JOIN grants g ON g.user_id = u.id
		WHERE g.role = 'administrator' AND u.disabled_at IS NULL ORDER BY u.created_at, u.id LIMIT 1`
	sqlRevokeLinks = `UPDATE tokens SET revoked_at = $1 WHERE kind = 'link' AND revoked_at IS NULL`
)
