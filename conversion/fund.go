// SPDX-License-Identifier: AGPL-3.0-or-later

package conversion

import (
	"context"
	"encoding/hex"
	"strings"
	"time"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/db"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/money"
)

// Fund is the guarantee fund at an instant (rules G1, G2 and G5): what is owed
// to the holders of units and what stands against it. It can be computed again
// from the journal at any time.
type Fund struct {
	AsOf  time.Time  `json:"as_of"`
	Head  FundHead   `json:"head"` // the last entry that counts
	Pools []FundPool `json:"pools"`
	Total FundSums   `json:"total"`
}

// FundHead names an entry of the journal: sequence 0 and a hash of zeros before
// the first one.
type FundHead struct {
	Seq  int64  `json:"seq"`
	Hash string `json:"hash"` // hexadecimal
}

// FundPool is the fund of one pool of units.
type FundPool struct {
	Pool ledger.Pool `json:"pool"`
	FundSums
}

// FundSums are the figures of a pool, or of all. Cover is custodians + in
// transit + between − redeeming − grants − held; gap is what cover lacks of the backing,
// surplus what it exceeds it by, coverage their ratio. What one pool has too
// much covers nothing of another (rule G2): in total gaps and surpluses are the
// sums of those of the pools, and may stand side by side.
type FundSums struct {
	Circulation money.Amount `json:"circulation"` // units held by anyone but the issuer
	Backing     money.Amount `json:"backing_eur"` // euros owed for them
	Custodians  []Custodian  `json:"custodians"`
	InTransit   money.Amount `json:"in_transit_eur"` // in tills of desks and at providers
	Between     money.Amount `json:"between_eur"`    // owed by the other pool for exchanged units; below zero: owed to it (G2)
	Redeeming   money.Amount `json:"redeeming_eur"`  // owed for units already retired
	Grants      money.Amount `json:"grants_eur"`     // bonus money in custody that is not granted yet
	Held        money.Amount `json:"held_eur"`       // received for payouts or not identified: others' money
	Gap         money.Amount `json:"gap_eur"`
	Surplus     money.Amount `json:"surplus_eur"`
	Coverage    string       `json:"coverage"` // cover over backing, floored to four decimals

	// What is owed to the fund and counts in no cover: budgets that funders signed
	// and that are granted before they are paid (G4), and what members owe since
	// their bank took a payment back (G6).
	FunderReceivable money.Amount `json:"funder_receivable_eur"`
	MemberReceivable money.Amount `json:"member_receivable_eur"`
	CoverageWith     string       `json:"coverage_with_receivables"` // coverage, were all of it paid

	campaigns map[string]money.Amount // grant less due, by campaign, before the sums are concluded
}

// Custodian is a bank that holds euros of the fund.
type Custodian struct {
	Name    string       `json:"name"`
	Balance money.Amount `json:"balance_eur"`
}

// Cover is the euros that stand against the backing.
func (s FundSums) Cover() money.Amount { return s.Backing - s.Gap + s.Surplus }

// Fund returns the guarantee fund at an instant; the zero time means now. It is
// public. It returns ErrInvalid for an instant in the future. No entry is dated
// before the one before it, so the last ones may stand a little ahead of the
// clock: now is the later of both.
func (v *View) Fund(ctx context.Context, at time.Time) (Fund, error) {
	var f Fund
	err := v.journal.Snapshot(ctx, func(r db.Reader) error {
		head, err := v.journal.Head(ctx, r)
		if err != nil {
			return err
		}
		now := v.now()
		if head.At.After(now) {
			now = head.At
		}
		switch {
		case at.After(now):
			return fault.ErrInvalid.At("query/at", "must not be in the future")
		case at.IsZero():
			f.AsOf, f.Head = now, FundHead{head.Seq, head.Hash}
		default:
			f.AsOf = at.UTC()
			if f.Head, err = v.headAt(ctx, r, at); err != nil {
				return err
			}
		}
		return f.fill(ctx, v.journal, r)
	})
	return f, err
}

// headAt returns the last entry at or before an instant.
func (v *View) headAt(ctx context.Context, r db.Reader, at time.Time) (FundHead, error) {
	seq, err := v.journal.SeqAt(ctx, r, at)
	if err != nil || seq == 0 {
		return FundHead{Hash: strings.Repeat("0", 64)}, err
	}
	entries, err := v.journal.Entries(ctx, r, seq-1, 1)
	if err != nil || len(entries) == 0 {
		return FundHead{}, err
	}
	return FundHead{seq, hex.EncodeToString(entries[0].Hash[:])}, nil
}

// fill reads every account that counts, as it stood at the fund's head.
func (f *Fund) fill(ctx context.Context, j *ledger.Journal, r db.Reader) error {
	accounts, err := custodians(committed{ctx, r})
	if err != nil {
		return err
	}
	names := make(map[ledger.Account]string, len(accounts))
	closed := make(map[ledger.Account]bool)
	for _, a := range accounts {
		names[a.Account], closed[a.Account] = a.Custodian, !a.ClosedAt.IsZero()
	}
	of := make(map[ledger.Pool]*FundSums)
	for _, pool := range ledger.Pools() {
		of[pool] = &FundSums{Custodians: []Custodian{}}
	}
	for _, prefix := range fundPrefixes() {
		balances, err := j.Balances(ctx, r, prefix)
		if err != nil {
			return err
		}
		for _, b := range balances {
			amount, err := j.BalanceAt(ctx, r, b, f.Head.Seq)
			if err != nil {
				return err
			}
			pool := poolOf(b.Account)
			of[pool].note(b.Account, amount)
			if _, ok := guaranteePool(b.Account); ok && (amount != 0 || !closed[b.Account]) {
				of[pool].keepAt(custodianName(names, b.Account), amount)
			}
		}
	}
	f.Total.Custodians = []Custodian{}
	for _, pool := range ledger.Pools() {
		of[pool].conclude()
		f.Pools = append(f.Pools, FundPool{pool, *of[pool]})
		f.Total.add(of[pool])
	}
	f.Total.rate()
	return nil
}

// fundPrefixes begin the codes of all accounts that the fund is made of.
func fundPrefixes() []string {
	return []string{"loc:issued:", "eur:backing:", "eur:bank:guarantee:", "eur:desk:", "eur:between:", "eur:provider:",
		"eur:redeeming", "eur:grant:", "eur:due:", "eur:receivable:", "eur:payer:", "eur:return:", "eur:suspense:in"}
}

// poolOf returns the pool whose fund an account belongs to: that in its code, or
// digital, in which grants, payouts and what desks took for digital
// units are kept.
func poolOf(a ledger.Account) ledger.Pool {
	if pool, ok := guaranteePool(a); ok {
		return pool
	}
	switch {
	case a == ledger.Issued(ledger.Paper), a == ledger.Backing(ledger.Paper), a == ledger.Between(ledger.Paper),
		strings.HasPrefix(string(a), string(ledger.NotesDesk(""))):
		return ledger.Paper
	}
	return ledger.Digital
}

// note adds an account's balance to the figure it belongs to.
func (s *FundSums) note(a ledger.Account, amount money.Amount) {
	class := strings.SplitN(string(a), ":", 3)
	switch class[0] + ":" + class[1] {
	case "loc:issued":
		s.Circulation += amount
	case "eur:backing":
		s.Backing += amount
	case "eur:desk", "eur:provider":
		s.InTransit += amount
	case "eur:between":
		s.Between += amount
	case "eur:redeeming":
		s.Redeeming += amount
	case "eur:grant":
		s.campaign(class[2], amount)
	case "eur:due":
		s.campaign(class[2], -amount)
	case "eur:receivable":
		s.MemberReceivable += amount
	case "eur:payer", "eur:return", "eur:suspense":
		s.Held += amount
	}
}

// campaign notes what stands on the accounts of a campaign: what is signed and not
// paid is no money, so that only what exceeds it is kept for bonuses, and what
// it exceeds the rest by was granted before it was paid.
func (s *FundSums) campaign(id string, amount money.Amount) {
	if s.campaigns == nil {
		s.campaigns = make(map[string]money.Amount)
	}
	s.campaigns[id] += amount
}

// keepAt adds a bank balance under the custodian's name.
func (s *FundSums) keepAt(name string, balance money.Amount) {
	for i := range s.Custodians {
		if s.Custodians[i].Name == name {
			s.Custodians[i].Balance += balance
			return
		}
	}
	s.Custodians = append(s.Custodians, Custodian{name, balance})
}

func (s *FundSums) add(o *FundSums) {
	s.Circulation += o.Circulation
	s.Backing += o.Backing
	s.InTransit += o.InTransit
	s.Between += o.Between
	s.Redeeming += o.Redeeming
	s.Grants += o.Grants
	s.Held += o.Held
	s.FunderReceivable += o.FunderReceivable
	s.MemberReceivable += o.MemberReceivable
	s.Gap += o.Gap
	s.Surplus += o.Surplus
	for _, c := range o.Custodians {
		s.keepAt(c.Name, c.Balance)
	}
}

// conclude computes gap, surplus and coverage of a pool from its sums.
func (s *FundSums) conclude() {
	for _, net := range s.campaigns {
		s.Grants += max(0, net)
		s.FunderReceivable += max(0, -net)
	}
	s.campaigns = nil
	cover := s.InTransit + s.Between - s.Redeeming - s.Grants - s.Held
	for _, c := range s.Custodians {
		cover += c.Balance
	}
	s.Gap, s.Surplus = max(0, s.Backing-cover), max(0, cover-s.Backing)
	s.rate()
}

// rate computes the coverage, without the surplus where there is a gap. Where
// nothing is owed for units but others' money is lacking, nothing is covered.
func (s *FundSums) rate() {
	if with := s.Cover() + s.FunderReceivable + s.MemberReceivable; with >= 0 {
		s.CoverageWith = money.Share(min(with, max(s.Cover(), s.Backing)), s.Backing)
	}
	switch {
	case s.Gap > 0 && s.Backing == 0:
		s.Coverage = money.Share(0, 1)
	case s.Gap > 0:
		s.Coverage = money.Share(s.Backing-s.Gap, s.Backing)
	default:
		s.Coverage = money.Share(s.Cover(), s.Backing)
	}
}

// custodianName is how a bank is shown: by the name it was given, or by the end
// of the account's code.
func custodianName(names map[ledger.Account]string, a ledger.Account) string {
	if name, ok := names[a]; ok {
		return name
	}
	return string(a[strings.LastIndexByte(string(a), ':')+1:])
}
