// SPDX-License-Identifier: AGPL-3.0-or-later

package conversion

import (
	"context"
	"database/sql"
	"time"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/db"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
)

// Link is why two holders look as if they played together.
type Link string

// The links.
const (
	SameHousehold Link = "household" // the association noted one household
	Repeated      Link = "repeated"  // they did it before, in the same days
	WholeChange   Link = "whole"     // the payment hands on all that the change gave
)

// Loop is a change with a bonus, a payment and a redemption that follow each
// other within some days, between holders who are linked: the chain of entries by
// which a bonus may have been turned into euros. It proves nothing by itself.
type Loop struct {
	Redemption RedemptionID `json:"redemption"`
	Conversion ID           `json:"conversion"`
	Payment    ident.Entry  `json:"payment"`
	Payer      ident.Holder `json:"payer"`
	Payee      ident.Holder `json:"payee"`
	Amount     money.Amount `json:"amount"` // of the payment
	Linked     Link         `json:"linked"`
	FoundAt    time.Time    `json:"found_at"`
	ClosedAt   time.Time    `json:"closed_at,omitzero"`
	Note       string       `json:"note,omitempty"`
	Changed    ident.Entry  `json:"change_entry"`              // that credited the change
	Redeemed   ident.Entry  `json:"redemption_entry,omitzero"` // that paid the redemption, or gave the units back
	PaidAt     time.Time    `json:"paid_at,omitzero"`
	Bonus      money.Amount `json:"bonus"`
	Euros      money.Amount `json:"redeemed_eur"`
}

const (
	sqlRecentRedemptions = `SELECT r.id, r.holder, r.requested_at FROM redemptions r JOIN holders h ON h.id = r.holder
		WHERE r.requested_at >= $1 AND r.status <> 'refused' AND h.kind IN ('professional', 'association') ORDER BY r.id LIMIT 1000`
	sqlRecentBonuses = `SELECT c.id, c.bonus, c.euros, c.closed_at FROM conversions c
		WHERE c.holder = $1 AND c.bonus > 0 AND c.status = 'settled' AND c.closed_at >= $2 AND c.closed_at <= $3 ORDER BY c.id`
	sqlSameHousehold = `SELECT COUNT(*) FROM residences a JOIN residences b ON b.household = a.household
		WHERE a.holder = $1 AND b.holder = $2 AND a.household <> ''`
	sqlInsertLoop = `INSERT INTO loops (redemption, conversion, payment, payer, payee, amount, linked, found_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (redemption, conversion, payment) DO NOTHING`
	sqlLoops = `SELECT l.redemption, l.conversion, l.payment, l.payer, l.payee, l.amount, l.linked, l.found_at, l.closed_at, l.note,
			c.entry, r.entry, c.bonus, r.amount - r.fee
		FROM loops l JOIN conversions c ON c.id = l.conversion JOIN redemptions r ON r.id = l.redemption
		WHERE l.closed_at IS NULL OR $1 = 1 ORDER BY l.found_at DESC, l.redemption, l.conversion, l.payment LIMIT 200`
	sqlCloseLoop = `UPDATE loops SET closed_by = $4, closed_at = $5, note = $6
		WHERE redemption = $1 AND conversion = $2 AND payment = $3 AND closed_at IS NULL`
)

// WatchLoops looks for loops that ended in the last days and notes those that it
// finds. It returns how many were not known before, and ErrForbidden.
func (s *Service) WatchLoops(ctx context.Context, actor access.Actor, days int) (int, error) {
	if err := access.Allow(actor, access.LoopWatch, ident.Holder{}); err != nil {
		return 0, err
	}
	loops, err := s.findLoops(ctx, time.Duration(days)*24*time.Hour)
	if err != nil || len(loops) == 0 {
		return 0, err
	}
	n, _, err := execute[int](ctx, s, ledger.Command{Actor: actor, Action: access.LoopWatch, Key: "loops-" + ident.Entry{Bits: s.ledger.NewID()}.String(), Input: days}, nil,
		func(tx *ledger.Tx) (ident.Ref, error) {
			fresh := 0
			for _, l := range loops {
				added, err := tx.Exec(sqlInsertLoop, l.Redemption, l.Conversion, l.Payment, l.Payer, l.Payee, l.Amount, string(l.Linked), tx.Now().UnixMicro())
				if err != nil {
					return ident.Ref{}, err
				}
				fresh += int(added)
			}
			return keep(tx, fresh, ident.Ref{})
		})
	return n, err
}

// findLoops walks back from each recent redemption to the payments before it, and
// from each of them to the changes before it.
func (v *View) findLoops(ctx context.Context, within time.Duration) ([]Loop, error) {
	type end struct {
		id     RedemptionID
		holder ident.Holder
		at     sql.NullInt64
	}
	list, err := v.committed(ctx).Query(sqlRecentRedemptions, v.now().Add(-within).UnixMicro())
	ends, err := collect(list, err, func(row db.Row) (end, error) {
		var e end
		return e, row.Scan(&e.id, &e.holder, &e.at)
	})
	if err != nil {
		return nil, err
	}
	var loops []Loop
	pairs := make(map[[2]ident.Holder]map[ident.Entry]bool)
	for _, e := range ends {
		found, err := v.loopsTo(ctx, Loop{Redemption: e.id, Payee: e.holder}, instant(e.at), within)
		if err != nil {
			return nil, err
		}
		for _, l := range found {
			pair := [2]ident.Holder{l.Payer, l.Payee}
			if pairs[pair] == nil {
				pairs[pair] = make(map[ident.Entry]bool)
			}
			pairs[pair][l.Payment] = true
		}
		loops = append(loops, found...)
	}
	var linked []Loop
	for _, l := range loops {
		if l.Linked == "" && len(pairs[[2]ident.Holder{l.Payer, l.Payee}]) > 1 {
			l.Linked = Repeated
		}
		if l.Linked != "" {
			linked = append(linked, l)
		}
	}
	return linked, nil
}

// loopsTo finds the chains that lead to one redemption.
func (v *View) loopsTo(ctx context.Context, end Loop, redeemed time.Time, within time.Duration) ([]Loop, error) {
	var loops []Loop
	for before := int64(0); ; {
		page, err := v.journal.Statement(ctx, ledger.Wallet(end.Payee), before, 0, 200)
		if err != nil {
			return nil, err
		}
		for _, m := range page {
			if before = m.Posting; m.At.Before(redeemed.Add(-within)) {
				return loops, nil
			}
			payer, ok := walletOf(m.Counterparty)
			if !ok || m.Kind != ledger.KindPayment || m.Amount <= 0 || m.At.After(redeemed) {
				continue
			}
			l := end
			l.Payer, l.Payment, l.Amount = payer, m.Entry, m.Amount
			found, err := v.changesBefore(ctx, l, m.At, within)
			if err != nil {
				return nil, err
			}
			loops = append(loops, found...)
		}
		if len(page) < 200 {
			return loops, nil
		}
	}
}

// changesBefore completes a chain by each change with a bonus before its payment.
func (v *View) changesBefore(ctx context.Context, l Loop, paid time.Time, within time.Duration) ([]Loop, error) {
	r := v.committed(ctx)
	var together int
	if err := r.QueryRow(sqlSameHousehold, l.Payer, l.Payee).Scan(&together); err != nil {
		return nil, err
	}
	list, err := r.Query(sqlRecentBonuses, l.Payer, paid.Add(-within).UnixMicro(), paid.UnixMicro())
	return collect(list, err, func(row db.Row) (Loop, error) {
		chain := l
		var euros money.Amount
		var at sql.NullInt64
		err := row.Scan(&chain.Conversion, &chain.Bonus, &euros, &at)
		switch {
		case together > 0:
			chain.Linked = SameHousehold
		case chain.Amount >= euros+chain.Bonus:
			chain.Linked = WholeChange
		}
		return chain, err
	})
}

// Loops lists the loops that were found, newest first: those that nobody closed,
// or all. It returns ErrForbidden.
func (v *View) Loops(ctx context.Context, actor access.Actor, all bool) ([]Loop, error) {
	if err := access.Allow(actor, access.LoopRead, ident.Holder{}); err != nil {
		return nil, err
	}
	every := 0
	if all {
		every = 1
	}
	list, err := v.committed(ctx).Query(sqlLoops, every)
	loops, err := collect(list, err, func(row db.Row) (Loop, error) {
		var l Loop
		var found, closed sql.NullInt64
		err := row.Scan(&l.Redemption, &l.Conversion, &l.Payment, &l.Payer, &l.Payee, &l.Amount, &l.Linked, &found, &closed, &l.Note,
			&l.Changed, &l.Redeemed, &l.Bonus, &l.Euros)
		l.FoundAt, l.ClosedAt = instant(found), instant(closed)
		return l, err
	})
	if err != nil {
		return nil, err
	}
	for i := range loops {
		e, err := v.journal.Entry(ctx, loops[i].Payment)
		if err != nil {
			return nil, err
		}
		loops[i].PaidAt = e.At
	}
	return loops, nil
}

// CloseLoopInput says what somebody found out about a loop.
type CloseLoopInput struct {
	Redemption RedemptionID `json:"redemption"`
	Conversion ID           `json:"conversion"`
	Payment    ident.Entry  `json:"payment"`
	Note       string       `json:"note"`
}

// CloseLoop files an alert with what was found out, and returns that. It returns ErrInvalid,
// ErrForbidden, and ErrLoopClosed for one that is filed or was never found.
func (s *Service) CloseLoop(ctx context.Context, actor access.Actor, key string, in CloseLoopInput) (string, bool, error) {
	var check fault.Check
	check.That(printable(in.Note, 200), "/note", "must be 1 to 200 printable characters")
	return execute[string](ctx, s, ledger.Command{Actor: actor, Action: access.LoopClose, Key: key, Input: in}, check.Err(),
		func(tx *ledger.Tx) (ident.Ref, error) {
			if err := tx.Guard(ErrLoopClosed, sqlCloseLoop, in.Redemption, in.Conversion, in.Payment, tx.Actor().ID, tx.Now().UnixMicro(), in.Note); err != nil {
				return ident.Ref{}, err
			}
			return keep(tx, in.Note, in.Redemption.Ref())
		})
}
