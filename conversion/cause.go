// SPDX-License-Identifier: AGPL-3.0-or-later

package conversion

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/db"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
)

// Cause is one posting that made the cover of a pool rise or fall against its
// backing: whatever has both sides inside the fund changes neither gap nor
// surplus.
type Cause struct {
	Posting   int64
	Entry     ident.Entry
	Seq       int64
	Kind      ledger.Kind
	At        time.Time
	Inside    ledger.Account // of the pool's fund
	Outside   ledger.Account // where the euros went to or came from
	Amount    money.Amount   // signed: positive made the cover rise
	Reference string
}

// Causes lists the latest postings behind the gap or the surplus of a pool, up
// to an entry, newest first: commissions, euros that left for the operating
// account or came from it, euros that nobody identified. It returns ErrForbidden
// and ErrInvalid.
func (v *View) Causes(ctx context.Context, actor access.Actor, pool ledger.Pool, until int64, most int) ([]Cause, error) {
	if err := access.Allow(actor, access.JournalRead, ident.Holder{}); err != nil {
		return nil, err
	}
	outside, err := v.outside(ctx, pool)
	if err != nil {
		return nil, err
	}
	var causes []Cause
	for _, b := range outside {
		found, err := v.causesOf(ctx, pool, b, until, limit(most))
		if err != nil {
			return nil, err
		}
		causes = append(causes, found...)
	}
	slices.SortFunc(causes, func(a, b Cause) int { return int(b.Posting - a.Posting) })
	return causes[:min(limit(most), len(causes))], nil
}

// outside lists the euro accounts that are not of a pool's fund.
func (v *View) outside(ctx context.Context, pool ledger.Pool) ([]ledger.Balance, error) {
	var found []ledger.Balance
	err := v.journal.Snapshot(ctx, func(r db.Reader) error {
		for _, prefix := range []string{"eur:bank:", "eur:income:", "eur:suspense:out"} {
			all, err := v.journal.Balances(ctx, r, prefix)
			if err != nil {
				return err
			}
			for _, b := range all {
				if !inFund(b.Account, pool) {
					found = append(found, b)
				}
			}
		}
		return nil
	})
	return found, err
}

// causePages is how many pages of a statement are looked through for causes.
const causePages = 20

// causesOf walks the statement of an account outside the fund.
func (v *View) causesOf(ctx context.Context, pool ledger.Pool, b ledger.Balance, until int64, most int) ([]Cause, error) {
	var causes []Cause
	before := int64(0)
	for range causePages {
		page, err := v.journal.Statement(ctx, b.Account, before, 0, 200)
		if err != nil {
			return nil, err
		}
		for _, m := range page {
			if before = m.Posting; m.Seq > until || !inFund(m.Counterparty, pool) {
				continue
			}
			c := Cause{Posting: m.Posting, Entry: m.Entry, Seq: m.Seq, Kind: m.Kind, At: m.At, Inside: m.Counterparty, Outside: b.Account,
				Amount: m.Amount, Reference: m.Reference}
			if b.Spec.Side == ledger.Debit { // what an asset outside received left the fund
				c.Amount = -m.Amount
			}
			causes = append(causes, c)
		}
		if len(page) < 200 || len(causes) >= most {
			break
		}
	}
	return causes[:min(most, len(causes))], nil
}

// inFund says whether an account is one that the fund of a pool is made of.
func inFund(a ledger.Account, pool ledger.Pool) bool {
	return poolOf(a) == pool && slices.ContainsFunc(fundPrefixes(), func(prefix string) bool { return strings.HasPrefix(string(a), prefix) })
}
