// SPDX-License-Identifier: AGPL-3.0-or-later

package api

import (
	"context"
	"slices"

	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
	"github.com/noria-mlc/noria/merchant"
	"github.com/noria-mlc/noria/ops/observe"
)

type newPayment struct {
	Keyed
	Body struct {
		To      string       `json:"to" minLength:"1" maxLength:"40" doc:"Wallet, holder number or merchant code"`
		Amount  money.Amount `json:"amount"`
		Message string       `json:"message,omitempty" maxLength:"140"`
		From    ident.Wallet `json:"from,omitzero" required:"false" doc:"The organisation's wallet, where the caller acts for one"`
	}
}

type PaymentPath struct {
	ID merchant.PaymentID `path:"id"`
}

func (r *routes) payments() {
	private(r, create("/v1/payments", "Pay", "payments"), func(ctx context.Context, actor access.Actor, in *newPayment) (*done[merchant.Payment], error) {
		return r.paid(in.Keyed, observe.Direct, func(key string) (merchant.Payment, bool, error) {
			if err := r.direct(ctx, access.PaymentCreate, in.Body.From); err != nil {
				return merchant.Payment{}, false, err
			}
			return r.Merchant.Pay(ctx, actor, key, merchant.PayInput{From: in.Body.From, To: in.Body.To,
				Amount: in.Body.Amount, Message: in.Body.Message})
		})
	})
	private(r, get("/v1/payments/{id}", "Read a payment", "payments"), func(ctx context.Context, actor access.Actor, in *PaymentPath) (*shown[merchant.Payment], error) {
		p, err := r.Merchant.Payment(ctx, actor, in.ID)
		if err != nil {
			return nil, err
		}
		return show(p, r.lookedAtPayment(ctx, actor, p))
	})
	private(r, create("/v1/payments/{id}/refunds", "Give a payment back, in whole or in part", "payments"),
		func(ctx context.Context, actor access.Actor, in *struct {
			Keyed
			PaymentPath
			Body *struct {
				Amount *money.Amount `json:"amount,omitempty" required:"false" doc:"All that is left where absent"`
			}
		}) (*done[merchant.Payment], error) {
			return r.paid(in.Keyed, observe.Refund, func(key string) (merchant.Payment, bool, error) {
				var input merchant.RefundInput
				if in.Body != nil {
					var check fault.Check
					input.Amount = stated(&check, "/amount", in.Body.Amount)
					if err := check.Err(); err != nil {
						return merchant.Payment{}, false, err
					}
				}
				if err := r.mayRefund(ctx, actor, in.ID); err != nil {
					return merchant.Payment{}, false, err
				}
				return r.Merchant.Refund(ctx, actor, key, in.ID, input)
			})
		})
}

// mayRefund decides whether a caller may give a payment back without more: see
// confirm.Refund.
func (r *routes) mayRefund(ctx context.Context, actor access.Actor, id merchant.PaymentID) error {
	paid, err := r.Merchant.Payment(ctx, actor, id)
	if err != nil || !paid.RefundOf.IsZero() { // what is no payment is refused below
		return err
	}
	p, err := Caller(ctx)
	if err != nil {
		return err
	}
	return r.Confirm.Refund(ctx, p, ident.HolderOf(paid.To))
}

// paid runs a command that answers a payment, and counts it.
func (r *routes) paid(k Keyed, channel observe.Channel, run func(key string) (merchant.Payment, bool, error)) (*done[merchant.Payment], error) {
	key, err := k.key()
	if err != nil {
		return nil, err
	}
	begin := r.Ledger.Now()
	p, replayed, err := run(key)
	r.Metrics.Payment(channel, observe.ResultOf(replayed, err), r.Ledger.Now().Sub(begin))
	if err != nil {
		return nil, err
	}
	return answered(p, replayed, "/v1/payments/"+p.ID.String()), nil
}

// lookedAtPayment writes down that somebody of the staff reads a payment between
// others (D8): whoever is one of its two sides looks at nobody's account.
func (r *routes) lookedAtPayment(ctx context.Context, actor access.Actor, p merchant.Payment) error {
	sides := [2]ident.Holder{ident.HolderOf(p.From), ident.HolderOf(p.To)}
	for _, side := range sides {
		if side == actor.Holder || slices.ContainsFunc(actor.Grants, func(g access.Grant) bool { return g.Organisation == side }) {
			return nil
		}
	}
	for _, side := range sides {
		if err := r.People.Looked(ctx, actor, side, "payment"); err != nil {
			return err
		}
	}
	return nil
}
