// SPDX-License-Identifier: AGPL-3.0-or-later

package ledger

import (
	"context"
	"database/sql"
	"strings"
	"sync"
	"time"

	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/db"
	"github.com/noria-mlc/noria/ledger/ident"
)

// Change is one committed command as a follower sees it.
type Change struct {
	Command  int64 // number of the command, without gap
	At       time.Time
	Action   access.Action
	Actor    ident.User
	Ref      ident.Ref
	Subjects []string // ids of other things it touched
	Entries  []*Entry // the entries it made, usually none or one
}

// Position is a place in the journal: the last command and entry seen.
type Position struct{ Command, Entry int64 }

// Position returns the end of the journal.
func (j *Journal) Position(ctx context.Context) (Position, error) {
	h, err := j.Head(ctx, j.db.Reader())
	return Position{Command: h.Command, Entry: h.Seq}, err
}

const sqlChanges = `SELECT seq, at, action, actor, ref, COALESCE(subjects, '') FROM commands
	WHERE seq > $1 AND seq <= $2 ORDER BY seq`

const (
	// tailBatch is how many commands a follower reads at once.
	tailBatch = 500
	// tailAgain is how long a follower waits for a server that is away.
	tailAgain = 500 * time.Millisecond
)

// Tail gives every change after a position to see, in order and once, and goes
// on until ctx ends or see returns an error, which it returns. It reads what is
// committed only, and sleeps while there is nothing new. While a server cannot
// be reached it tries again every tailAgain; any other error it returns.
func (j *Journal) Tail(ctx context.Context, after Position, see func([]Change) error) error {
	for {
		woken := j.wake.wait()
		changes, err := j.Changes(ctx, after, tailBatch)
		var again <-chan time.Time
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case err != nil && j.db.Shared() && db.Lost(err):
			again = time.After(tailAgain)
		case err != nil:
			return err
		}
		if len(changes) == 0 {
			select {
			case <-ctx.Done():
				return ctx.Err()
			case <-woken:
			case <-again:
			}
			continue
		}
		if err := see(changes); err != nil {
			return err
		}
		for _, c := range changes {
			after.Command = c.Command
			after.Entry += int64(len(c.Entries))
		}
	}
}

// Changes reads at most limit changes after a position, in order: those that
// this process committed lately from its memory, others from the book.
func (j *Journal) Changes(ctx context.Context, after Position, limit int) ([]Change, error) {
	// Behind what this process wrote itself there may be what others wrote.
	if changes, ok := j.recent.after(after, limit); ok && (len(changes) > 0 || !j.db.Shared() || j.wake.known() == after.Command) {
		return changes, nil
	}
	var changes []Change
	err := j.db.Snapshot(ctx, func(r db.Reader) error {
		rows, err := r.QueryContext(ctx, sqlChanges, after.Command, after.Command+int64(limit))
		if err != nil {
			return err
		}
		if changes, err = scanChanges(rows); err != nil || len(changes) == 0 {
			return err
		}
		return j.attach(ctx, r, changes, after.Entry)
	})
	if err != nil {
		return nil, err // what was read so far lacks entries
	}
	return changes, nil
}

func scanChanges(rows *sql.Rows) ([]Change, error) {
	defer rows.Close()
	var changes []Change
	for rows.Next() {
		var c Change
		var at int64
		var ref []byte
		var subjects string
		if err := rows.Scan(&c.Command, &at, &c.Action, &c.Actor, &ref, &subjects); err != nil {
			return nil, err
		}
		c.At = time.UnixMicro(at).UTC()
		var err error
		if c.Ref, err = ident.Unpack(ref); err != nil {
			return nil, err
		}
		c.Subjects = strings.Fields(subjects)
		changes = append(changes, c)
	}
	return changes, rows.Err()
}

// attach reads the entries of the changes, which follow each other after the
// entry numbered last.
func (j *Journal) attach(ctx context.Context, r db.Reader, changes []Change, last int64) error {
	first, end := changes[0].Command, changes[len(changes)-1].Command
	for {
		entries, err := j.Entries(ctx, r, last, len(changes)+16)
		if err != nil || len(entries) == 0 {
			return err
		}
		for _, e := range entries {
			if e.Command > end {
				return nil
			}
			changes[e.Command-first].Entries = append(changes[e.Command-first].Entries, e)
			last = e.Seq
		}
	}
}

// signal wakes everybody who waits for commands after the last one known.
type signal struct {
	mu   sync.Mutex
	ch   chan struct{}
	last int64 // highest command known to be committed
	mine int64 // last command of the batch that this process is committing, 0 for none
}

func newSignal() *signal { return &signal{ch: make(chan struct{})} }

func (s *signal) wait() <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.ch
}

// reach wakes where a command is beyond the last one known: what this process
// committed is told to it again by the engine, and wakes nobody twice.
func (s *signal) reach(command int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if command > s.last {
		s.fire(command)
	}
}

// expect says which command this process is about to commit: the engine may tell
// of it sooner than the committer, and followers had better find it in memory.
func (s *signal) expect(command int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.mine = command
}

// giveUp wakes everybody after a commit that failed: what was heard meanwhile
// may have been of another process.
func (s *signal) giveUp() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.mine != 0 {
		s.fire(0)
	}
}

// hear is reach for what the engine tells.
func (s *signal) hear(command int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if command > s.last && command != s.mine {
		s.fire(command)
	}
}

// known returns the highest command known to be committed.
func (s *signal) known() int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.last
}

// moved wakes where the last command is another than the one known.
func (s *signal) moved(command int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if command != s.last {
		s.fire(command)
	}
}

func (s *signal) fire(command int64) {
	s.last, s.mine = command, 0
	close(s.ch)
	s.ch = make(chan struct{})
}

// Woken returns a channel that is closed by the next commit: of this process,
// or of any where the book has several writers.
func (j *Journal) Woken() <-chan struct{} { return j.wake.wait() }
