// SPDX-License-Identifier: AGPL-3.0-or-later

package ledger

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"runtime/debug"
	"time"

	"github.com/noria-mlc/noria/ledger/civil"
	"github.com/noria-mlc/noria/ledger/db"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/ident"
)

// batch is one database transaction in the making: the commands that succeeded
// so far and the rows they will be written as.
type batch struct {
	*book
	at       time.Time
	today    civil.Date
	next     head // what the head becomes
	commands []*task
	entries  []*Entry
	prevs    [][2]int64 // for each posting, the previous posting of either account
	marks    []any
	touched  map[*account]struct{}
	claimed  map[keyDigest]*task // first task of each key in this batch
	repeats  []repeat            // tasks answered from an earlier command
	oldKeys  map[keyDigest]int64 // keys of this batch found in command_keys
	indexed  int                 // keys written to command_keys with this batch
	memo     map[string]any      // what covenants read once for a batch
	begun    time.Duration       // when its commit was begun, by db.Elapsed
}

// repeat is a task whose key was used before: by first, in this batch, or by a
// stored command, whose outcome the task then holds itself.
type repeat struct{ task, first *task }

// runAll executes the tasks in one transaction; if that fails as a whole, each
// in a transaction of its own, so that one bad command never harms another.
func (b *book) runAll(tasks []*task) {
	live := tasks[:0]
	for _, t := range tasks {
		if t.state.CompareAndSwap(taskWaiting, taskBegun) {
			live = append(live, t)
		}
	}
	if len(live) == 0 {
		return
	}
	err := b.run(live)
	if err == nil {
		return
	}
	if len(live) == 1 || errors.Is(err, ErrUnknown) || errors.Is(err, db.ErrUnreachable) {
		for _, t := range live {
			b.fail(t, err)
		}
		return
	}
	b.ledger.log.Warn("batch failed, running its commands one by one", "commands", len(live), "error", err)
	for i, t := range live {
		err := b.run([]*task{t})
		if err != nil {
			b.fail(t, err)
		}
		if errors.Is(err, db.ErrUnreachable) {
			for _, t := range live[i+1:] { // nobody waits while each finds it out anew
				b.fail(t, err)
			}
			return
		}
	}
}

// fail answers a task whose transaction failed. A refusal is passed on; any
// other error is too, marked unknown where the commit itself was in doubt.
func (b *book) fail(t *task, err error) {
	if fault.As(err) == nil {
		b.ledger.log.Error("command failed", "action", string(t.command.Action), "error", err)
	}
	t.answer(Outcome{}, err)
}

// run executes tasks in one transaction and answers them, or returns an error
// with nothing written and nobody answered. A server may refuse a transaction
// for no fault of its own, or go away before its end: it is then begun afresh,
// later each time.
func (b *book) run(tasks []*task) error {
	begun := db.Elapsed()
	for attempt := 1; ; attempt++ {
		err := b.try(tasks)
		lost := b.ledger.db.Shared() && db.Lost(err)
		switch {
		case err == nil || errors.Is(err, ErrUnknown):
			return err
		case attempt < attempts && db.Elapsed()-begun < batchLimit && (lost || db.Retryable(err)):
			b.ledger.log.Info("transaction begun afresh", "attempt", attempt, "error", err)
			b.pause(attempt)
		case lost:
			b.ledger.log.Warn("database unreachable", "error", err)
			return fmt.Errorf("%w: %w", db.ErrUnreachable, err)
		case db.Retryable(err):
			b.ledger.log.Warn("database contended", "error", err)
			return fmt.Errorf("%w: %w", ErrBusy, err)
		default:
			return err
		}
	}
}

// try executes tasks in one transaction, once.
func (b *book) try(tasks []*task) error {
	done, err := b.ready()
	if err != nil {
		return err
	}
	defer done()
	var x *batch
	var refused map[*task]error
	var h head
	var indexed int64
	take := db.Opening{}
	if b.ledger.db.Shared() {
		take = db.Opening{Text: sqlTakeHead, Scan: func(row db.Row) (err error) {
			h, indexed, err = scanHead(row)
			return err
		}}
	}
	err = b.ledger.db.TransactWith(b.ctx, b.conn, take, func() ([]db.Statement, error) {
		if err := b.found(h, indexed); err != nil {
			return nil, err
		}
		var err error
		if x, err = b.begin(tasks); err != nil {
			return nil, err
		}
		// Until all is well the image is neither what was nor what will be.
		b.lost = true
		if refused, err = x.runTasks(tasks); err != nil {
			return nil, err
		}
		if len(x.commands) == 0 {
			return nil, db.ErrNothing
		}
		last, err := x.flush()
		x.begun = db.Elapsed()
		x.ledger.wake.expect(x.next.command)
		return last, err
	})
	var doubt *db.InDoubt
	switch {
	case errors.As(err, &doubt):
		if err := x.settle(doubt); err != nil {
			x.ledger.wake.giveUp()
			return err
		}
	case err != nil && !errors.Is(err, db.ErrNothing):
		b.ledger.wake.giveUp()
		if b.ledger.db.Shared() && db.Lost(err) {
			b.broken = true
		}
		return err
	}
	b.lost = false
	x.publish()
	for t, err := range refused {
		t.answer(Outcome{}, err)
	}
	return nil
}

// found makes the book agree with what is stored: on servers with the head that
// was taken, on the embedded engine where a failed run left it in doubt.
func (b *book) found(h head, indexed int64) error {
	switch {
	case b.ledger.db.Shared():
		return b.agree(h, indexed)
	case b.lost:
		return b.follow(sqlHead)
	}
	return nil
}

// begin makes the batch of a transaction that has begun.
func (b *book) begin(tasks []*task) (*batch, error) {
	if len(b.accounts) > imageLimit {
		b.shrink()
	}
	x := &batch{
		book: b, next: b.head, touched: make(map[*account]struct{}, 2*len(tasks)),
		claimed: make(map[keyDigest]*task, len(tasks)), commands: make([]*task, 0, len(tasks)),
		entries: make([]*Entry, 0, len(tasks)), prevs: make([][2]int64, 0, len(tasks)),
	}
	x.next.at = max(b.ledger.now().UnixMicro(), b.head.at+1)
	x.at = time.UnixMicro(x.next.at).UTC()
	x.today = civil.Of(x.at)
	wanted := make(map[Account]bool)
	for _, t := range tasks {
		for _, code := range t.command.Accounts {
			if _, ok := b.accounts[code]; !ok {
				wanted[code] = true
			}
		}
	}
	return x, b.load(wanted)
}

// runTasks runs every task in order and returns the refusals; an error means
// that the transaction is lost.
func (x *batch) runTasks(tasks []*task) (map[*task]error, error) {
	if err := x.findOldKeys(tasks); err != nil {
		return nil, err
	}
	refused := make(map[*task]error)
	for _, t := range tasks {
		err := x.runTask(t)
		switch {
		case err == nil:
		case fault.As(err) != nil:
			refused[t] = err
		default:
			return nil, err
		}
	}
	return refused, nil
}

// findOldKeys looks up keys that left the memory, several in one statement.
func (x *batch) findOldKeys(tasks []*task) error {
	if x.keys.indexed == 0 {
		return nil
	}
	var wanted []any
	for _, t := range tasks {
		if _, ok := x.keys.recent[t.digest]; !ok {
			wanted = append(wanted, t.digest[:])
		}
	}
	if x.ledger.db.Shared() && len(wanted) > 0 {
		set := make([][]byte, len(wanted))
		for i := range wanted {
			set[i] = wanted[i].([]byte)
		}
		return x.findKeys(sqlOldKeysOf, []any{set})
	}
	for _, n := range chunks {
		for ; len(wanted) >= n; wanted = wanted[n:] {
			if err := x.findKeys(oldKeys(n), wanted[:n]); err != nil {
				return err
			}
		}
	}
	return nil
}

func (x *batch) findKeys(query string, digests []any) error {
	stmt, err := x.sql.get(query)
	if err != nil {
		return err
	}
	rows, err := stmt.QueryContext(x.ctx, digests...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var digest []byte
		var seq int64
		if err := rows.Scan(&digest, &seq); err != nil {
			return err
		}
		if x.oldKeys == nil {
			x.oldKeys = make(map[keyDigest]int64)
		}
		x.oldKeys[keyDigest(digest)] = seq
	}
	return rows.Err()
}

// runTask answers a repeated key from the first command with it, or runs do.
func (x *batch) runTask(t *task) error {
	t.outcome, t.subjects = Outcome{}, nil
	if first, ok := x.claimed[t.digest]; ok {
		if first.fingerprint != t.fingerprint {
			return ErrKeyReused
		}
		x.repeats = append(x.repeats, repeat{t, first})
		return nil
	}
	seq, known := x.keys.recent[t.digest]
	if !known {
		seq, known = x.oldKeys[t.digest]
	}
	if known {
		return x.replay(t, seq)
	}
	tx := &Tx{batch: x, task: t, entries: len(x.entries), lines: len(x.prevs), marks: len(x.marks), next: x.next}
	ref, err := tx.run(t.do)
	if err != nil {
		if fault.As(err) == nil {
			return err
		}
		if lost := tx.undo(); lost != nil {
			return fmt.Errorf("undo %s: %w", t.command.Action, lost)
		}
		return err
	}
	if err := tx.keep(); err != nil {
		return err
	}
	x.next.command++
	t.outcome.Ref, t.outcome.At = ref, x.at
	x.commands = append(x.commands, t)
	x.claimed[t.digest] = t
	return nil
}

// stored is a command as the book keeps it.
type stored struct {
	at                       int64
	actor                    ident.User
	key                      string
	fingerprint, ref, result []byte
}

func readCommand(ctx context.Context, q queryRower, seq int64) (stored, error) {
	var c stored
	err := q.QueryRowContext(ctx, sqlCommand, seq).Scan(&c.at, &c.actor, &c.key, &c.fingerprint, &c.ref, &c.result)
	if err != nil {
		return stored{}, fmt.Errorf("stored command %d: %w", seq, err)
	}
	return c, nil
}

// replay reads the stored outcome of an earlier command with the same key.
func (x *batch) replay(t *task, seq int64) error {
	c, err := readCommand(x.ctx, x.conn, seq)
	if err != nil {
		return err
	}
	if c.actor != t.command.Actor.ID || c.key != t.command.Key {
		return fmt.Errorf("key index leads to command %d of another key", seq)
	}
	if string(c.fingerprint) != string(t.fingerprint[:]) {
		return ErrKeyReused
	}
	r, err := ident.Unpack(c.ref)
	if err != nil {
		return fmt.Errorf("stored command %d: %w", seq, err)
	}
	t.outcome = Outcome{Ref: r, Result: c.result, At: time.UnixMicro(c.at).UTC(), Replayed: true}
	x.repeats = append(x.repeats, repeat{t, t})
	return nil
}

// run calls do and turns a panic into an error of this command.
func (tx *Tx) run(do func(*Tx) (ident.Ref, error)) (_ ident.Ref, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic in %s: %v\n%s", tx.task.command.Action, p, debug.Stack())
		}
	}()
	ref, err := do(tx)
	if err != nil {
		return ref, err
	}
	return ref, tx.honour()
}

// publish makes a committed batch the book's state and answers its tasks.
func (x *batch) publish() {
	wake := len(x.commands) > 0
	if wake {
		x.publishChanges()
		seq := x.head.command
		x.book.head = x.next
		x.keys.moved(x.indexed)
		if x.next.balanced == x.next.posting {
			clear(x.dirty)
		} else {
			maps.Copy(x.dirty, x.touched)
		}
		x.ledger.flushing.Add(int64(db.Elapsed() - x.begun))
		x.ledger.batches.Add(1)
		x.ledger.committed.Add(int64(len(x.commands)))
		for _, t := range x.commands {
			seq++
			x.keys.add(t.digest, seq)
		}
	}
	for _, r := range x.repeats {
		again := r.first.outcome
		again.Replayed = true
		r.task.answer(again, nil)
	}
	for _, t := range x.commands {
		t.answer(t.outcome, nil)
	}
	if wake {
		x.ledger.wake.reach(x.head.command)
	}
}
