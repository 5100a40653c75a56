// SPDX-License-Identifier: AGPL-3.0-or-later

package treasury

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/noria-mlc/noria/ledger/money"
	"github.com/noria-mlc/noria/web/confirm"
	"github.com/noria-mlc/noria/web/locale"
	"github.com/noria-mlc/noria/web/page"
	"github.com/noria-mlc/noria/web/problem"
	"github.com/noria-mlc/noria/web/site"
)

// easeForm is how far small payments to known payees need no proof, as it is
// typed. It is posted to /tresorerie/reglages/petits-paiements.
type easeForm struct {
	Key                             string
	Payment, Row, Total             string
	PaymentBad, RowBad, TotalBad    string
	MostPayment, MostRow, MostTotal string // as far as may be granted
}

// wrong says whether anything typed cannot be used.
func (f easeForm) wrong() bool { return f.PaymentBad != "" || f.RowBad != "" || f.TotalBad != "" }

// easeNow is the form with what holds.
func (t treasury) easeNow(r *http.Request) (easeForm, error) {
	e, err := t.Confirm.Ease(r.Context())
	return bounded(easeForm{Key: t.NewKey(), Payment: typedAmount(e.PerPayment), Row: strconv.Itoa(e.InARow), Total: typedAmount(e.Total)}), err
}

// bounded adds how far treasurers may go.
func bounded(f easeForm) easeForm {
	most := confirm.WidestEase()
	f.MostPayment, f.MostRow, f.MostTotal = typedAmount(most.PerPayment), strconv.Itoa(most.InARow), typedAmount(most.Total)
	return f
}

// setEase grants ease, or takes it back.
func (t treasury) setEase(w http.ResponseWriter, r *http.Request) error {
	f, in, err := t.easeTyped(r)
	if err != nil {
		return err
	}
	v, err := t.settingsNow(r)
	if err != nil {
		return err
	}
	v.Ease = f
	if f.wrong() {
		v.Status = http.StatusUnprocessableEntity
		return t.showSettings(w, r, v)
	}
	a, err := t.Proven(r)
	if err == nil {
		_, _, err = t.Confirm.SetEase(r.Context(), a, f.Key, in)
	}
	return t.Concluded(w, r, err, "/tresorerie/reglages", "/tresorerie/reglages", func(status int, refusal *page.Refusal) error {
		v.Status, v.Refusal = status, refusal
		return t.showSettings(w, r, v)
	})
}

// easeTyped reads the three fields.
func (t treasury) easeTyped(r *http.Request) (easeForm, confirm.Ease, error) {
	f := bounded(easeForm{Key: site.FormKey(r), Payment: r.PostFormValue("par-paiement"), Row: r.PostFormValue("de-suite"), Total: r.PostFormValue("en-tout")})
	most := confirm.WidestEase()
	var in confirm.Ease
	var err error
	if in.PerPayment, f.PaymentBad, err = t.atMost(r, f.Payment, most.PerPayment); err != nil {
		return f, in, err
	}
	if in.Total, f.TotalBad, err = t.atMost(r, f.Total, most.Total); err != nil {
		return f, in, err
	}
	in.InARow, err = strconv.Atoi(strings.TrimSpace(f.Row))
	if err != nil || in.InARow < 0 || in.InARow > most.InARow {
		f.RowBad, err = t.Say(r, "settings.ease-row-bad", f.MostRow)
	}
	return f, in, err
}

// atMost reads an amount, or says what is wrong with it.
func (t treasury) atMost(r *http.Request, typed string, most money.Amount) (money.Amount, string, error) {
	amount, err := locale.ParseAmount(typed)
	if err != nil {
		return 0, locale.AmountAdvice(err, problem.Speaks(r.Context())), nil
	}
	if amount > most {
		words, err := t.Say(r, "settings.ease-above", typedAmount(most))
		return 0, words, err
	}
	return amount, "", nil
}
