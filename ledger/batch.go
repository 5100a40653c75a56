// SPDX-License-Identifier: AGPL-3.0-or-later

package ledger

import (
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
	if len(live) == 1 || errors.Is(err, ErrUnknown) {
		for _, t := range live {
			b.fail(t, err)
		}
		return
	}
	b.ledger.log.Warn("batch failed, running its commands one by one", "commands", len(live), "error", err)
	for _, t := range live {
		if err := b.run([]*task{t}); err != nil {
			b.fail(t, err)
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
// with nothing written and nobody answered.
func (b *book) run(tasks []*task) error {
	if err := b.found(); err != nil {
		return err
	}
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
	if _, err := b.sql.exec(sqlBegin); err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	refused, err := x.runTasks(tasks)
	if err == nil && len(x.commands) > 0 {
		err = x.flush()
	}
	if err != nil {
		return b.abandon(err)
	}
	if len(x.commands) == 0 {
		b.rollback()
	} else if err := x.commit(); err != nil {
		return err
	}
	x.publish()
	for t, err := range refused {
		t.answer(Outcome{}, err)
	}
	return nil
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
	for _, n := range chunks {
		for ; len(wanted) >= n; wanted = wanted[n:] {
			if err := x.findKeys(n, wanted[:n]); err != nil {
				return err
			}
		}
	}
	return nil
}

func (x *batch) findKeys(n int, digests []any) error {
	stmt, err := x.sql.get(oldKeys(n))
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

// replay reads the stored outcome of an earlier command with the same key.
func (x *batch) replay(t *task, seq int64) error {
	stmt, err := x.sql.get(sqlCommand)
	if err != nil {
		return err
	}
	var at int64
	var actor ident.User
	var key string
	var fingerprint, ref, result []byte
	if err := stmt.QueryRowContext(x.ctx, seq).Scan(&at, &actor, &key, &fingerprint, &ref, &result); err != nil {
		return fmt.Errorf("stored command %d: %w", seq, err)
	}
	if actor != t.command.Actor.ID || key != t.command.Key {
		return fmt.Errorf("key index leads to command %d of another key", seq)
	}
	if string(fingerprint) != string(t.fingerprint[:]) {
		return ErrKeyReused
	}
	r, err := ident.Unpack(ref)
	if err != nil {
		return fmt.Errorf("stored command %d: %w", seq, err)
	}
	t.outcome = Outcome{Ref: r, Result: result, At: time.UnixMicro(at).UTC(), Replayed: true}
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
	return do(tx)
}

// commit ends the transaction. Where the engine reports an error it asks the
// head what became of it, and never guesses.
func (x *batch) commit() error {
	begin := db.Elapsed()
	_, err := x.sql.exec(sqlCommit)
	x.ledger.flushing.Add(int64(db.Elapsed() - begin))
	if err == nil {
		return nil
	}
	x.rollback()
	h, _, readErr := readHead(x.ctx, x.conn)
	switch {
	case readErr != nil:
		x.book.lost, x.book.keys = true, nil
		return errors.Join(ErrUnknown, err, readErr)
	case h.command == x.next.command && h.hash == x.next.hash:
		return nil
	}
	x.book.lost = true
	return fmt.Errorf("commit: %w", err)
}

// abandon rolls back after an error; the image is read anew before the next run.
func (b *book) abandon(err error) error {
	b.rollback()
	b.lost = true
	return err
}

// found reads the image anew after a failed run, and the keys after a commit in
// doubt. As long as the database cannot be read, nothing runs.
func (b *book) found() error {
	if !b.lost {
		return nil
	}
	if err := b.reload(); err != nil {
		return fmt.Errorf("read the book after a failure: %w", err)
	}
	if b.keys == nil {
		if err := b.loadKeys(); err != nil {
			b.keys = nil
			return fmt.Errorf("read the keys after a commit in doubt: %w", err)
		}
	}
	b.lost = false
	return nil
}

// rollback ends a transaction without writing; the engine may have ended it by
// itself, which is as good.
func (b *book) rollback() {
	if _, err := b.sql.exec(sqlRollback); err != nil {
		b.ledger.log.Debug("rollback", "error", err)
	}
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
		x.ledger.wake.fire()
	}
}
