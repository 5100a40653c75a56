// SPDX-License-Identifier: AGPL-3.0-or-later

package treasury

import (
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ops/debit"
	"github.com/noria-mlc/noria/web/page"
	"github.com/noria-mlc/noria/web/site"
)

// creditorForm is who collects direct debits, as it is typed. It is posted to
// /tresorerie/reglages/prelevement with "ics", "compte", "preavis" and "cle".
type creditorForm struct {
	Key             string
	ICS, Days       string
	ICSBad, DaysBad string
	Places          []place
}

// wrong says whether anything typed cannot be used.
func (f creditorForm) wrong() bool { return f.ICSBad != "" || f.DaysBad != "" }

// creditorNow is the form with what holds.
func (t treasury) creditorNow(r *http.Request) (creditorForm, error) {
	f := creditorForm{Key: t.NewKey(), Days: "14"}
	c, err := t.Debit.Creditor(r.Context())
	switch {
	case err == nil:
		f.ICS, f.Days = c.ICS, strconv.Itoa(c.NoticeDays)
	case !errors.Is(err, debit.ErrNoCreditor):
		return f, err
	}
	f.Places, err = t.places(r.Context(), true, string(c.Account))
	return f, err
}

// setCreditor says who collects from now on.
func (t treasury) setCreditor(w http.ResponseWriter, r *http.Request) error {
	v, err := t.settingsNow(r)
	if err != nil {
		return err
	}
	f := creditorForm{Key: site.FormKey(r), ICS: r.PostFormValue("ics"), Days: strings.TrimSpace(r.PostFormValue("preavis"))}
	if f.Places, err = t.places(r.Context(), true, r.PostFormValue("compte")); err != nil {
		return err
	}
	days, err := strconv.Atoi(f.Days)
	if err != nil || days < 1 || days > 14 {
		if f.DaysBad, err = t.Say(r, "settings.notice-bad"); err != nil {
			return err
		}
	}
	v.Creditor = f
	if f.wrong() {
		v.Status = http.StatusUnprocessableEntity
		return t.showSettings(w, r, v)
	}
	a, err := t.Proven(r)
	if err == nil {
		_, _, err = t.Debit.SetCreditor(r.Context(), a, f.Key, debit.Creditor{ICS: strings.ToUpper(strings.Join(strings.Fields(f.ICS), "")), NoticeDays: days, Account: ledger.Account(r.PostFormValue("compte"))})
	}
	return t.Concluded(w, r, err, "/tresorerie/reglages", "/tresorerie/reglages", func(status int, refusal *page.Refusal) error {
		v.Status = status
		refused := fault.As(err)
		if refused == nil || !slices.ContainsFunc(refused.Fields, func(f fault.Field) bool { return f.Pointer == "/ics" }) {
			v.Refusal = refusal
			return t.showSettings(w, r, v)
		}
		var other error
		if v.Creditor.ICSBad, other = t.Say(r, "settings.ics-bad"); other != nil {
			return other
		}
		return t.showSettings(w, r, v)
	})
}
