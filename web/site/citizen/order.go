// SPDX-License-Identifier: AGPL-3.0-or-later

package citizen

import (
	"net/http"
	"strings"
	"time"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/web/api"
	"github.com/noria-mlc/noria/web/page"
	"github.com/noria-mlc/noria/web/site"
)

// ordered reads the conversion of the path.
func (c citizen) ordered(r *http.Request) (owner, conversion.Conversion, error) {
	o, err := c.owner(r)
	if err != nil {
		return o, conversion.Conversion{}, err
	}
	var id conversion.ID
	if id.UnmarshalText([]byte(r.PathValue("id"))) != nil || id.IsZero() {
		return o, conversion.Conversion{}, fault.ErrMissing
	}
	found, err := c.Conversion.Conversion(r.Context(), o.Actor, id)
	return o, found, api.Concealed(o.Actor, access.ConversionRead, err)
}

// order shows how far a conversion is, and how to send its euros.
func (c citizen) order(w http.ResponseWriter, r *http.Request) error {
	o, found, err := c.ordered(r)
	if err != nil {
		return err
	}
	found, checkout, err := c.checkout(r, found)
	if err != nil {
		return err
	}
	return c.showOrder(w, r, 0, o, found, checkout, nil)
}

func (c citizen) showOrder(w http.ResponseWriter, r *http.Request, status int, o owner, found conversion.Conversion, checkout string, refusal *page.Refusal) error {
	v := orderView{ID: found.ID.String(), Wallet: found.Wallet.String(), Status: string(found.Status), Euros: found.Euros, Bonus: found.Bonus,
		Credited: found.Credited, Channel: string(found.Channel), Reference: found.Reference, CreatedAt: found.CreatedAt, ClosedAt: found.ClosedAt,
		ExpiresAt: found.ExpiresAt, Key: c.NewKey(), Refusal: refusal}
	v.Checkout = checkout
	if p := found.Pay; p != nil {
		v.Payee, v.IBAN, v.BIC = p.Name, strings.ReplaceAll(p.IBAN, " ", ""), p.BIC
	}
	if !found.Entry.IsZero() {
		v.Entry = found.Entry.String()
	}
	renderer, err := c.Render(r.Context())
	if err != nil {
		return err
	}
	if v.Steps, err = v.steps(renderer.Say); err != nil {
		return err
	}
	return c.present(w, r, status, o, "change", v.sheet())
}

// orderCode draws the code that fills in the transfer in a banking application.
func (c citizen) orderCode(w http.ResponseWriter, r *http.Request) error {
	_, found, err := c.ordered(r)
	if err != nil {
		return err
	}
	if found.Pay == nil {
		return fault.ErrMissing
	}
	return c.transferCode(w, r, *found.Pay, found.Reference, found.Euros)
}

// picture sends a drawing that belongs to the person who asked.
func picture(w http.ResponseWriter, svg string) error {
	w.Header().Set("Content-Type", "image/svg+xml")
	w.Header().Set("Cache-Control", "private, max-age=3600")
	_, err := w.Write([]byte(svg))
	return err
}

// cancelOrder gives up a conversion that awaits its euros.
func (c citizen) cancelOrder(w http.ResponseWriter, r *http.Request) error {
	o, found, err := c.ordered(r)
	if err != nil {
		return err
	}
	_, _, err = c.Conversion.Cancel(r.Context(), o.Actor, site.FormKey(r), conversion.CancelInput{Conversion: found.ID})
	if err == nil {
		http.Redirect(w, r, "/change/"+found.ID.String(), http.StatusSeeOther)
		return nil
	}
	status, refusal, err := c.Refused(w, r, err)
	if err != nil {
		return err
	}
	if found, err = c.Conversion.Conversion(r.Context(), o.Actor, found.ID); err != nil {
		return err
	}
	found, checkout, err := c.checkout(r, found)
	if err != nil {
		return err
	}
	return c.showOrder(w, r, status, o, found, checkout, refusal)
}

// steps tells a conversion from the wish to the units in the wallet.
func (v orderView) steps(say func(string, ...any) (string, error)) ([]page.Step, error) {
	type step struct {
		key, state string
		at         time.Time
	}
	list := []step{{"order.step-asked", "done", v.CreatedAt}}
	switch conversion.Status(v.Status) {
	case conversion.AwaitingEuros:
		if v.ByCard() {
			list = append(list, step{key: "order.step-card", state: "now"}, step{key: "order.step-credit", state: "todo"})
			break
		}
		list = append(list, step{key: "order.step-transfer", state: "now"}, step{key: "order.step-credit", state: "todo"})
	case conversion.Settled:
		list = append(list, step{key: "order.step-received", state: "done"}, step{"order.step-credited", "done", v.ClosedAt})
	case conversion.Reversed:
		back := "order.step-reversed"
		if v.ByCard() {
			back = "order.step-refunded"
		}
		list = append(list, step{key: "order.step-received", state: "done"}, step{back, "failed", v.ClosedAt})
	case conversion.Cancelled:
		list = append(list, step{"order.step-cancelled", "failed", v.ClosedAt})
	default:
		list = append(list, step{"order.step-expired", "failed", v.ExpiresAt})
	}
	steps := make([]page.Step, 0, len(list))
	for _, s := range list {
		words, err := say(s.key)
		if err != nil {
			return nil, err
		}
		steps = append(steps, page.Step{State: s.state, Words: words, At: s.at})
	}
	return steps, nil
}
