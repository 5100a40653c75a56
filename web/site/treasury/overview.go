// SPDX-License-Identifier: AGPL-3.0-or-later

package treasury

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/civil"
	"github.com/noria-mlc/noria/ledger/money"
	"github.com/noria-mlc/noria/ops/check"
	"github.com/noria-mlc/noria/ops/job"
	"github.com/noria-mlc/noria/web/page"
)

// soon is how long before its end a conversion that awaits its euros is late.
const soon = 3 * 24 * time.Hour

// listed is how many rows a list of this room shows.
const listed = 50

// overviewView is what waits.
type overviewView struct {
	Total   page.FundPool
	AsOf    time.Time
	Waits   []wait
	Checked time.Time // when the book was last checked, zero for never
	CheckOK bool
	Problem string // what the last check found
	Failed  []job.State
}

// wait is one kind of thing that waits for somebody.
type wait struct {
	Key    string // of its words
	Count  int
	Amount money.Amount // euros, 0 for none to tell
	Late   int
	Path   string
}

// State is the kind of status that says how pressing it is.
func (w wait) State() string {
	switch {
	case w.Late > 0:
		return "bad"
	case w.Count > 0:
		return "wait"
	}
	return "done"
}

func (v overviewView) sheet(tabs []page.Tab) page.Sheet {
	return page.Sheet{Template: "treasury/overview", Title: "treasury.title", Section: "treasury", Tabs: tabs, Class: "treasury", View: v}
}

func (t treasury) overview(w http.ResponseWriter, r *http.Request) error {
	a, tabs, err := t.visit(r, "treasury")
	if err != nil {
		return err
	}
	f, err := t.Conversion.Fund(r.Context(), time.Time{})
	if err != nil {
		return err
	}
	v := overviewView{Total: poolOf("", f.Total), AsOf: f.AsOf}
	if v.Waits, err = t.waits(r.Context(), a); err != nil {
		return err
	}
	states, err := job.States(r.Context(), t.Ledger.Journal)
	if err != nil {
		return err
	}
	for _, s := range states {
		if s.Name == check.JobName {
			v.Checked, v.CheckOK, v.Problem = s.FinishedAt, s.Outcome == job.Done, s.Problem
		} else if s.Outcome == job.Failed {
			v.Failed = append(v.Failed, s)
		}
	}
	return t.Show(w, r, 0, v.sheet(tabs))
}

// waits counts what waits for the actor.
func (t treasury) waits(ctx context.Context, a access.Actor) ([]wait, error) {
	var all []wait
	p, err := t.Conversion.Pending(ctx, a, t.Now().Add(soon))
	if err != nil && !errors.Is(err, access.ErrForbidden) {
		return nil, err
	}
	if err == nil {
		all = append(all, wait{"wait-awaited", p.Awaited, p.AwaitedEuros, p.Soon, "/tresorerie/attendus"},
			wait{"wait-redemptions", p.Requested, p.ToSend, 0, "/tresorerie/reconversions"})
	}
	inbox, err := t.inbox(ctx, a)
	if err != nil {
		return nil, err
	}
	all = append(all, wait{Key: "wait-approvals", Count: inbox.Count(), Path: inboxPath})
	if may(a, access.BatchFund) {
		owed := wait{Key: "wait-fundings", Count: len(inbox.Awaited), Path: inboxPath}
		for _, b := range inbox.Awaited {
			owed.Amount += b.Amount
		}
		all = append(all, owed)
	}
	return t.doubts(ctx, a, all)
}

// doubts adds what members owe and the loops that nobody looked at.
func (t treasury) doubts(ctx context.Context, a access.Actor, all []wait) ([]wait, error) {
	debts, err := t.Conversion.Receivables(ctx, a)
	if err != nil {
		return nil, err
	}
	owed := wait{Key: "wait-debts", Count: len(debts), Path: "/tresorerie/impayes"}
	for _, d := range debts {
		owed.Amount += d.Owed
	}
	loops, err := t.Conversion.Loops(ctx, a, false)
	if err != nil {
		return nil, err
	}
	all = append(all, owed, wait{Key: "wait-loops", Count: len(loops), Path: "/tresorerie/boucles"})
	return t.crossings(ctx, a, all)
}

// crossings puts the thresholds of the fund that are crossed first, where any is and
// the actor may read them.
func (t treasury) crossings(ctx context.Context, a access.Actor, all []wait) ([]wait, error) {
	watch, err := t.Alert.Now(ctx, a)
	if errors.Is(err, access.ErrForbidden) || err == nil && len(watch.Alerts) == 0 {
		return all, nil
	}
	return append([]wait{{Key: "wait-crossings", Count: len(watch.Alerts), Path: alertsPath}}, all...), err
}

// poolOf is a pool of the fund as the public page writes it.
func poolOf(pool string, s conversion.FundSums) page.FundPool {
	v := page.FundPool{Pool: pool, Circulation: s.Circulation, Backing: s.Backing, InTransit: s.InTransit + s.Between,
		Redeeming: s.Redeeming, Grants: s.Grants, Held: s.Held, Gap: s.Gap, Surplus: s.Surplus,
		FunderReceivable: s.FunderReceivable, MemberReceivable: s.MemberReceivable}
	for _, c := range s.Custodians {
		v.Custodians = append(v.Custodians, page.Custodian{Name: c.Name, Balance: c.Balance})
	}
	return v
}

// today is the day of the books, as a date field takes it.
func (t treasury) today() string { return civil.Of(t.Now()).String() }
