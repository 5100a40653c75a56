// SPDX-License-Identifier: AGPL-3.0-or-later

package merchant

import (
	"context"
	"encoding/binary"
	"time"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/civil"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
)

// Settled is the only status of a payment: there is none before the commit.
const Settled = "settled"

// Payment is units that went from one wallet to another. It names the payer by
// wallet only (rule D1).
type Payment struct {
	ID        PaymentID    `json:"id"`
	Status    string       `json:"status"` // always Settled
	Amount    money.Amount `json:"amount"`
	From      ident.Wallet `json:"from"`
	To        ident.Wallet `json:"to"`
	At        time.Time    `json:"at"`
	Entry     ident.Entry  `json:"entry"`
	MatchCode string       `json:"match_code"` // two digits, equal on the payer's and the payee's screen
	Message   string       `json:"message,omitempty"`
	Merchant  *Named       `json:"merchant,omitempty"` // where a code or a request named one
	Request   RequestID    `json:"request,omitzero"`   // where a request was paid
	RefundOf  PaymentID    `json:"refund_of,omitzero"` // the payment that this one gives back
	Refunded  money.Amount `json:"refunded,omitempty"` // given back so far; told by reads, not by the answer to a payment
}

// PayInput is a payment as its payer asks for it.
type PayInput struct {
	From    ident.Wallet `json:"from,omitzero"` // the actor's own wallet where absent
	To      string       `json:"to"`            // id of a wallet, number of a holder, code or number of a merchant
	Amount  money.Amount `json:"amount"`
	Message string       `json:"message,omitempty"` // at most 140 printable characters

	Consent *ledger.Consent `json:"consent,omitempty"` // of the payer, used up with the payment; nil where none is needed
}

// EntryOf returns the entry that a payment is.
func EntryOf(p PaymentID) ident.Entry { return ident.Entry(p) }

// PaymentOf returns the payment that an entry is.
func PaymentOf(e ident.Entry) PaymentID { return PaymentID(e) }

// MatchCode returns the two digits by which payer and payee recognise one
// payment; they follow from its id.
func MatchCode(p PaymentID) string {
	n := binary.BigEndian.Uint16(p.Bits[14:]) % 100
	return string([]byte{byte('0' + n/10), byte('0' + n%10)})
}

// Pay moves units from the payer's wallet to that of the payee, who is named by
// an exact handle (rule D2). The payer is the holder of From, or the actor, or
// the actor's organisation where the actor has no wallet of their own.
//
// It returns ErrForbidden, ErrInvalid with every wrong field, ErrCannotSpend for
// a collectivité (rule P6), ErrPayeeUnknown, ErrSameWallet,
// ledger.ErrInsufficientFunds, and what Execute returns.
func (s *Service) Pay(ctx context.Context, actor access.Actor, key string, in PayInput) (Payment, bool, error) {
	from, to, err := s.parties(ctx, actor, in)
	if err != nil {
		return Payment{}, false, err
	}
	in.From = ident.WalletOf(from)
	debit, credit := ledger.Wallet(from), ledger.Wallet(to.holder)
	out, err := s.ledger.Execute(ctx, ledger.Command{
		Actor: actor, Action: access.PaymentCreate, Owner: from, Key: key, Input: in,
		Accounts: []ledger.Account{debit, credit},
	}, func(tx *ledger.Tx) (ident.Ref, error) {
		e, err := tx.Post(ledger.Draft{Kind: ledger.KindPayment, Message: in.Message,
			Postings: []ledger.Posting{{Debit: debit, Credit: credit, Amount: in.Amount}}})
		if err != nil {
			return ident.Ref{}, err
		}
		if err := in.Consent.Take(tx, PaymentOf(e.ID).Ref(), e.ID); err != nil {
			return ident.Ref{}, err
		}
		return PaymentOf(e.ID).Ref(), attribute(tx, e.ID, to.merchant.ID, RequestID{})
	})
	if err != nil {
		return Payment{}, false, err
	}
	// All of the answer follows from the input and the outcome, so that a
	// repeated key is answered alike without reading anything.
	p := settled(out, in.Amount, in.From, ident.WalletOf(to.holder))
	p.Message = in.Message
	if !to.merchant.ID.IsZero() {
		p.Merchant = &Named{to.merchant.ID, to.merchant.Name}
	}
	return p, out.Replayed, nil
}

// parties returns who pays whom, once the form of the input was looked at.
func (s *Service) parties(ctx context.Context, actor access.Actor, in PayInput) (ident.Holder, payee, error) {
	from, err := s.payer(ctx, actor, in.From)
	if err != nil {
		return ident.Holder{}, payee{}, err
	}
	var check fault.Check
	check.That(in.Amount > 0 && in.Amount <= money.Max, "/amount", "must be more than 0.00")
	check.That(in.Message == "" || printable(in.Message, 140), "/message", "must be at most 140 printable characters")
	if err := check.Err(); err != nil {
		return ident.Holder{}, payee{}, err
	}
	to, err := s.known.find(ctx, in.To)
	if err != nil {
		return ident.Holder{}, payee{}, err
	}
	if to.holder == from {
		return ident.Holder{}, payee{}, ErrSameWallet
	}
	return from, to, nil
}

// settled builds a payment from the outcome of its command.
func settled(out ledger.Outcome, amount money.Amount, from, to ident.Wallet) Payment {
	id := PaymentID{Bits: out.Ref.Bits}
	return Payment{ID: id, Status: Settled, Amount: amount, From: from, To: to, At: out.At,
		Entry: EntryOf(id), MatchCode: MatchCode(id)}
}

// attribute remembers which merchant a payment was made to, where a code or a
// request said so, and tells whoever watches that merchant.
func attribute(tx *ledger.Tx, e ident.Entry, m ID, r RequestID) error {
	if m.IsZero() {
		return nil
	}
	tx.Touch(m.Ref())
	_, err := tx.Exec(sqlAttribute, e, m, r)
	return err
}

// payer returns who pays, allowed to and able to. It returns ErrForbidden or
// ErrCannotSpend.
func (s *Service) payer(ctx context.Context, actor access.Actor, wallet ident.Wallet) (ident.Holder, error) {
	from := ident.HolderOf(wallet)
	if from.IsZero() {
		from = actor.Holder
		if access.Allow(actor, access.PaymentCreate, from) != nil {
			if list := organisations(actor, access.PaymentCreate); len(list) == 1 {
				from = list[0]
			}
		}
	}
	if err := access.Allow(actor, access.PaymentCreate, from); err != nil {
		return ident.Holder{}, err
	}
	kind, err := s.known.kind(ctx, from)
	if err != nil {
		return ident.Holder{}, err
	}
	if kind == ledger.Collectivity {
		return ident.Holder{}, ErrCannotSpend
	}
	return from, nil
}

// Payment reads a payment or a refund for one of its parties or for staff; a
// cashier reads those of today. It
// returns ErrForbidden for everybody else, whether the payment exists or not,
// and ErrMissing to staff (rule D2).
func (s *Service) Payment(ctx context.Context, actor access.Actor, id PaymentID) (Payment, error) {
	p, _, err := s.read(ctx, actor, id)
	if err != nil {
		return Payment{}, err
	}
	var request RequestID
	var named Named
	row := s.ledger.Reader().QueryRowContext(ctx, sqlAttributed, p.Entry)
	switch err := row.Scan(&named.ID, &named.Name, &request); {
	case noRows(err):
		err := s.ledger.Reader().QueryRowContext(ctx, sqlPersonalPaidBy, p.Entry).Scan(&p.Request)
		if err != nil && !noRows(err) {
			return Payment{}, err
		}
	case err != nil:
		return Payment{}, err
	default:
		p.Merchant, p.Request = &named, request
	}
	err = s.ledger.Reader().QueryRowContext(ctx, sqlRefunded, p.Entry).Scan(&p.Refunded)
	if noRows(err) {
		err = nil
	}
	return p, err
}

// read reads the entry of a payment or refund that the actor may see, with the
// words that the right asks for.
func (s *Service) read(ctx context.Context, actor access.Actor, id PaymentID) (Payment, ledger.Kind, error) {
	e, err := s.ledger.Entry(ctx, EntryOf(id))
	if err != nil {
		return Payment{}, "", hidden(actor, access.PaymentRead, err)
	}
	p, ok := Describe(e)
	if !ok {
		return Payment{}, "", hidden(actor, access.PaymentRead, fault.ErrMissing)
	}
	payer := access.Allow(actor, access.PaymentRead, ident.HolderOf(p.From))
	payee := access.Allow(actor, access.PaymentRead, ident.HolderOf(p.To))
	if payee == nil && civil.Of(e.At) != civil.Of(s.ledger.Now()) {
		payee = access.Allow(actor, access.WalletRead, ident.HolderOf(p.To)) // a till sees today only (rules D3, U13)
	}
	if payer != nil && payee != nil {
		return Payment{}, "", payer
	}
	return p, e.Kind, nil
}

// Describe returns the payment or refund that an entry is, as far as the journal
// tells it, and false for an entry of another kind.
func Describe(e *ledger.Entry) (Payment, bool) {
	if (e.Kind != ledger.KindPayment && e.Kind != ledger.KindRefund) || len(e.Lines) == 0 {
		return Payment{}, false
	}
	from, ok := ledger.HolderOf(e.Lines[0].Debit)
	to, also := ledger.HolderOf(e.Lines[0].Credit)
	if !ok || !also {
		return Payment{}, false
	}
	id := PaymentOf(e.ID)
	p := Payment{ID: id, Status: Settled, Amount: e.Amount(money.Local), From: ident.WalletOf(from), To: ident.WalletOf(to),
		At: e.At, Entry: e.ID, MatchCode: MatchCode(id), Message: e.Message}
	if e.Kind == ledger.KindRefund {
		p.RefundOf = PaymentOf(e.Reverses)
	}
	return p, true
}
