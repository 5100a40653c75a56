// SPDX-License-Identifier: AGPL-3.0-or-later

package pay

import (
	"errors"
	"net/http"
	"net/url"

	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/web/api"
	"github.com/noria-mlc/noria/web/confirm"
	"github.com/noria-mlc/noria/web/identity"
	"github.com/noria-mlc/noria/web/page"
	"github.com/noria-mlc/noria/web/problem"
	"github.com/noria-mlc/noria/web/session"
	"github.com/noria-mlc/noria/web/site"
)

// devicesPath is the address of a person's own devices.
const devicesPath = "/compte/appareils"

// devices shows the devices that a person bound. With "suite" in the address it
// leads back to what they were about to confirm.
func (c pay) devices(w http.ResponseWriter, r *http.Request) error {
	return c.showDevices(w, r, 0, devicesView{})
}

func (c pay) showDevices(w http.ResponseWriter, r *http.Request, status int, v devicesView) error {
	caller, err := api.Caller(r.Context())
	if err != nil {
		return err
	}
	v.Demo, v.Next, v.Here = caller.Demo, page.ReturnPath(r.FormValue("suite")), identity.FromRequest(r).Label()
	if v.Next == "/" {
		v.Next = ""
	}
	v.Prove = "/connexion?suite=" + url.QueryEscape(devicesAt(v.Next))
	err = c.Identity.Fresh(r.Context(), caller)
	if v.Fresh = err == nil; err != nil && !errors.Is(err, identity.ErrStale) {
		return err
	}
	here, bound, err := c.Confirm.Here(r.Context(), caller, c.Confirm.DeviceOf(r))
	if err != nil {
		return err
	}
	list, err := c.Confirm.Devices(r.Context(), caller)
	if err != nil {
		return err
	}
	for _, d := range list {
		v.Devices = append(v.Devices, boundDevice{ID: d.ID.String(), Label: d.Label, Locked: d.Locked, This: bound && d.ID == here.ID,
			CreatedAt: d.CreatedAt, ExpiresAt: d.ExpiresAt, UsedAt: d.UsedAt})
	}
	if bound {
		v.Bound, v.Locked = here.ID.String(), here.Locked
	}
	return c.Show(w, r, status, v.sheet())
}

// devicesAt is the page of devices that leads back to another page, "" for none.
func devicesAt(next string) string {
	if next == "" {
		return devicesPath
	}
	return devicesPath + "?suite=" + url.QueryEscape(next)
}

// wish reads who changes what holds for their own account.
func (c pay) wish(r *http.Request) (identity.Change, error) {
	caller, err := api.Caller(r.Context())
	return identity.Change{Principal: caller, Language: problem.Speaks(r.Context())}, err
}

// bind gives this device a PIN. One that is bound already gets another PIN, so
// that a form sent twice binds once.
func (c pay) bind(w http.ResponseWriter, r *http.Request) error {
	change, err := c.wish(r)
	if err != nil {
		return err
	}
	if different := r.PostFormValue("pin") != r.PostFormValue("encore"); different {
		return c.differs(w, r)
	}
	here, bound, err := c.Confirm.Here(r.Context(), change.Principal, c.Confirm.DeviceOf(r))
	if err != nil {
		return err
	}
	if bound {
		return c.bound(w, r, c.Confirm.SetPIN(r.Context(), change, here.ID, r.PostFormValue("pin")))
	}
	made, err := c.Confirm.Bind(r.Context(), change, r.PostFormValue("pin"), identity.FromRequest(r))
	if err == nil {
		c.Confirm.SetCookie(w, made)
	}
	return c.bound(w, r, err)
}

// setPIN gives a device another PIN, and unlocks it.
func (c pay) setPIN(w http.ResponseWriter, r *http.Request) error {
	change, err := c.wish(r)
	if err != nil {
		return err
	}
	id, err := deviceOf(r)
	if err != nil {
		return err
	}
	if r.PostFormValue("pin") != r.PostFormValue("encore") {
		return c.differs(w, r)
	}
	return c.bound(w, r, c.Confirm.SetPIN(r.Context(), change, id, r.PostFormValue("pin")))
}

// unbind forgets a device at once, from any session of its person.
func (c pay) unbind(w http.ResponseWriter, r *http.Request) error {
	caller, err := api.Caller(r.Context())
	if err != nil {
		return err
	}
	id, err := deviceOf(r)
	if err != nil {
		return err
	}
	err = c.Confirm.RevokeDevice(r.Context(), caller, id)
	if errors.Is(err, access.ErrForbidden) {
		err = nil // gone before, as when the form is sent twice, or never theirs: the list tells
	}
	return c.bound(w, r, err)
}

func deviceOf(r *http.Request) (confirm.DeviceID, error) {
	var id confirm.DeviceID
	if id.UnmarshalText([]byte(r.PathValue("id"))) != nil || id.IsZero() {
		return id, fault.ErrMissing
	}
	return id, nil
}

// differs says that the PIN was typed in two ways.
func (c pay) differs(w http.ResponseWriter, r *http.Request) error {
	words, err := c.Say(r, "devices.differs")
	if err != nil {
		return err
	}
	return c.showDevices(w, r, http.StatusUnprocessableEntity, devicesView{RepeatProblem: words})
}

// bound goes on after a change, or shows what was refused. Whoever has to prove
// who they are first is sent to, and comes back.
func (c pay) bound(w http.ResponseWriter, r *http.Request, err error) error {
	next := page.ReturnPath(r.PostFormValue("suite"))
	if next == "/" {
		next = devicesPath
	}
	back := next
	if next != devicesPath {
		back = devicesAt(next)
	}
	switch {
	case err == nil:
		http.Redirect(w, r, next, http.StatusSeeOther)
		return nil
	case site.ProveFirst(w, r, err, back):
		return nil
	case errors.Is(err, session.ErrUnauthenticated), errors.Is(err, access.ErrForbidden):
		return err
	}
	status, refusal, other := c.Refused(w, r, err)
	if other != nil {
		return other
	}
	v := devicesView{Refusal: refusal}
	if errors.Is(err, confirm.ErrPINWeak) {
		v.Refusal = nil
		if v.PINProblem, other = c.Say(r, "devices.weak"); other != nil {
			return other
		}
	}
	return c.showDevices(w, r, status, v)
}
