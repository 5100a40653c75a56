// SPDX-License-Identifier: AGPL-3.0-or-later

package account

import (
	"net/http"
	"strings"

	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/web/api"
	"github.com/noria-mlc/noria/web/identity"
	"github.com/noria-mlc/noria/web/page"
	"github.com/noria-mlc/noria/web/problem"
	"github.com/noria-mlc/noria/web/session"
)

// linkView asks whether an identity that an issuer vouched for is to be linked.
//
// The form is posted to /compte/identite with the field "lien".
type linkView struct {
	Name   string // of the issuer
	Who    string // whom the issuer named
	Sealed string
}

// sheet is the page.
func (v linkView) sheet() page.Sheet {
	return page.Sheet{Template: "account/link", Title: "issuer.ask", Section: "account", Class: "account", View: v}
}

// journeyCookie is what a browser takes along to the issuer. It comes back with
// the browser, which is on its way from another site: Lax, and not Strict.
func (p account) journeyCookie(text string, maxAge int) *http.Cookie {
	c := &http.Cookie{Name: "noria-identite", Value: text, Path: "/", MaxAge: maxAge, HttpOnly: true, SameSite: http.SameSiteLaxMode}
	if strings.HasPrefix(p.BaseURL, "https:") {
		c.Name, c.Secure = "__Host-"+c.Name, true
	}
	return c
}

// strange says whether another site sent the browser here: nobody is sent on to an
// issuer who did not ask for it on a page of ours.
func strange(r *http.Request) bool {
	from := r.Header.Get("Sec-Fetch-Site")
	return from == "cross-site" || from == "same-site"
}

// depart sends somebody to the issuer to sign in. It is a link and no form: a form
// may lead nowhere but to this site.
func (p account) depart(w http.ResponseWriter, r *http.Request) error {
	if p.Identity.IssuerName() == "" {
		return fault.ErrMissing
	}
	next := page.ReturnPath(r.URL.Query().Get("suite"))
	if strange(r) {
		return p.showSignIn(w, r, signInView{Next: next})
	}
	d, err := p.Identity.Depart(r.Context(), next)
	if err != nil {
		return p.notSignedIn(w, r, next, err)
	}
	return p.leave(w, r, d)
}

// departToLink sends somebody to the issuer to link an identity to their account.
func (p account) departToLink(w http.ResponseWriter, r *http.Request) error {
	caller, err := api.Caller(r.Context())
	if err != nil {
		return err
	}
	if p.Identity.IssuerName() == "" {
		return fault.ErrMissing
	}
	if strange(r) {
		http.Redirect(w, r, "/compte", http.StatusSeeOther)
		return nil
	}
	d, err := p.Identity.DepartToLink(r.Context(), caller)
	if err != nil {
		return p.changed(w, r, err)
	}
	return p.leave(w, r, d)
}

func (p account) leave(w http.ResponseWriter, r *http.Request, d identity.Departure) error {
	http.SetCookie(w, p.journeyCookie(d.Sealed, 600))
	http.Redirect(w, r, d.URL, http.StatusSeeOther)
	return nil
}

// arrive answers somebody who comes back from the issuer.
func (p account) arrive(w http.ResponseWriter, r *http.Request) error {
	if p.Identity.IssuerName() == "" {
		return fault.ErrMissing
	}
	back := identity.Returned{Query: r.URL.Query(), Language: problem.Speaks(r.Context())}
	if c, err := r.Cookie(p.journeyCookie("", 0).Name); err == nil {
		back.Sealed = c.Value
	}
	if caller, err := api.Caller(r.Context()); err == nil {
		back.Principal = caller
	}
	http.SetCookie(w, p.journeyCookie("", -1))
	a, err := p.Identity.Arrive(r.Context(), back, identity.FromRequest(r))
	switch {
	case err != nil:
		return p.notSignedIn(w, r, a.Next, err)
	case a.Linking != "":
		return p.Show(w, r, 0, linkView{p.Identity.IssuerName(), a.Who, a.Linking}.sheet())
	case a.Letter != "":
		return p.showJoin(w, r, joinView{Sent: true, Email: a.Letter})
	}
	return p.enter(w, r, a.Session, func() error {
		http.Redirect(w, r, page.ReturnPath(a.Next), http.StatusSeeOther)
		return nil
	})
}

// notSignedIn shows the page of signing in with what was refused.
func (p account) notSignedIn(w http.ResponseWriter, r *http.Request, next string, err error) error {
	status, words, err := p.refusal(w, r, err)
	if err != nil {
		return err
	}
	return p.showSignIn(w, r, signInView{Status: status, Next: next, Reminded: words})
}

// link links an identity after its owner agreed.
func (p account) link(w http.ResponseWriter, r *http.Request) error {
	c, err := p.change(r)
	if err != nil {
		return err
	}
	if c.Principal.Kind != session.Session {
		return fault.ErrForbidden
	}
	return p.changed(w, r, p.Identity.Link(r.Context(), c, r.PostFormValue("lien")))
}

func (p account) unlink(w http.ResponseWriter, r *http.Request) error {
	c, err := p.change(r)
	if err != nil {
		return err
	}
	return p.changed(w, r, p.Identity.Unlink(r.Context(), c))
}
