// SPDX-License-Identifier: AGPL-3.0-or-later

package acpr

const (
	// sqlOperations sums what moved units between holders, and what was changed
	// or redeemed, by day and kind of entry.
	sqlOperations = `SELECT e.booked_on, e.kind, CAST(SUM(p.amount) AS BIGINT)
		FROM entries e JOIN postings p ON p.entry = e.seq JOIN accounts d ON d.id = p.debit JOIN accounts c ON c.id = p.credit
		WHERE e.booked_on > $1 AND e.booked_on <= $2 AND d.unit = 'LOC'
			AND (e.kind = 'payment' OR (e.kind = 'conversion' AND c.code LIKE 'loc:wallet:%')
				OR (e.kind = 'redemption' AND c.code = 'loc:issued:digital'))
		GROUP BY e.booked_on, e.kind`
	// sqlTakenBack sums what refunds and reversals took back, by the day of the
	// operation that they took back.
	sqlTakenBack = `SELECT o.booked_on, o.kind, CAST(SUM(p.amount) AS BIGINT)
		FROM entries e JOIN entries o ON o.seq = e.reverses JOIN postings p ON p.entry = e.seq
			JOIN accounts d ON d.id = p.debit JOIN accounts c ON c.id = p.credit
		WHERE o.booked_on > $1 AND o.booked_on <= $2 AND e.booked_on <= $2 AND d.unit = 'LOC'
			AND ((o.kind = 'payment' AND e.kind IN ('refund', 'reversal'))
				OR (o.kind = 'conversion' AND e.kind = 'reversal' AND d.code LIKE 'loc:wallet:%')
				OR (o.kind = 'redemption' AND e.kind = 'reversal' AND d.code = 'loc:issued:digital'))
		GROUP BY o.booked_on, o.kind`

	sqlCounting = `SELECT conversions, redemptions FROM meter_settings WHERE id = 1`
	sqlDecide   = `INSERT INTO meter_settings (id, conversions, redemptions) VALUES (1, $1, $2)
		ON CONFLICT (id) DO UPDATE SET conversions = excluded.conversions, redemptions = excluded.redemptions`
)
