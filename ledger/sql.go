// SPDX-License-Identifier: AGPL-3.0-or-later

package ledger

import (
	"context"
	"database/sql"
	"strings"
)

// Statements of the engine on the embedded database. Table names and row
// counts are constants of this file; every value is a parameter.
const (
	sqlBegin     = `BEGIN IMMEDIATE`
	sqlCommit    = `COMMIT`
	sqlRollback  = `ROLLBACK`
	sqlSavepoint = `SAVEPOINT command`
	sqlUndo      = `ROLLBACK TO command`
	sqlRelease   = `RELEASE command`

	sqlHead       = `SELECT entry, posting, command, at, hash, keys_indexed, balanced FROM head WHERE id = 1`
	sqlUpdateHead = `UPDATE head SET entry = $1, posting = $2, command = $3, at = $4, hash = $5, keys_indexed = $6, balanced = $7 WHERE id = 1`

	sqlAccount = `SELECT a.id, a.unit, a.side, a.floor, b.debits, b.credits, b.version, b.last
		FROM accounts a JOIN balances b ON b.account = a.id WHERE a.code = $1`
	sqlLastAccount   = `SELECT COALESCE(MAX(id), 0) FROM accounts`
	sqlInsertAccount = `INSERT INTO accounts (id, code, unit, side, floor, opened_at) VALUES ($1, $2, $3, $4, $5, $6)`
	sqlOpenBalance   = `INSERT INTO balances (account, debits, credits, version, last, floored) VALUES ($1, 0, 0, 0, 0, $2)`

	sqlNewerPostings = `SELECT p.id, d.code, c.code, p.amount FROM postings p
		JOIN accounts d ON d.id = p.debit JOIN accounts c ON c.id = p.credit WHERE p.id > $1 ORDER BY p.id`

	sqlCommand        = `SELECT at, actor, key, fingerprint, ref, result FROM commands WHERE seq = $1`
	sqlRecentCommands = `SELECT seq, actor, key FROM commands WHERE seq > $1 ORDER BY seq`

	sqlReversed = `INSERT INTO reversals (entry) VALUES ($1) ON CONFLICT DO NOTHING`
)

// The tables that a batch writes many rows of.
var (
	rowsCommands = rowsOf{"INSERT INTO commands (seq, at, actor, action, key, fingerprint, ref, subjects, result) VALUES ", 9, ""}
	rowsEntries  = rowsOf{"INSERT INTO entries (seq, id, kind, at, booked_on, command, reverses, posting, hash) VALUES ", 9, ""}
	rowsPostings = rowsOf{"INSERT INTO postings (id, entry, debit, credit, amount, debit_balance, credit_balance, debit_prev, credit_prev) VALUES ", 9, ""}
	rowsMemos    = rowsOf{"INSERT INTO memos (entry, message, reference) VALUES ", 3, ""}
	rowsMarks    = rowsOf{"INSERT INTO marks (account, posting) VALUES ", 2, ""}
	rowsKeys     = rowsOf{"INSERT INTO command_keys (digest, seq) VALUES ", 2, " ON CONFLICT DO NOTHING"}
	rowsBalances = rowsOf{"INSERT INTO balances (account, debits, credits, version, last, floored) VALUES ", 6,
		" ON CONFLICT (account) DO UPDATE SET debits = excluded.debits, credits = excluded.credits, version = excluded.version, last = excluded.last"}
)

// rowsOf is a statement that writes several rows of one table.
type rowsOf struct {
	head    string
	columns int
	tail    string
}

// oldKeys is the statement that looks up n keys that left the memory.
func oldKeys(n int) string {
	return "SELECT digest, seq FROM command_keys WHERE digest IN (" + strings.TrimSuffix(strings.Repeat("?,", n), ",") + ")"
}

// chunks are the numbers of rows for which a statement is prepared.
var chunks = []int{64, 32, 16, 8, 4, 2, 1}

// statements keeps prepared statements of the committer's connection; there
// are as many as there are statement texts in the code.
type statements struct {
	conn *sql.Conn
	ctx  context.Context
	byID map[string]*sql.Stmt
	rows map[rowsOf][]*sql.Stmt
}

func newStatements(ctx context.Context, conn *sql.Conn) *statements {
	return &statements{conn: conn, ctx: ctx, byID: make(map[string]*sql.Stmt), rows: make(map[rowsOf][]*sql.Stmt)}
}

func (s *statements) get(query string) (*sql.Stmt, error) {
	if stmt, ok := s.byID[query]; ok {
		return stmt, nil
	}
	stmt, err := s.conn.PrepareContext(s.ctx, query)
	if err != nil {
		return nil, err
	}
	s.byID[query] = stmt
	return stmt, nil
}

func (s *statements) exec(query string, args ...any) (sql.Result, error) {
	stmt, err := s.get(query)
	if err != nil {
		return nil, err
	}
	return stmt.ExecContext(s.ctx, args...)
}

// write inserts len(args) / columns rows, in as few statements as the prepared
// sizes allow.
func (s *statements) write(r rowsOf, args []any) error {
	stmts, ok := s.rows[r]
	if !ok {
		for _, n := range chunks {
			stmt, err := s.conn.PrepareContext(s.ctx, r.text(n))
			if err != nil {
				return err
			}
			stmts = append(stmts, stmt)
		}
		s.rows[r] = stmts
	}
	for i, n := range chunks {
		for size := n * r.columns; len(args) >= size; args = args[size:] {
			if _, err := stmts[i].ExecContext(s.ctx, args[:size]...); err != nil {
				return err
			}
		}
	}
	return nil
}

func (r rowsOf) text(rows int) string {
	row := "(" + strings.TrimSuffix(strings.Repeat("?,", r.columns), ",") + ")"
	return r.head + strings.TrimSuffix(strings.Repeat(row+",", rows), ",") + r.tail
}

func (s *statements) close() {
	for _, stmt := range s.byID {
		stmt.Close()
	}
	for _, stmts := range s.rows {
		for _, stmt := range stmts {
			stmt.Close()
		}
	}
}
