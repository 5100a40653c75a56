// SPDX-License-Identifier: AGPL-3.0-or-later

package account

import (
	"errors"
	"net/http"

	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/web/api"
	"github.com/noria-mlc/noria/web/identity"
	"github.com/noria-mlc/noria/web/locale"
	"github.com/noria-mlc/noria/web/page"
	"github.com/noria-mlc/noria/web/problem"
	"github.com/noria-mlc/noria/web/session"
	"github.com/noria-mlc/noria/web/site"
)

// refusal readies the headers of a refusal that a form shows itself, and returns
// the status and the words for it. Other errors come back.
func (p account) refusal(w http.ResponseWriter, r *http.Request, err error) (int, string, error) {
	f := fault.As(err)
	if f == nil {
		return 0, "", err
	}
	renderer, failed := p.Render(r.Context())
	if failed != nil {
		return 0, "", failed
	}
	d := problem.Of(r.Context(), p.Log, err)
	d.Headers(w.Header())
	title, advice, _ := locale.Problem(string(f.Code), renderer.Lang())
	return d.Status, title + ". " + advice, nil
}

func (p account) signIn(w http.ResponseWriter, r *http.Request) error {
	return p.showSignIn(w, r, signInView{Next: r.URL.Query().Get("suite")})
}

func (p account) showSignIn(w http.ResponseWriter, r *http.Request, v signInView) error {
	_, signedIn := site.Actor(r)
	v.Again = signedIn == nil
	c, err := p.Identity.BeginSignIn()
	if err != nil && !errors.Is(err, identity.ErrPasskeysOff) {
		return err
	}
	v.Passkey.Action, v.Passkey.Options, v.Passkey.State = "/connexion/cle", c.Options, c.State
	contact, err := p.People.Contact(r.Context())
	if err != nil {
		return err
	}
	v.Phone, v.Dial, v.Issuer = contact.Phone, contact.Dial(), p.Identity.IssuerName()
	return p.Show(w, r, v.Status, v.sheet())
}

// givePasskey opens a session by the answer of a passkey.
func (p account) givePasskey(w http.ResponseWriter, r *http.Request) error {
	given := identity.Attestation{State: r.PostFormValue("etat"), Response: r.PostFormValue("reponse")}
	opened, err := p.Identity.Passkey(r.Context(), given, identity.FromRequest(r))
	if err != nil {
		status, words, err := p.refusal(w, r, err)
		if err != nil {
			return err
		}
		return p.showSignIn(w, r, signInView{Status: status, Next: r.PostFormValue("suite"), Passkey: page.PasskeyForm{Problem: words}})
	}
	return p.enter(w, r, opened, func() error {
		http.Redirect(w, r, page.ReturnPath(r.PostFormValue("suite")), http.StatusSeeOther)
		return nil
	})
}

// openSession exchanges a token for a session cookie and goes where the visitor
// wanted to go.
func (p account) openSession(w http.ResponseWriter, r *http.Request) error {
	opened, _, err := p.Session.OpenSession(r.Context(), r.PostFormValue("jeton"), p.NewKey())
	if errors.Is(err, session.ErrUnauthenticated) {
		words, err := p.Say(r, "signin.bad")
		if err != nil {
			return err
		}
		return p.showSignIn(w, r, signInView{Status: http.StatusUnauthorized, Next: r.PostFormValue("suite"), Problem: words})
	}
	if err != nil {
		return err
	}
	p.Session.SetCookie(w, opened)
	http.Redirect(w, r, page.ReturnPath(r.PostFormValue("suite")), http.StatusSeeOther)
	return nil
}

// givePassword is the first step: it answers with the form of the second.
func (p account) givePassword(w http.ResponseWriter, r *http.Request) error {
	given := identity.Credentials{Email: r.PostFormValue("adresse"), Password: r.PostFormValue("mot-de-passe")}
	begun, err := p.Identity.Password(r.Context(), given, identity.FromRequest(r))
	if err != nil {
		status, words, err := p.refusal(w, r, err)
		if err != nil {
			return err
		}
		return p.showSignIn(w, r, signInView{Status: status, Next: r.PostFormValue("suite"), Email: given.Email, Refused: words})
	}
	return p.showCode(w, r, codeView{Begun: begun})
}

func (p account) showCode(w http.ResponseWriter, r *http.Request, v codeView) error {
	v.Next = r.PostFormValue("suite")
	return p.Show(w, r, v.Status, v.sheet())
}

// giveCode is the second step: it opens a session.
func (p account) giveCode(w http.ResponseWriter, r *http.Request) error {
	begun := r.PostFormValue("etape")
	opened, err := p.Identity.Code(r.Context(), begun, r.PostFormValue("code"), identity.FromRequest(r))
	switch {
	case err == nil:
		return p.enter(w, r, opened, func() error {
			http.Redirect(w, r, page.ReturnPath(r.PostFormValue("suite")), http.StatusSeeOther)
			return nil
		})
	case errors.Is(err, identity.ErrEnded) || begun == "":
		words, err := p.Say(r, "signin.late")
		if err != nil {
			return err
		}
		return p.showSignIn(w, r, signInView{Status: http.StatusConflict, Next: r.PostFormValue("suite"), Reminded: words})
	}
	status, words, err := p.refusal(w, r, err)
	if err != nil {
		return err
	}
	return p.showCode(w, r, codeView{Status: status, Begun: begun, Problem: words})
}

// enter gives the browser its new session, ends the one it had, and shows what
// follows.
func (p account) enter(w http.ResponseWriter, r *http.Request, opened session.Issued, follow func() error) error {
	if caller, err := api.Caller(r.Context()); err == nil {
		if err := p.Session.CloseSession(r.Context(), caller); err != nil {
			return err
		}
	}
	p.Session.SetCookie(w, opened)
	return follow()
}

func (p account) closeSession(w http.ResponseWriter, r *http.Request) error {
	caller, err := api.Caller(r.Context())
	if err == nil {
		if err := p.endHints(w, r, caller.Actor); err != nil {
			return err
		}
		if err := p.Session.CloseSession(r.Context(), caller); err != nil {
			return err
		}
	}
	p.Session.ClearCookie(w)
	w.Header().Set("Clear-Site-Data", `"cache", "storage"`)
	http.Redirect(w, r, "/", http.StatusSeeOther)
	return nil
}
