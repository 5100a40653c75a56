// SPDX-License-Identifier: AGPL-3.0-or-later

package page

import (
	"time"

	"github.com/noria-mlc/noria/ledger/money"
)

// Fonte is a rule of fonte as it is told to those whom it concerns (L12).
type Fonte struct {
	Rate      int64  // hundredths of a percent
	Period    string // month, quarter or half-year
	From      time.Time
	Next      time.Time // the day on whose evening units are taken next, zero for none
	Announced bool      // the first day is to come
	Exempt    money.Amount
	Receiver  string
}
