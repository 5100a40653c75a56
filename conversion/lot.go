// SPDX-License-Identifier: AGPL-3.0-or-later

package conversion

import (
	"context"
	"slices"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/civil"
	"github.com/noria-mlc/noria/ledger/db"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
)

// span is a range of the units that went through a wallet, counted from its
// first credit on. The units below its cumulative debits were spent: first in,
// first out.
type span struct {
	holder      ident.Holder
	start, stop money.Amount
}

// lot is bonus-born value in a wallet.
type lot struct {
	start, stop money.Amount
	born        civil.Date
}

func (l lot) moved(by money.Amount) lot { return lot{l.start + by, l.stop + by, l.born} }

const (
	sqlInsertLot = `INSERT INTO bonus_lots (holder, start, stop, born_on) VALUES ($1, $2, $3, $4)`
	sqlLotsIn    = `SELECT start, stop, born_on FROM bonus_lots WHERE holder = $1 AND stop > $2 AND start < $3 AND born_on > $4 ORDER BY start`
	sqlDropLots  = `DELETE FROM bonus_lots WHERE holder = $1`
	sqlSetWait   = `INSERT INTO bonus_wait (id, days) VALUES (1, $1) ON CONFLICT (id) DO UPDATE SET days = excluded.days`
)

func (l lot) insert(tx *ledger.Tx, h ident.Holder) error {
	_, err := tx.Exec(sqlInsertLot, h, l.start, l.stop, l.born)
	return err
}

// lotsIn reads the lots of a span that were born after a day, cut to the span.
func lotsIn(r rows, s span, bornAfter civil.Date) ([]lot, error) {
	list, err := r.Query(sqlLotsIn, s.holder, s.start, s.stop, bornAfter)
	return collect(list, err, func(row db.Row) (lot, error) {
		var l lot
		err := row.Scan(&l.start, &l.stop, &l.born)
		l.start, l.stop = max(l.start, s.start), min(l.stop, s.stop)
		return l, err
	})
}

// bear marks the bonus that was just credited to a wallet as bonus-born, where
// such value waits.
func bear(tx *ledger.Tx, h ident.Holder, bonus money.Amount) error {
	d, err := dutiesOf(tx)
	if err != nil || d.wait == 0 {
		return err
	}
	t, err := tx.Turnover(ledger.Wallet(h))
	if err != nil {
		return err
	}
	return lot{t.Credits - bonus, t.Credits, tx.Today()}.insert(tx, h)
}

// FreePart is how much of a wallet may be redeemed now, and when the rest may.
type FreePart struct {
	Available money.Amount `json:"available"`
	Free      money.Amount `json:"free"`
	Waits     []Maturing   `json:"waits,omitempty"` // in the order of days
}

// Maturing is bonus-born value and the first day on which it may be redeemed.
type Maturing struct {
	Amount money.Amount `json:"amount"`
	On     civil.Date   `json:"on"`
}

// freePart computes what is free of a wallet with this turnover.
func freePart(t ledger.Turnover, lots []lot, wait int) FreePart {
	free := FreePart{Available: t.Credits - t.Debits, Free: t.Credits - t.Debits}
	slices.SortFunc(lots, func(a, b lot) int { return int(a.born - b.born) })
	for _, l := range lots {
		amount, on := l.stop-l.start, l.born+civil.Date(wait)
		free.Free -= amount
		if n := len(free.Waits); n > 0 && free.Waits[n-1].On == on {
			free.Waits[n-1].Amount += amount
		} else {
			free.Waits = append(free.Waits, Maturing{amount, on})
		}
	}
	return free
}

// from is the first day on which an amount is free.
func (f FreePart) from(amount money.Amount) civil.Date {
	free, day := f.Free, civil.Date(0)
	for _, w := range f.Waits {
		if free >= amount {
			break
		}
		free, day = free+w.Amount, w.On
	}
	return day
}

// holdBack refuses a redemption that would take bonus-born value before its time,
// and otherwise lets it take the free units only: the lots that it would have
// taken, being the first in, are laid where the units lie that stay.
func holdBack(tx *ledger.Tx, h ledger.Holder, amount money.Amount) error {
	d, err := dutiesOf(tx)
	if err != nil || d.wait == 0 || (h.Kind != ledger.Professional && h.Kind != ledger.Association) {
		return err
	}
	t, err := tx.Turnover(ledger.Wallet(h.ID))
	if err != nil {
		return err
	}
	lots, err := lotsIn(tx, span{h.ID, t.Debits, t.Credits}, tx.Today()-civil.Date(d.wait))
	if err != nil || len(lots) == 0 {
		return err
	}
	if f := freePart(t, slices.Clone(lots), d.wait); amount > f.Free {
		if amount > f.Available {
			return ledger.ErrInsufficientFunds
		}
		return ErrBonusWaits.With("free on " + f.from(amount).String())
	}
	if _, err := tx.Exec(sqlDropLots, h.ID); err != nil {
		return err
	}
	at := t.Debits + amount
	for _, l := range lots {
		if err := l.moved(at-l.start).insert(tx, h.ID); err != nil {
			return err
		}
		at += l.stop - l.start
	}
	return nil
}

// SetBonusWait decides for how many days value that a bonus gave waits before a
// professional may redeem it; 0 for not at all. It holds for bonuses given from
// then on. It returns ErrInvalid and ErrForbidden.
func (s *Service) SetBonusWait(ctx context.Context, actor access.Actor, key string, days int) (int, bool, error) {
	var check fault.Check
	check.That(days >= 0 && days <= 366, "/days", "must be 0 to 366 days")
	return execute[int](ctx, s, ledger.Command{Actor: actor, Action: access.CurrencySet, Key: key, Input: struct {
		BonusWait int `json:"bonus_wait_days"`
	}{days}}, check.Err(), func(tx *ledger.Tx) (ident.Ref, error) {
		if _, err := tx.Exec(sqlSetWait, days); err != nil {
			return ident.Ref{}, err
		}
		tx.Remember(dutiesName, nil)
		return keep(tx, days, ident.Ref{})
	})
}

// BonusWait returns for how many days bonus-born value waits. It is public.
func (v *View) BonusWait(ctx context.Context) (int, error) {
	var days int
	err := v.committed(ctx).QueryRow(sqlWait).Scan(&days)
	return days, err
}

// FreeOf returns how much of a wallet its holder may redeem now. It returns
// ErrForbidden.
func (v *View) FreeOf(ctx context.Context, actor access.Actor, h ident.Holder) (FreePart, error) {
	if err := access.Allow(actor, access.RedemptionRead, h); err != nil {
		return FreePart{}, err
	}
	var free FreePart
	err := v.journal.Snapshot(ctx, func(r db.Reader) error {
		b, err := v.journal.Balance(ctx, r, ledger.Wallet(h))
		if err != nil {
			return err
		}
		var wait int
		if err := (committed{ctx, r}).QueryRow(sqlWait).Scan(&wait); err != nil {
			return err
		}
		lots, err := lotsIn(committed{ctx, r}, span{h, b.Debits, b.Credits}, civil.Of(v.now())-civil.Date(wait))
		free = freePart(ledger.Turnover{Debits: b.Debits, Credits: b.Credits}, lots, wait)
		return err
	})
	return free, err
}
