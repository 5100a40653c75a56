// SPDX-License-Identifier: AGPL-3.0-or-later

package conversion

import "context"

const sqlOverdue = `SELECT EXISTS (SELECT 1 FROM conversions WHERE status = 'awaiting_euros' AND expires_at <= $1)`

// Overdue says whether ExpireDue would find a conversion; it only reads.
func (v *View) Overdue(ctx context.Context) (bool, error) {
	var due bool
	err := v.journal.Reader().QueryRowContext(ctx, sqlOverdue, v.now().UnixMicro()).Scan(&due)
	return due, err
}
