// SPDX-License-Identifier: AGPL-3.0-or-later

package check_test

import (
	"time"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
	"github.com/noria-mlc/noria/merchant"
	"github.com/noria-mlc/noria/ops/payout"
)

const (
	nef       = ledger.Account("eur:bank:guarantee:digital:la-nef")
	municipal = ledger.Account("eur:bank:guarantee:digital:credit-municipal")
	notes     = ledger.Account("eur:bank:guarantee:paper:la-nef")
	operating = ledger.Account("eur:bank:operating")
	nefIBAN   = "FR7630006000011234567890189"
)

// move is a command of the services, as the tally names it, and how often it is
// drawn beside the others: as often as said where there is something that it can
// be done to, once otherwise.
type move struct {
	name  string
	times int
	do    func()
	ready func() bool // nil for always
}

// moves are all commands of the services. What others build on is drawn more
// often.
func (w *world) moves() []move {
	return []move{
		{"CreateHolder", 2, w.createHolder, nil},
		{"OpenCurrency", 1, w.openCurrency, nil},
		{"OpenDesk", 1, w.openDesk, nil},
		{"ChangeSettings", 2, w.changeSettings, nil},
		{"CreateCampaign", 2, w.createCampaign, nil},
		{"ApproveCampaign", 3, w.approveCampaign, exists(w.campaigns, w.approvable)},
		{"FundCampaign", 2, w.fundCampaign, exists(w.campaigns, w.fundable)},
		{"Quote", 3, w.quote, nil},
		{"Convert at a desk", 2, w.convertAtDesk, nil},
		{"Convert by transfer", 6, w.convertByTransfer, nil},
		{"Settle", 4, w.settle, exists(w.conversions, w.waits)},
		{"Cancel", 3, w.cancel, exists(w.conversions, w.waits)},
		{"Expire", 3, w.expire, exists(w.conversions, w.unpaid)},
		{"ExpireDue conversions", 3, w.expireConversions, exists(w.conversions, w.unpaid)},
		{"Reverse", 2, w.reverse, exists(w.conversions, stands)},
		{"RequestRedemption", 5, w.requestRedemption, nil},
		{"SettleRedemption", 3, w.settleRedemption, exists(w.redemptions, asked)},
		{"RefuseRedemption", 2, w.refuseRedemption, exists(w.redemptions, asked)},
		{"MoveEuros", 2, w.moveEuros, nil},
		{"merchant.Create", 1, w.createMerchant, nil},
		{"Request", 4, w.request, nil},
		{"CancelRequest", 3, w.cancelRequest, exists(w.requests, w.payable)},
		{"PayRequest", 6, w.payRequest, exists(w.requests, w.payable)},
		{"ExpireDue requests", 2, w.expireRequests, nil},
		{"Pay", 4, w.pay, nil},
		{"Refund", 4, w.refund, exists(w.payments, refundable)},
		{"Instruct", 3, w.instruct, nil},
		{"Revoke", 2, w.revoke, exists(w.instructions, valid)},
		{"Draft", 3, w.draft, nil},
		{"DraftCSV", 2, w.draftCSV, nil},
		{"Approve batch", 3, w.approveBatch, exists(w.batches, is(payout.Drafted))},
		{"Fund batch", 4, w.fundBatch, exists(w.batches, is(payout.Approved))},
		{"Execute batch", 3, w.executeBatch, exists(w.batches, is(payout.Funded))},
		{"ExecuteDue", 2, w.executeDue, exists(w.batches, is(payout.Funded))},
		{again, 3, w.repeat, nil},
		{passes, 3, w.timePasses, nil},
	}
}

// What is no command of its own.
const (
	again  = "an earlier command again"
	passes = "time passes"
)

// commandNames are those that the tally looks for.
func commandNames() []string {
	var names []string
	for _, m := range (&world{plain: &plain{}}).moves() {
		if m.name != again && m.name != passes {
			names = append(names, m.name)
		}
	}
	return names
}

// step draws one move and makes it.
func (w *world) step() {
	var drawn []move
	for _, m := range w.moves() {
		times := m.times
		if m.ready != nil && !m.ready() {
			times = 1
		}
		for range times {
			drawn = append(drawn, m)
		}
	}
	drawn[w.index("move", len(drawn))].do()
}

// enrol adds somebody who acts; their number is their user id.
func (w *world) enrol(name string, own ident.Holder, grants ...access.Grant) person {
	n := len(w.people) + 1
	p := person{name, access.Actor{ID: ident.User{Bits: ident.Bits{14: byte(n >> 8), 15: byte(n)}}, Holder: own, Grants: grants}}
	w.people = append(w.people, p)
	return p
}

func in(role access.Role, organisation ident.Holder) access.Grant {
	return access.Grant{Role: role, Organisation: organisation}
}

// settleIn adds those who act for a new holder.
func (w *world) settleIn(h ledger.Holder) {
	name := h.Name + " " + h.Number
	switch h.Kind {
	case ledger.Individual:
		w.enrol("citizen "+name, h.ID, access.Grant{Role: access.Citizen})
	case ledger.Collectivity:
		w.enrol("agent of "+name, ident.Holder{}, in(access.CollectivityAgent, h.ID))
		w.enrol("approver of "+name, ident.Holder{}, in(access.CollectivityApprover, h.ID))
		w.enrol("agent and approver of "+name, ident.Holder{}, in(access.CollectivityAgent, h.ID), in(access.CollectivityApprover, h.ID))
	default:
		w.enrol("owner of "+name, ident.Holder{}, in(access.MerchantOwner, h.ID))
		w.enrol("cashier of "+name, ident.Holder{}, in(access.Cashier, h.ID))
	}
}

// begin opens the currency and peoples the book, by the same commands, with
// what the random ones need to be done now and then.
func (w *world) begin() {
	admin := w.enrol("administrator", ident.Holder{}, access.Grant{Role: access.Administrator})
	w.treasurer = w.enrol("treasurer", ident.Holder{}, access.Grant{Role: access.Treasurer})
	agent := w.enrol("desk agent", ident.Holder{}, access.Grant{Role: access.DeskAgent})
	second := w.enrol("second approver", ident.Holder{}, access.Grant{Role: access.Approver})
	w.enrol("treasurer who approves", ident.Holder{}, access.Grant{Role: access.Treasurer}, access.Grant{Role: access.Approver})
	w.auditor = w.enrol("auditor", ident.Holder{}, access.Grant{Role: access.Auditor})
	w.enrol("job", ident.Holder{}, access.Grant{Role: access.System})
	w.enrol("nobody", ident.Holder{})

	by := func(p person, name string, action access.Action, input any) command {
		return command{name: name, action: action, by: p, key: w.freshKey(), input: input}
	}
	w.found(by(admin, "OpenCurrency", access.CurrencyOpen, currency()), currency())
	for _, slug := range []string{"halles", "marche"} {
		d := conversion.OpenDeskInput{Slug: slug, Name: slug}
		w.addDesk(by(admin, "OpenDesk", access.DeskOpen, d), d)
	}
	for _, h := range []ledger.NewHolder{{Kind: ledger.Individual, Name: "Ann"}, {Kind: ledger.Individual, Name: "Bob"}, {Kind: ledger.Collectivity, Name: "City"},
		{Kind: ledger.Collectivity, Name: "Metropolis"}, {Kind: ledger.Association, Name: "Choir"}, {Kind: ledger.Professional, Name: "Garage"},
		{Kind: ledger.Professional, Name: "Bakery"}} {
		w.openHolder(by(admin, "CreateHolder", access.HolderCreate, h), h)
	}
	ann, city, choir, bakery := w.holders[0], w.holders[2], w.holders[4], w.holders[6]
	w.enrol("Ann, who owns the bakery", ann.id, access.Grant{Role: access.Citizen}, in(access.MerchantOwner, bakery.id))
	w.enrol("Bob, who is treasurer too", w.holders[1].id, access.Grant{Role: access.Citizen}, access.Grant{Role: access.Treasurer})
	w.enrol("owner of bakery and choir", ident.Holder{}, in(access.MerchantOwner, bakery.id), in(access.MerchantOwner, choir.id))
	for _, h := range []*holder{bakery, choir} {
		m := merchant.CreateInput{Holder: h.id, Name: h.name}
		w.addMerchant(by(admin, "merchant.Create", access.MerchantCreate, m), h, m)
	}
	bonuses := []terms{
		{rate: 200_000, CreateCampaignInput: conversion.CreateCampaignInput{Funder: city.id, Name: "Bonus", Budget: 1000_00, StartsOn: w.today() - 5,
			EndsOn: w.today() + 60, PerPersonCap: 30_00, PerPersonPeriod: conversion.PerMonth}},
		{rate: 333_333, CreateCampaignInput: conversion.CreateCampaignInput{Funder: choir.id, Name: "Third", Budget: 500_00, StartsOn: w.today() + 1,
			EndsOn: w.today() + 40, Maximum: 90_00, WhenExhausted: conversion.Refuse}},
	}
	for i, t := range bonuses {
		t.Rate = money.MustParseRate(rateText(t.rate))
		w.addCampaign(by(w.treasurer, "CreateCampaign", access.CampaignCreate, t.CreateCampaignInput), t)
		k := w.campaigns[i]
		w.approve(by(second, "ApproveCampaign", access.CampaignApprove, k.id), k, k.id)
		f := conversion.FundCampaignInput{Campaign: k.id, Amount: 50_00, BankReference: "VIR-0"}
		w.fund(by(w.treasurer, "FundCampaign", access.CampaignFund, f), k, f)
	}
	for _, h := range []*holder{ann, choir, bakery} {
		x := conversion.ConvertInput{Holder: h.id, Euros: 80_00, Channel: conversion.AtDesk, Desk: "halles"}
		w.exchange(by(agent, "Convert at a desk", access.ConversionDesk, x), h, x)
	}
}

func currency() conversion.OpenCurrencyInput {
	account := func(a ledger.Account, bank string) conversion.BankAccount {
		return conversion.BankAccount{Account: a, Custodian: bank, IBAN: nefIBAN, HolderName: "Association La Roue"}
	}
	return conversion.OpenCurrencyInput{
		Name: "La Roue", Code: "ROUE", Unit: conversion.Unit{Singular: "Roue", Plural: "Roues"},
		Issuer:   conversion.Issuer{Name: "Association La Roue", RNA: "W842001234", LegalBasis: conversion.LimitedNetwork},
		Accounts: []conversion.BankAccount{account(nef, "La Nef"), account(municipal, "Crédit Municipal"), account(notes, "La Nef"), account(operating, "La Nef")},
	}
}

// timePasses lets time pass: a while, to the next month, or to the very instant
// at which something awaited ends, or just before.
func (w *world) timePasses() {
	switch sample(w, "until", "a while", "a while", "a while", "an end", "an end", "the next month") {
	case "a while":
		w.wait(sample(w, "while", time.Minute, 10*time.Minute, 3*time.Hour, 24*time.Hour, 6*24*time.Hour, time.Microsecond))
	case "an end":
		w.waitFor(w.nextEnd(), sample(w, "shift", 0, -time.Microsecond, time.Microsecond))
	default:
		day := w.today()
		for month := monthOf(day); monthOf(day) == month; day++ {
			continue
		}
		w.waitFor(midnight(day), sample(w, "shift", 0, -time.Microsecond, -3*time.Hour, time.Hour))
	}
}

// lastInstant now and then lets the time come at which something ends, or the
// instant before.
func (w *world) lastInstant(end time.Time) {
	if w.chance("at its end", 3) {
		w.waitFor(end, sample(w, "shift", 0, -time.Microsecond))
	}
}

func (w *world) waitFor(end time.Time, shift time.Duration) {
	if d := end.Add(shift).Sub(w.now); d > 0 {
		w.wait(d)
	}
}

// nextEnd is when the next request or awaited conversion ends.
func (w *world) nextEnd() time.Time {
	var next time.Time
	sooner := func(t time.Time) {
		if t.After(w.now) && (next.IsZero() || t.Before(next)) {
			next = t
		}
	}
	for _, r := range w.requests {
		if r.status == merchant.Open {
			sooner(r.expires)
		}
	}
	for _, x := range w.conversions {
		if x.status == conversion.AwaitingEuros {
			sooner(x.expires)
		}
	}
	return next
}
