// SPDX-License-Identifier: AGPL-3.0-or-later

package treasury

import (
	"context"
	"embed"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/web/page"
	"github.com/noria-mlc/noria/web/site"
)

//go:embed *.html
var templates embed.FS

// treasury answers with the pages of this room.
type treasury struct{ *site.Site }

// Room is the pages of treasurers and of those who approve.
func Room() site.Room {
	return site.Room{Room: page.Room{Name: "treasury", Templates: templates}, Routes: routes, Menu: menu}
}

func routes(s *site.Site) map[string]site.Handler {
	t := treasury{s}
	all := t.noteRoutes()
	maps.Copy(all, map[string]site.Handler{
		"GET /tresorerie":                                        t.overview,
		"GET /tresorerie/attendus":                               t.awaited,
		"GET /tresorerie/attendus/{id}":                          t.conversion,
		"POST /tresorerie/attendus/{id}/reglement":               t.settle,
		"POST /tresorerie/attendus/{id}/annulation":              t.cancel,
		"POST /tresorerie/attendus/{id}/reprise":                 t.reverse,
		"GET /tresorerie/reconversions":                          t.redemptions,
		"GET /tresorerie/reconversions/{id}":                     t.redemption,
		"POST /tresorerie/reconversions/{id}/reglement":          t.pay,
		"POST /tresorerie/reconversions/{id}/refus":              t.refuse,
		"POST /tresorerie/reconversions/{id}/approbation":        t.approveException,
		"GET /tresorerie/comptes-de-versement/{id}":              t.payoutAccount,
		"POST /tresorerie/comptes-de-versement/{id}":             t.approvePayee,
		"GET /tresorerie/virements":                              t.runs,
		"POST /tresorerie/virements":                             t.prepareRun,
		"GET /tresorerie/virements/{id}":                         t.run,
		"POST /tresorerie/virements/{id}":                        t.approveRun,
		"POST /tresorerie/virements/{id}/annulation":             t.cancelRun,
		"POST /tresorerie/virements/{id}/fichier":                t.exportRun,
		"POST /tresorerie/virements/{id}/reglement":              t.settleRun,
		"GET /tresorerie/prelevements":                           t.debits,
		"POST /tresorerie/prelevements":                          t.prepareDebits,
		"GET /tresorerie/prelevements/{id}":                      t.debitRun,
		"POST /tresorerie/prelevements/{id}":                     t.approveDebits,
		"POST /tresorerie/prelevements/{id}/annulation":          t.cancelDebits,
		"POST /tresorerie/prelevements/{id}/fichier":             t.exportDebits,
		"POST /tresorerie/prelevements/{id}/encaissement":        t.collectDebits,
		"GET /tresorerie/prelevement/{id}":                       t.debited,
		"POST /tresorerie/prelevement/{id}/encaissement":         t.collectDebit,
		"POST /tresorerie/prelevement/{id}/rejet":                t.returnDebit,
		"GET /tresorerie/mandats":                                t.mandates,
		"GET /tresorerie/mandats/{id}":                           t.mandate,
		"POST /tresorerie/mandats/{id}/reprise":                  t.resumeMandate,
		"POST /tresorerie/mandats/{id}/revocation":               t.revokeMandate,
		"GET /tresorerie/cartes/{id}":                            t.card,
		"POST /tresorerie/cartes/{id}":                           t.decideCard,
		"POST /tresorerie/cartes/{id}/decision":                  t.closeCard,
		"GET /tresorerie/adhesions/{id}":                         t.due,
		"POST /tresorerie/adhesions/{id}/annulation":             t.cancelDue,
		"POST /tresorerie/adhesions/caisses":                     t.bankDues,
		"GET /tresorerie/cartes":                                 t.cards,
		"GET /tresorerie/fonds":                                  t.fund,
		"GET /tresorerie/fonds/virement":                         t.move,
		"POST /tresorerie/fonds/virement":                        t.moved,
		"GET /tresorerie/approbations":                           t.approvals,
		"GET /tresorerie/approbations/campagnes/{id}":            t.campaign,
		"POST /tresorerie/approbations/campagnes/{id}":           t.approveCampaign,
		"POST /tresorerie/approbations/campagnes/{id}/versement": t.fundCampaign,
		"GET /tresorerie/approbations/lots/{id}":                 t.batch,
		"POST /tresorerie/approbations/lots/{id}":                t.approveBatch,
		"POST /tresorerie/approbations/lots/{id}/versement":      t.fundBatch,
		"GET /tresorerie/acpr":                                   t.meter,
		"POST /tresorerie/acpr":                                  t.setMeter,
		"GET /tresorerie/impayes":                                t.debts,
		"GET /tresorerie/impayes/{id}":                           t.debt,
		"POST /tresorerie/impayes/{id}/abandon":                  t.waive,
		"POST /tresorerie/impayes/{id}/abandon/approbation":      t.approveWaiver,
		"GET /tresorerie/retours":                                t.returns,
		"GET /tresorerie/retours/{id}":                           t.chargeback,
		"POST /tresorerie/retours/{id}":                          t.chargedBack,
		"GET /tresorerie/boucles":                                t.loops,
		"POST /tresorerie/boucles":                               t.closeLoop,
		"GET /tresorerie/campagnes":                              t.campaigns,
		"GET /tresorerie/campagnes/{id}/restitution":             t.unspent,
		"POST /tresorerie/campagnes/{id}/restitution":            t.returned,
		"GET /tresorerie/reglages":                               t.settings,
		"POST /tresorerie/reglages/attente":                      t.setWait,
		"POST /tresorerie/reglages/petits-paiements":             t.setEase,
		"POST /tresorerie/reglages/prelevement":                  t.setCreditor,
		"POST /tresorerie/reglages":                              t.decide,
		"GET /tresorerie/adhesions":                              t.members,
		"POST /tresorerie/adhesions":                             t.decideMembers,
		"POST /tresorerie/adhesions/cotisations":                 t.decideRates,
		"POST /tresorerie/adhesions/reglement":                   t.recordDues,
		"GET /tresorerie/dons":                                   t.gifts,
		"POST /tresorerie/dons":                                  t.prepareGifts,
		"POST /tresorerie/dons/associations":                     t.admit,
		"POST /tresorerie/dons/{id}":                             t.turnGift,
		"GET /tresorerie/fonds/alertes":                          t.alerts,
		"POST /tresorerie/fonds/alertes":                         t.decideAlerts,
		"GET /tresorerie/projets":                                t.projects,
		"POST /tresorerie/projets":                               t.addProject,
		"GET /tresorerie/projets/{id}":                           t.project,
		"POST /tresorerie/projets/{id}":                          t.changeProject,
		"POST /tresorerie/projets/{id}/retrait":                  t.withdrawProject,
		"GET /tresorerie/comptes":                                t.banks,
		"POST /tresorerie/comptes":                               t.proposeBank,
		"POST /tresorerie/comptes/fermeture":                     t.proposeClosing,
		"POST /tresorerie/comptes/{id}":                          t.turnBank,
		"GET /tresorerie/fonte":                                  t.demurrage,
		"POST /tresorerie/fonte":                                 t.prepareFonte,
		"POST /tresorerie/fonte/{id}":                            t.turnFonte,
	})
	return all
}

// entry is a page of the room and the action that makes it somebody's.
type entry struct {
	key, path string
	action    access.Action
}

// group is the pages of the room that answer one question of a treasurer.
type group struct {
	key     string
	entries []entry
}

func groups() []group {
	return []group{
		{"today", []entry{
			{"treasury", "/tresorerie", access.BatchRead},
			{"approvals", "/tresorerie/approbations", access.BatchRead},
			{"loops", "/tresorerie/boucles", access.LoopRead},
		}},
		{"euros", []entry{
			{"awaited", "/tresorerie/attendus", access.ConversionSettle},
			{"redemptions", "/tresorerie/reconversions", access.RedemptionRead},
			{"runs", "/tresorerie/virements", access.RunRead},
			{"debits", "/tresorerie/prelevements", access.RunRead},
			{"debts", "/tresorerie/impayes", access.ReceivableRead},
		}},
		{"paper", []entry{
			{"notes", notesPath, access.PaperRead},
		}},
		{"fund", []entry{
			{"fund", "/tresorerie/fonds", access.JournalRead},
			{"alerts", alertsPath, access.AlertRead},
			{"acpr", meterPath, access.JournalRead},
			{"projects", projectsPath, access.ProjectAdd},
		}},
		{"members", []entry{
			{"members", "/tresorerie/adhesions", access.DuesRecord},
			{"campaigns", "/tresorerie/campagnes", access.CampaignRead},
			{"gifts", "/tresorerie/dons", access.GiftRead},
		}},
		{"settings", []entry{
			{"settings", "/tresorerie/reglages", access.CurrencySet},
			{"banks", banksPath, access.BankAccountRead},
			{"fonte", fontePath, access.FonteRead},
		}},
	}
}

// tabs are the pages that may be seen, that of the key here being the one shown.
func tabs(here string, seen func(access.Action) bool) []page.Tab {
	var all []page.Tab
	for _, g := range groups() {
		for _, e := range g.entries {
			if seen(e.action) {
				all = append(all, page.Tab{Key: "treasury-" + e.key, Path: e.path, Here: e.key == here, Group: "treasury-" + g.key})
			}
		}
	}
	return all
}

// keeps says whether the room is the actor's: treasurers and approvers.
func keeps(a access.Actor) bool { return a.Has(access.Treasurer) || a.Has(access.Approver) }

func menu(a access.Actor) []page.Entry {
	if !keeps(a) {
		return nil
	}
	return []page.Entry{{Section: "treasury", Path: "/tresorerie"}}
}

// visit returns who asks, and the pages that are theirs.
func (t treasury) visit(r *http.Request, here string) (access.Actor, []page.Tab, error) {
	a, err := site.Actor(r)
	if err != nil {
		return a, nil, err
	}
	if !keeps(a) {
		return a, nil, access.ErrForbidden
	}
	return a, tabs(here, func(action access.Action) bool { return may(a, action) }), nil
}

func may(a access.Actor, action access.Action) bool {
	return access.Allow(a, action, ident.Holder{}) == nil
}

// party is whose affair a row is: organisations by name, individuals by number.
type party struct{ Name, Number string }

// party reads a holder for a list.
func (t treasury) party(ctx context.Context, id ident.Holder) (party, error) {
	h, err := t.Ledger.Holder(ctx, id)
	if err != nil {
		return party{}, err
	}
	if h.Kind == ledger.Individual {
		return party{Number: h.Number}, nil
	}
	return party{h.Name, h.Number}, nil
}

// named reads a holder by name, for the page of one affair of theirs. It is a look
// at a named account, and is written down first (D8).
func (t treasury) named(r *http.Request, id ident.Holder, what string) (party, error) {
	a, err := site.Actor(r)
	if err != nil {
		return party{}, err
	}
	if err := t.People.Looked(r.Context(), a, id, what); err != nil {
		return party{}, err
	}
	h, err := t.Ledger.Holder(r.Context(), id)
	return party{h.Name, h.Number}, err
}

// doer says who did something; a job or the program has no name.
func (t treasury) doer(ctx context.Context, id ident.User) (party, error) {
	h, err := t.Doer(ctx, id)
	return party{h.Name, h.Number}, err
}

// place is an account of the issuer to choose from.
type place struct {
	Account ledger.Account
	Name    string
	Chosen  bool
}

// Pool is the pool whose euros a compte dédié keeps, "" for another account.
func (p place) Pool() string {
	if parts := strings.Split(string(p.Account), ":"); len(parts) > 3 && parts[2] == "guarantee" {
		return parts[3]
	}
	return ""
}

// places lists the issuer's own accounts, the compte dédiés of digital units only
// where that is asked.
func (t treasury) places(ctx context.Context, dedicated bool, chosen string) ([]place, error) {
	c, err := t.Conversion.Currency(ctx)
	if err != nil {
		return nil, err
	}
	var all []place
	for _, b := range c.Accounts {
		if !dedicated || b.Pool == ledger.Digital {
			all = append(all, place{Account: b.Account, Name: b.Custodian})
		}
	}
	if !dedicated {
		if !slices.ContainsFunc(all, func(p place) bool { return p.Account == ledger.Operating }) {
			all = append(all, place{Account: ledger.Operating})
		}
		for _, d := range c.Desks {
			all = append(all, place{Account: d.Account, Name: d.Name})
		}
	}
	for i := range all {
		all[i].Chosen = string(all[i].Account) == chosen
	}
	return all, nil
}

// typed is what a form of this room brought, and what is wrong with it.
type typed struct {
	Key                                    string // idempotency key
	Amount, Reference, Date, Account, Text string
	To                                     string
	AmountBad, ReferenceBad, DateBad       string
	TextBad                                string
	Refusal                                *page.Refusal
	Status                                 int
}

// wrong says whether anything typed cannot be used.
func (f typed) wrong() bool {
	return f.AmountBad != "" || f.ReferenceBad != "" || f.DateBad != "" || f.TextBad != ""
}

// read reads the fields that the forms of this room share.
func (t treasury) read(r *http.Request) typed {
	return typed{Key: site.FormKey(r), Amount: r.PostFormValue("montant"), Reference: r.PostFormValue("reference"), Date: r.PostFormValue("date"),
		Account: r.PostFormValue("compte"), Text: r.PostFormValue("motif"), To: r.PostFormValue("vers")}
}

// again returns the form as it is to be shown: after a refusal with what was
// typed, otherwise empty, always with a key.
func (t treasury) again(f typed) typed {
	if f.Key == "" {
		f.Key = t.NewKey()
	}
	return f
}

// referenced notes a missing reference of the bank.
func (t treasury) referenced(r *http.Request, f *typed) error {
	if f.Reference != "" {
		return nil
	}
	f.Status = http.StatusUnprocessableEntity
	var err error
	f.ReferenceBad, err = t.Say(r, "treasury.reference-missing")
	return err
}

// reasoned notes a missing reason.
func (t treasury) reasoned(r *http.Request, f *typed) error {
	if f.Text != "" {
		return nil
	}
	f.Status = http.StatusUnprocessableEntity
	var err error
	f.TextBad, err = t.Say(r, "treasury.reason-missing")
	return err
}
