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
// The first form asks /caisse/reconversion with "montant"; the second, which has
// the fee beside it, posts there with "montant" and "cle".
type redeemView struct {
	frame
	quoted
	Available money.Amount
	Entered   string
	Problem   string
	Amount    money.Amount // to be confirmed; 0 where nothing was typed yet
	Key       string
	Refusal   *page.Refusal
	History   []redemptionTold
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
