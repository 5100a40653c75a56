// SPDX-License-Identifier: AGPL-3.0-or-later

package push

const (
	// A browser has one endpoint: whoever asks in it takes it over.
	sqlTakeOver  = `DELETE FROM push_subscriptions WHERE endpoint = $1`
	sqlSubscribe = `INSERT INTO push_subscriptions (id, user_id, holder, endpoint, label, created_at, sent_at, due_at)
		VALUES ($1, $2, $3, $4, $5, $6, 0, 0)`
	sqlDropOldest = `DELETE FROM push_subscriptions WHERE user_id = $1
		AND id NOT IN (SELECT id FROM push_subscriptions WHERE user_id = $1 ORDER BY id DESC LIMIT 10)`
	sqlUnsubscribe = `DELETE FROM push_subscriptions WHERE id = $1 AND user_id = $2`
	sqlForget      = `DELETE FROM push_subscriptions WHERE user_id = $1`
	sqlOf          = `SELECT id, label, created_at FROM push_subscriptions WHERE user_id = $1 ORDER BY id`

	// Nobody waits for what was written while nobody was subscribed.
	sqlOpenCursor = `INSERT INTO push_cursor (id, entry) VALUES (1, $1) ON CONFLICT (id) DO NOTHING`
	sqlSkip       = `UPDATE push_cursor SET entry = $1 WHERE id = 1 AND entry < $1 AND NOT EXISTS (SELECT 1 FROM push_subscriptions)`
	sqlCursor     = `SELECT entry FROM push_cursor WHERE id = 1 AND EXISTS (SELECT 1 FROM push_subscriptions)`
	sqlAdvance    = `UPDATE push_cursor SET entry = $2 WHERE id = 1 AND entry = $1`

	sqlQuiet = `SELECT EXISTS (SELECT 1 FROM push_subscriptions WHERE holder = $1 AND due_at = 0)`
	// The time of the credit decides, so that nobody is told of what came before
	// they asked.
	sqlMark = `UPDATE push_subscriptions SET due_at = CASE WHEN sent_at + $3 > $2 THEN sent_at + $3 ELSE $2 END
		WHERE holder = $1 AND due_at = 0 AND created_at <= $4`

	sqlDue  = `SELECT EXISTS (SELECT 1 FROM push_subscriptions WHERE due_at > 0 AND due_at <= $1)`
	sqlNext = `SELECT id, endpoint FROM push_subscriptions WHERE due_at > 0 AND due_at <= $1 AND id > $2 ORDER BY id LIMIT 50`
	sqlSent = `UPDATE push_subscriptions SET due_at = 0, sent_at = $2 WHERE id = $1`
	sqlGone = `DELETE FROM push_subscriptions WHERE id = $1`
)
