// SPDX-License-Identifier: AGPL-3.0-or-later

package ledger

import (
	"context"
	"encoding/binary"
	"encoding/hex"
	"maps"
	"math/rand/v2"
	"slices"

	"github.com/noria-mlc/noria/ledger/db"
)

// Raw measures what the database alone can do: it writes the rows of payments,
// perTransaction at a time, with the engine's own statements and durable
// commits, and with nothing else: no laws, no keys, no callers. It needs an
// empty book of its own, which is no book afterwards. It returns how many
// payments it wrote until stop is closed.
func Raw(ctx context.Context, d *db.DB, accounts, perTransaction int, stop <-chan struct{}) (int64, error) {
	conn, err := d.Writer(ctx)
	if err != nil {
		return 0, err
	}
	defer conn.Close()
	s := newStatements(ctx, conn, d.Shared())
	defer s.close()
	err = d.Transact(ctx, conn, func() error {
		for id := range accounts {
			if _, err := s.exec(sqlOpenBalance, id+1, 0); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	var seq int64
	moved := make(map[int64]bool)
	for {
		select {
		case <-stop:
			return seq, nil
		default:
		}
		err := d.TransactWith(ctx, conn, db.Opening{}, func() ([]db.Statement, error) { return rawBatch(s, seq, accounts, perTransaction, moved) })
		if err != nil {
			return seq, err
		}
		seq += int64(perTransaction)
		if err := d.Checkpoint(ctx, conn); err != nil {
			return seq, err
		}
	}
}

func rawBatch(s *statements, seq int64, accounts, n int, moved map[int64]bool) ([]db.Statement, error) {
	var commands, entries, postings, balances []any
	at := int64(1_790_000_000_000_000) + seq
	for range n {
		seq++
		var random [64]byte
		for i := 0; i < len(random); i += 8 {
			binary.LittleEndian.PutUint64(random[i:], rand.Uint64())
		}
		id := append(binary.BigEndian.AppendUint64(nil, uint64(seq)), random[:8]...)
		from := 1 + rand.Int64N(int64(accounts))
		to := 1 + (from+rand.Int64N(int64(accounts)-1))%int64(accounts)
		moved[from], moved[to] = true, true
		commands = append(commands, seq, at, random[:16], "payment.create", hex.EncodeToString(random[:16]), random[16:32],
			append([]byte("pay_"), id...), nil, nil)
		entries = append(entries, seq, id, string(KindPayment), at, at/86_400_000_000, seq, nil, seq, random[32:])
		postings = append(postings, seq, seq, from, to, int64(1250), int64(100_000), int64(100_000), max(seq-100, 0), max(seq-1000, 0))
	}
	if seq/balanceLag != (seq-int64(n))/balanceLag {
		for _, id := range slices.Sorted(maps.Keys(moved)) {
			balances = append(balances, id, int64(1_000_000), int64(1_000_000), seq, seq, int64(0))
		}
		clear(moved)
	}
	for _, w := range []struct {
		rows rowsOf
		args []any
	}{{rowsCommands, commands}, {rowsEntries, entries}, {rowsPostings, postings}, {rowsBalances, balances}} {
		if err := s.write(w.rows, w.args); err != nil {
			return nil, err
		}
	}
	return s.last(sqlUpdateHead, seq, seq, seq, at, make([]byte, 32), 0, seq)
}
