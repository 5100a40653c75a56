// SPDX-License-Identifier: AGPL-3.0-or-later

package conversion

import (
	"context"
	"database/sql"
	"time"

	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/db"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/ident"
)

// Conversion returns a conversion in its present state; one that awaits euros
// past its time reads expired, whether or not the job has run. It returns
// ErrMissing and ErrForbidden.
func (v *View) Conversion(ctx context.Context, actor access.Actor, id ID) (Conversion, error) {
	return v.allowed(actor)(v.conversion(ctx, id))
}

// ConversionByReference finds a conversion by what the payer wrote on the
// transfer. It returns ErrReference, ErrMissing and ErrForbidden.
func (v *View) ConversionByReference(ctx context.Context, actor access.Actor, text string) (Conversion, error) {
	reference, err := ParseReference(text)
	if err != nil {
		return Conversion{}, err
	}
	c, err := scanConversion(v.committed(ctx).QueryRow(sqlConversionByReference, reference), v.now())
	return v.allowed(actor)(c, found(err))
}

// allowed lets a conversion through to those who may read it.
func (v *View) allowed(actor access.Actor) func(Conversion, error) (Conversion, error) {
	return func(c Conversion, err error) (Conversion, error) {
		if err != nil {
			return Conversion{}, err
		}
		if err := access.Allow(actor, access.ConversionRead, c.Holder); err != nil {
			return Conversion{}, err
		}
		return c, nil
	}
}

// ConversionFilter says which conversions to list: those of a holder, or all
// where it is zero; of one status, or any; at most Limit (50, at most 200) with
// an id below Before, newest first.
type ConversionFilter struct {
	Holder ident.Holder
	Status Status
	Before ID
	Limit  int
}

// Conversions lists conversions, newest first. It returns ErrForbidden and
// ErrInvalid.
func (v *View) Conversions(ctx context.Context, actor access.Actor, f ConversionFilter) ([]Conversion, error) {
	if err := access.Allow(actor, access.ConversionRead, f.Holder); err != nil {
		return nil, err
	}
	switch f.Status {
	case "", Settled, AwaitingEuros, Expired, Cancelled, Reversed:
	default:
		return nil, fault.ErrInvalid.At("query/status", "must be a status of a conversion")
	}
	now := v.now()
	list, err := v.committed(ctx).Query(sqlConversions, f.Holder, f.Before, string(f.Status), now.UnixMicro(), limit(f.Limit))
	return collect(list, err, func(row db.Row) (Conversion, error) { return scanConversion(row, now) })
}

func (v *View) conversion(ctx context.Context, id ID) (Conversion, error) {
	return conversionOf(v.committed(ctx), id, v.now())
}

func conversionOf(r rows, id ID, now time.Time) (Conversion, error) {
	c, err := scanConversion(r.QueryRow(sqlConversion, id), now)
	return c, found(err)
}

// due lists conversions whose time is over, oldest first.
func (v *View) due(ctx context.Context, limit int) ([]ID, error) {
	list, err := v.committed(ctx).Query(sqlDueConversions, v.now().UnixMicro(), limit)
	return collect(list, err, func(row db.Row) (ID, error) {
		var id ID
		return id, row.Scan(&id)
	})
}

func scanConversion(row db.Row, now time.Time) (Conversion, error) {
	var c Conversion
	var p Payee
	var created, expires, closed sql.NullInt64
	err := row.Scan(&c.ID, &c.Reference, &c.Holder, &c.Channel, &c.stored, &c.Euros, &c.Bonus, &c.Campaign, &c.period, &c.Account,
		&c.createdBy, &created, &expires, &closed, &c.BankReference, &c.Reason, &c.Entry, &c.Reversal, &p.Name, &p.IBAN, &p.BIC, &c.Means, &c.household, &c.payer)
	if err != nil {
		return Conversion{}, err
	}
	c.Wallet, c.Credited = ident.WalletOf(c.Holder), c.Euros+c.Bonus
	c.CreatedAt, c.ExpiresAt, c.ClosedAt = instant(created), instant(expires), instant(closed)
	c.Status = c.stored
	if c.stored == AwaitingEuros && !now.Before(c.ExpiresAt) {
		c.Status = Expired
	}
	if c.Status == AwaitingEuros && c.Channel == ByTransfer {
		c.Pay = &p
	}
	return c, nil
}
