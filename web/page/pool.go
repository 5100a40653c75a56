// SPDX-License-Identifier: AGPL-3.0-or-later

package page

import (
	"fmt"

	"github.com/noria-mlc/noria/ledger/money"
	"github.com/noria-mlc/noria/web/locale"
)

// FundPool is one pool of units, or the total of all. What the custodians hold
// and what is in transit, less Redeeming, Grants and Held, is the cover.
type FundPool struct {
	Pool        string       // "paper", "digital"; not read for the total
	Circulation money.Amount // local units held by anyone but the issuer
	Backing     money.Amount // euros owed for them
	Custodians  []Custodian  // where the euros are
	InTransit   money.Amount // euros on their way to a custodian
	Redeeming   money.Amount // euros owed for units handed in and not yet paid out
	Grants      money.Amount // bonus money of campaigns that is not granted yet: kept apart, no cover
	Held        money.Amount // euros of others: of payouts not made, to be returned, not identified
	Gap         money.Amount // euros missing; negative is a surplus, where Surplus is not given
	// What is owed to the fund and counts in no cover (G4, G6).
	FunderReceivable money.Amount // budgets that funders signed, granted before they were paid
	MemberReceivable money.Amount // owed by members since their bank took a payment back
	Surplus          money.Amount // euros above what is owed; of the total it may stand beside a gap (G2)
}

// Custodian is a bank that holds the guarantee.
type Custodian struct {
	Name    string
	Balance money.Amount // euros, booked
}

// Cover is the euros that guarantee the units: what is owed less what is
// missing, or with what is there above it. What one pool has too much covers
// nothing of another (G2): beside a gap the surplus does not count.
func (p FundPool) Cover() money.Amount {
	if p.Gap > 0 {
		return p.Backing - p.Gap
	}
	return p.Backing + p.Over()
}

// Over is the euros above what is owed, 0 where there are none.
func (p FundPool) Over() money.Amount { return max(p.Surplus, -p.Gap, 0) }

// Missing is the euros missing, 0 where there are enough.
func (p FundPool) Missing() money.Amount { return max(0, p.Gap) }

// Awaited is what is owed to the fund.
func (p FundPool) Awaited() money.Amount { return p.FunderReceivable + p.MemberReceivable }

// With is the pool as it would stand, were all that is owed to it paid; what is
// paid fills a gap and makes no surplus. It is asked of one pool: what is owed to one
// fills no gap of the other (G2).
func (p FundPool) With() FundPool {
	p.Gap -= min(p.Missing(), p.Awaited())
	return p
}

// State names the situation: "short" where euros are missing, be they only
// those of others, "empty" without units, "covered" otherwise.
func (p FundPool) State() string {
	switch {
	case p.Gap > 0:
		return "short"
	case p.Circulation == 0:
		return "empty"
	}
	return "covered"
}

// Coverage writes cover in relation to circulation as a percentage, rounded
// down so that full coverage is never claimed of less; "—" without units.
func (p FundPool) Coverage(speech *locale.Speech) string {
	if p.Circulation <= 0 {
		return "—"
	}
	// Whole part and rest apart: cover × 10 000 could overflow.
	cover, circulation := int64(p.Cover()), int64(p.Circulation)
	whole, rest := cover/circulation, cover%circulation
	if rest < 0 {
		whole, rest = whole-1, rest+circulation
	}
	return speech.Percent(whole*10_000 + share(rest, circulation, 10_000))
}

// CirculationWidth and CoverWidth are the lengths of the two bars, as a
// percentage of the longer one.
func (p FundPool) CirculationWidth() string { return p.width(p.Circulation) }

// CoverWidth is described with CirculationWidth.
func (p FundPool) CoverWidth() string { return p.width(p.Cover()) }

// width writes an amount as a percentage of the longer bar, with two decimals.
func (p FundPool) width(a money.Amount) string {
	longer := max(p.Circulation, p.Cover())
	if a <= 0 || longer <= 0 {
		return "0%"
	}
	n := share(int64(a), int64(longer), 10_000)
	return fmt.Sprintf("%d.%02d%%", n/100, n%100)
}

// share is part × scale / whole, rounded down, for 0 ≤ part ≤ whole. Where the
// product would not fit, both are first divided by the scale, which changes
// nothing that a bar or two decimals can show.
func share(part, whole, scale int64) int64 {
	if part > 1<<62/scale {
		part, whole = part/scale, whole/scale
	}
	return part * scale / whole
}
