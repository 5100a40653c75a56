// SPDX-License-Identifier: AGPL-3.0-or-later

package fonte

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"fmt"
	"time"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/civil"
	"github.com/noria-mlc/noria/ledger/db"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
)

// page is how many holders are looked at together.
const page = 500

// periodRow is a period of a rule as it is stored.
type periodRow struct {
	rule RuleID
	Taken
}

func scanPeriod(row db.Row) (periodRow, error) {
	var p periodRow
	var closed sql.NullInt64
	err := row.Scan(&p.rule, &p.From, &p.Until, &p.Holders, &p.Total, &p.Entry, &closed)
	p.At = instant(closed)
	return p, err
}

// due is a period that is over and not closed.
type due struct {
	rule Rule
	span
}

// overdue lists the periods to take, oldest first for each rule.
func (s *Service) overdue(ctx context.Context, rules []Rule) ([]due, error) {
	type at struct {
		rule  RuleID
		first civil.Date
	}
	rows, err := s.ledger.Reader().QueryContext(ctx, sqlClosed)
	if err != nil {
		return nil, err
	}
	closed, err := collect(rows, func(row db.Row) (at, error) {
		var p at
		return p, row.Scan(&p.rule, &p.first)
	})
	if err != nil {
		return nil, err
	}
	done := make(map[at]bool, len(closed))
	for _, p := range closed {
		done[p] = true
	}
	var list []due
	for _, r := range rules {
		for _, p := range r.over(s.ledger.Now()) {
			if !done[at{r.ID, p.first}] {
				list = append(list, due{r, p})
			}
		}
	}
	return list, nil
}

// Due says whether there is anybody to write to or any period to take. It only
// reads.
func (s *Service) Due(ctx context.Context) (bool, error) {
	rules, err := s.committed(ctx, s.ledger.Reader())
	if err != nil || len(rules) == 0 {
		return false, err
	}
	list, err := s.overdue(ctx, rules)
	if err != nil || len(list) > 0 {
		return len(list) > 0, err
	}
	for _, r := range rules {
		untold, err := s.untold(ctx, r, ident.Holder{}, 1)
		if err != nil || len(untold) > 0 {
			return len(untold) > 0, err
		}
	}
	return false, nil
}

// Take takes every period that is over and was not taken, and gives each to its
// association. Stopped anywhere it goes on where it was. It returns the number of
// periods closed, ErrForbidden, or an error of the engine.
func (s *Service) Take(ctx context.Context, actor access.Actor) (int, error) {
	rules, err := s.committed(ctx, s.ledger.Reader())
	if err != nil {
		return 0, err
	}
	list, err := s.overdue(ctx, rules)
	if err != nil {
		return 0, err
	}
	for i, d := range list {
		if err := s.take(ctx, actor, d); err != nil {
			return i, err
		}
	}
	return len(list), nil
}

// named is a period as the input of a command tells it.
type named struct {
	Rule RuleID     `json:"rule"`
	From civil.Date `json:"from"`
}

func (d due) named() named { return named{d.rule.ID, d.first} }

// derived is the idempotency key of one step: the same whenever it is run again.
func derived(parts ...any) string {
	sum := sha256.Sum256([]byte(fmt.Sprintln(parts...)))
	return "fonte/" + hex.EncodeToString(sum[:24])
}

// reference is the period, as the statement of a wallet shows it.
func (d due) reference() string { return d.first.String() + "/" + d.last.String() }

// take takes one period: it is opened, each holder is taken from, it is closed.
func (s *Service) take(ctx context.Context, actor access.Actor, d due) error {
	// The instants of commands rise along the journal: once this one is committed,
	// what every wallet held at the end of the period is known for good.
	_, err := s.ledger.Execute(ctx, ledger.Command{Actor: actor, Action: access.FonteTake, Key: derived("open", d.rule.ID, d.first), Input: d.named()}, func(tx *ledger.Tx) (ident.Ref, error) {
		if err := tx.Open(ledger.Fonte); err != nil {
			return ident.Ref{}, err
		}
		_, err := tx.Exec(sqlOpen, d.rule.ID, d.first, d.last, tx.Now().UnixMicro())
		return d.rule.ID.Ref(), err
	})
	if err != nil {
		return err
	}
	var after ident.Holder
	for {
		list, next, err := s.untaken(ctx, d, after)
		if err != nil {
			return err
		}
		for _, in := range list {
			if err := ctx.Err(); err != nil {
				return err
			}
			if err := s.takeFrom(ctx, actor, d, in); err != nil {
				return err
			}
		}
		if next.IsZero() {
			return s.close(ctx, actor, d)
		}
		after = next
	}
}

// taking is what one holder is asked for: the same however often it is computed.
type taking struct {
	named
	Holder  ident.Holder `json:"holder"`
	Balance money.Amount `json:"balance"` // at the end of the period
}

// untaken lists the holders of a page who had something to take from and were not
// taken from, and the last holder of the page, zero where it was the last page.
func (s *Service) untaken(ctx context.Context, d due, after ident.Holder) ([]taking, ident.Holder, error) {
	var list []taking
	var last ident.Holder
	err := s.ledger.Snapshot(ctx, func(r db.Reader) error {
		seq, err := s.ledger.SeqAt(ctx, r, d.last.End().Add(-time.Microsecond))
		if err != nil {
			return err
		}
		rows, err := r.QueryContext(ctx, sqlUntaken, after.Bits[:], padded(d.rule), d.rule.Receiver, d.rule.ID, d.first, page)
		if err != nil {
			return err
		}
		holders, err := collect(rows, scanHolder)
		if err != nil {
			return err
		}
		for _, h := range holders {
			b, err := s.ledger.Balance(ctx, r, ledger.Wallet(h))
			if err != nil {
				return err
			}
			held, err := s.ledger.BalanceAt(ctx, r, b, seq)
			if err != nil {
				return err
			}
			if d.rule.share(held) > 0 {
				list = append(list, taking{d.named(), h, held})
			}
		}
		if len(holders) == page {
			last = holders[page-1]
		}
		return nil
	})
	return list, last, err
}

// takeFrom takes the share of one holder, by an entry that touches the wallet
// only: whoever has spent meanwhile gives of what is left.
func (s *Service) takeFrom(ctx context.Context, actor access.Actor, d due, in taking) error {
	key := derived("take", d.rule.ID, d.first, in.Holder)
	_, err := s.ledger.Execute(ctx, ledger.Command{Actor: actor, Action: access.FonteTake, Key: key, Input: in}, func(tx *ledger.Tx) (ident.Ref, error) {
		var open int
		if err := tx.QueryRow(sqlIsOpen, d.rule.ID, d.first).Scan(&open); err != nil || open == 0 {
			return ident.Ref{}, err
		}
		left, err := tx.Balance(ledger.Wallet(in.Holder))
		if err != nil {
			return ident.Ref{}, err
		}
		counted := min(in.Balance, left)
		amount := d.rule.share(counted)
		if amount <= 0 {
			return ident.Ref{}, nil
		}
		e, err := tx.Post(ledger.Draft{Kind: ledger.KindFonte, Reference: d.reference(),
			Postings: []ledger.Posting{{Debit: ledger.Wallet(in.Holder), Credit: ledger.Fonte, Amount: amount}}})
		if err != nil {
			return ident.Ref{}, err
		}
		_, err = tx.Exec(sqlTake, d.rule.ID, d.first, in.Holder, counted, amount, e.ID)
		return in.Holder.Ref(), err
	})
	return err
}

// close gives the association what was taken, as one sum, and closes the period.
func (s *Service) close(ctx context.Context, actor access.Actor, d due) error {
	_, err := s.ledger.Execute(ctx, ledger.Command{Actor: actor, Action: access.FonteTake, Key: derived("close", d.rule.ID, d.first), Input: d.named()}, func(tx *ledger.Tx) (ident.Ref, error) {
		var holders int
		var total money.Amount
		if err := tx.QueryRow(sqlSum, d.rule.ID, d.first).Scan(&holders, &total); err != nil {
			return ident.Ref{}, err
		}
		var given ident.Entry
		if total > 0 {
			e, err := tx.Post(ledger.Draft{Kind: ledger.KindFonte, Reference: d.reference(),
				Postings: []ledger.Posting{{Debit: ledger.Fonte, Credit: ledger.Wallet(d.rule.Receiver), Amount: total}}})
			if err != nil {
				return ident.Ref{}, err
			}
			given = e.ID
			tx.Touch(d.rule.Receiver.Ref())
		}
		return d.rule.ID.Ref(), tx.Guard(ErrEnded, sqlClose, d.rule.ID, d.first, holders, total, given, tx.Now().UnixMicro())
	})
	return err
}

// padded writes the kinds of a rule as the queries compare them.
func padded(r Rule) string { return " " + r.kinds() + " " }

func scanHolder(row db.Row) (ident.Holder, error) {
	var h ident.Holder
	return h, row.Scan(&h)
}
