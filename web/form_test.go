// SPDX-License-Identifier: AGPL-3.0-or-later

package web_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
)

// TestTheFormOfRequests sends what is not written as the contract says.
func TestTheFormOfRequests(t *testing.T) {
	inWorld(t, func(w *world) {
		w.part("large bodies", largeBodies)
		w.part("not in the contract", notInTheContract)
		w.part("media types", mediaTypes)
		w.part("csv", csvLines)
	})
}

func notInTheContract(w *world) {
	w.keep("request", w.made("cashier", "/v1/payment-requests", `{"amount":"9.00"}`))
	before := w.commands()
	for _, c := range []struct {
		as, method, path, body string
		status                 int
		code, pointer          string
	}{
		{"citizen", "POST", "/v1/payments", `{"to":"${shop.code}","amount":"1.00","tip":"1.00"}`, 422, "invalid", "/tip"},
		{"citizen", "POST", "/v1/payments", `{"to":"${shop.code}","Amount":"1.00"}`, 422, "invalid", "/Amount"},
		{"citizen", "POST", "/v1/payments", `{"to":"${shop.code}","amount":"1.00","AMOUNT":"2.00"}`, 422, "invalid", "/AMOUNT"},
		{"citizen", "POST", "/v1/payments", `{"amount":"1.00"}`, 422, "invalid", "/to"},
		{"citizen", "POST", "/v1/payments", `{"to":"${shop.code}"}`, 422, "invalid", "/amount"},
		{"citizen", "POST", "/v1/payments", `{"to":12,"amount":"1.00"}`, 422, "invalid", "/to"},
		{"citizen", "POST", "/v1/payments", `{"to":null,"amount":"1.00"}`, 422, "invalid", "/to"},
		{"citizen", "POST", "/v1/payments", `{"to":"${shop.code}","amount":"1.00","message":null}`, 422, "invalid", "/message"},
		{"citizen", "POST", "/v1/payments", `{"to":"${shop.code}","amount":"1.00","from":"${citizen}"}`, 422, "invalid", "/from"},
		{"citizen", "POST", "/v1/payments", `{"to":"${shop.code}","amount":"1.00","message":"` + strings.Repeat("x", 141) + `"}`, 422, "invalid", "/message"},
		{"citizen", "POST", "/v1/payments", `{"to":"${shop.code}","amount":"1.00","message":"a\u0000b"}`, 422, "invalid", "/message"},
		{"citizen", "POST", "/v1/payments?dry=1", `{"to":"${shop.code}","amount":"1.00"}`, 422, "invalid", "query/dry"},
		{"citizen", "POST", "/v1/payments", `[]`, 422, "invalid", ""},
		{"citizen", "POST", "/v1/payments", `null`, 422, "invalid", ""},
		{"citizen", "POST", "/v1/payments", `{"to":"${shop.code}","amount":"1.00"`, 400, "malformed", ""},
		{"citizen", "POST", "/v1/payments", `{"to":"${shop.code}","amount":"1.00"} {}`, 400, "malformed", ""},
		{"citizen", "POST", "/v1/payments", `to=x&amount=1.00`, 400, "malformed", ""},
		{"citizen", "POST", "/v1/payments", "", 400, "malformed", "-"},
		{"citizen", "POST", "/v1/payment-requests/${request}/payments", `{"amount":"9.00"}`, 422, "invalid", "/amount"},
		{"citizen", "POST", "/v1/payment-requests/${request}/payments", `null`, 422, "invalid", ""},
		{"citizen", "POST", "/v1/payment-requests/${request}/payments?x=1", "", 422, "invalid", "query/x"},
		{"citizen", "POST", "/v1/payment-requests/${shop}/payments", "", 422, "invalid", "path/id"},
		{"cashier", "POST", "/v1/payment-requests/${request}/cancellations", `{"why":"x"}`, 422, "invalid", "/why"},
		{"cashier", "POST", "/v1/payment-requests", `{"amount":"1.00","expires_in":"300"}`, 422, "invalid", "/expires_in"},
		{"cashier", "POST", "/v1/payment-requests", `{"amount":"1.00","expires_in":29}`, 422, "invalid", "/expires_in"},
		{"cashier", "POST", "/v1/payment-requests", `{"amount":"1.00","expires_in":86401}`, 422, "invalid", "/expires_in"},
		{"cashier", "POST", "/v1/payment-requests", `{"amount":"1.00","expires_in":60.5}`, 422, "invalid", "/expires_in"},
		{"desk", "POST", "/v1/holders", `{"kind":"bank","name":"x"}`, 422, "invalid", "/kind"},
		{"desk", "POST", "/v1/holders", `{"kind":"individual","name":""}`, 422, "invalid", "/name"},
		{"desk", "POST", "/v1/conversions", `{"euros":"1.00","channel":"gold"}`, 422, "invalid", "/channel"},
		{"agent", "POST", "/v1/campaigns", strings.Replace(campaign, `"0.20"`, `"1.20"`, 1), 422, "invalid", "/rate"},
		{"agent", "POST", "/v1/campaigns", strings.Replace(campaign, `"0.20"`, `0.2`, 1), 422, "invalid", "/rate"},
		{"agent", "POST", "/v1/campaigns", strings.Replace(campaign, "2036-12-31", "2036-02-30", 1), 422, "invalid", "/ends_on"},
		{"agent", "POST", "/v1/campaigns", strings.Replace(campaign, "2036-12-31", "31/12/2036", 1), 422, "invalid", "/ends_on"},
		{"agent", "POST", "/v1/campaigns", strings.Replace(campaign, `"convention":{`, `"convention":{"clause":"x",`, 1), 422, "invalid", "/convention/clause"},
		{"treasurer", "POST", "/v1/campaigns", campaign, 422, "invalid", "/funder"},
		{"admin", "POST", "/v1/tokens", `{"label":"x","scopes":["all"],"expires_in":18446744174}`, 422, "invalid", "/expires_in"},
		{"admin", "POST", "/v1/tokens", `{"label":"x","scopes":["all"],"user":"${citizen.user}"}`, 422, "invalid", "/user"},
		{"admin", "POST", "/v1/tokens", `{"label":"x"}`, 422, "invalid", "/scopes"},
		{"admin", "POST", "/v1/tokens", `{"label":"x","scopes":["king"]}`, 422, "invalid", "/scopes/0"},
		{"admin", "POST", "/v1/tokens", `{"label":"x","scopes":["all","read"]}`, 422, "invalid", "/scopes"},
		{"citizen", "GET", "/v1/me?verbose=1", "", 422, "invalid", "query/verbose"},
		{"", "GET", "/v1/fund?when=now", "", 422, "invalid", "query/when"},
		{"", "GET", "/v1/fund?at=yesterday", "", 422, "invalid", "query/at"},
		{"", "GET", "/v1/fund?at=2099-01-01T00:00:00Z", "", 422, "invalid", "query/at"},
		{"desk", "GET", "/v1/holders?limit=0", "", 422, "invalid", "query/limit"},
		{"desk", "GET", "/v1/holders?limit=201", "", 422, "invalid", "query/limit"},
		{"desk", "GET", "/v1/holders?limit=ten", "", 422, "invalid", "query/limit"},
		{"desk", "GET", "/v1/holders?cursor=abc", "", 422, "cursor-invalid", "-"},
		{"desk", "GET", "/v1/holders?offset=10", "", 422, "invalid", "query/offset"},
		{"citizen", "GET", "/v1/wallets/${citizen.wallet}/postings?cursor=zz", "", 422, "cursor-invalid", "-"},
		{"citizen", "GET", "/v1/wallets/${citizen}", "", 422, "invalid", "path/id"},
		{"citizen", "GET", "/v1/wallets/wal_x", "", 422, "invalid", "path/id"},
		{"agent", "POST", "/v1/payout-batches?period=2026-03", `{"period":"2026-03","purpose":"subsidy","lines":[{"reference":"S-1","holder":"${citizen}","amount_eur":"1.00"}]}`, 422, "invalid", "query/period"},
		{"agent", "POST", "/v1/payout-batches", `{"period":"2026-13","purpose":"subsidy","lines":[{"reference":"S-1","holder":"${citizen}","amount_eur":"1.00"}]}`, 422, "invalid", "/period"},
		{"agent", "POST", "/v1/payout-batches", `{"period":"2026-03","purpose":"subsidy","lines":[{"reference":"S-1","amount_eur":"1.00"}]}`, 422, "invalid", "/lines/0/holder"},
		{"agent", "POST", "/v1/payout-batches", `{"period":"2026-03","purpose":"subsidy","lines":[]}`, 422, "invalid", "/lines"},
		{"agent", "POST", "/v1/payout-batches", `{"period":"2026-03"`, 400, "malformed", ""},
		{"treasurer", "POST", "/v1/fonte", fonteOf(`"rate":"0.11"`), 422, "invalid", "/rate"},
		{"treasurer", "POST", "/v1/fonte", fonteOf(`"rate":"0.00"`), 422, "invalid", "/rate"},
		{"treasurer", "POST", "/v1/fonte", fonteOf(`"period":"week"`), 422, "invalid", "/period"},
		{"treasurer", "POST", "/v1/fonte", fonteOf(`"first_day":"2036-02-01"`), 422, "invalid", "/first_day"},
		{"treasurer", "POST", "/v1/fonte", fonteOf(`"first_day":"hier"`), 422, "invalid", "/first_day"},
		{"treasurer", "POST", "/v1/fonte", fonteOf(`"kinds":["collectivity"]`), 422, "invalid", "/kinds"},
		{"treasurer", "POST", "/v1/fonte", fonteOf(`"kinds":[]`), 422, "invalid", "/kinds"},
		{"treasurer", "POST", "/v1/fonte", fonteOf(`"exempt":"-1.00"`), 422, "invalid", "/exempt"},
		{"treasurer", "POST", "/v1/fonte", fonteOf(`"notice_days":367`), 422, "invalid", "/notice_days"},
		{"treasurer", "POST", "/v1/fonte", fonteOf(`"notice_days":29`), 409, "fonte-notice", "-"},
		{"treasurer", "POST", "/v1/fonte", fonteOf(`"receiver":"${citizen}"`), 422, "invalid", "/receiver"},
		{"treasurer", "POST", "/v1/fonte", fonteOf(`"receiver":"x"`), 422, "invalid", "/receiver"},
		{"treasurer", "POST", "/v1/fonte", fonteOf(`"voted":true`), 422, "invalid", "/voted"},
		{"treasurer", "GET", "/v1/fonte/fnt_x/preview", "", 422, "invalid", "path/id"},
		{"treasurer", "POST", "/v1/card-decisions", cardOf(`"deed":"keep"`), 422, "invalid", "/deed"},
		{"treasurer", "POST", "/v1/card-decisions", cardOf(`"conversion":"${citizen}"`), 422, "invalid", "/conversion"},
		{"treasurer", "POST", "/v1/card-decisions", cardOf(`"note":""`), 422, "invalid", "/note"},
		{"treasurer", "POST", "/v1/card-decisions", cardOf(`"note":"` + strings.Repeat("x", 201) + `"`), 422, "invalid", "/note"},
		{"treasurer", "POST", "/v1/card-decisions", cardOf(`"note":"a\u0000b"`), 422, "invalid", "/note"},
		{"treasurer", "POST", "/v1/card-decisions", cardOf(`"holder":"${citizen}"`), 422, "invalid", "/holder"},
		{"treasurer", "POST", "/v1/card-decisions", cardOf(`"holder":null`), 422, "invalid", "/holder"},
		{"treasurer", "POST", "/v1/card-decisions", cardOf(`"amount_eur":"1.00"`), 422, "invalid", "/amount_eur"},
		{"treasurer", "POST", "/v1/card-decisions", cardOf(`"note":"x"`), 404, "missing", "-"},
		{"approver", "POST", "/v1/card-decisions/cdn_x/approvals", "", 422, "invalid", "path/id"},
		{"approver", "POST", "/v1/card-decisions/" + nobodys("cdn_") + "/approvals", `{"amount_eur":"1.00"}`, 422, "invalid", "/amount_eur"},
		{"treasurer", "GET", "/v1/card-decisions?status=open", "", 422, "invalid", "query/status"},
		{"treasurer", "GET", "/v1/card-decisions?cursor=zz", "", 422, "cursor-invalid", "-"},
		{"treasurer", "GET", "/v1/card-decisions/cdn_x", "", 422, "invalid", "path/id"},
		{"treasurer", "POST", "/v1/bank-accounts", bankOf(`"account":"eur:bank:operating"`), 422, "invalid", "/account"},
		{"treasurer", "POST", "/v1/bank-accounts", bankOf(`"account":"eur:bank:guarantee:gold:nef"`), 422, "invalid", "/account"},
		{"treasurer", "POST", "/v1/bank-accounts", bankOf(`"iban":"FR7630004000031234567890144"`), 422, "invalid", "/iban"},
		{"treasurer", "POST", "/v1/bank-accounts", bankOf(`"iban":"FR76"`), 422, "invalid", "/iban"},
		{"treasurer", "POST", "/v1/bank-accounts", bankOf(`"iban":"FR1420041010050500013M02606"`), 409, "bank-account-exists", "-"},
		{"treasurer", "POST", "/v1/bank-accounts", bankOf(`"bic":"NEF"`), 422, "invalid", "/bic"},
		{"treasurer", "POST", "/v1/bank-accounts", bankOf(`"holder_name":""`), 422, "invalid", "/holder_name"},
		{"treasurer", "POST", "/v1/bank-accounts", bankOf(`"note":null`), 422, "invalid", "/note"},
		{"treasurer", "POST", "/v1/bank-accounts", bankOf(`"balance_eur":"1.00"`), 422, "invalid", "/balance_eur"},
		{"treasurer", "POST", "/v1/bank-accounts/closings", `{"account":"eur:bank:guarantee:digital:la-nef","note":""}`, 422, "invalid", "/note"},
		{"treasurer", "POST", "/v1/bank-accounts/closings", `{"account":"eur:bank:operating","note":"x"}`, 404, "missing", "-"},
		{"treasurer", "POST", "/v1/bank-accounts/closings", `{"account":"eur:bank:guarantee:digital:la-nef","note":"x"}`, 409, "bank-account-last", "-"},
		{"approver", "POST", "/v1/bank-account-changes/bac_x/approvals", "", 422, "invalid", "path/id"},
		{"treasurer", "GET", "/v1/bank-account-changes?cursor=zz", "", 422, "cursor-invalid", "-"},
	} {
		d := w.refused(call{as: c.as, method: c.method, path: c.path, body: c.body}, c.status, c.code)
		if c.pointer != "-" && !d.points(c.pointer) {
			w.Errorf("%s %s %s: %+v does not name %s", c.method, c.path, c.body, d.Errors, c.pointer)
		}
	}
	if after := w.commands(); after != before {
		w.Errorf("%d commands were executed", after-before)
	}
}

// cardOf is a decision about the payment of a conversion that is none, but for one
// member, which comes last and instead of its own.
func cardOf(member string) string {
	return bodyOf(member, `"conversion":"`+nobodys("cnv_")+`"`, `"deed":"returned"`, `"note":"Rendu"`)
}

// bankOf is a compte dédié that could be opened but for one member.
func bankOf(member string) string {
	return bodyOf(member, `"account":"eur:bank:guarantee:digital:autre"`, `"custodian":"Autre"`, `"iban":"FR7630004000031234567890143"`, `"holder_name":"Association"`, `"note":"Convention"`)
}

// bodyOf is a body of members but for one, which comes last and instead of its own
// where there is one of its name.
func bodyOf(member string, members ...string) string {
	name, _, _ := strings.Cut(member, ":")
	members = slices.DeleteFunc(members, func(m string) bool { return strings.HasPrefix(m, name+":") })
	return "{" + strings.Join(append(members, member), ",") + "}"
}

// fonteOf is a rule that could be prepared but for one member, which comes last and
// instead of its own where the rule has it.
func fonteOf(member string) string {
	return bodyOf(member, `"rate":"0.02"`, `"period":"half-year"`, `"first_day":"2036-07-01"`, `"receiver":"${bakery}"`, `"kinds":["individual"]`, `"exempt":"50.00"`, `"notice_days":60`)
}

func largeBodies(w *world) {
	pad := func(size int) string {
		body := w.say(`{"to":"${shop.code}","amount":"1.00"`)
		return body + strings.Repeat(" ", size-len(body)-1) + "}"
	}
	w.made("citizen", "/v1/payments", pad(64<<10))
	w.refused(call{as: "citizen", method: "POST", path: "/v1/payments", body: pad(64<<10 + 1)}, http.StatusRequestEntityTooLarge, "body-too-large")
	w.refused(call{as: "cashier", method: "POST", path: "/v1/payment-requests/${oven}/cancellations", body: pad(1 << 20)}, 413, "body-too-large")
	w.refused(call{as: "agent", method: "POST", path: "/v1/payout-batches", body: pad(2<<20 + 2)}, 413, "body-too-large")
	if got := w.available("citizen").Format(); got != "119.00" {
		w.Errorf("%s left", got)
	}
	var lines strings.Builder
	for i := range 600 { // an upload: more than 64 KiB
		fmt.Fprintf(&lines, `,{"reference":"S-%033d","holder":"${citizen}","amount_eur":"1.00"}`, i)
	}
	w.is(w.made("agent", "/v1/payout-batches", `{"period":"2026-03","purpose":"subsidy","lines":[`+lines.String()[1:]+`]}`), "total_eur", "600.00")
}

func mediaTypes(w *world) {
	for _, media := range []string{"text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/xml"} {
		for path, body := range map[string]string{
			"/v1/payments":       `{"to":"${shop.code}","amount":"1.00"}`,
			"/v1/payout-batches": `{"period":"2026-03","purpose":"subsidy","lines":[{"reference":"S-1","holder":"${citizen}","amount_eur":"1.00"}]}`,
		} {
			c := call{as: "citizen", method: "POST", path: path, body: body, header: map[string]string{"Content-Type": media}}
			if path == "/v1/payout-batches" {
				c.as = "agent"
			}
			w.refused(c, http.StatusUnsupportedMediaType, "media-type")
		}
	}
	c := call{as: "citizen", method: "POST", path: "/v1/payments", body: `{"to":"${shop.code}","amount":"1.00"}`,
		header: map[string]string{"Content-Type": "application/json; charset=utf-8"}}
	if a := w.do(c); a.status != http.StatusCreated || a.header.Get("Content-Type") != "application/json" {
		w.Errorf("%d %v", a.status, a.header)
	}
}

// csvLines uploads a file with several wrong lines,
// then the mended one.
func csvLines(w *world) {
	csv := func(query, body string) call {
		return call{as: "agent", method: "POST", path: "/v1/payout-batches" + query, body: body, header: map[string]string{"Content-Type": "text/csv; charset=utf-8"}}
	}
	before := w.commands()
	d := w.refused(csv("?period=2026-03&purpose=subsidy", "reference,holder,amount_eur\nS-1,${citizen.number},10.00\nS-2,${citizen},1e5\n,${citizen2},0.00\nS-4,${citizen2}\n"), 422, "csv-invalid")
	for _, line := range []string{"line/3", "line/4", "line/5"} {
		if !d.points(line) {
			w.Errorf("%s is not told: %+v", line, d.Errors)
		}
	}
	if len(d.Errors) != 4 {
		w.Errorf("%d places are told, want 4: %+v", len(d.Errors), d.Errors)
	}
	w.refused(csv("?purpose=subsidy", "reference,holder,amount_eur\nS-1,${citizen},10.00\n"), 422, "invalid")
	w.refused(csv("?period=2026-3&purpose=subsidy", "reference,holder,amount_eur\nS-1,${citizen},10.00\n"), 422, "invalid")
	w.refused(csv("?period=2026-03&purpose=gift", "reference,holder,amount_eur\nS-1,${citizen},10.00\n"), 422, "invalid")
	if after := w.commands(); after != before {
		w.Errorf("%d commands were executed", after-before)
	}
	a := w.do(csv("?period=2026-03&purpose=subsidy&collectivity=${town}", "\ufeffReference;Holder;Amount_eur\r\nS-1;${citizen.number};10,00\r\nS-2;nobody;5.50\r\n"))
	if a.status != http.StatusCreated {
		w.Fatalf("%d %s", a.status, a.body)
	}
	w.is(a, "total_eur", "15.50", "collectivity", "${town}", "period", "2026-03", "purpose", "subsidy", "status", "draft")
	if a.text("lines", 0, "holder") != w.known["citizen"] || a.text("lines", 1, "problem") != "unknown-holder" {
		w.Errorf("lines %v", a.at("lines"))
	}
}
