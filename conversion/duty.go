// SPDX-License-Identifier: AGPL-3.0-or-later

package conversion

import (
	"strings"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/civil"
	"github.com/noria-mlc/noria/ledger/db"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
)

// dutiesName is under what a batch remembers duties.
const dutiesName = "conversion"

// duties is what follows from the entries of any command: who owes euros, and how
// many days bonus-born value waits.
type duties struct {
	debtors map[ident.Holder]bool
	wait    int
}

const (
	sqlDebtors = `SELECT holder FROM receivables WHERE owed > 0`
	sqlWait    = `SELECT COALESCE(MAX(days), 0) FROM bonus_wait WHERE id = 1`
)

// dutiesOf reads the duties, once for a batch.
func dutiesOf(tx *ledger.Tx) (*duties, error) {
	if d, ok := tx.Recall(dutiesName).(*duties); ok {
		return d, nil
	}
	list, err := tx.Query(sqlDebtors)
	all, err := collect(list, err, func(row db.Row) (ident.Holder, error) {
		var h ident.Holder
		return h, row.Scan(&h)
	})
	if err != nil {
		return nil, err
	}
	d := &duties{debtors: make(map[ident.Holder]bool, len(all))}
	for _, h := range all {
		d.debtors[h] = true
	}
	if err := tx.QueryRow(sqlWait).Scan(&d.wait); err != nil {
		return nil, err
	}
	tx.Remember(dutiesName, d)
	return d, nil
}

// follow is the covenant of this room: bonus-born value goes where units go, and
// units credited to somebody who owes euros are taken at once (G6).
func follow(tx *ledger.Tx) error {
	d, err := dutiesOf(tx)
	if err != nil || (d.wait == 0 && len(d.debtors) == 0) {
		return err
	}
	posted := tx.Posted()
	if d.wait > 0 {
		if err := carryLots(tx, posted, tx.Today()-civil.Date(d.wait)); err != nil {
			return err
		}
	}
	for _, e := range posted {
		for _, l := range e.Lines {
			h, ok := walletOf(l.Credit)
			if !ok || !d.debtors[h] {
				continue
			}
			if err := collectDebt(tx, h); err != nil {
				return err
			}
		}
	}
	return nil
}

// walletOf returns whose wallet an account is, and false for any other account.
func walletOf(a ledger.Account) (ident.Holder, bool) {
	if !strings.HasPrefix(string(a), "loc:wallet:") {
		return ident.Holder{}, false
	}
	return ledger.HolderOf(a)
}

// carryLots gives bonus-born value to whoever was paid with it. The lines are
// walked from the last, so that each one's place in both wallets is known from
// their turnover now.
func carryLots(tx *ledger.Tx, posted []*ledger.Entry, bornAfter civil.Date) error {
	at := make(map[ledger.Account]*ledger.Turnover)
	place := func(a ledger.Account) (*ledger.Turnover, error) {
		if t, ok := at[a]; ok {
			return t, nil
		}
		t, err := tx.Turnover(a)
		at[a] = &t
		return &t, err
	}
	for i := len(posted) - 1; i >= 0; i-- {
		for j := len(posted[i].Lines) - 1; j >= 0; j-- {
			l := posted[i].Lines[j]
			payer, paid := walletOf(l.Debit)
			payee, received := walletOf(l.Credit)
			var from, to money.Amount
			if paid {
				t, err := place(l.Debit)
				if err != nil {
					return err
				}
				t.Debits -= l.Amount
				from = t.Debits
			}
			if received {
				t, err := place(l.Credit)
				if err != nil {
					return err
				}
				t.Credits -= l.Amount
				to = t.Credits
			}
			if !paid || !received {
				continue
			}
			if err := carry(tx, span{payer, from, from + l.Amount}, payee, to, bornAfter); err != nil {
				return err
			}
		}
	}
	return nil
}

// carry writes the young lots of a span of one wallet into another, from a place
// in its credits on.
func carry(tx *ledger.Tx, s span, payee ident.Holder, to money.Amount, bornAfter civil.Date) error {
	lots, err := lotsIn(tx, s, bornAfter)
	if err != nil {
		return err
	}
	for _, lot := range lots {
		if err := lot.moved(to-s.start).insert(tx, payee); err != nil {
			return err
		}
	}
	return nil
}
