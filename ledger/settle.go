// SPDX-License-Identifier: AGPL-3.0-or-later

package ledger

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/noria-mlc/noria/ledger/db"
)

// How long the committer bears with a server. A batch that is not answered in
// time is given up with its connection, so that nobody waits without a limit.
const (
	attempts   = 12
	batchLimit = 15 * time.Second
)

// ready gives the next transaction a connection that works and, on servers, a
// limit of time; done ends it.
func (b *book) ready() (done func(), err error) {
	done = func() {}
	if b.ledger.db.Shared() {
		base := b.base
		ctx, cancel := context.WithTimeout(base, batchLimit)
		b.ctx, done = ctx, func() { b.ctx = base; cancel() }
		if b.sql != nil {
			b.sql.ctx = ctx
		}
	}
	if b.broken || b.conn == nil {
		if err := b.connect(); err != nil {
			done()
			return nil, fmt.Errorf("connect: %w", err)
		}
		b.broken = false
	}
	return done, nil
}

// pause waits before a transaction is begun afresh: longer each time, and never
// as long as another process does.
func (b *book) pause(attempt int) {
	limit := min(time.Duration(1)<<attempt, 200) * time.Millisecond
	t := time.NewTimer(limit/2 + rand.N(limit))
	defer t.Stop()
	<-t.C
}

// settle learns whether a transaction whose COMMIT was not answered was
// committed: nil where it was. It asks the book and never guesses. ErrUnknown is
// returned where the book cannot be read; an error of the engine where nothing
// was written.
func (x *batch) settle(doubt *db.InDoubt) error {
	if !x.ledger.db.Shared() {
		h, _, err := readHead(x.ctx, x.conn, sqlHead)
		switch {
		case err != nil:
			return errors.Join(ErrUnknown, doubt, err)
		case h.command == x.next.command && h.hash == x.next.hash:
			return nil
		}
		return fmt.Errorf("commit: %w", doubt.Err)
	}
	begun := db.Elapsed()
	for attempt := 1; ; attempt++ {
		committed, err := x.look()
		switch {
		case err == nil && committed:
			return nil
		case err == nil:
			return fmt.Errorf("commit: %w", doubt.Err)
		case attempt == attempts || db.Elapsed()-begun > batchLimit:
			x.broken = true
			return errors.Join(ErrUnknown, doubt, err)
		}
		x.pause(attempt)
	}
}

// look reads, on a connection of its own, whether the last command of the batch
// is in the book. It takes the head's row first, which waits for the transaction
// in doubt to end: before that there is no answer.
func (x *batch) look() (committed bool, err error) {
	ctx, cancel := context.WithTimeout(x.base, batchLimit/3)
	defer cancel()
	x.book.ctx = ctx
	if err := x.connect(); err != nil {
		return false, err
	}
	last := x.commands[len(x.commands)-1]
	err = x.ledger.db.Transact(ctx, x.conn, func() error {
		h, _, err := readHead(ctx, x.conn, sqlTakeHead)
		if err != nil {
			return err
		}
		if h.command < x.next.command {
			return db.ErrNothing
		}
		found, err := readCommand(ctx, x.conn, x.next.command)
		if err != nil {
			return err
		}
		// Its number and key are not enough: its caller may have asked another
		// process meanwhile, whose batch then stands in the place of this one.
		committed = found.actor == last.command.Actor.ID && found.key == last.command.Key &&
			found.at == x.next.at && bytes.Equal(found.ref, last.outcome.Ref.Pack())
		return db.ErrNothing
	})
	if errors.Is(err, db.ErrNothing) {
		return committed, nil
	}
	return false, err
}
