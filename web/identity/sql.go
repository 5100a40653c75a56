// SPDX-License-Identifier: AGPL-3.0-or-later

package identity

const (
	// A try pushes the end of the busy time ahead, unless that is too far already.
	sqlAttempt = `INSERT INTO sign_in_attempts (subject, busy_until) VALUES ($1, $3)
		ON CONFLICT (subject) DO UPDATE SET busy_until =
			CASE WHEN sign_in_attempts.busy_until < $2 THEN CAST($3 AS BIGINT) ELSE sign_in_attempts.busy_until + $4 END
		WHERE sign_in_attempts.busy_until <= $5`
	sqlForgetAttempts = `DELETE FROM sign_in_attempts WHERE busy_until < $1`
	sqlForgive        = `DELETE FROM sign_in_attempts WHERE subject = $1`

	sqlSpend       = `INSERT INTO spent_proofs (digest, until) VALUES ($1, $2) ON CONFLICT DO NOTHING`
	sqlForgetSpent = `DELETE FROM spent_proofs WHERE until < $1`
	sqlSpent       = `SELECT COUNT(*) FROM spent_proofs WHERE digest = $1`

	sqlIdentityColumns = `SELECT user_id, email, password, totp, language FROM identities `
	sqlByEmail         = sqlIdentityColumns + `WHERE email = $1`
	sqlByUser          = sqlIdentityColumns + `WHERE user_id = $1`
	sqlKnown           = `SELECT COUNT(*) FROM identities WHERE email = $1`
	sqlInsertIdentity  = `INSERT INTO identities (user_id, email, password, totp, totp_step, created_at, language)
		VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING`
	// The password must be the one that was checked, and the code a later one.
	sqlUseStep     = `UPDATE identities SET totp_step = $2 WHERE user_id = $1 AND totp_step < $2 AND password = $3`
	sqlSamePass    = `SELECT COUNT(*) FROM identities WHERE user_id = $1 AND password = $2`
	sqlSetPassword = `UPDATE identities SET password = $2, totp = $3, totp_step = $4 WHERE user_id = $1`

	// Whoever acts for a holder: themselves, or in a role within it.
	sqlReachedFor = `SELECT i.email, i.language FROM identities i JOIN users u ON u.id = i.user_id
		WHERE u.disabled_at IS NULL AND (u.holder = $1 OR EXISTS (SELECT 1 FROM grants g
			WHERE g.user_id = u.id AND g.organisation = $1 AND g.role = 'merchant_owner'))
		ORDER BY i.email`
	sqlActingFor = `SELECT i.email, i.language FROM identities i JOIN users u ON u.id = i.user_id
		WHERE u.disabled_at IS NULL AND (u.holder = $1 OR EXISTS (SELECT 1 FROM grants g
			WHERE g.user_id = u.id AND g.organisation = $1 AND g.role IN ('merchant_owner', 'collectivity_agent')))
		ORDER BY i.email`

	sqlSpokenFor = `SELECT i.email, i.language FROM identities i JOIN users u ON u.id = i.user_id
		WHERE u.disabled_at IS NULL AND (u.holder = $1 OR EXISTS (SELECT 1 FROM grants g
			WHERE g.user_id = u.id AND g.organisation = $1 AND g.role IN ('merchant_owner', 'collectivity_agent')))
		ORDER BY i.email`
	sqlSpokenRole = `SELECT i.email, i.language FROM identities i JOIN users u ON u.id = i.user_id
		WHERE u.disabled_at IS NULL AND EXISTS (SELECT 1 FROM grants g WHERE g.user_id = u.id AND g.role = $1) ORDER BY i.email`

	// The address must be the one that was left, and the new one nobody's.
	sqlMoveAddress = `UPDATE identities SET email = $3 WHERE user_id = $1 AND email = $2
		AND NOT EXISTS (SELECT 1 FROM identities o WHERE o.email = $3)`
	sqlSetLanguage = `UPDATE identities SET language = $2 WHERE user_id = $1`

	sqlPutRecovery  = `INSERT INTO recovery_codes (user_id, digest) VALUES ($1, $2)`
	sqlDropRecovery = `DELETE FROM recovery_codes WHERE user_id = $1`
	sqlRecoveryLeft = `SELECT COUNT(*) FROM recovery_codes WHERE user_id = $1 AND used_at IS NULL`
	sqlUseRecovery  = `UPDATE recovery_codes SET used_at = $3 WHERE user_id = $1 AND digest = $2 AND used_at IS NULL`

	sqlPasskeyColumns = `SELECT id, user_id, record, backed_up, name, created_at, used_at FROM passkeys `
	sqlPasskey        = sqlPasskeyColumns + `WHERE credential = $1`
	sqlPasskeys       = sqlPasskeyColumns + `WHERE user_id = $1 ORDER BY id`
	sqlPasskeysHeld   = `SELECT COUNT(*) FROM passkeys WHERE user_id = $1`
	sqlPutPasskey     = `INSERT INTO passkeys (id, user_id, credential, record, sign_count, backed_up, name, created_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING`
	// The counter must stand where it stood when the signature was checked.
	sqlUsePasskey = `UPDATE passkeys SET sign_count = $2, record = $3, backed_up = $4, used_at = $5
		WHERE id = $1 AND sign_count = $6`
	sqlLabels       = `SELECT label FROM tokens WHERE user_id = $1 AND kind = 'session' ORDER BY id DESC LIMIT 200`
	sqlDropPasskeys = `DELETE FROM passkeys WHERE user_id = $1`
	sqlLinkColumns  = `SELECT issuer, subject, user_id, linked_at FROM oidc_links `
	sqlLink         = sqlLinkColumns + `WHERE issuer = $1 AND subject = $2`
	sqlLinkedUser   = `SELECT user_id FROM oidc_links WHERE issuer = $1 AND subject = $2`
	sqlLinks        = sqlLinkColumns + `WHERE user_id = $1 ORDER BY linked_at, issuer`
	// One identity of an issuer for a user, and one user for an identity.
	sqlPutLink = `INSERT INTO oidc_links (issuer, subject, user_id, linked_at)
		SELECT $1, $2, u.id, $4 FROM users u WHERE u.id = $3
			AND NOT EXISTS (SELECT 1 FROM oidc_links o WHERE o.user_id = u.id AND o.issuer = $1)
		ON CONFLICT DO NOTHING`
	sqlUnlinkAll    = `DELETE FROM oidc_links WHERE user_id = $1`
	sqlDropIdentity = `DELETE FROM identities WHERE user_id = $1`
	// The address of a letter may be written in capitals.
	sqlDropLetters = `DELETE FROM letters WHERE LOWER(recipient) = (SELECT email FROM identities WHERE user_id = $1)`
	sqlNameOf      = `SELECT h.name FROM users u JOIN holders h ON h.id = u.holder WHERE u.id = $1`

	// Something must be left to sign in with.
	sqlDropPasskey = `DELETE FROM passkeys WHERE id = $1 AND user_id = $2 AND (
			EXISTS (SELECT 1 FROM passkeys o WHERE o.user_id = $2 AND o.id <> $1)
			OR EXISTS (SELECT 1 FROM identities i WHERE i.user_id = $2 AND i.password <> ''))`
)
