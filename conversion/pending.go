// SPDX-License-Identifier: AGPL-3.0-or-later

package conversion

import (
	"context"
	"time"

	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/db"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
)

// Pending is what waits for a treasurer at the euro border.
type Pending struct {
	Awaited      int          // conversions whose euros are awaited
	AwaitedEuros money.Amount // the euros of them all
	Soon         int          // those that expire before the instant asked for
	Requested    int          // redemptions whose euros are to be sent
	ToSend       money.Amount // the euros of them all
}

const (
	sqlPending = `SELECT COUNT(*), CAST(COALESCE(SUM(euros), 0) AS BIGINT), CAST(COALESCE(SUM(CASE WHEN expires_at < $2 THEN 1 ELSE 0 END), 0) AS BIGINT)
		FROM conversions WHERE status = 'awaiting_euros' AND expires_at > $1`
	sqlToSend = `SELECT COUNT(*), CAST(COALESCE(SUM(amount - fee), 0) AS BIGINT) FROM redemptions WHERE status IN ('requested', 'in_run', 'sent')`
	// Those whose time is over soonest come first.
	sqlAwaitedFirst = sqlConversionColumns + `WHERE c.status = 'awaiting_euros' AND c.expires_at > $1 ORDER BY c.expires_at, c.id LIMIT $2`

	sqlConversionsOfBank = sqlConversionColumns + `WHERE c.bank_reference = $1 AND c.bank_reference <> '' ORDER BY c.id LIMIT 50`
	sqlRedemptionsOfBank = sqlRedemptionColumns + `WHERE bank_reference = $1 AND bank_reference <> '' ORDER BY id LIMIT 50`
	sqlEntriesOfBank     = `SELECT entry FROM euro_transfers WHERE bank_reference = $1 UNION ALL SELECT entry FROM fundings WHERE bank_reference = $1`
)

// Pending counts what waits, and among the conversions those that expire before
// an instant. It returns ErrForbidden to whoever may not settle both.
func (v *View) Pending(ctx context.Context, actor access.Actor, soon time.Time) (Pending, error) {
	for _, action := range []access.Action{access.ConversionSettle, access.RedemptionSettle} {
		if err := access.Allow(actor, action, ident.Holder{}); err != nil {
			return Pending{}, err
		}
	}
	var p Pending
	err := v.journal.Snapshot(ctx, func(r db.Reader) error {
		err := r.QueryRowContext(ctx, sqlPending, v.now().UnixMicro(), soon.UnixMicro()).Scan(&p.Awaited, &p.AwaitedEuros, &p.Soon)
		if err != nil {
			return err
		}
		return r.QueryRowContext(ctx, sqlToSend).Scan(&p.Requested, &p.ToSend)
	})
	return p, err
}

// Awaited lists at most limit conversions whose euros are awaited, those that
// expire first at the top. It returns ErrForbidden.
func (v *View) Awaited(ctx context.Context, actor access.Actor, most int) ([]Conversion, error) {
	if err := access.Allow(actor, access.ConversionRead, ident.Holder{}); err != nil {
		return nil, err
	}
	now := v.now()
	list, err := v.committed(ctx).Query(sqlAwaitedFirst, now.UnixMicro(), limit(most))
	return collect(list, err, func(row db.Row) (Conversion, error) { return scanConversion(row, now) })
}

// Banked is what one reference of the bank stands for.
type Banked struct {
	Conversions []Conversion
	Redemptions []Redemption
	Entries     []ident.Entry // of transfers between the issuer's accounts and of funders
}

// OfBankReference finds what was booked under a reference of the bank, written
// exactly. It returns ErrForbidden to whoever may not read it all.
func (v *View) OfBankReference(ctx context.Context, actor access.Actor, reference string) (Banked, error) {
	for _, action := range []access.Action{access.ConversionRead, access.RedemptionRead, access.JournalRead} {
		if err := access.Allow(actor, action, ident.Holder{}); err != nil {
			return Banked{}, err
		}
	}
	var b Banked
	err := v.journal.Snapshot(ctx, func(r db.Reader) error {
		source := committed{ctx, r}
		list, err := source.Query(sqlConversionsOfBank, reference)
		if b.Conversions, err = collect(list, err, func(row db.Row) (Conversion, error) { return scanConversion(row, v.now()) }); err != nil {
			return err
		}
		list, err = source.Query(sqlRedemptionsOfBank, reference)
		if b.Redemptions, err = collect(list, err, scanRedemption); err != nil {
			return err
		}
		list, err = source.Query(sqlEntriesOfBank, reference)
		b.Entries, err = collect(list, err, func(row db.Row) (ident.Entry, error) {
			var e ident.Entry
			return e, row.Scan(&e)
		})
		return err
	})
	return b, err
}
