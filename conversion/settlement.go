// SPDX-License-Identifier: AGPL-3.0-or-later

package conversion

import (
	"cmp"
	"context"
	"errors"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/civil"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
)

// SettleInput says that the euros of a conversion came to the bank.
type SettleInput struct {
	Conversion    ID             `json:"conversion"`
	BankReference string         `json:"bank_reference"`         // of the transfer; one may pay several conversions
	Received      *money.Amount  `json:"received_eur,omitempty"` // where given, must be the euros awaited
	Account       ledger.Account `json:"account,omitempty"`      // the compte dédié they came to; the one that was named where left out
	BookedOn      civil.Date     `json:"booked_on,omitzero"`     // value date at the bank; the day of the command where left out
}

// Settle issues the units of a conversion whose transfer arrived. It returns
// ErrMissing, ErrInvalid, ErrSamePerson for a conversion that the actor asked
// for or holds (D9), ErrAmountDiffers, ErrConversionExpired,
// ErrConversionCancelled, ErrConversionSettled and ErrConversionReversed.
func (s *Service) Settle(ctx context.Context, actor access.Actor, key string, in SettleInput) (Conversion, bool, error) {
	var check fault.Check
	check.That(printable(in.BankReference, 140), "/bank_reference", "must be 1 to 140 printable characters")
	s.checkBooked(&check, in.BookedOn)
	return s.change(ctx, ledger.Command{Actor: actor, Action: access.ConversionSettle, Key: key, Input: in}, in.Conversion, check.Err(),
		func(tx *ledger.Tx, c *Conversion) error {
			if err := c.awaits(); err != nil {
				return err
			}
			if err := c.othersThan(tx.Actor()); err != nil {
				return err
			}
			if in.Received != nil && *in.Received != c.Euros {
				return ErrAmountDiffers
			}
			bank, err := dedicated(tx, cmp.Or(in.Account, c.Account))
			if err != nil {
				return err
			}
			return c.settle(tx, transferred{bank.Account, in.BankReference, in.BookedOn})
		})
}

// oldestBooking is how many days ago a value date may lie: what is older is a
// slip of the pen.
const oldestBooking = 366

// checkBooked notes a value date that no bank can have given yet, or long ago.
func (s *Service) checkBooked(check *fault.Check, day civil.Date) {
	today := civil.Of(s.now())
	check.That(day == 0 || (day <= today && day >= today-oldestBooking), "/booked_on", "must be a day of the last year, today at the latest")
}

// CancelInput names the conversion to cancel, and why.
type CancelInput struct {
	Conversion ID     `json:"conversion"`
	Reason     string `json:"reason,omitempty"`
}

// Cancel gives up a conversion that awaits its euros and releases its bonus. It
// returns ErrMissing, ErrForbidden, and the refusals of Settle for a conversion
// that awaits nothing.
func (s *Service) Cancel(ctx context.Context, actor access.Actor, key string, in CancelInput) (Conversion, bool, error) {
	c, err := s.conversion(ctx, in.Conversion)
	if err != nil {
		return Conversion{}, false, err
	}
	var check fault.Check
	check.That(in.Reason == "" || printable(in.Reason, 200), "/reason", "must be at most 200 printable characters")
	return s.change(ctx, ledger.Command{Actor: actor, Action: access.ConversionCancel, Owner: c.Holder, Key: key, Input: in}, in.Conversion, check.Err(),
		func(tx *ledger.Tx, c *Conversion) error {
			if err := c.awaits(); err != nil {
				return err
			}
			c.Reason = in.Reason
			return c.close(tx, Cancelled)
		})
}

// Expire closes a conversion whose time is over and releases its bonus. It
// returns ErrNotDue before that time and the refusals of Settle for a
// conversion that awaits nothing.
func (s *Service) Expire(ctx context.Context, actor access.Actor, key string, id ID) (Conversion, bool, error) {
	return s.change(ctx, ledger.Command{Actor: actor, Action: access.ConversionExpire, Key: key, Input: id}, id, nil,
		func(tx *ledger.Tx, c *Conversion) error {
			if err := c.awaits(); err == nil {
				return ErrNotDue
			} else if c.stored != AwaitingEuros {
				return err
			}
			return c.close(tx, Expired)
		})
}

// ExpireDue expires at most limit conversions whose time is over, oldest first,
// each under a key derived from its id, so that a run that was cut off is
// finished by the next. It returns how many it closed.
func (s *Service) ExpireDue(ctx context.Context, actor access.Actor, limit int) (int, error) {
	due, err := s.due(ctx, limit)
	if err != nil {
		return 0, err
	}
	closed := 0
	for _, id := range due {
		_, replayed, err := s.Expire(ctx, actor, "expire:"+id.String(), id)
		switch {
		case err == nil && !replayed:
			closed++
		case errors.Is(err, ErrConversionSettled), errors.Is(err, ErrConversionReversed),
			errors.Is(err, ErrConversionCancelled), errors.Is(err, ErrConversionExpired):
			// Somebody was quicker between the list and the command.
		case err != nil:
			return closed, err
		}
	}
	return closed, nil
}

// ReverseInput names the conversion to take back, and why.
type ReverseInput struct {
	Conversion ID     `json:"conversion"`
	Reason     string `json:"reason,omitempty"`
}

// Reverse takes back a settled conversion as a whole, by the opposite of its
// entry (rule L6: its euros went back): the bonus returns to the campaign and
// to the person's ceiling. It returns ErrMissing, ErrSamePerson for a conversion
// that the actor asked for or holds (D9), ErrInsufficientFunds where
// the holder does not have the units any more, ErrDeskShort where the till does
// not have the euros any more, ErrConversionReversed, and ErrConversionAwaiting,
// ErrConversionExpired or ErrConversionCancelled where nothing was settled.
func (s *Service) Reverse(ctx context.Context, actor access.Actor, key string, in ReverseInput) (Conversion, bool, error) {
	var check fault.Check
	check.That(in.Reason == "" || printable(in.Reason, 200), "/reason", "must be at most 200 printable characters")
	return s.change(ctx, ledger.Command{Actor: actor, Action: access.ConversionReverse, Key: key, Input: in}, in.Conversion, check.Err(),
		func(tx *ledger.Tx, c *Conversion) error {
			if err := c.awaits(); err == nil {
				return ErrConversionAwaiting
			} else if c.Status != Settled {
				return err
			}
			if err := c.othersThan(tx.Actor()); err != nil {
				return err
			}
			return c.reverse(tx, in.Reason)
		})
}

func (c *Conversion) reverse(tx *ledger.Tx, reason string) error {
	if c.Channel == AtDesk {
		if till, err := tx.Balance(c.Account); err != nil {
			return err
		} else if till < c.Euros {
			return ErrDeskShort
		}
	}
	e, err := tx.Reverse(c.Entry)
	if err != nil {
		return err
	}
	if err := c.giveBack(tx, sqlUngrant); err != nil {
		return err
	}
	c.Status, c.Reversal, c.Reason, c.ClosedAt = Reversed, e.ID, reason, tx.Now()
	return tx.Guard(ErrConversionReversed, sqlReverseConversion, c.ID, e.ID, reason, tx.Now().UnixMicro())
}

// close ends a conversion that awaited its euros.
func (c *Conversion) close(tx *ledger.Tx, status Status) error {
	if err := c.giveBack(tx, sqlUnreserve); err != nil {
		return err
	}
	c.Status, c.ClosedAt, c.Pay = status, tx.Now(), nil
	return tx.Guard(ErrConversionSettled, sqlCloseConversion, c.ID, string(status), tx.Now().UnixMicro(), c.Reason)
}

// awaits returns nil for a conversion that awaits its euros, and otherwise the
// refusal that says what became of it.
func (c *Conversion) awaits() error {
	switch c.Status {
	case AwaitingEuros:
		return nil
	case Settled:
		return ErrConversionSettled
	case Cancelled:
		return ErrConversionCancelled
	case Reversed:
		return ErrConversionReversed
	}
	return ErrConversionExpired
}

// othersThan returns ErrSamePerson where the actor holds the conversion or asked
// for it: nobody says alone that their own euros came or went back (D9, L6). An
// agent who took the cash of somebody else asked for nothing of their own.
func (c *Conversion) othersThan(actor access.Actor) error {
	if c.Holder == actor.Holder || (c.Channel == ByTransfer && c.createdBy == actor.ID) {
		return ErrSamePerson
	}
	return nil
}

// change runs do on a conversion inside the door and answers with the
// conversion as it became.
func (s *Service) change(ctx context.Context, command ledger.Command, id ID, form error,
	do func(*ledger.Tx, *Conversion) error) (Conversion, bool, error) {
	return execute[Conversion](ctx, s, command, form, func(tx *ledger.Tx) (ident.Ref, error) {
		if _, err := opened(tx); err != nil {
			return ident.Ref{}, err
		}
		c, err := conversionOf(tx, id, tx.Now())
		if err != nil {
			return ident.Ref{}, err
		}
		if err := do(tx, &c); err != nil {
			return ident.Ref{}, err
		}
		return keep(tx, c, c.ID.Ref())
	})
}
