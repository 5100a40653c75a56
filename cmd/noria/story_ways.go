// SPDX-License-Identifier: AGPL-3.0-or-later

package main

import (
	"context"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/ledger/money"
	"github.com/noria-mlc/noria/ops/debit"
	"github.com/noria-mlc/noria/ops/provider"
)

// waysIn plays the other ways of euros: Bruno pays by card at the sandbox, and
// signs a mandate of 20 € a month.
func (s *story) waysIn(ctx context.Context) error {
	bruno := s.holders["citizen2"].ID
	c, _, err := s.provider.Convert(ctx, s.actors["citizen2"], key("card"), conversion.ConvertInput{Holder: bruno, Euros: money.MustParse("25.00")})
	if err != nil {
		return err
	}
	now, err := s.app.conversion.Conversion(ctx, s.actors["citizen2"], c.ID)
	if err != nil {
		return err
	}
	// A sandbox forgets when its process ends: a story cut short just here goes on
	// without this payment.
	if k, err := s.app.conversion.Checkout(ctx, c.ID); err == nil && now.Status == conversion.AwaitingEuros {
		if s.provider.Sandbox().Change(k.Payment, func(p *provider.SandboxPayment) { p.Status = conversion.PaymentPaid }) == nil {
			if err := s.provider.Refresh(ctx, c.ID); err != nil {
				return err
			}
		}
	}
	if _, _, err := s.debit.SetCreditor(ctx, s.actors["treasurer"], key("creditor"), debit.Creditor{ICS: "FR72ZZZ123456"}); err != nil {
		return err
	}
	_, _, err = s.debit.Sign(ctx, s.actors["citizen2"], key("mandate"), debit.SignInput{Holder: bruno, IBAN: "FR7630004000031234567890143",
		Name: "CASTEL BRUNO", Rhythm: debit.Monthly, Euros: money.MustParse("20.00"), Day: 5})
	return err
}
