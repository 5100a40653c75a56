// SPDX-License-Identifier: AGPL-3.0-or-later

package audit

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
	"github.com/noria-mlc/noria/merchant"
	"github.com/noria-mlc/noria/ops/payout"
)

// Wish is what somebody asked for: a conversion, a redemption, a payment request,
// a campaign, a batch.
type Wish struct {
	Ref       ident.Ref
	Status    string
	Holder    ident.Holder // whose it is; zero where nobody's in particular
	Amount    money.Amount
	Unit      money.Unit
	At        time.Time
	Reference string // that its owner knows
	Bank      string // reference of the bank, "" for none
	Reason    string
}

// Trace is the way of something through the book: wishes, the commands that made
// and changed them, and the entries they led to, each in order.
type Trace struct {
	Wishes   []Wish
	Commands []ledger.Record
	Entries  []*ledger.Entry
	Holder   ident.Holder // a member whose number was asked for, with nothing else
}

// tracer gathers a trace.
type tracer struct {
	Sources
	ctx   context.Context
	actor access.Actor
	Trace
}

// Trace follows a reference: the id of an entry, payment, conversion, redemption,
// request, campaign or batch, the number of an entry, what a payer writes on a
// transfer, what the bank wrote, a member's number. It returns ErrForbidden, and
// ErrMissing where the book knows nothing of it.
func (v *View) Trace(ctx context.Context, actor access.Actor, reference string) (Trace, error) {
	if err := allowed(actor); err != nil {
		return Trace{}, err
	}
	t := &tracer{Sources: v.Sources, ctx: ctx, actor: actor}
	text := strings.TrimSpace(reference)
	for _, look := range []func(string) error{t.id, t.number, t.member, t.transfer, t.bank} {
		err := look(text)
		if err == nil {
			t.order()
			return t.Trace, nil
		}
		if !errors.Is(err, fault.ErrMissing) {
			return Trace{}, err
		}
	}
	return Trace{}, fault.ErrMissing
}

// id follows the id of a thing.
func (t *tracer) id(text string) error {
	if e, err := parse[ident.Entry](text); err == nil {
		return t.entry(e)
	}
	if p, err := parse[merchant.PaymentID](text); err == nil {
		return t.entry(merchant.EntryOf(p))
	}
	if c, err := parse[conversion.ID](text); err == nil {
		return t.conversion(c)
	}
	if c, err := parse[conversion.RedemptionID](text); err == nil {
		return t.redemption(c)
	}
	if q, err := parse[merchant.RequestID](text); err == nil {
		return t.request(q)
	}
	if c, err := parse[conversion.CampaignID](text); err == nil {
		return t.campaign(c)
	}
	if b, err := parse[payout.BatchID](text); err == nil {
		return t.batch(b)
	}
	return fault.ErrMissing
}

// texted is an id that reads itself.
type texted[T any] interface {
	*T
	UnmarshalText([]byte) error
}

func parse[T any, P texted[T]](text string) (T, error) {
	var thing T
	if text == "" {
		return thing, ident.ErrSyntax
	}
	return thing, P(&thing).UnmarshalText([]byte(text))
}

// number follows the number of an entry, with or without a sign before it.
func (t *tracer) number(text string) error {
	n, err := strconv.ParseInt(strings.TrimLeft(text, "#n°№ "), 10, 64)
	if err != nil || n <= 0 {
		return fault.ErrMissing
	}
	e, err := t.Journal.EntryAt(t.ctx, n)
	if err != nil {
		return err
	}
	return t.entry(e.ID)
}

// member finds the member of a number: the way to their account.
func (t *tracer) member(text string) error {
	h, err := t.Journal.HolderByNumber(t.ctx, strings.ReplaceAll(text, " ", ""))
	t.Holder = h.ID
	return err
}

// transfer follows what a payer writes on a transfer.
func (t *tracer) transfer(text string) error {
	c, err := t.Conversion.ConversionByReference(t.ctx, t.actor, text)
	if errors.Is(err, conversion.ErrReference) {
		return fault.ErrMissing
	}
	if err != nil {
		return err
	}
	return t.converted(c)
}

// bank follows what a bank wrote.
func (t *tracer) bank(text string) error {
	found, err := t.Conversion.OfBankReference(t.ctx, t.actor, text)
	if err != nil {
		return err
	}
	for _, c := range found.Conversions {
		if err := t.converted(c); err != nil {
			return err
		}
	}
	for _, r := range found.Redemptions {
		if err := t.redeemed(r); err != nil {
			return err
		}
	}
	for _, e := range found.Entries {
		if err := t.booked(e); err != nil {
			return err
		}
	}
	batch, err := t.Payout.OfBankReference(t.ctx, t.actor, text)
	if err == nil && !batch.IsZero() {
		err = t.batch(batch)
	}
	if err == nil && len(t.Wishes)+len(t.Entries) == 0 {
		return fault.ErrMissing
	}
	return err
}

// entry follows an entry, back to the wish that it answers.
func (t *tracer) entry(id ident.Entry) error {
	if err := t.booked(id); err != nil {
		return err
	}
	e := t.Entries[len(t.Entries)-1]
	switch e.Kind {
	case ledger.KindConversion, ledger.KindReversal, ledger.KindRedemption, ledger.KindReservation, ledger.KindRelease:
		maker, err := t.Journal.Record(t.ctx, e.Command)
		if err != nil {
			return err
		}
		return t.known(maker.Ref)
	case ledger.KindPayment, ledger.KindRefund:
		p, err := t.Merchant.Payment(t.ctx, t.actor, merchant.PaymentOf(e.ID))
		if err != nil || p.Request.IsZero() {
			return err
		}
		return t.request(p.Request)
	}
	return nil
}

// known follows the thing that a command made or changed, where it is a wish.
func (t *tracer) known(ref ident.Ref) error {
	switch err := t.id(ref.String()); {
	case errors.Is(err, fault.ErrMissing):
		return nil
	default:
		return err
	}
}

// booked adds an entry, those that correct it, and their commands.
func (t *tracer) booked(id ident.Entry) error {
	if id.IsZero() || slices.ContainsFunc(t.Entries, func(e *ledger.Entry) bool { return e.ID == id }) {
		return nil
	}
	e, err := t.Journal.Entry(t.ctx, id)
	if err != nil {
		return err
	}
	later, err := t.Journal.Reversers(t.ctx, e.Seq)
	if err != nil {
		return err
	}
	for _, one := range append(later, e) { // the one asked for last
		if slices.ContainsFunc(t.Entries, func(known *ledger.Entry) bool { return known.ID == one.ID }) {
			continue
		}
		t.Entries = append(t.Entries, one)
		maker, err := t.Journal.Record(t.ctx, one.Command)
		if err != nil {
			return err
		}
		t.commanded(maker)
	}
	return nil
}

func (t *tracer) commanded(list ...ledger.Record) {
	for _, r := range list {
		if !slices.ContainsFunc(t.Commands, func(known ledger.Record) bool { return known.Number == r.Number }) {
			t.Commands = append(t.Commands, r)
		}
	}
}

// wished adds a wish with the command that made it and the one that ended it.
func (t *tracer) wished(w Wish, instants ...time.Time) error {
	t.Wishes = append(t.Wishes, w)
	for _, at := range instants {
		if at.IsZero() {
			continue
		}
		found, err := t.Journal.RecordsAt(t.ctx, at, w.Ref)
		if err != nil {
			return err
		}
		t.commanded(found...)
	}
	return nil
}

func (t *tracer) seen(ref ident.Ref) bool {
	return slices.ContainsFunc(t.Wishes, func(w Wish) bool { return w.Ref == ref })
}

func (t *tracer) conversion(id conversion.ID) error {
	c, err := t.Conversion.Conversion(t.ctx, t.actor, id)
	if err != nil {
		return err
	}
	return t.converted(c)
}

func (t *tracer) converted(c conversion.Conversion) error {
	if t.seen(c.ID.Ref()) {
		return nil
	}
	err := t.wished(Wish{Ref: c.ID.Ref(), Status: string(c.Status), Holder: c.Holder, Amount: c.Euros, Unit: money.EUR, At: c.CreatedAt,
		Reference: c.Reference, Bank: c.BankReference, Reason: c.Reason}, c.CreatedAt, c.ClosedAt)
	if err != nil {
		return err
	}
	return errors.Join(t.booked(c.Entry), t.booked(c.Reversal))
}

func (t *tracer) redemption(id conversion.RedemptionID) error {
	r, err := t.Conversion.Redemption(t.ctx, t.actor, id)
	if err != nil {
		return err
	}
	return t.redeemed(r)
}

func (t *tracer) redeemed(r conversion.Redemption) error {
	if t.seen(r.ID.Ref()) {
		return nil
	}
	err := t.wished(Wish{Ref: r.ID.Ref(), Status: string(r.Status), Holder: r.Holder, Amount: r.Amount, Unit: money.Local, At: r.RequestedAt,
		Bank: r.BankReference, Reason: r.Reason}, r.RequestedAt, r.ClosedAt)
	if err != nil {
		return err
	}
	for _, c := range slices.Clone(t.Commands) { // the entry that held the units is that of the first command
		made, err := t.Journal.EntriesOf(t.ctx, c.Number)
		if err != nil {
			return err
		}
		for _, e := range made {
			if c.Ref == r.ID.Ref() {
				if err := t.booked(e.ID); err != nil {
					return err
				}
			}
		}
	}
	return t.booked(r.Entry)
}

func (t *tracer) request(id merchant.RequestID) error {
	if t.seen(id.Ref()) {
		return nil
	}
	q, err := t.Merchant.PaymentRequest(t.ctx, t.actor, id)
	if err != nil {
		return err
	}
	err = t.wished(Wish{Ref: q.ID.Ref(), Status: string(q.Status), Holder: q.Holder, Amount: q.Amount, Unit: money.Local, At: q.CreatedAt, Reference: q.Reference},
		q.CreatedAt, q.PaidAt)
	if err != nil || q.Payment.IsZero() {
		return err
	}
	return t.booked(merchant.EntryOf(q.Payment))
}

func (t *tracer) campaign(id conversion.CampaignID) error {
	c, err := t.Conversion.Campaign(t.ctx, t.actor, id)
	if err != nil {
		return err
	}
	return t.wished(Wish{Ref: c.ID.Ref(), Status: string(c.Status), Holder: c.Funder, Amount: c.Budget, Unit: money.EUR, At: c.CreatedAt, Reference: c.Name},
		c.CreatedAt, c.ApprovedAt)
}

func (t *tracer) batch(id payout.BatchID) error {
	if t.seen(id.Ref()) {
		return nil
	}
	b, err := t.Payout.Batch(t.ctx, t.actor, id)
	if err != nil {
		return err
	}
	if err := t.wished(Wish{Ref: b.ID.Ref(), Status: string(b.Status), Holder: b.Collectivity, Amount: b.TotalEUR, Unit: money.EUR, At: b.CreatedAt,
		Reference: b.Period}, b.CreatedAt); err != nil {
		return err
	}
	fundings, err := t.Payout.Fundings(t.ctx, t.actor, id)
	for _, f := range fundings {
		err = errors.Join(err, t.booked(f.Entry))
	}
	for _, l := range b.Lines[:min(len(b.Lines), 50)] {
		err = errors.Join(err, t.booked(l.Entry))
	}
	return err
}

// order sorts what was gathered by time.
func (t *tracer) order() {
	slices.SortFunc(t.Entries, func(a, b *ledger.Entry) int { return int(a.Seq - b.Seq) })
	slices.SortFunc(t.Commands, func(a, b ledger.Record) int { return int(a.Number - b.Number) })
}
