// SPDX-License-Identifier: AGPL-3.0-or-later

package conversion_test

import (
	"encoding/json"
	"reflect"
	"testing"
	"time"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
)

// TestL8BonusIsALegOfItsOwn holds rules L8 and P13 with 10.00 € at 20 %.
func TestL8BonusIsALegOfItsOwn(t *testing.T) {
	run(t, func(w *world) {
		c := w.campaign(w.bonus20(), "100.00")
		p := w.people[0]
		got := w.atDesk(p, "10.00")
		if got.Status != conversion.Settled || got.Euros != 1000 || got.Bonus != 200 || got.Credited != 1200 || got.Campaign != c.ID {
			w.Errorf("10.00 € at 20 %% gave %+v", got)
		}
		w.wantAvailable(p, "12.00")
		e, err := w.ledger.Entry(w.Context(), got.Entry)
		if err != nil {
			w.Fatal(err)
		}
		legs := []ledger.Posting{}
		for _, l := range e.Lines {
			legs = append(legs, l.Posting)
		}
		want := []ledger.Posting{
			{Debit: ledger.Desk("halles"), Credit: ledger.Backing(ledger.Digital), Amount: 1000},
			{Debit: ledger.Issued(ledger.Digital), Credit: ledger.Wallet(p.ID), Amount: 1000},
			{Debit: ledger.GrantOf(c.ID.String()), Credit: ledger.Backing(ledger.Digital), Amount: 200},
			{Debit: ledger.Issued(ledger.Digital), Credit: ledger.Wallet(p.ID), Amount: 200},
		}
		if e.Kind != ledger.KindConversion || e.Reference != got.Reference || !reflect.DeepEqual(legs, want) {
			w.Errorf("entry %+v has the legs\n%v, want\n%v", e, legs, want)
		}
		plain := w.atDesk(w.shop, "10.00")
		if e, err := w.ledger.Entry(w.Context(), plain.Entry); err != nil || len(e.Lines) != 2 || !plain.Campaign.IsZero() {
			w.Errorf("without bonus: %+v, %v", e, err)
		}
		w.wantFigures(c.ID, "100.00", "2.00", "0.00", "98.00")
		read, err := w.Conversion(w.Context(), citizen(p), got.ID)
		got.Reasons = nil
		if err != nil || asJSON(t, read) != asJSON(t, got) {
			w.Errorf("read\n%s, %v, made\n%s", asJSON(t, read), err, asJSON(t, got))
		}
	})
}

func asJSON(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestTransferAwaitsItsEuros(t *testing.T) {
	run(t, func(w *world) {
		ctx, p := w.Context(), w.people[0]
		in := w.bonus20()
		in.PerPersonCap = amount("15.00")
		camp := w.campaign(in, "100.00")
		c := w.byTransfer(p, "50.00")
		if c.Status != conversion.AwaitingEuros || c.Bonus != 1000 || !c.Entry.IsZero() || c.Pay == nil ||
			c.Pay.IBAN != "FR7630006000011234567890189" || c.Pay.Name != "Association La Roue" || !c.ExpiresAt.Equal(day(2026, 3, 16).End()) {
			w.Errorf("awaiting: %+v, pay %+v", c, c.Pay)
		}
		w.wantAvailable(p, "0.00")
		w.wantFigures(camp.ID, "100.00", "0.00", "10.00", "90.00")
		if again := w.byTransfer(p, "50.00"); again.Bonus != 500 {
			w.Errorf("the reservation does not count against the ceiling: %s", again.Bonus)
		}
		wrong := amount("49.99")
		settle := func(actor access.Actor, in conversion.SettleInput) error {
			in.Conversion = c.ID
			_, _, err := w.Settle(ctx, actor, w.key(), in)
			return err
		}
		w.refused("other euros", settle(treasurer(), conversion.SettleInput{BankReference: "B1", Received: &wrong}), conversion.ErrAmountDiffers)
		w.refused("no bank reference", settle(treasurer(), conversion.SettleInput{}), fault.ErrInvalid)
		w.refused("to no compte dédié", settle(treasurer(), conversion.SettleInput{BankReference: "B1", Account: ledger.Operating}), fault.ErrInvalid)
		w.refused("by an agent", settle(deskAgent(), conversion.SettleInput{BankReference: "B1"}), ledger.ErrForbidden)
		_, _, err := w.Reverse(ctx, treasurer(), w.key(), conversion.ReverseInput{Conversion: c.ID})
		w.refused("reversed while awaiting", err, conversion.ErrConversionAwaiting)
		w.wantFigures(camp.ID, "100.00", "0.00", "15.00", "85.00")

		k := w.key()
		right := amount("50.00")
		settled, _, err := w.Settle(ctx, treasurer(), k, conversion.SettleInput{Conversion: c.ID, BankReference: "B1", Received: &right, Account: other})
		if err != nil || settled.Status != conversion.Settled || settled.Entry.IsZero() || settled.Pay != nil || settled.Account != other || settled.BankReference != "B1" {
			w.Fatalf("settled: %+v, %v", settled, err)
		}
		w.wantAvailable(p, "60.00")
		w.wantFigures(camp.ID, "100.00", "10.00", "5.00", "85.00")
		again, replayed, err := w.Settle(ctx, treasurer(), k, conversion.SettleInput{Conversion: c.ID, BankReference: "B1", Received: &right, Account: other})
		if err != nil || !replayed || again.Entry != settled.Entry {
			w.Errorf("the same key: %+v, %v, %v", again, replayed, err)
		}
		w.refused("settled twice", settle(treasurer(), conversion.SettleInput{BankReference: "B2"}), conversion.ErrConversionSettled)
		_, _, err = w.Cancel(ctx, citizen(p), w.key(), conversion.CancelInput{Conversion: c.ID})
		w.refused("cancelled when settled", err, conversion.ErrConversionSettled)
		w.wantAvailable(p, "60.00")
	})
}

func TestCancelledConversionReleasesItsBonus(t *testing.T) {
	run(t, func(w *world) {
		ctx, p := w.Context(), w.people[0]
		in := w.bonus20()
		in.PerPersonCap = amount("10.00")
		camp := w.campaign(in, "10.00")
		c := w.byTransfer(p, "50.00")
		_, _, err := w.Cancel(ctx, citizen(w.people[1]), w.key(), conversion.CancelInput{Conversion: c.ID})
		w.refused("by somebody else", err, ledger.ErrForbidden)
		got, _, err := w.Cancel(ctx, citizen(p), w.key(), conversion.CancelInput{Conversion: c.ID})
		if err != nil || got.Status != conversion.Cancelled || got.Pay != nil || got.ClosedAt.IsZero() {
			w.Errorf("cancelled: %+v, %v", got, err)
		}
		w.wantFigures(camp.ID, "10.00", "0.00", "0.00", "10.00")
		_, _, err = w.Cancel(ctx, citizen(p), w.key(), conversion.CancelInput{Conversion: c.ID})
		w.refused("cancelled twice", err, conversion.ErrConversionCancelled)
		_, _, err = w.Settle(ctx, treasurer(), w.key(), conversion.SettleInput{Conversion: c.ID, BankReference: "B"})
		w.refused("settled when cancelled", err, conversion.ErrConversionCancelled)
		_, _, err = w.Expire(ctx, job(), w.key(), c.ID)
		w.refused("expired when cancelled", err, conversion.ErrConversionCancelled)
		_, _, err = w.Reverse(ctx, treasurer(), w.key(), conversion.ReverseInput{Conversion: c.ID})
		w.refused("reversed when cancelled", err, conversion.ErrConversionCancelled)
		if fresh := w.byTransfer(p, "50.00"); fresh.Bonus != 1000 {
			w.Errorf("the ceiling was not given back: %s because %v", fresh.Bonus, fresh.Reasons)
		}
	})
}

func TestExpiredConversionReleasesItsBonus(t *testing.T) {
	run(t, func(w *world) {
		ctx, p := w.Context(), w.people[0]
		camp := w.campaign(w.bonus20(), "100.00")
		first, second := w.byTransfer(p, "50.00"), w.byTransfer(p, "20.00")
		paid := w.byTransfer(p, "10.00")
		if _, _, err := w.Settle(ctx, treasurer(), w.key(), conversion.SettleInput{Conversion: paid.ID, BankReference: "B"}); err != nil {
			w.Fatal(err)
		}
		w.at(first.ExpiresAt.Add(-time.Microsecond))
		if n, err := w.ExpireDue(ctx, job(), 10); n != 0 || err != nil {
			w.Errorf("expired %d before the time, %v", n, err)
		}
		if due, err := w.Overdue(ctx); due || err != nil {
			w.Errorf("overdue before the time: %v, %v", due, err)
		}
		_, _, err := w.Expire(ctx, job(), w.key(), first.ID)
		w.refused("expired before its time", err, conversion.ErrNotDue)
		w.at(first.ExpiresAt)
		got, err := w.Conversion(ctx, citizen(p), first.ID)
		if err != nil || got.Status != conversion.Expired || got.Pay != nil {
			w.Errorf("past its time it reads %s, %v", got.Status, err)
		}
		_, _, err = w.Settle(ctx, treasurer(), w.key(), conversion.SettleInput{Conversion: first.ID, BankReference: "B"})
		w.refused("settled before the job ran", err, conversion.ErrConversionExpired)
		_, _, err = w.Cancel(ctx, citizen(p), w.key(), conversion.CancelInput{Conversion: first.ID})
		w.refused("cancelled before the job ran", err, conversion.ErrConversionExpired)
		w.wantFigures(camp.ID, "100.00", "2.00", "14.00", "84.00")
		if due, err := w.Overdue(ctx); !due || err != nil {
			w.Errorf("overdue past the time: %v, %v", due, err)
		}
		_, err = w.ExpireDue(ctx, treasurer(), 1)
		w.refused("by a person", err, ledger.ErrForbidden)
		if n, err := w.ExpireDue(ctx, job(), 1); n != 1 || err != nil {
			w.Errorf("expired %d of one asked, %v", n, err)
		}
		if n, err := w.ExpireDue(ctx, job(), 10); n != 1 || err != nil {
			w.Errorf("expired %d of the rest, %v", n, err)
		}
		if n, err := w.ExpireDue(ctx, job(), 10); n != 0 || err != nil {
			w.Errorf("expired %d again, %v", n, err)
		}
		w.wantFigures(camp.ID, "100.00", "2.00", "0.00", "98.00")
		_, _, err = w.Expire(ctx, job(), w.key(), second.ID)
		w.refused("expired twice", err, conversion.ErrConversionExpired)
		_, _, err = w.Expire(ctx, job(), w.key(), paid.ID)
		w.refused("expired when settled", err, conversion.ErrConversionSettled)
		if c := w.byTransfer(p, "5.00"); !c.ExpiresAt.Equal(day(2026, 3, 31).End()) {
			w.Errorf("across the change to summer time it expires at %s", c.ExpiresAt)
		}
	})
}

func TestReversalGivesTheBonusBack(t *testing.T) {
	run(t, func(w *world) {
		ctx, p := w.Context(), w.people[0]
		in := w.bonus20()
		in.PerPersonCap = amount("10.00")
		camp := w.campaign(in, "10.00")
		c := w.atDesk(p, "50.00")
		_, _, err := w.Reverse(ctx, deskAgent(), w.key(), conversion.ReverseInput{Conversion: c.ID})
		w.refused("by an agent", err, ledger.ErrForbidden)
		got, _, err := w.Reverse(ctx, treasurer(), w.key(), conversion.ReverseInput{Conversion: c.ID, Reason: "erreur de saisie"})
		if err != nil || got.Status != conversion.Reversed || got.Reversal.IsZero() {
			w.Fatalf("reversed: %+v, %v", got, err)
		}
		e, err := w.ledger.Entry(ctx, got.Reversal)
		if err != nil || e.Kind != ledger.KindReversal || e.Reverses != c.Entry || len(e.Lines) != 4 {
			w.Errorf("reversal entry %+v, %v", e, err)
		}
		w.wantAvailable(p, "0.00")
		w.wantFigures(camp.ID, "10.00", "0.00", "0.00", "10.00")
		_, _, err = w.Reverse(ctx, treasurer(), w.key(), conversion.ReverseInput{Conversion: c.ID})
		w.refused("reversed twice", err, conversion.ErrConversionReversed)
		_, _, err = w.Settle(ctx, treasurer(), w.key(), conversion.SettleInput{Conversion: c.ID, BankReference: "B"})
		w.refused("settled when reversed", err, conversion.ErrConversionReversed)

		again := w.atDesk(p, "50.00") // ceiling and budget are whole again
		if again.Bonus != 1000 {
			w.Errorf("after the reversal the bonus is %s because %v", again.Bonus, again.Reasons)
		}
		spend(w, p, w.shop, "0.01")
		_, _, err = w.Reverse(ctx, treasurer(), w.key(), conversion.ReverseInput{Conversion: again.ID})
		w.refused("a cent was spent", err, ledger.ErrInsufficientFunds)
		spend(w, w.shop, p, "0.01")
		if _, _, err := w.MoveEuros(ctx, treasurer(), w.key(), conversion.MoveEurosInput{From: ledger.Desk("halles"), To: bank, Amount: 1, BankReference: "R1"}); err != nil {
			w.Fatal(err)
		}
		_, _, err = w.Reverse(ctx, treasurer(), w.key(), conversion.ReverseInput{Conversion: again.ID})
		w.refused("the till was emptied", err, conversion.ErrDeskShort)
		w.wantFigures(camp.ID, "10.00", "10.00", "0.00", "0.00")
	})
}

// spend pays from one wallet to another, as the merchant room does.
func spend(w *world, from, to ledger.Holder, a string) {
	w.Helper()
	_, err := w.ledger.Execute(w.Context(), ledger.Command{Actor: member(50, access.MerchantOwner, from), Action: access.PaymentCreate, Owner: from.ID, Key: w.key()},
		func(tx *ledger.Tx) (ident.Ref, error) {
			e, err := tx.Post(ledger.Draft{Kind: ledger.KindPayment, Postings: []ledger.Posting{
				{Debit: ledger.Wallet(from.ID), Credit: ledger.Wallet(to.ID), Amount: amount(a)}}})
			if err != nil {
				return ident.Ref{}, err
			}
			return e.ID.Ref(), nil
		})
	if err != nil {
		w.Fatal(err)
	}
}

func TestConversionsAreRefused(t *testing.T) {
	run(t, func(w *world) {
		ctx, p := w.Context(), w.people[0]
		mayor := member(13, access.CollectivityAgent, w.city)
		mayor.Holder, mayor.Grants = w.city.ID, append(mayor.Grants, access.Grant{Role: access.Citizen})
		for name, c := range map[string]struct {
			actor access.Actor
			in    conversion.ConvertInput
			want  error
		}{
			"nothing":              {citizen(p), conversion.ConvertInput{Holder: p.ID, Channel: conversion.ByTransfer}, fault.ErrInvalid},
			"negative":             {citizen(p), conversion.ConvertInput{Holder: p.ID, Euros: -1, Channel: conversion.ByTransfer}, fault.ErrInvalid},
			"beyond what is asked": {citizen(p), conversion.ConvertInput{Holder: p.ID, Euros: money.Max + 1, Channel: conversion.ByTransfer}, fault.ErrInvalid},
			"no channel":           {citizen(p), conversion.ConvertInput{Holder: p.ID, Euros: 1}, fault.ErrInvalid},
			"by card":              {citizen(p), conversion.ConvertInput{Holder: p.ID, Euros: 1, Channel: conversion.ByCard}, conversion.ErrChannel},
			"by debit":             {citizen(p), conversion.ConvertInput{Holder: p.ID, Euros: 1, Channel: conversion.ByDebit}, conversion.ErrChannel},
			"another's wallet":     {citizen(p), conversion.ConvertInput{Holder: w.shop.ID, Euros: 1, Channel: conversion.ByTransfer}, ledger.ErrForbidden},
			"desk by a citizen":    {citizen(p), conversion.ConvertInput{Holder: p.ID, Euros: 1, Channel: conversion.AtDesk}, ledger.ErrForbidden},
			"nobody":               {deskAgent(), conversion.ConvertInput{Holder: ident.Holder{Bits: ident.Bits{1}}, Euros: 1, Channel: conversion.AtDesk}, ledger.ErrMissing},
			"P6 collectivité":      {deskAgent(), conversion.ConvertInput{Holder: w.city.ID, Euros: 1, Channel: conversion.AtDesk}, conversion.ErrCollectivity},
			"P6 by transfer":       {mayor, conversion.ConvertInput{Holder: w.city.ID, Euros: 1, Channel: conversion.ByTransfer}, conversion.ErrCollectivity},
		} {
			_, _, err := w.Convert(ctx, c.actor, w.key(), c.in)
			w.refused(name, err, c.want)
		}
		_, err := w.Quote(ctx, citizen(p), conversion.QuoteRequest{Holder: w.shop.ID, Euros: 1})
		w.refused("a quote for another", err, ledger.ErrForbidden)
		_, err = w.Quote(ctx, deskAgent(), conversion.QuoteRequest{Holder: w.city.ID, Euros: 1})
		w.refused("a quote for a collectivité", err, conversion.ErrCollectivity)
		_, err = w.Quote(ctx, citizen(p), conversion.QuoteRequest{Holder: p.ID})
		w.refused("a quote for nothing", err, fault.ErrInvalid)
		_, _, err = w.Settle(ctx, treasurer(), w.key(), conversion.SettleInput{Conversion: conversion.ID{Bits: ident.Bits{1}}, BankReference: "B"})
		w.refused("no such conversion", err, ledger.ErrMissing)
		if list, err := w.Conversions(ctx, treasurer(), conversion.ConversionFilter{}); err != nil || len(list) != 0 {
			w.Errorf("refusals left %v, %v", list, err)
		}
	})
}

func TestPaperOnlyCurrencyTakesNoTransfers(t *testing.T) {
	run(t, func(w *world) {
		if err := w.tamper("DELETE FROM bank_accounts WHERE pool = 'digital'"); err != nil {
			w.Fatal(err)
		}
		_, _, err := w.Convert(w.Context(), citizen(w.people[0]), w.key(), conversion.ConvertInput{Holder: w.people[0].ID, Euros: 1, Channel: conversion.ByTransfer})
		w.refused("no compte dédié for digital units", err, conversion.ErrChannel)
	})
}

func TestConversionsAreListedAndFound(t *testing.T) {
	run(t, func(w *world) {
		ctx, p := w.Context(), w.people[0]
		a, b := w.byTransfer(p, "10.00"), w.byTransfer(p, "20.00")
		other := w.atDesk(w.people[1], "5.00")
		ids := func(actor access.Actor, f conversion.ConversionFilter) []conversion.ID {
			w.Helper()
			list, err := w.Conversions(ctx, actor, f)
			if err != nil {
				w.Fatal(err)
			}
			got := []conversion.ID{}
			for _, c := range list {
				got = append(got, c.ID)
			}
			return got
		}
		for name, c := range map[string]struct {
			actor  access.Actor
			filter conversion.ConversionFilter
			want   []conversion.ID
		}{
			"own":         {citizen(p), conversion.ConversionFilter{Holder: p.ID}, []conversion.ID{b.ID, a.ID}},
			"all":         {treasurer(), conversion.ConversionFilter{}, []conversion.ID{other.ID, b.ID, a.ID}},
			"awaiting":    {treasurer(), conversion.ConversionFilter{Status: conversion.AwaitingEuros}, []conversion.ID{b.ID, a.ID}},
			"first page":  {treasurer(), conversion.ConversionFilter{Limit: 1}, []conversion.ID{other.ID}},
			"second page": {treasurer(), conversion.ConversionFilter{Before: other.ID, Limit: 1}, []conversion.ID{b.ID}},
		} {
			if got := ids(c.actor, c.filter); !reflect.DeepEqual(got, c.want) {
				w.Errorf("%s: %v, want %v", name, got, c.want)
			}
		}
		_, err := w.Conversions(ctx, citizen(p), conversion.ConversionFilter{})
		w.refused("everybody's by a citizen", err, ledger.ErrForbidden)
		_, err = w.Conversions(ctx, treasurer(), conversion.ConversionFilter{Status: "lost"})
		w.refused("no such status", err, fault.ErrInvalid)
		found, err := w.ConversionByReference(ctx, treasurer(), " "+a.Reference+" ")
		if err != nil || found.ID != a.ID {
			w.Errorf("by reference: %v, %v", found.ID, err)
		}
		_, err = w.ConversionByReference(ctx, citizen(w.people[1]), a.Reference)
		w.refused("another's reference", err, ledger.ErrForbidden)
		_, err = w.ConversionByReference(ctx, treasurer(), "hello")
		w.refused("no reference", err, conversion.ErrReference)
		_, err = w.Conversion(ctx, citizen(w.people[1]), a.ID)
		w.refused("another's conversion", err, ledger.ErrForbidden)
		_, err = w.Conversion(ctx, treasurer(), conversion.ID{Bits: ident.Bits{1}})
		w.refused("no such conversion", err, ledger.ErrMissing)
		w.at(a.ExpiresAt)
		if got := ids(treasurer(), conversion.ConversionFilter{Status: conversion.Expired}); len(got) != 2 {
			w.Errorf("past their time %v read expired", got)
		}
		if got := ids(treasurer(), conversion.ConversionFilter{Status: conversion.AwaitingEuros}); len(got) != 0 {
			w.Errorf("past their time %v still await", got)
		}
	})
}
