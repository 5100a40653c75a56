// SPDX-License-Identifier: AGPL-3.0-or-later

package debit

import (
	"context"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/ident"
)

const (
	sqlAwaited = `SELECT COUNT(*) FROM debits WHERE holder = $1 AND status IN ('in_run', 'sent')`
	// A mandate by which euros were collected proves the debit: the bank may ask for
	// it for thirteen months, and accounting law for ten years.
	sqlUnused = `SELECT id FROM mandates WHERE holder = $1
		AND NOT EXISTS (SELECT 1 FROM debits d WHERE d.mandate = mandates.id AND d.status IN ('in_run', 'sent', 'collected', 'returned'))`
	sqlForgetDebits  = `DELETE FROM debits WHERE mandate = $1`
	sqlForgetMandate = `DELETE FROM mandates WHERE id = $1`
	sqlStopMandates  = `UPDATE mandates SET status = 'revoked', ended_at = $2 WHERE holder = $1 AND status IN ('active', 'suspended')`
	sqlStopDebits    = `UPDATE debits SET status = 'cancelled' WHERE holder = $1 AND status = 'noticed'`
)

// Awaited says within a command whether a debit of a person is on its way to the
// bank. It returns an error of the engine.
func Awaited(tx *ledger.Tx, h ident.Holder) (bool, error) {
	var n int
	err := tx.QueryRow(sqlAwaited, h).Scan(&n)
	return n > 0, err
}

// Forget ends, within a command, the mandates of a person, and deletes those by
// which nothing was ever collected (D6). It returns an error of the engine.
func Forget(tx *ledger.Tx, h ident.Holder) error {
	if _, err := tx.Exec(sqlStopDebits, h); err != nil {
		return err
	}
	if _, err := tx.Exec(sqlStopMandates, h, tx.Now().UnixMicro()); err != nil {
		return err
	}
	list, err := unused(tx, h)
	if err != nil {
		return err
	}
	for _, id := range list {
		for _, query := range []string{sqlForgetDebits, sqlForgetMandate} {
			if _, err := tx.Exec(query, id); err != nil {
				return err
			}
		}
	}
	return nil
}

func unused(tx *ledger.Tx, h ident.Holder) ([]MandateID, error) {
	rows, err := tx.Query(sqlUnused, h)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []MandateID
	for rows.Next() {
		var id MandateID
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		list = append(list, id)
	}
	return list, rows.Err()
}

// MandatesOf lists every mandate of a person as they signed it, for the copy of
// their data, which whoever calls has allowed (D7). It returns an error of the
// engine.
func MandatesOf(ctx context.Context, j *ledger.Journal, h ident.Holder) ([]Mandate, error) {
	list, err := j.Reader().QueryContext(ctx, sqlMandatesOf, h)
	return collect(list, err, scanMandate)
}
