// SPDX-License-Identifier: AGPL-3.0-or-later

package debit

import (
	"context"
	"database/sql"
	"encoding/base32"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/civil"
	"github.com/noria-mlc/noria/ledger/db"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
	"github.com/noria-mlc/noria/ops/sepa"
)

type mandateNoun struct{}

// Prefix of a mandate's id.
func (mandateNoun) Prefix() string { return "mdt_" }

// MandateID is the id of a mandate.
type MandateID = ident.ID[mandateNoun]

// Rhythm says when a mandate is debited.
type Rhythm string

// The rhythms.
const (
	Once    Rhythm = "once"
	Monthly Rhythm = "monthly"
	WhenLow Rhythm = "low" // when the wallet falls below a threshold (U11)
)

// MandateStatus is how far a mandate is.
type MandateStatus string

// The statuses of a mandate.
const (
	Active    MandateStatus = "active"
	Suspended MandateStatus = "suspended" // after a return; the member signs another one or the association asks
	Revoked   MandateStatus = "revoked"   // by the member
	Closed    MandateStatus = "closed"    // by the bank
	Void      MandateStatus = "void"      // unused for 36 months (S1)
)

// Mandate is what a member signed. In the answer to a command, which the audit
// trail keeps, the number is masked and the name left out (D1).
type Mandate struct {
	ID       MandateID     `json:"id"`
	Holder   ident.Holder  `json:"holder"`
	RUM      string        `json:"rum"` // unique reference of the mandate
	IBAN     string        `json:"iban"`
	BIC      string        `json:"bic,omitempty"`
	Name     string        `json:"name,omitempty"`
	SignedOn civil.Date    `json:"signed_on"`
	Rhythm   Rhythm        `json:"rhythm"`
	Euros    money.Amount  `json:"euros"`         // of each debit
	Day      int           `json:"day,omitempty"` // of the month, 1 to 28
	Low      money.Amount  `json:"low,omitempty"` // units below which is debited
	Status   MandateStatus `json:"status"`
	UsedOn   civil.Date    `json:"used_on,omitzero"` // last presentation
}

// masked is the mandate as the audit trail may keep it.
func (m Mandate) masked() Mandate {
	m = m.hidden()
	m.Name = ""
	return m
}

// hidden is the mandate with its number masked.
func (m Mandate) hidden() Mandate {
	m.IBAN = sepa.IBAN(m.IBAN).Masked()
	return m
}

// holds says whether the mandate can be used on a day (S1).
func (m Mandate) holds(on civil.Date) bool { return sepa.MandateHolds(max(m.SignedOn, m.UsedOn), on) }

// SignInput is what a member signs.
type SignInput struct {
	Holder ident.Holder `json:"holder"`
	IBAN   string       `json:"iban"` // as people write it
	BIC    string       `json:"bic,omitempty"`
	Name   string       `json:"name"` // of the account's holder, as at the bank
	Rhythm Rhythm       `json:"rhythm"`
	Euros  money.Amount `json:"euros"`
	Day    int          `json:"day,omitempty"`
	Low    money.Amount `json:"low,omitempty"`
}

// Sign makes a mandate, signed today by whoever asks: for themselves, never for
// somebody else. Its first debit is told of at once, unless it waits for the wallet
// to be low. It returns ErrForbidden, ErrInvalid, ErrMissing and ErrNoCreditor.
func (s *Service) Sign(ctx context.Context, actor access.Actor, key string, in SignInput) (Mandate, bool, error) {
	if err := access.Allow(actor, access.MandateSign, in.Holder); err != nil {
		return Mandate{}, false, err
	}
	var check fault.Check
	iban, err := sepa.ParseIBAN(in.IBAN)
	check.That(err == nil, "/iban", "must be an IBAN with right length, check digits and key (S7)")
	if err == nil {
		check.That(sepa.ValidBIC(in.BIC, iban), "/bic", "must be a BIC, which accounts outside the EEA need")
	}
	check.That(sepa.ValidName(in.Name), "/name", "must be the name of the account's holder, 1 to 70 characters")
	Terms{in.Euros, in.Day, in.Low}.check(&check, in.Rhythm)
	if err := check.Err(); err != nil {
		return Mandate{}, false, err
	}
	currency, err := s.euros.Currency(ctx)
	if err != nil {
		return Mandate{}, false, err
	}
	tell, err := s.teller(ctx)
	if err != nil {
		return Mandate{}, false, err
	}
	return execute[Mandate](ctx, s, ledger.Command{Actor: actor, Action: access.MandateSign, Owner: in.Holder, Key: key, Input: in}, nil,
		func(tx *ledger.Tx) (ident.Ref, error) {
			c, err := creditor(tx.QueryRow(sqlCreditor))
			if err != nil {
				return ident.Ref{}, err
			}
			m := Mandate{ID: MandateID{Bits: tx.NewID()}, Holder: in.Holder, IBAN: iban.String(), BIC: in.BIC, Name: in.Name, SignedOn: tx.Today(),
				Rhythm: in.Rhythm, Euros: in.Euros, Day: in.Day, Low: in.Low, Status: Active}
			m.RUM = currency.Code + "-" + base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(m.ID.Bits[:])
			if _, err := tx.Exec(sqlInsertMandate, m.ID, m.Holder, m.RUM, m.IBAN, m.BIC, m.Name, m.SignedOn, string(m.Rhythm), m.Euros, m.Day, m.Low,
				tx.Actor().ID, tx.Now().UnixMicro()); err != nil {
				return ident.Ref{}, err
			}
			if err := m.begin(tx, c, tell); err != nil {
				return ident.Ref{}, err
			}
			return m.ID.Ref(), tx.Keep(m.masked())
		})
}

// begin tells of the first debit of a mandate that was just signed, unless it
// waits for the wallet to be low.
func (m Mandate) begin(tx *ledger.Tx, c Creditor, tell Tell) error {
	if m.Rhythm == WhenLow {
		there, err := tx.Balance(ledger.Wallet(m.Holder))
		if err != nil || there >= m.Low {
			return err
		}
	}
	_, _, err := m.announce(tx, c, tell)
	return err
}

// Revoke ends a mandate at once and cancels the debits that were told and are in
// no run. It returns ErrForbidden, ErrMissing and ErrMandateEnded.
func (s *Service) Revoke(ctx context.Context, actor access.Actor, key string, id MandateID) (Mandate, bool, error) {
	m, err := s.mandate(ctx, id)
	if err != nil {
		return Mandate{}, false, err
	}
	return execute[Mandate](ctx, s, ledger.Command{Actor: actor, Action: access.MandateRevoke, Owner: m.Holder, Key: key, Input: id}, nil,
		func(tx *ledger.Tx) (ident.Ref, error) {
			m, err := scanMandate(tx.QueryRow(sqlMandate, id))
			if err != nil {
				return ident.Ref{}, found(err)
			}
			if err := m.end(tx, Revoked); err != nil {
				return ident.Ref{}, err
			}
			return m.ID.Ref(), tx.Keep(m.masked())
		})
}

// end ends a mandate, and the debits that nobody sent.
func (m *Mandate) end(tx *ledger.Tx, status MandateStatus) error {
	m.Status = status
	if err := tx.Guard(ErrMandateEnded, sqlEndMandate, m.ID, string(status), tx.Now().UnixMicro()); err != nil {
		return err
	}
	_, err := tx.Exec(sqlCancelDebits, m.ID)
	return err
}

// Mandates lists the mandates of a holder, newest first, each number masked. It
// returns ErrForbidden.
func (s *Service) Mandates(ctx context.Context, actor access.Actor, holder ident.Holder) ([]Mandate, error) {
	if err := access.Allow(actor, access.MandateRead, holder); err != nil {
		return nil, err
	}
	list, err := s.ledger.Reader().QueryContext(ctx, sqlMandatesOf, holder)
	return collect(list, err, scanMasked)
}

// Mandate returns a mandate, its number masked. It returns ErrMissing and
// ErrForbidden.
func (s *Service) Mandate(ctx context.Context, actor access.Actor, id MandateID) (Mandate, error) {
	m, err := s.mandate(ctx, id)
	if err != nil {
		return Mandate{}, err
	}
	return m.hidden(), access.Allow(actor, access.MandateRead, m.Holder)
}

// MandateFilter says which mandates are listed.
type MandateFilter struct {
	Status MandateStatus // "" for all
	Before MandateID     // those signed before it; zero for the newest
	Limit  int
}

// AllMandates lists mandates of everybody, newest first, each number masked. It
// returns ErrForbidden.
func (s *Service) AllMandates(ctx context.Context, actor access.Actor, f MandateFilter) ([]Mandate, error) {
	if err := access.Allow(actor, access.MandateRead, ident.Holder{}); err != nil {
		return nil, err
	}
	list, err := s.ledger.Reader().QueryContext(ctx, sqlAllMandates, string(f.Status), f.Before, bounded(f.Limit))
	return collect(list, err, scanMasked)
}

func scanMasked(row db.Row) (Mandate, error) {
	m, err := scanMandate(row)
	return m.hidden(), err
}

func (s *Service) mandate(ctx context.Context, id MandateID) (Mandate, error) {
	m, err := scanMandate(s.ledger.Reader().QueryRowContext(ctx, sqlMandate, id))
	return m, found(err)
}

func scanMandate(row db.Row) (Mandate, error) {
	var m Mandate
	var used sql.NullInt64
	err := row.Scan(&m.ID, &m.Holder, &m.RUM, &m.IBAN, &m.BIC, &m.Name, &m.SignedOn, &m.Rhythm, &m.Euros, &m.Day, &m.Low, &m.Status, &used)
	m.UsedOn = civil.Date(used.Int64)
	return m, err
}
