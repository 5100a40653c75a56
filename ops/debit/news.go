// SPDX-License-Identifier: AGPL-3.0-or-later

package debit

import (
	"context"

	"github.com/noria-mlc/noria/ledger"
)

// Event is what a member is told of.
type Event string

// The events.
const (
	Announced Event = "announced" // a debit is to come (S2)
	SentBack  Event = "returned"  // the bank sent a debit back (S4)
	Lapsed    Event = "lapsed"    // the mandate is void after 36 months (S1)
)

// News is one event, with what a letter about it needs. The number of the account
// is masked.
type News struct {
	Event    Event
	Mandate  Mandate
	Debit    Debit // zero where the mandate lapsed
	Creditor Creditor
	By       string // name of who collects, as at the bank
}

// Tell tells a member within the command that it is about, so that both stand or
// fall together; the room above knows how they are reached.
type Tell func(tx *ledger.Tx, n News) error

// Notice readies what tells, before a command begins: within it nothing but the
// transaction may be read. It returns an error of the engine.
type Notice func(ctx context.Context) (Tell, error)

// teller readies what tells, with the name of who collects.
func (s *Service) teller(ctx context.Context) (Tell, error) {
	if s.notice == nil {
		return func(*ledger.Tx, News) error { return nil }, nil
	}
	by, err := s.collector(ctx)
	if err != nil {
		return nil, err
	}
	tell, err := s.notice(ctx)
	if err != nil {
		return nil, err
	}
	return func(tx *ledger.Tx, n News) error {
		n.Mandate, n.By = n.Mandate.hidden(), by
		return tell(tx, n)
	}, nil
}
