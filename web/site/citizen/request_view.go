// SPDX-License-Identifier: AGPL-3.0-or-later

package citizen

import (
	"time"

	"github.com/noria-mlc/noria/web/page"
)

// requestsView is the form that asks somebody for money, and what was asked
// before. It is posted to /demandes with the fields "montant" (as typed),
// "motif", "jours" and "cle".
type requestsView struct {
	Key       string
	Entered   string // the amount as typed
	Problem   string // sentence beside it
	Reference string // what it is for, as typed
	Wrong     bool   // the reference cannot be taken
	Days      []int  // for how long it may be paid
	Chosen    int
	Refusal   *page.Refusal
	Requests  []requestLine // newest first
	Older     string        // id that the next page begins at, "" where there is none
}

func (v requestsView) sheet() page.Sheet {
	return page.Sheet{Template: "citizen/requests", Title: "requests.title", Class: "requests", View: v}
}

// Kind is the shape of the status.
func (l requestLine) Kind() string {
	switch l.Status {
	case "open":
		return "wait"
	case "paid":
		return "done"
	}
	return "ended"
}

// requestView is one request, for whoever made it. Its cancellation is posted to
// /demandes/{ID}/annulation with the field "cle".
type requestView struct {
	requestLine
	Name      string // of whoever asks
	Code      string // to type where no camera is at hand
	URL       string // of the page on which it is paid
	Key       string
	Entry     string // of the payment, "" before
	MatchCode string
	PaidAt    time.Time
	Refusal   *page.Refusal
}

// Open says that it can be paid.
func (v requestView) Open() bool { return v.Status == "open" }

func (v requestView) sheet() page.Sheet {
	s := page.Sheet{Template: "citizen/request", Title: "requests.one", Class: "asked", View: v}
	if v.Open() {
		s.Script, s.Imports, s.Refresh = "awaited.js", page.Modules("copy.js"), 15
	}
	return s
}
