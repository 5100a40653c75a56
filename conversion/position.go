// SPDX-License-Identifier: AGPL-3.0-or-later

package conversion

import (
	"context"
	"strings"
	"time"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/db"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
)

// Why says why euros should move.
type Why string

// The reasons.
const (
	FromDesk     Why = "desk"      // cash in the till of a desk, to be brought to the bank
	FromProvider Why = "provider"  // at a card provider, to be paid out
	FromPool     Why = "pool"      // another pool of units has too much (G2)
	Exchanged    Why = "exchange"  // notes became digital units or the other way round (G2)
	Shortfall    Why = "shortfall" // the issuer makes good what is missing (G3)
	Surplus      Why = "surplus"   // more than is owed: commissions, which are the issuer's
)

// Proposal is euros that should move so that each pool's comptes dédiés hold
// what is owed (rules G1 to G3). Nothing is booked by it.
type Proposal struct {
	Pool   ledger.Pool    `json:"pool"` // whose cover it changes
	Cause  Why            `json:"cause"`
	From   ledger.Account `json:"from"`
	To     ledger.Account `json:"to"`
	Bank   string         `json:"bank"` // of To, as it is shown
	Amount money.Amount   `json:"amount_eur"`
	ByBank bool           `json:"by_bank"` // whether a bank transfer of the issuer moves it
}

// Position is what should move, at the head of the journal.
type Position struct {
	AsOf      time.Time     `json:"as_of"` // of the last entry that counts
	Head      FundHead      `json:"head"`
	Proposals []Proposal    `json:"items"`
	Accounts  []BankAccount `json:"-"` // of the issuer
}

// Position compares what each pool owes with what its comptes dédiés hold and
// proposes what should move, to its first one. It returns ErrForbidden and
// ErrNotOpen.
func (v *View) Position(ctx context.Context, actor access.Actor) (Position, error) {
	if err := access.Allow(actor, access.EurosPropose, ident.Holder{}); err != nil {
		return Position{}, err
	}
	p := Position{Proposals: []Proposal{}}
	err := v.journal.Snapshot(ctx, func(r db.Reader) error {
		head, err := v.journal.Head(ctx, r)
		if err != nil {
			return err
		}
		c, err := readCurrency(committed{ctx, r})
		if err != nil {
			return err
		}
		p.AsOf, p.Head, p.Accounts = head.At, FundHead{head.Seq, head.Hash}, c.Accounts
		return p.fill(ctx, v.journal, r)
	})
	return p, err
}

// places are the accounts of a pool that hold euros, with what it lacks.
type places struct {
	main    BankAccount // its first compte dédié
	atMain  money.Amount
	transit []ledger.Balance
	owed    money.Amount // by the other pool, for units that were exchanged
	lacks   money.Amount // below zero where there is too much
}

// fill computes the proposals from the balances.
func (p *Position) fill(ctx context.Context, j *ledger.Journal, r db.Reader) error {
	of := map[ledger.Pool]*places{}
	for _, pool := range ledger.Pools() {
		of[pool] = new(places)
		for _, a := range p.Accounts {
			if a.Pool == pool && of[pool].main.Account == "" {
				of[pool].main = a
			}
		}
	}
	for _, prefix := range fundPrefixes() {
		balances, err := j.Balances(ctx, r, prefix)
		if err != nil {
			return err
		}
		for _, b := range balances {
			of[poolOf(b.Account)].count(b)
		}
	}
	for _, pool := range ledger.Pools() {
		for _, b := range of[pool].transit {
			cause := FromDesk
			if strings.HasPrefix(string(b.Account), "eur:provider:") {
				cause = FromProvider
			}
			p.propose(Proposal{Pool: pool, Cause: cause, From: b.Account, To: of[pool].main.Account, Bank: of[pool].main.Custodian, Amount: b.Amount})
		}
	}
	digital, paper := of[ledger.Digital], of[ledger.Paper]
	p.exchanged(ledger.Digital, digital, paper)
	p.exchanged(ledger.Paper, paper, digital)
	p.between(ledger.Digital, digital, paper)
	p.between(ledger.Paper, paper, digital)
	for _, pool := range ledger.Pools() {
		p.issuer(pool, of[pool])
	}
	return nil
}

// count notes what an account owes or holds.
func (s *places) count(b ledger.Balance) {
	var sums FundSums
	sums.note(b.Account, b.Amount)
	s.lacks += sums.Backing + sums.Redeeming + sums.Grants + sums.Held
	if sums.InTransit > 0 {
		s.transit = append(s.transit, b)
	}
	s.lacks -= sums.InTransit + sums.Between
	s.owed += sums.Between
	if _, ok := guaranteePool(b.Account); ok {
		s.lacks -= b.Amount
	}
	if b.Account == s.main.Account {
		s.atMain = b.Amount
	}
}

// exchanged proposes the transfer that settles what units exchanged between
// paper and digital left owed (G2). It is booked by SettleExchange, and changes
// the cover of neither pool.
func (p *Position) exchanged(pool ledger.Pool, creditor, debtor *places) {
	if amount := min(creditor.owed, debtor.atMain); amount > 0 {
		debtor.atMain -= amount
		p.propose(Proposal{Pool: pool, Cause: Exchanged, From: debtor.main.Account, To: creditor.main.Account, Bank: creditor.main.Custodian, Amount: amount, ByBank: true})
	}
}

// between covers what one pool lacks with what another one has too much of.
func (p *Position) between(pool ledger.Pool, poor, rich *places) {
	amount := min(poor.lacks, -rich.lacks, rich.atMain)
	if amount <= 0 || poor.main.Account == "" || rich.main.Account == "" {
		return
	}
	poor.lacks -= amount
	rich.lacks += amount
	rich.atMain -= amount
	p.propose(Proposal{Pool: pool, Cause: FromPool, From: rich.main.Account, To: poor.main.Account, Bank: poor.main.Custodian, Amount: amount, ByBank: true})
}

// issuer settles what is left with the issuer's own account.
func (p *Position) issuer(pool ledger.Pool, s *places) {
	operating := p.account(ledger.Operating)
	switch {
	case s.lacks > 0:
		p.propose(Proposal{Pool: pool, Cause: Shortfall, From: ledger.Operating, To: s.main.Account, Bank: s.main.Custodian, Amount: s.lacks, ByBank: operating.IBAN != ""})
	case s.lacks < 0:
		p.propose(Proposal{Pool: pool, Cause: Surplus, From: s.main.Account, To: ledger.Operating, Bank: operating.Custodian,
			Amount: min(-s.lacks, s.atMain), ByBank: operating.IBAN != ""})
	}
}

// propose adds a proposal, where there is something and somewhere to move.
func (p *Position) propose(x Proposal) {
	if x.Amount > 0 && x.From != "" && x.To != "" {
		p.Proposals = append(p.Proposals, x)
	}
}

// account returns the issuer's bank account of a code, a zero one where there is
// none.
func (p *Position) account(code ledger.Account) BankAccount {
	for _, a := range p.Accounts {
		if a.Account == code {
			return a
		}
	}
	return BankAccount{}
}

// Account returns the issuer's bank account of a code, and whether there is one.
func (p *Position) Account(code ledger.Account) (BankAccount, bool) {
	a := p.account(code)
	return a, a.Account != ""
}
