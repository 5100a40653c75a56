// SPDX-License-Identifier: AGPL-3.0-or-later

package site

import (
	"context"
	"strconv"
	"strings"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/civil"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
	"github.com/noria-mlc/noria/web/page"
)

// Terms tells everything that a convention states about a campaign (P12).
func Terms(in conversion.CreateCampaignInput) []page.Fact {
	period := string(in.PerPersonPeriod)
	if period == "" {
		period = string(conversion.PerCampaign)
	}
	kinds := page.Fact{Key: "terms.kinds", Kind: "words"}
	for _, k := range in.EligibleKinds {
		kinds.Words = append(kinds.Words, "terms-kind."+string(k))
	}
	if len(kinds.Words) == 0 {
		kinds.Words = []string{"terms.none"}
	}
	exhausted, mode := in.WhenExhausted, in.BudgetMode
	if exhausted == "" {
		exhausted = conversion.Partial
	}
	if mode == "" {
		mode = conversion.OnceReceived
	}
	return []page.Fact{
		kinds,
		communes(in.Communes),
		{Key: "terms.rate", Kind: "percent", Hundredths: int64(in.Rate.Floor(100_00))},
		ceiling("terms.cap", in.PerPersonCap, "terms-per."+"person-"+period),
		ceiling("terms.household", in.HouseholdCap, "terms-per."+"household-"+period),
		ceiling("terms.payer", in.PayerCap, "terms-per."+"payer-"+period),
		ceiling("terms.minimum", in.Minimum),
		ceiling("terms.maximum", in.Maximum),
		dated("terms.from", in.StartsOn),
		dated("terms.until", in.EndsOn),
		{Key: "terms.exhausted", Kind: "words", Words: []string{"terms-exhausted." + string(exhausted)}},
		{Key: "terms.mode", Kind: "words", Words: []string{"terms-mode." + string(mode)}},
		{Key: "terms.priority", Kind: "text", Text: strconv.Itoa(in.Priority)},
		text("terms.convention", in.Convention.Reference),
		dated("terms.signed", in.Convention.Date),
		{Key: "terms.budget", Kind: "euros", Euros: in.Budget},
	}
}

// TermsOf tells the terms of a campaign that was sent.
func TermsOf(c conversion.Campaign) []page.Fact {
	return Terms(conversion.CreateCampaignInput{Rate: c.Rate, Budget: c.Budget, StartsOn: c.StartsOn, EndsOn: c.EndsOn, PerPersonCap: c.PerPersonCap,
		PerPersonPeriod: c.PerPersonPeriod, Minimum: c.Minimum, Maximum: c.Maximum, EligibleKinds: c.EligibleKinds, WhenExhausted: c.WhenExhausted,
		Convention: c.Convention, Rules: c.Rules})
}

// MoneyOf tells what became of a campaign's budget.
func MoneyOf(c conversion.Campaign) []page.Fact {
	euros := func(key string, a money.Amount) page.Fact { return page.Fact{Key: key, Kind: "euros", Euros: a} }
	list := []page.Fact{euros("terms.budget", c.Budget), euros("terms.received", c.Received)}
	if c.BudgetMode == conversion.OnceSigned {
		list = append(list, euros("terms.due", c.Due))
	}
	list = append(list, euros("terms.granted", c.Granted), euros("terms.reserved", c.Reserved), euros("terms.remaining", c.Remaining))
	if c.Returned > 0 {
		list = append(list, euros("terms.returned", c.Returned))
	}
	if back := c.Unspent(); back > 0 {
		list = append(list, euros("terms.unspent", back))
	}
	return list
}

// Changes tells the terms that an amendment changes.
func Changes(a conversion.Amendment, period conversion.Period) []page.Change {
	before, after := amended(a.Before, period), amended(a.Terms, period)
	var list []page.Change
	for i := range before {
		if before[i].Euros != after[i].Euros || before[i].Day != after[i].Day {
			list = append(list, page.Change{Before: before[i], After: after[i]})
		}
	}
	return list
}

// amended tells the terms that an amendment may change, in one order.
func amended(t conversion.AmendedTerms, period conversion.Period) []page.Fact {
	return []page.Fact{
		{Key: "terms.budget", Kind: "euros", Euros: t.Budget},
		dated("terms.until", t.EndsOn),
		ceiling("terms.cap", t.PerPersonCap, "terms-per."+"person-"+string(period)),
		ceiling("terms.household", t.HouseholdCap, "terms-per."+"household-"+string(period)),
		ceiling("terms.payer", t.PayerCap, "terms-per."+"payer-"+string(period)),
		ceiling("terms.minimum", t.Minimum),
		ceiling("terms.maximum", t.Maximum),
	}
}

// ceiling tells a bound that zero stands for the absence of.
func ceiling(key string, most money.Amount, words ...string) page.Fact {
	if most == 0 {
		return page.Fact{Key: key, Kind: "words", Words: []string{"terms.none"}}
	}
	return page.Fact{Key: key, Kind: "euros", Euros: most, Words: words}
}

func dated(key string, day civil.Date) page.Fact {
	if day == 0 {
		return page.Fact{Key: key, Kind: "words", Words: []string{"terms.none"}}
	}
	return page.Fact{Key: key, Kind: "day", Day: day.Start()}
}

func text(key, words string) page.Fact {
	if words == "" {
		return page.Fact{Key: key, Kind: "words", Words: []string{"terms.none"}}
	}
	return page.Fact{Key: key, Kind: "text", Text: words}
}

func communes(codes []string) page.Fact {
	if len(codes) == 0 {
		return page.Fact{Key: "terms.communes", Kind: "words", Words: []string{"terms.everywhere"}}
	}
	return page.Fact{Key: "terms.communes", Kind: "text", Text: strings.Join(codes, " ")}
}

// Deeds are what the actor may do about a campaign now, each on a page of its own.
func Deeds(a access.Actor, c conversion.Campaign) []page.Deed {
	var list []page.Deed
	add := func(key, path string, action access.Action, now bool) {
		if now && access.Allow(a, action, c.Funder) == nil {
			list = append(list, page.Deed{Key: key, Path: path})
		}
	}
	base := "/campagnes/" + c.ID.String()
	active, paused := c.Status == conversion.CampaignActive, c.Status == conversion.CampaignPaused
	add("amend", base+"/avenant", access.CampaignAmend, !c.ApprovedAt.IsZero() && c.ClosedAt.IsZero() && c.Returned == 0)
	add("pause", base+"/pause", access.CampaignPause, active)
	add("resume", base+"/reprise", access.CampaignResume, paused)
	add("close", base+"/cloture", access.CampaignClose, active || paused)
	add("return", "/tresorerie/campagnes/"+c.ID.String()+"/restitution", access.CampaignReturn, c.Unspent() > 0)
	return list
}

// CampaignPath is the page of a campaign in the room that is the actor's.
func CampaignPath(a access.Actor, c conversion.Campaign) string {
	for _, g := range a.Grants {
		if (g.Role == access.CollectivityAgent || g.Role == access.CollectivityApprover) && g.Organisation == c.Funder {
			return "/collectivite/campagnes/" + c.ID.String()
		}
	}
	return "/tresorerie/approbations/campagnes/" + c.ID.String()
}

// Amendments tells the history of a campaign's terms, newest first. Who proposed
// and who decided are told by name: they know each other.
func (s *Site) Amendments(ctx context.Context, a access.Actor, c conversion.Campaign) ([]page.Amendment, error) {
	all, err := s.Conversion.Amendments(ctx, a, c.ID)
	if err != nil {
		return nil, err
	}
	var list []page.Amendment
	for _, m := range all {
		told, err := s.Amendment(ctx, a, c, m)
		if err != nil {
			return nil, err
		}
		list = append(list, told)
	}
	return list, nil
}

// Amendment tells one change of a campaign's terms.
func (s *Site) Amendment(ctx context.Context, a access.Actor, c conversion.Campaign, m conversion.Amendment) (page.Amendment, error) {
	told := page.Amendment{Status: string(m.Status), Reason: m.Reason, At: m.ProposedAt, DecidedAt: m.DecidedAt, Changes: Changes(m, c.PerPersonPeriod)}
	if m.Status == conversion.AmendmentProposed && access.Allow(a, access.CampaignWithdraw, c.Funder) == nil {
		told.Path = "/avenants/" + m.ID.String()
	}
	for _, who := range []struct {
		user ident.User
		name *string
	}{{m.ProposedBy, &told.By}, {m.DecidedBy, &told.DecidedBy}} {
		if who.user.IsZero() {
			continue
		}
		h, err := s.Doer(ctx, who.user)
		if err != nil {
			return told, err
		}
		*who.name = h.Name
	}
	return told, nil
}
