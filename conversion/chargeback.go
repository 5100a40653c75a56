// SPDX-License-Identifier: AGPL-3.0-or-later

package conversion

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/civil"
	"github.com/noria-mlc/noria/ledger/db"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
)

// ChargeBackInput says that the bank, or a card provider, took the euros of a
// settled conversion back: a direct debit that the payer refunds within eight
// weeks, or thirteen months (G6, S3).
type ChargeBackInput struct {
	Conversion    ID             `json:"conversion"`
	Code          string         `json:"code"` // of the bank, four characters, such as MD06
	BankReference string         `json:"bank_reference"`
	Account       ledger.Account `json:"account,omitempty"`  // that the euros left; the one they had come to where left out
	BookedOn      civil.Date     `json:"booked_on,omitzero"` // value date at the bank
}

// Chargeback is a conversion that the bank took back. Taken + Receivable is
// always Euros + Bonus.
type Chargeback struct {
	Conversion    ID             `json:"conversion"`
	Holder        ident.Holder   `json:"holder"`
	Code          string         `json:"code"`
	BankReference string         `json:"bank_reference"`
	Account       ledger.Account `json:"account"`
	Euros         money.Amount   `json:"euros"`
	Bonus         money.Amount   `json:"bonus"`      // back to its campaign
	Taken         money.Amount   `json:"taken"`      // units that were there
	Receivable    money.Amount   `json:"receivable"` // that the holder owes instead
	Entry         ident.Entry    `json:"entry"`
	ReturnedAt    time.Time      `json:"returned_at"`
}

const (
	sqlInsertChargeback = `INSERT INTO chargebacks (conversion, holder, code, bank_reference, account, euros, bonus, taken, entry, returned_by, returned_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT (conversion) DO NOTHING`
	sqlChargebackColumns = `SELECT conversion, holder, code, bank_reference, account, euros, bonus, taken, entry, returned_at FROM chargebacks `
	sqlChargeback        = sqlChargebackColumns + `WHERE conversion = $1`
	sqlChargebacksOf     = sqlChargebackColumns + `WHERE holder = $1 ORDER BY conversion DESC LIMIT 200`
)

// ChargeBack takes a settled conversion back because the bank took its euros: the
// bonus returns to its campaign, the units that the holder still has are retired,
// and what they spent becomes a receivable, which later credits of the holder pay
// at once (G6). It returns ErrMissing, ErrInvalid, ErrForbidden, ErrSamePerson,
// ErrNotReturnable for cash, and the refusals of Reverse for what is not settled.
func (s *Service) ChargeBack(ctx context.Context, actor access.Actor, key string, in ChargeBackInput) (Chargeback, bool, error) {
	var check fault.Check
	check.That(len(in.Code) == 4 && printable(in.Code, 4), "/code", "must be the four characters that the bank gave")
	check.That(printable(in.BankReference, 140), "/bank_reference", "must be 1 to 140 printable characters")
	s.checkBooked(&check, in.BookedOn)
	return execute[Chargeback](ctx, s, ledger.Command{Actor: actor, Action: access.DebitReturn, Key: key, Input: in}, check.Err(),
		func(tx *ledger.Tx) (ident.Ref, error) {
			c, err := conversionOf(tx, in.Conversion, tx.Now())
			if err != nil {
				return ident.Ref{}, err
			}
			if err := c.awaits(); err == nil {
				return ident.Ref{}, ErrConversionAwaiting
			} else if c.Status != Settled {
				return ident.Ref{}, err
			}
			if err := c.othersThan(tx.Actor()); err != nil {
				return ident.Ref{}, err
			}
			back, err := c.chargeBack(tx, in)
			if err != nil {
				return ident.Ref{}, err
			}
			return keep(tx, back, c.ID.Ref())
		})
}

// chargeBack is the part of ChargeBack inside the door.
func (c *Conversion) chargeBack(tx *ledger.Tx, in ChargeBackInput) (Chargeback, error) {
	if !c.returnable() {
		return Chargeback{}, ErrNotReturnable
	}
	account := cmp.Or(in.Account, c.Account)
	if in.Account != "" || c.Channel == AtDesk { // a cheque was brought to the bank
		bank, err := dedicated(tx, in.Account)
		if err != nil {
			return Chargeback{}, err
		}
		account = bank.Account
	}
	there, err := tx.Balance(ledger.Wallet(c.Holder))
	if err != nil {
		return Chargeback{}, err
	}
	back := c.back(there)
	back.Code, back.BankReference, back.Account, back.ReturnedAt = in.Code, in.BankReference, account, tx.Now()
	if back.Receivable > 0 {
		if err := tx.Open(ledger.Receivable(c.Holder)); err != nil {
			return Chargeback{}, err
		}
	}
	e, err := tx.Post(ledger.Draft{Kind: ledger.KindChargeback, Reverses: c.Entry, Reference: c.Reference, BookedOn: in.BookedOn,
		Postings: back.postings(c.Campaign)})
	if err != nil {
		return Chargeback{}, err
	}
	back.Entry = e.ID
	if err := c.giveBack(tx, sqlUngrant); err != nil {
		return Chargeback{}, err
	}
	if err := tx.Guard(ErrConversionReversed, sqlInsertChargeback, back.Conversion, back.Holder, back.Code, back.BankReference, string(back.Account),
		back.Euros, back.Bonus, back.Taken, back.Entry, tx.Actor().ID, back.ReturnedAt.UnixMicro()); err != nil {
		return Chargeback{}, err
	}
	if err := incur(tx, c.Holder, back.Receivable); err != nil {
		return Chargeback{}, err
	}
	tx.Touch(ident.WalletOf(c.Holder).Ref())
	return back, tx.Guard(ErrConversionReversed, sqlReverseConversion, c.ID, back.Entry, in.Code, tx.Now().UnixMicro())
}

// returnable says whether a bank can take the euros of a conversion back.
func (c *Conversion) returnable() bool { return c.Channel != AtDesk || c.Means == Cheque }

// back is what taking the conversion back does to a wallet with so many units.
func (c *Conversion) back(there money.Amount) Chargeback {
	taken := min(there, c.Credited)
	return Chargeback{Conversion: c.ID, Holder: c.Holder, Account: c.Account, Euros: c.Euros, Bonus: c.Bonus, Taken: taken, Receivable: c.Credited - taken}
}

// Foresee returns what ChargeBack would do now, without doing it. It returns
// ErrMissing, ErrForbidden, ErrNotReturnable, and the refusals of ChargeBack for
// what is not settled.
func (v *View) Foresee(ctx context.Context, actor access.Actor, id ID) (Chargeback, error) {
	if err := access.Allow(actor, access.DebitReturn, ident.Holder{}); err != nil {
		return Chargeback{}, err
	}
	c, err := v.Conversion(ctx, actor, id)
	if err != nil {
		return Chargeback{}, err
	}
	switch err := c.awaits(); {
	case err == nil:
		return Chargeback{}, ErrConversionAwaiting
	case c.Status != Settled:
		return Chargeback{}, err
	case !c.returnable():
		return Chargeback{}, ErrNotReturnable
	}
	b, err := v.journal.Balance(ctx, v.journal.Reader(), ledger.Wallet(c.Holder))
	if err != nil {
		return Chargeback{}, err
	}
	return c.back(b.Amount), nil
}

// postings are the entry of a chargeback: the units that are there are retired,
// and as many euros leave the backing, first to the campaign and then to the
// bank; what is not there is owed by the holder instead (G6). Units and backing
// change alike, whatever was spent.
func (b *Chargeback) postings(campaign CampaignID) []ledger.Posting {
	var list []ledger.Posting
	post := func(debit, credit ledger.Account, amount money.Amount) {
		if amount > 0 {
			list = append(list, ledger.Posting{Debit: debit, Credit: credit, Amount: amount})
		}
	}
	granted := min(b.Taken, b.Bonus)
	backing, owed := ledger.Backing(ledger.Digital), ledger.Receivable(b.Holder)
	post(ledger.Wallet(b.Holder), ledger.Issued(ledger.Digital), b.Taken)
	post(backing, ledger.GrantOf(campaign.String()), granted)
	post(owed, ledger.GrantOf(campaign.String()), b.Bonus-granted)
	post(backing, b.Account, b.Taken-granted)
	post(owed, b.Account, b.Euros-(b.Taken-granted))
	return list
}

// ChargebackOf returns how the bank took a conversion back. It returns ErrMissing
// where it did not, and ErrForbidden.
func (v *View) ChargebackOf(ctx context.Context, actor access.Actor, id ID) (Chargeback, error) {
	c, err := v.Conversion(ctx, actor, id)
	if err != nil {
		return Chargeback{}, err
	}
	b, err := scanChargeback(v.committed(ctx).QueryRow(sqlChargeback, c.ID))
	return b, found(err)
}

// Chargebacks lists what the bank took back of a holder's conversions, newest
// first. It returns ErrForbidden.
func (v *View) Chargebacks(ctx context.Context, actor access.Actor, h ident.Holder) ([]Chargeback, error) {
	if err := access.Allow(actor, access.ReceivableRead, h); err != nil {
		return nil, err
	}
	list, err := v.committed(ctx).Query(sqlChargebacksOf, h)
	return collect(list, err, scanChargeback)
}

func scanChargeback(row db.Row) (Chargeback, error) {
	var b Chargeback
	var at sql.NullInt64
	err := row.Scan(&b.Conversion, &b.Holder, &b.Code, &b.BankReference, &b.Account, &b.Euros, &b.Bonus, &b.Taken, &b.Entry, &at)
	b.Receivable, b.ReturnedAt = b.Euros+b.Bonus-b.Taken, instant(at)
	return b, err
}

// checkReversal proves that a conversion was taken back by the opposite of its
// entry, or by the chargeback that is kept for it.
func (v *View) checkReversal(ctx context.Context, r db.Reader, c *Conversion, where string, opposite []ledger.Posting) error {
	b, err := scanChargeback(committed{ctx, r}.QueryRow(sqlChargeback, c.ID))
	if errors.Is(err, sql.ErrNoRows) {
		return v.checkEntry(ctx, where, c.Reversal, ledger.KindReversal, opposite)
	}
	if err != nil {
		return err
	}
	if b.Euros != c.Euros || b.Bonus != c.Bonus || b.Holder != c.Holder || b.Entry != c.Reversal {
		return &ledger.Difference{Where: where, What: "its chargeback is of other amounts, or another holder's"}
	}
	return v.checkEntry(ctx, where, c.Reversal, ledger.KindChargeback, b.postings(c.Campaign))
}
