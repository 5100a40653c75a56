// SPDX-License-Identifier: AGPL-3.0-or-later

package merchant

const (
	sqlInsertMerchant  = `INSERT INTO merchants (id, holder, name, code, created_at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (code) DO NOTHING`
	sqlInsertNumber    = `INSERT INTO merchant_numbers (merchant, number) VALUES ($1, $2) ON CONFLICT (number) DO NOTHING`
	sqlMerchantColumns = `SELECT m.id, m.holder, m.name, m.code, COALESCE(n.number, ''), m.created_at
		FROM merchants m LEFT JOIN merchant_numbers n ON n.merchant = m.id `
	sqlMerchant         = sqlMerchantColumns + `WHERE m.id = $1`
	sqlMerchantByCode   = sqlMerchantColumns + `WHERE m.code = $1`
	sqlMerchantByNumber = sqlMerchantColumns + `WHERE n.number = $1`
	sqlMerchants        = sqlMerchantColumns + `ORDER BY m.id`
	sqlMerchantsOf      = sqlMerchantColumns + `WHERE m.holder = $1 ORDER BY m.id`

	sqlList = `INSERT INTO listings (merchant, category, town, address, about, changed_at) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (merchant) DO UPDATE SET category = excluded.category, town = excluded.town, address = excluded.address,
			about = excluded.about, changed_at = excluded.changed_at`
	sqlUnlist   = `DELETE FROM listings WHERE merchant = $1`
	sqlListed   = `SELECT COUNT(*) FROM listings`
	sqlListings = `SELECT l.merchant, m.name, m.code, l.category, l.town, l.address, l.about, l.changed_at
		FROM listings l JOIN merchants m ON m.id = l.merchant
		WHERE ($1 = '' OR l.category = $1) AND ($2 = '' OR l.town = $2) ORDER BY l.town, m.name, m.id LIMIT $3`

	sqlInsertRequest = `INSERT INTO payment_requests (id, code, merchant, amount, reference, status, created_at, expires_at)
		VALUES ($1, $2, $3, $4, $5, 'open', $6, $7) ON CONFLICT DO NOTHING`
	sqlRequestColumns = `SELECT r.id, r.code, r.merchant, m.name, m.holder, r.amount, r.reference, r.status, r.created_at, r.expires_at, r.entry, r.paid_at
		FROM payment_requests r JOIN merchants m ON m.id = r.merchant `
	sqlRequest       = sqlRequestColumns + `WHERE r.id = $1`
	sqlRequestByCode = sqlRequestColumns + `WHERE r.code = $1 AND r.status = 'open'`
	sqlRequestAsked  = sqlRequestColumns + `WHERE r.merchant = $1 AND r.status = 'open' AND r.expires_at > $2 ORDER BY r.created_at DESC, r.id DESC LIMIT 1`
	sqlRequestState  = `SELECT status FROM payment_requests WHERE id = $1`
	sqlPayRequest    = `UPDATE payment_requests SET status = 'paid', entry = $1, paid_at = $2 WHERE id = $3 AND status = 'open' AND expires_at > $2`
	sqlCancelRequest = `UPDATE payment_requests SET status = 'cancelled' WHERE id = $1 AND status = 'open' AND expires_at > $2`
	sqlExpireRequest = `UPDATE payment_requests SET status = 'expired' WHERE id = $1 AND status = 'open' AND expires_at <= $2`
	sqlDueRequests   = `SELECT id FROM payment_requests WHERE status = 'open' AND expires_at <= $1 ORDER BY expires_at, id LIMIT $2`

	sqlInsertPersonal = `INSERT INTO personal_requests (id, code, holder, amount, reference, status, created_at, expires_at)
		VALUES ($1, $2, $3, $4, $5, 'open', $6, $7) ON CONFLICT DO NOTHING`
	sqlPersonalColumns = `SELECT r.id, r.code, NULL, h.name, r.holder, r.amount, r.reference, r.status, r.created_at, r.expires_at, r.entry, r.paid_at
		FROM personal_requests r JOIN holders h ON h.id = r.holder `
	sqlPersonal       = sqlPersonalColumns + `WHERE r.id = $1`
	sqlPersonalByCode = sqlPersonalColumns + `WHERE r.code = $1 AND r.status = 'open'`
	sqlPersonalOf     = sqlPersonalColumns + `WHERE r.holder = $1 AND (r.id < $2 OR $2 IS NULL) ORDER BY r.id DESC LIMIT $3`
	sqlPersonalState  = `SELECT status FROM personal_requests WHERE id = $1`
	sqlPayPersonal    = `UPDATE personal_requests SET status = 'paid', entry = $1, paid_at = $2 WHERE id = $3 AND status = 'open' AND expires_at > $2`
	sqlCancelPersonal = `UPDATE personal_requests SET status = 'cancelled' WHERE id = $1 AND status = 'open' AND expires_at > $2`
	sqlExpirePersonal = `UPDATE personal_requests SET status = 'expired' WHERE id = $1 AND status = 'open' AND expires_at <= $2`
	sqlDuePersonal    = `SELECT id FROM personal_requests WHERE status = 'open' AND expires_at <= $1 ORDER BY expires_at, id LIMIT $2`
	sqlPersonalPaidBy = `SELECT id FROM personal_requests WHERE entry = $1`
	sqlPersonalCount  = `SELECT CAST(COALESCE(SUM(CASE WHEN created_at > $2 THEN 1 ELSE 0 END), 0) AS BIGINT),
			CAST(COALESCE(SUM(CASE WHEN status = 'open' AND expires_at > $3 THEN 1 ELSE 0 END), 0) AS BIGINT)
		FROM personal_requests WHERE holder = $1`

	sqlBeneficiaries = `SELECT b.handle, b.payee, b.merchant, b.label, h.name, COALESCE(m.name, '')
		FROM beneficiaries b JOIN holders h ON h.id = b.payee LEFT JOIN merchants m ON m.id = b.merchant
		WHERE b.owner = $1 ORDER BY b.handle`
	// The rule is in the statement: a new row only where there is room for it.
	sqlSaveBeneficiary = `INSERT INTO beneficiaries (owner, handle, payee, merchant, label, created_at)
		SELECT $1, $2, $3, $4, $5, $6 WHERE (SELECT COUNT(*) FROM beneficiaries WHERE owner = $1 AND handle <> $2) < $7
		ON CONFLICT (owner, handle) DO UPDATE SET label = excluded.label`
	sqlRenameBeneficiary = `UPDATE beneficiaries SET label = $3 WHERE owner = $1 AND handle = $2`
	sqlDropBeneficiary   = `DELETE FROM beneficiaries WHERE owner = $1 AND handle = $2`
	// A try pushes the end of the busy time ahead, unless that is too far already.
	sqlTryHandle = `INSERT INTO handle_tries (owner, busy_until) VALUES ($1, $3)
		ON CONFLICT (owner) DO UPDATE SET busy_until =
			CASE WHEN handle_tries.busy_until < $2 THEN CAST($3 AS BIGINT) ELSE handle_tries.busy_until + $4 END
		WHERE handle_tries.busy_until <= $5`

	sqlAttribute  = `INSERT INTO payment_merchants (entry, merchant, request) VALUES ($1, $2, $3)`
	sqlAttributed = `SELECT p.merchant, m.name, p.request FROM payment_merchants p JOIN merchants m ON m.id = p.merchant WHERE p.entry = $1`

	// The rule is in the statement: the row is only changed where the total
	// stays within the payment.
	sqlRefund = `INSERT INTO refunds (entry, paid, refunded) VALUES ($1, $2, $3)
		ON CONFLICT (entry) DO UPDATE SET refunded = refunds.refunded + excluded.refunded
		WHERE refunds.refunded + excluded.refunded <= refunds.paid`
	sqlRefunded = `SELECT refunded FROM refunds WHERE entry = $1`

	sqlInsertScreen  = `INSERT INTO screens (id, merchant, label, code, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (code) DO NOTHING`
	sqlForgetScreens = `DELETE FROM screens WHERE merchant = $1 AND paired_at IS NULL AND expires_at <= $2`
	sqlCountScreens  = `SELECT COUNT(*) FROM screens WHERE merchant = $1 AND revoked_at IS NULL`
	sqlPairScreen    = `UPDATE screens SET code = NULL, digest = $2, paired_at = $3
		WHERE id = $1 AND paired_at IS NULL AND revoked_at IS NULL AND expires_at > $3`
	sqlRevokeScreen = `UPDATE screens SET revoked_at = $2, code = NULL WHERE id = $1 AND revoked_at IS NULL`

	sqlScreenColumns = `SELECT s.id, s.merchant, m.holder, s.label, COALESCE(s.code, ''), s.created_at, s.expires_at, s.paired_at, s.revoked_at
		FROM screens s JOIN merchants m ON m.id = s.merchant `
	sqlScreen         = sqlScreenColumns + `WHERE s.id = $1`
	sqlScreenByCode   = sqlScreenColumns + `WHERE s.code = $1`
	sqlScreenByDigest = sqlScreenColumns + `WHERE s.digest = $1`
	sqlScreensOf      = sqlScreenColumns + `WHERE s.merchant = $1 ORDER BY s.id`
)
