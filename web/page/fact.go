// SPDX-License-Identifier: AGPL-3.0-or-later

package page

import (
	"time"

	"github.com/noria-mlc/noria/ledger/money"
)

// Fact is one line of a list of what was agreed: what is told, and its value. The
// component "facts" writes it.
type Fact struct {
	Key        string // of the words of what is told
	Kind       string // of the value: "euros", "percent", "day", "text", or "words" where there is none of these
	Euros      money.Amount
	Hundredths int64 // of a percent
	Day        time.Time
	Text       string   // somebody's own words
	Words      []string // keys of words, after the value
}

// Deed is something that the visitor may do about what a page shows: a link to
// the page that says what it does. Its words are those of the key "deed." and Key.
type Deed struct{ Key, Path string }

// Amendment is a change of what was agreed, as its history tells it.
type Amendment struct {
	Path      string // of the page that decides it, "" where it is not the visitor's
	Status    string
	Reason    string
	By        string // who proposed it
	At        time.Time
	DecidedBy string
	DecidedAt time.Time
	Changes   []Change
}

// Change is one term before and after an amendment.
type Change struct{ Before, After Fact }

// StatusKind is the shape of the amendment's state.
func (a Amendment) StatusKind() string {
	switch a.Status {
	case "approved":
		return "done"
	case "withdrawn":
		return "ended"
	}
	return "wait"
}
