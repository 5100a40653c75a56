// SPDX-License-Identifier: AGPL-3.0-or-later

package check_test

import (
	"context"
	"errors"
	"io"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/db"
	"github.com/noria-mlc/noria/ledger/money"
	"github.com/noria-mlc/noria/ops/check"
	"github.com/noria-mlc/noria/ops/job"
)

func TestABookThatIsRight(t *testing.T) {
	run(t, func(t *testing.T, _ *db.DB, l *ledger.Ledger) {
		calls, told := 0, int64(0)
		report, err := check.Run(t.Context(), l.Journal, func(_, all int64) { told = all },
			check.Named{Name: "campaigns", Check: right(&calls)}, check.Named{Name: "batches", Check: right(&calls)})
		if err != nil || calls != 2 || told != 6 || report.Entries != 6 || report.Postings != 7 {
			t.Errorf("%+v, %v after %d calls, progress of %d", report, err, calls, told)
		}
		if want := []string{check.Books, "campaigns", "batches", check.Fund}; !reflect.DeepEqual(report.Passed, want) {
			t.Errorf("passed %v, want %v", report.Passed, want)
		}
	})
}

func TestTheFirstDifferenceIsNamed(t *testing.T) {
	run(t, func(t *testing.T, _ *db.DB, l *ledger.Ledger) {
		calls := 0
		wrong := func(context.Context, db.Reader) error {
			return errors.Join(&ledger.Difference{Where: "campaign cmp_1", What: "euros granted: 20.00, recomputed 19.99"})
		}
		report, err := check.Run(t.Context(), l.Journal, nil,
			check.Named{Name: "first", Check: right(&calls)}, check.Named{Name: "campaigns", Check: wrong}, check.Named{Name: "last", Check: right(&calls)})
		var d *check.Difference
		if !errors.As(err, &d) || *d != (check.Difference{Check: "campaigns", Where: "campaign cmp_1", What: "euros granted: 20.00, recomputed 19.99"}) {
			t.Errorf("found %v", err)
		}
		if calls != 1 || !reflect.DeepEqual(report.Passed, []string{check.Books, "first"}) {
			t.Errorf("%d calls, passed %v", calls, report.Passed)
		}
	})
}

func TestACheckThatCannotEndIsNoDifference(t *testing.T) {
	run(t, func(t *testing.T, _ *db.DB, l *ledger.Ledger) {
		_, err := check.Run(t.Context(), l.Journal, nil, check.Named{Name: "batches", Check: func(context.Context, db.Reader) error { return io.ErrUnexpectedEOF }})
		var d *check.Difference
		if !errors.Is(err, io.ErrUnexpectedEOF) || errors.As(err, &d) || !strings.Contains(err.Error(), "batches") {
			t.Errorf("found %v", err)
		}
		gone, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := check.Run(gone, l.Journal, nil); !errors.Is(err, context.Canceled) || errors.As(err, &d) {
			t.Errorf("found %v", err)
		}
	})
}

func TestTamperingIsFound(t *testing.T) {
	for name, c := range map[string]struct {
		statements []string
		check      string
	}{
		"a balance":        {[]string{`UPDATE balances SET credits = credits + 1 WHERE account = 2`}, check.Books},
		"an entry removed": {[]string{`DELETE FROM postings WHERE entry = 5`, `DELETE FROM entries WHERE seq = 5`}, check.Books},
		"a command":        {[]string{`UPDATE commands SET actor = SUBSTR(fingerprint, 1, 16) WHERE seq = 2`}, check.Books},
	} {
		t.Run(name, func(t *testing.T) {
			run(t, func(t *testing.T, d *db.DB, l *ledger.Ledger) {
				_, err := check.Run(t.Context(), tamper(t, d, l, c.statements...), nil)
				var found *check.Difference
				if !errors.As(err, &found) || found.Check != c.check || found.Where == "" || found.What == "" {
					t.Errorf("found %v", err)
				}
			})
		})
	}
}

// TestG1TheFundCoversTheUnits moves euros of the fund away and looks whether
// that is noticed, to the cent.
func TestG1TheFundCoversTheUnits(t *testing.T) {
	run(t, func(t *testing.T, _ *db.DB, l *ledger.Ledger) {
		// A surplus of fees may leave; the next cent may not.
		post(t, l, ledger.KindTransfer, ledger.Posting{Debit: bank, Credit: ledger.IncomeFees, Amount: money.MustParse("5.00")})
		post(t, l, ledger.KindTransfer, ledger.Posting{Debit: ledger.Operating, Credit: bank, Amount: money.MustParse("5.00")})
		if _, err := check.Run(t.Context(), l.Journal, nil); err != nil {
			t.Errorf("without the surplus: %v", err)
		}
		post(t, l, ledger.KindTransfer, ledger.Posting{Debit: ledger.Operating, Credit: bank, Amount: money.MustParse("0.01")})
		report, err := check.Run(t.Context(), l.Journal, nil)
		var d *check.Difference
		if !errors.As(err, &d) || d.Check != check.Fund || d.Where != "guarantee fund, pool digital" || !strings.Contains(d.What, "0.01 are lacking") {
			t.Errorf("a cent is lacking: %v", err)
		}
		if len(report.Passed) != 1 {
			t.Errorf("passed %v", report.Passed)
		}
		// What lies in the other pool's account covers nothing here (G2).
		paper := ledger.Guarantee(ledger.Paper, "elsewhere")
		post(t, l, ledger.KindTransfer, ledger.Posting{Debit: paper, Credit: ledger.Operating, Amount: money.MustParse("50.00")})
		if _, err := check.Run(t.Context(), l.Journal, nil); !errors.As(err, &d) || !strings.Contains(d.What, "0.01 are lacking") {
			t.Errorf("a surplus of the other pool hides the gap: %v", err)
		}
	})
}

func TestMoneyKeptForOthersCoversNothing(t *testing.T) {
	for _, kept := range []ledger.Account{ledger.GrantOf("cmp_2"), ledger.Account("eur:payer:hol_1"), ledger.Account("eur:return:hol_1"), ledger.Redeeming, ledger.SuspenseIn} {
		t.Run(string(kept), func(t *testing.T) {
			run(t, func(t *testing.T, _ *db.DB, l *ledger.Ledger) {
				post(t, l, ledger.KindFunding, ledger.Posting{Debit: bank, Credit: kept, Amount: money.MustParse("7.00")})
				if _, err := check.Run(t.Context(), l.Journal, nil); err != nil {
					t.Errorf("received and kept: %v", err)
				}
				post(t, l, ledger.KindTransfer, ledger.Posting{Debit: ledger.Operating, Credit: bank, Amount: money.MustParse("7.00")})
				var d *check.Difference
				if _, err := check.Run(t.Context(), l.Journal, nil); !errors.As(err, &d) || !strings.Contains(d.What, "7.00 are lacking") {
					t.Errorf("kept for others and gone: %v", err)
				}
			})
		})
	}
}

func TestTheKeeper(t *testing.T) {
	run(t, func(t *testing.T, _ *db.DB, l *ledger.Ledger) {
		at := time.Date(2026, 3, 2, 3, 0, 0, 0, time.UTC)
		var wrong error
		failures := 0
		k := check.NewKeeper(l.Journal, func() time.Time { return at }, func() { failures++ },
			check.Named{Name: "batches", Check: func(context.Context, db.Reader) error { return wrong }})
		if _, ok := k.Last(); ok || k.Ready(t.Context()) != nil {
			t.Error("something is known before the first check")
		}
		if _, err := k.Run(t.Context(), nil); err != nil {
			t.Fatal(err)
		}
		if last, ok := k.Last(); !ok || last.Err != nil || !last.At.Equal(at) || last.Report.Entries != 6 || failures != 0 {
			t.Errorf("last %+v, %v, %d failures", last, ok, failures)
		}

		wrong = &ledger.Difference{Where: "payout batch pbt_1", What: "its digest"}
		runner := job.New(l, nil, l.Now)
		runner.Register(k.Job(24 * time.Hour))
		if err := runner.Run(t.Context(), check.JobName); err == nil {
			t.Error("the job hides what it found")
		}
		if err := k.Ready(t.Context()); err == nil || err.Error() != "batches: payout batch pbt_1: its digest" || failures != 1 {
			t.Errorf("ready: %v, %d failures", err, failures)
		}
		states, err := job.States(t.Context(), l.Journal)
		if err != nil || len(states) != 1 || states[0].Outcome != job.Failed || !strings.Contains(states[0].Problem, "pbt_1") {
			t.Errorf("the table says %+v, %v", states, err)
		}

		// A check that was cut short says nothing and replaces nothing.
		gone, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := k.Run(gone, nil); err == nil || failures != 1 {
			t.Errorf("cut short: %v, %d failures", err, failures)
		}
		wrong = nil
		if err := k.Ready(t.Context()); err == nil {
			t.Error("the difference was forgotten")
		}
		if _, err := k.Run(t.Context(), nil); err != nil || k.Ready(t.Context()) != nil {
			t.Errorf("mended: %v, ready: %v", err, k.Ready(t.Context()))
		}

		// What the fund lacks is found, and stops nobody from paying.
		post(t, l, ledger.KindTransfer, ledger.Posting{Debit: ledger.Operating, Credit: bank, Amount: money.MustParse("1.00")})
		if _, err := k.Run(t.Context(), nil); err == nil || failures != 2 || k.Ready(t.Context()) != nil {
			t.Errorf("a shortfall: %v, %d failures, ready: %v", err, failures, k.Ready(t.Context()))
		}
	})
}
