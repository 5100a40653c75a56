// SPDX-License-Identifier: AGPL-3.0-or-later

package provider

import (
	"context"
	"errors"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/money"
)

// TestAHookReplayedFiftyTimesCreditsOnce sends the hooks of two payments fifty
// times each, mixed and from several clients at once.
func TestAHookReplayedFiftyTimesCreditsOnce(t *testing.T) {
	s := newShelf(t)
	_, first := s.card("10.00")
	_, second := s.card("20.00")
	// A hook that is faster than the payment finds nothing to credit.
	must(t, s.hook(first))
	s.want(first, conversion.CheckoutOpen, "", "0.00", "0.00", "0.00")
	s.becomes(first, paid)
	s.becomes(second, paid)
	var storm []conversion.Checkout
	for range 50 {
		storm = append(storm, first, second)
	}
	rand.Shuffle(len(storm), func(i, j int) { storm[i], storm[j] = storm[j], storm[i] })
	var clients sync.WaitGroup
	for at := range 4 {
		clients.Go(func() {
			for i := at; i < len(storm); i += 4 {
				if err := s.hook(storm[i]); err != nil {
					t.Error(err)
				}
			}
		})
	}
	clients.Wait()
	s.want(first, conversion.CheckoutCredited, "", "36.00", "30.00", "0.00")
	s.want(second, conversion.CheckoutCredited, "", "36.00", "30.00", "0.00")
}

func TestAPaymentThatIsNotTheOneAwaitedCreditsNothing(t *testing.T) {
	for name, c := range map[string]struct {
		change               func(*SandboxPayment)
		outcome              conversion.CheckoutOutcome
		reason               string
		atProvider, suspense string
	}{
		"not paid":        {func(*SandboxPayment) {}, conversion.CheckoutOpen, "", "0.00", "0.00"},
		"given up":        {func(p *SandboxPayment) { p.Status = conversion.PaymentOver }, conversion.CheckoutClosed, "", "0.00", "0.00"},
		"other amount":    {func(p *SandboxPayment) { paid(p); p.Euros = 10_01 }, conversion.CheckoutSuspense, conversion.OddAmount, "10.01", "10.01"},
		"less":            {func(p *SandboxPayment) { paid(p); p.Euros = 1 }, conversion.CheckoutSuspense, conversion.OddAmount, "0.01", "0.01"},
		"other currency":  {func(p *SandboxPayment) { paid(p); p.Currency = "USD" }, conversion.CheckoutClosed, conversion.OddCurrency, "0.00", "0.00"},
		"other reference": {func(p *SandboxPayment) { paid(p); p.Reference = "ROUE-000000-0" }, conversion.CheckoutSuspense, conversion.OddReference, "10.00", "10.00"},
		"refunded before": {func(p *SandboxPayment) { paid(p); p.Refunded = p.Euros }, conversion.CheckoutRefunded, "", "0.00", "0.00"},
		"refunded in part": {func(p *SandboxPayment) { paid(p); p.Refunded = 4_00 }, conversion.CheckoutSuspense, conversion.OddAmount,
			"6.00", "6.00"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newShelf(t)
			_, k := s.card("10.00")
			s.becomes(k, c.change)
			for range 3 {
				must(t, s.hook(k))
			}
			s.want(k, c.outcome, c.reason, "0.00", c.atProvider, c.suspense)
			if c.reason != "" && !strings.Contains(s.logged.String(), "reason="+c.reason) {
				t.Errorf("the reason %q was not logged", c.reason)
			}
			odd, err := s.border.OddCheckouts(t.Context(), role(2, access.Treasurer), 10)
			if err != nil || (len(odd) == 1) != (c.reason != "") {
				t.Errorf("to look at: %v, %v", odd, err)
			}
		})
	}
}

func TestAForgedHookDoesNothing(t *testing.T) {
	s := newShelf(t)
	_, k := s.card("10.00")
	s.becomes(k, paid)
	header, body, err := s.box.Hook(k.Payment)
	must(t, err)
	for name, c := range map[string]struct {
		provider string
		header   http.Header
		body     string
		want     error
	}{
		"no signature":    {"sandbox", http.Header{}, string(body), ErrSignature},
		"wrong signature": {"sandbox", http.Header{"X-Sandbox-Signature": {strings.Repeat("0", 64)}}, string(body), ErrSignature},
		"other body":      {"sandbox", header, string(body) + " ", ErrSignature},
		"other provider":  {"stripe", header, string(body), fault.ErrMissing},
		"no JSON":         {"sandbox", http.Header{"X-Sandbox-Signature": {signed(s.box.key, []byte("x"))}}, "x", ErrHook},
	} {
		if err := s.Hook(t.Context(), c.provider, c.header, []byte(c.body)); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
	unknown := []byte(`{"payment":"sb_unknown"}`)
	must(t, s.Hook(t.Context(), "sandbox", http.Header{"X-Sandbox-Signature": {signed(s.box.key, unknown)}}, unknown))
	s.want(k, conversion.CheckoutOpen, "", "0.00", "0.00", "0.00")
	if !strings.Contains(s.logged.String(), "hook refused") {
		t.Error("the refusal was not logged")
	}
}

func TestALatePaymentIsCreditedWithTheBonusOfThatDay(t *testing.T) {
	for name, end := range map[string]func(*shelf, conversion.Conversion){
		"expired by the clock": func(s *shelf, _ conversion.Conversion) { s.clock = s.clock.Add(2 * time.Hour) },
		"expired by the job": func(s *shelf, _ conversion.Conversion) {
			s.clock = s.clock.Add(2 * time.Hour)
			_, err := s.border.ExpireDue(s.Context(), role(9, access.System), 10)
			must(s, err)
		},
		"cancelled": func(s *shelf, c conversion.Conversion) {
			_, _, err := s.border.Cancel(s.Context(), s.actor(), s.key(), conversion.CancelInput{Conversion: c.ID})
			must(s, err)
		},
		"after the campaign": func(s *shelf, _ conversion.Conversion) { s.clock = s.clock.AddDate(0, 2, 0) },
	} {
		t.Run(name, func(t *testing.T) {
			s := newShelf(t)
			c, k := s.card("10.00")
			end(s, c)
			s.becomes(k, paid)
			if n, err := s.Sweep(t.Context()); err != nil || n > 1 {
				t.Fatal(n, err)
			}
			must(t, s.hook(k))
			units := "12.00"
			if name == "after the campaign" {
				units = "10.00"
			}
			s.want(k, conversion.CheckoutCredited, "", units, "10.00", "0.00")
		})
	}
}

func TestSweepFindsWhatNoHookTold(t *testing.T) {
	s := newShelf(t)
	_, k := s.card("10.00")
	_, open := s.card("5.00")
	s.becomes(k, paid)
	if n, err := s.Sweep(t.Context()); n != 0 || err != nil {
		t.Fatalf("read %d, %v: nobody is asked about a checkout of this minute", n, err)
	}
	s.clock = s.clock.Add(11 * time.Minute)
	if due, err := s.Job().Due(t.Context()); !due || err != nil {
		t.Fatal(due, err)
	}
	must(t, s.Job().Run(t.Context(), role(9, access.System)))
	s.want(k, conversion.CheckoutCredited, "", "12.00", "10.00", "0.00")
	s.clock = s.clock.Add(abandoned)
	must(t, s.Job().Run(t.Context(), role(9, access.System)))
	s.want(open, conversion.CheckoutClosed, "", "12.00", "10.00", "0.00")
}

// TestSweepReadsEurosInSuspenseAgain gives an odd payment back at the provider, where
// no hook tells of it.
func TestSweepReadsEurosInSuspenseAgain(t *testing.T) {
	s := newShelf(t)
	told := 0
	s.notice = func(context.Context) (conversion.TellCard, error) {
		return func(*ledger.Tx, conversion.CardNews) error { told++; return nil }, nil
	}
	_, k := s.card("10.00")
	s.becomes(k, func(p *SandboxPayment) { p.Status, p.Euros = conversion.PaymentPaid, 7_00 })
	must(t, s.hook(k))
	s.want(k, conversion.CheckoutSuspense, conversion.OddAmount, "0.00", "7.00", "7.00")
	for _, c := range []struct {
		refunded   money.Amount
		outcome    conversion.CheckoutOutcome
		reason, in string
	}{{0, conversion.CheckoutSuspense, conversion.OddAmount, "7.00"}, {2_00, conversion.CheckoutSuspense, conversion.OddLess, "5.00"}, {7_00, conversion.CheckoutRefunded, "", "0.00"}} {
		s.becomes(k, func(p *SandboxPayment) { p.Refunded = c.refunded })
		if due, err := s.Job().Due(t.Context()); !due || err != nil {
			t.Fatal(due, err)
		}
		for range 2 {
			must(t, s.Job().Run(t.Context(), role(9, access.System)))
		}
		s.want(k, c.outcome, c.reason, "0.00", c.in, c.in)
	}
	if told != 2 {
		t.Errorf("told %d times", told)
	}
	if due, err := s.Job().Due(t.Context()); due || err != nil {
		t.Errorf("due although nothing waits: %v", err)
	}
}

func TestARefundTakesTheConversionBack(t *testing.T) {
	s := newShelf(t)
	_, k := s.card("10.00")
	s.becomes(k, paid)
	must(t, s.hook(k))
	s.becomes(k, func(p *SandboxPayment) { p.Refunded = 3_00 })
	must(t, s.hook(k))
	s.want(k, conversion.CheckoutCredited, conversion.OddPartial, "12.00", "10.00", "0.00")
	s.becomes(k, func(p *SandboxPayment) { p.Refunded = p.Euros })
	for range 3 {
		must(t, s.hook(k))
	}
	s.want(k, conversion.CheckoutRefunded, "", "0.00", "0.00", "0.00")
}

func TestConvertByCardIsRefused(t *testing.T) {
	s := newShelf(t)
	in := conversion.ConvertInput{Holder: s.citizen.ID, Euros: 10_00}
	if _, _, err := New(Config{Conversion: s.border}).Convert(t.Context(), s.actor(), s.key(), in); !errors.Is(err, conversion.ErrChannel) {
		t.Errorf("without a provider: %v", err)
	}
	c, k := s.card("10.00")
	key := s.key()
	again, _, err := s.Convert(t.Context(), s.actor(), key, in)
	must(t, err)
	same, replayed, err := s.Convert(t.Context(), s.actor(), key, in)
	if err != nil || !replayed || same.ID != again.ID || same.ID == c.ID {
		t.Errorf("the same key again: %v %v %v", same.ID, replayed, err)
	}
	_, err = s.border.RecordCheckout(t.Context(), s.actor(), conversion.CheckoutInput{Conversion: c.ID, Provider: "sandbox", Payment: "x", URL: "x"})
	if !errors.Is(err, access.ErrForbidden) {
		t.Errorf("a checkout recorded by a citizen: %v", err)
	}
	p, err := s.box.Read(t.Context(), k.Payment)
	must(t, err)
	p.Status = conversion.PaymentPaid
	if _, err := s.border.SettleCard(t.Context(), s.actor(), p, nil); !errors.Is(err, access.ErrForbidden) {
		t.Errorf("a payment told by a citizen: %v", err)
	}
}

// TestNoSequenceCreditsTwice tries sequences of what payers, providers, hooks,
// sweeps and clocks may do: the units are never more than the euros that stay,
// with their bonus, and the book holds every euro once.
func TestNoSequenceCreditsTwice(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		s := newShelf(t)
		var made []conversion.Checkout
		kept := make(map[string]money.Amount)
		for range rapid.IntRange(3, 14).Draw(rt, "steps") {
			step := rapid.IntRange(0, 6).Draw(rt, "step")
			if step == 0 || len(made) == 0 {
				_, k := s.card("10.00")
				made = append(made, k)
				continue
			}
			k := made[rapid.IntRange(0, len(made)-1).Draw(rt, "which")]
			switch step {
			case 1:
				s.becomes(k, func(p *SandboxPayment) {
					if p.Status == conversion.PaymentOpen {
						p.Status = conversion.PaymentPaid
					}
				})
			case 2:
				s.becomes(k, func(p *SandboxPayment) {
					if p.Status == conversion.PaymentPaid {
						p.Refunded = p.Euros
					}
				})
			case 3:
				must(t, s.hook(k))
			case 4:
				s.clock = s.clock.Add(40 * time.Minute)
			case 5:
				_, err := s.Sweep(t.Context())
				must(t, err)
			case 6:
				_, _, err := s.border.Cancel(t.Context(), s.actor(), s.key(), conversion.CancelInput{Conversion: k.Conversion})
				if err != nil && fault.As(err) == nil {
					t.Fatal(err)
				}
			}
		}
		for _, k := range made {
			must(t, s.hook(k))
			p, err := s.box.Payment(k.Payment)
			must(t, err)
			if p.Status == conversion.PaymentPaid {
				kept[k.Payment] = p.Euros - p.Refunded
			}
		}
		var euros money.Amount
		for _, e := range kept {
			euros += e
		}
		h, err := s.ledger.Holding(t.Context(), s.citizen.ID)
		must(t, err)
		if got := s.balance("eur:provider:sandbox"); got != euros {
			rt.Fatalf("%s at the provider, %s were kept", got, euros)
		}
		if h.Available < euros || h.Available > euros+euros/5 {
			rt.Fatalf("%s units for %s euros", h.Available, euros)
		}
		s.proved()
	})
}
