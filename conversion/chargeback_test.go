// SPDX-License-Identifier: AGPL-3.0-or-later

package conversion_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/db/dbtest"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
)

// settled is a conversion by transfer whose euros came.
func (w *world) settled(h ledger.Holder, euros string) conversion.Conversion {
	w.Helper()
	c := w.byTransfer(h, euros)
	c, _, err := w.Settle(w.Context(), treasurer(), w.key(), conversion.SettleInput{Conversion: c.ID, BankReference: w.key()})
	if err != nil {
		w.Fatal(err)
	}
	return c
}

// pay moves units from holder to holder, as a payment does.
func (w *world) pay(from, to ledger.Holder, a string) {
	w.Helper()
	w.post(ledger.Draft{Kind: ledger.KindPayment, Postings: []ledger.Posting{{Debit: ledger.Wallet(from.ID), Credit: ledger.Wallet(to.ID), Amount: amount(a)}}})
}

func (w *world) chargeBack(id conversion.ID) (conversion.Chargeback, error) {
	b, _, err := w.ChargeBack(w.Context(), treasurer(), w.key(), conversion.ChargeBackInput{Conversion: id, Code: "MD06", BankReference: "R-" + id.String()})
	return b, err
}

// wantOwed compares what a holder owes with the fund's gap.
func (w *world) wantOwed(what string, h ledger.Holder, owed, gap string) {
	w.Helper()
	d, err := w.ReceivableOf(w.Context(), treasurer(), h.ID)
	if err != nil {
		w.Fatal(err)
	}
	f := w.fund(time.Time{})
	if d.Owed.Format() != owed || w.balance(ledger.Receivable(h.ID)) != d.Owed || f.Total.Gap.Format() != gap || f.Total.MemberReceivable != d.Owed {
		w.Errorf("%s: %s owed, gap %s, the fund says %s; want %s and %s", what, d.Owed, f.Total.Gap, f.Total.MemberReceivable, owed, gap)
	}
}

// TestG6ReturnedDebitTakesWhatIsThereThenLaterCreditsThenIsOwed holds rule G6.
func TestG6ReturnedDebitTakesWhatIsThereThenLaterCreditsThenIsOwed(t *testing.T) {
	run(t, func(w *world) {
		in := w.bonus20()
		c := w.campaign(in, "100.00")
		p := w.people[0]
		paid := w.settled(p, "50.00")
		w.pay(p, w.shop, "45.00")
		back, err := w.chargeBack(paid.ID)
		if err != nil || back.Taken.Format() != "15.00" || back.Receivable.Format() != "45.00" || back.Bonus.Format() != "10.00" {
			t.Fatalf("taken back: %+v, %v", back, err)
		}
		w.wantAvailable(p, "0.00")
		w.wantFigures(c.ID, "100.00", "0.00", "0.00", "100.00")
		w.wantOwed("taken back", p, "45.00", "45.00")
		_, err = w.chargeBack(paid.ID)
		w.refused("taken back twice", err, conversion.ErrConversionReversed)
		_, _, err = w.Reverse(w.Context(), treasurer(), w.key(), conversion.ReverseInput{Conversion: paid.ID})
		w.refused("and reversed", err, conversion.ErrConversionReversed)

		w.pay(w.shop, p, "5.00")
		w.wantAvailable(p, "0.00")
		w.wantOwed("a payment came", p, "40.00", "40.00")
		w.settled(p, "10.00") // 12.00 with the bonus
		w.wantAvailable(p, "0.00")
		w.wantOwed("a conversion came", p, "28.00", "28.00")

		waive := conversion.WaiveInput{Holder: p.ID, Amount: amount("28.01"), Reason: "Introuvable"}
		_, _, err = w.ProposeWaiver(w.Context(), treasurer(), w.key(), waive)
		w.refused("more than is owed", err, conversion.ErrNothingOwed)
		waive.Amount = amount("8.00")
		x, _, err := w.ProposeWaiver(w.Context(), treasurer(), w.key(), waive)
		if err != nil {
			t.Fatal(err)
		}
		_, _, err = w.ProposeWaiver(w.Context(), treasurer(), w.key(), waive)
		w.refused("a second proposal", err, conversion.ErrWaiverOpen)
		both := treasurer()
		both.Grants = append(both.Grants, access.Grant{Role: access.Approver})
		_, _, err = w.ApproveWaiver(w.Context(), both, w.key(), x.ID)
		w.refused("the same person approves", err, conversion.ErrSamePerson)
		_, _, err = w.ApproveWaiver(w.Context(), treasurer(), w.key(), x.ID)
		w.refused("a treasurer approves", err, ledger.ErrForbidden)
		_, _, err = w.ApproveWaiver(w.Context(), approver(), w.key(), conversion.WaiverID{Bits: ident.Bits{1}})
		w.refused("nothing is approved", err, ledger.ErrMissing)
		if x, _, err = w.ApproveWaiver(w.Context(), approver(), w.key(), x.ID); err != nil || x.Entry.IsZero() {
			t.Fatalf("waived: %+v, %v", x, err)
		}
		_, _, err = w.ApproveWaiver(w.Context(), approver(), w.key(), x.ID)
		w.refused("approved twice", err, conversion.ErrWaiverApproved)
		f := w.fund(time.Time{})
		if f.Total.MemberReceivable.Format() != "20.00" || f.Total.Gap.Format() != "28.00" {
			t.Errorf("waived: %s owed, gap %s", f.Total.MemberReceivable, f.Total.Gap)
		}
		w.pay(w.shop, p, "30.00")
		w.wantAvailable(p, "10.00")
		w.pay(p, w.shop, "10.00")
		w.pay(w.shop, p, "10.00") // nothing is owed any more
		w.wantAvailable(p, "10.00")
		list, err := w.Receivables(w.Context(), treasurer())
		if err != nil || len(list) != 0 {
			t.Errorf("receivables: %+v, %v", list, err)
		}
		_, err = w.ReceivableOf(w.Context(), citizen(w.people[1]), p.ID)
		w.refused("somebody else looks", err, ledger.ErrForbidden)
	})
}

// TestG6WhatCannotBeTakenBack tells what a returned debit is refused for.
func TestG6WhatCannotBeTakenBack(t *testing.T) {
	run(t, func(w *world) {
		_, err := w.chargeBack(w.atDesk(w.people[0], "10.00").ID)
		w.refused("cash", err, conversion.ErrNotReturnable)
		_, err = w.chargeBack(w.byTransfer(w.people[0], "10.00").ID)
		w.refused("euros that never came", err, conversion.ErrConversionAwaiting)
		own := citizen(w.people[0])
		own.Grants = append(own.Grants, access.Grant{Role: access.Treasurer})
		_, _, err = w.ChargeBack(w.Context(), own, w.key(), conversion.ChargeBackInput{Conversion: w.settled(w.people[0], "10.00").ID, Code: "MD06", BankReference: "R"})
		w.refused("one's own", err, conversion.ErrSamePerson)
	})
}

// TestG6ClosedCampaignReturnsTheBonusToItsFunder takes a bonus back after the rest
// went back to the funder: it is to go back too.
func TestG6ClosedCampaignReturnsTheBonusToItsFunder(t *testing.T) {
	run(t, func(w *world) {
		c := w.campaign(w.bonus20(), "10.00")
		paid := w.settled(w.people[0], "50.00")
		if _, _, err := w.CloseCampaign(w.Context(), approver(), w.key(), c.ID); err != nil {
			t.Fatal(err)
		}
		if got := w.figures(c.ID); got.Unspent() != 0 {
			t.Fatalf("%s to go back", got.Unspent())
		}
		if _, err := w.chargeBack(paid.ID); err != nil {
			t.Fatal(err)
		}
		got := w.figures(c.ID)
		if got.Unspent().Format() != "10.00" {
			t.Errorf("%s to go back, want 10.00", got.Unspent())
		}
		if _, _, err := w.ReturnUnspent(w.Context(), treasurer(), w.key(), conversion.ReturnUnspentInput{Campaign: c.ID, Amount: got.Unspent(), BankReference: "R"}); err != nil {
			t.Error(err)
		}
	})
}

// TestG6BooksAgreeWhateverIsTakenBack draws conversions, payments and returned
// debits: the books, the receivables and the fund agree after each (G1, G6).
func TestG6BooksAgreeWhateverIsTakenBack(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		w := closed(t, dbtest.Embedded(t)())
		if _, _, err := w.OpenCurrency(w.Context(), role(1, access.Administrator), w.key(), laRoue()); err != nil {
			t.Fatal(err)
		}
		w.campaign(w.bonus20(), "60.00")
		all := append([]ledger.Holder{w.shop}, w.people[:2]...)
		var made []conversion.ID
		for range rapid.IntRange(1, 12).Draw(r, "steps") {
			h := all[rapid.IntRange(1, 2).Draw(r, "who")]
			switch rapid.SampledFrom([]string{"convert", "pay", "back"}).Draw(r, "what") {
			case "convert":
				made = append(made, w.settled(h, money.Amount(rapid.IntRange(1, 90_00).Draw(r, "euros")).Format()).ID)
			case "pay":
				to := all[rapid.IntRange(0, 2).Draw(r, "to")]
				if has := w.available(h); has > 0 && to.ID != h.ID {
					w.pay(h, to, money.Amount(rapid.IntRange(1, int(has)).Draw(r, "units")).Format())
				}
			case "back":
				if len(made) > 0 {
					_, _ = w.chargeBack(made[rapid.IntRange(0, len(made)-1).Draw(r, "which")])
				}
			}
			f := w.fund(time.Time{})
			if f.Total.Gap != f.Total.MemberReceivable || f.Total.Surplus != 0 || f.Total.Circulation != f.Total.Backing {
				r.Fatalf("gap %s, owed %s, surplus %s, circulation %s, backing %s", f.Total.Gap, f.Total.MemberReceivable, f.Total.Surplus, f.Total.Circulation, f.Total.Backing)
			}
			for _, p := range w.people[:2] {
				if w.available(p) > 0 && w.balance(ledger.Receivable(p.ID)) > 0 {
					r.Fatalf("%s has %s and owes %s", p.Name, w.available(p), w.balance(ledger.Receivable(p.ID)))
				}
			}
		}
		if err := w.check(); err != nil {
			r.Fatal(err)
		}
		w.ledger.Close()
	})
}
