// SPDX-License-Identifier: AGPL-3.0-or-later

package ident_test

import (
	"bytes"
	"errors"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/noria-mlc/noria/ledger/ident"
)

func TestIdsRiseEvenWhenTheClockStandsStill(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	m := ident.NewMaker(func() time.Time { return now })
	last := m.Next()
	for i := range 10_000 {
		if i == 5000 {
			now = now.Add(-time.Hour) // a clock set back makes no id smaller
		}
		next := m.Next()
		if bytes.Compare(last[:], next[:]) >= 0 {
			t.Fatalf("id %x came after %x", next, last)
		}
		last = next
	}
}

func TestTextReadsBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var h, back ident.Holder
		copy(h.Bits[:], rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "bits"))
		if h.IsZero() {
			return
		}
		if err := back.UnmarshalText([]byte(h.String())); err != nil || back != h {
			t.Fatalf("%x is written %s and read as %x, %v", h.Bits, h, back.Bits, err)
		}
	})
}

func TestParse(t *testing.T) {
	m := ident.NewMaker(time.Now)
	h := ident.Holder{Bits: m.Next()}
	var back ident.Holder
	if err := back.UnmarshalText([]byte(h.String())); err != nil || back != h {
		t.Errorf("%s read back as %s, %v", h, back, err)
	}
	for _, bad := range []string{
		"hol_", ident.WalletOf(h).String(), h.String() + "0", h.String()[:29], "HOL_" + h.String()[4:],
		"hol_zzzzzzzzzzzzzzzzzzzzzzzzzz", "hol_0000000000000000000000000u",
	} {
		if err := back.UnmarshalText([]byte(bad)); !errors.Is(err, ident.ErrSyntax) {
			t.Errorf("%q was taken: %v", bad, err)
		}
	}
}

func TestRefPacks(t *testing.T) {
	h := ident.Holder{Bits: ident.NewMaker(time.Now).Next()}
	r, err := ident.Unpack(h.Ref().Pack())
	if err != nil || r != h.Ref() || r.String() != h.String() {
		t.Errorf("%v packed and unpacked is %v, %v", h.Ref(), r, err)
	}
	if r, err := ident.Unpack(nil); err != nil || !r.IsZero() {
		t.Errorf("nothing is the zero ref: %v, %v", r, err)
	}
	if _, err := ident.Unpack([]byte("short")); !errors.Is(err, ident.ErrSyntax) {
		t.Errorf("a short text: %v", err)
	}
	if _, err := ident.Typed[walletLike](h.Ref()); !errors.Is(err, ident.ErrSyntax) {
		t.Errorf("a holder taken for another noun: %v", err)
	}
}

type walletLike struct{}

func (walletLike) Prefix() string { return "wal_" }

func FuzzHolder(f *testing.F) {
	f.Add("hol_00000000000000000000000001")
	f.Fuzz(func(t *testing.T, s string) {
		var h ident.Holder
		if s != "" && h.UnmarshalText([]byte(s)) == nil && h.String() != s {
			t.Fatalf("%q was read as %s", s, h)
		}
	})
}
