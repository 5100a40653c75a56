// SPDX-License-Identifier: AGPL-3.0-or-later

package acpr_test

import (
	"errors"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/civil"
	"github.com/noria-mlc/noria/ledger/db"
	"github.com/noria-mlc/noria/ledger/db/dbtest"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
	"github.com/noria-mlc/noria/ops/acpr"
)

func as(r access.Role) access.Actor {
	return access.Actor{ID: ident.User{Bits: ident.Bits{15: 1}}, Grants: []access.Grant{{Role: r}}}
}

// book is a ledger with a clock of its own.
type book struct {
	*testing.T
	*ledger.Ledger
	clock atomic.Int64
	keys  int
}

func (b *book) post(d ledger.Draft) ident.Entry {
	b.Helper()
	b.keys++
	var made ident.Entry
	_, err := b.Execute(b.Context(), ledger.Command{Actor: as(access.Administrator), Action: access.HolderCreate, Key: fmt.Sprintf("meter-key-%06d", b.keys)},
		func(tx *ledger.Tx) (ident.Ref, error) {
			for _, p := range d.Postings {
				if err := errors.Join(tx.Open(p.Debit), tx.Open(p.Credit)); err != nil {
					return ident.Ref{}, err
				}
			}
			e, err := tx.Post(d)
			made = e.ID
			return ident.Ref{}, err
		})
	if err != nil {
		b.Fatal(err)
	}
	return made
}

func (b *book) meter(on civil.Date) acpr.Meter {
	b.Helper()
	m, err := acpr.Read(b.Context(), b.Journal, as(access.Treasurer), acpr.Asked{On: on, Now: b.Now()})
	if err != nil {
		b.Fatal(err)
	}
	return m
}

// TestL4WhatCountsIsASettingAndTheBookStays changes what counts: both readings
// stay, no entry is written, and a payment that was refunded left the sums.
func TestL4WhatCountsIsASettingAndTheBookStays(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, connect func() *db.DB) {
		b := &book{T: t}
		day := civil.New(2026, 3, 2)
		b.clock.Store(day.Start().Add(10 * time.Hour).UnixMicro())
		var err error
		if b.Ledger, err = ledger.Open(t.Context(), connect(), ledger.Options{Now: func() time.Time { return time.UnixMicro(b.clock.Load()).UTC() }}); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(b.Close)
		amina, shop := ledger.Wallet(ident.Holder{Bits: ident.Bits{15: 2}}), ledger.Wallet(ident.Holder{Bits: ident.Bits{15: 3}})
		b.post(ledger.Draft{Kind: ledger.KindConversion, Postings: []ledger.Posting{{Debit: ledger.Desk("d"), Credit: ledger.Backing(ledger.Digital), Amount: 90_00},
			{Debit: ledger.Issued(ledger.Digital), Credit: amina, Amount: 90_00}}})
		b.post(ledger.Draft{Kind: ledger.KindPayment, Postings: []ledger.Posting{{Debit: amina, Credit: shop, Amount: 20_00}}})
		paid := b.post(ledger.Draft{Kind: ledger.KindPayment, Postings: []ledger.Posting{{Debit: amina, Credit: shop, Amount: 5_00}}})
		if m := b.meter(day); m.Counted.Sum != 25_00 {
			t.Errorf("before the refund: %+v", m)
		}
		b.clock.Add((24 * time.Hour).Microseconds())
		b.post(ledger.Draft{Kind: ledger.KindRefund, Reverses: paid, Postings: []ledger.Posting{{Debit: shop, Credit: amina, Amount: 5_00}}})
		sums := func(m acpr.Meter) [3]money.Amount { return [3]money.Amount{m.Counted.Sum, m.Payments.Sum, m.Wide.Sum} }
		if got := sums(b.meter(0)); got != [3]money.Amount{20_00, 20_00, 110_00} {
			t.Errorf("by default: %v", got)
		}
		before, err := b.Head(t.Context(), b.Reader())
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range []access.Role{access.Approver, access.Auditor, access.Administrator, access.DeskAgent} {
			if _, _, err := acpr.Decide(t.Context(), b.Ledger, as(r), "meter-key-decided-x", acpr.Counting{Conversions: true}); !errors.Is(err, fault.ErrForbidden) {
				t.Errorf("%s decides: %v", r, err)
			}
		}
		for i, want := range []bool{false, true} {
			if _, replayed, err := acpr.Decide(t.Context(), b.Ledger, as(access.Treasurer), "meter-key-decided-1", acpr.Counting{Conversions: true}); err != nil || replayed != want {
				t.Errorf("decision %d: %v, %v", i, replayed, err)
			}
		}
		m := b.meter(0)
		if got := sums(m); got != [3]money.Amount{110_00, 20_00, 110_00} || !m.Counts.Conversions || m.Counts.Redemptions {
			t.Errorf("with conversions: %+v", m)
		}
		if last := m.Course[len(m.Course)-1]; len(m.Course) != 12 || last.On != day+1 || last.Counted != 110_00 || m.Course[10].On != civil.New(2026, 2, 28) || m.Course[10].Wide != 0 {
			t.Errorf("course: %+v", m.Course)
		}
		after, err := b.Head(t.Context(), b.Reader())
		if err != nil || after.Seq != before.Seq {
			t.Errorf("the journal went from %d to %d, %v", before.Seq, after.Seq, err)
		}
		if _, err := acpr.Read(t.Context(), b.Journal, as(access.Treasurer), acpr.Asked{On: day + 2, Now: b.Now()}); !errors.Is(err, fault.ErrInvalid) {
			t.Errorf("a day to come: %v", err)
		}
		if _, err := acpr.Read(t.Context(), b.Journal, as(access.DeskAgent), acpr.Asked{Now: b.Now()}); !errors.Is(err, fault.ErrForbidden) {
			t.Errorf("a desk reads: %v", err)
		}

		// the gauge rests for an hour, and a new day wakes it
		g := acpr.NewGauge(b.Ledger)
		told := func() money.Amount {
			m, err := g.Meter(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			return m.Payments.Sum
		}
		first := told()
		b.post(ledger.Draft{Kind: ledger.KindPayment, Postings: []ledger.Posting{{Debit: amina, Credit: shop, Amount: 1_00}}})
		resting := told()
		b.clock.Add(time.Hour.Microseconds())
		if awake := told(); first != 20_00 || resting != 20_00 || awake != 21_00 {
			t.Errorf("gauge: %s, %s, %s", first, resting, awake)
		}
	})
}

// TestL3TheWindowIsThatOfEverySingleDay compares the sliding sum with one made
// anew for each day.
func TestL3TheWindowIsThatOfEverySingleDay(t *testing.T) {
	days := make(acpr.Days)
	for d := civil.New(2023, 1, 1); d <= civil.New(2026, 12, 31); d++ {
		days[d] = money.Amount(int64(d)*7919%5_000_00 + 100_00)
	}
	for d := civil.New(2025, 1, 1); d <= civil.New(2026, 12, 31); d += 3 {
		at := d.Start().In(civil.Paris())
		var want money.Amount
		for x := civil.New(at.Year()-1, at.Month(), at.Day()) + 1; x <= d; x++ {
			want += days[x]
		}
		if got := days.Read(d).Sum; got != want {
			t.Fatalf("%s: %s, want %s", d, got, want)
		}
	}
}
