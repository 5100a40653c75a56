// SPDX-License-Identifier: AGPL-3.0-or-later

package confirm

const (
	sqlInsertIntent = `INSERT INTO intents (id, user_id, kind, payer, payee, merchant, request, handle, payee_name, message, salt,
			amount, euros, currency, nonce, digest, created_at, expires_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)`
	sqlIntent = `SELECT id, user_id, kind, payer, payee, merchant, request, handle, payee_name, message, salt,
			amount, euros, currency, nonce, digest, created_at, expires_at, entry, made
		FROM intents WHERE id = $1`
	// The intent must be open still, and be the one whose digest was proved.
	sqlUseIntent = `UPDATE intents SET entry = $2, made = $3, consumed_at = $4
		WHERE id = $1 AND entry IS NULL AND expires_at > $4 AND digest = $5`
	sqlForgetIntents = `DELETE FROM intents WHERE user_id = $1 AND entry IS NULL AND expires_at < $2`
	sqlOpenIntents   = `SELECT COUNT(*) FROM intents WHERE user_id = $1 AND entry IS NULL AND expires_at > $2`

	sqlInsertConfirmation = `INSERT INTO confirmations (entry, intent, user_id, session, method, kind, payer, payee, merchant, request,
			name_hash, message_hash, amount, euros, currency, nonce, expires_at, digest, device,
			relying_party, credential, public_key, authenticator_data, client_data, signature, confirmed_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26)`
	sqlConfirmationColumns = `SELECT entry, intent, user_id, session, method, kind, payer, payee, merchant, request,
			name_hash, message_hash, amount, euros, currency, nonce, expires_at, digest, device,
			relying_party, credential, public_key, authenticator_data, client_data, signature, confirmed_at
		FROM confirmations `
	sqlConfirmation  = sqlConfirmationColumns + `WHERE entry = $1`
	sqlConfirmations = sqlConfirmationColumns + `WHERE entry > $1 ORDER BY entry LIMIT $2`
	sqlKnownPayee    = `SELECT COUNT(*) FROM confirmations WHERE payer = $1 AND payee = $2 AND method IN ('passkey', 'pin', 'totp')`

	sqlInsertDevice = `INSERT INTO devices (id, user_id, digest, label, pin, tries, created_at, expires_at)
		VALUES ($1, $2, $3, $4, $5, 0, $6, $7)`
	sqlDeviceColumns = `SELECT id, user_id, label, pin, tries, created_at, expires_at, used_at FROM devices `
	sqlDevice        = sqlDeviceColumns + `WHERE digest = $1 AND revoked_at IS NULL AND expires_at > $2`
	sqlDevices       = sqlDeviceColumns + `WHERE user_id = $1 AND revoked_at IS NULL AND expires_at > $2 ORDER BY id`
	sqlDevicesHeld   = `SELECT COUNT(*) FROM devices WHERE user_id = $1 AND revoked_at IS NULL AND expires_at > $2`
	sqlRevokeDevice  = `UPDATE devices SET revoked_at = $3 WHERE id = $1 AND user_id = $2 AND revoked_at IS NULL`
	sqlEndDevices    = `UPDATE devices SET revoked_at = $2 WHERE user_id = $1 AND revoked_at IS NULL`
	sqlSetPIN        = `UPDATE devices SET pin = $3, tries = 0 WHERE id = $1 AND user_id = $2 AND revoked_at IS NULL AND expires_at > $4`
	// The last try that is allowed locks, unless it was right.
	sqlTryPIN     = `UPDATE devices SET tries = tries + 1 WHERE id = $1 AND tries < $2 AND revoked_at IS NULL`
	sqlForgivePIN = `UPDATE devices SET tries = 0 WHERE id = $1 AND pin = $2`
	sqlUseDevice  = `UPDATE devices SET used_at = $3 WHERE id = $1 AND pin = $2 AND revoked_at IS NULL AND expires_at > $3`

	sqlEase    = `SELECT per_payment, in_a_row, total FROM ease_settings WHERE id = 1`
	sqlSetEase = `INSERT INTO ease_settings (id, per_payment, in_a_row, total) VALUES (1, $1, $2, $3)
		ON CONFLICT (id) DO UPDATE SET per_payment = excluded.per_payment, in_a_row = excluded.in_a_row, total = excluded.total`
	sqlEaseUsed = `SELECT in_a_row, total FROM ease_used WHERE payer = $1`
	sqlUseEase  = `INSERT INTO ease_used (payer, in_a_row, total) VALUES ($1, 1, $2)
		ON CONFLICT (payer) DO UPDATE SET in_a_row = ease_used.in_a_row + 1, total = ease_used.total + excluded.total
		WHERE ease_used.in_a_row < $3 AND ease_used.total + excluded.total <= $4`
	sqlForgetEase = `DELETE FROM ease_used WHERE payer = $1`
)
