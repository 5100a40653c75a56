// SPDX-License-Identifier: AGPL-3.0-or-later

package account

import (
	"errors"
	"net/http"
	"strings"

	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ops/push"
	"github.com/noria-mlc/noria/web/identity"
	"github.com/noria-mlc/noria/web/site"
)

// notifications shows in which browsers the caller is hinted at what is new.
func (p account) notifications(w http.ResponseWriter, r *http.Request) error {
	return p.showNotifications(w, r, notificationView{})
}

func (p account) showNotifications(w http.ResponseWriter, r *http.Request, v notificationView) error {
	actor, err := site.Actor(r)
	if err != nil {
		return err
	}
	if p.Push == nil {
		return fault.ErrMissing
	}
	list, err := p.Push.Subscriptions(r.Context(), actor)
	if err != nil {
		return err
	}
	v.Server, v.Key = p.Push.PublicKey(), p.NewKey()
	if v.Prove, err = p.Prove(r, "/compte/notifications"); err != nil {
		return err
	}
	for _, s := range list {
		v.Devices = append(v.Devices, notifiedDevice{ID: s.ID.String(), Label: s.Label, Since: s.CreatedAt, Key: p.NewKey()})
	}
	return p.Show(w, r, v.Status, v.sheet())
}

// subscribe takes the endpoint that a browser was given by its maker, from somebody
// who has proved who they are.
func (p account) subscribe(w http.ResponseWriter, r *http.Request) error {
	actor, err := p.Proven(r)
	if site.ProveFirst(w, r, err, "/compte/notifications") {
		return nil
	}
	if err != nil {
		return err
	}
	if p.Push == nil {
		return fault.ErrMissing
	}
	device := push.Device{Endpoint: r.PostFormValue("adresse"), Label: identity.FromRequest(r).Device}
	id, err := p.Push.Subscribe(r.Context(), actor, site.FormKey(r), device)
	if err == nil {
		http.SetCookie(w, p.hintCookie(id.String(), hintLifetime))
	}
	return p.notified(w, r, err)
}

// unsubscribe ends the hints in one browser of the caller's.
func (p account) unsubscribe(w http.ResponseWriter, r *http.Request) error {
	actor, err := site.Actor(r)
	if err != nil {
		return err
	}
	var id push.SubscriptionID
	if err := id.UnmarshalText([]byte(r.PathValue("id"))); err != nil || p.Push == nil {
		return fault.ErrMissing
	}
	return p.notified(w, r, p.Push.Unsubscribe(r.Context(), actor, site.FormKey(r), id))
}

// hintLifetime is how long a browser remembers that it asked for hints, in seconds.
const hintLifetime = 400 * 24 * 3600

// hintCookie remembers which hints a browser asked for, so that they end with the
// sign-out there: whoever uses the browser next is told nothing.
func (p account) hintCookie(text string, maxAge int) *http.Cookie {
	c := &http.Cookie{Name: "noria-avis", Value: text, Path: "/", MaxAge: maxAge, HttpOnly: true, SameSite: http.SameSiteLaxMode}
	if strings.HasPrefix(p.BaseURL, "https:") {
		c.Name, c.Secure = "__Host-"+c.Name, true
	}
	return c
}

// endHints ends the hints of this browser, if it asked for any.
func (p account) endHints(w http.ResponseWriter, r *http.Request, actor access.Actor) error {
	c, err := r.Cookie(p.hintCookie("", 0).Name)
	if err != nil {
		return nil
	}
	http.SetCookie(w, p.hintCookie("", -1))
	var id push.SubscriptionID
	if err := id.UnmarshalText([]byte(c.Value)); err != nil || p.Push == nil {
		return nil
	}
	// They may have been ended before, or be somebody else's since.
	err = p.Push.Unsubscribe(r.Context(), actor, p.NewKey(), id)
	if errors.Is(err, fault.ErrMissing) || errors.Is(err, fault.ErrForbidden) {
		return nil
	}
	return err
}

// notified leads back to the list after a change, or shows there what was
// refused.
func (p account) notified(w http.ResponseWriter, r *http.Request, err error) error {
	if err == nil {
		http.Redirect(w, r, "/compte/notifications", http.StatusSeeOther)
		return nil
	}
	if !errors.Is(err, push.ErrEndpoint) {
		return err
	}
	status, refusal, err := p.Refused(w, r, err)
	if err != nil {
		return err
	}
	return p.showNotifications(w, r, notificationView{Status: status, Refusal: refusal})
}
