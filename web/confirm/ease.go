// SPDX-License-Identifier: AGPL-3.0-or-later

package confirm

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
)

// The widest ease that treasurers may grant: stricter than the exemption of low
// values in the European rules on strong authentication (30.00, 5, 100.00).
const (
	widestPayment money.Amount = 15_00
	widestRow                  = 3
	widestTotal   money.Amount = 50_00
)

// shortestLook is how long somebody looks at what they confirm, at least, where
// nothing else shows that a person is there (ASVS 2.4.2).
const shortestLook = 400 * time.Millisecond

// Ease is how far payments to known payees need no proof. Its zero value, with
// which a book begins, is: not at all.
type Ease struct {
	PerPayment money.Amount `json:"per_payment"` // at most 15.00
	InARow     int          `json:"in_a_row"`    // at most 3, then a full confirmation
	Total      money.Amount `json:"total"`       // since the last full confirmation, at most 50.00
}

// WidestEase is as much as may be granted.
func WidestEase() Ease { return Ease{widestPayment, widestRow, widestTotal} }

// Ease returns what the treasurers decided; it is no secret. It returns an error
// of the engine.
func (s *Service) Ease(ctx context.Context) (Ease, error) {
	return easeOf(committed{ctx, s.ledger})
}

func easeOf(r row) (Ease, error) {
	var e Ease
	err := r.QueryRow(sqlEase).Scan(&e.PerPayment, &e.InARow, &e.Total)
	if missing(err) {
		return Ease{}, nil
	}
	return e, err
}

// SetEase grants ease, or with a zero value takes it back. It is a treasurer's
// decision. It returns fault.ErrInvalid beyond WidestEase, ledger.ErrForbidden,
// and what ledger.Execute returns.
func (s *Service) SetEase(ctx context.Context, actor access.Actor, key string, in Ease) (Ease, bool, error) {
	if err := access.Allow(actor, access.CurrencySet, ident.Holder{}); err != nil {
		return Ease{}, false, err
	}
	var check fault.Check
	check.That(in.PerPayment >= 0 && in.PerPayment <= widestPayment, "/per_payment", "must be at most 15.00")
	check.That(in.InARow >= 0 && in.InARow <= widestRow, "/in_a_row", "must be at most 3")
	check.That(in.Total >= 0 && in.Total <= widestTotal, "/total", "must be at most 50.00")
	if err := check.Err(); err != nil {
		return Ease{}, false, err
	}
	out, err := s.ledger.Execute(ctx, ledger.Command{Actor: actor, Action: access.CurrencySet, Key: key, Input: easing{in}}, func(tx *ledger.Tx) (ident.Ref, error) {
		if _, err := tx.Exec(sqlSetEase, in.PerPayment, in.InARow, in.Total); err != nil {
			return ident.Ref{}, err
		}
		return ident.Ref{}, tx.Keep(in)
	})
	if err != nil {
		return Ease{}, false, err
	}
	var set Ease
	if err := json.Unmarshal(out.Result, &set); err != nil {
		return Ease{}, false, fmt.Errorf("stored ease: %w", err)
	}
	return set, out.Replayed, nil
}

// easing keeps the input of SetEase apart from that of other settings.
type easing struct {
	Ease Ease `json:"ease"`
}

// easy returns nil where a payment may pass without a proof as far as r knows,
// and ErrEase otherwise: it is small, its payer paid this payee with a full
// confirmation before, and not much passed like this since the last one.
func easy(r row, i Intent) error {
	e, err := easeOf(r)
	if err != nil {
		return err
	}
	if !i.Kind.pays() || i.Amount > e.PerPayment {
		return ErrEase
	}
	var known int
	if err := r.QueryRow(sqlKnownPayee, i.Payer, i.Payee).Scan(&known); err != nil {
		return err
	}
	var row int
	var total money.Amount
	if err := r.QueryRow(sqlEaseUsed, i.Payer).Scan(&row, &total); err != nil && !missing(err) {
		return err
	}
	if known == 0 || row >= e.InARow || total+i.Amount > e.Total {
		return ErrEase
	}
	return nil
}

// useEase lets a payment pass without a proof, within its command.
func useEase(tx *ledger.Tx, i Intent) error {
	if err := easy(tx, i); err != nil {
		return err
	}
	if tx.Now().Sub(i.CreatedAt) < shortestLook {
		return ErrTooFast
	}
	e, err := easeOf(tx)
	if err != nil {
		return err
	}
	return tx.Guard(ErrEase, sqlUseEase, i.Payer, i.Amount, e.InARow, e.Total)
}
