// SPDX-License-Identifier: AGPL-3.0-or-later

package check

import (
	"context"
	"errors"
	"fmt"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/db"
)

// Names of the checks that are always made.
const (
	Books = "ledger" // what the ledger recomputes
	Fund  = "fund"   // the guarantee fund
)

// Named is a check that a room makes of its own rows, on the state of the book
// that r sees. It returns a *ledger.Difference for the first thing that is
// wrong, or another error where it could not find out.
type Named struct {
	Name  string
	Check func(ctx context.Context, r db.Reader) error
}

// Report says what was recomputed and found right.
type Report struct {
	ledger.Report
	Passed []string // names of the checks, in order
}

// Difference is the first thing that is wrong in a book.
type Difference struct {
	Check string // the check that found it
	Where string
	What  string
}

// Error names the check, the place and the difference.
func (d *Difference) Error() string { return d.Check + ": " + d.Where + ": " + d.What }

// Progress is told how many entries were recomputed of all; it may be nil.
type Progress func(done, all int64)

// Run makes every check: that of the ledger, those given, that of the guarantee
// fund. It returns what passed, with the first *Difference, or with an error
// where a check could not end.
func Run(ctx context.Context, j *ledger.Journal, progress Progress, checks ...Named) (Report, error) {
	var report Report
	books, err := j.Verify(ctx, progress)
	report.Report = books
	if err != nil {
		return report, found(Books, err)
	}
	report.Passed = append(report.Passed, Books)
	fund := Named{Fund, func(ctx context.Context, r db.Reader) error { return checkFund(ctx, j, r) }}
	for _, c := range append(checks[:len(checks):len(checks)], fund) {
		err := j.Snapshot(ctx, func(r db.Reader) error { return c.Check(ctx, r) })
		if err != nil {
			return report, found(c.Name, err)
		}
		report.Passed = append(report.Passed, c.Name)
	}
	return report, nil
}

// found names the check in what it returned.
func found(name string, err error) error {
	var d *ledger.Difference
	if errors.As(err, &d) {
		return &Difference{Check: name, Where: d.Where, What: d.What}
	}
	return fmt.Errorf("check %s: %w", name, err)
}
