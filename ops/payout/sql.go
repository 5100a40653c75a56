// SPDX-License-Identifier: AGPL-3.0-or-later

package payout

const (
	sqlInsertInstruction = `INSERT INTO instructions (id, official, collectivity, kind, value, valid_from, valid_until, signed_on, created_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`
	sqlInstructionColumns = `SELECT id, official, collectivity, kind, value, valid_from, valid_until, signed_on, revoked_at FROM instructions `
	sqlInstruction        = sqlInstructionColumns + `WHERE id = $1`
	sqlInstructionsTo     = sqlInstructionColumns + `WHERE collectivity = $1 ORDER BY official, id`
	sqlInstructionsOf     = sqlInstructionColumns + `WHERE official = $1 ORDER BY id`
	sqlRevoke             = `UPDATE instructions SET revoked_at = $1 WHERE id = $2 AND revoked_at IS NULL`
	// The latest choice that is valid on a day of the period.
	sqlChoice = sqlInstructionColumns + `WHERE collectivity = $1 AND official = $2 AND valid_from <= $4
		AND (valid_until IS NULL OR valid_until >= $3) AND revoked_at IS NULL ORDER BY valid_from DESC, id DESC LIMIT 1`

	sqlInsertBatch = `INSERT INTO payout_batches (id, collectivity, period, purpose, status, digest, total, received, paid, returned, pending, prepared_by, created_at, asked, paper)
		VALUES ($1, $2, $3, $4, 'draft', $5, $6, 0, 0, 0, $7, $8, $9, $10, $11)`
	sqlInsertLine = `INSERT INTO payout_lines (batch, n, reference, given, holder, amount, status, drafted, problem)
		VALUES ($1, $2, $3, $4, $5, $6, 'pending', $7, '')`
	sqlBatchColumns = `SELECT id, collectivity, period, purpose, status, digest, total, received, paid, returned, pending, prepared_by, created_at, executed_at,
			approved_by, approved_at, asked, paper, withdrawn_at FROM payout_batches `
	sqlBatch         = sqlBatchColumns + `WHERE id = $1`
	sqlBatches       = sqlBatchColumns + `ORDER BY id`
	sqlBatchesOf     = sqlBatchColumns + `WHERE collectivity = $1 AND id > $2 ORDER BY id LIMIT $3`
	sqlLatestBatches = sqlBatchColumns + `WHERE collectivity = $1 ORDER BY id DESC LIMIT $2`
	// The last batch of the same purpose for an earlier month that somebody approved.
	sqlPreviousBatch = sqlBatchColumns + `WHERE collectivity = $1 AND purpose = $2 AND period < $3 AND approved_by IS NOT NULL
		ORDER BY period DESC, id DESC LIMIT 1`
	sqlWithdraw = `UPDATE payout_batches SET withdrawn_at = $1 WHERE id = $2 AND status = 'draft' AND withdrawn_at IS NULL`

	sqlInsertPaper = `INSERT INTO payout_papers (batch, n, content) VALUES ($1, $2, $3)`
	sqlPaper       = `SELECT content FROM payout_papers WHERE batch = $1 ORDER BY n`

	sqlFundedIDs = `SELECT id FROM payout_batches WHERE status = 'funded' ORDER BY id`
	sqlLines     = `SELECT n, reference, given, holder, amount, status, drafted, problem, entry, settled_at FROM payout_lines WHERE batch = $1 ORDER BY n`
	sqlLine      = `SELECT n, reference, given, holder, amount, status, drafted, problem, entry, settled_at FROM payout_lines WHERE batch = $1 AND n = $2`

	sqlApprove = `UPDATE payout_batches SET status = 'approved', approved_by = $1, approved_at = $2
		WHERE id = $3 AND status = 'draft' AND withdrawn_at IS NULL AND digest = $4 AND prepared_by <> $1`

	sqlInsertFunding = `INSERT INTO payout_fundings (bank_reference, batch, amount, account, received_on, entry)
		VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING`
	sqlFund = `UPDATE payout_batches SET received = received + $1, status = CASE WHEN received + $1 = total THEN 'funded' ELSE status END
		WHERE id = $2 AND status = 'approved' AND received + $1 <= total`
	sqlFundings = `SELECT bank_reference, amount, account, received_on, entry FROM payout_fundings WHERE batch = $1 ORDER BY received_on, bank_reference`

	sqlInsertPaid = `INSERT INTO payout_paid (collectivity, purpose, period, holder, reference, amount, batch, n)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING`
	sqlPaidBefore = `SELECT COUNT(*) FROM payout_paid WHERE collectivity = $1 AND purpose = $2 AND period = $3 AND holder = $4 AND reference = $5`
	sqlPaidSum    = `SELECT CAST(COALESCE(SUM(amount), 0) AS BIGINT) FROM payout_paid WHERE collectivity = $1 AND purpose = $2 AND period = $3 AND holder = $4`

	// Lines that were paid and are not noted as such, or otherwise, and notes
	// without a line that was paid.
	sqlWrongNotes = `SELECT l.batch, l.n FROM payout_lines l JOIN payout_batches b ON b.id = l.batch
			LEFT JOIN payout_paid p ON p.collectivity = b.collectivity AND p.purpose = b.purpose AND p.period = b.period
				AND p.holder = l.holder AND p.reference = l.reference
			WHERE l.status = 'paid' AND (p.batch IS NULL OR p.batch <> l.batch OR p.n <> l.n OR p.amount <> l.amount)
		UNION ALL SELECT p.batch, p.n FROM payout_paid p
			LEFT JOIN payout_lines l ON l.batch = p.batch AND l.n = p.n AND l.status = 'paid' WHERE l.batch IS NULL
		LIMIT 1`

	sqlSettleLine = `UPDATE payout_lines SET status = $1, problem = $2, entry = $3, settled_at = $4 WHERE batch = $5 AND n = $6 AND status = 'pending'`
	// The rule is in the statement: no more than was received leaves, and the
	// last line ends the batch.
	sqlSettleBatch = `UPDATE payout_batches SET paid = paid + $1, returned = returned + $2, pending = pending - 1,
			status = CASE WHEN pending = 1 THEN 'executed' ELSE status END,
			executed_at = CASE WHEN pending = 1 THEN $3 ELSE executed_at END
		WHERE id = $4 AND status = 'funded' AND pending > 0 AND paid + returned + $1 + $2 <= received`
)
