// SPDX-License-Identifier: AGPL-3.0-or-later

package conversion

import (
	"context"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
)

// Exception is why an individual gets euros back (rule L6).
type Exception string

// The exceptions.
const (
	WindDown       Exception = "wind-down"       // the currency ends
	IssuerError    Exception = "issuer-error"    // of the issuer, corrected the same day
	ReturnedChange Exception = "returned-change" // a change that was cancelled, whose euros came back
	Visitor        Exception = "visitor"         // where the issuer's rules let visitors change back
)

// ExceptionInput asks for euros in the name of an individual.
type ExceptionInput struct {
	Holder    ident.Holder `json:"holder"`
	Amount    money.Amount `json:"amount"`
	Exception Exception    `json:"exception"`
	Note      string       `json:"note"` // what happened, for whoever approves
}

// RequestException takes units out of an individual's wallet and holds them, for
// one of the reasons that rule L6 lists, without commission; nothing is paid
// before a second person approved. It returns ErrInvalid, ErrMissing, ErrForbidden,
// ErrInsufficientFunds and ErrNotOpen.
func (s *Service) RequestException(ctx context.Context, actor access.Actor, key string, in ExceptionInput) (Redemption, bool, error) {
	if err := access.Allow(actor, access.RedemptionExcept, ident.Holder{}); err != nil {
		return Redemption{}, false, err
	}
	var check fault.Check
	check.That(payable(in.Amount), "/amount", "must be 0.01 or more")
	check.That(printable(in.Note, 200), "/note", "must be 1 to 200 printable characters")
	switch in.Exception {
	case WindDown, IssuerError, ReturnedChange, Visitor:
	default:
		check.That(false, "/exception", "must be wind-down, issuer-error, returned-change or visitor (L6)")
	}
	h, err := s.ledger.Holder(ctx, in.Holder)
	if err != nil {
		return Redemption{}, false, err
	}
	check.That(h.Kind == ledger.Individual, "/holder", "must be an individual: the others ask for themselves (L10)")
	return execute[Redemption](ctx, s, ledger.Command{Actor: actor, Action: access.RedemptionExcept, Key: key, Input: in}, check.Err(),
		func(tx *ledger.Tx) (ident.Ref, error) {
			return request(tx, h, RequestRedemptionInput{Holder: in.Holder, Amount: in.Amount}, in)
		})
}

// ApproveException lets an individual be paid, as another person than who asked
// (L6). It returns ErrMissing, ErrSamePerson, ErrRedemptionApproved where nothing
// awaits approval, and the refusals of SettleRedemption for one that is closed.
func (s *Service) ApproveException(ctx context.Context, actor access.Actor, key string, id RedemptionID) (Redemption, bool, error) {
	return execute[Redemption](ctx, s, ledger.Command{Actor: actor, Action: access.RedemptionApprove, Key: key, Input: id}, nil,
		func(tx *ledger.Tx) (ident.Ref, error) {
			r, err := redemptionOf(tx, id)
			if err != nil {
				return ident.Ref{}, err
			}
			if err := r.stands(RedemptionRequested); err != nil {
				return ident.Ref{}, err
			}
			if r.Exception == "" || !r.ApprovedAt.IsZero() {
				return ident.Ref{}, ErrRedemptionApproved
			}
			if r.requestedBy == tx.Actor().ID || r.Holder == tx.Actor().Holder {
				return ident.Ref{}, ErrSamePerson
			}
			r.ApprovedAt = tx.Now()
			if err := tx.Guard(ErrRedemptionApproved, sqlApproveRedemption, r.ID, tx.Actor().ID, r.ApprovedAt.UnixMicro()); err != nil {
				return ident.Ref{}, err
			}
			return keep(tx, r, r.ID.Ref())
		})
}
