// SPDX-License-Identifier: AGPL-3.0-or-later

package ledger

import (
	"context"
	"database/sql"
	"fmt"
	"strconv"
	"strings"

	"github.com/noria-mlc/noria/ledger/db"
)

// Statements of the committer. Table names and row counts are constants of this
// file; every value is a parameter.
const (
	sqlSavepoint = `SAVEPOINT command`
	sqlUndo      = `ROLLBACK TO command`
	sqlRelease   = `RELEASE command`

	sqlHead = `SELECT entry, posting, command, at, hash, keys_indexed, balanced FROM head WHERE id = 1`
	// On servers the head's row is taken first: it is what makes one process at a
	// time write, so that nothing is left to deadlock on.
	sqlTakeHead   = sqlHead + ` FOR UPDATE`
	sqlUpdateHead = `UPDATE head SET entry = $1, posting = $2, command = $3, at = $4, hash = $5, keys_indexed = $6, balanced = $7 WHERE id = 1`
	// PostgreSQL tells the other processes when the batch is committed.
	sqlUpdateHeadTell = `WITH told AS (` + sqlUpdateHead + ` RETURNING command)
		SELECT pg_notify('` + db.Channel + `', CAST(command AS TEXT)) FROM told`

	sqlAccountColumns = `SELECT a.code, a.id, a.unit, a.side, a.floor, b.debits, b.credits, b.version, b.last
		FROM accounts a JOIN balances b ON b.account = a.id `
	sqlAccount       = sqlAccountColumns + `WHERE a.code = $1`
	sqlAccountsOf    = sqlAccountColumns + `WHERE a.code = ANY($1)`
	sqlLastAccount   = `SELECT COALESCE(MAX(id), 0) FROM accounts`
	sqlInsertAccount = `INSERT INTO accounts (id, code, unit, side, floor, opened_at) VALUES ($1, $2, $3, $4, $5, $6)`
	sqlOpenBalance   = `INSERT INTO balances (account, debits, credits, version, last, floored) VALUES ($1, 0, 0, 0, 0, $2)`

	sqlNewerPostings = `SELECT p.id, d.code, c.code, p.amount FROM postings p
		JOIN accounts d ON d.id = p.debit JOIN accounts c ON c.id = p.credit WHERE p.id > $1 ORDER BY p.id`

	sqlCommand   = `SELECT at, actor, key, fingerprint, ref, result FROM commands WHERE seq = $1`
	sqlKeysSince = `SELECT seq, actor, key FROM commands WHERE seq > $1 AND seq <= $2 ORDER BY seq`

	sqlReversed = `INSERT INTO reversals (entry) VALUES ($1) ON CONFLICT DO NOTHING`
)

// The tables that a batch writes many rows of.
var (
	rowsCommands = rowsOf{"commands (seq, at, actor, action, key, fingerprint, ref, subjects, result)", "iibttbbtt", "", ""}
	rowsEntries  = rowsOf{"entries (seq, id, kind, at, booked_on, command, reverses, posting, hash)", "ibtiiiiib", "", ""}
	rowsPostings = rowsOf{"postings (id, entry, debit, credit, amount, debit_balance, credit_balance, debit_prev, credit_prev)", "iiiiiiiii", "", ""}
	rowsMemos    = rowsOf{"memos (entry, message, reference)", "itt", "", ""}
	rowsMarks    = rowsOf{"marks (account, posting)", "ii", "", ""}
	rowsKeys     = rowsOf{"command_keys (digest, seq)", "bi", " ON CONFLICT DO NOTHING", ""}
	rowsBalances = rowsOf{"balances (account, debits, credits, version, last, floored)", "iiiiii",
		" ON CONFLICT (account) DO UPDATE SET debits = excluded.debits, credits = excluded.credits, version = excluded.version, last = excluded.last",
		"UPDATE balances SET debits = n.debits, credits = n.credits, version = n.version, last = n.last FROM %s AS n (account, debits, credits, version, last, floored)" +
			" WHERE balances.account = n.account"}
)

// rowsOf is a statement that writes several rows of one table: its table and
// columns, the type of each (i a whole number, b bytes, t text), and its end.
// Where servers are sent another statement than an INSERT it stands in change,
// with %s for the rows: those of balances are there since their accounts were
// opened, and an INSERT that finds its row there locks it first and so writes two
// records of PostgreSQL's log where an UPDATE writes one.
type rowsOf struct{ into, types, tail, change string }

func (r rowsOf) columns() int { return len(r.types) }

// sqlOldKeysOf looks up keys that left the memory, on servers.
const sqlOldKeysOf = "SELECT digest, seq FROM command_keys WHERE digest = ANY($1)"

// oldKeys is the statement that looks up n of them on the embedded engine.
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
	sets bool // whether rows are written as arrays, as servers take them
	byID map[string]*sql.Stmt
	rows map[rowsOf][]*sql.Stmt
	send []db.Statement // written to a server with the last one
}

func newStatements(ctx context.Context, conn *sql.Conn, sets bool) *statements {
	return &statements{conn: conn, ctx: ctx, sets: sets, byID: make(map[string]*sql.Stmt), rows: make(map[rowsOf][]*sql.Stmt)}
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

// write inserts len(args) / columns rows: on servers in one statement, which
// waits for last, otherwise in as few as the prepared sizes allow.
func (s *statements) write(r rowsOf, args []any) error {
	if len(args) == 0 {
		return nil
	}
	if s.sets {
		s.send = append(s.send, db.Statement{Text: r.set(), Args: r.arrays(args)})
		return nil
	}
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
		for size := n * r.columns(); len(args) >= size; args = args[size:] {
			if _, err := stmts[i].ExecContext(s.ctx, args[:size]...); err != nil {
				return err
			}
		}
	}
	return nil
}

// last runs the last statement of a batch. For a server it returns it instead,
// behind all that write kept for it: they are sent with COMMIT.
func (s *statements) last(query string, args ...any) ([]db.Statement, error) {
	if !s.sets {
		_, err := s.exec(query, args...)
		return nil, err
	}
	send := append(s.send, db.Statement{Text: query, Args: args})
	s.send = s.send[:0]
	return send, nil
}

func (r rowsOf) text(rows int) string {
	row := "(" + strings.TrimSuffix(strings.Repeat("?,", r.columns()), ",") + ")"
	return "INSERT INTO " + r.into + " VALUES " + strings.TrimSuffix(strings.Repeat(row+",", rows), ",") + r.tail
}

// set is the statement that writes any number of rows, one array a column.
func (r rowsOf) set() string {
	columns := make([]string, r.columns())
	for i := range columns {
		columns[i] = "$" + strconv.Itoa(i+1) + map[byte]string{'i': "::BIGINT[]", 'b': "::BYTEA[]", 't': "::TEXT[]"}[r.types[i]]
	}
	rows := "unnest(" + strings.Join(columns, ", ") + ")"
	if r.change != "" {
		return fmt.Sprintf(r.change, rows)
	}
	return "INSERT INTO " + r.into + " SELECT * FROM " + rows + r.tail
}

// arrays turns rows into columns; what is absent stays absent.
func (r rowsOf) arrays(args []any) []any {
	n := r.columns()
	out := make([]any, n)
	for c := range n {
		switch r.types[c] {
		case 'i':
			column := make([]*int64, 0, len(args)/n)
			for i := c; i < len(args); i += n {
				v, ok := args[i].(int64)
				column = append(column, present(v, ok))
			}
			out[c] = column
		case 'b':
			column := make([][]byte, 0, len(args)/n)
			for i := c; i < len(args); i += n {
				v, _ := args[i].([]byte)
				column = append(column, v)
			}
			out[c] = column
		case 't':
			column := make([]*string, 0, len(args)/n)
			for i := c; i < len(args); i += n {
				v, ok := args[i].(string)
				column = append(column, present(v, ok))
			}
			out[c] = column
		}
	}
	return out
}

func present[T any](v T, ok bool) *T {
	if !ok {
		return nil
	}
	return &v
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
