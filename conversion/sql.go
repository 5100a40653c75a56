// SPDX-License-Identifier: AGPL-3.0-or-later

package conversion

// Identity of the book, settings and desks.
const (
	sqlInsertCurrency = `INSERT INTO currency (id, name, code, unit_singular, unit_plural, issuer_name, issuer_siren, issuer_rna,
			legal_basis, transfer_days, opened_at)
		VALUES (1, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (id) DO NOTHING`
	sqlCurrency = `SELECT name, code, unit_singular, unit_plural, issuer_name, issuer_siren, issuer_rna, legal_basis,
			transfer_days, opened_at
		FROM currency WHERE id = 1`
	sqlName            = `SELECT name FROM currency WHERE id = 1`
	sqlTerms           = `SELECT code, transfer_days FROM currency WHERE id = 1`
	sqlSetTransferDays = `UPDATE currency SET transfer_days = $1 WHERE id = 1`

	sqlInsertBankAccount = `INSERT INTO bank_accounts (code, position, pool, custodian, iban, bic, holder_name) VALUES ($1, $2, $3, $4, $5, $6, $7)`
	sqlBankAccounts      = `SELECT code, pool, custodian, iban, bic, holder_name FROM bank_accounts WHERE closed_at IS NULL ORDER BY position`

	sqlSetCommission = `INSERT INTO commissions (kind, rate, minimum, fixed) VALUES ($1, $2, $3, $4)
		ON CONFLICT (kind) DO UPDATE SET rate = excluded.rate, minimum = excluded.minimum, fixed = excluded.fixed`
	sqlCommissions = `SELECT kind, rate, minimum, fixed FROM commissions`

	sqlInsertDesk = `INSERT INTO desks (slug, name, opened_at) VALUES ($1, $2, $3) ON CONFLICT (slug) DO NOTHING`
	sqlDesks      = `SELECT slug, name FROM desks ORDER BY slug`

	sqlInsertTransfer = `INSERT INTO euro_transfers (bank_reference, entry, booked_at) VALUES ($1, $2, $3) ON CONFLICT (bank_reference) DO NOTHING`
	// Accounts are the ledger's; their codes, unlike balances, stand in the table
	// as soon as a batch opens them.
	sqlAccounts = `SELECT code FROM accounts WHERE code >= $1 AND code < $2 ORDER BY code`
)

// Campaigns. Budget and ceilings change by guarded updates: no row changes
// where the rule would be broken.
const (
	sqlInsertCampaign = `INSERT INTO campaigns (id, funder, name, rate, budget, starts_on, ends_on, per_person_cap, period, minimum, maximum,
			eligible_kinds, when_exhausted, convention_reference, convention_date, prepared_by, created_at,
			household_cap, payer_cap, communes, priority, budget_mode)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22)`
	sqlCampaignColumns = `SELECT c.id, c.funder, c.name, c.rate, c.budget, c.starts_on, c.ends_on, c.per_person_cap, c.period, c.minimum, c.maximum,
			c.eligible_kinds, c.when_exhausted, c.convention_reference, c.convention_date, c.received, c.granted, c.reserved,
			c.prepared_by, c.created_at, c.approved_by, c.approved_at, c.version,
			c.household_cap, c.payer_cap, c.communes, c.priority, c.budget_mode, c.due, c.returned, c.paused_at, c.closed_at`
	sqlCampaign     = sqlCampaignColumns + ` FROM campaigns c WHERE c.id = $1`
	sqlAllCampaigns = sqlCampaignColumns + ` FROM campaigns c ORDER BY c.id`
	sqlCampaigns    = sqlCampaignColumns + ` FROM campaigns c
		WHERE (c.funder = $1 OR $1 IS NULL) AND (c.id < $2 OR $2 IS NULL) ORDER BY c.id DESC LIMIT $3`
	sqlOffers = sqlCampaignColumns + `, COALESCE(a.used, 0), COALESCE(h.used, 0)
		FROM campaigns c LEFT JOIN allowances a ON a.campaign = c.id AND a.holder = $1
			AND a.period = CASE c.period WHEN 'month' THEN $2 ELSE 'campaign' END
			LEFT JOIN shared_allowances h ON h.campaign = c.id AND h.who = $4
			AND h.period = CASE c.period WHEN 'month' THEN $2 ELSE 'campaign' END
		WHERE c.approved_at IS NOT NULL AND c.ends_on >= $3 ORDER BY c.id`

	// Terms that somebody writes and did not send yet.
	sqlInsertDraft  = `INSERT INTO campaign_drafts (id, funder, terms, saved_by, saved_at) VALUES ($1, $2, $3, $4, $5)`
	sqlUpdateDraft  = `UPDATE campaign_drafts SET terms = $3, saved_by = $4, saved_at = $5 WHERE id = $1 AND funder = $2`
	sqlDeleteDraft  = `DELETE FROM campaign_drafts WHERE id = $1 AND funder = $2`
	sqlDraftColumns = `SELECT id, funder, terms, saved_by, saved_at FROM campaign_drafts `
	sqlDraft        = sqlDraftColumns + `WHERE id = $1`
	sqlDraftsOf     = sqlDraftColumns + `WHERE funder = $1 ORDER BY id DESC LIMIT 50`
	// What people converted in some days, in the order in which it counts.
	sqlConverted = `SELECT c.holder, h.kind, c.euros FROM conversions c JOIN holders h ON h.id = c.holder
		WHERE c.status = 'settled' AND c.settled_on >= $1 AND c.settled_on <= $2 ORDER BY c.id`

	sqlApproveCampaign = `UPDATE campaigns SET approved_by = $2, approved_at = $3, version = version + 1
		WHERE id = $1 AND approved_at IS NULL AND prepared_by <> $2`
	sqlFundCampaign  = `UPDATE campaigns SET received = received + $2, version = version + 1 WHERE id = $1 AND received + $2 <= budget`
	sqlInsertFunding = `INSERT INTO fundings (campaign, bank_reference, amount, entry, booked_at) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (campaign, bank_reference) DO NOTHING`

	sqlReserve = `UPDATE campaigns SET reserved = reserved + $2, version = version + 1
		WHERE id = $1 AND approved_at IS NOT NULL AND paused_at IS NULL AND closed_at IS NULL AND granted + reserved + returned + $2 <= received`
	sqlUnreserve = `UPDATE campaigns SET reserved = reserved - $2, version = version + 1 WHERE id = $1 AND reserved >= $2`
	sqlGrant     = `UPDATE campaigns SET reserved = reserved - $2, granted = granted + $2, version = version + 1 WHERE id = $1 AND reserved >= $2`
	sqlUngrant   = `UPDATE campaigns SET granted = granted - $2, version = version + 1 WHERE id = $1 AND granted >= $2`

	sqlTakeAllowance = `INSERT INTO allowances (campaign, holder, period, cap, used) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (campaign, holder, period) DO UPDATE SET used = allowances.used + excluded.used
		WHERE allowances.used + excluded.used <= allowances.cap`
	sqlReturnAllowance = `UPDATE allowances SET used = used - $4 WHERE campaign = $1 AND holder = $2 AND period = $3`

	sqlReport = `SELECT holder, settled_on, COUNT(*), CAST(SUM(euros) AS BIGINT), CAST(SUM(bonus) AS BIGINT) FROM conversions
		WHERE campaign = $1 AND status = 'settled' GROUP BY settled_on, holder ORDER BY settled_on`

	sqlRecount = `SELECT (SELECT CAST(COALESCE(SUM(amount), 0) AS BIGINT) FROM fundings WHERE campaign = $1),
		(SELECT CAST(COALESCE(SUM(bonus), 0) AS BIGINT) FROM conversions WHERE campaign = $1 AND status = 'settled'),
		(SELECT CAST(COALESCE(SUM(bonus), 0) AS BIGINT) FROM conversions WHERE campaign = $1 AND status = 'awaiting_euros'),
		(SELECT CAST(COALESCE(SUM(amount), 0) AS BIGINT) FROM campaign_returns WHERE campaign = $1)`
	sqlStanding = `SELECT campaign, holder, period, CAST(SUM(bonus) AS BIGINT) AS bonus FROM conversions
		WHERE campaign IS NOT NULL AND status IN ('settled', 'awaiting_euros') GROUP BY campaign, holder, period`
	sqlWrongAllowances = `SELECT a.campaign, a.holder, a.used, a.cap, COALESCE(s.bonus, 0)
			FROM allowances a LEFT JOIN (` + sqlStanding + `) s ON s.campaign = a.campaign AND s.holder = a.holder AND s.period = a.period
			WHERE a.used <> COALESCE(s.bonus, 0) OR a.used > a.cap
		UNION ALL SELECT s.campaign, s.holder, 0, c.per_person_cap, s.bonus
			FROM (` + sqlStanding + `) s JOIN campaigns c ON c.id = s.campaign
				LEFT JOIN allowances a ON a.campaign = s.campaign AND a.holder = s.holder AND a.period = s.period
			WHERE c.per_person_cap > 0 AND a.campaign IS NULL`
)

// Conversions.
const (
	sqlInsertConversion = `INSERT INTO conversions (id, reference, holder, channel, status, euros, bonus, campaign, period, account,
			created_by, created_at, expires_at, means, household, payer)
		VALUES ($1, $2, $3, $4, 'awaiting_euros', $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) ON CONFLICT (reference) DO NOTHING`
	sqlConversionColumns = `SELECT c.id, c.reference, c.holder, c.channel, c.status, c.euros, c.bonus, c.campaign, c.period, c.account,
			c.created_by, c.created_at, c.expires_at, c.closed_at, c.bank_reference, c.reason, c.entry, c.reversal,
			COALESCE(b.holder_name, ''), COALESCE(b.iban, ''), COALESCE(b.bic, ''), c.means, c.household, c.payer
		FROM conversions c LEFT JOIN bank_accounts b ON b.code = c.account `
	sqlConversion            = sqlConversionColumns + `WHERE c.id = $1`
	sqlConversionByReference = sqlConversionColumns + `WHERE c.reference = $1`
	sqlConversions           = sqlConversionColumns + `
		WHERE (c.holder = $1 OR $1 IS NULL) AND (c.id < $2 OR $2 IS NULL)
			AND ($3 = '' OR $3 = CASE WHEN c.status = 'awaiting_euros' AND c.expires_at <= $4 THEN 'expired' ELSE c.status END)
		ORDER BY c.id DESC LIMIT $5`
	sqlConversionsFrom = sqlConversionColumns + `WHERE c.id > $1 ORDER BY c.id LIMIT $2`
	sqlDeskDay         = sqlConversionColumns + `WHERE c.account = $1 AND c.channel = 'desk' AND c.settled_on = $2 ORDER BY c.id DESC`
	sqlDueConversions  = `SELECT id FROM conversions WHERE status = 'awaiting_euros' AND expires_at <= $1 ORDER BY expires_at, id LIMIT $2`

	sqlSettleConversion = `UPDATE conversions SET status = 'settled', account = $2, bank_reference = $3, entry = $4, closed_at = $5, settled_on = $6
		WHERE id = $1 AND status = 'awaiting_euros'`
	sqlCloseConversion   = `UPDATE conversions SET status = $2, closed_at = $3, reason = $4 WHERE id = $1 AND status = 'awaiting_euros'`
	sqlReverseConversion = `UPDATE conversions SET status = 'reversed', reversal = $2, reason = $3, closed_at = $4 WHERE id = $1 AND status = 'settled'`
)

// Redemptions.
const (
	sqlInsertRedemption = `INSERT INTO redemptions (id, holder, status, amount, fee, requested_by, requested_at, exception, exception_note)
		VALUES ($1, $2, 'requested', $3, $4, $5, $6, $7, $8)`
	sqlRedemptionColumns = `SELECT id, holder, status, amount, fee, bank_reference, reason, entry, requested_at, closed_at,
			run, attempt, exception, exception_note, approved_at, sent, not_to, requested_by
		FROM redemptions `
	sqlRedemption  = sqlRedemptionColumns + `WHERE id = $1`
	sqlRedemptions = sqlRedemptionColumns + `
		WHERE (holder = $1 OR $1 IS NULL) AND (id < $2 OR $2 IS NULL) AND ($3 = '' OR status = $3) ORDER BY id DESC LIMIT $4`
	sqlOpenExceptions  = sqlRedemptionColumns + `WHERE status = 'requested' AND exception <> '' AND approved_at IS NULL ORDER BY id LIMIT 200`
	sqlRedemptionsFrom = sqlRedemptionColumns + `WHERE id > $1 ORDER BY id LIMIT $2`
	sqlRequested       = sqlRedemptionColumns + `WHERE status = 'requested' ORDER BY id LIMIT $1`
	sqlCloseRedemption = `UPDATE redemptions SET status = $2, bank_reference = $3, reason = $4, entry = $5, closed_at = $6
		WHERE id = $1 AND status IN ('requested', 'sent')`
	sqlApproveRedemption = `UPDATE redemptions SET approved_by = $2, approved_at = $3
		WHERE id = $1 AND status = 'requested' AND exception <> '' AND approved_at IS NULL AND requested_by <> $2`
	sqlPutInRun         = `UPDATE redemptions SET status = 'in_run', run = $2 WHERE id = $1 AND status = 'requested'`
	sqlTakeOutOfRun     = `UPDATE redemptions SET status = 'requested', run = NULL WHERE id = $1 AND status = 'in_run' AND run = $2`
	sqlSendRedemption   = `UPDATE redemptions SET status = 'sent', sent = $3 WHERE id = $1 AND status = 'in_run' AND run = $2`
	sqlReturnRedemption = `UPDATE redemptions SET status = $3, attempt = $4, reason = $5, entry = $6, closed_at = $7, not_to = $8,
			bank_reference = '', run = NULL, sent = NULL
		WHERE id = $1 AND attempt = $2 AND status IN ('sent', 'settled')`
	sqlInsertReturn = `INSERT INTO redemption_returns (redemption, attempt, code, bank_reference, retired, reversal, back, returned_by, returned_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`
	sqlReturns = `SELECT x.redemption, x.attempt, x.retired, x.reversal, x.back, r.holder, r.amount, r.fee
		FROM redemption_returns x JOIN redemptions r ON r.id = x.redemption ORDER BY x.redemption, x.attempt`
)

// Where euros are sent, and runs of transfers.
const (
	sqlInsertPayee = `INSERT INTO payout_accounts (id, holder, iban, bic, name, set_by, set_at, staff, approved_at, effective_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`
	sqlPayeeColumns = `SELECT id, holder, iban, bic, name, set_by, set_at, staff, approved_at, effective_at FROM payout_accounts `
	sqlPayee        = sqlPayeeColumns + `WHERE id = $1`
	sqlPayees       = sqlPayeeColumns + `WHERE holder = $1 ORDER BY id DESC LIMIT $2`
	sqlLastPayee    = sqlPayeeColumns + `WHERE holder = $1 AND approved_at IS NOT NULL ORDER BY id DESC LIMIT 1`
	sqlOpenPayees   = sqlPayeeColumns + `
		WHERE approved_at IS NULL AND NOT EXISTS (SELECT 1 FROM payout_accounts l WHERE l.holder = payout_accounts.holder AND l.id > payout_accounts.id AND l.approved_at IS NOT NULL)
		ORDER BY id LIMIT 200`
	sqlApprovePayee = `UPDATE payout_accounts SET approved_by = $2, approved_at = $3, effective_at = $4
		WHERE id = $1 AND approved_at IS NULL AND set_by <> $2`
	sqlPayeeInRun = `SELECT payee FROM redemption_lines WHERE run = $1 AND redemption = $2`

	sqlInsertRun = `INSERT INTO redemption_runs (id, account, execute_on, lines, total, digest, status, prepared_by, prepared_at)
		VALUES ($1, $2, $3, $4, $5, $6, 'draft', $7, $8)`
	sqlInsertRunLine = `INSERT INTO redemption_lines (run, n, redemption, attempt, payee, iban, bic, name, euros) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`
	sqlRunColumns    = `SELECT id, account, execute_on, lines, total, digest, status, prepared_by, prepared_at, approved_at, exported_at, cancelled_at
		FROM redemption_runs `
	sqlRun      = sqlRunColumns + `WHERE id = $1`
	sqlRuns     = sqlRunColumns + `WHERE id < $1 OR $1 IS NULL ORDER BY id DESC LIMIT $2`
	sqlAllRuns  = sqlRunColumns + `ORDER BY id`
	sqlRunLines = `SELECT l.n, l.redemption, l.attempt, l.payee, l.iban, l.bic, l.name, l.euros, r.holder, r.status, r.run
		FROM redemption_lines l JOIN redemptions r ON r.id = l.redemption WHERE l.run = $1 ORDER BY l.n`
	sqlApproveRun = `UPDATE redemption_runs SET status = 'approved', approved_by = $2, approved_at = $3
		WHERE id = $1 AND status = 'draft' AND prepared_by <> $2 AND digest = $4`
	sqlExportRun = `UPDATE redemption_runs SET status = 'exported', exported_by = $2, exported_at = $3 WHERE id = $1 AND status = 'approved'`
	sqlCancelRun = `UPDATE redemption_runs SET status = 'cancelled', cancelled_by = $2, cancelled_at = $3
		WHERE id = $1 AND status IN ('draft', 'approved')`

	sqlInsertSettings = `INSERT INTO settings_changes (id, settings, changed_by, changed_at) VALUES ($1, $2, $3, $4)`
	sqlSettingsBefore = `SELECT id, settings, changed_by, changed_at FROM settings_changes WHERE id < $1 OR $1 IS NULL ORDER BY id DESC LIMIT $2`
)
