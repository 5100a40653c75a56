// SPDX-License-Identifier: AGPL-3.0-or-later

package db

import (
	"context"
	"database/sql"
	"errors"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
)

// Statement is a statement with its arguments, of which the answer does not
// matter beyond an error.
type Statement struct {
	Text string
	Args []any
}

func batchOf(statements []Statement) *pgx.Batch {
	batch := new(pgx.Batch)
	for _, s := range statements {
		batch.Queue(s.Text, s.Args...)
	}
	return batch
}

// eachOf reads the answers to n statements up to the first error; a server runs
// none of those behind it.
func eachOf(answers pgx.BatchResults, n int) error {
	for range n {
		if _, err := answers.Exec(); err != nil {
			return err
		}
	}
	return nil
}

// pipeline sends statements to a server in one journey and returns the first
// error.
func (d *DB) pipeline(ctx context.Context, conn *sql.Conn, statements []Statement) error {
	return conn.Raw(func(c any) error {
		answers := c.(*stdlib.Conn).Conn().SendBatch(ctx, batchOf(statements))
		return errors.Join(eachOf(answers, len(statements)), answers.Close())
	})
}

// beginWith begins a transaction, with its opening in the same journey.
func (d *DB) beginWith(ctx context.Context, conn *sql.Conn, o Opening) error {
	if o.Text == "" {
		_, err := conn.ExecContext(ctx, d.begin())
		return err
	}
	return conn.Raw(func(c any) error {
		answers := c.(*stdlib.Conn).Conn().SendBatch(ctx, batchOf([]Statement{{Text: d.begin()}, {Text: o.Text}}))
		err := eachOf(answers, 1)
		if err == nil {
			err = o.Scan(answers.QueryRow())
		}
		return errors.Join(err, answers.Close())
	})
}
