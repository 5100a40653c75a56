// SPDX-License-Identifier: AGPL-3.0-or-later

package run

import (
	"context"
	"fmt"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/civil"
	"github.com/noria-mlc/noria/ops/sepa"
)

// FundFile writes the transfers between the issuer's bank accounts that the
// position of the guarantee fund proposes (rules G1 to G3), to be executed on
// the next business day. Nothing is booked: the bank's lines are. As long as the
// journal stands still the file of a day is the same, under the same id. It returns
// ErrNothingToMove, ErrUnwritable, ErrInvalid for an unknown version, and what
// conversion.Position returns.
func (s *Service) FundFile(ctx context.Context, actor access.Actor, version sepa.CreditVersion) (File, error) {
	p, err := s.euros.Position(ctx, actor)
	if err != nil {
		return File{}, err
	}
	today := civil.Of(s.now())
	f := sepa.CreditFile{ID: fmt.Sprintf("FUND-%s-%d", today, p.Head.Seq), Created: p.AsOf}
	for i, x := range p.Proposals {
		from, known := p.Account(x.From)
		to, also := p.Account(x.To)
		if !x.ByBank || !known || !also || from.IBAN == to.IBAN {
			continue
		}
		f.Initiator = from.HolderName
		at := part(&f, from)
		at.ExecuteOn = sepa.AddBusinessDays(today+1, 0)
		at.Transfers = append(at.Transfers, sepa.CreditTransfer{ID: fmt.Sprintf("%s-%d", f.ID, i+1), Amount: x.Amount, Creditor: partyOf(to),
			Text: "Fonds de garantie"})
	}
	if len(f.Payments) == 0 {
		return File{}, ErrNothingToMove
	}
	text, err := encode(f, version, today)
	return File{Name: f.ID + "-" + string(version) + ".xml", Bytes: text}, err
}

// part returns the part of the file for what leaves an account.
func part(f *sepa.CreditFile, from conversion.BankAccount) *sepa.CreditPayment {
	for i := range f.Payments {
		if f.Payments[i].Debtor.IBAN == sepa.IBAN(from.IBAN) {
			return &f.Payments[i]
		}
	}
	f.Payments = append(f.Payments, sepa.CreditPayment{ID: fmt.Sprintf("%s-P%d", f.ID, len(f.Payments)+1), Debtor: partyOf(from)})
	return &f.Payments[len(f.Payments)-1]
}
