// SPDX-License-Identifier: AGPL-3.0-or-later

package conversion_test

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/ident"
)

func (w *world) fund(at time.Time) conversion.Fund {
	w.Helper()
	f, err := w.Fund(w.Context(), at)
	if err != nil {
		w.Fatal(err)
	}
	return f
}

// wantFund compares the figures of the digital pool.
func (w *world) wantFund(what string, f conversion.Fund, want conversion.FundSums) {
	w.Helper()
	want.CoverageWith = want.Coverage // nobody owes the fund anything
	if f.Pools[0].Pool != ledger.Digital || !reflect.DeepEqual(f.Pools[0].FundSums, want) {
		w.Errorf("%s: %s\n%+v, want\n%+v", what, f.Pools[0].Pool, f.Pools[0].FundSums, want)
	}
}

func (w *world) move(from, to ledger.Account, a, reference string) error {
	_, _, err := w.MoveEuros(w.Context(), treasurer(), w.key(), conversion.MoveEurosInput{From: from, To: to, Amount: amount(a), BankReference: reference})
	return err
}

// TestG5FundIsReproducibleAtAnyPastInstant holds rules G1, G2 and G5.
func TestG5FundIsReproducibleAtAnyPastInstant(t *testing.T) {
	run(t, func(w *world) {
		ctx := w.Context()
		empty := w.fund(time.Time{})
		w.wantFund("before anything", empty, conversion.FundSums{Coverage: "1.0000",
			Custodians: []conversion.Custodian{{Name: "Crédit Municipal"}, {Name: "La Nef"}}})
		if empty.Head.Seq != 0 || empty.Head.Hash != strings.Repeat("0", 64) {
			w.Errorf("head before anything: %+v", empty.Head)
		}
		states := []conversion.Fund{empty}
		state := func() conversion.Fund {
			w.later(time.Minute)
			f := w.fund(time.Time{})
			states = append(states, f)
			w.later(time.Minute)
			return f
		}
		camp := w.campaign(w.bonus20(), "100.00")
		w.wantFund("a grant is no cover", state(), conversion.FundSums{Grants: 10000, Coverage: "1.0000",
			Custodians: []conversion.Custodian{{Name: "Crédit Municipal"}, {Name: "La Nef", Balance: 10000}}})
		w.atDesk(w.people[0], "10.00")
		c := w.byTransfer(w.shop, "50.00")
		w.wantFund("cash at a desk", state(), conversion.FundSums{Circulation: 1200, Backing: 1200, InTransit: 1000, Grants: 9800, Coverage: "1.0000",
			Custodians: []conversion.Custodian{{Name: "Crédit Municipal"}, {Name: "La Nef", Balance: 10000}}})
		if _, _, err := w.Settle(ctx, treasurer(), w.key(), conversion.SettleInput{Conversion: c.ID, BankReference: "B1", Account: other}); err != nil {
			w.Fatal(err)
		}
		r, err := w.redeem(member(21, access.MerchantOwner, w.shop), w.shop, "40.00")
		if err != nil {
			w.Fatal(err)
		}
		w.wantFund("held units are in circulation", state(), conversion.FundSums{Circulation: 6200, Backing: 6200, InTransit: 1000, Grants: 9800, Coverage: "1.0000",
			Custodians: []conversion.Custodian{{Name: "Crédit Municipal", Balance: 5000}, {Name: "La Nef", Balance: 10000}}})
		if _, _, err := w.SettleRedemption(ctx, treasurer(), w.key(), conversion.SettleRedemptionInput{Redemption: r.ID, BankReference: "S1"}); err != nil {
			w.Fatal(err)
		}
		w.wantFund("the fee is surplus", state(), conversion.FundSums{Circulation: 2200, Backing: 2200, InTransit: 1000, Grants: 9800, Surplus: 200, Coverage: "1.0909",
			Custodians: []conversion.Custodian{{Name: "Crédit Municipal", Balance: 5000}, {Name: "La Nef", Balance: 6200}}})
		payFor(w, w.city, "30.00")
		w.wantFund("a payer's euros are no cover", state(), conversion.FundSums{Circulation: 2200, Backing: 2200, InTransit: 1000, Grants: 9800, Held: 3000, Surplus: 200, Coverage: "1.0909",
			Custodians: []conversion.Custodian{{Name: "Crédit Municipal", Balance: 5000}, {Name: "La Nef", Balance: 9200}}})
		for i, past := range states {
			again := w.fund(past.AsOf)
			if !reflect.DeepEqual(again, past) {
				w.Errorf("state %d recomputed\n%+v, was\n%+v", i, again, past)
			}
		}
		if last := states[len(states)-1]; last.Total.Backing != 2200 || last.Total.Surplus != 200 || last.Total.Cover() != 2400 || len(last.Total.Custodians) != 2 {
			w.Errorf("total %+v", last.Total)
		}
		if paper := empty.Pools[1]; paper.Pool != ledger.Paper || len(paper.Custodians) != 1 || paper.Coverage != "1.0000" {
			w.Errorf("the notes' pool is %+v", paper)
		}
		before := w.fund(day(2020, 1, 1).Start())
		if before.Head.Seq != 0 || before.Total.Grants != 0 || before.Total.Coverage != "1.0000" {
			w.Errorf("before the first entry: %+v", before)
		}
		_, err = w.Fund(ctx, w.ledger.Now().Add(time.Microsecond))
		w.refused("an instant to come", err, fault.ErrInvalid)
		w.wantFigures(camp.ID, "100.00", "2.00", "0.00", "98.00")
	})
}

// payFor books euros of a collectivité for payouts, as the payout room does.
func payFor(w *world, h ledger.Holder, a string) {
	w.Helper()
	_, err := w.ledger.Execute(w.Context(), ledger.Command{Actor: treasurer(), Action: access.BatchFund, Key: w.key()}, func(tx *ledger.Tx) (ident.Ref, error) {
		if err := tx.Open(ledger.Payer(h.ID)); err != nil {
			return ident.Ref{}, err
		}
		_, err := tx.Post(ledger.Draft{Kind: ledger.KindFunding, Postings: []ledger.Posting{{Debit: bank, Credit: ledger.Payer(h.ID), Amount: amount(a)}}})
		return ident.Ref{}, err
	})
	if err != nil {
		w.Fatal(err)
	}
}

func TestFundIsWrittenAsTheContractSays(t *testing.T) {
	run(t, func(w *world) {
		w.atDesk(w.people[0], "10.00")
		var body struct {
			AsOf  time.Time      `json:"as_of"`
			Head  map[string]any `json:"head"`
			Pools []map[string]any
			Total map[string]any
		}
		if err := json.Unmarshal([]byte(asJSON(t, w.fund(time.Time{}))), &body); err != nil {
			w.Fatal(err)
		}
		for _, field := range []string{"circulation", "backing_eur", "custodians", "in_transit_eur", "redeeming_eur", "gap_eur", "coverage", "grants_eur", "held_eur", "surplus_eur"} {
			if body.Pools[0][field] == nil || body.Total[field] == nil {
				w.Errorf("%s is missing: %v", field, body)
			}
		}
		if body.Pools[0]["pool"] != "digital" || body.Pools[0]["in_transit_eur"] != "10.00" || body.Head["seq"] != 1.0 || body.AsOf.IsZero() {
			w.Errorf("fund is written %+v", body)
		}
	})
}

// TestG1MovesNeverLeaveTheFundShort holds rules G1 and G3.
func TestG1MovesNeverLeaveTheFundShort(t *testing.T) {
	run(t, func(w *world) {
		till := ledger.Desk("halles")
		w.campaign(w.bonus20(), "100.00")
		w.atDesk(w.people[0], "50.00")
		w.atDesk(w.shop, "40.00")
		payFor(w, w.city, "30.00")
		w.refused("the till to the operating account", w.move(till, ledger.Operating, "0.01", "T"), conversion.ErrShortfall)
		w.refused("bonus money to the operating account", w.move(bank, ledger.Operating, "0.01", "T"), conversion.ErrShortfall)
		w.refused("digital to paper (G2)", w.move(bank, notes, "0.01", "T"), conversion.ErrShortfall)
		w.refused("more than the till holds", w.move(till, bank, "90.01", "T"), ledger.ErrInsufficientFunds)
		if err := w.move(till, bank, "90.00", "REMISE-1"); err != nil {
			w.Error(err)
		}
		w.refused("the same reference", w.move(bank, other, "1.00", "REMISE-1"), conversion.ErrReferenceUsed)
		if err := w.move(bank, other, "200.00", "VIR-2"); err != nil { // the pool as a whole is covered
			w.Error(err)
		}
		r, err := w.redeem(member(21, access.MerchantOwner, w.shop), w.shop, "40.00")
		if err != nil {
			w.Fatal(err)
		}
		if _, _, err := w.SettleRedemption(w.Context(), treasurer(), w.key(), conversion.SettleRedemptionInput{Redemption: r.ID, BankReference: "S"}); err != nil {
			w.Fatal(err)
		}
		w.refused("more than the commission", w.move(other, ledger.Operating, "2.01", "COM"), conversion.ErrShortfall)
		if err := w.move(other, ledger.Operating, "2.00", "COM"); err != nil {
			w.Error(err)
		}
		if err := w.move(ledger.Operating, till, "2.00", "FOND"); err != nil {
			w.Error(err)
		}
		if f := w.fund(time.Time{}); f.Total.Gap != 0 || f.Total.Surplus != 200 || w.balance(ledger.Operating) != 0 {
			w.Errorf("the fund ends as %+v", f.Total)
		}
		for name, in := range map[string]conversion.MoveEurosInput{
			"to itself":      {From: bank, To: bank, Amount: 1, BankReference: "X"},
			"nothing":        {From: bank, To: other, BankReference: "X"},
			"no reference":   {From: bank, To: other, Amount: 1},
			"from a backing": {From: ledger.Backing(ledger.Digital), To: bank, Amount: 1, BankReference: "X"},
			"to an income":   {From: bank, To: ledger.IncomeFees, Amount: 1, BankReference: "X"},
			"to a wallet":    {From: bank, To: ledger.Wallet(w.shop.ID), Amount: 1, BankReference: "X"},
			"unknown desk":   {From: bank, To: ledger.Desk("nowhere"), Amount: 1, BankReference: "X"},
		} {
			_, _, err := w.MoveEuros(w.Context(), treasurer(), w.key(), in)
			w.refused(name, err, fault.ErrInvalid)
		}
		_, _, err = w.MoveEuros(w.Context(), deskAgent(), w.key(), conversion.MoveEurosInput{From: till, To: bank, Amount: 1, BankReference: "X"})
		w.refused("by an agent", err, ledger.ErrForbidden)
	})
}

func TestAGapIsShown(t *testing.T) {
	run(t, func(w *world) {
		w.atDesk(w.people[0], "100.00")
		// Bank fees leave the compte dédié, as a bank statement would show them.
		_, err := w.ledger.Execute(w.Context(), ledger.Command{Actor: treasurer(), Action: access.EurosMove, Key: w.key()}, func(tx *ledger.Tx) (ident.Ref, error) {
			_, err := tx.Post(ledger.Draft{Kind: ledger.KindTransfer, Postings: []ledger.Posting{{Debit: ledger.SuspenseOut, Credit: bank, Amount: 1}}})
			return ident.Ref{}, err
		})
		if err != nil {
			w.Fatal(err)
		}
		f := w.fund(time.Time{})
		if f.Total.Gap != 1 || f.Total.Surplus != 0 || f.Total.Coverage != "0.9999" || f.Pools[0].Cover() != 9999 {
			w.Errorf("a cent is missing: %+v", f.Total)
		}
		if err := w.move(ledger.Operating, bank, "0.01", "FRAIS"); err != nil {
			w.Error(err)
		}
		if f = w.fund(time.Time{}); f.Total.Gap != 0 || f.Total.Coverage != "1.0000" {
			w.Errorf("made good: %+v", f.Total)
		}
	})
}
