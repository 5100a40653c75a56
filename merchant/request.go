// SPDX-License-Identifier: AGPL-3.0-or-later

package merchant

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/db"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
)

// RequestStatus is where a payment request stands.
type RequestStatus string

// The statuses of a payment request. Only an open one can change.
const (
	Open      RequestStatus = "open"
	Paid      RequestStatus = "paid"
	Expired   RequestStatus = "expired"
	Cancelled RequestStatus = "cancelled"
)

// How long a request can be paid, in seconds.
const (
	DefaultExpiry = 300
	minExpiry     = 30
	maxExpiry     = 86_400
)

// PaymentRequest is an amount that a merchant or a person asks for, to be paid
// once by anybody who knows its id.
type PaymentRequest struct {
	ID        RequestID     `json:"id"`
	Code      string        `json:"code"` // six characters to compare or type; names it while it is open
	Amount    money.Amount  `json:"amount"`
	Reference string        `json:"reference,omitempty"` // the merchant's own
	Merchant  Named         `json:"merchant,omitzero"`   // who asks; without id where a person does
	Payee     string        `json:"payee,omitempty"`     // displayed name of the person who asks, where no merchant does
	Status    RequestStatus `json:"status"`              // reads expired as soon as its time is over
	CreatedAt time.Time     `json:"created_at"`
	ExpiresAt time.Time     `json:"expires_at"`
	Payment   PaymentID     `json:"payment,omitzero"`     // once paid
	MatchCode string        `json:"match_code,omitempty"` // once paid
	PaidAt    time.Time     `json:"paid_at,omitzero"`     // once paid

	Holder ident.Holder `json:"-"` // whose merchant asks
}

// Version rises with every change of the request, for those who must not show an
// older state after a newer one.
func (r PaymentRequest) Version() int64 {
	switch r.Status {
	case Open:
		return 1
	case Expired:
		return 2 // a payment in the last instant may still be told after it
	}
	return 3
}

// RequestInput is what is needed to ask for a payment.
type RequestInput struct {
	Merchant  ID           `json:"merchant,omitzero"` // may be absent where the actor's organisation has exactly one
	Amount    money.Amount `json:"amount"`
	Reference string       `json:"reference,omitempty"`  // at most 70 printable characters
	ExpiresIn int          `json:"expires_in,omitempty"` // seconds, 30 to 86400; 300 where absent
}

// Request asks for a payment. It returns ErrForbidden, ErrInvalid with every
// wrong field, ErrWhichMerchant, and what Execute returns.
func (s *Service) Request(ctx context.Context, actor access.Actor, key string, in RequestInput) (PaymentRequest, bool, error) {
	m, unclear, err := s.asking(ctx, actor, in.Merchant)
	if err != nil {
		return PaymentRequest{}, false, err
	}
	var check fault.Check
	check.That(in.Amount > 0 && in.Amount <= money.Max, "/amount", "must be more than 0.00")
	check.That(in.Reference == "" || printable(in.Reference, 70), "/reference", "must be at most 70 printable characters")
	check.That(in.ExpiresIn == 0 || in.ExpiresIn >= minExpiry && in.ExpiresIn <= maxExpiry, "/expires_in", "must be 30 to 86400 seconds")
	if err := check.Err(); err != nil {
		return PaymentRequest{}, false, err
	}
	var made PaymentRequest
	out, err := s.ledger.Execute(ctx, ledger.Command{Actor: actor, Action: access.RequestCreate, Owner: m.Holder, Key: key, Input: in},
		func(tx *ledger.Tx) (ident.Ref, error) {
			if unclear {
				return ident.Ref{}, ErrWhichMerchant
			}
			var err error
			if made, err = insertRequest(tx, m, in); err != nil {
				return ident.Ref{}, err
			}
			tx.Touch(m.ID.Ref())
			return made.ID.Ref(), tx.Keep(made)
		})
	if err != nil {
		return PaymentRequest{}, false, err
	}
	if !out.Replayed {
		return made, false, nil
	}
	var first PaymentRequest
	if err := json.Unmarshal(out.Result, &first); err != nil {
		return PaymentRequest{}, true, fmt.Errorf("stored request: %w", err)
	}
	first.Holder = m.Holder
	return first, true, nil
}

// asking returns the merchant that asks for a payment. Where it cannot be told
// which one, unclear is true and the merchant names an organisation of the actor
// only: a key used before must still find its answer.
func (s *Service) asking(ctx context.Context, actor access.Actor, id ID) (Merchant, bool, error) {
	if !id.IsZero() {
		m, err := s.Merchant(ctx, id)
		if err != nil {
			return Merchant{}, false, hidden(actor, access.RequestCreate, err)
		}
		return m, false, access.Allow(actor, access.RequestCreate, m.Holder)
	}
	m, err := s.Mine(ctx, actor)
	if !errors.Is(err, ErrWhichMerchant) {
		return m, false, err
	}
	list := organisations(actor, access.RequestCreate)
	if len(list) == 0 {
		return Merchant{}, false, access.ErrForbidden
	}
	return Merchant{Holder: list[0]}, true, nil
}

func insertRequest(tx *ledger.Tx, m Merchant, in RequestInput) (PaymentRequest, error) {
	seconds := in.ExpiresIn
	if seconds == 0 {
		seconds = DefaultExpiry
	}
	r := PaymentRequest{ID: RequestID{Bits: tx.NewID()}, Amount: in.Amount, Reference: in.Reference, Merchant: m.Named(), Status: Open,
		CreatedAt: tx.Now(), ExpiresAt: tx.Now().Add(time.Duration(seconds) * time.Second), Holder: m.Holder}
	for range 20 {
		r.Code = newRequestCode()
		inserted, err := tx.Exec(sqlInsertRequest, r.ID, r.Code, m.ID, r.Amount, r.Reference, r.CreatedAt.UnixMicro(), r.ExpiresAt.UnixMicro())
		if err != nil {
			return PaymentRequest{}, err
		}
		if inserted == 1 {
			return r, nil
		}
	}
	return PaymentRequest{}, errors.New("no free request code was found in twenty draws")
}

// PaymentRequest reads a request for anybody signed in who knows its id; a
// cashier reads those of the own organisation only. It returns ErrMissing or
// ErrForbidden.
func (s *Service) PaymentRequest(ctx context.Context, actor access.Actor, id RequestID) (PaymentRequest, error) {
	return s.shown(actor)(s.anyRequest(ctx, id))
}

// RequestByCode finds an open request by its exact code, read as people type it.
// It returns ErrMissing or ErrForbidden.
func (s *Service) RequestByCode(ctx context.Context, actor access.Actor, code string) (PaymentRequest, error) {
	if short, ok := readCode(code, requestCodeLength); ok {
		return s.shown(actor)(s.request(ctx, sqlRequestByCode, short))
	}
	if long, ok := readCode(code, personalCodeLength); ok {
		return s.shown(actor)(s.request(ctx, sqlPersonalByCode, long))
	}
	return PaymentRequest{}, hidden(actor, access.RequestRead, fault.ErrMissing)
}

func (s *Service) shown(actor access.Actor) func(PaymentRequest, error) (PaymentRequest, error) {
	return func(r PaymentRequest, err error) (PaymentRequest, error) {
		if err == nil {
			err = access.Allow(actor, access.RequestRead, r.Holder)
		}
		if err != nil {
			return PaymentRequest{}, hidden(actor, access.RequestRead, err)
		}
		return r, nil
	}
}

// anyRequest reads a request by its id: a merchant's, which most are, or a
// person's.
func (s *Service) anyRequest(ctx context.Context, id RequestID) (PaymentRequest, error) {
	r, err := s.request(ctx, sqlRequest, id)
	if errors.Is(err, fault.ErrMissing) {
		return s.request(ctx, sqlPersonal, id)
	}
	return r, err
}

// request reads one request, with the status that holds now.
func (s *Service) request(ctx context.Context, query string, arg any) (PaymentRequest, error) {
	r, err := scanRequest(s.ledger.Reader().QueryRowContext(ctx, query, arg))
	return r.asOf(s.ledger.Now()), err
}

// asOf gives the request the status that holds at an instant.
func (r PaymentRequest) asOf(now time.Time) PaymentRequest {
	if r.Status == Open && !now.Before(r.ExpiresAt) {
		r.Status = Expired
	}
	return r
}

func scanRequest(row db.Row) (PaymentRequest, error) {
	var r PaymentRequest
	var created, expires int64
	var paid sql.NullInt64
	var entry ident.Entry
	err := row.Scan(&r.ID, &r.Code, &r.Merchant.ID, &r.Merchant.Name, &r.Holder, &r.Amount, &r.Reference, &r.Status, &created, &expires, &entry, &paid)
	if noRows(err) {
		return PaymentRequest{}, fault.ErrMissing
	}
	if err != nil {
		return PaymentRequest{}, err
	}
	if r.Personal() {
		r.Payee = r.Merchant.Name
	}
	r.CreatedAt, r.ExpiresAt = time.UnixMicro(created).UTC(), time.UnixMicro(expires).UTC()
	if paid.Valid {
		r.Payment, r.PaidAt = PaymentOf(entry), time.UnixMicro(paid.Int64).UTC()
		r.MatchCode = MatchCode(r.Payment)
	}
	return r, nil
}

func noRows(err error) bool { return errors.Is(err, sql.ErrNoRows) }
