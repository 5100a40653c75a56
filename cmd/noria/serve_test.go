// SPDX-License-Identifier: AGPL-3.0-or-later

package main_test

import (
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
)

// link is the form of the first administrator's token.
const link = `^\s+(noria_l[0-9a-z]{58})$`

// signIn pastes a token on the sign-in page and returns the answer with its
// cookies.
func signIn(t *testing.T, public, token string) *http.Response {
	t.Helper()
	response, err := newClient(t).PostForm(public+"/connexion", url.Values{"jeton": {token}})
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	return response
}

// TestServeFromNothing begins a currency as an association does: the program, an
// empty folder, and a browser.
func TestServeFromNothing(t *testing.T) {
	t.Parallel()
	p, public, private := serve(t) // nothing set but free ports
	if text := p.await(p.heard, `^.*connexion.*$`)[0]; !strings.Contains(text, public+"/connexion") {
		t.Errorf("it says %q", text)
	}
	token := p.await(p.heard, link)[1]
	anybody := caller{t, public, ""}
	if a := anybody.ask(request{method: http.MethodGet, path: "/connexion"}); a.status != http.StatusOK || !strings.Contains(string(a.text), `name="jeton"`) {
		t.Fatalf("the sign-in page: %d %s", a.status, a.text)
	}
	if a := (caller{t, public, token}).ask(request{method: http.MethodGet, path: "/v1/me"}); a.status != http.StatusUnauthorized {
		t.Errorf("the link is taken for a token: %d", a.status)
	}

	opened := signIn(t, public, token)
	if opened.StatusCode != http.StatusSeeOther || len(opened.Cookies()) != 1 {
		t.Fatalf("signing in: %s, cookies %v", opened.Status, opened.Cookies())
	}
	if again := signIn(t, public, token); again.StatusCode != http.StatusUnauthorized || len(again.Cookies()) > 0 {
		t.Errorf("the link opens a second session: %s", again.Status)
	}

	// The session is a token like another: the API takes it.
	admin := caller{t, public, opened.Cookies()[0].Value}
	currency := map[string]any{
		"name": "La Noix", "code": "NOIX", "unit": map[string]string{"singular": "Noix", "plural": "Noix"},
		"issuer": map[string]string{"name": "Association La Noix", "rna": "W842000001", "legal_basis": "exclusion-L521-3"},
		"bank_accounts": []any{map[string]string{"account": "eur:bank:guarantee:digital:la-nef", "custodian": "La Nef",
			"iban": "FR7630006000011234567890189", "holder_name": "Association La Noix"}},
	}
	admin.post("/v1/currency", currency, nil)
	var told struct {
		Name, Code string
		Issuer     struct{ Name string }
	}
	anybody.get("/v1/currency", &told)
	if told.Name != "La Noix" || told.Code != "NOIX" || told.Issuer.Name != "Association La Noix" {
		t.Errorf("the currency is %+v", told)
	}
	if a := anybody.ask(request{method: http.MethodGet, path: "/fonds"}); a.status != http.StatusOK || !strings.Contains(string(a.text), "La Noix") {
		t.Errorf("the fund's page: %d", a.status)
	}
	admin.post("/v1/desks", map[string]string{"slug": "centre", "name": "Comptoir"}, nil)

	// First clubs, money, and a payment: the book lives. People confirm their own
	// payments; who acts for a club may let a program pay.
	var clubs [2]holder
	for i := range clubs {
		admin.post("/v1/holders", map[string]string{"kind": "association", "name": "Club"}, &clubs[i])
	}
	desk := acting(admin, "desk_agent", "")
	desk.post("/v1/conversions", map[string]string{"wallet": clubs[0].Wallet, "euros": "20.00", "channel": "desk"}, nil)
	payer := acting(admin, "merchant_owner", clubs[0].ID)
	payer.post("/v1/payments", map[string]string{"to": clubs[1].Number, "amount": "7.50"}, nil)
	if w := payer.wallet(clubs[0].Wallet); w.Available != 1250 {
		t.Errorf("the payer has %+v", w)
	}
	eventually(t, "the payment in the metrics", func() bool {
		return metric(t, private, `noria_payments_total{channel="direct",result="done"}`) == 1 &&
			metric(t, private, `noria_commands_total{action="payment.create",result="done"}`) == 1
	})
	eventually(t, "the first check of the book", func() bool {
		return metric(t, private, `noria_commands_total{action="job.lease",result="done"}`) >= 2
	})
	if metric(t, private, "noria_ledger_check_failures_total") != 0 {
		t.Error("the check found a difference in a book that was just begun")
	}
	if code := p.stop(); code != 0 {
		t.Errorf("told to end it exits %d", code)
	}
	if _, said := p.said(); strings.Count(said, token) != 1 || strings.Contains(said, admin.token) {
		t.Errorf("it does not say the link once, or says another secret:\n%s", said)
	}
	folder := filepath.Join(p.cmd.Dir, "noria-data")
	done(t, "verify", "--data", folder)

	// Somebody has come in: there is no link any more.
	p, public, _ = serve(t, "--data", folder)
	if a := (caller{t, public, admin.token}).ask(request{method: http.MethodGet, path: "/v1/me"}); a.status != http.StatusOK {
		t.Errorf("the session did not live through a restart: %d", a.status)
	}
	p.stop()
	if _, said := p.said(); strings.Contains(said, "noria_l") || strings.Contains(said, "connexion") {
		t.Errorf("a second link:\n%s", said)
	}
}

// TestALinkNobodyUsed: until somebody has come in each start prints a link, and
// only the last one holds.
func TestALinkNobodyUsed(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	p, _, _ := serve(t, "--data", folder)
	first := p.await(p.heard, link)[1]
	p.stop()
	p, public, _ := serve(t, "--data", folder)
	second := p.await(p.heard, link)[1]
	if first == second {
		t.Error("the same link twice")
	}
	if a := signIn(t, public, first); a.StatusCode != http.StatusUnauthorized {
		t.Errorf("the first link: %s", a.Status)
	}
	if a := signIn(t, public, second); a.StatusCode != http.StatusSeeOther {
		t.Errorf("the second link: %s", a.Status)
	}
}

// TestOneProcessOwnsTheFolder: a second server on the same folder is refused
// clearly, and the first one goes on.
func TestOneProcessOwnsTheFolder(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	_, public, _ := serve(t, "--data", folder)
	for _, command := range []string{"serve", "demo", "migrate"} {
		r := noria(t, command, "--data", folder, "--addr", "127.0.0.1:0", "--private-addr", "127.0.0.1:0")
		if r.code != 1 || r.stdout != "" || (command != "demo" && !strings.Contains(r.stderr, "another noria process")) {
			t.Errorf("%s beside a server: %+v", command, r)
		}
	}
	if r := noria(t, "job", "run", "verify", "--data", folder); r.code != 1 || !strings.Contains(r.stderr, "another noria process") {
		t.Errorf("job run beside a server: %+v", r)
	}
	if a := (caller{t, public, ""}).ask(request{method: http.MethodGet, path: "/healthz"}); a.status != http.StatusOK {
		t.Errorf("the first server: %d", a.status)
	}
}

// TestAPortThatIsTaken: the program says so and leaves.
func TestAPortThatIsTaken(t *testing.T) {
	t.Parallel()
	_, public, _ := serve(t)
	r := noria(t, "serve", "--addr", strings.TrimPrefix(public, "http://"), "--private-addr", "127.0.0.1:0")
	if r.code != 1 || !strings.Contains(r.stderr, "address already in use") {
		t.Errorf("%+v", r)
	}
}

// acting gives the administrator another role, and returns a program of theirs
// that acts in it.
func acting(admin caller, role, organisation string) caller {
	admin.t.Helper()
	var me struct{ User string }
	admin.get("/v1/me", &me)
	grant, wish := map[string]string{"role": role}, map[string]any{"label": role, "scopes": []string{"all"}}
	if organisation != "" {
		grant["organisation"], wish["organisation"] = organisation, organisation
	}
	if a := admin.ask(request{method: http.MethodPost, path: "/v1/users/" + me.User + "/grants", key: "acting-as-" + role + "-here", body: grant}); a.status != http.StatusNoContent {
		admin.t.Fatalf("%s: %d %s", role, a.status, a.text)
	}
	var issued struct{ Token string }
	admin.post("/v1/tokens", wish, &issued)
	return caller{admin.t, admin.url, issued.Token}
}
