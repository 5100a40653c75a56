// SPDX-License-Identifier: AGPL-3.0-or-later

package ledger

import (
	"context"
	"database/sql"

	"github.com/noria-mlc/noria/ledger/db"
)

// Rows reads single rows of what is committed, in the shape of Tx.QueryRow, for
// questions that are asked both within a command and outside of one.
func Rows(ctx context.Context, r db.Reader) func(query string, args ...any) *sql.Row {
	return func(query string, args ...any) *sql.Row { return r.QueryRowContext(ctx, query, args...) }
}
