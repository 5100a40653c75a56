// SPDX-License-Identifier: AGPL-3.0-or-later

package merchant

import (
	"context"
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

// How long a person's request can be paid, in seconds, and how many a person may
// have: who asks hundreds of people for money does not ask for a lunch.
const (
	DefaultPersonalExpiry = 7 * 86_400
	maxPersonalExpiry     = 30 * 86_400
	maxPersonalOpen       = 30
	maxPersonalDaily      = 60
)

// statements are what a request needs of the table it stands in.
type statements struct{ pay, cancel, expire, due, state string }

func ofMerchants() statements {
	return statements{sqlPayRequest, sqlCancelRequest, sqlExpireRequest, sqlDueRequests, sqlRequestState}
}

func ofPersons() statements {
	return statements{sqlPayPersonal, sqlCancelPersonal, sqlExpirePersonal, sqlDuePersonal, sqlPersonalState}
}

func (r PaymentRequest) statements() statements {
	if r.Personal() {
		return ofPersons()
	}
	return ofMerchants()
}

// Personal says whether a person asks, and no merchant.
func (r PaymentRequest) Personal() bool { return r.Merchant.IsZero() }

// AskInput is what a person asks somebody else for.
type AskInput struct {
	Wallet    ident.Wallet `json:"wallet,omitzero"` // the actor's own where absent
	Amount    money.Amount `json:"amount"`
	Reference string       `json:"reference,omitempty"`  // at most 70 printable characters
	ExpiresIn int          `json:"expires_in,omitempty"` // seconds, 30 to 2592000; seven days where absent
}

// Ask asks for a payment to a person's own wallet, to be paid once by anybody
// who knows its id. It returns ErrForbidden, ErrInvalid with every wrong field,
// ErrTooManyRequests, and what Execute returns.
func (s *Service) Ask(ctx context.Context, actor access.Actor, key string, in AskInput) (PaymentRequest, bool, error) {
	holder := ident.HolderOf(in.Wallet)
	if in.Wallet.IsZero() {
		holder = actor.Holder
	}
	if err := access.Allow(actor, access.RequestAsk, holder); err != nil {
		return PaymentRequest{}, false, err
	}
	in.Wallet = ident.WalletOf(holder)
	if in.ExpiresIn == 0 {
		in.ExpiresIn = DefaultPersonalExpiry
	}
	var check fault.Check
	check.That(in.Amount > 0 && in.Amount <= money.Max, "/amount", "must be more than 0.00")
	check.That(in.Reference == "" || printable(in.Reference, 70), "/reference", "must be at most 70 printable characters")
	check.That(in.ExpiresIn >= minExpiry && in.ExpiresIn <= maxPersonalExpiry, "/expires_in", "must be 30 to 2592000 seconds")
	if err := check.Err(); err != nil {
		return PaymentRequest{}, false, err
	}
	who, err := s.ledger.Holder(ctx, holder)
	if err != nil {
		return PaymentRequest{}, false, err
	}
	out, err := s.ledger.Execute(ctx, ledger.Command{Actor: actor, Action: access.RequestAsk, Owner: holder, Key: key, Input: in},
		func(tx *ledger.Tx) (ident.Ref, error) {
			if err := roomToAsk(tx, holder); err != nil {
				return ident.Ref{}, err
			}
			made, err := insertPersonal(tx, holder, in)
			if err != nil {
				return ident.Ref{}, err
			}
			// What the person wrote, and their name, stand in rows that can be forgotten,
			// and not with the command, which cannot (D6).
			made.Reference = ""
			return made.ID.Ref(), tx.Keep(made)
		})
	if err != nil {
		return PaymentRequest{}, false, err
	}
	var made PaymentRequest
	if err := json.Unmarshal(out.Result, &made); err != nil {
		return PaymentRequest{}, false, fmt.Errorf("stored request: %w", err)
	}
	made.Holder, made.Merchant.Name, made.Payee, made.Reference = holder, who.Name, who.Name, in.Reference
	return made, out.Replayed, nil
}

// roomToAsk returns ErrTooManyRequests where a person has as many open requests
// as they may, or made as many in a day.
func roomToAsk(tx *ledger.Tx, h ident.Holder) error {
	var made, open int
	err := tx.QueryRow(sqlPersonalCount, h, tx.Now().Add(-24*time.Hour).UnixMicro(), tx.Now().UnixMicro()).Scan(&made, &open)
	switch {
	case err != nil:
		return err
	case open >= maxPersonalOpen || made >= maxPersonalDaily:
		return ErrTooManyRequests.After(time.Hour)
	}
	return nil
}

func insertPersonal(tx *ledger.Tx, h ident.Holder, in AskInput) (PaymentRequest, error) {
	r := PaymentRequest{ID: RequestID{Bits: tx.NewID()}, Amount: in.Amount, Reference: in.Reference, Status: Open,
		CreatedAt: tx.Now(), ExpiresAt: tx.Now().Add(time.Duration(in.ExpiresIn) * time.Second), Holder: h}
	for range 20 {
		r.Code = newPersonalCode()
		inserted, err := tx.Exec(sqlInsertPersonal, r.ID, r.Code, h, r.Amount, r.Reference, r.CreatedAt.UnixMicro(), r.ExpiresAt.UnixMicro())
		if err != nil {
			return PaymentRequest{}, err
		}
		if inserted == 1 {
			return r, nil
		}
	}
	return PaymentRequest{}, errors.New("no free request code was found in twenty draws")
}

// Asked lists what a person asked for, newest first: at most limit requests with
// an id below before, zero for the newest. It returns ErrForbidden.
func (s *Service) Asked(ctx context.Context, actor access.Actor, h ident.Holder, before RequestID, limit int) ([]PaymentRequest, error) {
	if err := access.Allow(actor, access.RequestAsk, h); err != nil {
		return nil, err
	}
	rows, err := s.ledger.Reader().QueryContext(ctx, sqlPersonalOf, h, before, limit)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []PaymentRequest
	for rows.Next() {
		r, err := scanRequest(db.Row(rows))
		if err != nil {
			return nil, err
		}
		list = append(list, r.asOf(s.ledger.Now()))
	}
	return list, rows.Err()
}
