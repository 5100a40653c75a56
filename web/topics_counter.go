// SPDX-License-Identifier: AGPL-3.0-or-later

package web

import (
	"context"
	"errors"
	"time"

	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/money"
	"github.com/noria-mlc/noria/merchant"
	"github.com/noria-mlc/noria/web/live"
)

// authorizeCounter lets a screen watch the counter it stands at, and nobody
// else. It asks the book each time: what was taken off is refused at once.
func (s *Server) authorizeCounter(ctx context.Context, actor access.Actor, id string) error {
	found, err := s.config.Merchant.Screen(ctx, actor, merchant.ScreenID{Bits: actor.ID.Bits})
	if err != nil {
		return err
	}
	if found.Merchant.String() != id {
		return access.ErrForbidden
	}
	return nil
}

// counter is the state of a counter: what is asked there now.
type counter struct {
	Request *askedThere `json:"request"` // null where nothing is asked
}

// askedThere is a request as the screen shows it.
type askedThere struct {
	ID        merchant.RequestID `json:"id"`
	Code      string             `json:"code"`
	Amount    money.Amount       `json:"amount"`
	CreatedAt time.Time          `json:"created_at"`
	ExpiresAt time.Time          `json:"expires_at"`
}

// counterState reads what is asked. The version is the number of the last
// command before it was read, so that a newer state never comes with an older
// version.
func (s *Server) counterState(ctx context.Context, id string) (live.State, error) {
	m, err := s.merchant(ctx, id)
	if err != nil {
		return live.State{}, err
	}
	at, err := s.config.Ledger.Position(ctx)
	if err != nil {
		return live.State{}, err
	}
	state := live.State{Seq: at.Entry, Version: at.Command, Body: counter{}}
	asked, err := s.config.Merchant.AskedNow(ctx, screenOf(m), m.ID)
	if errors.Is(err, fault.ErrMissing) {
		return state, nil
	}
	state.Body = counter{&askedThere{asked.ID, asked.Code, asked.Amount, asked.CreatedAt, asked.ExpiresAt}}
	return state, err
}

// arrivalsAfter is receiptsAfter for screens: with the first names.
func (s *Server) arrivalsAfter(ctx context.Context, id string, seq int64, limit int) ([]live.Event, bool, error) {
	m, err := s.merchant(ctx, id)
	if err != nil {
		return nil, false, err
	}
	arrivals, more, err := s.config.Merchant.Arrivals(ctx, screenOf(m), m.ID, seq, limit)
	if err == nil && more {
		if arrivals, _, err = s.config.Merchant.Arrivals(ctx, screenOf(m), m.ID, seq, furthest); err == nil {
			arrivals = arrivals[:min(limit, len(arrivals))]
		}
	}
	events := make([]live.Event, 0, len(arrivals))
	for _, a := range arrivals {
		events = append(events, live.Event{Seq: a.Seq, Payload: arrivalEvent{receiptEvent{a.Payment, a.Amount, a.MatchCode, a.At}, a.Payer}})
	}
	return events, more, err
}

// arrivalEvent is a payment received, as a screen is told.
type arrivalEvent struct {
	receiptEvent
	Payer string `json:"payer,omitempty"` // first name
}

// screenOf is who reads a counter for the screens that were each allowed to
// watch it.
func screenOf(m merchant.Merchant) access.Actor {
	return access.Actor{Grants: []access.Grant{{Role: access.Display, Organisation: m.Holder}}}
}
