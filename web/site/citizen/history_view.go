// SPDX-License-Identifier: AGPL-3.0-or-later

package citizen

import (
	"net/url"
	"strconv"
	"time"

	"github.com/noria-mlc/noria/ledger/money"
	"github.com/noria-mlc/noria/web/page"
)

// historyView is a page of the movements of a wallet.
type historyView struct {
	filter
	Problems         map[string]string // by field, the key of the sentence beside it
	Lines            []historyLine     // newest first
	Older, Newer     int64             // postings that the pages beside begin at, 0 where there are none
	Cut              bool              // the search stopped before the end
	In, Out          money.Amount      // Out is negative
	Opening, Closing money.Amount      // balances before and after, where no movement is left out
	At               time.Time
}

// historyLine is one movement.
type historyLine struct {
	posting   int64
	At        time.Time
	Entry     string
	Kind      string
	Name      string // of the other side, "" where there is none (rule D1)
	Message   string
	Reference string
	Amount    money.Amount // signed
	Balance   money.Amount // after it
}

// Words is what was written with the movement: by the payer, else the reference.
func (l historyLine) Words() string {
	if l.Message == "" {
		return l.Reference
	}
	return l.Message
}

// Filtered says that a filter is set.
func (v historyView) Filtered() bool { return len(v.values()) > 0 }

// Whole says that the movements add up to the difference of the balances.
func (v historyView) Whole() bool { return v.whole() }

// File is the address of the same movements as a table.
func (v historyView) File() string { return address("/portefeuille/historique.csv", v.values()) }

// OlderPath is the address of the older movements.
func (v historyView) OlderPath() string { return v.at("avant", v.Older) }

// NewerPath is the address of the newer movements.
func (v historyView) NewerPath() string { return v.at("apres", v.Newer) }

func (v historyView) at(way string, posting int64) string {
	q := v.values()
	q.Set(way, strconv.FormatInt(posting, 36))
	return address("/portefeuille/historique", q)
}

func address(path string, q url.Values) string {
	if len(q) == 0 {
		return path
	}
	return path + "?" + q.Encode()
}

func (v historyView) sheet() page.Sheet {
	return page.Sheet{Template: "citizen/history", Title: "history.title", Class: "history", View: v}
}
