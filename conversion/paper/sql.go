// SPDX-License-Identifier: AGPL-3.0-or-later

package paper

// Kinds of notes, their quantities and their numbers. Quantities change by
// guarded updates: none goes below zero.
const (
	sqlInsertDenomination = `INSERT INTO paper_denominations (series, face) VALUES ($1, $2) ON CONFLICT (series, face) DO NOTHING`
	// What members may ask for: kinds of which some are in the house.
	sqlOffered = `SELECT DISTINCT d.series, d.face FROM paper_denominations d JOIN paper_stocks s ON s.series = d.series AND s.face = d.face
		WHERE s.quantity > 0 AND (s.place IN ('vault', 'transit') OR s.place LIKE 'desk:%') ORDER BY d.face DESC, d.series`
	sqlPrintNumbers  = `UPDATE paper_denominations SET last_number = $4 WHERE series = $1 AND face = $2 AND last_number < $3`
	sqlDenomination  = `SELECT COUNT(*) FROM paper_denominations WHERE series = $1 AND face = $2`
	sqlDenominations = `SELECT series, face, last_number FROM paper_denominations ORDER BY series, face DESC`

	sqlTake = `UPDATE paper_stocks SET quantity = quantity - $4 WHERE place = $1 AND series = $2 AND face = $3 AND quantity >= $4`
	sqlPut  = `INSERT INTO paper_stocks (place, series, face, quantity) VALUES ($1, $2, $3, $4)
		ON CONFLICT (place, series, face) DO UPDATE SET quantity = paper_stocks.quantity + excluded.quantity`
	sqlStocks   = `SELECT place, series, face, quantity FROM paper_stocks WHERE quantity > 0 ORDER BY place, series, face DESC`
	sqlQuantity = `SELECT COALESCE((SELECT quantity FROM paper_stocks WHERE place = $1 AND series = $2 AND face = $3), 0)`

	sqlInsertRange = `INSERT INTO paper_ranges (series, face, first, last, place) VALUES ($1, $2, $3, $4, $5)`
	sqlRangeAround = `SELECT first, last FROM paper_ranges WHERE place = $1 AND series = $2 AND face = $3 AND first <= $4 AND last >= $5`
	sqlDeleteRange = `DELETE FROM paper_ranges WHERE place = $1 AND series = $2 AND face = $3 AND first = $4 AND last = $5`
	sqlRanges      = `SELECT place, series, face, first, last FROM paper_ranges ORDER BY series, face DESC, first`
	sqlFresh       = `SELECT CAST(COALESCE(SUM(last - first + 1), 0) AS BIGINT) FROM paper_ranges WHERE place = $1 AND series = $2 AND face = $3`
)

// Movements and counts.
const (
	sqlInsertMove = `INSERT INTO paper_moves (id, kind, status, from_place, to_place, amount, holder, means, note, entry, redemption, created_by, created_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`
	sqlInsertLine  = `INSERT INTO paper_lines (move, n, series, face, quantity, first, received) VALUES ($1, $2, $3, $4, $5, $6, $7)`
	sqlMoveColumns = `SELECT id, kind, status, from_place, to_place, amount, holder, means, note, entry, redemption,
			created_by, created_at, closed_by, closed_at
		FROM paper_moves `
	sqlMove  = sqlMoveColumns + `WHERE id = $1`
	sqlMoves = sqlMoveColumns + `WHERE ($1 = '' OR from_place = $1 OR to_place = $1) AND ($2 = '' OR status = $2)
			AND (holder = $3 OR $3 IS NULL) AND (id < $4 OR $4 IS NULL) AND ($6 = '' OR kind = $6)
		ORDER BY id DESC LIMIT $5`
	sqlLines     = `SELECT series, face, quantity, first, received FROM paper_lines WHERE move = $1 ORDER BY n`
	sqlCloseMove = `UPDATE paper_moves SET status = $2, closed_by = $3, closed_at = $4, entry = COALESCE($5, entry), from_place = $6, note = $7
		WHERE id = $1 AND status = $8`
	sqlRecall   = `UPDATE paper_moves SET status = 'undone', closed_at = $2 WHERE id = $1 AND status = 'open' AND kind = 'destruction'`
	sqlReceived = `UPDATE paper_lines SET received = $3 WHERE move = $1 AND n = $2 AND quantity >= $3`

	sqlInsertCount = `INSERT INTO paper_counts (id, desk, status, counted, note, counted_by, counted_at) VALUES ($1, $2, $3, $4, '', $5, $6)`
	sqlCounts      = `SELECT id, desk, status, counted, note, counted_by, counted_at, explained_by, explained_at FROM paper_counts
		WHERE ($1 = '' OR status = $1) AND (id < $2 OR $2 IS NULL) ORDER BY id DESC LIMIT $3`
	sqlCount   = `SELECT id, desk, status, counted, note, counted_by, counted_at, explained_by, explained_at FROM paper_counts WHERE id = $1`
	sqlExplain = `UPDATE paper_counts SET status = 'explained', note = $2, explained_by = $3, explained_at = $4 WHERE id = $1 AND status = 'open'`

	sqlWrongTotals = `SELECT d.series, d.face,
			(SELECT CAST(COALESCE(SUM(s.quantity), 0) AS BIGINT) FROM paper_stocks s WHERE s.series = d.series AND s.face = d.face),
			(SELECT CAST(COALESCE(SUM(r.last - r.first + 1), 0) AS BIGINT) FROM paper_ranges r WHERE r.series = d.series AND r.face = d.face),
			(SELECT CAST(COALESCE(SUM(l.quantity), 0) AS BIGINT) FROM paper_lines l JOIN paper_moves m ON m.id = l.move
				WHERE m.kind = 'print' AND l.series = d.series AND l.face = d.face)
		FROM paper_denominations d ORDER BY d.series, d.face`
	sqlPublicValue = `SELECT CAST(COALESCE(SUM(quantity * face), 0) AS BIGINT) FROM paper_stocks WHERE place = 'public'`
)
