// SPDX-License-Identifier: AGPL-3.0-or-later

package web

import (
	"errors"
	"net/http"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ops/mail"
	"github.com/noria-mlc/noria/web/api"
	"github.com/noria-mlc/noria/web/identity"
	"github.com/noria-mlc/noria/web/page"
	"github.com/noria-mlc/noria/web/problem"
	"github.com/noria-mlc/noria/web/session"
	"github.com/noria-mlc/noria/web/site"
)

// accountRoutes are the pages of one's own account.
func (p *pages) accountRoutes() map[string]site.Handler {
	return map[string]site.Handler{
		"GET /compte":                    p.account,
		"POST /compte/adresse":           p.giveAddress,
		"POST /compte/cle":               p.addPasskey,
		"POST /compte/cle/{id}/retrait":  p.removePasskey,
		"GET /compte/mot-de-passe":       p.choosePassword,
		"POST /compte/mot-de-passe":      p.setPassword,
		"POST /compte/secours":           p.renewRecovery,
		"POST /compte/sessions/{id}/fin": p.endSession,
		"POST /compte/sessions/fin":      p.endOthers,
	}
}

func (p *pages) account(w http.ResponseWriter, r *http.Request) error {
	return p.showAccount(w, r, page.AccountView{})
}

func (p *pages) showAccount(w http.ResponseWriter, r *http.Request, v page.AccountView) error {
	caller, err := api.Caller(r.Context())
	if err != nil {
		return err
	}
	a, err := p.Identity.Account(r.Context(), caller)
	if err != nil {
		return err
	}
	renderer, err := p.Render(r.Context())
	if err != nil {
		return err
	}
	v.Visitor, v.Withheld, v.Device = p.Visitor(r), caller.Withheld, identity.FromRequest(r).Device
	v.Email, v.Password, v.Recovery = a.Email, a.Password, a.Recovery
	for _, k := range a.Passkeys {
		v.Passkeys = append(v.Passkeys, page.AccountKey{ID: k.ID.String(), Name: k.Name, BackedUp: k.BackedUp, CreatedAt: k.CreatedAt})
	}
	for _, s := range a.Sessions {
		v.Sessions = append(v.Sessions, page.AccountSession{ID: s.ID.String(), Label: s.Label, This: s.ID == caller.Token, Since: s.CreatedAt})
	}
	if a.Email != "" {
		c, err := p.Identity.BeginAdding(r.Context(), caller)
		if err != nil && !errors.Is(err, identity.ErrStale) && !errors.Is(err, identity.ErrPasskeysOff) {
			return err
		}
		v.Fresh = !errors.Is(err, identity.ErrStale)
		v.Passkey.Action, v.Passkey.Options, v.Passkey.State = "/compte/cle", c.Options, c.State
	}
	return renderer.Account(w, v)
}

// change is a wish of whoever asks, to change their own account.
func (p *pages) change(r *http.Request) (identity.Change, error) {
	caller, err := api.Caller(r.Context())
	return identity.Change{Principal: caller, Language: problem.Speaks(r.Context())}, err
}

// changed shows the account after a change, or what was refused. Whoever has to
// prove who they are first is sent to, and comes back.
func (p *pages) changed(w http.ResponseWriter, r *http.Request, err error) error {
	switch {
	case err == nil:
		http.Redirect(w, r, "/compte", http.StatusSeeOther)
		return nil
	case errors.Is(err, identity.ErrStale):
		http.Redirect(w, r, "/connexion?suite=/compte", http.StatusSeeOther)
		return nil
	case errors.Is(err, session.ErrUnauthenticated) || errors.Is(err, ledger.ErrForbidden):
		return err
	}
	status, words, err := p.refusal(w, r, err)
	if err != nil {
		return err
	}
	return p.showAccount(w, r, page.AccountView{Status: status, Trouble: words})
}

// giveAddress sends the link that sets up the first proof of somebody who was
// let in by a token.
func (p *pages) giveAddress(w http.ResponseWriter, r *http.Request) error {
	c, err := p.change(r)
	if err != nil {
		return err
	}
	err = p.Identity.Verify(r.Context(), c.Principal.Actor.ID, r.PostFormValue("adresse"), c.Language, identity.FromRequest(r))
	if err == nil {
		return p.showAccount(w, r, page.AccountView{Sent: true})
	}
	if errors.Is(err, mail.ErrAddress) {
		words, err := p.Say(r, "join.email-bad")
		if err != nil {
			return err
		}
		return p.showAccount(w, r, page.AccountView{Status: http.StatusUnprocessableEntity, Trouble: words})
	}
	return p.changed(w, r, err)
}

func (p *pages) addPasskey(w http.ResponseWriter, r *http.Request) error {
	c, err := p.change(r)
	if err != nil {
		return err
	}
	given := identity.Attestation{State: r.PostFormValue("etat"), Response: r.PostFormValue("reponse"), Name: r.PostFormValue("nom-cle")}
	return p.changed(w, r, p.Identity.AddPasskey(r.Context(), c, given))
}

func (p *pages) removePasskey(w http.ResponseWriter, r *http.Request) error {
	c, err := p.change(r)
	if err != nil {
		return err
	}
	var id identity.KeyID
	if err := id.UnmarshalText([]byte(r.PathValue("id"))); err != nil {
		return fault.ErrMissing
	}
	return p.changed(w, r, p.Identity.RemovePasskey(r.Context(), c, id))
}

func (p *pages) choosePassword(w http.ResponseWriter, r *http.Request) error {
	email, err := p.ownAddress(r)
	if err != nil {
		return err
	}
	a, err := p.Identity.NewAuthenticator(r.Context(), email)
	if err != nil {
		return err
	}
	return p.showPassword(w, r, email, a, page.SetupView{})
}

// ownAddress is the address of whoever asks, or fault.ErrMissing.
func (p *pages) ownAddress(r *http.Request) (string, error) {
	caller, err := api.Caller(r.Context())
	if err != nil {
		return "", err
	}
	a, err := p.Identity.Account(r.Context(), caller)
	if err == nil && a.Email == "" {
		err = fault.ErrMissing
	}
	return a.Email, err
}

func (p *pages) showPassword(w http.ResponseWriter, r *http.Request, email string, a identity.Authenticator, v page.SetupView) error {
	renderer, err := p.Render(r.Context())
	if err != nil {
		return err
	}
	v.Visitor, v.Action, v.Email = p.Visitor(r), "/compte/mot-de-passe", email
	if v.Sealed, v.Secret, v.QR, err = drawn(a); err != nil {
		return err
	}
	return renderer.Setup(w, v)
}

func (p *pages) setPassword(w http.ResponseWriter, r *http.Request) error {
	c, err := p.change(r)
	if err != nil {
		return err
	}
	in := identity.Setup{Password: r.PostFormValue("mot-de-passe"), Sealed: r.PostFormValue("application"), Code: r.PostFormValue("code")}
	err = p.Identity.SetPassword(r.Context(), c, in)
	if !errors.Is(err, identity.ErrPassword) && !errors.Is(err, identity.ErrCode) {
		return p.changed(w, r, err)
	}
	v, err := p.setupRefused(w, r, err)
	if err != nil {
		return err
	}
	email, err := p.ownAddress(r)
	if err != nil {
		return err
	}
	a, err := p.Identity.Authenticator(in.Sealed)
	if err != nil {
		return err
	}
	return p.showPassword(w, r, email, a, v)
}

func (p *pages) renewRecovery(w http.ResponseWriter, r *http.Request) error {
	c, err := p.change(r)
	if err != nil {
		return err
	}
	codes, err := p.Identity.NewRecoveryCodes(r.Context(), c)
	if err != nil {
		return p.changed(w, r, err)
	}
	renderer, err := p.Render(r.Context())
	if err != nil {
		return err
	}
	return renderer.Recovery(w, page.RecoveryView{Visitor: p.Visitor(r), Codes: codes, Next: "/compte"})
}

func (p *pages) endSession(w http.ResponseWriter, r *http.Request) error {
	c, err := p.change(r)
	if err != nil {
		return err
	}
	var id session.TokenID
	if err := id.UnmarshalText([]byte(r.PathValue("id"))); err != nil {
		return fault.ErrMissing
	}
	return p.changed(w, r, p.Identity.EndSession(r.Context(), c.Principal, id))
}

func (p *pages) endOthers(w http.ResponseWriter, r *http.Request) error {
	c, err := p.change(r)
	if err != nil {
		return err
	}
	return p.changed(w, r, p.Identity.EndOthers(r.Context(), c.Principal))
}
