// SPDX-License-Identifier: AGPL-3.0-or-later

package ledger

import (
	"context"
	"crypto/sha256"
	"fmt"
	"slices"

	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/db"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
)

// Report is what Verify recomputed.
type Report struct {
	Head     Head
	Entries  int64
	Postings int64
	Commands int64
	Accounts int
}

// Difference is the first thing that Verify found wrong.
type Difference struct{ Where, What string }

// Error names the place and the difference.
func (d *Difference) Error() string { return d.Where + ": " + d.What }

func differs(what string, args ...any) func(where string, at ...any) error {
	return func(where string, at ...any) error {
		return &Difference{Where: fmt.Sprintf(where, at...), What: fmt.Sprintf(what, args...)}
	}
}

// Verify recomputes the whole book from the journal, on one state of it:
// numbers without gap, hash chain, laws of each entry, running balances and
// back pointers of each posting, floors, stored balances, sums by unit, marks,
// key index, head. It returns the first Difference found, as an error. Progress
// is called with the number of entries done and to do, and may be nil.
func (j *Journal) Verify(ctx context.Context, progress func(done, all int64)) (Report, error) {
	var report Report
	err := j.db.Snapshot(ctx, func(r db.Reader) error {
		v := &verifier{ctx: ctx, reader: r, journal: j, chain: newChain(), progress: progress}
		err := v.run()
		report = v.report
		return err
	})
	return report, err
}

type verifier struct {
	ctx      context.Context
	reader   db.Reader
	journal  *Journal
	chain    *chain
	progress func(done, all int64)
	report   Report
	head     head
	accounts map[Account]*replayed
	ids      map[int64]*replayed
	commands commandCursor
	stored   map[int64]account // each account as the journal makes it at head.balanced
	hash     [sha256.Size]byte
	at       int64
}

// replayed is an account as the journal makes it.
type replayed struct {
	account
	marks int64
}

func (v *verifier) run() error {
	var err error
	if v.head, _, err = readHead(v.ctx, v.reader, sqlHead); err != nil {
		return err
	}
	if v.report.Head, err = v.journal.Head(v.ctx, v.reader); err != nil {
		return err
	}
	if err := v.loadAccounts(); err != nil {
		return err
	}
	if err := v.entries(); err != nil {
		return err
	}
	if err := v.commandRows(); err != nil {
		return err
	}
	return v.balances()
}

func (v *verifier) loadAccounts() error {
	rows, err := v.reader.QueryContext(v.ctx, `SELECT id, code, unit, side, floor FROM accounts ORDER BY id`)
	if err != nil {
		return err
	}
	defer rows.Close()
	v.accounts, v.ids = make(map[Account]*replayed), make(map[int64]*replayed)
	for rows.Next() {
		a := new(replayed)
		if err := rows.Scan(&a.id, &a.code, &a.spec.Unit, &a.spec.Side, &a.spec.Floor); err != nil {
			return err
		}
		if spec, err := Describe(a.code); err != nil || spec != a.spec {
			return differs("its nature is not that of the chart")("account %s", a.code)
		}
		v.accounts[a.code], v.ids[a.id] = a, a
	}
	v.report.Accounts = len(v.ids)
	return rows.Err()
}

const sqlPrevs = `SELECT debit_prev, credit_prev FROM postings WHERE id > $1 AND id <= $2 ORDER BY id`

// entries replays the journal in pages.
func (v *verifier) entries() error {
	v.atBalanced()
	for v.report.Entries < v.head.entry {
		if v.progress != nil {
			v.progress(v.report.Entries, v.head.entry)
		}
		page, err := v.journal.Entries(v.ctx, v.reader, v.report.Entries, 2000)
		if err != nil {
			return err
		}
		if len(page) == 0 {
			return differs("missing, although the head says there are %d", v.head.entry)("entry %d", v.report.Entries+1)
		}
		prevs, err := v.prevs(page)
		if err != nil {
			return err
		}
		for _, e := range page {
			if err := v.entry(e, &prevs); err != nil {
				return err
			}
		}
	}
	if v.report.Postings != v.head.posting {
		return differs("there are %d postings, the head says %d", v.report.Postings, v.head.posting)("head")
	}
	if v.hash != v.head.hash {
		return differs("its hash is not that of the last entry")("head")
	}
	return nil
}

func (v *verifier) prevs(page []*Entry) ([][2]int64, error) {
	n := 0
	for _, e := range page {
		n += len(e.Lines)
	}
	rows, err := v.reader.QueryContext(v.ctx, sqlPrevs, v.report.Postings, v.report.Postings+int64(n))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	list := make([][2]int64, 0, n)
	for rows.Next() {
		var p [2]int64
		if err := rows.Scan(&p[0], &p[1]); err != nil {
			return nil, err
		}
		list = append(list, p)
	}
	return slices.Grow(list, 1), rows.Err()
}

func (v *verifier) entry(e *Entry, prevs *[][2]int64) error {
	v.report.Entries++
	wrong := func(what string, args ...any) error { return differs(what, args...)("entry %d", e.Seq) }
	if e.Seq != v.report.Entries {
		return wrong("out of order: entry %d is missing", v.report.Entries)
	}
	if len(e.Lines) == 0 {
		return wrong("it has no posting")
	}
	if e.At.UnixMicro() < v.at {
		return wrong("it is dated before the entry before it")
	}
	v.at = e.At.UnixMicro()
	if e.first != v.report.Postings+1 {
		return wrong("it says that its first posting is number %d, not %d", e.first, v.report.Postings+1)
	}
	if e.reverses >= e.Seq {
		return wrong("it reverses entry %d, which is not an earlier one", e.reverses)
	}
	postings := make([]Posting, 0, len(e.Lines))
	for _, l := range e.Lines {
		if len(*prevs) == 0 {
			return wrong("a posting is missing")
		}
		if err := v.line(e, l, (*prevs)[0]); err != nil {
			return err
		}
		*prevs = (*prevs)[1:]
		postings = append(postings, l.Posting)
	}
	for _, l := range e.Lines {
		for _, code := range [2]Account{l.Debit, l.Credit} {
			if a := v.accounts[code]; a.spec.Floor && a.balance() < 0 {
				return wrong("it leaves %s below zero", code)
			}
		}
	}
	if err := mirror(e.Kind, postings); err != nil {
		return wrong("%v", err)
	}
	c, err := v.commands.at(v, e.Command)
	if err != nil {
		return err
	}
	if v.hash = v.chain.next(v.hash, e, c.actor, string(c.action)); v.hash != e.Hash {
		return wrong("its hash does not follow from what it says")
	}
	v.atBalanced()
	return nil
}

// atBalanced keeps the accounts as they are when the replay is where the stored
// balances are said to stand.
func (v *verifier) atBalanced() {
	if v.stored != nil || v.report.Postings != v.head.balanced {
		return
	}
	v.stored = make(map[int64]account, len(v.ids))
	for id, a := range v.ids {
		v.stored[id] = a.account
	}
}

func (v *verifier) line(e *Entry, l Line, prev [2]int64) error {
	v.report.Postings++
	wrong := func(what string, args ...any) error {
		return differs(what, args...)("posting %d of entry %d", v.report.Postings, e.Seq)
	}
	if l.ID != v.report.Postings {
		return wrong("it is numbered %d", l.ID)
	}
	debit, credit := v.accounts[l.Debit], v.accounts[l.Credit]
	if debit == nil || credit == nil || debit == credit || debit.spec.Unit != credit.spec.Unit || l.Amount <= 0 {
		return wrong("it does not move a positive amount between two accounts of one unit")
	}
	if prev != [2]int64{debit.last, credit.last} {
		return wrong("its pointers to the previous postings are %v, not %v", prev, [2]int64{debit.last, credit.last})
	}
	if debit.move(Debit, l.Amount, l.ID) != nil || credit.move(Credit, l.Amount, l.ID) != nil {
		return wrong("the accounts cannot hold its amount")
	}
	for _, a := range [2]*replayed{debit, credit} {
		if a.marked() {
			a.marks++
		}
	}
	if l.DebitBalance != debit.balance() || l.CreditBalance != credit.balance() {
		return wrong("it says that the balances are %s and %s afterwards, they are %s and %s",
			l.DebitBalance, l.CreditBalance, debit.balance(), credit.balance())
	}
	return nil
}

// balances compares what the journal made with what is stored.
func (v *verifier) balances() error {
	rows, err := v.reader.QueryContext(v.ctx, `SELECT b.account, b.debits, b.credits, b.version, b.last,
		(SELECT COUNT(*) FROM marks m WHERE m.account = b.account) FROM balances b`)
	if err != nil {
		return err
	}
	defer rows.Close()
	if v.stored == nil {
		return differs("balances are said to stand at posting %d, where no entry ends", v.head.balanced)("head")
	}
	var sums = map[money.Unit]money.Amount{}
	seen := 0
	for rows.Next() {
		var id, version, last, marks int64
		var debits, credits money.Amount
		if err := rows.Scan(&id, &debits, &credits, &version, &last, &marks); err != nil {
			return err
		}
		now, a := v.ids[id], v.stored[id]
		if now == nil {
			return differs("it has a balance and does not exist")("account number %d", id)
		}
		seen++
		if debits != a.debits || credits != a.credits || version != a.version || last != a.last || marks != now.marks {
			return differs("stored debits %s, credits %s, version %d, last %d, marks %d; the journal gives %s, %s, %d, %d, %d",
				debits, credits, version, last, marks, a.debits, a.credits, a.version, a.last, now.marks)("account %s", a.code)
		}
		sums[a.spec.Unit] += now.credits - now.debits
	}
	if seen != len(v.ids) {
		return differs("%d accounts, %d balances", len(v.ids), seen)("balances")
	}
	for unit, sum := range sums {
		if sum != 0 {
			return differs("debits and credits differ by %s", sum)("unit %s", unit)
		}
	}
	return rows.Err()
}

// commandRows checks that commands are numbered without gap and that every key
// leads to its command.
func (v *verifier) commandRows() error {
	var count, low, high int64
	err := v.reader.QueryRowContext(v.ctx, `SELECT COUNT(*), COALESCE(MIN(seq), 1), COALESCE(MAX(seq), 0) FROM commands`).Scan(&count, &low, &high)
	if err != nil {
		return err
	}
	if count != v.head.command || low != 1 || high != v.head.command {
		return differs("%d commands from %d to %d, the head says %d", count, low, high, v.head.command)("commands")
	}
	v.report.Commands = count
	var missing int64
	err = v.reader.QueryRowContext(v.ctx, `SELECT (SELECT COUNT(*) FROM commands WHERE seq <= (SELECT keys_indexed FROM head))
		- (SELECT COUNT(*) FROM command_keys WHERE seq <= (SELECT keys_indexed FROM head))`).Scan(&missing)
	if err != nil {
		return err
	}
	if missing != 0 {
		return differs("%d keys are missing from the index", missing)("command_keys")
	}
	return nil
}

// commandCursor reads the commands beside the entries, in pages.
type commandCursor struct {
	first int64
	page  []commandRow
}

type commandRow struct {
	actor  ident.User
	action access.Action
}

func (c *commandCursor) at(v *verifier, seq int64) (commandRow, error) {
	if seq < c.first {
		return commandRow{}, differs("commands are out of order")("command %d", seq)
	}
	for seq >= c.first+int64(len(c.page)) {
		next := max(c.first+int64(len(c.page)), seq)
		rows, err := v.reader.QueryContext(v.ctx, `SELECT seq, actor, action FROM commands WHERE seq >= $1 AND seq < $2 ORDER BY seq`, next, next+2000)
		if err != nil {
			return commandRow{}, err
		}
		if err := c.load(rows, next); err != nil {
			return commandRow{}, err
		}
	}
	return c.page[seq-c.first], nil
}

func (c *commandCursor) load(rows interface {
	Next() bool
	Scan(...any) error
	Err() error
	Close() error
}, first int64) error {
	defer rows.Close()
	c.first, c.page = first, c.page[:0]
	for rows.Next() {
		var seq int64
		var row commandRow
		if err := rows.Scan(&seq, &row.actor, &row.action); err != nil {
			return err
		}
		if seq != first+int64(len(c.page)) {
			return differs("missing")("command %d", first+int64(len(c.page)))
		}
		c.page = append(c.page, row)
	}
	if len(c.page) == 0 {
		return differs("missing")("command %d", first)
	}
	return rows.Err()
}
