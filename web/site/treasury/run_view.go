// SPDX-License-Identifier: AGPL-3.0-or-later

package treasury

import (
	"time"

	"github.com/noria-mlc/noria/ledger/money"
	"github.com/noria-mlc/noria/web/page"
)

// runsView lists runs of transfers, and what waits for the next one.
type runsView struct {
	Count    int          // redemptions that wait, 200 at most
	Euros    money.Amount // of them
	Prepares bool
	Places   []place
	Rows     []runRow
	Older    string
	Form     typed
}

type runRow struct {
	Path   string
	At     time.Time
	On     time.Time // when the bank is to execute it
	Count  int
	Total  money.Amount
	Status string
}

func (v runsView) sheet(tabs []page.Tab) page.Sheet {
	return page.Sheet{Template: "treasury/runs", Title: "tab.treasury-runs", Section: "treasury", Tabs: tabs, Class: "treasury", View: v}
}

// runView is a run as a second person reads it before approving, and as the
// treasurer follows it afterwards.
type runView struct {
	Path, Status, Digest string
	Count                int
	Total, Left          money.Amount // Left is what the bank has not booked
	ExecuteOn, At        time.Time
	ExportedAt           time.Time
	By                   party
	Own                  bool // the visitor prepared it
	Approves, Cancels    bool
	Exports, Settles     bool
	Lines                []runLine
	Waiting              []waitRow
	Form                 typed
}

type runLine struct {
	N          int
	Path, Name string
	IBAN       string // masked (ASVS 14.2.6)
	Euros      money.Amount
	Status     string
}

type waitRow struct {
	Path   string
	Who    party
	Euros  money.Amount
	Reason string
}

func (v runView) sheet(tabs []page.Tab) page.Sheet {
	return page.Sheet{Template: "treasury/run", Title: "treasury.run", Section: "treasury", Tabs: tabs, Class: "treasury", View: v}
}

// StatusKind is the shape of the status.
func (v runView) StatusKind() string { return runKind(v.Status) }

// StatusKind is the shape of the status.
func (r runRow) StatusKind() string { return runKind(r.Status) }

func runKind(status string) string {
	return map[string]string{"draft": "wait", "approved": "wait", "exported": "done", "cancelled": "ended"}[status]
}
