// SPDX-License-Identifier: AGPL-3.0-or-later

package conversion

import (
	"slices"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/money"
)

// WarningCode names something that an approver should weigh.
type WarningCode string

// The warnings about a campaign.
const (
	// LoopGain: converting, paying an accomplice and redeeming gains money on
	// every turn, because the bonus is above the commission.
	LoopGain WarningCode = "loop-gain"
	// NoCeiling: nothing bounds what one person may receive.
	NoCeiling WarningCode = "no-ceiling"
	// ProfessionalsEligible: aid to professionals may be state aid (P14).
	ProfessionalsEligible WarningCode = "professionals-eligible"
	// NoConvention: no agreement is named (P12).
	NoConvention WarningCode = "no-convention"
)

// Warning is one of them, with the euros it is about: for LoopGain what each
// turn of 100.00 gains.
type Warning struct {
	Code   WarningCode  `json:"code"`
	Amount money.Amount `json:"amount_eur,omitzero"`
}

// warnings lists what an approver should weigh, given the commission of
// professionals on redemptions.
func (c *Campaign) warnings(commission Commission) []Warning {
	list := []Warning{}
	if gain := loopGain(c.Rate, commission); gain > 0 {
		list = append(list, Warning{LoopGain, gain})
	}
	if c.PerPersonCap == 0 {
		list = append(list, Warning{Code: NoCeiling})
	}
	if slices.Contains(c.EligibleKinds, ledger.Professional) {
		list = append(list, Warning{Code: ProfessionalsEligible})
	}
	if c.Convention.Reference == "" || c.Convention.Date == 0 {
		list = append(list, Warning{Code: NoConvention})
	}
	return list
}

// loopGain is what a turn of 100.00 euros gains: the bonus less the commission
// on the units that come back. With 20 % and 5 % it is 14.00; with 5 % and 5 %
// there is none.
func loopGain(bonus money.Rate, commission Commission) money.Amount {
	const turn money.Amount = 100_00
	given := bonus.Floor(turn)
	return max(0, given-commission.On(turn+given))
}
