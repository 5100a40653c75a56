// SPDX-License-Identifier: AGPL-3.0-or-later

package page_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/noria-mlc/noria/ledger/money"
	"github.com/noria-mlc/noria/web/asset"
	"github.com/noria-mlc/noria/web/page"
	"github.com/noria-mlc/noria/web/page/pagetest"
)

const nasty = pagetest.Nasty

func noon() time.Time { return pagetest.Noon() }

func mustRenderer(t *testing.T) (*page.Renderer, *asset.Set) {
	t.Helper()
	return pagetest.Renderer(t)
}

// TestEveryPage holds the laws of pages for those that the renderer writes itself.
func TestEveryPage(t *testing.T) {
	var all []pagetest.Sample
	for _, s := range samples() {
		all = append(all, pagetest.Sample{Name: s.name, Status: s.status, Write: s.render,
			Public: strings.HasPrefix(s.name, "fund") || strings.HasPrefix(s.name, "problem") || s.name == "accessibility",
			Silent: s.name == "pay signed out" || strings.HasPrefix(s.name, "sign-in") || s.name == "fund empty"})
	}
	pagetest.Hold(t, all)
}

// sample is one page filled with hostile texts wherever a person can write.
type sample struct {
	name   string
	status int
	render func(r *page.Renderer, w http.ResponseWriter) error
}

// samples covers every page in each of its states.
func samples() []sample {
	m := money.MustParse
	citizen := page.Visitor{Name: nasty, Wallet: true}
	shop := page.Visitor{Name: nasty, Wallet: true, Till: true}
	pool := page.FundPool{Pool: "paper", Circulation: m("1000.00"), Backing: m("1000.00"), InTransit: m("10.00"), Redeeming: m("5.00"),
		Custodians: []page.Custodian{{Name: nasty, Balance: m("995.00")}, {Name: "La Nef", Balance: 0}}}
	short := pool
	short.Gap = m("50.01")
	fund := func(total page.FundPool, past bool) func(*page.Renderer, http.ResponseWriter) error {
		return func(r *page.Renderer, w http.ResponseWriter) error {
			return r.Fund(w, page.FundView{AsOf: noon(), Seq: 18427, Hash: "9f2c4e1ab37710cc55aa", Past: past, Total: total,
				Pools: []page.FundPool{pool, {Pool: "digital"}, {Pool: nasty}}})
		}
	}
	pay := func(v page.Visitor, status string, available money.Amount, refusal *page.Refusal) func(*page.Renderer, http.ResponseWriter) error {
		return func(r *page.Renderer, w http.ResponseWriter) error {
			return r.Pay(w, page.PayView{Visitor: v, ID: "prq_1", Code: "7K4P", Merchant: nasty, Amount: m("12.50"), Reference: nasty, Status: status,
				CreatedAt: noon(), ExpiresAt: noon().Add(102 * time.Second), Now: noon(), Key: nasty, Available: available, Refusal: refusal})
		}
	}
	refusal := &page.Refusal{Title: nasty, Advice: nasty, Moved: page.MovedNo}
	return []sample{
		{"fund", 200, fund(pool, false)},
		{"fund short", 200, fund(short, false)},
		{"fund beside campaigns", 200, fund(page.FundPool{Circulation: m("3387.00"), Backing: m("3387.00"), InTransit: m("1660.00"), Grants: m("25628.00"),
			Held: m("30.00"), Gap: -m("2.00"), Custodians: []page.Custodian{{Name: "La Nef", Balance: m("27387.00")}}}, false)},
		{"fund empty", 200, fund(page.FundPool{}, false)},
		{"fund of the past", 200, fund(pool, true)},
		{"pay", 200, pay(citizen, "open", m("57.30"), nil)},
		{"pay refused", 200, pay(citizen, "open", m("57.30"), refusal)},
		{"pay without enough", 200, pay(citizen, "open", m("3.10"), nil)},
		{"pay signed out", 200, pay(page.Visitor{}, "open", 0, nil)},
		{"pay paid", 200, pay(citizen, "paid", 0, nil)},
		{"pay expired", 200, pay(citizen, "expired", 0, nil)},
		{"pay cancelled", 200, pay(citizen, "cancelled", 0, nil)},
		{"receipt", 200, func(r *page.Renderer, w http.ResponseWriter) error {
			return r.Receipt(w, page.ReceiptView{Visitor: citizen, Payment: "pay_1", Merchant: nasty, Amount: m("12.50"), Reference: nasty, At: noon(), MatchCode: "47", Balance: m("44.80"), Replayed: true})
		}},
		{"sign-in", 200, func(r *page.Renderer, w http.ResponseWriter) error {
			return r.SignIn(w, page.SignInView{Next: "/payer/prq_1" + nasty})
		}},
		{"sign-in refused", 401, func(r *page.Renderer, w http.ResponseWriter) error {
			return r.SignIn(w, page.SignInView{Status: 401, Problem: nasty})
		}},
		{"sign-in by password refused", 401, func(r *page.Renderer, w http.ResponseWriter) error {
			return r.SignIn(w, page.SignInView{Status: 401, Again: true, Email: nasty, Refused: nasty, Reminded: nasty,
				Passkey: page.PasskeyForm{Action: "/connexion/cle", Options: nasty, State: nasty, Problem: nasty}})
		}},
		{"sign-in code", 401, func(r *page.Renderer, w http.ResponseWriter) error {
			return r.Code(w, page.CodeView{Status: 401, Begun: nasty, Problem: nasty})
		}},
		{"join", 422, func(r *page.Renderer, w http.ResponseWriter) error {
			return r.Join(w, page.JoinView{Status: 422, Name: nasty, Email: nasty, NameProblem: nasty, EmailProblem: nasty})
		}},
		{"join sent", 200, func(r *page.Renderer, w http.ResponseWriter) error {
			return r.Join(w, page.JoinView{Sent: true, Email: nasty})
		}},
		{"setup", 422, func(r *page.Renderer, w http.ResponseWriter) error {
			return r.Setup(w, page.SetupView{Status: 422, Action: "/rejoindre/x", Name: nasty, Email: nasty, Sealed: nasty, Secret: nasty, PasswordProblem: nasty, CodeProblem: nasty,
				Passkey: page.PasskeyForm{Action: "/rejoindre/x/cle", Options: nasty, State: nasty, Problem: nasty}})
		}},
		{"account", 409, func(r *page.Renderer, w http.ResponseWriter) error {
			return r.Account(w, page.AccountView{Visitor: citizen, Status: 409, Email: nasty, Trouble: nasty, Recovery: 3, Withheld: true, Fresh: true, Device: nasty,
				Passkeys: []page.AccountKey{{ID: "psk_1", Name: nasty, BackedUp: true, CreatedAt: noon()}},
				Sessions: []page.AccountSession{{ID: "tok_1", Label: nasty, This: true, Since: noon()}, {ID: "tok_2", Since: noon()}},
				Passkey:  page.PasskeyForm{Action: "/compte/cle", Options: nasty, State: nasty}})
		}},
		{"account to be set up", 200, func(r *page.Renderer, w http.ResponseWriter) error {
			return r.Account(w, page.AccountView{Visitor: citizen})
		}},
		{"account that was seen long ago", 200, func(r *page.Renderer, w http.ResponseWriter) error {
			return r.Account(w, page.AccountView{Visitor: citizen, Email: nasty})
		}},
		{"recovery", 200, func(r *page.Renderer, w http.ResponseWriter) error {
			return r.Recovery(w, page.RecoveryView{Visitor: citizen, Codes: []string{nasty, "abcd"}, Next: "/"})
		}},
		{"accessibility", 200, func(r *page.Renderer, w http.ResponseWriter) error {
			return r.Accessibility(w, page.AccessibilityView{Visitor: citizen})
		}},
		{"problem", 200, func(r *page.Renderer, w http.ResponseWriter) error {
			return r.Problem(w, page.ProblemView{Visitor: citizen, Code: "insufficient-funds"})
		}},
		{"problem of the unknown", 200, func(r *page.Renderer, w http.ResponseWriter) error {
			return r.Problem(w, page.ProblemView{Visitor: citizen, Code: "internal"})
		}},
		{"components", 200, func(r *page.Renderer, w http.ResponseWriter) error {
			return r.Components(w, page.ComponentsView{Visitor: shop, At: noon()})
		}},
		{"fault", 500, func(r *page.Renderer, w http.ResponseWriter) error {
			return r.Fault(w, page.FaultView{Visitor: citizen, Trace: nasty, Title: nasty, Advice: nasty})
		}},
	}
}

// answer renders a sample and returns what a browser would receive.
func answer(t *testing.T, r *page.Renderer, s sample) *httptest.ResponseRecorder {
	t.Helper()
	recorder := httptest.NewRecorder()
	if err := s.render(r, recorder); err != nil {
		t.Fatalf("%s: %v", s.name, err)
	}
	return recorder
}

// find returns the sample of that name.
func find(t *testing.T, name string) sample {
	t.Helper()
	for _, s := range samples() {
		if s.name == name {
			return s
		}
	}
	t.Fatalf("no sample is called %q", name)
	return sample{}
}
