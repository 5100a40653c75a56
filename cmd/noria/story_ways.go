// SPDX-License-Identifier: AGPL-3.0-or-later

package main

import (
	"context"
	"strings"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/money"
	"github.com/noria-mlc/noria/merchant"
	"github.com/noria-mlc/noria/ops/debit"
	"github.com/noria-mlc/noria/ops/provider"
	"github.com/noria-mlc/noria/ops/sepa"
)

// waysIn plays the other ways of euros: Bruno pays by card at the sandbox, by a
// standing order, and some are debited.
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
	if err := s.standingOrder(ctx); err != nil {
		return err
	}
	return s.debitsGoToTheBank(ctx)
}

// standingOrder gives Bruno the reference of a standing order, and credits the
// first transfer that carried it.
func (s *story) standingOrder(ctx context.Context) error {
	standing, _, err := s.app.conversion.StandingReference(ctx, s.actors["citizen2"], key("standing"), s.holders["citizen2"].ID)
	if err != nil {
		return err
	}
	_, _, err = s.app.conversion.SettleStanding(ctx, s.actors["treasurer"], key("standing-paid"), conversion.SettleStandingInput{
		Reference: standing.Reference, Received: money.MustParse("50.00"), BankReference: "VIR PERMANENT 1"})
	return err
}

// debitsGoToTheBank plays direct debits: Bruno signs one of 20 € a month, which is
// announced; Simon and Rosa are debited in one run. Simon's debit stays; Rosa spends
// most of her units before hers comes back, and owes the rest (G6). So that a run
// can be presented on the day of the story, two days of notice hold for it; then
// the usual fourteen do.
func (s *story) debitsGoToTheBank(ctx context.Context) error {
	collects := func(step string, days int) error {
		_, _, err := s.debit.SetCreditor(ctx, s.actors["treasurer"], key(step), debit.Creditor{ICS: "FR72ZZZ123456", NoticeDays: days})
		return err
	}
	if err := collects("creditor", 2); err != nil {
		return err
	}
	// What comes back after it was spent is lacking until it is recovered: the
	// association keeps a reserve of its own for that, so that the fund is whole.
	if _, _, err := s.app.conversion.MoveEuros(ctx, s.actors["treasurer"], key("reserve"), conversion.MoveEurosInput{From: ledger.Operating,
		To: ledger.Guarantee(ledger.Digital, "la-nef"), Amount: money.MustParse("50.00"), BankReference: "RESERVE IMPAYES"}); err != nil {
		return err
	}
	members := make(map[string]access.Actor)
	for _, m := range []struct{ step, name, iban, euros string }{
		{"simon", "Simon Thomas", "FR7630006000011234567890189", "30.00"}, {"rosa", "Rosa Sauvage", "FR1420041010050500013M02606", "40.00"},
	} {
		h, _, err := s.app.ledger.CreateHolder(ctx, operator(), key("holder:"+m.step), ledger.NewHolder{Kind: ledger.Individual, Name: m.name})
		if err != nil {
			return err
		}
		members[m.step] = access.Actor{ID: operator().ID, Holder: h.ID, Grants: []access.Grant{{Role: access.Citizen}}}
		if _, _, err := s.debit.Sign(ctx, members[m.step], key("mandate:"+m.step), debit.SignInput{Holder: h.ID, IBAN: m.iban, Name: strings.ToUpper(m.name),
			Rhythm: debit.Once, Euros: money.MustParse(m.euros)}); err != nil {
			return err
		}
	}
	r, _, err := s.debit.Prepare(ctx, s.actors["treasurer"], key("debit-run"))
	if err != nil {
		return err
	}
	if _, _, err := s.debit.Approve(ctx, s.actors["approver"], key("debit-run-approval"), r.ID, r.Digest); err != nil {
		return err
	}
	if _, err := s.debit.File(ctx, s.actors["treasurer"], r.ID, sepa.Debit08); err != nil {
		return err
	}
	if _, err := s.debit.CollectRun(ctx, s.actors["treasurer"], debit.CollectRunInput{Run: r.ID, BankReference: "REMISE PRLV 1"}); err != nil {
		return err
	}
	if _, _, err := s.app.merchant.Pay(ctx, members["rosa"], key("payment:rosa"), merchant.PayInput{To: s.shop.Code, Amount: money.MustParse("45.00"), Message: "Provisions"}); err != nil {
		return err
	}
	run, err := s.debit.Run(ctx, s.actors["treasurer"], r.ID)
	if err != nil {
		return err
	}
	for _, l := range run.Items {
		if l.Holder != members["rosa"].Holder {
			continue
		}
		if _, _, err := s.debit.Return(ctx, s.actors["treasurer"], key("debit-returned"), debit.ReturnInput{Debit: l.ID, Code: "MD06", BankReference: "REJET PRLV 1"}); err != nil {
			return err
		}
	}
	if err := collects("creditor-usual", 14); err != nil {
		return err
	}
	_, _, err = s.debit.Sign(ctx, s.actors["citizen2"], key("mandate"), debit.SignInput{Holder: s.holders["citizen2"].ID, IBAN: "FR7630004000031234567890143",
		Name: "CASTEL BRUNO", Rhythm: debit.Monthly, Euros: money.MustParse("20.00"), Day: 5})
	return err
}
