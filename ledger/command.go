// SPDX-License-Identifier: AGPL-3.0-or-later

package ledger

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/ident"
)

// Command is one wish to change something.
type Command struct {
	Actor  access.Actor
	Action access.Action
	Owner  ident.Holder // whose affairs it touches; zero where it is nobody's in particular
	Key    string       // idempotency key of the actor, 16 to 64 visible characters
	Input  any          // what is asked, subject included; the same key must come with the same input

	// Accounts that do will touch, where they are known, so that the batch can
	// load them together.
	Accounts []Account
}

// Outcome is the stored result of a command.
type Outcome struct {
	Ref      ident.Ref // what the command made or changed
	Result   []byte    // JSON kept by do, where the answer cannot be read from the journal
	At       time.Time // when it was committed, UTC
	Replayed bool      // whether this key had been executed before
}

// task is a command on its way through the door.
type task struct {
	command     Command
	do          func(*Tx) (ident.Ref, error)
	fingerprint [16]byte
	digest      keyDigest
	state       atomic.Int32
	done        chan struct{}
	subjects    []ident.Ref // what the command touched besides its Ref
	outcome     Outcome
	err         error
}

// States of a task: the committer and a caller that goes away race for it once.
const (
	taskWaiting int32 = iota
	taskBegun
	taskAbandoned
)

// Execute is the one door: it checks the actor's right, claims the idempotency
// key, runs do inside the batch's transaction, stores the result and returns
// after the commit. Where the same actor gave the same key and input before,
// the stored outcome comes back with Replayed set and do does not run.
//
// do may run more than once and must touch nothing but its Tx. A refusal from
// do, or any error, leaves nothing behind.
//
// It returns ErrForbidden, ErrKeyMalformed, ErrKeyReused, ErrBusy when the queue
// is full, ErrClosed, ErrCancelled when ctx ended before the command was begun
// (once begun it is seen through, and its true result returned), a refusal of
// do, or an error of the engine.
func (l *Ledger) Execute(ctx context.Context, c Command, do func(*Tx) (ident.Ref, error)) (Outcome, error) {
	if err := access.Allow(c.Actor, c.Action, c.Owner); err != nil {
		return Outcome{}, err
	}
	if !wellFormedKey(c.Key) {
		return Outcome{}, ErrKeyMalformed
	}
	t := &task{command: c, do: do, digest: digestKey(c.Actor.ID, c.Key), done: make(chan struct{})}
	if err := t.print(); err != nil {
		return Outcome{}, err
	}
	if err := l.db.Room(); err != nil {
		return Outcome{}, err
	}
	if err := l.enqueue(t); err != nil {
		return Outcome{}, err
	}
	select {
	case <-t.done:
	case <-ctx.Done():
		if t.state.CompareAndSwap(taskWaiting, taskAbandoned) {
			return Outcome{}, fmt.Errorf("%w: %w", ErrCancelled, ctx.Err())
		}
		<-t.done
	}
	return t.outcome, t.err
}

// enqueue hands the task to the committer, at once or not at all.
func (l *Ledger) enqueue(t *task) error {
	l.gate.RLock()
	defer l.gate.RUnlock()
	if l.closed {
		return ErrClosed
	}
	select {
	case l.queue <- t:
		return nil
	default:
		return ErrBusy
	}
}

// print computes the fingerprint of action and input.
func (t *task) print() error {
	input, err := json.Marshal(t.command.Input)
	if err != nil {
		return fmt.Errorf("input of %s: %w", t.command.Action, err)
	}
	buf := make([]byte, 0, len(t.command.Action)+1+len(input))
	buf = append(append(append(buf, t.command.Action...), '\n'), input...)
	sum := sha256.Sum256(buf)
	copy(t.fingerprint[:], sum[:])
	return nil
}

func (t *task) answer(o Outcome, err error) {
	t.outcome, t.err = o, err
	close(t.done)
}

func wellFormedKey(key string) bool {
	if len(key) < 16 || len(key) > 64 {
		return false
	}
	for i := range len(key) {
		if key[i] <= ' ' || key[i] > '~' {
			return false
		}
	}
	return true
}
