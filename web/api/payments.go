// SPDX-License-Identifier: AGPL-3.0-or-later

package api

import (
	"context"

	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
	"github.com/noria-mlc/noria/merchant"
)

type newPayment struct {
	Keyed
	Body struct {
		To      string       `json:"to" minLength:"1" maxLength:"40" doc:"Wallet, holder number or merchant code"`
		Amount  money.Amount `json:"amount" pattern:"^(0|[1-9][0-9]{0,8})\\.[0-9]{2}$"`
		Message string       `json:"message,omitempty" maxLength:"140"`
		From    ident.Wallet `json:"from,omitzero" required:"false" doc:"The organisation's wallet, where the caller acts for one"`
	}
}

type PaymentPath struct {
	ID merchant.PaymentID `path:"id"`
}

func (r *routes) payments() {
	private(r, create("/v1/payments", "Pay", "payments"), func(ctx context.Context, actor access.Actor, in *newPayment) (*done[merchant.Payment], error) {
		key, err := in.key()
		if err != nil {
			return nil, err
		}
		p, replayed, err := r.Merchant.Pay(ctx, actor, key, merchant.PayInput{From: in.Body.From, To: in.Body.To,
			Amount: in.Body.Amount, Message: in.Body.Message})
		if err != nil {
			return nil, err
		}
		return answered(p, replayed, "/v1/payments/"+p.ID.String()), nil
	})
	private(r, get("/v1/payments/{id}", "Read a payment", "payments"), func(ctx context.Context, actor access.Actor, in *PaymentPath) (*shown[merchant.Payment], error) {
		p, err := r.Merchant.Payment(ctx, actor, in.ID)
		return show(p, err)
	})
	private(r, create("/v1/payments/{id}/refunds", "Give a payment back, in whole or in part", "payments"),
		func(ctx context.Context, actor access.Actor, in *struct {
			Keyed
			PaymentPath
			Body struct {
				Amount money.Amount `json:"amount,omitempty" required:"false" pattern:"^(0|[1-9][0-9]{0,8})\\.[0-9]{2}$" doc:"All that is left where absent"`
			} `required:"false"`
		}) (*done[merchant.Payment], error) {
			key, err := in.key()
			if err != nil {
				return nil, err
			}
			p, replayed, err := r.Merchant.Refund(ctx, actor, key, in.ID, merchant.RefundInput{Amount: in.Body.Amount})
			if err != nil {
				return nil, err
			}
			return answered(p, replayed, "/v1/payments/"+p.ID.String()), nil
		})
}
