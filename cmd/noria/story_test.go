// SPDX-License-Identifier: AGPL-3.0-or-later

package main_test

import (
	"reflect"
	"slices"
	"testing"

	"github.com/noria-mlc/noria/ledger/money"
)

// checkChange looks for 10.00 € changed with a bonus of a fifth: two separate
// legs of one entry (L8).
func checkChange(t *testing.T, r readiness) {
	mine := r.as(t, "citizen").me().Wallet
	var made struct {
		Items []struct {
			Status, Campaign, Entry string
			Euros, Bonus, Credited  money.Amount
		}
	}
	r.as(t, "citizen").get("/v1/conversions?limit=200&wallet="+mine, &made)
	var legs struct {
		Items []struct{ Entry, Amount string }
	}
	r.as(t, "citizen").get("/v1/wallets/"+mine+"/postings?limit=200", &legs)
	for _, c := range made.Items {
		if c.Euros != 1000 {
			continue
		}
		if c.Status != "settled" || c.Bonus != 200 || c.Credited != 1200 || c.Campaign != r.IDs.Campaign {
			t.Errorf("the conversion is %+v", c)
		}
		var amounts []string
		for _, l := range legs.Items {
			if l.Entry == c.Entry {
				amounts = append(amounts, l.Amount)
			}
		}
		if slices.Sort(amounts); !reflect.DeepEqual(amounts, []string{"10.00", "2.00"}) {
			t.Errorf("the legs are %v", amounts)
		}
		return
	}
	t.Errorf("nobody changed 10.00 €: %+v", made)
}

// checkCampaign adds up the story: 10, 50, 100 and 200 €, 25 € by card, 50 € of
// a standing order and 30 € of a debit gave a fifth (40 € of another debit came
// back with theirs), 30 € of a transfer that has not come hold theirs.
func checkCampaign(t *testing.T, r readiness) {
	var c struct {
		Status    string
		Funder    string
		Received  money.Amount `json:"received_eur"`
		Granted   money.Amount `json:"granted_eur"`
		Reserved  money.Amount `json:"reserved_eur"`
		Remaining money.Amount `json:"remaining_eur"`
	}
	r.as(t, "collectivity_agent").get("/v1/campaigns/"+r.IDs.Campaign, &c)
	if c.Funder != r.IDs.Collectivity || c.Received != 2_600_000 || c.Granted != 9300 || c.Reserved != 600 || c.Remaining != 2_590_100 {
		t.Errorf("the campaign is %+v", c)
	}
}

func checkOfficials(t *testing.T, r readiness) {
	var batches struct {
		Items []struct {
			ID, Status string
			Total      money.Amount `json:"total_eur"`
		}
	}
	r.as(t, "collectivity_agent").get("/v1/payout-batches", &batches)
	if len(batches.Items) != 1 || batches.Items[0].Status != "executed" {
		t.Fatalf("batches %+v", batches)
	}
	var batch struct {
		Lines []struct {
			Holder, Status, Entry string
			Amount                money.Amount `json:"amount_eur"`
		}
	}
	r.as(t, "collectivity_agent").get("/v1/payout-batches/"+batches.Items[0].ID, &batch)
	var sum money.Amount
	paid := make(map[string]money.Amount)
	for _, l := range batch.Lines {
		if l.Status != "paid" || l.Entry == "" {
			t.Errorf("line %+v", l)
		}
		paid[l.Holder] = l.Amount
		sum += l.Amount
	}
	if len(paid) != 6 || sum != batches.Items[0].Total {
		t.Errorf("%d officials, %s of %s", len(paid), sum, batches.Items[0].Total)
	}
	treasurer := r.as(t, "treasurer")
	for _, id := range r.IDs.Officials {
		var h holder
		treasurer.get("/v1/holders/"+id, &h)
		if w := treasurer.wallet(h.Wallet); w.Available != paid[id] || w.Available == 0 {
			t.Errorf("an official has %+v, was paid %s", w, paid[id])
		}
	}
}

// checkRedemption: 40.00 units became 38.00 € and a commission of 2.00 € (L10);
// 3.00 more are in a run that was approved, and its file can be fetched.
func checkRedemption(t *testing.T, r readiness) {
	var list struct {
		Items []struct {
			Status string
			Amount money.Amount
			Fee    money.Amount `json:"fee_eur"`
			Euros  money.Amount
		}
	}
	r.as(t, "treasurer").get("/v1/redemptions", &list)
	if len(list.Items) != 2 || list.Items[1].Status != "settled" || list.Items[1].Amount != 4000 || list.Items[1].Fee != 200 || list.Items[1].Euros != 3800 {
		t.Fatalf("redemptions %+v", list)
	}
	if waits := list.Items[0]; waits.Status != "in_run" || waits.Amount != 300 || waits.Euros != 285 {
		t.Errorf("the second redemption %+v", waits)
	}
	var runs struct {
		Items []struct {
			Status string
			Total  money.Amount `json:"total_eur"`
		}
	}
	r.as(t, "treasurer").get("/v1/redemption-runs", &runs)
	if len(runs.Items) != 1 || runs.Items[0].Status != "approved" || runs.Items[0].Total != 285 {
		t.Errorf("runs %+v", runs)
	}
}

// checkDebits looks for a run that was presented, one debit that was credited, one
// that came back and is owed in part (G6), and one that is announced.
func checkDebits(t *testing.T, r readiness) {
	treasurer := r.as(t, "treasurer")
	var runs struct{ Items []struct{ ID, Status string } }
	treasurer.get("/v1/debit-runs", &runs)
	if len(runs.Items) != 1 || runs.Items[0].Status != "exported" {
		t.Fatalf("runs %+v", runs)
	}
	var run struct {
		Items []struct{ Status, Reason string }
	}
	treasurer.get("/v1/debit-runs/"+runs.Items[0].ID, &run)
	if len(run.Items) != 2 || run.Items[0].Status != "collected" || run.Items[1].Status != "returned" || run.Items[1].Reason != "MD06" {
		t.Errorf("the run %+v", run)
	}
	var owed struct {
		Items []struct {
			Owed money.Amount `json:"owed_eur"`
		}
	}
	treasurer.get("/v1/receivables", &owed)
	if len(owed.Items) != 1 || owed.Items[0].Owed != 4500 {
		t.Errorf("owed %+v", owed)
	}
	var mandates struct{ Items []struct{ ID, Rhythm string } }
	r.as(t, "citizen2").get("/v1/mandates", &mandates)
	if len(mandates.Items) != 1 || mandates.Items[0].Rhythm != "monthly" {
		t.Fatalf("mandates %+v", mandates)
	}
	var debits struct{ Items []struct{ Status string } }
	r.as(t, "citizen2").get("/v1/mandates/"+mandates.Items[0].ID+"/debits", &debits)
	if len(debits.Items) != 1 || debits.Items[0].Status != "noticed" {
		t.Errorf("debits %+v", debits)
	}
}

// checkWatch looks for three thresholds of which none is crossed, and two projects,
// the latest first.
func checkWatch(t *testing.T, r readiness) {
	var watch struct {
		Thresholds struct {
			Gap      money.Amount `json:"gap_eur"`
			Coverage string
			Days     int `json:"awaited_days"`
		}
		Items []struct{ Kind string }
	}
	r.as(t, "auditor").get("/v1/fund/alerts", &watch)
	if watch.Thresholds.Gap != 10000 || watch.Thresholds.Coverage != "0.98" || watch.Thresholds.Days != 10 || len(watch.Items) != 0 {
		t.Errorf("watched %+v", watch)
	}
	var projects struct {
		Items []struct{ Name, Link string }
	}
	r.as(t, "citizen").get("/v1/projects", &projects)
	if len(projects.Items) != 2 || projects.Items[0].Name != "Moulin coopératif des Sorgues" || projects.Items[1].Link != "" {
		t.Errorf("projects %+v", projects)
	}
}
