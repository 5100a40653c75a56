// SPDX-License-Identifier: AGPL-3.0-or-later

package account

import (
	"errors"
	"net/http"

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
	for _, s := range list {
		v.Devices = append(v.Devices, notifiedDevice{ID: s.ID.String(), Label: s.Label, Since: s.CreatedAt, Key: p.NewKey()})
	}
	return p.Show(w, r, v.Status, v.sheet())
}

// subscribe takes the endpoint that a browser was given by its maker.
func (p account) subscribe(w http.ResponseWriter, r *http.Request) error {
	actor, err := site.Actor(r)
	if err != nil {
		return err
	}
	if p.Push == nil {
		return fault.ErrMissing
	}
	device := push.Device{Endpoint: r.PostFormValue("adresse"), Label: identity.FromRequest(r).Device}
	_, err = p.Push.Subscribe(r.Context(), actor, site.FormKey(r), device)
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
