// SPDX-License-Identifier: AGPL-3.0-or-later

package treasury

import (
	"errors"
	"net/http"
	"strings"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/civil"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/money"
	"github.com/noria-mlc/noria/web/page"
)

// returnView finds the payment that a bank took back, by what stands on its line.
type returnView struct {
	Entered, Problem string
}

func (v returnView) sheet(tabs []page.Tab) page.Sheet {
	return page.Sheet{Template: "treasury/returns", Title: "debts.return", Section: "treasury", Tabs: tabs, Class: "treasury", View: v}
}

// returns leads from a reference to what taking the payment back would do.
func (t treasury) returns(w http.ResponseWriter, r *http.Request) error {
	a, tabs, err := t.visit(r, "debts")
	if err != nil {
		return err
	}
	if !may(a, access.DebitReturn) {
		return access.ErrForbidden
	}
	v := returnView{Entered: strings.TrimSpace(r.URL.Query().Get("reference"))}
	if v.Entered == "" {
		return t.Show(w, r, 0, v.sheet(tabs))
	}
	c, err := t.Conversion.ConversionByReference(r.Context(), a, v.Entered)
	if err == nil {
		http.Redirect(w, r, "/tresorerie/retours/"+c.ID.String(), http.StatusSeeOther)
		return nil
	}
	if !errors.Is(err, fault.ErrMissing) && !errors.Is(err, conversion.ErrReference) {
		return err
	}
	if v.Problem, err = t.Say(r, "debts.reference-bad"); err != nil {
		return err
	}
	return t.Show(w, r, http.StatusUnprocessableEntity, v.sheet(tabs))
}

// chargebackView is what taking a payment back would do, before it is booked.
type chargebackView struct {
	Path, Reference string
	Who             party
	Available       money.Amount
	Back            conversion.Chargeback
	Places          []place
	Today           string
	Code, CodeBad   string
	Form            typed
}

// Backed is what leaves the backing of the units: those that are there.
func (v chargebackView) Backed() money.Amount { return v.Back.Taken - min(v.Back.Taken, v.Back.Bonus) }

func (v chargebackView) sheet(tabs []page.Tab) page.Sheet {
	return page.Sheet{Template: "treasury/chargeback", Title: "debts.return", Section: "treasury", Tabs: tabs, Class: "treasury", View: v}
}

func (t treasury) chargeback(w http.ResponseWriter, r *http.Request) error {
	return t.showChargeback(w, r, typed{}, "", "")
}

func (t treasury) showChargeback(w http.ResponseWriter, r *http.Request, f typed, code, bad string) error {
	a, tabs, err := t.visit(r, "debts")
	if err != nil {
		return err
	}
	at, err := conversionID(r)
	if err != nil {
		return err
	}
	v := chargebackView{Path: r.URL.Path, Today: t.today(), Code: code, CodeBad: bad, Form: t.again(f)}
	if v.Back, err = t.Conversion.Foresee(r.Context(), a, at); err != nil {
		return err
	}
	c, err := t.Conversion.Conversion(r.Context(), a, at)
	if err != nil {
		return err
	}
	v.Reference = c.Reference
	if v.Who, err = t.named(r, c.Holder, "conversion"); err != nil {
		return err
	}
	held, err := t.Ledger.Holding(r.Context(), c.Holder)
	if err != nil {
		return err
	}
	v.Available = held.Available
	if v.Places, err = t.places(r.Context(), true, f.Account); err != nil {
		return err
	}
	return t.Show(w, r, f.Status, v.sheet(tabs))
}

// chargedBack books that the bank took the euros of a conversion back (G6).
func (t treasury) chargedBack(w http.ResponseWriter, r *http.Request) error {
	if _, _, err := t.visit(r, "debts"); err != nil {
		return err
	}
	at, err := conversionID(r)
	if err != nil {
		return err
	}
	f, entered := t.read(r), r.PostFormValue("code")
	code := strings.ToUpper(strings.TrimSpace(entered))
	var day civil.Date
	if err := t.booked(r, &f, &day); err != nil {
		return err
	}
	bad := ""
	if len(code) != 4 {
		f.Status = http.StatusUnprocessableEntity
		if bad, err = t.Say(r, "debts.code-bad"); err != nil {
			return err
		}
	}
	if f.wrong() || bad != "" {
		return t.showChargeback(w, r, f, entered, bad)
	}
	a, err := t.Proven(r)
	var back conversion.Chargeback
	if err == nil {
		back, _, err = t.Conversion.ChargeBack(r.Context(), a, f.Key, conversion.ChargeBackInput{Conversion: at, Code: code, BankReference: f.Reference,
			Account: ledger.Account(f.Account), BookedOn: day})
	}
	return t.Concluded(w, r, err, "/tresorerie/impayes/"+back.Holder.String(), r.URL.Path, func(status int, refusal *page.Refusal) error {
		f.Status, f.Refusal = status, refusal
		return t.showChargeback(w, r, f, entered, "")
	})
}
