// SPDX-License-Identifier: AGPL-3.0-or-later

package main

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/db"
	"github.com/noria-mlc/noria/web/identity"
)

// joined is how many days before the story the currency was opened and Théo became
// a member.
const joined = 400

// pastClock is the clock of a demonstration: what is told of the past happens in it,
// everything else now. The book's own instants never go back.
type pastClock struct{ ago atomic.Int64 }

func (c *pastClock) now() time.Time { return db.Now().Add(-time.Duration(c.ago.Load())) }

// longAgo plays what happened before the story: a book knows when a wallet was
// opened, and nobody is in arrears on their first day (L9).
func (s *story) longAgo(ctx context.Context) error {
	s.clock.ago.Store(int64(joined * 24 * time.Hour))
	defer s.clock.ago.Store(0)
	if err := s.openCurrency(ctx); err != nil {
		return err
	}
	_, err := s.join(ctx, lapsed())
	return err
}

// lapsed is the one member of the story who has not paid the dues.
func lapsed() person {
	return person{token: "lapsed", name: "Théo Urbain", kind: ledger.Individual, role: access.Citizen}
}

// writeTo gives Théo an address, to which the letters of the story are written: a
// demonstration lays them into the folder "mail" of its data.
func (s *story) writeTo(ctx context.Context) error {
	return s.identity.Lodge(ctx, key("address:lapsed"), identity.Lodging{User: s.actors["lapsed"].ID, Email: "theo.urbain@example.org", Language: "fr"})
}

// join opens the wallet of somebody of the story.
func (s *story) join(ctx context.Context, p person) (ledger.Holder, error) {
	h, _, err := s.app.ledger.CreateHolder(ctx, operator(), key("holder:"+p.token), ledger.NewHolder{Kind: p.kind, Name: p.name})
	s.holders[p.token] = h
	return h, err
}
