// SPDX-License-Identifier: AGPL-3.0-or-later

package sepa

import (
	"cmp"
	"slices"
	"time"

	"github.com/noria-mlc/noria/ledger/civil"
)

// CheckICS says whether a text is a creditor identifier: country, two check
// digits, a business code of three characters that the check leaves out, and a
// national part; in France six characters.
func CheckICS(ics string) bool {
	canonical, err := compact(ics)
	if err != nil || canonical != ics || len(ics) < 8 || len(ics) > 35 {
		return false
	}
	if _, ok := countryOf(ics[:2]); !ok || !allDigits(ics[2:4]) || !checkDigitsInRange(ics[2:4]) {
		return false
	}
	if ics[:2] == "FR" && len(ics) != 13 {
		return false
	}
	return mod97(ics[7:]+ics[:4]) == 1
}

// CheckRUM says whether a text can be the reference of a mandate (rule S1): 1
// to 35 characters that banks take, without blanks.
func CheckRUM(rum string) bool {
	if len(rum) > maxID || !wellWritten(rum) {
		return false
	}
	return !slices.Contains([]byte(rum), ' ')
}

// mandateMonths is how long a mandate holds after its last presentation, or its
// signature where it was never presented (rule S1).
const mandateMonths = 36

// MandateHolds says whether a mandate that was last used on a day can be used on
// another one (rule S1).
func MandateHolds(lastUse, on civil.Date) bool {
	year, month, day := lastUse.Start().In(civil.Paris()).Date()
	end := time.Date(year, month+mandateMonths, day, 0, 0, 0, 0, time.UTC)
	return on <= civil.New(end.Year(), end.Month(), end.Day())
}

// Notice is what decides when a debit may be collected.
type Notice struct {
	Today    civil.Date // when the file goes to the bank
	LeadDays int        // business days that the bank needs between the file and the debit
	Given    civil.Date // when the debtor was told, zero where that is not owed
	Days     int        // days agreed between the notice and the debit: 14 unless shorter (S2)
	Wanted   civil.Date // the earliest day wanted, zero for none
}

// CollectOn returns the first business day on which a debit may be collected.
func (n Notice) CollectOn() civil.Date {
	day := AddBusinessDays(n.Today, max(1, n.LeadDays))
	if n.Given != 0 {
		day = max(day, n.Given+civil.Date(n.Days))
	}
	return OnBusinessDay(max(day, n.Wanted))
}

// Group puts debits of one creditor into the parts of a file: one for each
// instrument, sequence and day, in that order, ids derived from that of the
// file. Within a part debits stay in the order given.
func Group(fileID string, creditor Creditor, debits []DueDebit) []DebitPayment {
	var parts []DebitPayment
	for _, d := range debits {
		at := slices.IndexFunc(parts, func(p DebitPayment) bool {
			return p.Instrument == d.Instrument && p.Sequence == d.Sequence && p.CollectOn == d.CollectOn
		})
		if at < 0 {
			at = len(parts)
			parts = append(parts, DebitPayment{Creditor: creditor, Instrument: d.Instrument, Sequence: d.Sequence, CollectOn: d.CollectOn})
		}
		parts[at].Debits = append(parts[at].Debits, d.Debit)
	}
	slices.SortStableFunc(parts, func(a, b DebitPayment) int {
		return cmp.Or(cmp.Compare(a.Instrument, b.Instrument), cmp.Compare(a.Sequence, b.Sequence), cmp.Compare(a.CollectOn, b.CollectOn))
	})
	for i := range parts {
		parts[i].ID = partID(fileID, i)
	}
	return parts
}
