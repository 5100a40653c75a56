// SPDX-License-Identifier: AGPL-3.0-or-later

package shop

import (
	"errors"
	"net/http"

	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/merchant"
	"github.com/noria-mlc/noria/web/site"
)

// screens lists the screens of a shop and the codes that still hold.
func (c shop) screens(w http.ResponseWriter, r *http.Request) error {
	return c.showScreens(w, r, 0, screensView{})
}

func (c shop) showScreens(w http.ResponseWriter, r *http.Request, status int, v screensView) error {
	s, err := c.stand(r)
	if err != nil {
		return err
	}
	list, err := c.Merchant.Screens(r.Context(), s.actor, s.ID)
	if err != nil {
		return err
	}
	v.frame, v.Address = s.frame("/caisse/ecrans"), c.BaseURL+"/ecran"
	if v.Key == "" {
		v.Key = c.NewKey()
	}
	for _, found := range list {
		line := screenLine{ID: found.ID.String(), Label: found.Label, Key: c.NewKey(), At: found.PairedAt}
		if found.PairedAt.IsZero() {
			line.Code, line.At = found.Code[:4]+" "+found.Code[4:], found.ExpiresAt
		}
		v.Screens = append(v.Screens, line)
	}
	return c.Show(w, r, status, v.sheet())
}

// invite makes a screen and its pairing code.
func (c shop) invite(w http.ResponseWriter, r *http.Request) error {
	s, err := c.stand(r)
	if err != nil {
		return err
	}
	label := r.PostFormValue("nom")
	_, _, err = c.Merchant.InviteScreen(r.Context(), s.actor, site.FormKey(r), merchant.InviteScreenInput{Merchant: s.ID, Label: label})
	switch {
	case err == nil:
		http.Redirect(w, r, s.frame("").In("/caisse/ecrans"), http.StatusSeeOther)
		return nil
	case errors.Is(err, fault.ErrForbidden):
		return err
	case errors.Is(err, fault.ErrInvalid):
		words, err := c.Say(r, "shopscreens.name-missing")
		if err != nil {
			return err
		}
		return c.showScreens(w, r, http.StatusUnprocessableEntity, screensView{Entered: label, Problem: words, Key: site.FormKey(r)})
	}
	status, refusal, err := c.Refused(w, r, err)
	if err != nil {
		return err
	}
	return c.showScreens(w, r, status, screensView{Entered: label, Refusal: refusal})
}

// revoke takes a screen off, at once.
func (c shop) revoke(w http.ResponseWriter, r *http.Request) error {
	s, err := c.stand(r)
	if err != nil {
		return err
	}
	var id merchant.ScreenID
	if id.UnmarshalText([]byte(r.PathValue("id"))) != nil || id.IsZero() {
		return fault.ErrMissing
	}
	if _, err := c.Merchant.RevokeScreen(r.Context(), s.actor, site.FormKey(r), id); err != nil && !errors.Is(err, merchant.ErrScreenRevoked) {
		return err
	}
	http.Redirect(w, r, s.frame("").In("/caisse/ecrans"), http.StatusSeeOther)
	return nil
}
