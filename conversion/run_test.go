// SPDX-License-Identifier: AGPL-3.0-or-later

package conversion_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/civil"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
)

const (
	shopIBAN  = "FR1420041010050500013M02606"
	otherIBAN = "FR7630004000031234567890143"
)

func owner(h ledger.Holder) access.Actor { return member(21, access.MerchantOwner, h) }

// paidTo gives a holder an account, as its owner.
func (w *world) paidTo(h ledger.Holder, iban string) conversion.PayoutAccount {
	w.Helper()
	a, _, err := w.SetPayoutAccount(w.Context(), owner(h), w.key(), conversion.SetPayoutAccountInput{Holder: h.ID, IBAN: iban, Name: h.Name}, nil)
	if err != nil {
		w.Fatal(err)
	}
	return a
}

// asked is a redemption of a shop that just changed as much.
func (w *world) asked(h ledger.Holder, euros string) conversion.Redemption {
	w.Helper()
	w.atDesk(h, euros)
	r, err := w.redeem(owner(h), h, euros)
	if err != nil {
		w.Fatal(err)
	}
	return r
}

// banking takes every run, on the day after.
func banking() conversion.Banking {
	return conversion.Banking{Day: func(today civil.Date) civil.Date { return today + 1 },
		Fits: func(conversion.Run, conversion.BankAccount) error { return nil }}
}

func (w *world) prepare(ids ...conversion.RedemptionID) (conversion.Run, error) {
	r, _, err := w.PrepareRun(w.Context(), treasurer(), w.key(), conversion.PrepareRunInput{Redemptions: ids}, banking())
	return r, err
}

// sent prepares, approves and gives out a run.
func (w *world) sent(ids ...conversion.RedemptionID) conversion.Run {
	w.Helper()
	r, err := w.prepare(ids...)
	if err != nil {
		w.Fatal(err)
	}
	if _, _, err := w.ApproveRun(w.Context(), approver(), w.key(), conversion.ApproveRunInput{Run: r.ID, Digest: r.Digest}); err != nil {
		w.Fatal(err)
	}
	if r, _, err = w.SendRun(w.Context(), treasurer(), w.key(), r.ID); err != nil {
		w.Fatal(err)
	}
	return r
}

func (w *world) read(id conversion.RedemptionID) conversion.Redemption {
	w.Helper()
	r, err := w.Redemption(w.Context(), treasurer(), id)
	if err != nil {
		w.Fatal(err)
	}
	return r
}

func (w *world) wantBalances(when string, wants map[ledger.Account]string) {
	w.Helper()
	for account, want := range wants {
		if got := w.balance(account); got.Format() != want {
			w.Errorf("%s: %s is %s, want %s", when, account, got, want)
		}
	}
	if err := w.check(); err != nil {
		w.Errorf("%s: %v", when, err)
	}
}

func (w *world) settleSent(r conversion.Redemption, euros string) error {
	_, _, err := w.SettleSent(w.Context(), treasurer(), w.key(), conversion.SettleSentInput{EndToEnd: r.EndToEnd(), BankReference: "LINE", Paid: amount(euros)})
	return err
}

func (w *world) sendBack(id conversion.RedemptionID, then conversion.AfterReturn) (conversion.Redemption, error) {
	r, _, err := w.ReturnRedemption(w.Context(), treasurer(), w.key(), conversion.ReturnRedemptionInput{Redemption: id, Code: "AC04", BankReference: "RETURN", Then: then})
	return r, err
}

// TestARunPaysRedemptions goes through the life of a run and looks at the books
// at each step.
func TestARunPaysRedemptions(t *testing.T) {
	run(t, func(w *world) {
		ctx := w.Context()
		w.paidTo(w.shop, shopIBAN)
		red := w.asked(w.shop, "100.00")
		_, err := w.redeem(owner(w.club), w.club, "1.00")
		w.refused("nothing there", err, ledger.ErrInsufficientFunds)

		_, _, err = w.PrepareRun(ctx, approver(), w.key(), conversion.PrepareRunInput{}, banking())
		w.refused("prepared by an approver", err, ledger.ErrForbidden)
		_, _, err = w.PrepareRun(ctx, treasurer(), w.key(), conversion.PrepareRunInput{ExecuteOn: day(2026, 3, 1)}, banking())
		w.refused("for yesterday", err, fault.ErrInvalid)
		_, _, err = w.PrepareRun(ctx, treasurer(), w.key(), conversion.PrepareRunInput{Account: ledger.Operating}, banking())
		w.refused("from the operating account (G3)", err, fault.ErrInvalid)
		unfit := banking()
		unfit.Fits = func(conversion.Run, conversion.BankAccount) error { return fault.ErrInvalid }
		_, _, err = w.PrepareRun(ctx, treasurer(), w.key(), conversion.PrepareRunInput{}, unfit)
		w.refused("a bank would not take it", err, fault.ErrInvalid)

		r, err := w.prepare()
		if err != nil || r.Count != 1 || r.Total.Format() != "95.00" || r.ExecuteOn != day(2026, 3, 3) || r.Status != conversion.RunDraft || len(r.Digest) != 64 || r.Lines != nil {
			w.Fatalf("prepared: %+v, %v", r, err)
		}
		if got := w.read(red.ID); got.Status != conversion.RedemptionInRun || got.Run != r.ID {
			w.Errorf("in a run: %+v", got)
		}
		_, err = w.prepare()
		w.refused("nothing left", err, conversion.ErrRunEmpty)
		_, err = w.prepare(red.ID)
		w.refused("in two runs", err, conversion.ErrRedemptionInRun)
		_, _, err = w.SettleRedemption(ctx, treasurer(), w.key(), conversion.SettleRedemptionInput{Redemption: red.ID, BankReference: "S"})
		w.refused("paid by hand while in a run", err, conversion.ErrRedemptionInRun)
		_, _, err = w.RefuseRedemption(ctx, treasurer(), w.key(), conversion.RefuseRedemptionInput{Redemption: red.ID, Reason: "x"})
		w.refused("refused while in a run", err, conversion.ErrRedemptionInRun)
		_, err = w.sendBack(red.ID, conversion.GiveBack)
		w.refused("returned while in a run", err, conversion.ErrRedemptionInRun)

		_, _, err = w.SendRun(ctx, treasurer(), w.key(), r.ID)
		w.refused("sent without approval (D9)", err, conversion.ErrRunNotApproved)
		same := access.Actor{ID: treasurer().ID, Grants: []access.Grant{{Role: access.Approver}}}
		_, _, err = w.ApproveRun(ctx, same, w.key(), conversion.ApproveRunInput{Run: r.ID, Digest: r.Digest})
		w.refused("approved by who prepared (D9)", err, conversion.ErrSamePerson)
		_, _, err = w.ApproveRun(ctx, approver(), w.key(), conversion.ApproveRunInput{Run: r.ID, Digest: strings.Repeat("0", 64)})
		w.refused("another content", err, conversion.ErrDigestChanged)
		k := w.key()
		got, _, err := w.ApproveRun(ctx, approver(), k, conversion.ApproveRunInput{Run: r.ID, Digest: r.Digest})
		if err != nil || got.Status != conversion.RunApproved || got.ApprovedAt.IsZero() {
			w.Fatalf("approved: %+v, %v", got, err)
		}
		if again, replayed, err := w.ApproveRun(ctx, approver(), k, conversion.ApproveRunInput{Run: r.ID, Digest: r.Digest}); err != nil || !replayed || asJSON(t, again) != asJSON(t, got) {
			w.Errorf("the same key: %+v, %v, %v", again, replayed, err)
		}
		_, _, err = w.ApproveRun(ctx, approver(), w.key(), conversion.ApproveRunInput{Run: r.ID, Digest: r.Digest})
		w.refused("approved twice", err, conversion.ErrRunNotDraft)
		_, _, err = w.SettleRun(ctx, treasurer(), w.key(), conversion.SettleRunInput{Run: r.ID, BankReference: "L"})
		w.refused("settled before it was given out", err, conversion.ErrRunNotExported)
		w.wantBalances("approved", map[ledger.Account]string{ledger.Reserved(w.shop.ID): "100.00", ledger.Redeeming: "0.00", ledger.Backing(ledger.Digital): "100.00"})
		w.refused("not sent yet", w.settleSent(red, "95.00"), conversion.ErrRedemptionNotSent)

		first, _, err := w.SendRun(ctx, treasurer(), w.key(), r.ID)
		if err != nil || first.Status != conversion.RunExported || first.ExportedAt.IsZero() {
			w.Fatalf("given out: %+v, %v", first, err)
		}
		w.later(time.Hour)
		if again, _, err := w.SendRun(ctx, treasurer(), w.key(), r.ID); err != nil || !again.ExportedAt.Equal(first.ExportedAt) {
			w.Errorf("given out again: %+v, %v", again, err)
		}
		w.wantBalances("sent", map[ledger.Account]string{ledger.Reserved(w.shop.ID): "0.00", ledger.Redeeming: "95.00", ledger.IncomeFees: "5.00",
			ledger.Backing(ledger.Digital): "0.00", ledger.Issued(ledger.Digital): "0.00", bank: "0.00"})
		_, _, err = w.CancelRun(ctx, treasurer(), w.key(), r.ID)
		w.refused("cancelled when given out", err, conversion.ErrRunExported)
		_, _, err = w.RefuseRedemption(ctx, treasurer(), w.key(), conversion.RefuseRedemptionInput{Redemption: red.ID, Reason: "x"})
		w.refused("refused when sent", err, conversion.ErrRedemptionSent)

		w.refused("another amount", w.settleSent(red, "95.01"), conversion.ErrAmountDiffers)
		_, _, err = w.SettleSent(ctx, treasurer(), w.key(), conversion.SettleSentInput{EndToEnd: "LOYER 2026-03", BankReference: "L", Paid: 1})
		w.refused("a line that is none of ours", err, ledger.ErrMissing)
		if err := w.settleSent(red, "95.00"); err != nil {
			w.Fatal(err)
		}
		w.wantBalances("settled", map[ledger.Account]string{ledger.Redeeming: "0.00", bank: "-95.00"})
		w.refused("settled twice", w.settleSent(red, "95.00"), conversion.ErrRedemptionSettled)

		full, err := w.RedemptionRun(ctx, role(7, access.Auditor), r.ID)
		if err != nil || len(full.Lines) != 1 || full.Lines[0].IBAN != shopIBAN || full.Lines[0].EndToEnd != red.EndToEnd() || full.Lines[0].Status != conversion.RedemptionSettled {
			w.Errorf("read: %+v, %v", full, err)
		}
		_, err = w.RedemptionRun(ctx, owner(w.shop), r.ID)
		w.refused("read by a shop", err, ledger.ErrForbidden)
		_, err = w.RedemptionRun(ctx, treasurer(), conversion.RunID{Bits: ident.Bits{1}})
		w.refused("no such run", err, ledger.ErrMissing)
		if list, err := w.RedemptionRuns(ctx, treasurer(), conversion.RunID{}, 0); err != nil || len(list) != 1 || list[0].Digest != r.Digest {
			w.Errorf("listed: %+v, %v", list, err)
		}
	})
}

func TestACancelledRunReleasesItsRedemptions(t *testing.T) {
	run(t, func(w *world) {
		ctx := w.Context()
		w.paidTo(w.shop, shopIBAN)
		red := w.asked(w.shop, "20.00")
		r, err := w.prepare()
		if err != nil {
			w.Fatal(err)
		}
		if _, _, err := w.CancelRun(ctx, approver(), w.key(), r.ID); err != nil {
			w.Fatal(err)
		}
		if got := w.read(red.ID); got.Status != conversion.RedemptionRequested || !got.Run.IsZero() {
			w.Errorf("released: %+v", got)
		}
		_, _, err = w.CancelRun(ctx, treasurer(), w.key(), r.ID)
		w.refused("cancelled twice", err, conversion.ErrRunCancelled)
		_, _, err = w.ApproveRun(ctx, approver(), w.key(), conversion.ApproveRunInput{Run: r.ID, Digest: r.Digest})
		w.refused("approved when cancelled", err, conversion.ErrRunCancelled)
		_, _, err = w.SendRun(ctx, treasurer(), w.key(), r.ID)
		w.refused("given out when cancelled", err, conversion.ErrRunCancelled)

		second, err := w.prepare(red.ID)
		if err != nil {
			w.Fatal(err)
		}
		if _, _, err := w.ApproveRun(ctx, approver(), w.key(), conversion.ApproveRunInput{Run: second.ID, Digest: second.Digest}); err != nil {
			w.Fatal(err)
		}
		w.later(72 * time.Hour)
		_, _, err = w.SendRun(ctx, treasurer(), w.key(), second.ID)
		w.refused("given out after its day", err, conversion.ErrRunLate)
	})
}

func TestTheBankBooksAWholeRun(t *testing.T) {
	run(t, func(w *world) {
		ctx := w.Context()
		w.paidTo(w.shop, shopIBAN)
		w.paidTo(w.club, otherIBAN)
		first, second := w.asked(w.shop, "20.00"), w.asked(w.club, "40.00")
		r := w.sent()
		if err := w.settleSent(first, "19.00"); err != nil {
			w.Fatal(err)
		}
		wrong := amount("57.00")
		_, _, err := w.SettleRun(ctx, treasurer(), w.key(), conversion.SettleRunInput{Run: r.ID, BankReference: "ALL", Paid: &wrong})
		w.refused("the whole where a part is booked", err, conversion.ErrAmountDiffers)
		_, _, err = w.SettleRun(ctx, treasurer(), w.key(), conversion.SettleRunInput{Run: r.ID})
		w.refused("no bank reference", err, fault.ErrInvalid)
		_, _, err = w.SettleRun(ctx, approver(), w.key(), conversion.SettleRunInput{Run: r.ID, BankReference: "ALL"})
		w.refused("by an approver", err, ledger.ErrForbidden)
		rest := amount("38.00")
		if _, _, err := w.SettleRun(ctx, treasurer(), w.key(), conversion.SettleRunInput{Run: r.ID, BankReference: "ALL", Paid: &rest}); err != nil {
			w.Fatal(err)
		}
		if got := w.read(second.ID); got.Status != conversion.RedemptionSettled || got.BankReference != "ALL" {
			w.Errorf("the rest: %+v", got)
		}
		_, _, err = w.SettleRun(ctx, treasurer(), w.key(), conversion.SettleRunInput{Run: r.ID, BankReference: "ALL"})
		w.refused("settled twice", err, conversion.ErrRedemptionSettled)
		w.wantBalances("settled", map[ledger.Account]string{ledger.Redeeming: "0.00", bank: "-57.00"})
	})
}

// TestWhatTheBankSendsBack returns transfers that were sent, settled in a run and
// settled by hand.
func TestWhatTheBankSendsBack(t *testing.T) {
	run(t, func(w *world) {
		ctx := w.Context()
		w.paidTo(w.shop, shopIBAN)
		red := w.asked(w.shop, "100.00")
		_, err := w.sendBack(red.ID, conversion.GiveBack)
		w.refused("never sent", err, conversion.ErrRedemptionNotSent)
		w.sent()

		// The bank did not pay: the next run tries again, under another id.
		got, err := w.sendBack(red.ID, conversion.SendAgain)
		if err != nil || got.Status != conversion.RedemptionRequested || got.Attempt != 2 || !got.Run.IsZero() || got.EndToEnd() == red.EndToEnd() {
			w.Fatalf("sent back: %+v, %v", got, err)
		}
		w.wantBalances("sent back", map[ledger.Account]string{ledger.Reserved(w.shop.ID): "100.00", ledger.Redeeming: "0.00", ledger.IncomeFees: "0.00", ledger.Backing(ledger.Digital): "100.00"})
		w.sent()
		w.refused("the line of the first transfer", w.settleSent(red, "95.00"), conversion.ErrRedemptionNotSent)
		if err := w.settleSent(got, "95.00"); err != nil {
			w.Fatal(err)
		}

		// The euros came back: the account is not tried again.
		if got, err = w.sendBack(red.ID, conversion.NewAccount); err != nil || got.Attempt != 3 {
			w.Fatalf("came back: %+v, %v", got, err)
		}
		w.wantBalances("came back", map[ledger.Account]string{bank: "0.00", ledger.Redeeming: "0.00", ledger.Reserved(w.shop.ID): "100.00"})
		_, err = w.prepare()
		w.refused("the same account", err, conversion.ErrRunEmpty)
		w.paidTo(w.shop, otherIBAN)
		_, err = w.prepare()
		w.refused("D10: within 48 hours", err, conversion.ErrRunEmpty)
		w.later(conversion.AccountDelay + time.Second)
		w.sent()
		if err := w.settleSent(got, "95.00"); err != nil {
			w.Fatal(err)
		}

		// The euros came back again: the units go back.
		got, err = w.sendBack(red.ID, conversion.GiveBack)
		if err != nil || got.Status != conversion.RedemptionRefused || got.Reason != "AC04" {
			w.Fatalf("given back: %+v, %v", got, err)
		}
		w.wantAvailable(w.shop, "100.00")
		_, err = w.sendBack(red.ID, conversion.GiveBack)
		w.refused("given back twice", err, conversion.ErrRedemptionRefused)

		// One that was paid by hand.
		byHand, err := w.redeem(owner(w.shop), w.shop, "100.00")
		if err != nil {
			w.Fatal(err)
		}
		if _, _, err := w.SettleRedemption(ctx, treasurer(), w.key(), conversion.SettleRedemptionInput{Redemption: byHand.ID, BankReference: "H"}); err != nil {
			w.Fatal(err)
		}
		if _, err := w.sendBack(byHand.ID, conversion.GiveBack); err != nil {
			w.Fatal(err)
		}
		w.wantAvailable(w.shop, "100.00")
		w.wantBalances("all given back", map[ledger.Account]string{bank: "0.00", ledger.IncomeFees: "0.00", ledger.Redeeming: "0.00"})

		for name, in := range map[string]conversion.ReturnRedemptionInput{
			"no reason":    {Redemption: red.ID, BankReference: "R", Then: conversion.GiveBack},
			"wrong reason": {Redemption: red.ID, Code: "ac04", BankReference: "R", Then: conversion.GiveBack},
			"no line":      {Redemption: red.ID, Code: "AC04", Then: conversion.GiveBack},
			"then what":    {Redemption: red.ID, Code: "AC04", BankReference: "R"},
		} {
			_, _, err := w.ReturnRedemption(ctx, treasurer(), w.key(), in)
			w.refused(name, err, fault.ErrInvalid)
		}
		_, _, err = w.ReturnRedemption(ctx, approver(), w.key(), conversion.ReturnRedemptionInput{Redemption: red.ID, Code: "AC04", BankReference: "R", Then: conversion.GiveBack})
		w.refused("by an approver", err, ledger.ErrForbidden)
	})
}

// TestD10NothingIsPaidWhileAnAccountIsNew holds rule D10, and S5 and S7 of the
// form.
func TestD10NothingIsPaidWhileAnAccountIsNew(t *testing.T) {
	run(t, func(w *world) {
		ctx := w.Context()
		red := w.asked(w.shop, "20.00")
		r, err := w.prepare()
		w.refused("no account yet", err, conversion.ErrRunEmpty)
		told := 0
		tell := func(_ *ledger.Tx, a conversion.PayoutAccount) error {
			if told++; a.IBAN == "" || a.Name == "" {
				return errors.New("who is told needs the whole account")
			}
			return nil
		}
		in := conversion.SetPayoutAccountInput{Holder: w.shop.ID, IBAN: shopIBAN, Name: "Boulangerie SARL"}
		first, _, err := w.SetPayoutAccount(ctx, owner(w.shop), w.key(), in, tell)
		if err != nil || first.Status != conversion.AccountEffective || strings.Contains(asJSON(t, first), "SARL") || first.IBAN == shopIBAN {
			w.Fatalf("the first: %+v, %v", first, err)
		}
		if r, err = w.prepare(); err != nil {
			w.Fatal(err)
		}
		in.IBAN = otherIBAN
		second, _, err := w.SetPayoutAccount(ctx, owner(w.shop), w.key(), in, tell)
		if err != nil || second.Status != conversion.AccountDelayed || second.EffectiveAt.Sub(second.SetAt) != 48*time.Hour || told != 2 {
			w.Fatalf("the second: %+v, %v, told %d", second, err, told)
		}
		_, _, err = w.ApproveRun(ctx, approver(), w.key(), conversion.ApproveRunInput{Run: r.ID, Digest: r.Digest})
		w.refused("a run to the former account", err, conversion.ErrAccountChanged)
		if _, _, err := w.CancelRun(ctx, treasurer(), w.key(), r.ID); err != nil {
			w.Fatal(err)
		}
		_, err = w.prepare()
		w.refused("during the delay", err, conversion.ErrRunEmpty)
		w.at(second.EffectiveAt.Add(-time.Second))
		_, err = w.prepare(red.ID)
		w.refused("just before its end", err, conversion.ErrRunEmpty)
		w.at(second.EffectiveAt)
		if r, err = w.prepare(red.ID); err != nil {
			w.Fatal(err)
		}
		if _, _, err := w.ApproveRun(ctx, approver(), w.key(), conversion.ApproveRunInput{Run: r.ID, Digest: r.Digest}); err != nil {
			w.Fatal(err)
		}
		w.paidTo(w.shop, shopIBAN)
		_, _, err = w.SendRun(ctx, treasurer(), w.key(), r.ID)
		w.refused("given out after another change", err, conversion.ErrAccountChanged)

		list, err := w.PayoutAccounts(ctx, owner(w.shop), w.shop.ID)
		if err != nil || len(list) != 3 || list[0].Status != conversion.AccountDelayed || list[1].Status != conversion.AccountReplaced || list[2].IBAN != shopIBAN {
			w.Errorf("listed: %+v, %v", list, err)
		}
		_, err = w.PayoutAccounts(ctx, owner(w.club), w.shop.ID)
		w.refused("listed by another shop", err, ledger.ErrForbidden)

		failing := func(*ledger.Tx, conversion.PayoutAccount) error { return errors.New("the letter cannot be written") }
		if _, _, err := w.SetPayoutAccount(ctx, owner(w.club), w.key(), conversion.SetPayoutAccountInput{Holder: w.club.ID, IBAN: shopIBAN, Name: "Jardins"}, failing); err == nil {
			w.Error("changed without a word")
		}
		if list, _ := w.PayoutAccounts(ctx, owner(w.club), w.club.ID); len(list) != 0 {
			w.Errorf("an account that nobody was told of: %+v", list)
		}
		for name, c := range map[string]struct {
			actor access.Actor
			in    conversion.SetPayoutAccountInput
			want  error
		}{
			"wrong digits (S7)":       {owner(w.shop), conversion.SetPayoutAccountInput{Holder: w.shop.ID, IBAN: "FR1420041010050500013M02607", Name: "B"}, fault.ErrInvalid},
			"no name (S5)":            {owner(w.shop), conversion.SetPayoutAccountInput{Holder: w.shop.ID, IBAN: shopIBAN}, fault.ErrInvalid},
			"long name (S5)":          {owner(w.shop), conversion.SetPayoutAccountInput{Holder: w.shop.ID, IBAN: shopIBAN, Name: strings.Repeat("é", 71)}, fault.ErrInvalid},
			"by another shop":         {owner(w.club), conversion.SetPayoutAccountInput{Holder: w.shop.ID, IBAN: shopIBAN, Name: "B"}, ledger.ErrForbidden},
			"an individual's own, L5": {citizen(w.people[0]), conversion.SetPayoutAccountInput{Holder: w.people[0].ID, IBAN: shopIBAN, Name: "P"}, conversion.ErrNotRedeemable},
			"nobody's":                {treasurer(), conversion.SetPayoutAccountInput{Holder: ident.Holder{Bits: ident.Bits{1}}, IBAN: shopIBAN, Name: "P"}, ledger.ErrMissing},
		} {
			_, _, err := w.SetPayoutAccount(ctx, c.actor, w.key(), c.in, nil)
			w.refused(name, err, c.want)
		}
	})
}

// TestD9StaffDoNotChangeAnAccountAlone holds rule D9.
func TestD9StaffDoNotChangeAnAccountAlone(t *testing.T) {
	run(t, func(w *world) {
		ctx := w.Context()
		in := conversion.SetPayoutAccountInput{Holder: w.shop.ID, IBAN: shopIBAN, Name: "Boulangerie"}
		propose := func() conversion.PayoutAccount {
			a, _, err := w.SetPayoutAccount(ctx, treasurer(), w.key(), in, nil)
			if err != nil || a.Status != conversion.AccountProposed || !a.Staff {
				w.Fatalf("proposed: %+v, %v", a, err)
			}
			return a
		}
		approve := func(actor access.Actor, a conversion.PayoutAccount, iban string) (conversion.PayoutAccount, error) {
			got, _, err := w.ApprovePayoutAccount(ctx, actor, w.key(), conversion.ApprovePayoutAccountInput{Account: a.ID, IBAN: iban}, nil)
			return got, err
		}
		first := propose()
		w.asked(w.shop, "20.00")
		_, err := w.prepare()
		w.refused("an account that nobody approved", err, conversion.ErrRunEmpty)
		_, err = approve(access.Actor{ID: treasurer().ID, Grants: []access.Grant{{Role: access.Approver}}}, first, shopIBAN)
		w.refused("by the same person", err, conversion.ErrSamePerson)
		_, err = approve(treasurer(), first, shopIBAN)
		w.refused("by a treasurer", err, ledger.ErrForbidden)
		_, err = approve(approver(), first, otherIBAN)
		w.refused("another number", err, conversion.ErrIBANDiffers)
		_, err = approve(approver(), conversion.PayoutAccount{ID: conversion.PayoutAccountID{Bits: ident.Bits{1}}}, shopIBAN)
		w.refused("no such account", err, ledger.ErrMissing)
		if got, err := approve(approver(), first, shopIBAN); err != nil || got.Status != conversion.AccountEffective {
			w.Fatalf("the first is effective at once: %+v, %v", got, err)
		}
		_, err = approve(approver(), first, shopIBAN)
		w.refused("approved twice", err, conversion.ErrAccountApproved)
		second, third := propose(), propose()
		if got, err := approve(approver(), third, shopIBAN); err != nil || got.Status != conversion.AccountDelayed {
			w.Fatalf("a change waits 48 hours (D10): %+v, %v", got, err)
		}
		_, err = approve(approver(), second, shopIBAN)
		w.refused("an older one than that which counts", err, conversion.ErrAccountReplaced)
	})
}

// TestL6ExceptionsNeedAReasonAndASecondPerson holds rule L6.
func TestL6ExceptionsNeedAReasonAndASecondPerson(t *testing.T) {
	run(t, func(w *world) {
		ctx := w.Context()
		p := w.people[0]
		w.atDesk(p, "50.00")
		in := conversion.ExceptionInput{Holder: p.ID, Amount: amount("30.00"), Exception: conversion.IssuerError, Note: "Change saisi deux fois"}
		except := func(change func(*conversion.ExceptionInput)) error {
			wrong := in
			change(&wrong)
			_, _, err := w.RequestException(ctx, treasurer(), w.key(), wrong)
			return err
		}
		w.refused("no reason", except(func(in *conversion.ExceptionInput) { in.Exception = "" }), fault.ErrInvalid)
		w.refused("another reason", except(func(in *conversion.ExceptionInput) { in.Exception = "please" }), fault.ErrInvalid)
		w.refused("no note", except(func(in *conversion.ExceptionInput) { in.Note = "" }), fault.ErrInvalid)
		w.refused("a shop", except(func(in *conversion.ExceptionInput) { in.Holder = w.shop.ID }), fault.ErrInvalid)
		w.refused("too much", except(func(in *conversion.ExceptionInput) { in.Amount = amount("50.01") }), ledger.ErrInsufficientFunds)
		_, _, err := w.RequestException(ctx, citizen(p), w.key(), in)
		w.refused("by the individual", err, ledger.ErrForbidden)
		r, _, err := w.RequestException(ctx, treasurer(), w.key(), in)
		if err != nil || r.Fee != 0 || r.Euros != in.Amount || r.Exception != conversion.IssuerError {
			w.Fatalf("asked: %+v, %v", r, err)
		}
		w.wantAvailable(p, "20.00")
		_, _, err = w.SettleRedemption(ctx, treasurer(), w.key(), conversion.SettleRedemptionInput{Redemption: r.ID, BankReference: "H"})
		w.refused("paid by hand without approval", err, conversion.ErrRedemptionUnapproved)
		a, _, err := w.SetPayoutAccount(ctx, treasurer(), w.key(), conversion.SetPayoutAccountInput{Holder: p.ID, IBAN: shopIBAN, Name: "Personne 0"}, nil)
		if err != nil {
			w.Fatal(err)
		}
		if _, _, err := w.ApprovePayoutAccount(ctx, approver(), w.key(), conversion.ApprovePayoutAccountInput{Account: a.ID, IBAN: shopIBAN}, nil); err != nil {
			w.Fatal(err)
		}
		_, err = w.prepare(r.ID)
		w.refused("in a run without approval", err, conversion.ErrRunEmpty)
		_, _, err = w.ApproveException(ctx, access.Actor{ID: treasurer().ID, Grants: []access.Grant{{Role: access.Approver}}}, w.key(), r.ID)
		w.refused("approved by who asked", err, conversion.ErrSamePerson)
		_, _, err = w.ApproveException(ctx, treasurer(), w.key(), r.ID)
		w.refused("approved by a treasurer", err, ledger.ErrForbidden)
		if _, _, err := w.ApproveException(ctx, approver(), w.key(), r.ID); err != nil {
			w.Fatal(err)
		}
		_, _, err = w.ApproveException(ctx, approver(), w.key(), r.ID)
		w.refused("approved twice", err, conversion.ErrRedemptionApproved)
		w.paidTo(w.shop, otherIBAN)
		ordinary := w.asked(w.shop, "1.00")
		_, _, err = w.ApproveException(ctx, approver(), w.key(), ordinary.ID)
		w.refused("one that needs no approval", err, conversion.ErrRedemptionApproved)
		w.sent(r.ID)
		if err := w.settleSent(w.read(r.ID), "30.00"); err != nil {
			w.Error(err)
		}
	})
}

// TestL10SettingsHaveAHistory holds what was voted, and that a commission that
// takes it all pays nothing.
func TestL10SettingsHaveAHistory(t *testing.T) {
	run(t, func(w *world) {
		ctx := w.Context()
		w.paidTo(w.shop, shopIBAN)
		for _, c := range []conversion.Commission{{Fixed: 100}, {Minimum: 5000}} {
			if _, _, err := w.ChangeSettings(ctx, treasurer(), w.key(), conversion.Settings{Commissions: map[ledger.HolderKind]conversion.Commission{ledger.Professional: c}}); err != nil {
				w.Fatal(err)
			}
			w.later(time.Hour)
		}
		red := w.asked(w.shop, "20.00")
		if red.Euros != 0 || red.Fee != red.Amount {
			w.Errorf("at least 50.00 of 20.00: %+v", red)
		}
		_, err := w.prepare()
		w.refused("nothing to pay", err, conversion.ErrRunEmpty)
		list, err := w.SettingsChanges(ctx, role(7, access.Auditor), conversion.SettingsChangeID{}, 0)
		if err != nil || len(list) != 2 || list[0].Settings.Commissions[ledger.Professional].Minimum != 5000 ||
			list[1].Settings.Commissions[ledger.Professional].Fixed != 100 || list[0].ChangedBy != treasurer().ID || !list[1].ChangedAt.Before(list[0].ChangedAt) {
			w.Errorf("history: %+v, %v", list, err)
		}
		_, err = w.SettingsChanges(ctx, owner(w.shop), conversion.SettingsChangeID{}, 0)
		w.refused("read by a shop", err, ledger.ErrForbidden)
	})
}

func TestEndToEndIsTakenByBanks(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var id conversion.RedemptionID
		copy(id.Bits[:], rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "id"))
		id.Bits[0] |= 1
		r := conversion.Redemption{ID: id, Attempt: rapid.IntRange(1, 9999).Draw(t, "attempt")}
		text := r.EndToEnd()
		if len(text) > 35 || strings.Trim(text, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" {
			t.Fatal(text)
		}
		for _, written := range []string{text, strings.ToUpper(text), " " + text + " "} {
			if got, attempt, ok := conversion.ParseEndToEnd(written); !ok || got != id || attempt != r.Attempt {
				t.Fatalf("%q was read as %s, %d, %v", written, got, attempt, ok)
			}
		}
	})
	for _, text := range []string{"", "NOTPROVIDED", "red-", "red_01", "red-00000000000000000000000000", "red-01hzzzzzzzzzzzzzzzzzzzzzzz-1", "red-01hzzzzzzzzzzzzzzzzzzzzzzz-02", "cnv-01hzzzzzzzzzzzzzzzzzzzzzzz"} {
		if _, _, ok := conversion.ParseEndToEnd(text); ok {
			t.Errorf("%q was taken", text)
		}
	}
}

// TestG1TheFundMirrorsEveryStep makes random steps and looks after each that
// the fund covers what it owes, that the surplus is the commissions, and that
// the redemptions are what the journal says.
func TestG1TheFundMirrorsEveryStep(t *testing.T) {
	run(t, func(w *world) {
		w.paidTo(w.shop, shopIBAN)
		w.paidTo(w.club, otherIBAN)
		random := rapid.IntRange(0, 1<<30)
		var reds []conversion.RedemptionID
		var runs []conversion.Run
		for i := range 80 {
			n := random.Example(i)
			h := []ledger.Holder{w.shop, w.club}[n%2]
			step := n / 2 % 9
			switch {
			case step < 2:
				reds = append(reds, w.asked(h, money.Amount(1+n%9000).Format()).ID)
			case step == 2:
				if r, err := w.prepare(); err == nil {
					runs = append(runs, r)
				}
			case step == 3 && len(runs) > 0:
				r := runs[len(runs)-1]
				_, _, _ = w.ApproveRun(w.Context(), approver(), w.key(), conversion.ApproveRunInput{Run: r.ID, Digest: r.Digest})
				_, _, _ = w.SendRun(w.Context(), treasurer(), w.key(), r.ID)
			case step == 4 && len(runs) > 0:
				_, _, _ = w.CancelRun(w.Context(), treasurer(), w.key(), runs[n%len(runs)].ID)
			case step == 5 && len(runs) > 0:
				_, _, _ = w.SettleRun(w.Context(), treasurer(), w.key(), conversion.SettleRunInput{Run: runs[n%len(runs)].ID, BankReference: "R"})
			case step == 6 && len(reds) > 0:
				_, _, _ = w.SettleRedemption(w.Context(), treasurer(), w.key(), conversion.SettleRedemptionInput{Redemption: reds[n%len(reds)], BankReference: "H"})
			case step > 6 && len(reds) > 0:
				then := []conversion.AfterReturn{conversion.GiveBack, conversion.SendAgain}[n/18%2]
				_, _ = w.sendBack(reds[n%len(reds)], then)
			}
			fund, err := w.Fund(w.Context(), time.Time{})
			fees := w.balance(ledger.IncomeFees)
			if err != nil || fund.Total.Gap != 0 || fund.Total.Surplus != fees || fund.Total.Circulation != fund.Total.Backing {
				w.Fatalf("step %d (%d): gap %s, surplus %s, fees %s, %v", i, step, fund.Total.Gap, fund.Total.Surplus, fees, err)
			}
			if err := w.check(); err != nil {
				w.Fatalf("step %d (%d): %v", i, step, err)
			}
		}
		seen := fmt.Sprint(len(reds) > 5, len(runs) > 2)
		if seen != "true true" {
			w.Errorf("the steps were too poor: %d redemptions, %d runs", len(reds), len(runs))
		}
	})
}

// TestTamperedRunsAreFound changes rows behind the service's back.
func TestTamperedRunsAreFound(t *testing.T) {
	run(t, func(w *world) {
		w.paidTo(w.shop, shopIBAN)
		red := w.asked(w.shop, "10.00")
		w.sent()
		if _, err := w.sendBack(red.ID, conversion.SendAgain); err != nil {
			w.Fatal(err)
		}
		w.sent()
		for _, wrong := range []struct{ what, spoil, mend string }{
			{"account of a line", "UPDATE redemption_lines SET iban = '" + otherIBAN + "'", "UPDATE redemption_lines SET iban = '" + shopIBAN + "'"},
			{"euros of a line", "UPDATE redemption_lines SET euros = euros + 1", "UPDATE redemption_lines SET euros = euros - 1"},
			{"total", "UPDATE redemption_runs SET total = total + 1", "UPDATE redemption_runs SET total = total - 1"},
			{"status", "UPDATE redemptions SET status = 'in_run'", "UPDATE redemptions SET status = 'sent'"},
			{"fee", "UPDATE redemptions SET fee = fee - 1", "UPDATE redemptions SET fee = fee + 1"},
			{"reversal", "UPDATE redemption_returns SET back = reversal", "UPDATE redemption_returns SET back = NULL"},
		} {
			if err := w.tamper(wrong.spoil); err != nil {
				t.Fatal(wrong.what, err)
			}
			var difference *ledger.Difference
			if err := w.check(); !errors.As(err, &difference) {
				w.Errorf("%s: %v", wrong.what, err)
			}
			if err := w.tamper(wrong.mend); err != nil {
				t.Fatal(wrong.what, err)
			}
		}
	})
}
