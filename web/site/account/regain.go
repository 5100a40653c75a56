// SPDX-License-Identifier: AGPL-3.0-or-later

package account

import (
	"context"
	"errors"
	"net/http"
	"net/url"

	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/web/identity"
	"github.com/noria-mlc/noria/web/page"
	"github.com/noria-mlc/noria/web/people"
	"github.com/noria-mlc/noria/web/site"
)

// regainView asks for the code of a recovery.
type regainView struct {
	Status        int
	Code, Problem string
}

func (v regainView) sheet() page.Sheet {
	return page.Sheet{Template: "account/regain", Title: "regain.tab", Section: "signin", Class: "signin", View: v}
}

func (p account) regain(w http.ResponseWriter, r *http.Request) error {
	return p.Show(w, r, 0, regainView{}.sheet())
}

// giveCase leads from a code that was typed to the page it opens.
func (p account) giveCase(w http.ResponseWriter, r *http.Request) error {
	code := r.PostFormValue("code")
	if _, err := p.People.Recovering(r.Context(), code, identity.FromRequest(r)); err != nil {
		status, words, err := p.refusal(w, r, err)
		if err != nil {
			return err
		}
		return p.Show(w, r, status, regainView{status, code, words}.sheet())
	}
	http.Redirect(w, r, "/retrouver/"+url.PathEscape(code), http.StatusSeeOther)
	return nil
}

// recovering shows what the code opens: the choice of a new way to sign in. It uses
// nothing up.
func (p account) recovering(w http.ResponseWriter, r *http.Request) error {
	c, email, err := p.recoveredOne(r)
	if err != nil {
		return err
	}
	a, err := p.Identity.NewAuthenticator(r.Context(), email)
	if err != nil {
		return err
	}
	return p.showRecovering(w, r, c, email, a, setupView{})
}

// recoveredOne reads the recovery of the path, with the address of its person.
func (p account) recoveredOne(r *http.Request) (people.Case, string, error) {
	c, err := p.People.Recovering(r.Context(), r.PathValue("code"), identity.FromRequest(r))
	if err != nil {
		return people.Case{}, "", err
	}
	email, err := p.Identity.AddressOf(r.Context(), c.User)
	return c, email, err
}

func (p account) showRecovering(w http.ResponseWriter, r *http.Request, c people.Case, email string, a identity.Authenticator, v setupView) error {
	v.Action, v.Email, v.Regained = "/retrouver/"+url.PathEscape(r.PathValue("code")), email, true
	made, err := p.Identity.BeginPasskey(r.Context(), c.User, email)
	if err != nil && !errors.Is(err, identity.ErrPasskeysOff) {
		return err
	}
	v.Passkey.Action, v.Passkey.Options, v.Passkey.State = v.Action+"/cle", made.Options, made.State
	if v.Sealed, v.Secret, v.QR, err = drawn(a); err != nil {
		return err
	}
	return p.Show(w, r, v.Status, v.sheet())
}

func (p account) recover(w http.ResponseWriter, r *http.Request) error {
	in := identity.Setup{Password: r.PostFormValue("mot-de-passe"), Sealed: r.PostFormValue("application"), Code: r.PostFormValue("code")}
	welcome, err := p.People.Recover(r.Context(), r.PathValue("code"), in, identity.FromRequest(r))
	if err == nil {
		return p.welcome(w, r, welcome)
	}
	v, err := p.setupRefused(w, r, err)
	if err != nil {
		return err
	}
	c, email, err := p.recoveredOne(r)
	if err != nil {
		return err
	}
	a, err := p.Identity.Authenticator(in.Sealed)
	if err != nil {
		return err
	}
	return p.showRecovering(w, r, c, email, a, v)
}

func (p account) recoverPasskey(w http.ResponseWriter, r *http.Request) error {
	from := identity.FromRequest(r)
	given := identity.Attestation{State: r.PostFormValue("etat"), Response: r.PostFormValue("reponse"), Name: from.Device}
	welcome, err := p.People.RecoverPasskey(r.Context(), r.PathValue("code"), given, from)
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
	c, email, err := p.recoveredOne(r)
	if err != nil {
		return err
	}
	a, err := p.Identity.NewAuthenticator(r.Context(), email)
	if err != nil {
		return err
	}
	return p.showRecovering(w, r, c, email, a, setupView{Status: status, Passkey: page.PasskeyForm{Problem: words}})
}

// ownCases are the recoveries of one's own account that are under way.
func (p account) ownCases(ctx context.Context, a access.Actor) ([]ownCase, error) {
	if access.Allow(a, access.PersonCopy, a.Holder) != nil {
		return nil, nil
	}
	all, err := p.People.OwnCases(ctx, a)
	if err != nil {
		return nil, err
	}
	var open []ownCase
	for _, c := range all {
		if c.EndedAt.IsZero() && p.Now().Before(c.ExpiresAt) {
			open = append(open, ownCase{c.ID.String(), p.NewKey(), c.OpenedAt})
		}
	}
	return open, nil
}

func (p account) cancelCase(w http.ResponseWriter, r *http.Request) error {
	a, err := site.Actor(r)
	if err != nil {
		return err
	}
	id, err := pathID[people.CaseID](r)
	if err != nil {
		return err
	}
	if _, err := p.People.CancelCase(r.Context(), a, site.FormKey(r), id); err != nil {
		return p.changed(w, r, err)
	}
	http.Redirect(w, r, "/compte", http.StatusSeeOther)
	return nil
}

// pathID reads the id of the path, or returns fault.ErrMissing.
func pathID[T any, P interface {
	*T
	UnmarshalText([]byte) error
}](r *http.Request) (T, error) {
	var id T
	if P(&id).UnmarshalText([]byte(r.PathValue("id"))) != nil {
		return id, fault.ErrMissing
	}
	return id, nil
}

// organisations are those in which an actor has a role.
func organisations(a access.Actor) []ident.Holder {
	var list []ident.Holder
	seen := map[ident.Holder]bool{{}: true}
	for _, g := range a.Grants {
		if !seen[g.Organisation] {
			seen[g.Organisation] = true
			list = append(list, g.Organisation)
		}
	}
	return list
}
