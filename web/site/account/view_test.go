// SPDX-License-Identifier: AGPL-3.0-or-later

package account

import (
	"strings"
	"testing"

	"github.com/noria-mlc/noria/web/identity"
	"github.com/noria-mlc/noria/web/page"
	"github.com/noria-mlc/noria/web/page/pagetest"
	"github.com/noria-mlc/noria/web/people"
)

// seen is a page as somebody meets it; who joins or signs in is not known yet.
func seen(name string, status int, s page.Sheet) pagetest.Sample {
	if s.Class == "account" || name == "recovery" {
		s.Visitor = page.Visitor{Name: pagetest.Nasty, Wallet: true}
	}
	return pagetest.Sample{Name: name, Status: status, Sheet: s, Silent: strings.HasPrefix(name, "sign-in") || name == "regain"}
}

func samples() []pagetest.Sample {
	return []pagetest.Sample{
		seen("sign-in", 200, signInView{Next: "/payer/prq_1" + pagetest.Nasty}.sheet()),
		seen("sign-in refused", 401, signInView{Status: 401, Problem: pagetest.Nasty}.sheet()),
		seen("sign-in by password refused", 401, signInView{Status: 401, Again: true, Email: pagetest.Nasty, Refused: pagetest.Nasty, Reminded: pagetest.Nasty,
			Passkey: page.PasskeyForm{Action: "/connexion/cle", Options: pagetest.Nasty, State: pagetest.Nasty, Problem: pagetest.Nasty}}.sheet()),
		seen("sign-in with an issuer", 503, signInView{Status: 503, Next: "/payer/prq_1" + pagetest.Nasty, Issuer: pagetest.Nasty, Reminded: pagetest.Nasty}.sheet()),
		seen("link", 200, linkView{pagetest.Nasty, pagetest.Nasty, pagetest.Nasty}.sheet()),
		seen("account linked", 200, accountView{Email: pagetest.Nasty, Fresh: true, Issuer: pagetest.Nasty, Links: []identity.Link{{Issuer: pagetest.Nasty, Subject: pagetest.Nasty, LinkedAt: pagetest.Noon()}}}.sheet()),
		seen("account to be linked", 200, accountView{Email: pagetest.Nasty, Fresh: true, Issuer: pagetest.Nasty}.sheet()),
		seen("sign-in code", 401, codeView{Status: 401, Begun: pagetest.Nasty, Problem: pagetest.Nasty}.sheet()),
		seen("join", 422, joinView{Status: 422, Name: pagetest.Nasty, Email: pagetest.Nasty, NameProblem: pagetest.Nasty, EmailProblem: pagetest.Nasty}.sheet()),
		seen("join sent", 200, joinView{Sent: true, Email: pagetest.Nasty}.sheet()),
		seen("setup", 422, setupView{Status: 422, Regained: true, Action: "/rejoindre/x", Name: pagetest.Nasty, Email: pagetest.Nasty, Sealed: pagetest.Nasty, Secret: pagetest.Nasty, PasswordProblem: pagetest.Nasty, CodeProblem: pagetest.Nasty,
			Passkey: page.PasskeyForm{Action: "/rejoindre/x/cle", Options: pagetest.Nasty, State: pagetest.Nasty, Problem: pagetest.Nasty}}.sheet()),
		seen("account", 409, accountView{Status: 409, Email: pagetest.Nasty, Trouble: pagetest.Nasty, Recovery: 3, Withheld: true, Notices: true, Member: true, Gives: true, Fresh: true, Device: pagetest.Nasty,
			Passkeys: []accountKey{{ID: "psk_1", Name: pagetest.Nasty, BackedUp: true, CreatedAt: pagetest.Noon()}},
			Sessions: []accountSession{{ID: "tok_1", Label: pagetest.Nasty, This: true, Since: pagetest.Noon()}, {ID: "tok_2", Since: pagetest.Noon()}},
			Passkey:  page.PasskeyForm{Action: "/compte/cle", Options: pagetest.Nasty, State: pagetest.Nasty}}.sheet()),
		seen("account to be set up", 200, accountView{}.sheet()),
		seen("account that was seen long ago", 200, accountView{Email: pagetest.Nasty}.sheet()),
		seen("block", 422, blockView{Status: 422, Email: pagetest.Nasty, Problem: pagetest.Nasty, Contact: people.Contact{Phone: pagetest.Nasty, Email: pagetest.Nasty}}.sheet()),
		seen("block sent", 200, blockView{Sent: true, Contact: people.Contact{Email: pagetest.Nasty}}.sheet()),
		seen("block asked", 200, blockView{Link: "x", Contact: people.Contact{Phone: pagetest.Nasty}}.sheet()),
		seen("blocked", 200, blockView{Done: true, Contact: people.Contact{Phone: pagetest.Nasty}}.sheet()),
		seen("regain", 409, regainView{409, pagetest.Nasty, pagetest.Nasty}.sheet()),
		seen("address", 422, addressView{Status: 422, Now: pagetest.Nasty, Email: pagetest.Nasty, Problem: pagetest.Nasty}.sheet()),
		seen("address sent", 200, addressView{Now: pagetest.Nasty, Email: pagetest.Nasty, Sent: true}.sheet()),
		seen("address link", 200, addressView{Email: pagetest.Nasty, Link: "x"}.sheet()),
		seen("address undo", 200, addressView{Email: pagetest.Nasty, Link: "x", Undo: true}.sheet()),
		seen("address done", 200, addressView{Email: pagetest.Nasty, Done: true}.sheet()),
		seen("tokens", 422, tokensView{Status: 422, Key: "k", Label: pagetest.Nasty, LabelProblem: pagetest.Nasty, UsesProblem: pagetest.Nasty,
			Refusal: &page.Refusal{Title: pagetest.Nasty, Advice: pagetest.Nasty}, Uses: []choice{{Name: "all", Chosen: true}, {Name: "read"}},
			Organisations: []choice{{pagetest.Nasty, "hol_1", true}}, Lasts: []choice{{Name: "30"}, {Name: "365", Chosen: true}},
			Tokens: []ownToken{{"tok_1", "k", pagetest.Nasty, pagetest.Nasty, []string{"read", "payments"}, pagetest.Noon(), pagetest.Noon()}}}.sheet()),
		seen("token made", 200, tokensView{Text: pagetest.Nasty, Key: "k", Lasts: []choice{{Name: "30"}}}.sheet()),
		seen("token shown", 200, tokensView{Shown: true, Key: "k", Lasts: []choice{{Name: "1825"}}}.sheet()),
		seen("looks", 200, looksView{[]people.Look{{At: pagetest.Noon(), Role: "treasurer", What: "wallet"}, {At: pagetest.Noon(), Role: "auditor", What: "payment"}}}.sheet()),
		seen("looks none", 200, looksView{}.sheet()),
		seen("data", 409, dataView{Status: 409, Key: "k", Refusal: &page.Refusal{Title: pagetest.Nasty, Advice: pagetest.Nasty, Moved: "moved.no"}}.sheet()),
		seen("data without a proof", 200, dataView{Key: "k", Prove: "/connexion?suite=%2Fcompte%2Fdonnees"}.sheet()),
		seen("data going", 200, dataView{Key: "k", Erasure: "era_1", Due: pagetest.Noon()}.sheet()),
		seen("account under recovery", 200, accountView{Email: pagetest.Nasty, Language: "en", Cases: []ownCase{{"rec_1", "k", pagetest.Noon()}}}.sheet()),
		seen("notifications", 200, notificationView{Server: pagetest.Nasty, Key: "k", Devices: []notifiedDevice{{ID: "psh_1", Label: pagetest.Nasty, Since: pagetest.Noon(), Key: "k"},
			{ID: "psh_2", Since: pagetest.Noon(), Key: "k"}}}.sheet()),
		seen("notifications without a proof", 200, notificationView{Server: pagetest.Nasty, Key: "k", Prove: "/connexion?suite=%2Fcompte%2Fnotifications"}.sheet()),
		seen("notifications refused", 422, notificationView{Status: 422, Server: pagetest.Nasty, Refusal: &page.Refusal{Title: pagetest.Nasty, Advice: pagetest.Nasty, Moved: page.MovedNo}}.sheet()),
		seen("recovery", 200, recoveryView{Codes: []string{pagetest.Nasty, "abcd"}, Next: "/"}.sheet()),
	}
}

func TestEveryPage(t *testing.T) { pagetest.Hold(t, samples(), Room().Room) }

func TestTheFormsLeadBackInside(t *testing.T) {
	_, markup := pagetest.Text(t, seen("sign-in", 200, signInView{Next: "//ailleurs.example"}.sheet()), Room().Room)
	if !strings.Contains(markup, `name="suite" value="/"`) {
		t.Error("the sign-in form would lead outside")
	}
}
