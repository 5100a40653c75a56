// SPDX-License-Identifier: AGPL-3.0-or-later

package treasury

import (
	"context"
	"net/http"
	"time"

	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
	"github.com/noria-mlc/noria/ops/payout"
	"github.com/noria-mlc/noria/web/page"
)

const inboxPath = "/tresorerie/approbations"

// inboxView is what a second person is to approve, and what was approved and
// awaits the euros of its collectivité.
type inboxView struct {
	Parts   []inboxPart
	Awaited []paper
}

// inboxPart is the things of one kind that await a second person.
type inboxPart struct {
	Key  string // of its heading
	Rows []paper
}

// paper is a row of the inbox. It is told by its name, by its days, or by the rule
// of fonte that it is.
type paper struct {
	Path, Name   string
	Purpose      string // of a batch
	Word         string // key of what it is, before its name
	From, Until  time.Time
	Fonte        *page.Fonte
	Collectivity party // whose affair it is: a funder, or a member
	By           party
	At           time.Time
	Amount       money.Amount // euros, 0 for none to tell
	Own          bool         // the visitor prepared it
}

// Count is how many things await a second person.
func (v inboxView) Count() int {
	n := 0
	for _, p := range v.Parts {
		n += len(p.Rows)
	}
	return n
}

func (v inboxView) sheet(tabs []page.Tab) page.Sheet {
	return page.Sheet{Template: "treasury/approvals", Title: "tab.treasury-approvals", Section: "treasury", Tabs: tabs, Class: "treasury", View: v}
}

func (t treasury) approvals(w http.ResponseWriter, r *http.Request) error {
	a, tabs, err := t.visit(r, "approvals")
	if err != nil {
		return err
	}
	v, err := t.inbox(r.Context(), a)
	if err != nil {
		return err
	}
	return t.Show(w, r, 0, v.sheet(tabs))
}

// awaiting is a kind of thing that a second person approves.
type awaiting struct {
	key    string
	action access.Action // by which it is approved
	rows   func(treasury, context.Context, access.Actor) ([]paper, error)
}

// everyAwaiting are all kinds of things that await a second person of the
// association's; a test holds them to the rights.
func everyAwaiting() []awaiting {
	return []awaiting{
		{"campaigns", access.CampaignApprove, treasury.campaignsAt},
		{"amendments", access.CampaignApprove, treasury.amendmentsAt},
		{"batches", access.BatchApprove, func(t treasury, ctx context.Context, a access.Actor) ([]paper, error) {
			return t.batchesAt(ctx, a, payout.Drafted)
		}},
		{"runs", access.RunApprove, treasury.runsAt},
		{"exceptions", access.RedemptionApprove, treasury.exceptionsAt},
		{"payees", access.PayoutAccountApprove, treasury.payeesAt},
		{"debits", access.DebitApprove, treasury.debitsAt},
		{"cards", access.CheckoutApprove, treasury.cardsAt},
		{"waivers", access.WaiverApprove, treasury.waiversAt},
		{"gifts", access.GiftApprove, treasury.giftsAt},
		{"fontes", access.FonteApprove, treasury.fontesAt},
		{"banks", access.BankAccountApprove, treasury.banksAt},
		{"destructions", access.PaperWitness, treasury.destructionsAt},
	}
}

// inbox gathers what awaits a second person.
func (t treasury) inbox(ctx context.Context, a access.Actor) (inboxView, error) {
	var v inboxView
	for _, kind := range everyAwaiting() {
		rows, err := kind.rows(t, ctx, a)
		if err != nil {
			return v, err
		}
		if len(rows) > 0 {
			v.Parts = append(v.Parts, inboxPart{kind.key, rows})
		}
	}
	var err error
	v.Awaited, err = t.batchesAt(ctx, a, payout.Approved)
	return v, err
}

// prepared adds to a row who prepared it.
func (t treasury) prepared(ctx context.Context, a access.Actor, row paper, by ident.User) (paper, error) {
	row.Own = by == a.ID
	var err error
	row.By, err = t.doer(ctx, by)
	return row, err
}

// owned adds to a row whose affair it is and who prepared it.
func (t treasury) owned(ctx context.Context, a access.Actor, row paper, of ident.Holder, by ident.User) (paper, error) {
	var err error
	if row.Collectivity, err = t.party(ctx, of); err != nil {
		return row, err
	}
	return t.prepared(ctx, a, row, by)
}

// rowsOf makes a row of each thing that awaits somebody; one that does not is left
// out.
func rowsOf[T any](list []T, err error, awaits func(T) bool, row func(T) (paper, error)) ([]paper, error) {
	var rows []paper
	for _, x := range list {
		if err != nil || !awaits(x) {
			continue
		}
		var p paper
		if p, err = row(x); err == nil {
			rows = append(rows, p)
		}
	}
	return rows, err
}

func every[T any](T) bool { return true }
