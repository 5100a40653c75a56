// SPDX-License-Identifier: AGPL-3.0-or-later

package ledger

import (
	"strings"

	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
)

// Pool separates the guarantee of paper notes from that of digital units
// (rule G2).
type Pool string

// The pools.
const (
	Paper   Pool = "paper"
	Digital Pool = "digital"
)

// Pools lists the pools in the order in which they are shown.
func Pools() []Pool { return []Pool{Digital, Paper} }

// ErrChart is the refusal of an account code that the chart does not know.
var ErrChart = fault.New(fault.Invalid, "account-unknown", "the chart of accounts has no such account")

// Accounts of the chart that stand alone.
const (
	Redeeming   Account = "eur:redeeming"    // euros being sent to those who redeemed
	SuspenseIn  Account = "eur:suspense:in"  // euros received and not identified
	SuspenseOut Account = "eur:suspense:out" // euros that left and are not identified
	IncomeFees  Account = "eur:income:fees"  // commission on redemptions (B7)
	IncomeDues  Account = "eur:income:dues"  // membership dues (P11)
	LossWaived  Account = "eur:loss:waived"  // receivables that the issuer gave up (G6)
	GiftCost    Account = "eur:cost:gifts"   // gifts of the issuer to associations
	Operating   Account = "eur:bank:operating"
	Notes       Account = "loc:notes" // paper notes in people's hands, whoever they are
	Fonte       Account = "loc:fonte" // fonte of a period, until it is given whole to its association (L12)
)

// Wallet is what a holder owns and may spend.
func Wallet(h ident.Holder) Account { return Account("loc:wallet:" + h.String()) }

// Reserved is what a holder handed in and has not been paid for yet.
func Reserved(h ident.Holder) Account { return Account("loc:reserved:" + h.String()) }

// Issued is the units of a pool in circulation.
func Issued(p Pool) Account { return Account("loc:issued:" + string(p)) }

// Backing is the euros owed to the holders of a pool's units.
func Backing(p Pool) Account { return Account("eur:backing:" + string(p)) }

// Guarantee is the dedicated bank account of a pool at a custodian (G2).
func Guarantee(p Pool, custodian string) Account {
	return Account("eur:bank:guarantee:" + string(p) + ":" + custodian)
}

// Desk is the euros in the till of an exchange desk.
func Desk(name string) Account { return Account("eur:desk:" + name) }

// Provider is the euros that a card provider took for the currency and has not
// paid out yet.
func Provider(name string) Account { return Account("eur:provider:" + name) }

// NotesDesk is the euros that a desk took for paper notes, which are of another
// fund than those for digital units (G2).
func NotesDesk(name string) Account { return Account("eur:desk:paper:" + name) }

// Between is what a pool is owed by the other one for units that were exchanged,
// below zero where it owes; the balances of both pools sum up to zero (G2).
func Between(p Pool) Account { return Account("eur:between:" + string(p)) }

// Unexplained is the euros that the till of a desk lacked when it was brought to
// the bank, below zero where there were too many. They are of no fund.
func Unexplained(desk string) Account { return Account("eur:difference:" + desk) }

// DuesDesk is the euros of dues in the till of a desk, which are the
// association's own and of no fund (P11).
func DuesDesk(desk string) Account { return Account("eur:dues:" + desk) }

// GrantOf is the bonus money received for a campaign and not granted yet (G4).
func GrantOf(campaign string) Account { return Account("eur:grant:" + campaign) }

// DueBy is the bonus money that a funder signed for a campaign and has not paid
// yet (G4).
func DueBy(campaign string) Account { return Account("eur:due:" + campaign) }

// Receivable is the euros that a holder owes since their bank took a payment
// back and the units were spent (G6).
func Receivable(h ident.Holder) Account { return Account("eur:receivable:" + h.String()) }

// Payer is the euros received from a collectivité for indemnities and payments
// on its behalf (P8).
func Payer(h ident.Holder) Account { return Account("eur:payer:" + h.String()) }

// ToReturn is the euros of refused lines, to be sent back to a collectivité
// (P8).
func ToReturn(h ident.Holder) Account { return Account("eur:return:" + h.String()) }

// chart says, by the beginning of a code, what an account is. The longest
// prefix that ends a code's fixed part decides; parameters says how many
// segments must follow it.
var chart = []struct {
	prefix     string
	parameters int
	spec       Spec
}{
	{"loc:wallet", 1, Spec{money.Local, Credit, true}},
	{"loc:reserved", 1, Spec{money.Local, Credit, true}},
	{"loc:issued", 1, Spec{money.Local, Debit, true}},
	{"loc:notes", 0, Spec{money.Local, Credit, true}},
	{"loc:redeeming", 0, Spec{money.Local, Credit, true}},
	{"loc:fonte", 0, Spec{money.Local, Credit, true}},
	{"eur:bank:operating", 0, Spec{money.EUR, Debit, false}},
	{"eur:bank:guarantee", 2, Spec{money.EUR, Debit, false}},
	{"eur:desk", 1, Spec{money.EUR, Debit, true}},
	{"eur:desk:paper", 1, Spec{money.EUR, Debit, true}},
	{"eur:between", 1, Spec{money.EUR, Debit, false}},
	{"eur:difference", 1, Spec{money.EUR, Debit, false}},
	{"eur:provider", 1, Spec{money.EUR, Debit, true}},
	{"eur:backing", 1, Spec{money.EUR, Credit, true}},
	{"eur:grant", 1, Spec{money.EUR, Credit, true}},
	{"eur:due", 1, Spec{money.EUR, Debit, true}},
	{"eur:receivable", 1, Spec{money.EUR, Debit, true}},
	{"eur:loss:waived", 0, Spec{money.EUR, Debit, false}},
	{"eur:cost:gifts", 0, Spec{money.EUR, Debit, false}},
	{"eur:dues", 1, Spec{money.EUR, Debit, true}},
	{"eur:payer", 1, Spec{money.EUR, Credit, true}},
	{"eur:return", 1, Spec{money.EUR, Credit, true}},
	{"eur:redeeming", 0, Spec{money.EUR, Credit, true}},
	{"eur:suspense:in", 0, Spec{money.EUR, Credit, true}},
	{"eur:suspense:out", 0, Spec{money.EUR, Debit, true}},
	{"eur:income:fees", 0, Spec{money.EUR, Credit, false}},
	{"eur:income:dues", 0, Spec{money.EUR, Credit, false}},
}

// Describe returns the nature of an account, or ErrChart.
func Describe(a Account) (Spec, error) {
	for _, c := range chart {
		rest, ok := strings.CutPrefix(string(a), c.prefix)
		if !ok || (rest != "" && rest[0] != ':') {
			continue
		}
		segments := strings.Split(rest, ":")[1:]
		if len(segments) != c.parameters {
			continue
		}
		for _, s := range segments {
			if !segment(s) {
				return Spec{}, ErrChart.With(string(a))
			}
		}
		return c.spec, nil
	}
	return Spec{}, ErrChart.With(string(a))
}

// segment says whether s is one well-formed part of a code: letters, digits,
// hyphen and underscore, in lower case, 1 to 40 of them.
func segment(s string) bool {
	if len(s) == 0 || len(s) > 40 {
		return false
	}
	for i := range len(s) {
		c := s[i]
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' && c != '_' {
			return false
		}
	}
	return true
}

// HolderOf returns the holder of a wallet or of what it reserved, and false for
// any other account.
func HolderOf(a Account) (ident.Holder, bool) {
	for _, prefix := range []string{"loc:wallet:", "loc:reserved:"} {
		if rest, ok := strings.CutPrefix(string(a), prefix); ok {
			var holder ident.Holder
			err := holder.UnmarshalText([]byte(rest))
			return holder, err == nil && !holder.IsZero()
		}
	}
	return ident.Holder{}, false
}
