// SPDX-License-Identifier: AGPL-3.0-or-later

package main

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/civil"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
	"github.com/noria-mlc/noria/merchant"
	"github.com/noria-mlc/noria/ops/job"
	"github.com/noria-mlc/noria/ops/payout"
	"github.com/noria-mlc/noria/web/session"
)

// story is the Grand Avignon story: a collectivité pays 26 000 € for a bonus of
// 20 %, citizens change euros and pay, a shop redeems, six officials are paid, the
// members' dues are paid, a gift is given and a fonte announced.
// Every step has a fixed idempotency key, so that a story cut short goes on
// where it was, and one played to the end changes nothing when played again.
type story struct {
	*app
	script *script
	clock  *pastClock

	actors       map[string]access.Actor
	holders      map[string]ledger.Holder
	shop         merchant.Merchant
	campaign     conversion.Campaign
	officials    []ident.Holder
	collectivity ident.Holder
}

// operator is whoever runs the program: it makes the first users of a
// demonstration, as a first administrator would.
func operator() access.Actor {
	return access.Actor{ID: ident.User{Bits: ident.Bits{0: 'd', 1: 'e', 2: 'm', 3: 'o'}},
		Grants: []access.Grant{{Role: access.Administrator}}}
}

// key is the idempotency key of a step.
func key(step string) string { return "demo-story-step:" + step }

func (s *story) play(ctx context.Context) error {
	s.actors, s.holders = make(map[string]access.Actor), make(map[string]ledger.Holder)
	for _, chapter := range []func(context.Context) error{
		s.longAgo, s.people, s.writeTo, s.runCampaign, s.citizensChange, s.notesAreSold, s.citizensPay, s.shopIsListed, s.shopRedeems, s.officialsArePaid,
		s.bankIsAsked, s.waysIn, s.fundIsWatched, s.membersPayDues, s.giftIsChosen, s.giftIsGiven, s.fonteIsAnnounced,
	} {
		if err := chapter(ctx); err != nil {
			return err
		}
	}
	return nil
}

func (s *story) openCurrency(ctx context.Context) error {
	_, _, err := s.app.conversion.OpenCurrency(ctx, operator(), key("currency"), conversion.OpenCurrencyInput{
		Name: "La Roue", Code: "ROUE", Unit: conversion.Unit{Singular: "Roue", Plural: "Roues"},
		Issuer: conversion.Issuer{Name: "Association La Roue (démonstration)", RNA: "W842000000", LegalBasis: conversion.LimitedNetwork},
		Accounts: []conversion.BankAccount{
			{Account: ledger.Guarantee(ledger.Digital, "la-nef"), Custodian: "La Nef", IBAN: "FR7630006000011234567890189", HolderName: "Association La Roue"},
			{Account: ledger.Guarantee(ledger.Paper, "credit-municipal"), Custodian: "Crédit Municipal d’Avignon", IBAN: "FR1420041010050500013M02606", HolderName: "Association La Roue"},
			{Account: ledger.Operating, Custodian: "Crédit Coopératif", IBAN: "FR7630006000011234567890189", HolderName: "Association La Roue"},
		},
	})
	if err != nil {
		return err
	}
	_, _, err = s.app.conversion.OpenDesk(ctx, operator(), key("desk"), conversion.OpenDeskInput{Slug: "avignon-centre", Name: "Comptoir d’Avignon centre"})
	return err
}

// person is somebody of the story, with the token's name and the role.
type person struct {
	token, name  string
	kind         ledger.HolderKind
	role         access.Role
	organisation string // token or organisation whose holder the role is held in
}

func cast() []person {
	return []person{
		{"collectivity", "Grand Avignon", ledger.Collectivity, "", ""},
		{"citizen", "Amina Berger", ledger.Individual, access.Citizen, ""},
		{"citizen2", "Bruno Castel", ledger.Individual, access.Citizen, ""},
		{"merchant", "Épicerie du Rhône", ledger.Professional, access.MerchantOwner, "merchant"},
		{"cashier", "Chloé Danel", ledger.Individual, access.Cashier, "merchant"},
		{"desk", "Driss Evrard", ledger.Individual, access.DeskAgent, ""},
		{"collectivity_agent", "Élise Fabre", ledger.Individual, access.CollectivityAgent, "collectivity"},
		{"collectivity_approver", "Farid Gallet", ledger.Individual, access.CollectivityApprover, "collectivity"},
		{"treasurer", "Gilles Hamon", ledger.Individual, access.Treasurer, ""},
		{"approver", "Hélène Imbert", ledger.Individual, access.Approver, ""},
		{"auditor", "Inès Jourdan", ledger.Individual, access.Auditor, ""},
		{"admin", "Jules Keller", ledger.Individual, access.Administrator, ""},
		{"bookshop", "Librairie des Halles", ledger.Professional, "", ""},
		lapsed(),
	}
}

// people opens the wallets and gives each person of the cast a user and a token.
func (s *story) people(ctx context.Context) error {
	for _, p := range cast() {
		if _, err := s.join(ctx, p); err != nil {
			return err
		}
	}
	s.collectivity = s.holders["collectivity"].ID
	for _, p := range cast() {
		if p.role == "" {
			continue
		}
		if err := s.enrol(ctx, p); err != nil {
			return fmt.Errorf("%s: %w", p.token, err)
		}
	}
	var err error
	s.shop, _, err = s.app.merchant.Create(ctx, s.actors["admin"], key("merchant"), merchant.CreateInput{Holder: s.holders["merchant"].ID, Name: "Épicerie du Rhône"})
	if err != nil {
		return err
	}
	_, _, err = s.app.merchant.Create(ctx, s.actors["admin"], key("bookshop"), merchant.CreateInput{Holder: s.holders["bookshop"].ID, Name: "Librairie des Halles"})
	return err
}

func (s *story) enrol(ctx context.Context, p person) error {
	grant := access.Grant{Role: p.role}
	if p.organisation != "" {
		grant.Organisation = s.holders[p.organisation].ID
	}
	u, _, err := s.session.CreateUser(ctx, operator(), key("user:"+p.token), session.CreateUserInput{Holder: s.holders[p.token].ID, Grants: []access.Grant{grant}})
	if err != nil {
		return err
	}
	secret := s.script.Secrets[p.token].Secret
	if _, _, err := s.session.IssueToken(ctx, key("token:"+p.token),
		session.CreateTokenInput{User: u.ID, Label: "Démonstration", Secret: &secret}); err != nil {
		return err
	}
	principal, err := s.session.Authenticate(ctx, secret.Text(session.API))
	s.actors[p.token] = principal.Actor
	return err
}

func (s *story) runCampaign(ctx context.Context) error {
	start := civil.New(yearMonth(s.script.began))
	var err error
	s.campaign, _, err = s.app.conversion.CreateCampaign(ctx, s.actors["collectivity_agent"], key("campaign"), conversion.CreateCampaignInput{
		Funder: s.collectivity, Name: "10 € = 12 Roues", Rate: money.MustParseRate("0.20"), Budget: money.MustParse("26000.00"),
		StartsOn: start, EndsOn: start + 366, PerPersonCap: money.MustParse("200.00"), PerPersonPeriod: conversion.PerMonth,
		Convention: conversion.Convention{Reference: "Délibération 2026-114", Date: start - 20},
	})
	if err != nil {
		return err
	}
	if _, _, err = s.app.conversion.ApproveCampaign(ctx, s.actors["approver"], key("campaign-approval"), s.campaign.ID); err != nil {
		return err
	}
	_, _, err = s.app.conversion.FundCampaign(ctx, s.actors["treasurer"], key("campaign-funding"), conversion.FundCampaignInput{
		Campaign: s.campaign.ID, Amount: money.MustParse("26000.00"), BankReference: "VIR GRAND AVIGNON 114"})
	return err
}

func (s *story) citizensChange(ctx context.Context) error {
	for _, c := range []struct{ who, euros, step string }{
		{"citizen", "10.00", "first"}, {"citizen", "50.00", "second"}, {"citizen2", "100.00", "first"},
	} {
		if _, _, err := s.app.conversion.Convert(ctx, s.actors["desk"], key("desk-change:"+c.who+":"+c.step), conversion.ConvertInput{
			Holder: s.holders[c.who].ID, Euros: money.MustParse(c.euros), Channel: conversion.AtDesk}); err != nil {
			return err
		}
	}
	awaited, _, err := s.app.conversion.Convert(ctx, s.actors["citizen2"], key("transfer-change"), conversion.ConvertInput{
		Holder: s.holders["citizen2"].ID, Euros: money.MustParse("200.00"), Channel: conversion.ByTransfer})
	if err != nil {
		return err
	}
	if _, _, err := s.app.conversion.Settle(ctx, s.actors["treasurer"], key("transfer-settled"), conversion.SettleInput{
		Conversion: awaited.ID, BankReference: "VIR " + awaited.Reference}); err != nil {
		return err
	}
	if _, _, err := s.app.conversion.Convert(ctx, s.actors["citizen"], key("transfer-awaited"), conversion.ConvertInput{
		Holder: s.holders["citizen"].ID, Euros: money.MustParse("30.00"), Channel: conversion.ByTransfer}); err != nil {
		return err
	}
	_, _, err = s.app.conversion.MoveEuros(ctx, s.actors["treasurer"], key("desk-remittance"), conversion.MoveEurosInput{
		From: ledger.Desk("avignon-centre"), To: ledger.Guarantee(ledger.Digital, "la-nef"), Amount: money.MustParse("100.00"),
		BankReference: "REMISE ESPECES 1"})
	return err
}

func (s *story) citizensPay(ctx context.Context) error {
	asked, _, err := s.app.merchant.Request(ctx, s.actors["cashier"], key("request"), merchant.RequestInput{
		Merchant: s.shop.ID, Amount: money.MustParse("12.50"), Reference: "Panier du jour", ExpiresIn: 86400})
	if err != nil {
		return err
	}
	if _, _, err := s.app.merchant.PayRequest(ctx, s.actors["citizen"], key("request-paid"), asked.ID, merchant.PayRequestInput{}); err != nil {
		return err
	}
	for _, p := range []struct{ who, to, amount, message, step string }{
		{"citizen2", s.shop.Code, "64.20", "Cagette de légumes", "basket"},
		{"citizen2", s.holders["citizen"].Number, "15.00", "Merci pour le covoiturage", "thanks"},
		{"merchant", s.holders["bookshop"].Number, "18.00", "Carnets", "supplier"},
	} {
		if _, _, err := s.app.merchant.Pay(ctx, s.actors[p.who], key("payment:"+p.step), merchant.PayInput{
			To: p.to, Amount: money.MustParse(p.amount), Message: p.message}); err != nil {
			return err
		}
	}
	again, _, err := s.app.merchant.Pay(ctx, s.actors["citizen2"], key("payment:returned"), merchant.PayInput{
		To: s.shop.Code, Amount: money.MustParse("9.90"), Message: "Bocal"})
	if err != nil {
		return err
	}
	_, _, err = s.app.merchant.Refund(ctx, s.actors["merchant"], key("refund"), again.ID, merchant.RefundInput{Amount: money.MustParse("4.90")})
	return err
}

// shopIsListed puts the shop into the public directory, as its owner would.
func (s *story) shopIsListed(ctx context.Context) error {
	_, err := s.app.merchant.List(ctx, s.actors["merchant"], key("listing"), merchant.ListInput{Merchant: s.shop.ID, Category: "food",
		Town: "Avignon", Address: "12, rue des Teinturiers", About: "Fruits et légumes du pays, vrac, pain du mardi au samedi."})
	return err
}

func (s *story) shopRedeems(ctx context.Context) error {
	r, _, err := s.app.conversion.RequestRedemption(ctx, s.actors["merchant"], key("redemption"), conversion.RequestRedemptionInput{
		Holder: s.holders["merchant"].ID, Amount: money.MustParse("40.00")})
	if err != nil {
		return err
	}
	_, _, err = s.app.conversion.SettleRedemption(ctx, s.actors["treasurer"], key("redemption-settled"), conversion.SettleRedemptionInput{
		Redemption: r.ID, BankReference: "VIR EPICERIE 1"})
	return err
}

func (s *story) officialsArePaid(ctx context.Context) error {
	start := civil.New(yearMonth(s.script.began))
	draft := payout.DraftInput{Collectivity: s.collectivity, Period: start.Month(), Purpose: payout.Indemnity}
	for i, name := range []string{"Karim Lopez", "Léa Marin", "Marc Noël", "Nadia Olivier", "Oscar Petit", "Paula Quentin"} {
		n := fmt.Sprintf("%d", i+1)
		h, _, err := s.app.ledger.CreateHolder(ctx, operator(), key("official:"+n), ledger.NewHolder{Kind: ledger.Individual, Name: name})
		if err != nil {
			return err
		}
		if _, _, err := s.app.payout.Instruct(ctx, s.actors["collectivity_agent"], key("instruction:"+n), payout.InstructInput{
			Official: h.ID, Collectivity: s.collectivity, Kind: payout.ByShare, Value: "0.25", From: start, SignedOn: start - 10}); err != nil {
			return err
		}
		s.officials = append(s.officials, h.ID)
		draft.Lines = append(draft.Lines, payout.LineInput{Reference: "IND-" + n, Holder: h.ID.String(), AmountEUR: money.Amount(12000 + 2500*i)})
	}
	batch, _, err := s.app.payout.Draft(ctx, s.actors["collectivity_agent"], key("batch"), draft)
	if err != nil {
		return err
	}
	if _, _, err := s.app.payout.Approve(ctx, s.actors["collectivity_approver"], key("batch-approval"), batch.ID, payout.ApproveInput{Digest: batch.Digest}); err != nil {
		return err
	}
	if _, _, err := s.app.payout.Fund(ctx, s.actors["treasurer"], key("batch-funding"), batch.ID, payout.FundInput{
		AmountEUR: batch.TotalEUR, BankReference: "VIR INDEMNITES " + draft.Period}); err != nil {
		return err
	}
	_, err = s.app.payout.ExecuteDue(ctx, job.System())
	return err
}

// readiness is the line that --json prints.
type readiness struct {
	URL        string            `json:"url"`
	PrivateURL string            `json:"private_url"`
	Tokens     map[string]string `json:"tokens"`
	IDs        struct {
		Merchant     merchant.ID           `json:"merchant"`
		Campaign     conversion.CampaignID `json:"campaign"`
		Collectivity ident.Holder          `json:"collectivity"`
		Officials    []ident.Holder        `json:"officials"`
	} `json:"ids"`
}

func (s *story) ready() readiness {
	r := readiness{URL: s.baseURL, PrivateURL: s.privateURL, Tokens: make(map[string]string)}
	for name, secret := range s.script.Secrets {
		r.Tokens[name] = secret.Text(session.API)
	}
	r.IDs.Merchant, r.IDs.Campaign, r.IDs.Collectivity, r.IDs.Officials = s.shop.ID, s.campaign.ID, s.collectivity, s.officials
	return r
}

// tell prints where to look and who one can be.
func (s *story) tell(w io.Writer, folder, letters string) {
	ready := s.ready()
	fmt.Fprintf(w, "La Roue, démonstration : %s\n\n", s.baseURL)
	fmt.Fprintf(w, "  %s/fonds          le fonds de garantie, public\n", s.baseURL)
	fmt.Fprintf(w, "  %s/portefeuille   un portefeuille (jeton « citizen »)\n", s.baseURL)
	fmt.Fprintf(w, "  %s/caisse         une caisse (jeton « cashier »)\n\n", s.baseURL)
	fmt.Fprintln(w, "Jetons, à coller sur la page de connexion (ils ne valent que dans une démonstration) :")
	for _, name := range roles() {
		fmt.Fprintf(w, "  %-22s %s\n", name, ready.Tokens[name])
	}
	fmt.Fprintf(w, "\nPrivé (métriques) : %s/metrics\nLivre : %s\nLettres : %s\nCtrl-C pour arrêter.\n", s.privateURL, folder, letters)
}

// yearMonth returns the first day of a date's month, to begin things with.
func yearMonth(d civil.Date) (int, time.Month, int) {
	year, month, _ := d.Start().In(civil.Paris()).Date()
	return year, month, 1
}
