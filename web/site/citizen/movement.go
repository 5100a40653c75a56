// SPDX-License-Identifier: AGPL-3.0-or-later

package citizen

import (
	"net/http"
	"time"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
	"github.com/noria-mlc/noria/merchant"
	"github.com/noria-mlc/noria/web/api"
	"github.com/noria-mlc/noria/web/locale"
	"github.com/noria-mlc/noria/web/page"
)

// movementView is the receipt of one entry, as the owner of a wallet sees it.
type movementView struct {
	Kind      string
	Amount    money.Amount // signed: what the whole entry did to the wallet
	Balance   money.Amount // after it
	At        time.Time
	Name      string // of the other side (rule D1)
	Shop      string // of the other side, where a code or a request named one
	Message   string
	Reference string
	Bonus     money.Amount // part of Amount
	MatchCode string
	Payment   string       // id to give to the association, "" where it is no payment
	Refunded  money.Amount // given back of it so far
	RefundOf  string       // entry that it gives back
	Reverses  string       // entry that it undoes
	Entry     string
}

// Principal is the part of a conversion that euros paid.
func (v movementView) Principal() money.Amount { return v.Amount - v.Bonus }

func (v movementView) sheet() page.Sheet {
	return page.Sheet{Template: "citizen/movement", Title: "movement.title", Class: "movement", View: v}
}

// movement shows the receipt of an entry that moved the visitor's wallet. One
// that did not, or does not exist, is refused in the same words (rule D2).
func (c citizen) movement(w http.ResponseWriter, r *http.Request) error {
	o, err := c.owner(r)
	if err != nil {
		return err
	}
	var id ident.Entry
	if id.UnmarshalText([]byte(r.PathValue("entry"))) != nil || id.IsZero() {
		return access.ErrForbidden
	}
	e, err := c.Ledger.Entry(r.Context(), id)
	if err != nil {
		return api.Concealed(access.Actor{}, access.WalletRead, err)
	}
	v, other, ok := receiptOf(e, ledger.Wallet(o.ID))
	if !ok {
		return access.ErrForbidden
	}
	if v.Name, err = c.namer(r, o.ID)(other); err != nil {
		return err
	}
	if v.Payment != "" && o.may(access.PaymentRead) {
		if err := c.paid(r, o, e, &v); err != nil {
			return err
		}
	}
	return c.present(w, r, 0, o, "history", v.sheet())
}

// paid adds what trade knows of a payment.
func (c citizen) paid(r *http.Request, o owner, e *ledger.Entry, v *movementView) error {
	p, err := c.Merchant.Payment(r.Context(), o.Actor, merchant.PaymentOf(e.ID))
	if fault.As(err) != nil {
		return nil
	}
	if err != nil {
		return err
	}
	if p.Merchant != nil && v.Amount < 0 {
		v.Shop = p.Merchant.Name
	}
	v.Refunded = p.Refunded
	return nil
}

// receiptOf tells what an entry did to a wallet and whose the other side is, and
// false where it did nothing to it.
func receiptOf(e *ledger.Entry, wallet ledger.Account) (movementView, ledger.Account, bool) {
	v := movementView{Kind: string(e.Kind), At: e.At, Message: e.Message, Reference: e.Reference, Entry: e.ID.String()}
	var other ledger.Account
	legs := 0
	for _, l := range e.Lines {
		amount := l.Amount
		switch wallet {
		case l.Credit:
			other, v.Balance = l.Debit, l.CreditBalance
		case l.Debit:
			other, v.Balance, amount = l.Credit, l.DebitBalance, -amount
		default:
			continue
		}
		if legs++; legs > 1 && e.Kind == ledger.KindConversion {
			v.Bonus += amount
		}
		v.Amount += amount
	}
	if p, ok := merchant.Describe(e); ok {
		v.Payment, v.MatchCode = p.ID.String(), p.MatchCode
	}
	if !e.Reverses.IsZero() {
		if e.Kind == ledger.KindRefund {
			v.RefundOf = e.Reverses.String()
		} else {
			v.Reverses = e.Reverses.String()
		}
	}
	return v, other, legs > 0
}

// BonusKind is the kind by which the bonus is named.
func (v movementView) BonusKind() string { return locale.BonusKind }
