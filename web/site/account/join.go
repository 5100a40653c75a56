// SPDX-License-Identifier: AGPL-3.0-or-later

package account

import (
	"context"
	"errors"
	"html/template"
	"net/http"
	"strings"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/web/identity"
	"github.com/noria-mlc/noria/web/page"
	"github.com/noria-mlc/noria/web/problem"
	"github.com/noria-mlc/noria/web/qr"
	"github.com/noria-mlc/noria/web/session"
)

func (p account) join(w http.ResponseWriter, r *http.Request) error {
	return p.showJoin(w, r, joinView{})
}

func (p account) showJoin(w http.ResponseWriter, r *http.Request, v joinView) error {
	return p.Show(w, r, v.Status, v.sheet())
}

// askToJoin has a letter written; the page is the same whether the address is
// known or not.
func (p account) askToJoin(w http.ResponseWriter, r *http.Request) error {
	in := identity.JoinInput{Name: r.PostFormValue("nom"), Email: r.PostFormValue("adresse"), Language: problem.Speaks(r.Context())}
	v := joinView{Sent: true, Name: in.Name, Email: in.Email}
	err := p.Identity.Join(r.Context(), in, identity.FromRequest(r))
	if err == nil {
		return p.showJoin(w, r, v)
	}
	v.Sent = false
	status, words, other := p.refusal(w, r, err)
	if other != nil {
		return other
	}
	v.Status = status
	for _, field := range fault.As(err).Fields {
		var err error
		switch field.Pointer {
		case "/name":
			v.NameProblem, err = p.Say(r, "join.name-bad")
		case "/email":
			v.EmailProblem, err = p.Say(r, "join.email-bad")
		}
		if err != nil {
			return err
		}
	}
	if v.NameProblem == "" && v.EmailProblem == "" {
		v.EmailProblem = words
	}
	return p.showJoin(w, r, v)
}

// invitation shows what the link of a letter leads to. It uses nothing up: the
// programs that look at links before people do confirm nothing.
func (p account) invitation(w http.ResponseWriter, r *http.Request) error {
	i, err := p.Identity.Invitation(r.Context(), r.PathValue("lien"))
	if err != nil {
		return err
	}
	a, err := p.Identity.NewAuthenticator(r.Context(), i.Email)
	if err != nil {
		return err
	}
	return p.showSetup(w, r, i, a, setupView{})
}

// acceptPasskey sets up the account with a passkey in place of a password.
func (p account) acceptPasskey(w http.ResponseWriter, r *http.Request) error {
	from := identity.FromRequest(r)
	given := identity.Attestation{State: r.PostFormValue("etat"), Response: r.PostFormValue("reponse"), Name: from.Device}
	welcome, err := p.Identity.AcceptPasskey(r.Context(), r.PathValue("lien"), given, from)
	if err == nil {
		return p.welcome(w, r, welcome)
	}
	if !errors.Is(err, identity.ErrProof) {
		return err
	}
	status, words, err := p.refusal(w, r, err)
	if err != nil {
		return err
	}
	i, err := p.Identity.Invitation(r.Context(), r.PathValue("lien"))
	if err != nil {
		return err
	}
	a, err := p.Identity.NewAuthenticator(r.Context(), i.Email)
	if err != nil {
		return err
	}
	return p.showSetup(w, r, i, a, setupView{Status: status, Passkey: page.PasskeyForm{Problem: words}})
}

func (p account) showSetup(w http.ResponseWriter, r *http.Request, i identity.Invitation, a identity.Authenticator, v setupView) error {
	v.Action, v.Name, v.Email = "/rejoindre/"+r.PathValue("lien"), i.Name, i.Email
	c, err := p.Identity.BeginPasskey(r.Context(), i.User, i.Email)
	if err != nil && !errors.Is(err, identity.ErrPasskeysOff) {
		return err
	}
	v.Passkey.Action, v.Passkey.Options, v.Passkey.State = v.Action+"/cle", c.Options, c.State
	if v.Sealed, v.Secret, v.QR, err = drawn(a); err != nil {
		return err
	}
	return p.Show(w, r, v.Status, v.sheet())
}

// drawn is an authenticator as its page shows it. The drawing is silent: the key
// beside it says the same.
func drawn(a identity.Authenticator) (sealed, secret string, code template.HTML, err error) {
	picture, err := qr.SVG(a.URI, "Code")
	if err != nil {
		return "", "", "", err
	}
	picture = strings.Replace(picture, `role="img"><title>Code</title>`, `aria-hidden="true" focusable="false">`, 1)
	return a.Sealed, a.Secret, template.HTML(picture), nil
}

// accept sets up the account that the link of a letter stands for.
func (p account) accept(w http.ResponseWriter, r *http.Request) error {
	in := identity.Setup{Password: r.PostFormValue("mot-de-passe"), Sealed: r.PostFormValue("application"), Code: r.PostFormValue("code")}
	welcome, err := p.Identity.Accept(r.Context(), r.PathValue("lien"), in, identity.FromRequest(r))
	if err == nil {
		return p.welcome(w, r, welcome)
	}
	v, other := p.setupRefused(w, r, err)
	if other != nil {
		return other
	}
	i, a, err := p.setupAgain(r.Context(), r.PathValue("lien"), in.Sealed)
	if err != nil {
		return err
	}
	return p.showSetup(w, r, i, a, v)
}

// setupRefused says what was wrong with a password or its first code, or returns
// what the form cannot show.
func (p account) setupRefused(w http.ResponseWriter, r *http.Request, err error) (setupView, error) {
	if !refusesSetup(err) {
		return setupView{}, err
	}
	status, words, err2 := p.refusal(w, r, err)
	if errors.Is(err, identity.ErrCode) {
		return setupView{Status: http.StatusUnprocessableEntity, CodeProblem: words}, err2
	}
	return setupView{Status: status, PasswordProblem: words}, err2
}

// refusesSetup says whether an error is about a password or its first code.
func refusesSetup(err error) bool {
	return errors.Is(err, identity.ErrPassword) || errors.Is(err, identity.ErrBreached) || errors.Is(err, identity.ErrCode)
}

func (p account) setupAgain(ctx context.Context, link, sealed string) (identity.Invitation, identity.Authenticator, error) {
	i, err := p.Identity.Invitation(ctx, link)
	if err != nil {
		return identity.Invitation{}, identity.Authenticator{}, err
	}
	a, err := p.Identity.Authenticator(sealed)
	return i, a, err
}

// welcome signs in whoever has just set up an account, and shows the recovery
// codes.
func (p account) welcome(w http.ResponseWriter, r *http.Request, welcome identity.Welcome) error {
	return p.enter(w, r, welcome.Session, func() error {
		h, err := p.newcomer(r.Context(), welcome.Session)
		if err != nil {
			return err
		}
		return p.ShowAs(w, r, page.Visitor{Name: h.Name, Wallet: true}, 0, recoveryView{Codes: welcome.RecoveryCodes, Next: "/portefeuille"}.sheet())
	})
}

// newcomer is who a session was just opened for: the request does not know yet.
func (p account) newcomer(ctx context.Context, opened session.Issued) (ledger.Holder, error) {
	principal, err := p.Session.Authenticate(ctx, opened.Text)
	if err != nil {
		return ledger.Holder{}, err
	}
	return p.Ledger.Holder(ctx, principal.Actor.Holder)
}
