// SPDX-License-Identifier: AGPL-3.0-or-later

package push

import (
	"context"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"sync"
	"time"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/ident"
)

const (
	// pause is the least time between two hints at one device.
	pause = time.Minute
	// stale is how old a credit may be: after a long standstill nobody wants to be
	// woken for what they have seen.
	stale = time.Hour
	// page is how many entries are read at once.
	page = 500
	// atOnce is how many push services are called at the same time.
	atOnce = 8
)

// Due says whether a device is to be hinted at or the journal to be read; it only
// reads.
func (s *Service) Due(ctx context.Context) (bool, error) {
	var due bool
	if err := s.ledger.Reader().QueryRowContext(ctx, sqlDue, s.ledger.Now().UnixMicro()).Scan(&due); err != nil || due {
		return due, err
	}
	cursor, err := s.cursor(ctx)
	if err != nil || cursor < 0 {
		return false, err
	}
	end, err := s.ledger.Position(ctx)
	return end.Entry > cursor, err
}

// cursor returns the last entry that was read for hints, -1 where nobody wants
// any.
func (s *Service) cursor(ctx context.Context) (int64, error) {
	var entry int64
	err := s.ledger.Reader().QueryRowContext(ctx, sqlCursor).Scan(&entry)
	if errors.Is(err, sql.ErrNoRows) {
		return -1, nil
	}
	return entry, err
}

// SendDue reads the journal from where it was, and hints at the devices of those
// who were credited. It returns how many knocks were taken, and an error of the
// engine or that of ctx: a push service that fails harms nobody.
func (s *Service) SendDue(ctx context.Context, actor access.Actor) (int, error) {
	if err := s.follow(ctx, actor); err != nil {
		return 0, err
	}
	return s.deliver(ctx, actor)
}

// follow marks the devices of those who were credited since the cursor.
func (s *Service) follow(ctx context.Context, actor access.Actor) error {
	for {
		cursor, err := s.cursor(ctx)
		if err != nil || cursor < 0 {
			return err
		}
		entries, err := s.ledger.Entries(ctx, s.ledger.Reader(), cursor, page)
		if err != nil || len(entries) == 0 {
			return err
		}
		credits, err := s.credits(ctx, entries)
		if err != nil {
			return err
		}
		if err := s.mark(ctx, actor, cursor, entries[len(entries)-1].Seq, credits); err != nil {
			return err
		}
	}
}

// credit is the last time that a holder who has a device was credited.
type credit struct {
	holder ident.Holder
	at     time.Time
}

// credits lists the holders to hint at, once each, in the order of the journal.
func (s *Service) credits(ctx context.Context, entries []*ledger.Entry) ([]credit, error) {
	last := map[ident.Holder]int{}
	var all []credit
	for _, e := range entries {
		if !news(e.Kind) || s.ledger.Now().Sub(e.At) > stale {
			continue
		}
		for _, line := range e.Lines {
			holder, ok := ledger.HolderOf(line.Credit)
			if !ok || line.Credit != ledger.Wallet(holder) {
				continue
			}
			if n, seen := last[holder]; seen {
				all[n].at = e.At
				continue
			}
			last[holder] = len(all)
			all = append(all, credit{holder, e.At})
		}
	}
	var wanted []credit
	for _, c := range all {
		var quiet bool
		if err := s.ledger.Reader().QueryRowContext(ctx, sqlQuiet, c.holder).Scan(&quiet); err != nil {
			return nil, err
		}
		if quiet {
			wanted = append(wanted, c)
		}
	}
	return wanted, nil
}

// news says whether an entry is one by which somebody receives units.
func news(k ledger.Kind) bool {
	return slices.Contains([]ledger.Kind{ledger.KindPayment, ledger.KindRefund, ledger.KindConversion, ledger.KindPayout}, k)
}

// mark puts the cursor forward and says which devices are due, both or neither.
// Another process that was faster is as good.
func (s *Service) mark(ctx context.Context, actor access.Actor, from, to int64, credits []credit) error {
	type span struct {
		From int64 `json:"from"`
		To   int64 `json:"to"`
	}
	now := s.ledger.Now().UnixMicro() // a batch may be dated a little later than deliver looks
	command := ledger.Command{Actor: actor, Action: access.PushSend, Key: s.freshKey(), Input: span{from, to}}
	_, err := s.ledger.Execute(ctx, command, func(tx *ledger.Tx) (ident.Ref, error) {
		if err := tx.Guard(fault.ErrMissing, sqlAdvance, from, to); err != nil {
			return ident.Ref{}, err
		}
		for _, c := range credits {
			if _, err := tx.Exec(sqlMark, c.holder, now, pause.Microseconds(), c.at.UnixMicro()); err != nil {
				return ident.Ref{}, err
			}
		}
		return ident.Ref{}, nil
	})
	if errors.Is(err, fault.ErrMissing) {
		return nil
	}
	return err
}

// target is a device to knock at, and how that went.
type target struct {
	id       ident.Bits
	endpoint string
	gone     bool
	err      error
}

// deliver knocks at every device that is due.
func (s *Service) deliver(ctx context.Context, actor access.Actor) (int, error) {
	taken, now := 0, s.ledger.Now()
	var after ident.Bits
	for {
		list, err := s.next(ctx, now, after)
		if err != nil || len(list) == 0 {
			return taken, err
		}
		after = list[len(list)-1].id
		s.knockAll(ctx, list)
		if ctx.Err() != nil {
			return taken, ctx.Err()
		}
		if err := s.record(ctx, actor, list); err != nil {
			return taken, err
		}
		for _, t := range list {
			switch {
			case t.err != nil:
				s.log.Warn("hint dropped", "subscription", hex.EncodeToString(t.id[:]), "error", cause(t.err))
			case !t.gone:
				taken++
			}
		}
	}
}

// cause is an error without the endpoint, which is a secret of its browser.
func cause(err error) error {
	var asked *url.Error
	if errors.As(err, &asked) {
		return asked.Err
	}
	return err
}

func (s *Service) next(ctx context.Context, now time.Time, after ident.Bits) ([]*target, error) {
	rows, err := s.ledger.Reader().QueryContext(ctx, sqlNext, now.UnixMicro(), after[:])
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []*target
	for rows.Next() {
		var id []byte
		t := new(target)
		if err := rows.Scan(&id, &t.endpoint); err != nil {
			return nil, err
		}
		copy(t.id[:], id)
		list = append(list, t)
	}
	return list, rows.Err()
}

// knockAll knocks at a few devices at a time, and returns when every one was.
func (s *Service) knockAll(ctx context.Context, list []*target) {
	turns := make(chan struct{}, atOnce)
	var running sync.WaitGroup
	for _, t := range list {
		turns <- struct{}{}
		running.Go(func() {
			defer func() { <-turns }()
			t.gone, t.err = s.knock(ctx, t.endpoint)
		})
	}
	running.Wait()
}

// record writes down that devices were knocked at. Whatever went wrong is not
// tried again: the next credit is.
func (s *Service) record(ctx context.Context, actor access.Actor, list []*target) error {
	type result struct {
		Subscription string `json:"subscription"`
		Gone         bool   `json:"gone,omitempty"`
	}
	var input []result
	for _, t := range list {
		input = append(input, result{hex.EncodeToString(t.id[:]), t.gone})
	}
	now := s.ledger.Now().UnixMicro()
	command := ledger.Command{Actor: actor, Action: access.PushSend, Key: s.freshKey(), Input: input}
	_, err := s.ledger.Execute(ctx, command, func(tx *ledger.Tx) (ident.Ref, error) {
		for _, t := range list {
			query, args := sqlSent, []any{t.id[:], now}
			if t.gone {
				query, args = sqlGone, args[:1]
			}
			if _, err := tx.Exec(query, args...); err != nil {
				return ident.Ref{}, err
			}
		}
		return ident.Ref{}, nil
	})
	return err
}

// freshKey is the idempotency key of a command that is made once: what a run
// left undone is found by the next one from the tables.
func (s *Service) freshKey() string { return fmt.Sprintf("push:%x", s.ledger.NewID()) }
