// SPDX-License-Identifier: AGPL-3.0-or-later

package check_test

import (
	"slices"
	"time"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/civil"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
	"github.com/noria-mlc/noria/merchant"
	"github.com/noria-mlc/noria/ops/payout"
)

// plain is the model: what the book should be, in maps, lists and whole cents,
// without accounts that have sides, postings or tables. Euros are counted where
// they lie; units in each wallet.
type plain struct {
	now      time.Time
	entries  int64
	seen     int64 // entries when the fund was compared last
	commands int64

	holders []*holder
	euros   map[ledger.Account]money.Amount
	backing money.Amount
	desks   []string
	days    int // how long a transfer is awaited
	fees    map[ledger.HolderKind]fee
	booked  map[booked]bool

	campaigns   []*campaign
	conversions []*exchange
	redemptions []*redemption

	merchants []*shop
	requests  []*request
	payments  []*payment

	instructions []*choice
	batches      []*batch
	paid         map[paidFor]money.Amount
}

// booked is a bank reference, which counts once for its subject: a campaign, all
// payouts, or all transfers between the issuer's places.
type booked struct {
	subject, reference string
}

type holder struct {
	id           ident.Holder
	kind         ledger.HolderKind
	name, number string
	free, held   money.Amount
	seen         [2]money.Amount // free and held when the words were compared last
}

// fee is a commission; the rate in millionths.
type fee struct {
	rate           int64
	minimum, fixed money.Amount
}

type campaign struct {
	n                           int
	id                          conversion.CampaignID
	funder                      ident.Holder
	preparer                    ident.User
	approved                    bool
	rate                        int64 // in millionths
	budget, ceiling, least      money.Amount
	most                        money.Amount
	starts, ends                civil.Date
	monthly, whole              bool // ceiling by month; a bonus that does not fit is not given in part
	kinds                       []ledger.HolderKind
	received, granted, reserved money.Amount
	used                        map[span]money.Amount
}

// span is a person's time under one ceiling.
type span struct {
	holder ident.Holder
	period string
}

type exchange struct {
	id           conversion.ID
	holder       *holder
	asked        ident.User
	desk         bool
	euros, bonus money.Amount
	campaign     *campaign
	span         span
	place        ledger.Account
	expires      time.Time
	status       conversion.Status // as it was written, whatever the time
	entry        ident.Entry
}

type redemption struct {
	id          conversion.RedemptionID
	holder      *holder
	amount, fee money.Amount
	status      conversion.RedemptionStatus
}

type shop struct {
	id     merchant.ID
	holder *holder
	name   string
	code   string
}

type request struct {
	id      merchant.RequestID
	shop    *shop
	amount  money.Amount
	expires time.Time
	status  merchant.RequestStatus // as it was written, whatever the time
	payment merchant.PaymentID
}

type payment struct {
	id               merchant.PaymentID
	from, to         *holder
	amount, refunded money.Amount
	refundOf         *payment
	shop             *shop
}

type choice struct {
	id             payout.InstructionID
	official, town ident.Holder
	most           money.Amount // zero for a share
	from, until    civil.Date
	revoked        bool
	kind           payout.InstructionKind
	value          string
	signed         civil.Date
}

type batch struct {
	id              payout.BatchID
	town            ident.Holder
	preparer        ident.User
	period          string
	purpose         payout.Purpose
	digest          string
	status          payout.Status
	total, received money.Amount
	lines           []*line
}

type line struct {
	reference string
	holder    *holder // nil where it names nobody
	amount    money.Amount
	status    payout.LineStatus
	problem   payout.Problem // expected while pending
}

// paidFor is what may be paid once.
type paidFor struct {
	town              ident.Holder
	purpose           payout.Purpose
	period, reference string
	holder            ident.Holder
}

func newPlain(now time.Time) *plain {
	five := fee{rate: 50_000}
	return &plain{
		now: now, days: 14, euros: map[ledger.Account]money.Amount{}, booked: map[booked]bool{},
		fees: map[ledger.HolderKind]fee{ledger.Professional: five, ledger.Association: five, ledger.Collectivity: {}},
		paid: map[paidFor]money.Amount{},
	}
}

// on returns what a commission takes of an amount: half a cent up, never above
// the amount (L10).
func (f fee) on(amount money.Amount) money.Amount {
	n := (int64(amount)*f.rate + 500_000) / 1_000_000
	return min(amount, max(money.Amount(n)+f.fixed, f.minimum))
}

// today is the civil date of the model's clock in Paris.
func (m *plain) today() civil.Date { return dayOf(m.now) }

func dayOf(t time.Time) civil.Date {
	y, month, d := t.In(civil.Paris()).Date()
	return civil.Date(time.Date(y, month, d, 0, 0, 0, 0, time.UTC).Unix() / 86_400)
}

// midnight is the first instant of a day in Paris.
func midnight(d civil.Date) time.Time {
	y, month, day := time.Unix(int64(d)*86_400, 0).UTC().Date()
	return time.Date(y, month, day, 0, 0, 0, 0, civil.Paris())
}

func monthOf(d civil.Date) string { return time.Unix(int64(d)*86_400, 0).UTC().Format("2006-01") }

func (m *plain) holder(id ident.Holder) *holder {
	for _, h := range m.holders {
		if h.id == id {
			return h
		}
	}
	return nil
}

// circulation is all units in wallets.
func (m *plain) circulation() money.Amount {
	var sum money.Amount
	for _, h := range m.holders {
		sum += h.free + h.held
	}
	return sum
}

func contains[T comparable](list []T, v T) bool { return slices.Contains(list, v) }

// status is what a conversion reads at an instant.
func (e *exchange) statusAt(now time.Time) conversion.Status {
	if e.status == conversion.AwaitingEuros && !now.Before(e.expires) {
		return conversion.Expired
	}
	return e.status
}

// statusAt is what a payment request reads at an instant.
func (r *request) statusAt(now time.Time) merchant.RequestStatus {
	if r.status == merchant.Open && !now.Before(r.expires) {
		return merchant.Expired
	}
	return r.status
}
