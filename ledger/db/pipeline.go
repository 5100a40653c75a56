// SPDX-License-Identifier: AGPL-3.0-or-later

package db

import (
	"context"
	"database/sql"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
)

// Statement is a statement with its arguments, of which the answer does not
// matter beyond an error.
type Statement struct {
	Text string
	Args []any
}

// Pipeline sends statements to a server in one journey and returns the first
// error; the statements behind it are then not run. It is for servers only.
func (d *DB) Pipeline(ctx context.Context, conn *sql.Conn, statements []Statement) error {
	batch := new(pgx.Batch)
	for _, s := range statements {
		batch.Queue(s.Text, s.Args...)
	}
	return conn.Raw(func(c any) error { return c.(*stdlib.Conn).Conn().SendBatch(ctx, batch).Close() })
}
