// SPDX-License-Identifier: AGPL-3.0-or-later

package check_test

import (
	"math"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/civil"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
)

// terms are a campaign's, as the model draws them.
type terms struct {
	conversion.CreateCampaignInput
	rate int64
}

func (w *world) drawTerms() terms {
	today := w.today()
	t := terms{rate: sample[int64](w, "rate", 200_000, 50_000, 100_000, 333_333, 1, 999_999, 1_000_000)}
	t.CreateCampaignInput = conversion.CreateCampaignInput{
		Name: "Bonus", Budget: sample[money.Amount](w, "budget", 100_00, 500_00, 2000_00, money.Max),
		StartsOn:        today + civil.Date(sample(w, "starts", 0, -10, -40, 5)),
		EndsOn:          today + civil.Date(sample(w, "ends", 30, 7, 60, 0)),
		PerPersonCap:    sample[money.Amount](w, "ceiling", 20_00, 0, 5_00, 100_00, 7),
		PerPersonPeriod: sample(w, "period", conversion.PerMonth, "", conversion.PerCampaign),
		Minimum:         sample[money.Amount](w, "least", 0, 0, 10_00),
		Maximum:         sample[money.Amount](w, "most", 0, 0, 50_00, 200_00),
		WhenExhausted:   sample(w, "exhausted", conversion.Partial, conversion.Refuse, ""),
		EligibleKinds: sample(w, "kinds", nil, []ledger.HolderKind{ledger.Individual}, []ledger.HolderKind{ledger.Individual, ledger.Professional},
			[]ledger.HolderKind{ledger.Association}),
	}
	t.EndsOn = max(t.EndsOn, t.StartsOn)
	t.Rate = money.MustParseRate(rateText(t.rate))
	return t
}

// spoil makes the terms wrong in one way.
func (w *world) spoil(t *terms) {
	switch sample(w, "wrong", "name", "rate", "budget", "dates", "past", "ceiling", "period", "most", "kinds", "twice", "exhausted", "convention") {
	case "name":
		t.Name = ""
	case "rate":
		t.rate, t.Rate = 0, money.Rate{}
	case "budget":
		t.Budget = sample[money.Amount](w, "budget", 0, -1, money.Max+1)
	case "dates":
		t.EndsOn = t.StartsOn - 1
	case "past":
		t.StartsOn, t.EndsOn = w.today()-5, w.today()-1
	case "ceiling":
		t.PerPersonCap = -1
	case "period":
		t.PerPersonPeriod = "year"
	case "most":
		t.Minimum, t.Maximum = 10_00, 9_99
	case "kinds":
		t.EligibleKinds = []ledger.HolderKind{sample[ledger.HolderKind](w, "kind", ledger.Collectivity, "company")}
	case "twice":
		t.EligibleKinds = []ledger.HolderKind{ledger.Individual, ledger.Individual}
	case "exhausted":
		t.WhenExhausted = "wait"
	default:
		t.Convention.Reference = "\n"
	}
}

func (w *world) createCampaign() {
	t := w.drawTerms()
	wrong := w.chance("wrong terms", 2)
	if wrong {
		w.spoil(&t)
	}
	funder := choose(w, "funder", w.holders, func(h *holder) bool { return h.kind == ledger.Collectivity || h.kind == ledger.Association })
	t.Funder = idOf(funder)
	c := w.command("CreateCampaign", access.CampaignCreate, w.who(access.CampaignCreate, t.Funder), t.Funder, t.CreateCampaignInput)
	c.not.when(funder == nil, "missing")
	c.not.when(wrong, "invalid")
	c.not.when(funder != nil && funder.kind != ledger.Collectivity && funder.kind != ledger.Association, "invalid")
	w.addCampaign(c, t)
}

func (w *world) addCampaign(c command, t terms) {
	in := t.CreateCampaignInput
	drive(w, c, func() (conversion.Campaign, bool, error) {
		return w.border.CreateCampaign(w.t.Context(), c.by.Actor, c.key, in)
	},
		func(got conversion.Campaign) {
			want(w, "status", got.Status, conversion.CampaignDraft)
			want(w, "budget", got.Budget, in.Budget)
			kinds := in.EligibleKinds
			if len(kinds) == 0 {
				kinds = []ledger.HolderKind{ledger.Individual}
			}
			w.campaigns = append(w.campaigns, &campaign{
				n: len(w.campaigns), id: got.ID, funder: in.Funder, preparer: c.by.ID, rate: t.rate, budget: in.Budget, ceiling: in.PerPersonCap,
				least: in.Minimum, most: in.Maximum, starts: in.StartsOn, ends: in.EndsOn, monthly: in.PerPersonPeriod == conversion.PerMonth,
				whole: in.WhenExhausted == conversion.Refuse, kinds: kinds, used: map[span]money.Amount{},
			})
		})
}

func (w *world) approveCampaign() {
	k := choose(w, "campaign", w.campaigns, w.approvable)
	id, funder := campaignID(k), ident.Holder{}
	if k != nil {
		funder = k.funder
	}
	c := w.command("ApproveCampaign", access.CampaignApprove, w.who(access.CampaignApprove, funder), funder, id)
	w.approve(c, k, id)
}

func (w *world) approve(c command, k *campaign, id conversion.CampaignID) {
	c.not.when(k == nil, "missing")
	if k != nil {
		c.not.when(k.preparer == c.by.ID, "same-person")
		c.not.when(k.approved, "campaign-approved")
		c.not.when(k.ends < w.today(), "campaign-closed")
	}
	drive(w, c, func() (conversion.Campaign, bool, error) {
		return w.border.ApproveCampaign(w.t.Context(), c.by.Actor, c.key, id)
	},
		func(got conversion.Campaign) {
			k.approved = true
			w.wantCampaign(k, got)
		})
}

func (w *world) fundCampaign() {
	k := choose(w, "campaign", w.campaigns, w.fundable)
	in := conversion.FundCampaignInput{Campaign: campaignID(k), Account: w.bankOrWrong()}
	rest := money.Amount(100_00)
	if k != nil {
		rest = max(1, k.budget-k.received)
	}
	in.Amount = w.share("amount", min(rest, sample[money.Amount](w, "at most", 20_00, 300_00, math.MaxInt64)))
	reference := w.reference()
	in.BankReference = reference.text
	c := w.command("FundCampaign", access.CampaignFund, w.who(access.CampaignFund, ident.Holder{}), ident.Holder{}, in)
	c.not.when(!reference.good, "invalid")
	w.fund(c, k, in)
}

func (w *world) fund(c command, k *campaign, in conversion.FundCampaignInput) {
	c.not.when(k == nil, "missing")
	c.not.when(!payable(in.Amount) || !w.acceptsBank(in.Account), "invalid")
	if k != nil {
		c.not.when(k.ends < w.today(), "campaign-closed")
		c.not.when(payable(in.Amount) && k.received+in.Amount > k.budget, "budget-exceeded")
		c.not.when(w.booked[booked{k.id.String(), in.BankReference}], "bank-reference-used")
	}
	drive(w, c, func() (conversion.Campaign, bool, error) {
		return w.border.FundCampaign(w.t.Context(), c.by.Actor, c.key, in)
	},
		func(got conversion.Campaign) {
			k.received += in.Amount
			w.booked[booked{k.id.String(), in.BankReference}] = true
			w.euros[w.bankOf(in.Account)] += in.Amount
			w.euros[k.grant()] += in.Amount
			w.entries++
			w.wantCampaign(k, got)
		})
}

func (k *campaign) grant() ledger.Account { return ledger.Account("eur:grant:" + k.id.String()) }

// wantCampaign compares a campaign with the model.
func (w *world) wantCampaign(k *campaign, got conversion.Campaign) {
	w.rt.Helper()
	status := conversion.CampaignDraft
	switch {
	case k.ends < w.today():
		status = conversion.CampaignClosed
	case k.approved:
		status = conversion.CampaignActive
	}
	type figures struct {
		id                                     conversion.CampaignID
		status                                 conversion.CampaignStatus
		received, granted, reserved, remaining money.Amount
	}
	want(w, "campaign", figures{got.ID, got.Status, got.Received, got.Granted, got.Reserved, got.Remaining},
		figures{k.id, status, k.received, k.granted, k.reserved, k.received - k.granted - k.reserved})
}

func campaignID(k *campaign) conversion.CampaignID {
	if k == nil {
		return conversion.CampaignID{Bits: unknown()}
	}
	return k.id
}

func idOf(h *holder) ident.Holder {
	if h == nil {
		return ident.Holder{Bits: unknown()}
	}
	return h.id
}

// drawnReference is a bank reference and whether it can be one.
type drawnReference struct {
	text string
	good bool
}

// reference draws a bank reference: mostly a fresh one, now and then one that
// may have been used.
func (w *world) reference() drawnReference {
	switch {
	case w.chance("bad reference", 5):
		return drawnReference{sample(w, "reference", "", "VIR\t1"), false}
	case w.chance("used reference", 2):
		return drawnReference{sample(w, "reference", "VIR-0", "VIR-A"), true}
	}
	return drawnReference{"VIR-" + w.freshKey(), true}
}

// bankOrWrong draws a compte dédié, none, or another account.
func (w *world) bankOrWrong() ledger.Account {
	if w.chance("wrong account", 5) {
		return sample(w, "account", notes, ledger.Account("eur:bank:operating"), "eur:bank:guarantee:digital:nowhere", "nothing")
	}
	return sample(w, "account", "", nef, municipal)
}

func (w *world) acceptsBank(a ledger.Account) bool { return a == "" || a == nef || a == municipal }

// bankOf is the compte dédié that is meant; the first one where none is named.
func (w *world) bankOf(a ledger.Account) ledger.Account {
	if a == "" {
		return nef
	}
	return a
}
