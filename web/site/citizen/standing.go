// SPDX-License-Identifier: AGPL-3.0-or-later

package citizen

import (
	"errors"
	"net/http"
	"net/url"
	"strings"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/money"
	"github.com/noria-mlc/noria/ops/sepa"
	"github.com/noria-mlc/noria/web/locale"
	"github.com/noria-mlc/noria/web/page"
	"github.com/noria-mlc/noria/web/qr"
	"github.com/noria-mlc/noria/web/site"
)

// standingView is somebody's permanent reference: what they write on a standing
// order once and for all. It is made by a form posted to /virement-permanent.
type standingView struct {
	Key              string
	Reference        string // "" before it was made
	Payee, IBAN, BIC string
	Entered, Problem string
	Euros            money.Amount // of the code to scan, 0 for none
	Refusal          *page.Refusal
}

// Code is the address of the picture.
func (v standingView) Code() string {
	return "/virement-permanent/code.svg?montant=" + url.QueryEscape(v.Euros.Format())
}

// Fields are what has to be written on the order.
func (v standingView) Fields() []copied {
	return orderView{Payee: v.Payee, IBAN: v.IBAN, BIC: v.BIC, Reference: v.Reference}.Fields()
}

func (v standingView) sheet() page.Sheet {
	s := page.Sheet{Template: "citizen/standing", Title: "standing.title", Class: "order", View: v}
	if v.Reference != "" {
		s.Script, s.Imports = "standing.js", []string{"copy.js"}
	}
	return s
}

// standing shows the permanent reference, and with an amount the code to scan.
func (c citizen) standing(w http.ResponseWriter, r *http.Request) error {
	o, err := c.changer(r)
	if err != nil {
		return err
	}
	return c.showStanding(w, r, 0, o, standingView{Entered: r.URL.Query().Get("montant")})
}

func (c citizen) showStanding(w http.ResponseWriter, r *http.Request, status int, o owner, v standingView) error {
	v.Key = c.NewKey()
	found, err := c.Conversion.Standing(r.Context(), o.Actor, o.ID)
	switch {
	case err == nil:
		v.Reference, v.Payee, v.IBAN, v.BIC = found.Reference, found.Pay.Name, strings.ReplaceAll(found.Pay.IBAN, " ", ""), found.Pay.BIC
	case !errors.Is(err, fault.ErrMissing):
		return err
	}
	if v.Entered != "" {
		euros, err := locale.ParseAmount(v.Entered)
		if v.Problem, err = c.amountProblem(r, euros, err); err != nil {
			return err
		}
		if v.Problem == "" {
			v.Euros = euros
		} else if status == 0 {
			status = http.StatusUnprocessableEntity
		}
	}
	return c.present(w, r, status, o, "change", v.sheet())
}

// makeStanding makes the reference; asked for twice it is the same one.
func (c citizen) makeStanding(w http.ResponseWriter, r *http.Request) error {
	o, err := c.changer(r)
	if err != nil {
		return err
	}
	v := standingView{Entered: r.PostFormValue("montant")}
	_, _, err = c.Conversion.StandingReference(r.Context(), o.Actor, site.FormKey(r), o.ID)
	if err == nil {
		http.Redirect(w, r, "/virement-permanent?montant="+url.QueryEscape(v.Entered), http.StatusSeeOther)
		return nil
	}
	if errors.Is(err, access.ErrForbidden) {
		return err
	}
	status, refusal, err := c.Refused(w, r, err)
	if err != nil {
		return err
	}
	v.Refusal = refusal
	return c.showStanding(w, r, status, o, v)
}

// standingCode draws the code that fills in a transfer of an amount with the
// permanent reference: a code without an amount is none (EPC069-12).
func (c citizen) standingCode(w http.ResponseWriter, r *http.Request) error {
	o, err := c.changer(r)
	if err != nil {
		return err
	}
	euros, err := money.Parse(r.URL.Query().Get("montant"))
	if err != nil || euros == 0 {
		return fault.ErrMissing
	}
	found, err := c.Conversion.Standing(r.Context(), o.Actor, o.ID)
	if err != nil {
		return err
	}
	return c.transferCode(w, r, found.Pay, found.Reference, euros)
}

// transferCode draws the code of a transfer.
func (c citizen) transferCode(w http.ResponseWriter, r *http.Request, to conversion.Payee, reference string, euros money.Amount) error {
	payload, err := sepa.Transfer{Name: to.Name, IBAN: sepa.IBAN(to.IBAN), BIC: to.BIC, Amount: euros, Text: reference}.Payload()
	if err != nil {
		return err
	}
	title, err := c.Say(r, "order.code", reference)
	if err != nil {
		return err
	}
	svg, err := qr.SVGMaxVersion(payload, title, qr.MaxVersionEPC)
	if err != nil {
		return err
	}
	return picture(w, svg)
}
