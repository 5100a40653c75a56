// SPDX-License-Identifier: AGPL-3.0-or-later

package run

import (
	"context"
	"errors"
	"time"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/civil"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ops/sepa"
)

// Service makes accounts and runs of the euro border fit for banks.
type Service struct {
	euros *conversion.Service
	now   func() time.Time
}

// New returns the service of an open book; now is the book's clock.
func New(euros *conversion.Service, now func() time.Time) *Service { return &Service{euros, now} }

// SetAccount writes where a holder's euros are sent, the number as people write
// it. tell may be nil. It returns ErrInvalid for a number with wrong keys or of another
// country (S7), for a name that no bank could read (S5), for a missing BIC
// outside the European Economic Area, and what conversion.SetPayoutAccount returns.
func (s *Service) SetAccount(ctx context.Context, actor access.Actor, key string, in conversion.SetPayoutAccountInput, tell conversion.Tell) (conversion.PayoutAccount, bool, error) {
	if err := access.Allow(actor, access.PayoutAccountSet, in.Holder); err != nil {
		return conversion.PayoutAccount{}, false, err
	}
	iban, err := readAccount(in)
	if err != nil {
		return conversion.PayoutAccount{}, false, err
	}
	in.IBAN = iban.String()
	return s.euros.SetPayoutAccount(ctx, actor, key, in, tell)
}

// readAccount checks an account by the rules of banks.
func readAccount(in conversion.SetPayoutAccountInput) (sepa.IBAN, error) {
	var check fault.Check
	iban, err := sepa.ParseIBAN(in.IBAN)
	check.That(err == nil, "/iban", "must be an IBAN with right length, check digits and key (S7)")
	check.That(sepa.ValidName(in.Name), "/name", "must be the name on the bank's certificate, 1 to 70 characters (S5)")
	if err == nil {
		check.That(sepa.ValidBIC(in.BIC, iban), "/bic", "must be a BIC, which accounts outside the EEA need")
	}
	return iban, check.Err()
}

// ApproveAccount approves what staff wrote, the number as people write it. It
// returns what conversion.ApprovePayoutAccount returns.
func (s *Service) ApproveAccount(ctx context.Context, actor access.Actor, key string, in conversion.ApprovePayoutAccountInput, tell conversion.Tell) (conversion.PayoutAccount, bool, error) {
	if iban, err := sepa.ParseIBAN(in.IBAN); err == nil {
		in.IBAN = iban.String()
	}
	return s.euros.ApprovePayoutAccount(ctx, actor, key, in, tell)
}

// Prepare puts redemptions into a run; the day is the next business day but
// today where none is given. It returns ErrUnwritable with every reason for which
// a bank would refuse the file, and what conversion.PrepareRun returns.
func (s *Service) Prepare(ctx context.Context, actor access.Actor, key string, in conversion.PrepareRunInput) (conversion.Run, bool, error) {
	return s.euros.PrepareRun(ctx, actor, key, in, conversion.Banking{
		Day: func(today civil.Date) civil.Date { return sepa.AddBusinessDays(today+1, 0) },
		Fits: func(r conversion.Run, bank conversion.BankAccount) error {
			r.ApprovedAt = r.PreparedAt
			_, err := fileOf(r, bank, sepa.Credit09, civil.Of(r.PreparedAt))
			return err
		},
	})
}

// File is a file for the bank.
type File struct {
	Name       string
	Bytes      []byte
	ExportedAt time.Time // when it was given out for the first time; zero where that is not kept
	Again      bool      // whether it had been given out before
}

// Export gives out the file of a run. The first time its redemptions become sent;
// afterwards the file is the same, byte for byte, and Again says so. It returns
// ErrForbidden, ErrInvalid for an unknown version, ErrUnwritable, and what
// conversion.SendRun returns.
func (s *Service) Export(ctx context.Context, actor access.Actor, id conversion.RunID, version sepa.CreditVersion) (File, error) {
	if err := access.Allow(actor, access.RunExport, ident.Holder{}); err != nil {
		return File{}, err
	}
	r, err := s.euros.RedemptionRun(ctx, actor, id)
	if err != nil {
		return File{}, err
	}
	currency, err := s.euros.Currency(ctx)
	if err != nil {
		return File{}, err
	}
	var bank conversion.BankAccount
	for _, a := range currency.Accounts {
		if a.Account == r.Account {
			bank = a
		}
	}
	f := File{Name: r.ID.String() + "-" + string(version) + ".xml", Again: r.Status == conversion.RunExported, ExportedAt: r.ExportedAt}
	if r.Status == conversion.RunDraft || r.Status == conversion.RunCancelled {
		_, _, err := s.euros.SendRun(ctx, actor, exportKey(id), id) // says why not
		return File{}, err
	}
	if f.Bytes, err = fileOf(r, bank, version, 0); err != nil || f.Again {
		return f, err
	}
	sent, _, err := s.euros.SendRun(ctx, actor, exportKey(id), id)
	if err != nil {
		return File{}, err
	}
	f.ExportedAt = sent.ExportedAt
	return f, nil
}

// exportKey is the idempotency key of giving out a run: whoever asks twice does
// it once.
func exportKey(id conversion.RunID) string { return "run-file:" + id.String() }

// fileOf writes the transfers of a run.
func fileOf(r conversion.Run, bank conversion.BankAccount, version sepa.CreditVersion, today civil.Date) ([]byte, error) {
	p := sepa.CreditPayment{ID: bankID(r.ID.String()) + "-1", ExecuteOn: r.ExecuteOn, Debtor: partyOf(bank)}
	for _, l := range r.Lines {
		p.Transfers = append(p.Transfers, sepa.CreditTransfer{ID: l.EndToEnd, Amount: l.Euros, Text: "Reconversion " + l.EndToEnd,
			Creditor: sepa.Party{Name: l.Name, IBAN: sepa.IBAN(l.IBAN), BIC: l.BIC}})
	}
	return encode(sepa.CreditFile{ID: bankID(r.ID.String()), Created: r.ApprovedAt, Initiator: bank.HolderName, Payments: []sepa.CreditPayment{p}}, version, today)
}

func partyOf(a conversion.BankAccount) sepa.Party {
	return sepa.Party{Name: a.HolderName, IBAN: sepa.IBAN(a.IBAN), BIC: a.BIC}
}

// encode writes a file, and turns what a bank would refuse into a refusal.
func encode(f sepa.CreditFile, version sepa.CreditVersion, today civil.Date) ([]byte, error) {
	text, err := f.Encode(version, today)
	var found sepa.Problems
	switch {
	case errors.Is(err, sepa.ErrVersion):
		return nil, fault.ErrInvalid.At("query/version", "must be 03 or 09")
	case errors.As(err, &found):
		refusal := ErrUnwritable
		for _, p := range found {
			refusal = refusal.At(p.At, p.What)
		}
		return nil, refusal
	}
	return text, err
}

// bankID writes an id in the characters of banks.
func bankID(id string) string {
	out := []byte(id)
	for i, c := range out {
		if c == '_' {
			out[i] = '-'
		}
	}
	return string(out)
}
