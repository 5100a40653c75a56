// SPDX-License-Identifier: AGPL-3.0-or-later

package conversion

import (
	"context"
	"database/sql"
	"time"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
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
	RedemptionSent      RedemptionStatus = "sent"      // the transfer was given to the bank; the units are retired
	RedemptionSettled   RedemptionStatus = "settled"   // the bank paid
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
	Reason        string           `json:"reason,omitempty"`    // why it was refused
	Entry         ident.Entry      `json:"entry,omitzero"`      // the entry that paid, or gave the units back
	Run           RunID            `json:"run,omitzero"`        // that its transfer is or was in
	Attempt       int              `json:"attempt"`             // 1, and one more each time the bank sent the euros back
	Exception     Exception        `json:"exception,omitempty"` // why an individual is paid (L6)
	Note          string           `json:"note,omitempty"`      // of an exception
	ApprovedAt    time.Time        `json:"approved_at,omitzero"`
	RequestedAt   time.Time        `json:"requested_at"`
	ClosedAt      time.Time        `json:"closed_at,omitzero"`

	sent        ident.Entry // the entry that retired the units when the transfer was given to the bank
	notTo       PayoutAccountID
	requestedBy ident.User
}

// RequestRedemptionInput asks for euros.
type RequestRedemptionInput struct {
	Holder ident.Holder `json:"holder"`
	Amount money.Amount `json:"amount"`

	ExpectEuros money.Amount `json:"expect_euros,omitempty"` // refused where the commission leaves another amount

	Consent *ledger.Consent `json:"consent,omitempty"` // of the holder, used up with the redemption; nil where none is needed
}

// QuoteRedemption returns what a redemption would give now, with its commission;
// nothing is written and its id is zero. It returns what RequestRedemption
// returns, the refusal for want of units apart.
func (s *Service) QuoteRedemption(ctx context.Context, actor access.Actor, in RequestRedemptionInput) (Redemption, error) {
	h, err := s.redeemer(ctx, actor, in)
	if err != nil {
		return Redemption{}, err
	}
	now := s.committed(ctx)
	if _, err := opened(now); err != nil {
		return Redemption{}, err
	}
	return quoteRedemption(now, h, in.Amount)
}

// redeemer returns who redeems, once the actor's right, the form of the input
// and the kind of holder (rule L5) were looked at.
func (s *Service) redeemer(ctx context.Context, actor access.Actor, in RequestRedemptionInput) (ledger.Holder, error) {
	if err := access.Allow(actor, access.RedemptionRequest, in.Holder); err != nil {
		return ledger.Holder{}, err
	}
	if !payable(in.Amount) {
		return ledger.Holder{}, fault.ErrInvalid.At("/amount", "must be 0.01 or more")
	}
	h, err := s.ledger.Holder(ctx, in.Holder)
	if err != nil {
		return ledger.Holder{}, err
	}
	if h.Kind == ledger.Individual {
		return ledger.Holder{}, ErrNotRedeemable
	}
	return h, nil
}

// quoteRedemption is what the voted commission makes of an amount (rule L10).
func quoteRedemption(r rows, h ledger.Holder, amount money.Amount) (Redemption, error) {
	voted, err := commissions(r)
	fee := voted[h.Kind].On(amount)
	return Redemption{Status: RedemptionRequested, Holder: h.ID, Wallet: h.Wallet(), Amount: amount, Fee: fee, Euros: amount - fee}, err
}

// RequestRedemption takes units out of a wallet and holds them until the euros
// are paid. Professionals, associations and collectivités may redeem; it returns
// ErrNotRedeemable for an individual (L5), ErrCommissionChanged,
// ErrInsufficientFunds, ErrInvalid,
// ErrMissing, ErrForbidden and ErrNotOpen.
func (s *Service) RequestRedemption(ctx context.Context, actor access.Actor, key string, in RequestRedemptionInput) (Redemption, bool, error) {
	h, err := s.redeemer(ctx, actor, in)
	if err != nil {
		return Redemption{}, false, err
	}
	return execute[Redemption](ctx, s, ledger.Command{Actor: actor, Action: access.RedemptionRequest, Owner: in.Holder, Key: key, Input: in}, nil,
		func(tx *ledger.Tx) (ident.Ref, error) { return request(tx, h, in, ExceptionInput{}) })
}

// request is the part of RequestRedemption and RequestException inside the door;
// why says which exception it is, if it is one.
func request(tx *ledger.Tx, h ledger.Holder, in RequestRedemptionInput, why ExceptionInput) (ident.Ref, error) {
	if _, err := opened(tx); err != nil {
		return ident.Ref{}, err
	}
	r, err := quoteRedemption(tx, h, in.Amount)
	if err != nil {
		return ident.Ref{}, err
	}
	if in.ExpectEuros != 0 && in.ExpectEuros != r.Euros {
		return ident.Ref{}, ErrCommissionChanged
	}
	r.ID, r.RequestedAt = RedemptionID{Bits: tx.NewID()}, tx.Now()
	r.Attempt, r.Exception, r.Note = 1, why.Exception, why.Note
	if err := holdBack(tx, h, in.Amount); err != nil {
		return ident.Ref{}, err
	}
	if err := tx.Open(ledger.Reserved(h.ID)); err != nil {
		return ident.Ref{}, err
	}
	e, err := tx.Post(ledger.Draft{Kind: ledger.KindReservation, Reference: r.ID.String(),
		Postings: []ledger.Posting{{Debit: ledger.Wallet(h.ID), Credit: ledger.Reserved(h.ID), Amount: r.Amount}}})
	if err != nil {
		return ident.Ref{}, err
	}
	if _, err := tx.Exec(sqlInsertRedemption, r.ID, r.Holder, r.Amount, r.Fee, tx.Actor().ID, r.RequestedAt.UnixMicro(), string(r.Exception), r.Note); err != nil {
		return ident.Ref{}, err
	}
	if err := in.Consent.Take(tx, r.ID.Ref(), e.ID); err != nil {
		return ident.Ref{}, err
	}
	return keep(tx, r, r.ID.Ref())
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

// RequestedBy returns who asked for a redemption.
func (r Redemption) RequestedBy() ident.User { return r.requestedBy }

// OpenExceptions lists the redemptions of individuals that await a second person
// (L6), oldest first. It returns ErrForbidden.
func (v *View) OpenExceptions(ctx context.Context, actor access.Actor) ([]Redemption, error) {
	if err := access.Allow(actor, access.RedemptionRead, ident.Holder{}); err != nil {
		return nil, err
	}
	list, err := v.committed(ctx).Query(sqlOpenExceptions)
	return collect(list, err, scanRedemption)
}

func redemptionOf(r rows, id RedemptionID) (Redemption, error) {
	red, err := scanRedemption(r.QueryRow(sqlRedemption, id))
	return red, found(err)
}

func scanRedemption(row db.Row) (Redemption, error) {
	var r Redemption
	var requested, closed, approved sql.NullInt64
	err := row.Scan(&r.ID, &r.Holder, &r.Status, &r.Amount, &r.Fee, &r.BankReference, &r.Reason, &r.Entry, &requested, &closed,
		&r.Run, &r.Attempt, &r.Exception, &r.Note, &approved, &r.sent, &r.notTo, &r.requestedBy)
	r.Wallet, r.Euros = ident.WalletOf(r.Holder), r.Amount-r.Fee
	r.RequestedAt, r.ClosedAt, r.ApprovedAt = instant(requested), instant(closed), instant(approved)
	return r, err
}
