// SPDX-License-Identifier: AGPL-3.0-or-later

package shop

import (
	"time"

	"github.com/noria-mlc/noria/ledger/money"
	"github.com/noria-mlc/noria/web/page"
)

// redeemView is what a shop can change back into euros, what is on its way and
// what came.
//
// The form is posted to /caisse/reconversion with "montant" and "cle", and leads
// to the page of an intent, which has the fee beside it.
type redeemView struct {
	frame
	Available money.Amount
	Free      money.Amount // of it, what may be redeemed now
	Waits     []waitTold   // of it, what was born of a bonus too recently
	Entered   string
	Problem   string
	Key       string
	Refusal   *page.Refusal
	History   []redemptionTold
}

// waitTold is value born of a bonus, and the first day on which it may be redeemed.
type waitTold struct {
	Amount money.Amount
	On     time.Time
}

// redemptionTold is a redemption with its dated steps.
type redemptionTold struct {
	ID        string // "red_…"
	Amount    money.Amount
	Fee       money.Amount
	Euros     money.Amount
	At        time.Time
	Reason    string // why it was refused
	Reference string // of the transfer
	Closed    bool
	Steps     []page.Step
}

// sheet is the page of redemptions.
func (v redeemView) sheet() page.Sheet { return v.frame.sheet("shopredeem", v) }
