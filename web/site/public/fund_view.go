// SPDX-License-Identifier: AGPL-3.0-or-later

package public

import (
	"strconv"
	"time"

	"github.com/noria-mlc/noria/ledger/money"
	"github.com/noria-mlc/noria/web/page"
)

// fundView is the guarantee fund at an instant (rules G1, G2, G5).
type fundView struct {
	AsOf    time.Time
	Seq     int64  // of the journal's head
	Hash    string // of the journal's head, in hexadecimal
	Version int64  // that the live topic "fund" gives to this state; 0 when not known
	Past    bool   // an instant of the past was asked for: the page does not follow
	Pools   []page.FundPool
	Total   page.FundPool

	Projects []projectRow
}

// projectRow is a project that the bank of the fund financed.
type projectRow struct {
	Name, Commune string
	Year          int
	Amount        money.Amount
	About         string
	Link, Host    string // an https address and the host in it, "" for none
}

// sheet is the page of the fund.
func (v fundView) sheet() page.Sheet {
	v.Total.Pool = "" // its name is the page's own
	s := page.Sheet{Template: "public/fund", Title: "fund.title", Section: "fund", Tabs: tabs("fund"), Class: "fund", Public: true, View: v}
	if !v.Past {
		s.Script, s.Imports, s.Refresh = "fund.js", page.Modules(), 30
	}
	return s
}

// SeqText writes the journal number without grouping, as an identifier.
func (v fundView) SeqText() string { return strconv.FormatInt(v.Seq, 10) }

// ShortHash is the beginning of the head's hash, enough to compare by eye.
func (v fundView) ShortHash() string { return v.Hash[:min(16, len(v.Hash))] }
