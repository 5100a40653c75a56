// SPDX-License-Identifier: AGPL-3.0-or-later

package web_test

import (
	"cmp"
	"flag"
	"fmt"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the golden files anew")

// everybody is who calls every route, in the order of the table.
func everybody() []string {
	list := []string{""}
	for _, p := range people() {
		if p.role != "" {
			list = append(list, p.name)
		}
	}
	return list
}

// staff may act on everybody's affairs in some matter; the others never learn
// whether a thing of somebody else's exists.
func staff() []string { return []string{"desk", "treasurer", "approver", "auditor", "admin"} }

// reads are the routes that change nothing, with what their {id} stands for.
func reads() []wish {
	return []wish{
		{route: "/v1/currency"}, {route: "/v1/desks"}, {route: "/v1/fund"}, {route: "/v1/directory"}, {route: "/v1/me"},
		{route: "/v1/holders"}, {route: "/v1/holders/{id}", id: "citizen"},
		{route: "/v1/wallets/{id}", id: "citizen.wallet"}, {route: "/v1/wallets/{id}/postings", id: "citizen.wallet"},
		{route: "/v1/campaigns"}, {route: "/v1/campaigns/{id}", id: "campaign"}, {route: "/v1/campaigns/{id}/report", id: "campaign"},
		{route: "/v1/campaigns/{id}/amendments", id: "campaign"}, {route: "/v1/receivables"}, {route: "/v1/loops"}, {route: "/v1/holders/{id}/free", id: "merchant"},
		{route: "/v1/conversions"}, {route: "/v1/conversions/{id}", id: "cash"},
		{route: "/v1/redemptions"}, {route: "/v1/redemptions/{id}", id: "redemption"},
		{route: "/v1/payout-accounts"}, {route: "/v1/redemption-runs"}, {route: "/v1/redemption-runs/{id}", id: "run"},
		{route: "/v1/redemption-runs/{id}/pain.001", id: "run"},
		{route: "/v1/fund/proposals"}, {route: "/v1/fund/proposals/pain.001"},
		{route: "/v1/settings"}, {route: "/v1/settings/changes"},
		{route: "/v1/merchants/{id}", id: "shop"}, {route: "/v1/payments/{id}", id: "payment"},
		{route: "/v1/intents/{id}", id: "intent"},
		{route: "/v1/payment-requests/{id}", id: "request"}, {route: "/v1/payment-requests/{id}/qr.svg", id: "request"},
		{route: "/v1/instructions/{id}", id: "instruction"},
		{route: "/v1/payout-batches"}, {route: "/v1/payout-batches/{id}", id: "batch"}, {route: "/v1/payout-batches/{id}/proof", id: "batch"},
		{route: "/v1/users"}, {route: "/v1/me/looks"}, {route: "/v1/recoveries"}, {route: "/v1/me/recoveries"}, {route: "/v1/me/data"}, {route: "/v1/me/erasures"},
		{route: "/v1/users/{id}", id: "citizen.user"}, {route: "/v1/users/{id}/tokens", id: "citizen.user"},
		{route: "/v1/acpr"}, {route: "/v1/paper"}, {route: "/v1/paper/counts"}, {route: "/v1/paper/counts/{id}", id: "count"}, {route: "/v1/paper/moves"}, {route: "/v1/paper/moves/{id}", id: "sale"},
		{route: "/v1/mandates"}, {route: "/v1/mandates/{id}", id: "mandate"}, {route: "/v1/mandates/{id}/debits", id: "mandate"}, {route: "/v1/debit-creditor"}, {route: "/v1/standing-references"},
		{route: "/v1/debit-runs"}, {route: "/v1/debit-runs/{id}", id: "debit-run"}, {route: "/v1/debit-runs/{id}/pain.008", id: "debit-run"}, {route: "/v1/debits/{id}", id: "debit"},
		{route: "/v1/holders/{id}/chargebacks", id: "citizen2"}, {route: "/v1/holders/{id}/residence", id: "citizen2"}, {route: "/v1/settings/bonus-wait"},
		{route: "/v1/membership"}, {route: "/v1/holders/{id}/membership", id: "citizen"}, {route: "/v1/dues"}, {route: "/v1/dues/tills"}, {route: "/v1/dues/{id}", id: "dues"}, {route: "/v1/dues/rates"},
		{route: "/v1/gift-associations"}, {route: "/v1/gift-rounds"}, {route: "/v1/holders/{id}/gift-choice", id: "citizen"},
		{route: "/v1/fund/alerts"}, {route: "/v1/projects"},
		{route: "/v1/fonte"}, {route: "/v1/fonte/rules"}, {route: "/v1/fonte/{id}/preview", id: "fonte"},
		{route: "/v1/bank-accounts"}, {route: "/v1/bank-account-changes"},
		{route: "/v1/odd-card-payments"}, {route: "/v1/card-decisions"}, {route: "/v1/card-decisions/{id}", id: "card-decision"},
	}
}

// routes are all routes as the table has them: the reads, a question, and each
// command of the scenario.
func routes() []wish {
	list := reads()
	for i := range list {
		list[i].save = "" // reads are asked with GET
	}
	list = append(list, wish{as: "citizen", route: "/v1/conversions/quotes", body: `{"euros":"10.00"}`})
	list = append(list, scenario()...)
	slices.SortStableFunc(list, func(a, b wish) int { // a second shop of one holder makes "my shop" ambiguous
		return cmp.Compare(strings.Count(a.route, "/v1/merchants")*len(a.as), strings.Count(b.route, "/v1/merchants")*len(b.as))
	})
	return list
}

func (s *wish) method() string {
	if s.body == "" && s.as == "" {
		return http.MethodGet
	}
	return http.MethodPost
}

// label tells a row of the table apart.
func (s *wish) label() string {
	label := s.method() + " " + s.route
	switch {
	case s.id != "":
		label += " (" + s.id + ")"
	case s.save != "":
		label += " → " + s.save
	}
	return label
}

// asked makes the call of a row as somebody.
func (w *world) asked(s wish, as string) answer {
	w.Helper()
	c := s.call()
	c.as, c.method, c.key = as, s.method(), ""
	return w.do(c)
}

// TestRights calls every route as everybody and compares the statuses with a
// table that an auditor can read, then with things that do not exist.
func TestRights(t *testing.T) {
	inBareWorld(t, func(w *world) {
		w.play()
		w.coversEveryRoute()
		table := new(strings.Builder)
		table.WriteString(legend)
		statuses := make(map[string]answer)
		w.tabulate(table, routes(), func(s wish, as string) answer {
			a := w.asked(s, as)
			statuses[s.label()+as] = a
			return a
		})
		table.WriteString("\n# The same routes, about things that do not exist.\n\n")
		var unknown []wish
		for _, s := range routes() {
			if s.id != "" {
				unknown = append(unknown, s)
			}
		}
		w.tabulate(table, unknown, func(s wish, as string) answer {
			foreign := statuses[s.label()+as]
			w.known["nobody's"] = nobodys(w.known[s.id])
			s.id = "nobody's"
			a := w.asked(s, as)
			w.alike(s, as, foreign, a)
			return a
		})
		golden(t, "testdata/rights.golden", table.String())
	})
}

const legend = `# What each person is answered on each route, in the world of the tests.
#
# citizen, citizen2: citizens. merchant: owner of the shop. rival: owner of another shop. cashier: of the shop.
# agent, mayor: agent and approver of the town. The others are staff of the association.
# The wallet, the conversions and the payment are the citizen's, the shop's requests and redemptions the merchant's,
# the campaign, the instructions and the batches the town's. Everything happened once before, so that 409 and 422
# say: allowed, but it cannot be done now. 201 and 204: done. 401: not signed in. 403: no right. 404: allowed to
# know that there is no such thing.

`

// tabulate writes a row for each route and a column for each person.
func (w *world) tabulate(table *strings.Builder, rows []wish, ask func(s wish, as string) answer) {
	w.Helper()
	fmt.Fprintf(table, "%-64s", "route")
	for _, as := range everybody() {
		if as == "" {
			as = "nobody"
		}
		fmt.Fprintf(table, " %-9s", as)
	}
	for _, s := range rows {
		line := fmt.Sprintf("%-64s", s.label())
		for _, as := range everybody() {
			a := ask(s, as)
			if a.status >= 500 {
				w.Errorf("%s as %s: %d %s", s.label(), as, a.status, a.body)
			}
			line += fmt.Sprintf(" %-9d", a.status)
		}
		table.WriteString("\n" + strings.TrimRight(line, " "))
	}
	table.WriteString("\n")
}

// coversEveryRoute checks that the table leaves no route of the document out.
func (w *world) coversEveryRoute() {
	w.Helper()
	listed := make(map[string]bool)
	for _, s := range routes() {
		listed[s.method()+" "+s.route] = true
	}
	for _, o := range w.openapi().operations() {
		if !listed[o.method+" "+o.path] && !strings.HasPrefix(o.path, "/v1/live") {
			w.Errorf("the table of rights leaves out %s %s", o.method, o.path)
		}
	}
}

// nobodys is an id of the same noun that nothing has.
func nobodys(id string) string {
	prefix, _, _ := strings.Cut(id, "_")
	return prefix + "_" + strings.Repeat("0", 25) + "1"
}

// alike checks that nobody but staff learns whether a thing exists, except those
// that a code or a link leads anybody to.
func (w *world) alike(s wish, as string, foreign, unknown answer) {
	w.Helper()
	if strings.HasPrefix(s.route, "/v1/merchants") || strings.HasPrefix(s.route, "/v1/payment-requests") {
		return
	}
	traces := regexp.MustCompile(`"trace_id":"[^"]*"`)
	if as == "" || slices.Contains(staff(), as) {
		return
	}
	if foreign.status == http.StatusForbidden && traces.ReplaceAllString(foreign.body, "") != traces.ReplaceAllString(unknown.body, "") {
		w.Errorf("%s as %s: a thing of somebody else's is answered %s, one that does not exist %s", s.route, as, foreign.body, unknown.body)
	}
	if unknown.status != http.StatusForbidden {
		w.Errorf("%s as %s: one that does not exist is answered %s", s.route, as, unknown.body)
	}
}

// golden compares a text with a file, or writes the file with -update.
func golden(t *testing.T, path, got string) {
	t.Helper()
	if *update {
		must(t, os.MkdirAll("testdata", 0o755))
		must(t, os.WriteFile(path, []byte(got), 0o644))
	}
	want, err := os.ReadFile(path)
	must(t, err)
	if got == string(want) {
		return
	}
	old := strings.Split(string(want), "\n")
	for i, line := range strings.Split(got, "\n") {
		if i >= len(old) || line != old[i] {
			t.Errorf("%s, line %d:\n%s", path, i+1, line)
		}
	}
	t.Error("if that is meant, run go test -update and let an auditor read the difference")
}

// TestRolesKeepMoneyApart repeats lines of the table that must never change by
// a slip (rule D3).
func TestRolesKeepMoneyApart(t *testing.T) {
	inWorld(t, func(w *world) {
		for _, c := range []call{
			{as: "citizen2", method: "POST", path: "/v1/payments", body: `{"from":"${citizen.wallet}","to":"${citizen2.number}","amount":"1.00"}`},
			{as: "merchant", method: "POST", path: "/v1/payments", body: `{"from":"${citizen.wallet}","to":"${shop.code}","amount":"1.00"}`},
			{as: "auditor", method: "POST", path: "/v1/payments", body: `{"to":"${citizen.number}","amount":"1.00"}`},
			{as: "admin", method: "POST", path: "/v1/conversions", body: `{"wallet":"${citizen.wallet}","euros":"1.00","channel":"desk"}`},
			{as: "citizen", method: "POST", path: "/v1/conversions", body: `{"euros":"1.00","channel":"desk"}`},
			{as: "citizen2", method: "POST", path: "/v1/conversions", body: `{"wallet":"${citizen.wallet}","euros":"1.00","channel":"transfer"}`},
			{as: "rival", method: "POST", path: "/v1/payment-requests", body: `{"merchant":"${shop}","amount":"1.00"}`},
			{as: "cashier", method: "POST", path: "/v1/redemptions", body: `{"wallet":"${merchant.wallet}","amount":"1.00"}`},
			{as: "citizen2", method: "GET", path: "/v1/wallets/${citizen.wallet}"},
			{as: "cashier", method: "GET", path: "/v1/wallets/${merchant.wallet}"},
			{as: "citizen2", method: "GET", path: "/v1/conversions?wallet=${citizen.wallet}"},
			{as: "rival", method: "GET", path: "/v1/redemptions?wallet=${merchant.wallet}"},
			{as: "mayor", method: "GET", path: "/v1/campaigns?funder=${citizen}"},
			{as: "agent", method: "POST", path: "/v1/campaigns", body: strings.Replace(campaign, `{`, `{"funder":"${bakery}",`, 1)},
		} {
			w.refused(c, http.StatusForbidden, "forbidden")
		}
		if got := w.available("citizen").Format(); got != "120.00" {
			w.Errorf("%s left", got)
		}
	})
}

// TestAnOrganisationIsActedFor leaves out whose affairs a request is about: the
// one organisation that the caller acts for.
func TestAnOrganisationIsActedFor(t *testing.T) {
	inWorld(t, func(w *world) {
		w.made("citizen", "/v1/payments", `{"to":"${oven.code}","amount":"30.00"}`)
		w.is(w.made("rival", "/v1/redemptions", `{"amount":"10.00"}`), "wallet", "${bakery.wallet}")
		w.is(w.made("rival", "/v1/payments", `{"to":"${shop.code}","amount":"5.00"}`), "from", "${bakery.wallet}")
		w.is(w.made("rival", "/v1/conversions", `{"euros":"5.00","channel":"transfer"}`), "wallet", "${bakery.wallet}")
		w.is(w.post("rival", "/v1/conversions/quotes", `{"euros":"5.00"}`), "credited", "5.00")
		for _, list := range []string{"/v1/redemptions", "/v1/conversions"} {
			if a := w.shown("rival", list); a.text("items", 0, "wallet") != w.known["bakery.wallet"] {
				w.Errorf("%s: %s", list, a.body)
			}
		}
		w.keep("campaign", w.made("agent", "/v1/campaigns", campaign))
		w.is(w.shown("mayor", "/v1/campaigns/${campaign}"), "funder", "${town}")
		if a := w.shown("mayor", "/v1/campaigns"); a.text("items", 0, "funder") != w.known["town"] {
			w.Errorf("campaigns: %s", a.body)
		}
	})
}
