// SPDX-License-Identifier: AGPL-3.0-or-later

package account

import (
	"strings"
	"testing"

	"github.com/noria-mlc/noria/web/page"
	"github.com/noria-mlc/noria/web/page/pagetest"
)

// seen is a page as somebody meets it; who joins or signs in is not known yet.
func seen(name string, status int, s page.Sheet) pagetest.Sample {
	if s.Class == "account" || name == "recovery" {
		s.Visitor = page.Visitor{Name: pagetest.Nasty, Wallet: true}
	}
	return pagetest.Sample{Name: name, Status: status, Sheet: s, Silent: strings.HasPrefix(name, "sign-in")}
}

func samples() []pagetest.Sample {
	return []pagetest.Sample{
		seen("sign-in", 200, signInView{Next: "/payer/prq_1" + pagetest.Nasty}.sheet()),
		seen("sign-in refused", 401, signInView{Status: 401, Problem: pagetest.Nasty}.sheet()),
		seen("sign-in by password refused", 401, signInView{Status: 401, Again: true, Email: pagetest.Nasty, Refused: pagetest.Nasty, Reminded: pagetest.Nasty,
			Passkey: page.PasskeyForm{Action: "/connexion/cle", Options: pagetest.Nasty, State: pagetest.Nasty, Problem: pagetest.Nasty}}.sheet()),
		seen("sign-in code", 401, codeView{Status: 401, Begun: pagetest.Nasty, Problem: pagetest.Nasty}.sheet()),
		seen("join", 422, joinView{Status: 422, Name: pagetest.Nasty, Email: pagetest.Nasty, NameProblem: pagetest.Nasty, EmailProblem: pagetest.Nasty}.sheet()),
		seen("join sent", 200, joinView{Sent: true, Email: pagetest.Nasty}.sheet()),
		seen("setup", 422, setupView{Status: 422, Action: "/rejoindre/x", Name: pagetest.Nasty, Email: pagetest.Nasty, Sealed: pagetest.Nasty, Secret: pagetest.Nasty, PasswordProblem: pagetest.Nasty, CodeProblem: pagetest.Nasty,
			Passkey: page.PasskeyForm{Action: "/rejoindre/x/cle", Options: pagetest.Nasty, State: pagetest.Nasty, Problem: pagetest.Nasty}}.sheet()),
		seen("account", 409, accountView{Status: 409, Email: pagetest.Nasty, Trouble: pagetest.Nasty, Recovery: 3, Withheld: true, Notices: true, Fresh: true, Device: pagetest.Nasty,
			Passkeys: []accountKey{{ID: "psk_1", Name: pagetest.Nasty, BackedUp: true, CreatedAt: pagetest.Noon()}},
			Sessions: []accountSession{{ID: "tok_1", Label: pagetest.Nasty, This: true, Since: pagetest.Noon()}, {ID: "tok_2", Since: pagetest.Noon()}},
			Passkey:  page.PasskeyForm{Action: "/compte/cle", Options: pagetest.Nasty, State: pagetest.Nasty}}.sheet()),
		seen("account to be set up", 200, accountView{}.sheet()),
		seen("account that was seen long ago", 200, accountView{Email: pagetest.Nasty}.sheet()),
		seen("notifications", 200, notificationView{Server: pagetest.Nasty, Key: "k", Devices: []notifiedDevice{{ID: "psh_1", Label: pagetest.Nasty, Since: pagetest.Noon(), Key: "k"},
			{ID: "psh_2", Since: pagetest.Noon(), Key: "k"}}}.sheet()),
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
