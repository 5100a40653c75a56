// SPDX-License-Identifier: AGPL-3.0-or-later

package conversion

import (
	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/money"
)

// sqlDropCardDecision withdraws what was proposed about a payment that changed: who
// proposed it looked at something else.
const sqlDropCardDecision = `UPDATE card_decisions SET status = 'withdrawn', closed_by = $3, closed_at = $4, open = NULL
	WHERE provider = $1 AND payment = $2 AND status = 'proposed'`

// CardNews is a payment by card that changed at its provider after it was booked.
type CardNews struct {
	Was Checkout `json:"was"`
	Now Checkout `json:"now"`
}

// TellCard tells the treasurers within the command that a payment changed, so that
// both stand or fall together.
type TellCard func(tx *ledger.Tx, n CardNews) error

// again compares euros in suspense with what their provider tells now: nothing is
// ever credited here, and what went back to the payer leaves suspense. A provider's
// older answer that comes later changes nothing, since refunds only grow. Euros that
// left the provider's account cannot be taken out of it: a person must look.
func (k *Checkout) again(tx *ledger.Tx, c *Conversion, p CardPayment) (bool, error) {
	was := *k
	kept := max(0, p.Amount-p.Refunded)
	switch {
	case p.Status == PaymentOpen:
		return true, nil
	case p.Status == PaymentOver || p.Currency != "EUR":
		k.Reason = OddAfterward
	case kept < k.Received:
		if err := k.lessen(tx, c, kept); err != nil {
			return false, err
		}
	}
	if p.Disputed && k.Outcome == CheckoutSuspense {
		k.Reason = OddDisputed
	}
	return *k == was, nil
}

// lessen leaves in suspense what the provider still keeps.
func (k *Checkout) lessen(tx *ledger.Tx, c *Conversion, kept money.Amount) error {
	there, err := tx.Balance(ledger.Provider(k.Provider))
	if err != nil {
		return err
	}
	if there < k.Received {
		k.Reason = OddAfterward
		return nil
	}
	if _, err := tx.Reverse(k.Entry); err != nil {
		return err
	}
	if kept == 0 {
		k.Outcome, k.Reason, k.Received = CheckoutRefunded, "", 0
		return nil
	}
	e, err := tx.Post(ledger.Draft{Kind: ledger.KindTransfer, Reference: c.Reference,
		Postings: []ledger.Posting{{Debit: ledger.Provider(k.Provider), Credit: ledger.SuspenseIn, Amount: kept}}})
	if err != nil {
		return err
	}
	k.Reason, k.Received, k.Entry = OddLess, kept, e.ID
	return nil
}

// changed withdraws what was proposed about a payment that is not any more what it
// was, and tells the treasurers.
func (k *Checkout) changed(tx *ledger.Tx, was Checkout, tell TellCard) error {
	if was.Outcome != CheckoutSuspense && was.Outcome != CheckoutCredited || *k == was {
		return nil
	}
	if _, err := tx.Exec(sqlDropCardDecision, k.Provider, k.Payment, tx.Actor().ID, tx.Now().UnixMicro()); err != nil {
		return err
	}
	if tell == nil {
		return nil
	}
	return tell(tx, CardNews{Was: was, Now: *k})
}
