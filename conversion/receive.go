// SPDX-License-Identifier: AGPL-3.0-or-later

package conversion

import (
	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/civil"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
)

// Receipt is euros that came for a holder without a conversion that awaited them:
// by a standing order, or a direct debit that was collected.
type Receipt struct {
	Holder        ident.Holder
	Euros         money.Amount
	Channel       Channel        // ByTransfer or ByDebit
	Account       ledger.Account // the compte dédié they came to; the usual one where empty
	BankReference string
	BookedOn      civil.Date // value date; the day of the command where zero
}

// Receive makes and settles, within a command, the conversion of euros that came:
// what they give is quoted on this day (P12, G4). It returns ErrNotOpen, ErrChannel,
// ErrMissing, ErrCollectivity and ErrInvalid.
func Receive(tx *ledger.Tx, in Receipt) (Conversion, error) {
	t, err := opened(tx)
	if err != nil {
		return Conversion{}, err
	}
	bank, err := dedicated(tx, in.Account)
	if err != nil {
		return Conversion{}, err
	}
	h, err := tx.Holder(in.Holder)
	if err != nil {
		return Conversion{}, found(err)
	}
	if h.Kind == ledger.Collectivity {
		return Conversion{}, ErrCollectivity
	}
	offers, err := offersOn(tx, h.ID, tx.Today())
	if err != nil {
		return Conversion{}, err
	}
	q, err := quoted(QuoteInput{Euros: in.Euros, Kind: h.Kind, Day: tx.Today(), Offers: offers})
	if err != nil {
		return Conversion{}, err
	}
	c := Conversion{ID: ID{Bits: tx.NewID()}, Status: AwaitingEuros, Holder: h.ID, Wallet: h.Wallet(), Channel: in.Channel, Euros: q.Euros, Bonus: q.Bonus,
		Credited: q.Credited, Campaign: q.Campaign, Reasons: q.Reasons, Account: bank.Account, CreatedAt: tx.Now(), ExpiresAt: (tx.Today() + 1).End()}
	if err := c.take(tx, offers); err != nil {
		return Conversion{}, err
	}
	if err := c.insert(tx, t.code); err != nil {
		return Conversion{}, err
	}
	tx.Touch(c.ID.Ref())
	return c, c.settle(tx, transferred{bank.Account, in.BankReference, in.BookedOn})
}

// TakeBack reverses, within a command, a conversion whose euros went back to the
// bank of the payer; what the holder spent meanwhile becomes a receivable (G6).
// It returns ErrMissing, and the refusals of Reverse for one that is not settled.
func TakeBack(tx *ledger.Tx, id ID, code, bankReference string) (Conversion, error) {
	c, err := conversionOf(tx, id, tx.Now())
	if err != nil {
		return Conversion{}, err
	}
	if c.Status != Settled {
		return c, c.awaits()
	}
	tx.Touch(c.ID.Ref())
	return c, c.takeBack(tx, code, bankReference)
}

// takeBack reverses a settled conversion where its units are all there, and
// charges it back otherwise.
func (c *Conversion) takeBack(tx *ledger.Tx, code, bankReference string) error {
	there, err := tx.Balance(ledger.Wallet(c.Holder))
	if err != nil {
		return err
	}
	if there >= c.Credited {
		return c.reverse(tx, code+" "+bankReference)
	}
	_, err = c.chargeBack(tx, ChargeBackInput{Conversion: c.ID, Code: code, BankReference: bankReference})
	return err
}
