// SPDX-License-Identifier: AGPL-3.0-or-later

package conversion

import (
	"slices"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/money"
)

// BudgetMode says from when on a campaign may grant its budget (G4).
type BudgetMode string

// The modes.
const (
	// OnceReceived grants what the funder has paid, the cash basis.
	OnceReceived BudgetMode = "received"
	// OnceSigned grants the whole budget from the approval on; what the funder has
	// not paid yet is a receivable of the fund, shown apart in its coverage.
	OnceSigned BudgetMode = "signed"
)

// Rules are the finer terms of a campaign. A ceiling of zero is none. The
// ceilings of a household and of a paying account count over the period of the
// person's own.
type Rules struct {
	HouseholdCap money.Amount `json:"household_cap,omitzero"`
	PayerCap     money.Amount `json:"payer_cap,omitzero"` // of one paying account (IBAN)
	Communes     []string     `json:"communes,omitempty"` // INSEE codes of those it is for; everybody where left out
	Priority     int          `json:"priority,omitempty"` // 0 to 99; the higher goes first
	BudgetMode   BudgetMode   `json:"budget_mode,omitempty"`
}

// mostCommunes is how many communes one campaign may name.
const mostCommunes = 200

func (r Rules) orUsual() Rules {
	if r.BudgetMode == "" {
		r.BudgetMode = OnceReceived
	}
	r.Communes = slices.Clone(r.Communes)
	return r
}

func (r Rules) check(check *fault.Check) {
	check.That(r.HouseholdCap >= 0 && r.HouseholdCap <= money.Max, "/household_cap", "must be zero or more")
	check.That(r.PayerCap >= 0 && r.PayerCap <= money.Max, "/payer_cap", "must be zero or more")
	check.That(r.Priority >= 0 && r.Priority <= 99, "/priority", "must be 0 to 99")
	check.That(r.BudgetMode == OnceReceived || r.BudgetMode == OnceSigned, "/budget_mode", "must be received or signed")
	check.That(len(r.Communes) <= mostCommunes, "/communes", "must be at most 200 communes")
	for i, code := range r.Communes {
		check.That(validCommune(code), "/communes", "must be INSEE codes of five characters")
		check.That(!slices.Contains(r.Communes[:i], code), "/communes", "a commune is given once")
	}
}

// validCommune says whether a text has the form of an INSEE code: five digits,
// the second of which may be A or B for Corsica.
func validCommune(code string) bool {
	if len(code) != 5 {
		return false
	}
	for i := range len(code) {
		c := code[i]
		corsica := i == 1 && code[0] == '2' && (c == 'A' || c == 'B')
		if (c < '0' || c > '9') && !corsica {
			return false
		}
	}
	return true
}

// resident says whether the campaign is for those who live where the person does.
func (o *Offer) resident() bool {
	return len(o.Campaign.Communes) == 0 || slices.Contains(o.Campaign.Communes, o.Commune)
}

// ceiling is one bound of what somebody may receive, and how it is told.
type ceiling struct {
	most, used         money.Amount
	reduced, exhausted ReasonCode
}

// ceilings lists the ceilings that apply, the person's own first.
func (o *Offer) ceilings() []ceiling {
	var list []ceiling
	c := &o.Campaign
	if c.PerPersonCap > 0 {
		list = append(list, ceiling{c.PerPersonCap, o.Used, AllowanceReduced, AllowanceExhausted})
	}
	if c.HouseholdCap > 0 {
		list = append(list, ceiling{c.HouseholdCap, o.HouseholdUsed, HouseholdReduced, HouseholdExhausted})
	}
	if c.PayerCap > 0 && o.PayerKnown {
		list = append(list, ceiling{c.PayerCap, o.PayerUsed, PayerReduced, PayerExhausted})
	}
	return list
}

// breakEven is the commission from which converting with a bonus, paying an
// accomplice and redeeming gains nothing: b / (1 + b), floored to four decimals,
// as a share of 1: "0.1666" for 20 %.
func breakEven(bonus money.Rate) string {
	const whole money.Amount = 1_000_000_00
	given := bonus.Floor(whole)
	return money.Share(given, whole+given)
}

// BreakEven is the commission from which converting with a bonus, paying an
// accomplice and redeeming gains nothing, in hundredths of a percent, rounded to
// the nearest: 1667 for 20 %.
func BreakEven(bonus money.Rate) int64 {
	const whole = 1_000_000_00
	given := int64(bonus.Floor(whole))
	return (given*20_000 + whole + given) / (2 * (whole + given))
}

// BreakEvenFee is the commission on redemptions from which the campaign's bonus
// can no longer be gained by a loop, as a share of 1 with four decimals.
func (in CreateCampaignInput) BreakEvenFee() string { return breakEven(in.Rate) }

// dueAccount is what the funder signed and has not paid.
func (c *Campaign) dueAccount() ledger.Account { return ledger.DueBy(c.ID.String()) }
