// SPDX-License-Identifier: AGPL-3.0-or-later

package town

import (
	"strings"
	"testing"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/civil"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
	"github.com/noria-mlc/noria/ops/payout"
	"github.com/noria-mlc/noria/web/page"
	"github.com/noria-mlc/noria/web/page/pagetest"
)

var (
	nasty = pagetest.Nasty
	city  = ledger.Holder{ID: ident.Holder{Bits: ident.Bits{7}}, Kind: ledger.Collectivity, Name: nasty}
	m     = money.MustParse
)

func sitting(role access.Role) seat {
	return seat{access.Actor{Grants: []access.Grant{{Role: role, Organisation: city.ID}}}, city}
}

func terms() conversion.CreateCampaignInput {
	return conversion.CreateCampaignInput{Funder: city.ID, Name: nasty, Rate: money.MustParseRate("0.20"), Budget: m("26000.00"), StartsOn: civil.New(2026, 11, 1),
		EndsOn: civil.New(2027, 10, 31), PerPersonCap: m("200.00"), PerPersonPeriod: conversion.PerMonth, Minimum: m("10.00"), Maximum: m("500.00"),
		EligibleKinds: []ledger.HolderKind{ledger.Individual, ledger.Association}, WhenExhausted: conversion.Partial,
		Convention: conversion.Convention{Reference: nasty, Date: civil.New(2026, 10, 1)},
		Rules:      conversion.Rules{HouseholdCap: m("300.00"), PayerCap: m("250.00"), Communes: []string{"84007", "84054"}, Priority: 5, BudgetMode: conversion.OnceSigned}}
}

func campaignOf(status conversion.CampaignStatus) conversion.Campaign {
	in := terms()
	return conversion.Campaign{ID: conversion.CampaignID{Bits: ident.Bits{1}}, Status: status, Name: nasty, Rate: in.Rate, Budget: in.Budget, StartsOn: in.StartsOn, EndsOn: in.EndsOn,
		PerPersonCap: in.PerPersonCap, PerPersonPeriod: in.PerPersonPeriod, EligibleKinds: in.EligibleKinds, WhenExhausted: in.WhenExhausted, Convention: in.Convention, Rules: in.Rules, Minimum: in.Minimum, Maximum: in.Maximum, Due: m("6000.00"),
		Received: m("20000.00"), Granted: m("5000.00"), Reserved: m("1000.00"), Remaining: m("14000.00"), CreatedAt: pagetest.Noon(), ApprovedAt: pagetest.Noon(),
		Warnings: []conversion.Warning{{Code: conversion.LoopGain}, {Code: conversion.NoCeiling}, {Code: conversion.ProfessionalsEligible}, {Code: conversion.NoConvention}}}
}

func batchOf(status payout.Status, purpose payout.Purpose) payout.Batch {
	return payout.Batch{ID: payout.BatchID{Bits: ident.Bits{3}}, Period: "2026-11", Purpose: purpose, Status: status, Digest: strings.Repeat("0f", 32), TotalEUR: m("360.00"),
		ReceivedEUR: m("360.00"), PaidEUR: m("240.00"), ReturnedEUR: m("120.00"), CreatedAt: pagetest.Noon(), Paper: "aa"}
}

func changes() []change {
	who := page.Person{Name: nasty, Number: "12345674"}
	return []change{{payout.Change{Kind: payout.Added, Now: m("12.00")}, page.Person{Number: nasty}}, {payout.Change{Kind: payout.Removed, Before: m("12.00")}, who},
		{payout.Change{Kind: payout.Raised, Before: m("12.00"), Now: m("15.00")}, who}, {payout.Change{Kind: payout.Lowered, Before: m("12.00"), Now: m("10.00")}, who}}
}

func batchPage(status payout.Status, purpose payout.Purpose, more func(*batchView)) page.Sheet {
	v := batchView{by: sitting(access.CollectivityApprover), batchLine: batchLine{batchOf(status, purpose)}, PreparedName: nasty}
	for i, problem := range []payout.Problem{"", payout.UnknownHolder, payout.NotAnIndividual, payout.CollectivityPayee, payout.NoInstruction, payout.AboveInstruction, payout.DuplicateInBatch, payout.AlreadyPaid} {
		state := payout.Pending
		if status == payout.Executed {
			state = []payout.LineStatus{payout.Paid, payout.Returned}[min(i, 1)]
		}
		v.Payees = append(v.Payees, payeeLine{payout.Line{N: i + 1, Reference: nasty, AmountEUR: m("45.00"), Status: state, Problem: problem}, page.Person{Name: nasty, Number: "12345674"}})
	}
	if more != nil {
		more(&v)
	}
	return v.sheet()
}

func screens() []pagetest.Sample {
	var list []pagetest.Sample
	for _, step := range steps() {
		empty := draftView{seat: sitting(access.CollectivityAgent), ID: fresh, Step: step, Key: nasty, Problems: map[string]string{}, Typed: map[string]string{}}
		if step == "envoi" {
			empty.Lacking = lacking(empty.Terms)
		}
		full := empty
		full.ID, full.Terms, full.Typed = "cdr_1", terms(), map[string]string{}
		full.fill()
		full.Commission = conversion.Commission{Rate: money.MustParseRate("0.05")}
		full.Lacking, full.Simulation = nil, conversion.Simulation{Month: "2026-10", Cost: m("120.00"), People: 8}
		wrong := full
		wrong.Problems, wrong.Refusal = map[string]string{}, &page.Refusal{Title: nasty, Advice: nasty, Moved: "no"}
		for _, field := range []string{"nom", "pour", "taux", "plafond", "minimum", "maximum", "debut", "fin", "convention", "signee", "budget", "communes", "foyer", "payeur", "priorite"} {
			wrong.Problems[field] = nasty
		}
		wrong.Simulation = conversion.Simulation{Month: "2026-10", Few: true}
		list = append(list, pagetest.Sample{Name: "new campaign " + step, Sheet: empty.sheet()}, pagetest.Sample{Name: "campaign draft " + step, Sheet: full.sheet()},
			pagetest.Sample{Name: "campaign draft wrong " + step, Status: 422, Sheet: wrong.sheet()})
	}
	return list
}

func samples() []pagetest.Sample {
	agent, mayor, noon := sitting(access.CollectivityAgent), sitting(access.CollectivityApprover), pagetest.Noon()
	refusal := &page.Refusal{Title: nasty, Advice: nasty, Moved: "no"}
	report := conversion.Report{ReportSums: conversion.ReportSums{Conversions: "<5", People: "<5", Euros: m("25.00"), Bonus: m("5.00")},
		Months: []conversion.ReportMonth{{Month: "2026-09", Until: "2026-10", ReportSums: conversion.ReportSums{People: "12", Euros: m("25.00"), Bonus: m("5.00")}}}}
	somebody := []approver{{"usr_1", nasty, true}, {"usr_2", nasty, false}}
	lines := func() []editedLine {
		return []editedLine{{Reference: nasty, Number: nasty, Amount: nasty, Wrong: [3]string{nasty, nasty, nasty}}, {Reference: "A", Number: "12345674", Amount: "12,00", Name: nasty, Problem: "no-instruction"}}
	}
	wrote := func(share, revoked bool) choice {
		c := choice{Instruction: payout.Instruction{From: civil.New(2026, 1, 1), SignedOn: civil.New(2025, 12, 1)}, Who: page.Person{Name: nasty, Number: "12345674"}, Share: share, Amount: m("25.00"), Key: nasty}
		if revoked {
			c.RevokedAt, c.Until = noon, civil.New(2026, 12, 31)
		}
		return c
	}
	list := append(screens(), []pagetest.Sample{
		{Name: "overview empty", Sheet: overviewView{seat: agent, Prepares: true}.sheet()},
		{Name: "overview", Sheet: overviewView{seat: mayor, Campaigns: []conversion.Campaign{campaignOf(conversion.CampaignActive), campaignOf(conversion.CampaignDraft), campaignOf(conversion.CampaignClosed)},
			Batches: []batchLine{{batchOf(payout.Drafted, payout.Indemnity)}, {batchOf(payout.Approved, payout.Invoice)}, {batchOf(payout.Executed, payout.Subsidy)}, {batchOf(payout.Withdrawn, payout.Subsidy)}, {batchOf(payout.Funded, payout.Subsidy)}},
			Drafts:  []conversion.SavedDraft{{SavedAt: noon}, {SavedAt: noon, Terms: terms()}},
			Waiting: []waiting{{Words: nasty, Path: "/collectivite/campagnes/cmp_1", Amount: m("26000.00"), Since: noon}, {Purpose: "indemnity", Words: "2026-11", Path: "/collectivite/versements/pbt_1", Amount: m("1.00"), Since: noon, Named: true}}}.sheet()},
		{Name: "campaign to approve", Sheet: campaignView{by: mayor, gauge: gauge{campaignOf(conversion.CampaignDraft)}, PreparedName: nasty, Key: nasty}.sheet()},
		{Name: "campaign", Sheet: campaignView{by: agent, gauge: gauge{campaignOf(conversion.CampaignActive)}, Report: report, PreparedName: nasty, ApprovedName: nasty,
			Deeds: []page.Deed{{Key: "pause", Path: "/campagnes/cmp_1/pause"}, {Key: "amend", Path: "/campagnes/cmp_1/avenant"}},
			Amendments: []page.Amendment{{Path: "/avenants/amd_1", Status: "proposed", Reason: nasty, By: nasty, At: noon, Changes: []page.Change{{Before: page.Fact{Key: "terms.budget", Kind: "euros", Euros: m("26000.00")}, After: page.Fact{Key: "terms.budget", Kind: "euros", Euros: m("30000.00")}}}},
				{Status: "approved", Reason: nasty, By: nasty, At: noon, DecidedBy: nasty, DecidedAt: noon}}}.sheet()},
		{Name: "campaign bare", Status: 409, Sheet: campaignView{by: agent, gauge: gauge{conversion.Campaign{Name: nasty, Status: conversion.CampaignClosed, CreatedAt: noon, WhenExhausted: conversion.Refuse, StartsOn: 1, EndsOn: 2}}, Refusal: refusal}.sheet()},
		{Name: "batch new", Sheet: editView{seat: agent, Period: "2026-11", Key: nasty, Lines: numbered(nil, spareRows), NothingToCopy: true}.sheet()},
		{Name: "batch wrong", Status: 422, Sheet: editView{seat: agent, Period: nasty, PeriodProblem: nasty, FileProblem: nasty, Lines: numbered(lines(), 1), Empty: true, Copied: true, Refusal: refusal}.sheet()},
		{Name: "batch checked", Sheet: editView{seat: agent, Period: "2026-11", Lines: numbered(lines()[1:], 0), Checked: true, Total: m("12.00"), Unpaid: m("12.00"), Before: "2026-10", BeforeTotal: m("10.00"), Changes: changes(), Approvers: somebody}.sheet()},
		{Name: "batch checked first", Sheet: editView{seat: agent, Period: "2026-11", Lines: numbered(lines()[1:], 0), Checked: true, Total: m("12.00")}.sheet()},
		{Name: "batch unchanged", Sheet: editView{seat: agent, Period: "2026-11", Lines: numbered(lines()[1:], 0), Checked: true, Total: m("12.00"), Before: "2026-10", BeforeTotal: m("12.00")}.sheet()},
		{Name: "batch to approve", Sheet: batchPage(payout.Drafted, payout.Indemnity, func(v *batchView) {
			v.Key, v.Decides, v.Changes, v.Before, v.AskedName = nasty, true, changes(), "2026-10", nasty
		})},
		{Name: "batch to withdraw", Status: 409, Sheet: batchPage(payout.Drafted, payout.Invoice, func(v *batchView) { v.Key, v.Refusal = nasty, refusal })},
		{Name: "batch approved", Sheet: batchPage(payout.Approved, payout.Subsidy, func(v *batchView) {
			v.ApprovedName, v.ApprovedAt, v.Payee, v.IBAN = nasty, noon, nasty, "FR76 3000"
		})},
		{Name: "batch funded", Sheet: batchPage(payout.Funded, payout.Subsidy, nil)},
		{Name: "batch executed", Sheet: batchPage(payout.Executed, payout.Indemnity, func(v *batchView) { v.ExecutedAt, v.Before = noon, "2026-10" })},
		{Name: "batch withdrawn", Sheet: batchPage(payout.Withdrawn, payout.Indemnity, nil)},
		{Name: "on behalf", Sheet: behalfView{seat: agent, Key: nasty, Approvers: somebody}.sheet()},
		{Name: "on behalf wrong", Status: 422, Sheet: behalfView{seat: agent, Subsidy: true, Number: nasty, NumberProblem: nasty, Reference: nasty, ReferenceProblem: nasty, Amount: nasty, AmountProblem: nasty, PaperProblem: nasty, Refusal: refusal}.sheet()},
		{Name: "choices", Sheet: choicesView{seat: agent, Choices: []choice{wrote(true, false), wrote(false, true)}, Key: nasty}.sheet()},
		{Name: "choices wrong", Status: 422, Sheet: choicesView{seat: agent, Share: true, Key: nasty, Refusal: refusal,
			Typed:    map[string]string{"membre": nasty, "valeur": nasty, "depuis": nasty, "jusque": nasty, "signe": nasty},
			Problems: map[string]string{"membre": nasty, "valeur": nasty, "depuis": nasty, "jusque": nasty, "signe": nasty}}.sheet()},
	}...)
	for i := range list {
		list[i].Sheet.Visitor = page.Visitor{Name: nasty, Menu: menu(agent.Actor)}
	}
	return list
}

func TestEveryPage(t *testing.T) { pagetest.Hold(t, samples(), Room().Room) }

func TestWidthsAreSharesOfTheBudget(t *testing.T) {
	for _, c := range []struct {
		part, whole, want string
	}{{"0.00", "100.00", "0.00%"}, {"5000.00", "26000.00", "19.23%"}, {"100.00", "100.00", "100.00%"}, {"1.00", "100.00", "1.00%"}, {"1.00", "0.00", "0%"}} {
		if got := width(m(c.part), m(c.whole)); got != c.want {
			t.Errorf("%s of %s is %s, want %s", c.part, c.whole, got, c.want)
		}
	}
}

func TestWhoeverDecidesReadsEveryTerm(t *testing.T) {
	for _, s := range samples() {
		words := map[string][]string{
			"campaign to approve": {"20,00 %", "200,00 € par personne et par mois", "1er novembre 2026", "31 octobre 2027", "26 000,00 €", "Particuliers, Associations", "Donner ce qui reste", "300,00 € par foyer et par mois", "250,00 € par compte et par mois", "84007 84054",
				"Change minimal 10,00 €", "dès la signature, avant le versement", "Signé, pas encore versé 6 000,00 €", "Aucun plafond", "aide d’État", "Approuver la campagne"},
			"campaign draft cout":  {"16,67 % commission d’équilibre", "La commission en vigueur pour les professionnels est de 5,00 %.", "Chaque tour de 100 € rapporterait 14,00 € d’argent public"},
			"campaign draft envoi": {"300,00 € par foyer et par mois", "250,00 € par compte et par mois", "84007 84054", "dès la signature, avant le versement"},
			"batch to approve":     {"360,00 €", "Nouveau", "12,00 €", "recevait 12,00 €", "de 12,00 € à 15,00 €", "de 12,00 € à 10,00 €", "Aucun choix écrit ne couvre ce mois", "Approuver 360,00 €", "Refuser et retirer ce lot"},
			"campaign":             {"moins de 5", "septembre 2026 – octobre 2026", "Un mois de moins de cinq personnes est réuni"},
		}[s.Name]
		said, _ := pagetest.Text(t, s, Room().Room)
		for _, w := range words {
			if !strings.Contains(strings.ReplaceAll(said, "\u202f", " "), strings.ReplaceAll(strings.Join(strings.Fields(w), " "), "\u202f", " ")) {
				t.Errorf("%s does not say %q:\n%s", s.Name, w, said)
			}
		}
	}
}
