// SPDX-License-Identifier: AGPL-3.0-or-later

package paper_test

import (
	"flag"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/conversion/paper"
	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/db/dbtest"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
)

// plain says in whole numbers what the book should say: notes of 5.00 by place,
// and euros and units in cents.
type plain struct {
	desk, transit, vault, lost, burnt, public int64

	till, bankNotes, lacks      money.Amount // of the fund of notes; what a till lacked
	cash, bankDigital           money.Amount // of the digital fund
	between                     money.Amount // that the fund of notes owes the digital one
	amina, shop, held, reserved money.Amount // units: free, held for notes, held for euros
}

// gaps are what each pool's fund has less than it owes, below zero for more.
func (p plain) gaps() (digital, notes money.Amount) {
	digital = p.amina + p.shop + p.held + p.reserved - (p.cash + p.bankDigital + p.between)
	return digital, money.Amount(p.public)*5_00 - (p.till + p.bankNotes - p.between)
}

// sequence is a plain model beside a house, and what is under way in both.
type sequence struct {
	*plain
	*house
	rt         *rapid.T
	sales      []paper.Move
	sent       []paper.Move
	asked      []paper.Move
	redeemings []conversion.Redemption
}

// TestG1NothingBreaksTheMirror draws conversions, payments, redemptions, and
// what notes do: sales and their correction, exchanges both ways, redemption of
// notes, transfers that come short, losses, destruction, remittances that lack
// euros or have too many, their explanation, and settlements between the funds.
// Each is refused exactly where a plain model refuses it, and after each the
// circulation, the gap and the surplus of either pool are the model's.
func TestG1NothingBreaksTheMirror(t *testing.T) {
	if checks := flag.Lookup("rapid.checks"); checks.Value.String() == checks.DefValue { // each has a book of its own
		t.Cleanup(func() { _ = flag.Set("rapid.checks", checks.DefValue) })
		if err := flag.Set("rapid.checks", "30"); err != nil {
			t.Fatal(err)
		}
	}
	rapid.Check(t, func(rt *rapid.T) {
		h := furnished(t, dbtest.Embedded(t))
		defer h.ledger.Close()
		h.stocked()
		s := &sequence{plain: &plain{desk: 100}, house: h, rt: rt}
		acts := s.acts()
		names := slices.Sorted(maps.Keys(acts))
		for range rapid.IntRange(1, 25).Draw(rt, "steps") {
			name := rapid.SampledFrom(names).Draw(rt, "what")
			n := rapid.Int64Range(1, 12).Draw(rt, "notes")
			before := *s.plain
			if allowed, err := acts[name](n); (err == nil) != allowed {
				rt.Fatalf("%s of %d on %+v: %v, and the model says %v", name, n, before, err, allowed)
			}
			s.agree(name)
		}
		h.prove()
		if t.Failed() {
			rt.Fatal("the book is not right")
		}
	})
}

// agree compares the book with the model.
func (s *sequence) agree(after string) {
	s.Helper()
	for place, want := range map[paper.Place]int64{paper.At("halles"): s.desk, paper.Transit: s.transit, paper.Vault: s.vault, paper.Lost: s.lost, paper.Destroyed: s.burnt, paper.Public: s.public} {
		if got := s.at(place); got != want {
			s.rt.Fatalf("after %s: %d notes at %s, the model has %d", after, got, place, want)
		}
	}
	for account, want := range map[ledger.Account]money.Amount{ledger.Issued(ledger.Paper): money.Amount(s.public) * 5_00, ledger.Wallet(s.house.amina.ID): s.plain.amina,
		ledger.Wallet(s.house.shop.ID): s.plain.shop, ledger.NotesDesk("halles"): s.till, ledger.Unexplained("halles"): s.lacks, ledger.Between(ledger.Digital): s.between, notes: s.bankNotes} {
		b, err := s.ledger.Balance(s.Context(), s.ledger.Reader(), account)
		if err != nil || b.Amount != want {
			s.rt.Fatalf("after %s: %s is %s, %v, the model has %s", after, account, b.Amount, err, want)
		}
	}
	f, err := s.euros.Fund(s.Context(), time.Time{})
	s.must(err)
	digital, paperGap := s.plain.gaps()
	for i, want := range []money.Amount{digital, paperGap} {
		p := f.Pools[i]
		if p.Gap != max(0, want) || p.Surplus != max(0, -want) || p.Circulation != p.Backing {
			s.rt.Fatalf("after %s: %s has gap %s, surplus %s, circulation %s, backing %s; the model has %s on %+v", after, p.Pool, p.Gap, p.Surplus, p.Circulation, p.Backing, want, *s.plain)
		}
	}
}

// last takes the youngest of a list; the second value is false where there is none.
func last[T any](list *[]T) (T, bool) {
	var one T
	if len(*list) == 0 {
		return one, false
	}
	one = (*list)[len(*list)-1]
	*list = (*list)[:len(*list)-1]
	return one, true
}

// acts are what may happen: each says whether the model allows it, changes the
// model where it does, and answers what the service said.
func (s *sequence) acts() map[string]func(n int64) (bool, error) {
	all := s.noteActs()
	maps.Copy(all, s.euroActs())
	maps.Copy(all, s.stockActs())
	return all
}

// noteActs are those of members at the desk.
func (s *sequence) noteActs() map[string]func(n int64) (bool, error) {
	ctx := s.Context()
	return map[string]func(n int64) (bool, error){
		"sell": func(n int64) (bool, error) {
			m, err := s.sell(n)
			if s.desk < n {
				return false, err
			}
			s.desk, s.public, s.till, s.sales = s.desk-n, s.public+n, s.till+money.Amount(n)*5_00, append(s.sales, m)
			return true, err
		},
		"undo": func(int64) (bool, error) {
			m, ok := last(&s.sales)
			if !ok {
				return true, nil
			}
			_, _, err := s.Undo(ctx, second(), s.key(), m.ID)
			n := m.Lines[0].Quantity
			if s.public < n || s.till < m.Amount {
				return false, err
			}
			s.desk, s.public, s.till = s.desk+n, s.public-n, s.till-m.Amount
			return true, err
		},
		"deposit": func(n int64) (bool, error) {
			_, _, err := s.Deposit(ctx, agent(), s.key(), paper.DepositInput{Holder: s.house.amina.ID, Lines: of("5.00", n, 0)})
			if s.public < n {
				return false, err
			}
			units := money.Amount(n) * 5_00
			s.desk, s.public, s.plain.amina, s.between = s.desk+n, s.public-n, s.plain.amina+units, s.between+units
			return true, err
		},
		"euros for an individual": func(n int64) (bool, error) {
			_, _, err := s.Deposit(ctx, agent(), s.key(), paper.DepositInput{Holder: s.house.amina.ID, Lines: of("5.00", n, 0), Redeem: true})
			return false, err // L5
		},
		"redeem notes": func(n int64) (bool, error) {
			m, _, err := s.Deposit(ctx, agent(), s.key(), paper.DepositInput{Holder: s.house.shop.ID, Lines: of("5.00", n, 0), Redeem: true})
			if s.public < n || err != nil {
				return s.public >= n, err
			}
			r, err := s.euros.Redemption(ctx, treasurer(), m.Redemption)
			s.desk, s.public, s.reserved, s.between = s.desk+n, s.public-n, s.reserved+m.Amount, s.between+m.Amount
			s.redeemings = append(s.redeemings, r)
			return true, err
		},
		"ask": func(n int64) (bool, error) {
			m, _, err := s.Ask(ctx, citizen(s.house.amina), s.key(), paper.AskInput{Holder: s.house.amina.ID, Lines: of("5.00", n, 0)})
			units := money.Amount(n) * 5_00
			if s.plain.amina < units {
				return false, err
			}
			s.plain.amina, s.held, s.asked = s.plain.amina-units, s.held+units, append(s.asked, m)
			return true, err
		},
		"hand over": func(int64) (bool, error) {
			m, ok := last(&s.asked)
			if !ok {
				return true, nil
			}
			_, _, err := s.HandOver(ctx, agent(), s.key(), m.ID)
			if n := m.Lines[0].Quantity; s.desk >= n {
				s.desk, s.public, s.held, s.between = s.desk-n, s.public+n, s.held-m.Amount, s.between-m.Amount
				return true, err
			}
			s.asked = append(s.asked, m)
			return false, err
		},
		"renounce": func(int64) (bool, error) {
			m, ok := last(&s.asked)
			if !ok {
				return true, nil
			}
			_, _, err := s.Renounce(ctx, citizen(s.house.amina), s.key(), m.ID)
			s.plain.amina, s.held = s.plain.amina+m.Amount, s.held-m.Amount
			return true, err
		},
	}
}

// euroActs are those of digital units, of tills and of banks.
func (s *sequence) euroActs() map[string]func(n int64) (bool, error) {
	ctx := s.Context()
	reference := func() string { return "REF " + s.key() }
	return map[string]func(n int64) (bool, error){
		"convert": func(n int64) (bool, error) {
			_, _, err := s.euros.Convert(ctx, agent(), s.key(), conversion.ConvertInput{Holder: s.house.amina.ID, Euros: money.Amount(n) * 5_00, Channel: conversion.AtDesk})
			s.plain.amina, s.cash = s.plain.amina+money.Amount(n)*5_00, s.cash+money.Amount(n)*5_00
			return true, err
		},
		"pay": func(n int64) (bool, error) {
			units := money.Amount(n) * 3_33
			_, err := s.ledger.Execute(ctx, ledger.Command{Actor: citizen(s.house.amina), Action: access.PaymentCreate, Owner: s.house.amina.ID, Key: s.key()}, func(tx *ledger.Tx) (ident.Ref, error) {
				_, err := tx.Post(ledger.Draft{Kind: ledger.KindPayment, Postings: []ledger.Posting{{Debit: ledger.Wallet(s.house.amina.ID), Credit: ledger.Wallet(s.house.shop.ID), Amount: units}}})
				return ident.Ref{}, err
			})
			if s.plain.amina < units {
				return false, err
			}
			s.plain.amina, s.plain.shop = s.plain.amina-units, s.plain.shop+units
			return true, err
		},
		"pay a redemption": func(int64) (bool, error) {
			r, ok := last(&s.redeemings)
			if !ok {
				return true, nil
			}
			_, _, err := s.euros.SettleRedemption(ctx, treasurer(), s.key(), conversion.SettleRedemptionInput{Redemption: r.ID, BankReference: reference()})
			s.reserved, s.bankDigital = s.reserved-r.Amount, s.bankDigital-r.Euros
			return true, err
		},
		"refuse a redemption": func(int64) (bool, error) {
			r, ok := last(&s.redeemings)
			if !ok {
				return true, nil
			}
			_, _, err := s.euros.RefuseRedemption(ctx, treasurer(), s.key(), conversion.RefuseRedemptionInput{Redemption: r.ID, Reason: "IBAN faux"})
			s.reserved, s.plain.shop = s.reserved-r.Amount, s.plain.shop+r.Amount
			return true, err
		},
		"remit": func(n int64) (bool, error) {
			euros, whole := money.Amount(n)*4_00, rapid.Bool().Draw(s.rt, "whole")
			_, _, err := s.Remit(ctx, treasurer(), s.key(), paper.RemitInput{Amount: euros, Whole: whole, BankReference: reference()})
			if !whole && s.till < euros {
				return false, err
			}
			if s.bankNotes += euros; whole {
				s.lacks, s.till = s.lacks+s.till-euros, 0
				return true, err
			}
			s.till -= euros
			return true, err
		},
		"explain": func(n int64) (bool, error) {
			euros, way := money.Amount(n)*1_00, rapid.SampledFrom([]paper.Way{paper.Found, paper.Covered, paper.Kept}).Draw(s.rt, "way")
			in := paper.DifferenceInput{Way: way, Amount: euros, Note: "caisse"}
			if way != paper.Kept {
				in.BankReference = reference()
			}
			_, _, err := s.ExplainTill(ctx, treasurer(), s.key(), in)
			switch {
			case way == paper.Kept && -s.lacks >= euros:
				s.lacks += euros
			case way != paper.Kept && s.lacks >= euros:
				s.lacks, s.bankNotes = s.lacks-euros, s.bankNotes+euros
			default:
				return false, err
			}
			return true, err
		},
		"settle between the funds": func(n int64) (bool, error) {
			euros, to := money.Amount(n)*5_00, rapid.SampledFrom(ledger.Pools()).Draw(s.rt, "to")
			_, _, err := s.Settle(ctx, treasurer(), s.key(), paper.SettleInput{To: to, Amount: euros, BankReference: reference()})
			switch {
			case to == ledger.Digital && s.between >= euros:
				s.between, s.bankDigital, s.bankNotes = s.between-euros, s.bankDigital+euros, s.bankNotes-euros
			case to == ledger.Paper && -s.between >= euros:
				s.between, s.bankDigital, s.bankNotes = s.between+euros, s.bankDigital-euros, s.bankNotes+euros
			default:
				return false, err
			}
			return true, err
		},
	}
}

// stockActs are those of notes that circulate nowhere, which change no fund.
func (s *sequence) stockActs() map[string]func(n int64) (bool, error) {
	ctx, here := s.Context(), paper.At("halles")
	writeOff := func(kind paper.Kind, n int64) error {
		_, _, err := s.WriteOff(ctx, treasurer(), s.key(), paper.WriteOffInput{Kind: kind, Place: here, Lines: of("5.00", n, 0), Note: "constat"})
		return err
	}
	return map[string]func(n int64) (bool, error){
		"send": func(n int64) (bool, error) {
			m, _, err := s.Send(ctx, agent(), s.key(), paper.SendInput{From: here, To: paper.Vault, Lines: of("5.00", n, 0)})
			if s.desk < n {
				return false, err
			}
			s.desk, s.transit, s.sent = s.desk-n, s.transit+n, append(s.sent, m)
			return true, err
		},
		"receive": func(n int64) (bool, error) {
			m, ok := last(&s.sent)
			if !ok {
				return true, nil
			}
			was := m.Lines[0].Quantity
			came := min(n, was)
			_, _, err := s.Receive(ctx, treasurer(), s.key(), paper.ReceiveInput{Move: m.ID, Received: []int64{came}, Note: fmt.Sprint(came)})
			s.transit, s.vault, s.lost = s.transit-was, s.vault+came, s.lost+was-came
			return true, err
		},
		"lose": func(n int64) (bool, error) {
			err := writeOff(paper.Loss, n)
			if s.desk < n {
				return false, err
			}
			s.desk, s.lost = s.desk-n, s.lost+n
			return true, err
		},
		"find": func(n int64) (bool, error) {
			err := writeOff(paper.Find, n)
			if s.lost < n {
				return false, err
			}
			s.desk, s.lost = s.desk+n, s.lost-n
			return true, err
		},
		"proved gone": func(n int64) (bool, error) { return s.public >= n, writeOff(paper.Gone, n) }, // B9: they stay owed
		"destroy": func(n int64) (bool, error) {
			m, _, err := s.Destroy(ctx, treasurer(), s.key(), paper.DestroyInput{Lines: of("5.00", n, 0), Note: "PV"})
			s.must(err)
			_, _, err = s.Witness(ctx, approver(), s.key(), m.ID)
			if s.vault < n {
				return false, err
			}
			s.vault, s.burnt = s.vault-n, s.burnt+n
			return true, err
		},
	}
}
