// SPDX-License-Identifier: AGPL-3.0-or-later

package account

import (
	"errors"
	"net/http"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ops/mail"
	"github.com/noria-mlc/noria/web/api"
	"github.com/noria-mlc/noria/web/identity"
	"github.com/noria-mlc/noria/web/problem"
	"github.com/noria-mlc/noria/web/session"
	"github.com/noria-mlc/noria/web/site"
)

func (p account) account(w http.ResponseWriter, r *http.Request) error {
	return p.showAccount(w, r, accountView{})
}

func (p account) showAccount(w http.ResponseWriter, r *http.Request, v accountView) error {
	caller, err := api.Caller(r.Context())
	if err != nil {
		return err
	}
	a, err := p.Identity.Account(r.Context(), caller)
	if err != nil {
		return err
	}
	v.Withheld, v.Device = caller.Withheld, identity.FromRequest(r).Device
	v.Email, v.Password, v.Recovery, v.Language = a.Email, a.Password, a.Recovery, a.Language
	v.Issuer, v.Links = p.Identity.IssuerName(), a.Links
	if v.Cases, err = p.ownCases(r.Context(), caller.Actor); err != nil {
		return err
	}
	v.Notices = p.Push != nil && access.Allow(caller.Actor, access.PushSubscribe, caller.Actor.Holder) == nil
	wallet := site.WalletOf(caller.Actor)
	v.Member = access.Allow(caller.Actor, access.MembershipRead, wallet) == nil && !wallet.IsZero()
	v.Gives = access.Allow(caller.Actor, access.GiftChoose, wallet) == nil && !wallet.IsZero()
	for _, k := range a.Passkeys {
		v.Passkeys = append(v.Passkeys, accountKey{ID: k.ID.String(), Name: k.Name, BackedUp: k.BackedUp, CreatedAt: k.CreatedAt})
	}
	for _, s := range a.Sessions {
		v.Sessions = append(v.Sessions, accountSession{ID: s.ID.String(), Label: s.Label, This: s.ID == caller.Token, Since: s.CreatedAt})
	}
	if a.Email != "" {
		c, err := p.Identity.BeginAdding(r.Context(), caller)
		if err != nil && !errors.Is(err, identity.ErrStale) && !errors.Is(err, identity.ErrPasskeysOff) {
			return err
		}
		v.Fresh = !errors.Is(err, identity.ErrStale)
		v.Passkey.Action, v.Passkey.Options, v.Passkey.State = "/compte/cle", c.Options, c.State
	}
	return p.Show(w, r, v.Status, v.sheet())
}

// change is a wish of whoever asks, to change their own account.
func (p account) change(r *http.Request) (identity.Change, error) {
	caller, err := api.Caller(r.Context())
	return identity.Change{Principal: caller, Language: problem.Speaks(r.Context())}, err
}

// changed shows the account after a change, or what was refused. Whoever has to
// prove who they are first is sent to, and comes back.
func (p account) changed(w http.ResponseWriter, r *http.Request, err error) error {
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
	return p.showAccount(w, r, accountView{Status: status, Trouble: words})
}

// giveAddress sends the link that sets up the first proof of somebody who was
// let in by a token.
func (p account) giveAddress(w http.ResponseWriter, r *http.Request) error {
	c, err := p.change(r)
	if err != nil {
		return err
	}
	err = p.Identity.Verify(r.Context(), c.Principal.Actor.ID, r.PostFormValue("adresse"), c.Language, identity.FromRequest(r))
	if err == nil {
		return p.showAccount(w, r, accountView{Sent: true})
	}
	if errors.Is(err, mail.ErrAddress) {
		words, err := p.Say(r, "join.email-bad")
		if err != nil {
			return err
		}
		return p.showAccount(w, r, accountView{Status: http.StatusUnprocessableEntity, Trouble: words, Typed: r.PostFormValue("adresse")})
	}
	return p.changed(w, r, err)
}

func (p account) addPasskey(w http.ResponseWriter, r *http.Request) error {
	c, err := p.change(r)
	if err != nil {
		return err
	}
	given := identity.Attestation{State: r.PostFormValue("etat"), Response: r.PostFormValue("reponse"), Name: r.PostFormValue("nom-cle")}
	return p.changed(w, r, p.Identity.AddPasskey(r.Context(), c, given))
}

func (p account) removePasskey(w http.ResponseWriter, r *http.Request) error {
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

func (p account) choosePassword(w http.ResponseWriter, r *http.Request) error {
	email, err := p.ownAddress(r)
	if err != nil {
		return err
	}
	a, err := p.Identity.NewAuthenticator(r.Context(), email)
	if err != nil {
		return err
	}
	return p.showPassword(w, r, email, a, setupView{})
}

// ownAddress is the address of whoever asks, or fault.ErrMissing.
func (p account) ownAddress(r *http.Request) (string, error) {
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

func (p account) showPassword(w http.ResponseWriter, r *http.Request, email string, a identity.Authenticator, v setupView) error {
	v.Action, v.Email = "/compte/mot-de-passe", email
	var err error
	if v.Sealed, v.Secret, v.QR, err = drawn(a); err != nil {
		return err
	}
	return p.Show(w, r, v.Status, v.sheet())
}

func (p account) setPassword(w http.ResponseWriter, r *http.Request) error {
	c, err := p.change(r)
	if err != nil {
		return err
	}
	in := identity.Setup{Password: r.PostFormValue("mot-de-passe"), Sealed: r.PostFormValue("application"), Code: r.PostFormValue("code")}
	err = p.Identity.SetPassword(r.Context(), c, in)
	if !refusesSetup(err) {
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

func (p account) renewRecovery(w http.ResponseWriter, r *http.Request) error {
	c, err := p.change(r)
	if err != nil {
		return err
	}
	codes, err := p.Identity.NewRecoveryCodes(r.Context(), c)
	if err != nil {
		return p.changed(w, r, err)
	}
	return p.Show(w, r, 0, recoveryView{Codes: codes, Next: "/compte"}.sheet())
}

func (p account) endSession(w http.ResponseWriter, r *http.Request) error {
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

func (p account) endOthers(w http.ResponseWriter, r *http.Request) error {
	c, err := p.change(r)
	if err != nil {
		return err
	}
	return p.changed(w, r, p.Identity.EndOthers(r.Context(), c.Principal))
}
