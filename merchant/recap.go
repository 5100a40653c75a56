// SPDX-License-Identifier: AGPL-3.0-or-later

package merchant

import (
	"context"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
)

// Recap is what a payer is shown before they confirm a payment.
type Recap struct {
	From   ident.Wallet
	To     Payee
	Amount money.Amount
}

// Payee is whom a payment goes to.
type Payee struct {
	Wallet   ident.Wallet
	Merchant ID     // zero where the payment goes to a holder
	Handle   string // for PayInput.To; it never names anybody else; empty for a request
	Name     string // as the payer is shown it: of the merchant, or of the holder
}

// NameNow returns the payee's name as it is within a command, so that nobody
// pays under a name that is not the one they confirmed. It returns
// fault.ErrMissing.
func (p Payee) NameNow(tx *ledger.Tx) (string, error) {
	if p.Merchant.IsZero() {
		h, err := tx.Holder(ident.HolderOf(p.Wallet))
		return h.Name, err
	}
	m, err := scanMerchant(tx.QueryRow(sqlMerchant, p.Merchant))
	return m.Name, err
}

// RecapPayment says what Pay would do with this input, and changes nothing. It
// returns what Pay returns, ledger.ErrInsufficientFunds apart.
func (s *Service) RecapPayment(ctx context.Context, actor access.Actor, in PayInput) (Recap, error) {
	from, to, err := s.parties(ctx, actor, in)
	if err != nil {
		return Recap{}, err
	}
	r := Recap{From: ident.WalletOf(from), Amount: in.Amount}
	if !to.merchant.ID.IsZero() {
		// What was remembered of the merchant may be its former name.
		m, err := s.Merchant(ctx, to.merchant.ID)
		r.To = Payee{Wallet: ident.WalletOf(to.holder), Merchant: m.ID, Handle: m.Code, Name: m.Name}
		return r, err
	}
	h, err := s.ledger.Holder(ctx, to.holder)
	r.To = Payee{Wallet: h.Wallet(), Handle: h.Wallet().String(), Name: h.Name}
	return r, err
}

// RecapRequest says what PayRequest would do with this input, and changes
// nothing. It returns what PayRequest returns, ledger.ErrInsufficientFunds apart;
// of a request that is closed, the recap too.
func (s *Service) RecapRequest(ctx context.Context, actor access.Actor, id RequestID, in PayRequestInput) (Recap, error) {
	from, err := s.payer(ctx, actor, in.From)
	if err != nil {
		return Recap{}, err
	}
	r, err := s.request(ctx, sqlRequest, id)
	if err != nil {
		return Recap{}, hidden(actor, access.RequestRead, err)
	}
	if r.Holder == from {
		return Recap{}, ErrSameWallet
	}
	if in.ExpectAmount != 0 && in.ExpectAmount != r.Amount {
		return Recap{}, ErrRequestAmount
	}
	recap := Recap{From: ident.WalletOf(from), Amount: r.Amount,
		To: Payee{Wallet: ident.WalletOf(r.Holder), Merchant: r.Merchant.ID, Name: r.Merchant.Name}}
	switch r.Status {
	case Paid:
		return recap, ErrRequestPaid
	case Cancelled:
		return recap, ErrRequestCancelled
	case Expired:
		return recap, ErrRequestExpired
	}
	return recap, nil
}

// Payer returns whose wallet a payment of the actor would come from, with the
// holder's kind. It returns ErrForbidden or ErrCannotSpend (rule P6).
func (s *Service) Payer(ctx context.Context, actor access.Actor, from ident.Wallet) (ident.Holder, ledger.HolderKind, error) {
	payer, err := s.payer(ctx, actor, from)
	if err != nil {
		return ident.Holder{}, "", err
	}
	kind, err := s.known.kind(ctx, payer)
	return payer, kind, err
}
