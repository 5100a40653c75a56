// SPDX-License-Identifier: AGPL-3.0-or-later

package conversion

import (
	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/money"
)

const (
	sqlPledge = `UPDATE campaigns SET received = received + $2, due = due + $2, version = version + 1
		WHERE id = $1 AND received + $2 <= budget`
	sqlLapse = `UPDATE campaigns SET received = received - $2, due = due - $2, version = version + 1
		WHERE id = $1 AND due >= $2 AND granted + reserved + returned <= received - $2`
	sqlPaySigned = `UPDATE campaigns SET due = due - $2, version = version + 1 WHERE id = $1 AND due >= $2`
)

// pledge books what a funder signed and has not paid: the campaign may grant it,
// and the fund shows it as a receivable (G4). It does nothing for a campaign
// that grants only what was received.
func (c *Campaign) pledge(tx *ledger.Tx, more money.Amount) error {
	if c.BudgetMode != OnceSigned || more <= 0 {
		return nil
	}
	if err := tx.Open(c.dueAccount()); err != nil {
		return err
	}
	if _, err := tx.Post(ledger.Draft{Kind: ledger.KindPledge, Reference: c.Convention.Reference,
		Postings: []ledger.Posting{{Debit: c.dueAccount(), Credit: c.grant(), Amount: more}}}); err != nil {
		return err
	}
	return tx.Guard(ErrBudgetExceeded, sqlPledge, c.ID, more)
}

// lapse takes back a part of what was signed, which then is neither granted nor
// awaited.
func (c *Campaign) lapse(tx *ledger.Tx, less money.Amount) error {
	if less <= 0 {
		return nil
	}
	if err := tx.Guard(ErrBudgetExhausted, sqlLapse, c.ID, less); err != nil {
		return err
	}
	_, err := tx.Post(ledger.Draft{Kind: ledger.KindPledge, Reference: c.Convention.Reference,
		Postings: []ledger.Posting{{Debit: c.grant(), Credit: c.dueAccount(), Amount: less}}})
	return err
}

// receives is the account that a payment of the funder goes against.
func (c *Campaign) receives() ledger.Account {
	if c.Due > 0 {
		return c.dueAccount()
	}
	return c.grant()
}
