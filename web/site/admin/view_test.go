// SPDX-License-Identifier: AGPL-3.0-or-later

package admin

import (
	"net/http"
	"strings"
	"testing"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/merchant"
	"github.com/noria-mlc/noria/ops/mail"
	"github.com/noria-mlc/noria/web/page"
	"github.com/noria-mlc/noria/web/page/pagetest"
	"github.com/noria-mlc/noria/web/site"
)

const nasty = pagetest.Nasty

func seen(name string, status int, s page.Sheet) pagetest.Sample {
	s.Visitor = page.Visitor{Name: nasty, Menu: []page.Entry{{Section: "office", Path: "/administration"}}}
	if status == 0 {
		status = http.StatusOK
	}
	return pagetest.Sample{Name: name, Status: status, Sheet: s}
}

func samples() []pagetest.Sample {
	noon, refusal, all := pagetest.Noon(), &page.Refusal{Title: nasty, Advice: nasty}, tabs("office")
	typed, bad := map[string]string{}, map[string]string{}
	for _, name := range openingFields() {
		typed[name], bad[name] = nasty, nasty
	}
	steps := []page.Step{{State: "done", Words: nasty, At: noon}, {State: "now", Words: nasty}, {State: "todo", Words: nasty}}
	person := personView{Path: "/administration/membres/usr_1", HomePath: "/comptoir/membres/hld_1/domicile", Name: nasty, Number: "12345678", Since: noon, Offered: []string{"treasurer", "cashier"}, Key: "k", Individual: true, Sessions: 2}
	wrong := person
	wrong.Status, wrong.Refusal, wrong.Organisation, wrong.OrganisationProblem, wrong.Address, wrong.AddressProblem = 409, refusal, nasty, nasty, nasty, nasty
	wrong.Roles = []roleRow{{"citizen", "", "", "k1"}, {"cashier", nasty, "hol_1", "k2"}}
	wrong.Tokens, wrong.Closed = []tokenRow{{"tok_1", "k3", nasty, noon}}, "block"
	gone := person
	gone.Closed, gone.Email = "erasure", nasty
	cases := []caseRow{{ID: "rec_1", Key: "k1", Name: nasty, Number: "12345678", Reason: nasty, Way: "mail", OpenedBy: nasty, OpenedAt: noon},
		{ID: "rec_2", Key: "k2", Name: nasty, Number: "12345679", Reason: nasty, Way: "hand", OpenedBy: nasty, OpenedAt: noon, Own: true},
		{ID: "rec_3", Key: "k3", Name: nasty, Number: "12345670", Reason: nasty, Way: "hand", OpenedBy: nasty, OpenedAt: noon, UsableAt: noon, Approved: true}}
	return []pagetest.Sample{
		seen("overview", 0, overviewView{Recoveries: 2, Erasures: 1, Steps: steps}.sheet(all)),
		seen("overview ready", 0, overviewView{Steps: steps[:1], Ready: true}.sheet(all)),
		seen("opening", 0, openingView{Key: "k", Bases: bases(), Typed: map[string]string{}, Bad: map[string]string{}}.sheet()),
		seen("opening refused", 422, openingView{Status: 422, Key: "k", Bases: bases(), Typed: typed, Bad: bad, Refusal: refusal}.sheet()),
		seen("members", 422, membersView{Status: 422, Query: nasty, Rows: []memberRow{{"/administration/membres/usr_1", nasty, "12345678", []string{"citizen", "treasurer"}, true}}, Next: "/administration/membres?apres=usr_1",
			Key: "k", Kinds: holderKinds(), Kind: "individual", Name: nasty, Email: nasty, NameProblem: nasty, EmailProblem: nasty, Refusal: refusal}.sheet(all)),
		seen("members none", 0, membersView{Key: "k", Kinds: holderKinds()}.sheet(all)),
		seen("person", 0, person.sheet(all)), seen("person refused", 409, wrong.sheet(all)), seen("person gone", 0, gone.sheet(all)),
		seen("recoveries", 422, recoveriesView{Status: 422, Cases: cases, Opens: true, Key: "k", Member: nasty, MemberProblem: nasty, Reason: nasty, ReasonProblem: nasty, ByHand: true, Refusal: refusal}.sheet(all)),
		seen("recoveries read", 0, recoveriesView{Cases: cases, Key: "k"}.sheet(nil)),
		seen("recovery code", 0, recoveriesView{Opens: true, Key: "k", Code: nasty, CodeFrom: noon}.sheet(all)),
		seen("recovery sent", 0, recoveriesView{Opens: true, Key: "k", Sent: true}.sheet(all)),
		seen("recovery shown", 0, recoveriesView{Opens: true, Key: "k", Shown: true}.sheet(all)),
		seen("erasures", 409, erasuresView{Status: 409, Refusal: refusal, Rows: []erasureRow{{"era_1", "k1", "12345678", nasty, noon, noon, true}, {"era_2", "k2", "12345679", "", noon, noon, false}}}.sheet(all)),
		seen("erasures none", 0, erasuresView{}.sheet(all)),
		seen("places", 422, placesView{Status: 422, Desks: []conversion.Desk{{Slug: nasty, Name: nasty}}, Shops: []merchant.Merchant{{Name: nasty, Code: "ABCD1234"}}, DeskKey: "k1", Desk: nasty, DeskProblem: nasty,
			ShopKey: "k2", Shop: nasty, Member: nasty, ShopProblem: nasty, Problem: nasty, Refusal: refusal}.sheet(all)),
		seen("places none", 0, placesView{DeskKey: "k1", ShopKey: "k2"}.sheet(all)),
		seen("settings", 422, settingsView{Status: 422, Key: "k", Hours: nasty, HoursBad: nasty, Phone: nasty, PhoneBad: nasty, Email: nasty, EmailBad: nasty, Name: nasty, Code: "ROUE", Issuer: nasty, Unit: nasty, Refusal: refusal}.sheet(all)),
		seen("health", 409, healthView{Status: 409, Version: nasty, Engine: "sqlite", Schema: 24, DiskFull: true, Checked: noon, Mail: mail.Backlog{Letters: 3, Oldest: noon, Tries: 2}, Refusal: refusal,
			Jobs: []jobRow{{"verify", "done", "", "k1", "done", noon, 3}, {"mail.send", "failed", nasty, "k2", "bad", noon, 1}, {"people.erase", "never", "", "k3", "ended", noon, 0}}}.sheet(all)),
		seen("health bare", 0, healthView{Checked: noon, CheckOK: true}.sheet(all)),
	}
}

func TestEveryPage(t *testing.T) { pagetest.Hold(t, samples(), Room().Room) }

// TestTheSecondVolunteerIsAnother: whoever opened a recovery is offered no approval
// of it, nor whoever noted an erasure.
func TestTheSecondVolunteerIsAnother(t *testing.T) {
	for _, s := range samples() {
		_, markup := pagetest.Text(t, s, Room().Room)
		for _, own := range []string{"/administration/acces/rec_2/approbation", "/administration/acces/rec_3/approbation", "/administration/effacements/era_1/approbation"} {
			if strings.Contains(markup, own) {
				t.Errorf("%s offers %s", s.Name, own)
			}
		}
		if s.Name == "recoveries" && !strings.Contains(markup, "/administration/acces/rec_1/approbation") {
			t.Error("nobody is offered to approve")
		}
	}
}

func TestAccountsAreNamedAfterTheirBank(t *testing.T) {
	for name, want := range map[string]string{"La Nef": "la-nef", "Crédit Coopératif": "credit-cooperatif", "  ": "banque", "Banque & Fils (Évreux)": "banque-fils-evreux"} {
		if got := site.Slug(name); got != want {
			t.Errorf("%q is %q, want %q", name, got, want)
		}
	}
}
