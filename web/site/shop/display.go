// SPDX-License-Identifier: AGPL-3.0-or-later

package shop

import (
	"encoding/hex"
	"errors"
	"net/http"
	"net/url"
	"time"

	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/civil"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/merchant"
	"github.com/noria-mlc/noria/ops/job"
	"github.com/noria-mlc/noria/web/identity"
	"github.com/noria-mlc/noria/web/page"
	"github.com/noria-mlc/noria/web/site"
)

// greenFor is how long a screen stays green after a payment.
const greenFor = 10 * time.Second

// display shows the screen at the counter, or the form that makes a device one.
func (c shop) display(w http.ResponseWriter, r *http.Request) error {
	found, err := device(c.Site, r)
	if stranger(err) {
		if secretOf(c.Site, r) == "" {
			setDevice(w, c.Site, newSecret())
		}
		return c.Show(w, r, 0, pairView{Key: c.NewKey()}.sheet())
	}
	if err != nil {
		return err
	}
	setDevice(w, c.Site, secretOf(c.Site, r))
	v, err := c.shown(r, found)
	if err != nil {
		return err
	}
	return c.Show(w, r, 0, v.sheet())
}

// shown gathers what a screen shows now. Without modules the page is asked for
// again every few seconds, so that it is green for as long as with them.
func (c shop) shown(r *http.Request, found merchant.Screen) (displayView, error) {
	ctx, actor := r.Context(), found.Actor()
	m, err := c.Merchant.Merchant(ctx, found.Merchant)
	if err != nil {
		return displayView{}, err
	}
	head, err := c.Ledger.Head(ctx, c.Ledger.Reader()) // before what it is said of: a payment in between is told again
	if err != nil {
		return displayView{}, err
	}
	arrivals, _, err := c.Merchant.Arrivals(ctx, actor, m.ID, 0, lastReceipts)
	if err != nil {
		return displayView{}, err
	}
	v := displayView{ID: m.ID.String(), Merchant: m.Name, Number: grouped(m.Number), Code: m.Code, Seq: head.Seq, Now: c.Now()}
	for i := len(arrivals) - 1; i >= 0; i-- {
		a := arrivals[i]
		if civil.Of(a.At) == civil.Of(v.Now) && a.Seq <= head.Seq {
			v.Last = append(v.Last, displayPaid{Seq: a.Seq, At: a.At, Amount: a.Amount, MatchCode: a.MatchCode, Payer: a.Payer})
		}
	}
	asked, err := c.Merchant.AskedNow(ctx, actor, m.ID)
	switch {
	case err == nil:
		v.Asked, v.Amount, v.ShortCode, v.CreatedAt, v.ExpiresAt = asked.ID.String(), asked.Amount, asked.Code, asked.CreatedAt, asked.ExpiresAt
	case !errors.Is(err, fault.ErrMissing):
		return v, err
	}
	if len(v.Last) > 0 && v.Now.Sub(v.Last[0].At) < greenFor {
		v.Paid = &v.Last[0]
	}
	return v, nil
}

// pair makes this browser a screen by the code that was typed.
func (c shop) pair(w http.ResponseWriter, r *http.Request) error {
	if _, err := device(c.Site, r); !stranger(err) {
		if err == nil {
			http.Redirect(w, r, "/ecran", http.StatusSeeOther)
		}
		return err
	}
	secret := secretOf(c.Site, r)
	if secret == "" {
		secret = newSecret()
	}
	secret = become(secret, site.FormKey(r))
	digest := digestOf(secret)
	typed := r.PostFormValue("code")
	err := c.Identity.TryPairing(r.Context(), identity.FromRequest(r))
	if err == nil {
		_, _, err = c.Merchant.PairScreen(r.Context(), job.System(), "screen:"+hex.EncodeToString(digest[:16]), merchant.PairScreenInput{Code: typed, Digest: digest})
	}
	if err != nil {
		status, refusal, err := c.Refused(w, r, err)
		if err != nil {
			return err
		}
		return c.Show(w, r, status, pairView{Key: c.NewKey(), Entered: typed, Problem: refusal.Title + ". " + refusal.Advice}.sheet())
	}
	setDevice(w, c.Site, secret)
	http.Redirect(w, r, "/ecran", http.StatusSeeOther)
	return nil
}

// displayCode draws the code that stays on the screen: it leads to paying the
// shop whatever amount.
func (c shop) displayCode(w http.ResponseWriter, r *http.Request) error {
	found, err := device(c.Site, r)
	if err != nil {
		return err
	}
	m, err := c.Merchant.Merchant(r.Context(), found.Merchant)
	if err != nil {
		return err
	}
	return c.draw(w, r, c.shopURL(m), m.Name)
}

// displayRequestCode draws the code of a request of the screen's shop.
func (c shop) displayRequestCode(w http.ResponseWriter, r *http.Request) error {
	found, err := device(c.Site, r)
	if err != nil {
		return err
	}
	var id merchant.RequestID
	if id.UnmarshalText([]byte(r.PathValue("id"))) != nil || id.IsZero() {
		return fault.ErrMissing
	}
	asked, err := c.Merchant.AskedNow(r.Context(), found.Actor(), found.Merchant)
	if errors.Is(err, fault.ErrMissing) || err == nil && asked.ID != id {
		return access.ErrForbidden // the newest is what stands there; no other is a screen's to draw
	}
	if err != nil {
		return err
	}
	return c.draw(w, r, c.payURL(id), asked.Merchant.Name)
}

// shopURL is where the code that a shop prints leads to.
func (c shop) shopURL(m merchant.Merchant) string {
	return c.BaseURL + "/payer?a=" + url.QueryEscape(m.Code)
}

// pairView is the form by which a device becomes a screen, posted to /ecran with
// "code" and "cle".
type pairView struct {
	Key     string
	Entered string
	Problem string
}

// sheet is the page of a device that is no screen yet.
func (v pairView) sheet() page.Sheet {
	return page.Sheet{Template: "shop/pairing", Title: "pairing.title", Class: "pairing-page", View: v}
}
