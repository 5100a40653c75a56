// SPDX-License-Identifier: AGPL-3.0-or-later

package citizen

import (
	"slices"
	"time"

	"github.com/noria-mlc/noria/ledger/money"
	"github.com/noria-mlc/noria/web/locale"
	"github.com/noria-mlc/noria/web/page"
)

// walletView is a wallet, what its owner can do and awaits, and its last
// movements, in local units.
type walletView struct {
	ID        string // of the wallet, "wal_…"
	Holder    string // displayed name of the holder
	Number    string // member number, "" to show none
	Booked    money.Amount
	Reserved  money.Amount
	Available money.Amount
	Version   int64     // that the live topic gives to this state; 0 when not known
	At        time.Time // when it was read
	Postings  []walletPosting

	Pays, Changes, Asks bool // what the owner may do
	Offers              []offer
	Orders              []orderLine
	Requests            []requestLine
	Drawn               []withdrawal // notes to fetch at a desk
	Owed                money.Amount // euros, since a bank took a payment back (G6)
	Returned            []returnedLine
	Fontes              []page.Fonte // rules that concern the wallet (L12)
}

// returnedLine is a change whose euros the bank took back.
type returnedLine struct {
	ID           string // of the conversion
	Euros        money.Amount
	Taken, Bonus money.Amount
	Owed         money.Amount // that became a debt then
	At           time.Time
}

// offer is the bonus that a funder may still give.
type offer struct {
	Funder  string
	Limited bool // each person has a ceiling
	Left    money.Amount
	Month   bool      // the ceiling is that of a month
	Until   time.Time // last day of the campaign
}

// orderLine is a conversion that awaits its euros.
type orderLine struct {
	ID        string
	Euros     money.Amount
	Credited  money.Amount // in units, once the euros came
	ExpiresAt time.Time
}

// requestLine is an amount that the owner asked for.
type requestLine struct {
	ID        string
	Amount    money.Amount
	Reference string
	Status    string
	CreatedAt time.Time
	ExpiresAt time.Time
}

// walletPosting is one movement of a wallet.
type walletPosting struct {
	At           time.Time
	Entry        string // its id, "ent_…": a bonus is the second movement of its conversion's entry
	Kind         string // of the entry: "payment", "conversion" …
	Counterparty string // displayed name only (rule D1), "" where there is none
	Message      string
	Amount       money.Amount // signed: positive came in
	Balance      money.Amount // after the movement
}

// sheet is the page of a wallet.
func (v walletView) sheet() page.Sheet {
	v.Postings = bonuses(v.Postings)
	return page.Sheet{Template: "citizen/wallet", Title: "wallet.title", Class: "wallet", View: v,
		Script: "wallet.js", Imports: page.Modules(), Refresh: 15}
}

// bonuses gives movements, newest first, with each bonus under its own kind:
// the later of the two movements that one conversion made.
func bonuses(postings []walletPosting) []walletPosting {
	named := slices.Clone(postings)
	for i := 0; i+1 < len(named); i++ {
		if named[i].Kind == "conversion" && named[i].Entry != "" && named[i].Entry == named[i+1].Entry {
			named[i].Kind = locale.BonusKind
		}
	}
	return named
}
