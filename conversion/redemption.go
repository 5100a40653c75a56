// SPDX-License-Identifier: AGPL-3.0-or-later

package conversion

import (
	"context"
	"database/sql"
	"time"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/civil"
	"github.com/noria-mlc/noria/ledger/db"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
)

type redemptionNoun struct{}

// Prefix of a redemption's id.
func (redemptionNoun) Prefix() string { return "red_" }

// RedemptionID is the id of a redemption.
type RedemptionID = ident.ID[redemptionNoun]

// RedemptionStatus is how far a redemption is.
type RedemptionStatus string

// The statuses of a redemption.
const (
	RedemptionRequested RedemptionStatus = "requested" // the units are held
	RedemptionInRun     RedemptionStatus = "in_run"    // in a run of transfers that is being approved
	RedemptionSent      RedemptionStatus = "sent"      // the transfer was given to the bank
	RedemptionSettled   RedemptionStatus = "settled"   // the bank paid; the units are retired
	RedemptionRefused   RedemptionStatus = "refused"   // the units were given back
)

// Redemption is units that become euros again. Fee + Euros is always Amount
// (rule L10); the fee is that of the settings when it was asked for.
type Redemption struct {
	ID            RedemptionID     `json:"id"`
	Status        RedemptionStatus `json:"status"`
	Holder        ident.Holder     `json:"holder"`
	Wallet        ident.Wallet     `json:"wallet"`
	Amount        money.Amount     `json:"amount"`
	Fee           money.Amount     `json:"fee_eur"`
	Euros         money.Amount     `json:"euros"`
	BankReference string           `json:"bank_reference,omitempty"`
	Reason        string           `json:"reason,omitempty"` // why it was refused
	Entry         ident.Entry      `json:"entry,omitzero"`   // the entry that retired the units, or gave them back
	RequestedAt   time.Time        `json:"requested_at"`
	ClosedAt      time.Time        `json:"closed_at,omitzero"`
}

// RequestRedemptionInput asks for euros.
type RequestRedemptionInput struct {
	Holder ident.Holder `json:"holder"`
	Amount money.Amount `json:"amount"`
}

// RequestRedemption takes units out of a wallet and holds them until the euros
// are paid. Professionals, associations and collectivités may redeem; it returns
// ErrNotRedeemable for an individual (L5), ErrInsufficientFunds, ErrInvalid,
// ErrMissing, ErrForbidden and ErrNotOpen.
func (s *Service) RequestRedemption(ctx context.Context, actor access.Actor, key string, in RequestRedemptionInput) (Redemption, bool, error) {
	if err := access.Allow(actor, access.RedemptionRequest, in.Holder); err != nil {
		return Redemption{}, false, err
	}
	if !payable(in.Amount) {
		return Redemption{}, false, fault.ErrInvalid.At("/amount", "must be 0.01 or more")
	}
	h, err := s.ledger.Holder(ctx, in.Holder)
	if err != nil {
		return Redemption{}, false, err
	}
	if h.Kind == ledger.Individual {
		return Redemption{}, false, ErrNotRedeemable
	}
	return execute[Redemption](ctx, s, ledger.Command{Actor: actor, Action: access.RedemptionRequest, Owner: in.Holder, Key: key, Input: in}, nil,
		func(tx *ledger.Tx) (ident.Ref, error) { return request(tx, h, in.Amount) })
}

// request is the part of RequestRedemption inside the door.
func request(tx *ledger.Tx, h ledger.Holder, amount money.Amount) (ident.Ref, error) {
	if _, err := opened(tx); err != nil {
		return ident.Ref{}, err
	}
	voted, err := commissions(tx)
	if err != nil {
		return ident.Ref{}, err
	}
	fee := voted[h.Kind].On(amount)
	r := Redemption{ID: RedemptionID{Bits: tx.NewID()}, Status: RedemptionRequested, Holder: h.ID, Wallet: h.Wallet(),
		Amount: amount, Fee: fee, Euros: amount - fee, RequestedAt: tx.Now()}
	if err := tx.Open(ledger.Reserved(h.ID)); err != nil {
		return ident.Ref{}, err
	}
	if _, err := tx.Post(ledger.Draft{Kind: ledger.KindReservation, Reference: r.ID.String(),
		Postings: []ledger.Posting{{Debit: ledger.Wallet(h.ID), Credit: ledger.Reserved(h.ID), Amount: amount}}}); err != nil {
		return ident.Ref{}, err
	}
	if _, err := tx.Exec(sqlInsertRedemption, r.ID, r.Holder, r.Amount, r.Fee, tx.Actor().ID, r.RequestedAt.UnixMicro()); err != nil {
		return ident.Ref{}, err
	}
	return keep(tx, r, r.ID.Ref())
}

// SettleRedemptionInput says that the bank paid the euros.
type SettleRedemptionInput struct {
	Redemption    RedemptionID   `json:"redemption"`
	BankReference string         `json:"bank_reference"`
	Account       ledger.Account `json:"account,omitempty"`  // the compte dédié that paid; the first of digital units where left out
	BookedOn      civil.Date     `json:"booked_on,omitzero"` // value date at the bank; the day of the command where left out
}

// SettleRedemption retires the held units: the euros leave the compte dédié, the
// fee becomes income. It returns ErrMissing, ErrInvalid, ErrRedemptionSettled
// and ErrRedemptionRefused.
func (s *Service) SettleRedemption(ctx context.Context, actor access.Actor, key string, in SettleRedemptionInput) (Redemption, bool, error) {
	var check fault.Check
	check.That(printable(in.BankReference, 140), "/bank_reference", "must be 1 to 140 printable characters")
	s.checkBooked(&check, in.BookedOn)
	return s.closeRedemption(ctx, ledger.Command{Actor: actor, Action: access.RedemptionSettle, Key: key, Input: in}, in.Redemption, check.Err(),
		func(tx *ledger.Tx, r *Redemption) (ledger.Draft, error) {
			bank, err := dedicated(tx, in.Account)
			r.Status, r.BankReference = RedemptionSettled, in.BankReference
			return ledger.Draft{Kind: ledger.KindRedemption, BookedOn: in.BookedOn, Reference: in.BankReference,
				Postings: Retire(Retirement{Holder: r.Holder, Bank: bank.Account, Amount: r.Amount, Fee: r.Fee})}, err
		})
}

// RefuseRedemptionInput says why a redemption is refused.
type RefuseRedemptionInput struct {
	Redemption RedemptionID `json:"redemption"`
	Reason     string       `json:"reason"`
}

// RefuseRedemption gives the held units back. It returns ErrMissing, ErrInvalid
// without a reason, ErrRedemptionSettled and ErrRedemptionRefused.
func (s *Service) RefuseRedemption(ctx context.Context, actor access.Actor, key string, in RefuseRedemptionInput) (Redemption, bool, error) {
	var check fault.Check
	check.That(printable(in.Reason, 200), "/reason", "must be 1 to 200 printable characters")
	return s.closeRedemption(ctx, ledger.Command{Actor: actor, Action: access.RedemptionRefuse, Key: key, Input: in}, in.Redemption, check.Err(),
		func(_ *ledger.Tx, r *Redemption) (ledger.Draft, error) {
			r.Status, r.Reason = RedemptionRefused, in.Reason
			return ledger.Draft{Kind: ledger.KindRelease, Reference: r.ID.String(),
				Postings: []ledger.Posting{{Debit: ledger.Reserved(r.Holder), Credit: ledger.Wallet(r.Holder), Amount: r.Amount}}}, nil
		})
}

// closeRedemption posts the last entry of an open redemption and writes its
// last state.
func (s *Service) closeRedemption(ctx context.Context, command ledger.Command, id RedemptionID, form error,
	last func(*ledger.Tx, *Redemption) (ledger.Draft, error)) (Redemption, bool, error) {
	return execute[Redemption](ctx, s, command, form, func(tx *ledger.Tx) (ident.Ref, error) {
		if _, err := opened(tx); err != nil {
			return ident.Ref{}, err
		}
		r, err := redemptionOf(tx, id)
		if err != nil {
			return ident.Ref{}, err
		}
		switch r.Status {
		case RedemptionSettled:
			return ident.Ref{}, ErrRedemptionSettled
		case RedemptionRefused:
			return ident.Ref{}, ErrRedemptionRefused
		}
		draft, err := last(tx, &r)
		if err != nil {
			return ident.Ref{}, err
		}
		e, err := tx.Post(draft)
		if err != nil {
			return ident.Ref{}, err
		}
		r.Entry, r.ClosedAt = e.ID, tx.Now()
		if err := tx.Guard(ErrRedemptionSettled, sqlCloseRedemption, r.ID, string(r.Status), r.BankReference, r.Reason, r.Entry, r.ClosedAt.UnixMicro()); err != nil {
			return ident.Ref{}, err
		}
		return keep(tx, r, r.ID.Ref())
	})
}

// Redemption returns a redemption in its present state. It returns ErrMissing
// and ErrForbidden.
func (v *View) Redemption(ctx context.Context, actor access.Actor, id RedemptionID) (Redemption, error) {
	r, err := redemptionOf(v.committed(ctx), id)
	if err != nil {
		return Redemption{}, err
	}
	if err := access.Allow(actor, access.RedemptionRead, r.Holder); err != nil {
		return Redemption{}, err
	}
	return r, nil
}

// RedemptionFilter says which redemptions to list: those of a holder, or all
// where it is zero; of one status, or any; at most Limit (50, at most 200) with
// an id below Before, newest first.
type RedemptionFilter struct {
	Holder ident.Holder
	Status RedemptionStatus
	Before RedemptionID
	Limit  int
}

// Redemptions lists redemptions, newest first. It returns ErrForbidden and
// ErrInvalid.
func (v *View) Redemptions(ctx context.Context, actor access.Actor, f RedemptionFilter) ([]Redemption, error) {
	if err := access.Allow(actor, access.RedemptionRead, f.Holder); err != nil {
		return nil, err
	}
	switch f.Status {
	case "", RedemptionRequested, RedemptionInRun, RedemptionSent, RedemptionSettled, RedemptionRefused:
	default:
		return nil, fault.ErrInvalid.At("query/status", "must be a status of a redemption")
	}
	list, err := v.committed(ctx).Query(sqlRedemptions, f.Holder, f.Before, string(f.Status), limit(f.Limit))
	return collect(list, err, scanRedemption)
}

func redemptionOf(r rows, id RedemptionID) (Redemption, error) {
	red, err := scanRedemption(r.QueryRow(sqlRedemption, id))
	return red, found(err)
}

func scanRedemption(row db.Row) (Redemption, error) {
	var r Redemption
	var requested, closed sql.NullInt64
	err := row.Scan(&r.ID, &r.Holder, &r.Status, &r.Amount, &r.Fee, &r.BankReference, &r.Reason, &r.Entry, &requested, &closed)
	r.Wallet, r.Euros = ident.WalletOf(r.Holder), r.Amount-r.Fee
	r.RequestedAt, r.ClosedAt = instant(requested), instant(closed)
	return r, err
}
