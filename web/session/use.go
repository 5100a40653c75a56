// SPDX-License-Identifier: AGPL-3.0-or-later

package session

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ops/job"
)

// use is when a session was last used, in microseconds: as this process saw it,
// and as the book was told.
type use struct{ last, kept atomic.Int64 }

func newUse(seen time.Time) *use {
	u := new(use)
	u.last.Store(seen.UnixMicro())
	u.kept.Store(seen.UnixMicro())
	return u
}

// later moves the last use on, and never back.
func (u *use) later(at int64) { raise(&u.last, at) }

// told notes that the book knows of a use.
func (u *use) told(at int64) { raise(&u.kept, at) }

func raise(v *atomic.Int64, to int64) {
	for {
		before := v.Load()
		if before >= to || v.CompareAndSwap(before, to) {
			return
		}
	}
}

// idle says whether a session has rested for too long.
func (r remembered) idle(now time.Time) bool {
	return r.pause > 0 && now.UnixMicro()-r.use.last.Load() >= r.pause.Microseconds()
}

// seldom is how often the book is told of the use of a session: once in a
// thirtieth of the time it may rest, and once a minute at most.
func (r remembered) seldom() time.Duration { return max(time.Minute, r.pause/30) }

// seen notes that a session is used now. The book is told seldom, by one of the
// requests that come at once; where it cannot be, the next request tries again,
// and nobody is refused for it.
func (s *Service) seen(ctx context.Context, r remembered) {
	if r.pause == 0 {
		return
	}
	now := s.now().UnixMicro()
	r.use.later(now)
	kept := r.use.kept.Load()
	if now-kept < r.seldom().Microseconds() || !r.use.kept.CompareAndSwap(kept, now) {
		return
	}
	id := r.principal.Token
	command := ledger.Command{Actor: job.System(), Action: access.SessionSeen, Key: fmt.Sprintf("seen:%s:%d", id, now), Input: id}
	_, err := s.ledger.Execute(ctx, command, func(tx *ledger.Tx) (ident.Ref, error) {
		_, err := tx.Exec(sqlSeen, id, now)
		return ident.Ref{}, err
	})
	if err != nil {
		r.use.kept.CompareAndSwap(now, kept)
	}
}

// Stands returns ErrUnauthenticated where the book says that a token was revoked,
// or its user disabled, whatever is remembered; or an error of the engine.
func (s *Service) Stands(ctx context.Context, id TokenID) error {
	var n int
	if err := s.ledger.Reader().QueryRowContext(ctx, sqlStands, id).Scan(&n); err != nil {
		return err
	}
	if n == 0 {
		return ErrUnauthenticated
	}
	return nil
}
