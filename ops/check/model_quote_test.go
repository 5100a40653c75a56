// SPDX-License-Identifier: AGPL-3.0-or-later

package check_test

import (
	"fmt"
	"slices"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/ledger/civil"
	"github.com/noria-mlc/noria/ledger/money"
)

// gift is what the model says that a conversion gives (P12, P13, G4): the rules
// once more, in whole cents and millionths.
type gift struct {
	bonus    money.Amount
	campaign *campaign
	left     string   // of the ceiling, empty where there is none
	why      []string // reason and campaign
}

// gift computes the bonus of a conversion: of the approved campaigns that which
// gives most, of equal ones that which ends first, then that which is older.
func (m *plain) gift(h *holder, euros money.Amount) gift {
	day := m.today()
	var known []*campaign
	for _, c := range m.campaigns {
		if c.approved && c.ends >= day-60 {
			known = append(known, c)
		}
	}
	slices.SortStableFunc(known, func(a, b *campaign) int { return int(a.ends) - int(b.ends) })
	var best gift
	for _, c := range known {
		if bonus, why := c.gives(h, euros, day); bonus > best.bonus {
			best = gift{bonus: bonus, campaign: c, left: c.leaves(h, day, bonus), why: why}
		}
	}
	if best.bonus > 0 {
		return best
	}
	told := m.told(known, day)
	for _, c := range told {
		_, why := c.gives(h, euros, day)
		best.why = append(best.why, why...)
		if best.left == "" && c.runs(day) && slices.Contains(c.kinds, h.kind) {
			best.left = c.leaves(h, day, 0)
		}
	}
	if len(told) == 0 {
		best.why = []string{"no-campaign"}
	}
	return best
}

// told are the campaigns of which a quote without bonus says why: those that
// run, or the last that ended and the next that starts.
func (m *plain) told(known []*campaign, day civil.Date) []*campaign {
	var running, around []*campaign
	for _, c := range known {
		if c.runs(day) {
			running = append(running, c)
		}
	}
	if len(running) > 0 {
		return running
	}
	var ended, next *campaign
	for _, c := range known {
		switch {
		case c.ends < day:
			ended = c
		case next == nil || c.starts < next.starts:
			next = c
		}
	}
	for _, c := range []*campaign{ended, next} {
		if c != nil {
			around = append(around, c)
		}
	}
	return around
}

func (c *campaign) runs(day civil.Date) bool { return c.starts <= day && day <= c.ends }

// gives is the bonus of one campaign.
func (c *campaign) gives(h *holder, euros money.Amount, day civil.Date) (money.Amount, []string) {
	name := func(code conversion.ReasonCode) string { return fmt.Sprintf("%s of campaign %d", code, c.n) }
	none := func(code conversion.ReasonCode) (money.Amount, []string) { return 0, []string{name(code)} }
	if day < c.starts {
		return none(conversion.CampaignNotStarted)
	}
	if day > c.ends {
		return none(conversion.CampaignEnded)
	}
	if !slices.Contains(c.kinds, h.kind) {
		return none(conversion.KindNotEligible)
	}
	if euros < c.least {
		return none(conversion.BelowMinimum)
	}
	var why []string
	counted := int64(euros)
	if c.most > 0 && euros > c.most {
		counted, why = int64(c.most), append(why, name(conversion.AboveMaximum))
	}
	if counted*c.rate%1_000_000 != 0 {
		why = append(why, name(conversion.Rounding))
	}
	bonus := money.Amount(counted * c.rate / 1_000_000)
	if room := c.ceiling - c.used[c.span(h, day)]; c.ceiling > 0 && bonus > room {
		if room == 0 {
			return none(conversion.AllowanceExhausted)
		}
		bonus, why = room, append(why, name(conversion.AllowanceReduced))
	}
	if left := c.received - c.granted - c.reserved; bonus > left {
		if left == 0 || c.whole {
			return none(conversion.BudgetExhausted)
		}
		bonus, why = left, append(why, name(conversion.BudgetReduced))
	}
	return bonus, why
}

// leaves writes what a person may still receive after a bonus.
func (c *campaign) leaves(h *holder, day civil.Date, bonus money.Amount) string {
	if c.ceiling == 0 {
		return ""
	}
	return (c.ceiling - c.used[c.span(h, day)] - bonus).Format()
}

func (c *campaign) span(h *holder, day civil.Date) span {
	if c.monthly {
		return span{h.id, monthOf(day)}
	}
	return span{h.id, "campaign"}
}

// rateText writes millionths as the services read a rate.
func rateText(millionths int64) string {
	if millionths == 1_000_000 {
		return "1"
	}
	return fmt.Sprintf("0.%06d", millionths)
}
