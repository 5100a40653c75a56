// SPDX-License-Identifier: AGPL-3.0-or-later

package db

import (
	"context"
	"database/sql"
	"sync"
)

// preparedLimit is how many texts of queries are kept prepared, each on at most
// all connections of the reader: more than there are in daily use. Beyond it a
// query is prepared each time, as any would be.
const preparedLimit = 256

// prepared is a reader that keeps the queries it has seen prepared: on the
// embedded engine reading a query's text costs several times what finding a row
// does. The driver of servers does the same by itself.
type prepared struct {
	pool *sql.DB
	mu   sync.RWMutex
	kept map[string]*sql.Stmt // closed with the pool
}

func newPrepared(pool *sql.DB) *prepared {
	return &prepared{pool: pool, kept: make(map[string]*sql.Stmt)}
}

// QueryContext runs a query.
func (p *prepared) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	if stmt := p.statement(ctx, query); stmt != nil {
		return stmt.QueryContext(ctx, args...)
	}
	return p.pool.QueryContext(ctx, query, args...)
}

// QueryRowContext runs a query for one row.
func (p *prepared) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	if stmt := p.statement(ctx, query); stmt != nil {
		return stmt.QueryRowContext(ctx, args...)
	}
	return p.pool.QueryRowContext(ctx, query, args...)
}

// Close closes the pool with its statements.
func (p *prepared) Close() error { return p.pool.Close() }

// statement returns a query prepared, or nil where it is not: there are too many,
// or it cannot be, and then the engine says why when the query is run.
func (p *prepared) statement(ctx context.Context, query string) *sql.Stmt {
	p.mu.RLock()
	stmt, full := p.kept[query], len(p.kept) >= preparedLimit
	p.mu.RUnlock()
	if stmt != nil || full {
		return stmt
	}
	stmt, err := p.pool.PrepareContext(ctx, query)
	if err != nil {
		return nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if first := p.kept[query]; first != nil {
		stmt.Close()
		return first
	}
	p.kept[query] = stmt
	return stmt
}
