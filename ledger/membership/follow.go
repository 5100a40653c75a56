// SPDX-License-Identifier: AGPL-3.0-or-later

package membership

import (
	"strings"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/ident"
)

// name is under what a batch remembers the rules.
const name = "membership"

// follow is the covenant of this room: where those who are no members may not
// spend, no payment is made by or to them (L9). Otherwise it reads nothing, so
// that the condition costs a payment nothing.
func (s *Service) follow(tx *ledger.Tx) error {
	var r *Condition
	for _, e := range tx.Posted() {
		if e.Kind != ledger.KindPayment {
			continue
		}
		if r == nil {
			var err error
			if r, err = s.rules(tx); err != nil {
				return err
			}
		}
		if !r.On || r.MaySpend {
			return nil
		}
		for _, l := range e.Lines {
			if err := r.circulates(tx, l); err != nil {
				return err
			}
		}
	}
	return nil
}

// circulates refuses a line between two wallets unless both holders are members.
func (r *Condition) circulates(tx *ledger.Tx, l ledger.Line) error {
	payer, paid := walletOf(l.Debit)
	payee, received := walletOf(l.Credit)
	if !paid || !received || payee == r.Account {
		return nil
	}
	for _, side := range []struct {
		holder  ident.Holder
		refusal error
	}{{payer, ErrEnded}, {payee, ErrPayeeEnded}} {
		m, err := readMember(tx.QueryRow, side.holder)
		if err != nil {
			return err
		}
		if !r.standing(side.holder, m, tx.Today()).Valid {
			return side.refusal
		}
	}
	return nil
}

func walletOf(a ledger.Account) (ident.Holder, bool) {
	if !strings.HasPrefix(string(a), "loc:wallet:") {
		return ident.Holder{}, false
	}
	return ledger.HolderOf(a)
}

// rules are what holds in this batch. Where this process is the only one to
// write, they are remembered from one batch to the next: every decision is made
// by Decide, which forgets them first and last. Where there are others, each
// batch reads them once.
func (s *Service) rules(tx *ledger.Tx) (*Condition, error) {
	if r := s.known.Load(); r != nil {
		return r, nil
	}
	if r, ok := tx.Recall(name).(*Condition); ok {
		return r, nil
	}
	r, err := readRules(tx.QueryRow)
	if err != nil {
		return nil, err
	}
	tx.Remember(name, &r)
	if s.ledger.Alone() && s.deciding.Load() == 0 {
		s.known.Store(&r)
	}
	return &r, nil
}
