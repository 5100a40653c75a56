// SPDX-License-Identifier: AGPL-3.0-or-later

package conversion

import (
	"bytes"
	"slices"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/civil"
	"github.com/noria-mlc/noria/ledger/money"
)

// ReasonCode says why a bonus is what it is (rule P12).
type ReasonCode string

// The reasons. The data that goes with each is in Reason.
const (
	NoCampaign         ReasonCode = "no-campaign"
	CampaignNotStarted ReasonCode = "campaign-not-started" // On: the first day
	CampaignEnded      ReasonCode = "campaign-ended"       // On: the last day
	KindNotEligible    ReasonCode = "kind-not-eligible"
	BelowMinimum       ReasonCode = "below-minimum"       // Amount: the least conversion with a bonus
	AboveMaximum       ReasonCode = "above-maximum"       // Amount: the part that carries a bonus
	AllowanceReduced   ReasonCode = "allowance-reduced"   // Amount: what the person could still receive
	AllowanceExhausted ReasonCode = "allowance-exhausted" // Amount: the ceiling
	BudgetReduced      ReasonCode = "budget-reduced"      // Amount: what the campaign had left
	BudgetExhausted    ReasonCode = "budget-exhausted"    // Amount: what the campaign has left
	CampaignOnHold     ReasonCode = "campaign-paused"
	CommuneNotEligible ReasonCode = "commune-not-eligible"
	CommuneUnknown     ReasonCode = "commune-unknown"     // the campaign is for some communes, and the association noted none
	HouseholdReduced   ReasonCode = "household-reduced"   // Amount: what the household could still receive
	HouseholdExhausted ReasonCode = "household-exhausted" // Amount: the ceiling of a household
	PayerReduced       ReasonCode = "payer-reduced"       // Amount: what the paying account could still bring
	PayerExhausted     ReasonCode = "payer-exhausted"     // Amount: the ceiling of a paying account
	Rounding           ReasonCode = "rounding"            // a fraction of a cent was dropped (P13)
)

// Reason is why a bonus is what it is.
type Reason struct {
	Code     ReasonCode   `json:"code"`
	Campaign CampaignID   `json:"campaign,omitzero"`
	On       civil.Date   `json:"on,omitzero"`
	Amount   money.Amount `json:"amount,omitzero"`
}

// Offer is a campaign, approved, with its present figures and what the person
// has used of the ceiling in the period of the day.
type Offer struct {
	Campaign      Campaign
	Used          money.Amount
	HouseholdUsed money.Amount
	PayerUsed     money.Amount // of the account that pays, where it is known
	PayerKnown    bool
	Commune       string // of the person, "" where the association noted none

	household, payer string
}

// QuoteInput is all that a quote depends on.
type QuoteInput struct {
	Euros  money.Amount
	Kind   ledger.HolderKind
	Day    civil.Date
	Offers []Offer
}

// Quoted is what a conversion gives. Credited is always euros + bonus, and
// euros become units at par (rule L8). AllowanceLeft is what the person may
// still receive in this period after the conversion; it and the period are
// absent where no ceiling applies.
type Quoted struct {
	Euros         money.Amount  `json:"euros"`
	Bonus         money.Amount  `json:"bonus"`
	Credited      money.Amount  `json:"credited"`
	Campaign      CampaignID    `json:"campaign,omitzero"`
	CampaignName  string        `json:"campaign_name,omitempty"`
	Funder        string        `json:"funder,omitempty"` // displayed name of who gives the bonus; told by View.Quote only
	Period        Period        `json:"allowance_period,omitempty"`
	AllowanceLeft *money.Amount `json:"allowance_left,omitempty"`
	Reasons       []Reason      `json:"reasons"`
}

// Quote computes what a conversion of euros gives on a day. Of the campaigns
// that give a bonus it takes that of the highest priority, of equal ones that
// which gives the largest bonus, of equal bonuses that which ends first.
// The bonus is floored to the cent (P13), and limited by the person's ceiling
// and by what the campaign has left (P12). Without a bonus, the reasons say why
// of every campaign that runs, or of the nearest ones where none does.
func Quote(in QuoteInput) Quoted {
	q := Quoted{Euros: in.Euros, Credited: in.Euros, Reasons: []Reason{}}
	offers := slices.Clone(in.Offers)
	slices.SortFunc(offers, func(a, b Offer) int {
		if a.Campaign.EndsOn != b.Campaign.EndsOn {
			return int(a.Campaign.EndsOn - b.Campaign.EndsOn)
		}
		return bytes.Compare(a.Campaign.ID.Bits[:], b.Campaign.ID.Bits[:])
	})
	var best *Offer
	for i := range offers {
		bonus, reasons := offers[i].bonus(in)
		if bonus > 0 && (best == nil || offers[i].Campaign.Priority > best.Campaign.Priority ||
			offers[i].Campaign.Priority == best.Campaign.Priority && bonus > q.Bonus) {
			best, q.Bonus, q.Reasons = &offers[i], bonus, append([]Reason{}, reasons...)
		}
	}
	if best == nil {
		q.explain(in, nearest(offers, in.Day))
		return q
	}
	q.Credited += q.Bonus
	q.Campaign, q.CampaignName = best.Campaign.ID, best.Campaign.Name
	if q.AllowanceLeft = best.left(q.Bonus); q.AllowanceLeft != nil {
		q.Period = best.Campaign.PerPersonPeriod
	}
	return q
}

// explain gives the reasons of every campaign that gave nothing.
func (q *Quoted) explain(in QuoteInput, offers []Offer) {
	for _, o := range offers {
		_, reasons := o.bonus(in)
		q.Reasons = append(q.Reasons, reasons...)
		if left := o.left(0); q.AllowanceLeft == nil && o.runs(in.Day) && o.eligible(in.Kind) {
			if q.AllowanceLeft = left; left != nil {
				q.Period = o.Campaign.PerPersonPeriod
			}
		}
	}
	if len(offers) == 0 {
		q.Reasons = []Reason{{Code: NoCampaign}}
	}
}

// nearest returns the offers that run on a day; where none does, the one that
// ended last and the one that starts next.
func nearest(offers []Offer, day civil.Date) []Offer {
	var running []Offer
	var ended, next *Offer
	for i := range offers {
		switch o := &offers[i]; {
		case o.runs(day):
			running = append(running, *o)
		case day > o.Campaign.EndsOn:
			ended = o // they are in the order of their last day
		case next == nil || o.Campaign.StartsOn < next.Campaign.StartsOn:
			next = o
		}
	}
	if len(running) > 0 {
		return running
	}
	for _, o := range []*Offer{ended, next} {
		if o != nil {
			running = append(running, *o)
		}
	}
	return running
}

// bonus is what this campaign gives, with the reasons.
func (o *Offer) bonus(in QuoteInput) (money.Amount, []Reason) {
	c := &o.Campaign
	because := func(code ReasonCode, amount money.Amount) Reason {
		return Reason{Code: code, Campaign: c.ID, Amount: amount}
	}
	switch {
	case in.Day < c.StartsOn:
		return 0, []Reason{{Code: CampaignNotStarted, Campaign: c.ID, On: c.StartsOn}}
	case in.Day > c.EndsOn:
		return 0, []Reason{{Code: CampaignEnded, Campaign: c.ID, On: c.EndsOn}}
	case !c.ClosedAt.IsZero():
		return 0, []Reason{{Code: CampaignEnded, Campaign: c.ID, On: civil.Of(c.ClosedAt)}}
	case !c.PausedAt.IsZero():
		return 0, []Reason{because(CampaignOnHold, 0)}
	case !o.eligible(in.Kind):
		return 0, []Reason{because(KindNotEligible, 0)}
	case !o.resident():
		if o.Commune == "" {
			return 0, []Reason{because(CommuneUnknown, 0)}
		}
		return 0, []Reason{because(CommuneNotEligible, 0)}
	case in.Euros < c.Minimum:
		return 0, []Reason{because(BelowMinimum, c.Minimum)}
	}
	var reasons []Reason
	base := in.Euros
	if c.Maximum > 0 && base > c.Maximum {
		base = c.Maximum
		reasons = append(reasons, because(AboveMaximum, base))
	}
	bonus := c.Rate.Floor(base)
	if inexact(c.Rate, base) {
		reasons = append(reasons, because(Rounding, 0))
	}
	for _, ceiling := range o.ceilings() {
		left := max(0, ceiling.most-ceiling.used)
		if bonus <= left {
			continue
		}
		if left == 0 {
			return 0, []Reason{because(ceiling.exhausted, ceiling.most)}
		}
		bonus, reasons = left, append(reasons, because(ceiling.reduced, left))
	}
	if left := max(0, c.Remaining); bonus > left {
		if left == 0 || c.WhenExhausted == Refuse {
			return 0, []Reason{because(BudgetExhausted, left)}
		}
		bonus, reasons = left, append(reasons, because(BudgetReduced, left))
	}
	return bonus, reasons
}

// inexact says whether the rate of an amount is no whole number of cents: a
// rate has at most six decimals, so a million times the amount has a whole one.
func inexact(r money.Rate, a money.Amount) bool {
	const million = 1_000_000
	return r.Floor(a*million) != r.Floor(a)*million
}

// left is what the person may still receive after a bonus, nil without ceiling.
func (o *Offer) left(bonus money.Amount) *money.Amount {
	var least *money.Amount
	for _, ceiling := range o.ceilings() {
		if left := max(0, ceiling.most-ceiling.used-bonus); least == nil || left < *least {
			least = &left
		}
	}
	return least
}

func (o *Offer) runs(day civil.Date) bool {
	return day >= o.Campaign.StartsOn && day <= o.Campaign.EndsOn
}

func (o *Offer) eligible(kind ledger.HolderKind) bool {
	return slices.Contains(o.Campaign.EligibleKinds, kind)
}
