// SPDX-License-Identifier: AGPL-3.0-or-later

package main_test

import (
	"database/sql"
	"testing"

	"github.com/noria-mlc/noria/ledger/db/dbtest"
)

// TestTwoProcessesUnderLoad: two processes on one database, 32 clients each,
// paying here and there and then all to one shop, while jobs pay batches out and
// let requests expire.
func TestTwoProcessesUnderLoad(t *testing.T) {
	t.Parallel()
	database := dbtest.EmptyPostgresURL(t)
	f, _ := newFleet(t, database, 2)
	y := f.hall()

	const open = 40
	shop := caller{t, f.url(0), f.shop}
	for range open {
		shop.post("/v1/payment-requests", map[string]string{"amount": "1.00"}, nil)
	}
	var ripe int64
	handle, err := sql.Open("pgx", database)
	if err != nil {
		t.Fatal(err)
	}
	defer handle.Close()
	left := func() (n int64) {
		if err := handle.QueryRowContext(t.Context(), `SELECT COUNT(*) FROM payment_requests WHERE status = 'open' AND expires_at = created_at + 1`).Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	// A request lasts half a minute at least: these are made older.
	made, err := handle.ExecContext(t.Context(), `UPDATE payment_requests SET expires_at = created_at + 1 WHERE status = 'open'`)
	if err == nil {
		ripe, err = made.RowsAffected()
	}
	if err != nil || ripe < open {
		t.Fatalf("%d requests made older, %v", ripe, err)
	}

	const batches = 4
	var paid []string
	worked := make(chan []*act, 1)
	go func() { worked <- append(f.work(64, 24, false, nil), f.work(64, 24, true, nil)...) }()
	for n := range batches {
		paid = append(paid, f.payOut(y, n))
	}
	acts := <-worked
	eventually(t, "every batch executed", func() bool {
		for _, id := range paid {
			var batch struct{ Status string }
			caller{t, f.url(0), y.agent}.get("/v1/payout-batches/"+id, &batch)
			if batch.Status != "executed" {
				return false
			}
		}
		return true
	})
	eventually(t, "requests expired", func() bool { return left() == 0 })
	if codes := f.codes(); len(codes) > 0 {
		t.Errorf("clients were told to come again: %v", codes)
	}
	f.settle(acts)
}
