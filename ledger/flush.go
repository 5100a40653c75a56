// SPDX-License-Identifier: AGPL-3.0-or-later

package ledger

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/noria-mlc/noria/ledger/db"
	"github.com/noria-mlc/noria/ledger/ident"
)

// flush writes the batch's rows: commands, entries, postings, old keys, balances
// when they lag too far behind, and the head last. What a server is to be sent
// with COMMIT it returns.
func (x *batch) flush() ([]db.Statement, error) {
	x.sql.send = x.sql.send[:0]
	keys := x.keys.slice(len(x.commands))
	var balances []any
	if x.next.posting-x.next.balanced >= balanceLag {
		balances = x.balanceRows()
		x.next.balanced = x.next.posting
	}
	for _, write := range []struct {
		rows rowsOf
		args []any
	}{
		{rowsCommands, x.commandRows()},
		{rowsEntries, x.entryRows()},
		{rowsPostings, x.postingRows()},
		{rowsMemos, x.memoRows()},
		{rowsMarks, x.marks},
		{rowsBalances, balances},
		{rowsKeys, keyRows(keys)},
	} {
		if err := x.sql.write(write.rows, write.args); err != nil {
			return nil, fmt.Errorf("write batch: %w", err)
		}
	}
	h := &x.next
	update := sqlUpdateHead
	if x.ledger.db.Engine() == db.PostgreSQL {
		update = sqlUpdateHeadTell
	}
	send, err := x.sql.last(update, h.entry, h.posting, h.command, h.at, h.hash[:], x.keys.indexedAfter(len(keys)), h.balanced)
	if err != nil {
		return nil, fmt.Errorf("write head: %w", err)
	}
	x.indexed = len(keys)
	return send, nil
}

func (x *batch) commandRows() []any {
	args := make([]any, 0, len(x.commands)*rowsCommands.columns())
	seq := x.head.command
	for _, t := range x.commands {
		seq++
		c := &t.command
		args = append(args, seq, x.next.at, c.Actor.ID.Bits[:], string(c.Action), c.Key, t.fingerprint[:],
			t.outcome.Ref.Pack(), subjectsText(t.subjects), nullText(t.outcome.Result))
	}
	return args
}

func (x *batch) entryRows() []any {
	args := make([]any, 0, len(x.entries)*rowsEntries.columns())
	for _, e := range x.entries {
		var reverses any
		if e.reverses > 0 {
			reverses = e.reverses
		}
		args = append(args, e.Seq, e.ID.Bits[:], string(e.Kind), x.next.at, int64(e.BookedOn), e.Command, reverses, e.Lines[0].ID, e.Hash[:])
	}
	return args
}

func (x *batch) postingRows() []any {
	args := make([]any, 0, len(x.prevs)*rowsPostings.columns())
	i := 0
	for _, e := range x.entries {
		for _, l := range e.Lines {
			args = append(args, l.ID, e.Seq, x.accounts[l.Debit].id, x.accounts[l.Credit].id, int64(l.Amount),
				int64(l.DebitBalance), int64(l.CreditBalance), x.prevs[i][0], x.prevs[i][1])
			i++
		}
	}
	return args
}

func (x *batch) memoRows() []any {
	var args []any
	for _, e := range x.entries {
		if e.Message != "" || e.Reference != "" {
			args = append(args, e.Seq, e.Message, e.Reference)
		}
	}
	return args
}

// balanceRows lists the balances that moved since they were last written, this
// batch included, in the order of their pages.
func (x *batch) balanceRows() []any {
	touched := slices.AppendSeq(make([]*account, 0, len(x.dirty)+len(x.touched)), maps.Keys(x.touched))
	for a := range x.dirty {
		if _, ok := x.touched[a]; !ok {
			touched = append(touched, a)
		}
	}
	slices.SortFunc(touched, func(a, b *account) int { return int(a.id - b.id) })
	args := make([]any, 0, len(touched)*rowsBalances.columns())
	for _, a := range touched {
		args = append(args, a.id, int64(a.debits), int64(a.credits), a.version, a.last, a.floored())
	}
	return args
}

func keyRows(keys []indexedKey) []any {
	args := make([]any, 0, len(keys)*rowsKeys.columns())
	for i := range keys {
		args = append(args, keys[i].digest[:], keys[i].seq)
	}
	return args
}

func subjectsText(refs []ident.Ref) any {
	if len(refs) == 0 {
		return nil
	}
	texts := make([]string, len(refs))
	for i, r := range refs {
		texts[i] = r.String()
	}
	return strings.Join(texts, " ")
}

func nullText(b []byte) any {
	if len(b) == 0 {
		return nil
	}
	return string(b)
}
