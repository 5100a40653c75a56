// SPDX-License-Identifier: AGPL-3.0-or-later

package merchant

import (
	"context"
	"database/sql"
	"errors"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/db"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/ident"
)

type (
	merchantNoun struct{}
	requestNoun  struct{}
	paymentNoun  struct{}
)

// Prefix of a merchant's id.
func (merchantNoun) Prefix() string { return "mer_" }

// Prefix of a payment request's id.
func (requestNoun) Prefix() string { return "prq_" }

// Prefix of a payment's id.
func (paymentNoun) Prefix() string { return "pay_" }

// The ids of trade. A payment's id has the bits of its entry's.
type (
	ID        = ident.ID[merchantNoun]
	RequestID = ident.ID[requestNoun]
	PaymentID = ident.ID[paymentNoun]
)

// Service is trade in one book. It is safe for concurrent use.
type Service struct {
	ledger *ledger.Ledger
	known  *directory
}

// New returns the service of a book.
func New(l *ledger.Ledger) *Service { return &Service{ledger: l, known: newDirectory(l)} }

// Merchant is a shop or a stall: a name and a code under which a holder is paid.
// A holder may have several; rights are those of the holder.
type Merchant struct {
	ID        ID           `json:"id"`
	Holder    ident.Holder `json:"holder"`
	Name      string       `json:"name"`
	Code      string       `json:"code"`             // eight characters, the last a check character
	Number    string       `json:"number,omitempty"` // six digits, for who types; none where an older release made the merchant
	CreatedAt time.Time    `json:"created_at"`
}

// Named is a merchant as payers see it (rule D1). Where a person asks without
// being a merchant there is no id, and the name is that of the person.
type Named struct {
	ID   ID     `json:"id"`
	Name string `json:"name"`
}

// IsZero says that there is no merchant.
func (n Named) IsZero() bool { return n.ID.IsZero() }

// Named returns the part of a merchant that payers see.
func (m Merchant) Named() Named { return Named{m.ID, m.Name} }

// CreateInput is what is needed to open a merchant.
type CreateInput struct {
	Holder ident.Holder `json:"holder"`
	Name   string       `json:"name"`
}

// Create opens a merchant of a professional or an association. It returns
// ErrInvalid with every wrong field, ErrCollectivity for a holder of another
// kind, and what Execute returns.
func (s *Service) Create(ctx context.Context, actor access.Actor, key string, in CreateInput) (Merchant, bool, error) {
	if err := access.Allow(actor, access.MerchantCreate, in.Holder); err != nil {
		return Merchant{}, false, err
	}
	var check fault.Check
	check.That(validName(in.Name), "/name", "must be 1 to 60 printable characters")
	holder, err := s.ledger.Holder(ctx, in.Holder)
	if err != nil && !errors.Is(err, fault.ErrMissing) {
		return Merchant{}, false, err
	}
	check.That(err == nil, "/holder", "must be a holder")
	if err := check.Err(); err != nil {
		return Merchant{}, false, err
	}
	if holder.Kind != ledger.Professional && holder.Kind != ledger.Association {
		return Merchant{}, false, ErrCollectivity
	}
	out, err := s.ledger.Execute(ctx, ledger.Command{Actor: actor, Action: access.MerchantCreate, Owner: in.Holder, Key: key, Input: in},
		func(tx *ledger.Tx) (ident.Ref, error) {
			id := ID{Bits: tx.NewID()}
			return id.Ref(), insertMerchant(tx, id, in)
		})
	if err != nil {
		return Merchant{}, false, err
	}
	m, err := s.Merchant(ctx, ID{Bits: out.Ref.Bits})
	return m, out.Replayed, err
}

func insertMerchant(tx *ledger.Tx, id ID, in CreateInput) error {
	for range 20 {
		inserted, err := tx.Exec(sqlInsertMerchant, id, in.Holder, in.Name, newMerchantCode(), tx.Now().UnixMicro())
		if err != nil {
			return err
		}
		if inserted == 1 {
			return insertNumber(tx, id)
		}
	}
	return errors.New("no free merchant code was found in twenty draws")
}

// insertNumber gives a merchant its number. Six digits hold no check digit:
// whoever types them reads the name of the shop before paying.
func insertNumber(tx *ledger.Tx, id ID) error {
	for range 20 {
		inserted, err := tx.Exec(sqlInsertNumber, id, newMerchantNumber())
		if err != nil || inserted == 1 {
			return err
		}
	}
	return errors.New("no free merchant number was found in twenty draws")
}

// Merchant reads a merchant, or returns ErrMissing.
func (s *Service) Merchant(ctx context.Context, id ID) (Merchant, error) {
	return scanMerchant(s.ledger.Reader().QueryRowContext(ctx, sqlMerchant, id))
}

// MerchantByCode finds a merchant by its exact code, read as people type it, or
// returns ErrMissing (rule D2).
func (s *Service) MerchantByCode(ctx context.Context, code string) (Merchant, error) {
	code, ok := readCode(code, merchantCodeLength)
	if !ok {
		return Merchant{}, fault.ErrMissing
	}
	return scanMerchant(s.ledger.Reader().QueryRowContext(ctx, sqlMerchantByCode, code))
}

// MerchantOf lists the merchants of a holder, oldest first; none is no error.
func (s *Service) MerchantOf(ctx context.Context, holder ident.Holder) ([]Merchant, error) {
	return s.merchants(ctx, sqlMerchantsOf, holder)
}

// Every lists every merchant, for whoever may open one. It returns
// access.ErrForbidden.
func (s *Service) Every(ctx context.Context, actor access.Actor) ([]Merchant, error) {
	if err := access.Allow(actor, access.MerchantCreate, ident.Holder{}); err != nil {
		return nil, err
	}
	return s.merchants(ctx, sqlMerchants)
}

func (s *Service) merchants(ctx context.Context, query string, values ...any) ([]Merchant, error) {
	rows, err := s.ledger.Reader().QueryContext(ctx, query, values...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []Merchant
	for rows.Next() {
		m, err := scanMerchant(rows)
		if err != nil {
			return nil, err
		}
		list = append(list, m)
	}
	return list, rows.Err()
}

// All lists the merchants of the actor's organisations for which they may ask
// for payments: the tills they can stand at. None is no error.
func (s *Service) All(ctx context.Context, actor access.Actor) ([]Merchant, error) {
	var found []Merchant
	for _, holder := range organisations(actor, access.RequestCreate) {
		list, err := s.MerchantOf(ctx, holder)
		if err != nil {
			return nil, err
		}
		found = append(found, list...)
	}
	return found, nil
}

// Mine returns the merchant of the actor's organisations where there is exactly
// one that may ask for payments, or ErrWhichMerchant.
func (s *Service) Mine(ctx context.Context, actor access.Actor) (Merchant, error) {
	found, err := s.All(ctx, actor)
	if err != nil {
		return Merchant{}, err
	}
	if len(found) != 1 {
		return Merchant{}, ErrWhichMerchant
	}
	return found[0], nil
}

// organisations lists, once each, the organisations for which the actor may take
// an action.
func organisations(actor access.Actor, action access.Action) []ident.Holder {
	var list []ident.Holder
	seen := make(map[ident.Holder]bool, len(actor.Grants))
	for _, g := range actor.Grants {
		if access.ScopeOf(g.Role, action) == access.Organisation && !g.Organisation.IsZero() && !seen[g.Organisation] {
			seen[g.Organisation] = true
			list = append(list, g.Organisation)
		}
	}
	return list
}

func scanMerchant(row db.Row) (Merchant, error) {
	var m Merchant
	var created int64
	err := row.Scan(&m.ID, &m.Holder, &m.Name, &m.Code, &m.Number, &created)
	if errors.Is(err, sql.ErrNoRows) {
		return Merchant{}, fault.ErrMissing
	}
	m.CreatedAt = time.UnixMicro(created).UTC()
	return m, err
}

// hidden turns ErrMissing into ErrForbidden for an actor who may not take the
// action on everybody's affairs: only they may learn that a thing does not
// exist (rule D2).
func hidden(actor access.Actor, action access.Action, err error) error {
	if errors.Is(err, fault.ErrMissing) && access.Allow(actor, action, ident.Holder{}) != nil {
		return access.ErrForbidden
	}
	return err
}

func validName(name string) bool {
	return printable(name, 60) && name[0] != ' ' && name[len(name)-1] != ' '
}

// printable says whether a text has 1 to most characters, all of them visible
// or a plain blank.
func printable(text string, most int) bool {
	if !utf8.ValidString(text) || text == "" || utf8.RuneCountInString(text) > most {
		return false
	}
	for _, r := range text {
		if !unicode.IsPrint(r) {
			return false
		}
	}
	return true
}
