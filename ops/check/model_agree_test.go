// SPDX-License-Identifier: AGPL-3.0-or-later

package check_test

import (
	"strings"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/db"
	"github.com/noria-mlc/noria/ledger/money"
	"github.com/noria-mlc/noria/ops/check"
)

// agree compares, after every step, what each account holds, wallets and euros
// alike, and the campaigns' figures with the model. What is a view of these
// alone, the words about a wallet and the fund, is compared where they changed.
func (w *world) agree() {
	w.rt.Helper()
	w.agreeOnAccounts()
	w.agreeOnCampaigns()
	for _, h := range w.holders {
		if now := [2]money.Amount{h.free, h.held}; h.seen != now {
			w.agreeOnWallet(h)
			h.seen = now
		}
	}
	if w.seen != w.entries {
		w.agreeOnFund()
		w.seen = w.entries
	}
}

func (w *world) agreeOnCampaigns() {
	w.rt.Helper()
	campaigns, err := w.border.Campaigns(w.t.Context(), w.auditor.Actor, conversion.CampaignFilter{Limit: 200})
	if err != nil || len(campaigns) != len(w.campaigns) {
		w.rt.Fatalf("%d campaigns, %v; the model has %d", len(campaigns), err, len(w.campaigns))
	}
	for i, got := range campaigns {
		w.wantCampaign(w.campaigns[len(campaigns)-1-i], got)
	}
}

// agreeOnAccounts compares every account of the book, known to the model or not.
func (w *world) agreeOnAccounts() {
	w.rt.Helper()
	expected := map[ledger.Account]money.Amount{"eur:backing:digital": w.backing, "loc:issued:digital": w.circulation()}
	for account, amount := range w.euros {
		expected[account] = amount
	}
	for _, h := range w.holders {
		expected[ledger.Account("loc:wallet:"+h.id.String())] = h.free
		expected[ledger.Account("loc:reserved:"+h.id.String())] = h.held
	}
	err := w.ledger.Snapshot(w.t.Context(), func(r db.Reader) error {
		for _, prefix := range []string{"eur:", "loc:"} {
			balances, err := w.ledger.Balances(w.t.Context(), r, prefix)
			if err != nil {
				return err
			}
			for _, b := range balances {
				want(w, string(b.Account), b.Amount, expected[b.Account])
				delete(expected, b.Account)
			}
		}
		return nil
	})
	if err != nil {
		w.rt.Fatal(err)
	}
	for account, amount := range expected {
		want(w, string(account)+", which the book does not have", 0, amount)
	}
}

func (w *world) agreeOnWallet(h *holder) {
	w.rt.Helper()
	got, err := w.ledger.Holding(w.t.Context(), h.id)
	if err != nil {
		w.rt.Fatal(err)
	}
	got.Version, got.Seq = 0, 0
	want(w, "wallet of "+h.id.String(), got, ledger.Holding{Booked: h.free + h.held, Reserved: h.held, Available: h.free})
}

// agreeOnFund compares the guarantee fund: what circulates, what backs it, and
// what is lacking or over (G1, G2).
func (w *world) agreeOnFund() {
	w.rt.Helper()
	fund, err := w.border.Fund(w.t.Context(), w.zero)
	if err != nil {
		w.rt.Fatal(err)
	}
	type figures struct{ circulation, backing, tills, grants, others, gap, surplus money.Amount }
	of := func(s conversion.FundSums) figures {
		return figures{s.Circulation, s.Backing, s.InTransit, s.Grants, s.Held, s.Gap, s.Surplus}
	}
	over := w.surplus(ledger.Digital)
	digital := figures{circulation: w.circulation(), backing: w.backing, gap: max(0, -over), surplus: max(0, over)}
	for account, amount := range w.euros {
		switch class := strings.SplitN(string(account), ":", 3)[1]; class {
		case "desk":
			digital.tills += amount
		case "grant":
			digital.grants += amount
		case "payer", "return":
			digital.others += amount
		}
	}
	paper := figures{gap: max(0, -w.euros[notes]), surplus: max(0, w.euros[notes])}
	want(w, "pools", len(fund.Pools), 2)
	want(w, "the digital fund", of(fund.Pools[0].FundSums), digital)
	want(w, "the paper fund", of(fund.Pools[1].FundSums), paper)
	want(w, "circulation and backing", digital.circulation, digital.backing)
	want(w, "gap", fund.Total.Gap, 0)
	want(w, "surplus", fund.Total.Surplus, digital.surplus+paper.surplus)
	want(w, "entries", fund.Head.Seq, w.entries)
}

// prove compares everything else, and has the book recompute itself.
func (w *world) prove() {
	w.rt.Helper()
	w.agreeOnThings()
	for _, h := range w.holders {
		w.agreeOnWallet(h)
	}
	w.agreeOnFund()
	report, err := check.Run(w.t.Context(), w.ledger.Journal, nil,
		check.Named{Name: "campaigns", Check: w.border.CheckCampaigns}, check.Named{Name: "conversions", Check: w.border.CheckConversions},
		check.Named{Name: "redemptions", Check: w.border.CheckRedemptions}, check.Named{Name: "batches", Check: w.payouts.CheckBatches})
	if err != nil {
		w.rt.Fatalf("check: %v", err)
	}
	want(w, "entries", report.Entries, w.entries)
	want(w, "commands", report.Commands, w.commands)
}

// agreeOnThings reads every conversion, redemption, request, payment,
// instruction and batch.
func (w *world) agreeOnThings() {
	w.rt.Helper()
	ctx := w.t.Context()
	must := func(err error) {
		w.rt.Helper()
		if err != nil {
			w.rt.Fatal(err)
		}
	}
	for _, x := range w.conversions {
		got, err := w.border.Conversion(ctx, w.auditor.Actor, x.id)
		must(err)
		type figures struct {
			status       conversion.Status
			euros, bonus money.Amount
			place        ledger.Account
		}
		want(w, "conversion", figures{got.Status, got.Euros, got.Bonus, got.Account}, figures{x.statusAt(w.now), x.euros, x.bonus, x.place})
	}
	for _, r := range w.redemptions {
		got, err := w.border.Redemption(ctx, w.auditor.Actor, r.id)
		must(err)
		w.wantRedemption(r, got)
	}
	for _, r := range w.requests {
		got, err := w.trade.PaymentRequest(ctx, w.auditor.Actor, r.id)
		must(err)
		w.wantRequest(r, got)
	}
	for _, p := range w.payments {
		got, err := w.trade.Payment(ctx, w.auditor.Actor, p.id)
		must(err)
		want(w, "refunded", got.Refunded, p.refunded)
		w.wantPayment(p, got)
	}
	for _, k := range w.instructions {
		got, err := w.payouts.Instruction(ctx, w.treasurer.Actor, k.id)
		must(err)
		w.wantInstruction(k, got)
	}
	for _, b := range w.batches {
		got, err := w.payouts.Batch(ctx, w.auditor.Actor, b.id)
		must(err)
		w.wantBatch(b, got)
	}
}
