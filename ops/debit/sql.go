// SPDX-License-Identifier: AGPL-3.0-or-later

package debit

const (
	sqlSetCreditor = `INSERT INTO debit_creditor (id, ics, notice_days, account) VALUES (1, $1, $2, $3)
		ON CONFLICT (id) DO UPDATE SET ics = excluded.ics, notice_days = excluded.notice_days, account = excluded.account`
	sqlCreditor = `SELECT ics, notice_days, account FROM debit_creditor WHERE id = 1`

	sqlInsertMandate = `INSERT INTO mandates (id, holder, rum, iban, bic, name, signed_on, rhythm, euros, day, low, status, created_by, created_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 'active', $12, $13)`
	sqlMandateColumns = `SELECT id, holder, rum, iban, bic, name, signed_on, rhythm, euros, day, low, status, used_on FROM mandates `
	sqlMandate        = sqlMandateColumns + `WHERE id = $1`
	sqlMandatesOf     = sqlMandateColumns + `WHERE holder = $1 ORDER BY id DESC LIMIT 50`
	sqlActiveMandates = sqlMandateColumns + `WHERE status = 'active' AND id > $1 ORDER BY id LIMIT $2`
	sqlAnyMandate     = `SELECT EXISTS (SELECT 1 FROM mandates WHERE status = 'active')`
	sqlEndMandate     = `UPDATE mandates SET status = $2, ended_at = $3 WHERE id = $1 AND status IN ('active', 'suspended')`
	sqlAllMandates    = sqlMandateColumns + `WHERE (status = $1 OR $1 = '') AND (id < $2 OR $2 IS NULL) ORDER BY id DESC LIMIT $3`
	sqlAmendMandate   = `UPDATE mandates SET euros = $2, day = $3, low = $4 WHERE id = $1 AND status = 'active'`
	sqlResumeMandate  = `UPDATE mandates SET status = 'active', ended_at = NULL WHERE id = $1 AND status = 'suspended'`
	sqlUseMandate     = `UPDATE mandates SET used_on = $2 WHERE id = $1 AND status = 'active'`

	sqlInsertDebit = `INSERT INTO debits (id, mandate, holder, period, euros, noticed_on, collect_on, status, sequence)
		VALUES ($1, $2, $3, $4, $5, $6, $7, 'noticed', '') ON CONFLICT (mandate, period) DO NOTHING`
	sqlDebitColumns = `SELECT id, mandate, holder, period, euros, noticed_on, collect_on, status, sequence, run, conversion, reason FROM debits `
	sqlDebit        = sqlDebitColumns + `WHERE id = $1`
	sqlDebitsOf     = sqlDebitColumns + `WHERE mandate = $1 ORDER BY id DESC LIMIT 50`
	sqlDebitsOfRun  = sqlDebitColumns + `WHERE run = $1 ORDER BY id`
	sqlNoticed      = sqlDebitColumns + `WHERE status = 'noticed' AND collect_on <= $1 ORDER BY id LIMIT 1000`
	sqlSentOfRun    = sqlDebitColumns + `WHERE run = $1 AND status = 'sent' ORDER BY id`
	sqlDue          = `SELECT COALESCE(SUM(CASE WHEN collect_on <= $1 THEN 1 ELSE 0 END), 0), COALESCE(SUM(CASE WHEN collect_on <= $1 THEN euros ELSE 0 END), 0),
			COALESCE(SUM(CASE WHEN collect_on <= $1 THEN 0 ELSE 1 END), 0), MIN(CASE WHEN collect_on <= $1 THEN NULL ELSE collect_on END)
		FROM debits WHERE status = 'noticed'`
	sqlLinesOfRun = `SELECT d.id, d.mandate, d.holder, d.period, d.euros, d.noticed_on, d.collect_on, d.status, d.sequence, d.run, d.conversion, d.reason,
			m.rum, m.iban, m.name, m.status FROM debits d JOIN mandates m ON m.id = d.mandate WHERE d.run = $1 ORDER BY d.id`
	sqlPending      = `SELECT COUNT(*) FROM debits WHERE mandate = $1 AND (status IN ('noticed', 'in_run', 'sent') OR period = $2)`
	sqlCancelDebits = `UPDATE debits SET status = 'cancelled' WHERE mandate = $1 AND status = 'noticed'`
	sqlPutInRun     = `UPDATE debits SET status = 'in_run', run = $2, sequence = $3, collect_on = $4 WHERE id = $1 AND status = 'noticed'`
	sqlTakeOutOfRun = `UPDATE debits SET status = 'noticed', run = NULL, sequence = '' WHERE run = $1 AND status = 'in_run'`
	sqlSendDebits   = `UPDATE debits SET status = 'sent' WHERE run = $1 AND status = 'in_run'`
	sqlCollect      = `UPDATE debits SET status = 'collected', conversion = $2 WHERE id = $1 AND status = 'sent'`
	sqlReturn       = `UPDATE debits SET status = 'returned', reason = $2 WHERE id = $1 AND status = $3`

	sqlInsertRun = `INSERT INTO debit_runs (id, status, account, ics, lines, total, digest, prepared_by, prepared_at)
		VALUES ($1, 'draft', $2, $3, $4, $5, $6, $7, $8)`
	sqlRunColumns = `SELECT id, status, account, ics, lines, total, digest, prepared_by, prepared_at, approved_at, exported_at FROM debit_runs `
	sqlRun        = sqlRunColumns + `WHERE id = $1`
	sqlRuns       = sqlRunColumns + `ORDER BY id DESC LIMIT 50`
	sqlApproveRun = `UPDATE debit_runs SET status = 'approved', approved_by = $2, approved_at = $3
		WHERE id = $1 AND status = 'draft' AND prepared_by <> $2 AND digest = $4`
	sqlExportRun = `UPDATE debit_runs SET status = 'exported', exported_at = $2 WHERE id = $1 AND status = 'approved'`
	sqlCancelRun = `UPDATE debit_runs SET status = 'cancelled' WHERE id = $1 AND status IN ('draft', 'approved')`
)
