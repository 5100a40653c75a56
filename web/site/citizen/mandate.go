// SPDX-License-Identifier: AGPL-3.0-or-later

package citizen

import (
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/civil"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/money"
	"github.com/noria-mlc/noria/ops/debit"
	"github.com/noria-mlc/noria/web/api"
	"github.com/noria-mlc/noria/web/locale"
	"github.com/noria-mlc/noria/web/page"
	"github.com/noria-mlc/noria/web/site"
)

// collects says whether the association collects direct debits.
func (c citizen) collects(r *http.Request) (bool, error) {
	_, err := c.Debit.Creditor(r.Context())
	if errors.Is(err, debit.ErrNoCreditor) {
		return false, nil
	}
	return err == nil, err
}

// signer is whoever may sign a mandate by themselves.
func (c citizen) signer(r *http.Request) (owner, error) {
	o, err := c.owner(r)
	if err == nil {
		err = access.Allow(o.Actor, access.MandateSign, o.ID)
	}
	return o, err
}

// mandates shows what was signed, and the form that signs another one.
func (c citizen) mandates(w http.ResponseWriter, r *http.Request) error {
	o, err := c.signer(r)
	if err != nil {
		return err
	}
	f := mandateForm{Amount: r.URL.Query().Get("montant")}
	status := 0
	var euros money.Amount
	if f.Amount != "" {
		euros, err = locale.ParseAmount(f.Amount)
		if f.AmountBad, err = c.amountProblem(r, euros, err); err != nil {
			return err
		}
		if f.AmountBad != "" {
			status, euros = http.StatusUnprocessableEntity, 0
		}
	}
	return c.showMandates(w, r, status, o, f, euros)
}

// showMandates shows the page with what an amount would give now, unless it is 0.
func (c citizen) showMandates(w http.ResponseWriter, r *http.Request, status int, o owner, f mandateForm, euros money.Amount) error {
	ctx := r.Context()
	today := civil.Of(c.Now())
	v := mandatesView{Wallet: o.Wallet.String(), Today: today.Start(), Form: f}
	by, err := c.Debit.Collector(ctx)
	switch {
	case err == nil:
		v.Collects, v.Creditor, v.ICS = true, by.Name, by.ICS
		v.NoticeDays, v.First = strconv.Itoa(by.NoticeDays), by.FirstDay(today).Start()
	case !errors.Is(err, debit.ErrNoCreditor):
		return err
	}
	if v.Form.Key == "" {
		v.Form.Key = c.NewKey()
	}
	if !slices.Contains(v.Rhythms(), v.Form.Rhythm) {
		v.Form.Rhythm = string(debit.Once)
	}
	if v.Prove, err = c.Prove(r, "/prelevements"); err != nil {
		return err
	}
	list, err := c.Debit.Mandates(ctx, o.Actor, o.ID)
	if err != nil {
		return err
	}
	for _, m := range list {
		v.Mandates = append(v.Mandates, rowOf(m))
	}
	if euros > 0 {
		q, err := c.Conversion.Quote(ctx, o.Actor, conversion.QuoteRequest{Holder: o.ID, Euros: euros})
		if err != nil && fault.As(err) == nil {
			return err
		}
		if err == nil {
			v.Quote = quoteOf(q)
		}
	}
	return c.present(w, r, status, o, "change", v.sheet())
}

// sign signs a mandate, once whoever signs has proved who they are.
func (c citizen) sign(w http.ResponseWriter, r *http.Request) error {
	o, err := c.signer(r)
	if err != nil {
		return err
	}
	f := mandateForm{Key: site.FormKey(r), Rhythm: r.PostFormValue("rythme"), IBAN: r.PostFormValue("iban"),
		Name: strings.TrimSpace(r.PostFormValue("titulaire")), Agreed: r.PostFormValue("accord") == "oui"}
	terms, err := c.terms(r, &f)
	if err != nil {
		return err
	}
	if !f.Agreed {
		if f.AgreeBad, err = c.Say(r, "mandates.agree-bad"); err != nil {
			return err
		}
	}
	if f.wrong() {
		return c.showMandates(w, r, http.StatusUnprocessableEntity, o, f, terms.Euros)
	}
	a, err := c.Proven(r)
	var made debit.Mandate
	if err == nil {
		made, _, err = c.Debit.Sign(r.Context(), a, f.Key, debit.SignInput{Holder: o.ID, IBAN: f.IBAN, Name: f.Name, Rhythm: debit.Rhythm(f.Rhythm),
			Euros: terms.Euros, Day: terms.Day, Low: terms.Low})
	}
	return c.Concluded(w, r, err, "/prelevements/"+made.ID.String(), "/prelevements", func(status int, refusal *page.Refusal) error {
		said, other := c.mandateProblems(r, err, &f)
		if other != nil {
			return other
		}
		if !said {
			f.Refusal = refusal
		}
		return c.showMandates(w, r, status, o, f, terms.Euros)
	})
}

// terms reads amount, day and threshold as far as the rhythm asks for them.
func (c citizen) terms(r *http.Request, f *mandateForm) (debit.Terms, error) {
	f.Amount, f.Day, f.Low = r.PostFormValue("montant"), r.PostFormValue("jour"), r.PostFormValue("seuil")
	var t debit.Terms
	var err error
	if t.Euros, f.AmountBad, err = c.Amount(r, "montant"); err != nil {
		return t, err
	}
	switch debit.Rhythm(f.Rhythm) {
	case debit.Monthly:
		t.Day, err = strconv.Atoi(strings.TrimSpace(f.Day))
		if err != nil || t.Day < 1 || t.Day > 28 {
			f.DayBad, err = c.Say(r, "mandates.day-bad")
		}
	case debit.WhenLow:
		t.Low, f.LowBad, err = c.Amount(r, "seuil")
	}
	return t, err
}

// mandateProblems puts what is wrong beside its field, and says whether it could.
func (c citizen) mandateProblems(r *http.Request, refused error, f *mandateForm) (bool, error) {
	found := fault.As(refused)
	said := false
	for _, p := range []struct {
		pointer, key string
		into         *string
	}{{"/bic", "mandates.iban-bic", &f.IBANBad}, {"/iban", "mandates.iban-bad", &f.IBANBad}, {"/name", "mandates.name-bad", &f.NameBad},
		{"/euros", "mandates.amount-bad", &f.AmountBad}, {"/low", "mandates.amount-bad", &f.LowBad}} {
		if found == nil || !slices.ContainsFunc(found.Fields, func(field fault.Field) bool { return field.Pointer == p.pointer }) {
			continue
		}
		words, err := c.Say(r, p.key)
		if err != nil {
			return false, err
		}
		*p.into, said = words, true
	}
	return said, nil
}

// signed reads the mandate of the path, which is the owner's.
func (c citizen) signed(r *http.Request) (owner, debit.Mandate, error) {
	o, err := c.signer(r)
	if err != nil {
		return o, debit.Mandate{}, err
	}
	var id debit.MandateID
	if id.UnmarshalText([]byte(r.PathValue("id"))) != nil || id.IsZero() {
		return o, debit.Mandate{}, fault.ErrMissing
	}
	m, err := c.Debit.Mandate(r.Context(), o.Actor, id)
	return o, m, api.Concealed(o.Actor, access.MandateRead, err)
}

// mandate shows a mandate, and how far its debits are.
func (c citizen) mandate(w http.ResponseWriter, r *http.Request) error {
	o, m, err := c.signed(r)
	if err != nil {
		return err
	}
	return c.showMandate(w, r, 0, o, m, mandateForm{Amount: locale.FormatAmount(m.Euros), Day: strconv.Itoa(m.Day), Low: locale.FormatAmount(m.Low)})
}

func (c citizen) showMandate(w http.ResponseWriter, r *http.Request, status int, o owner, m debit.Mandate, f mandateForm) error {
	v := mandateView{mandateRow: rowOf(m), RUM: m.RUM, Name: m.Name, UsedOn: started(m.UsedOn), Form: f,
		Amends: m.Status == debit.Active && m.Rhythm != debit.Once, Ends: m.Status == debit.Active || m.Status == debit.Suspended}
	by, err := c.Debit.Collector(r.Context())
	if err != nil {
		return err
	}
	v.Creditor, v.ICS, v.Form.Key = by.Name, by.ICS, c.NewKey()
	if v.Prove, err = c.Prove(r, v.Path); err != nil {
		return err
	}
	list, err := c.Debit.Debits(r.Context(), o.Actor, m.ID)
	if err != nil {
		return err
	}
	for _, d := range list {
		row := debitRow{On: d.CollectOn.Start(), Euros: d.Euros, Status: string(d.Status), Reason: d.Reason}
		if !d.Conversion.IsZero() {
			row.Order = "/change/" + d.Conversion.String()
		}
		v.Debits = append(v.Debits, row)
	}
	return c.present(w, r, status, o, "change", v.sheet())
}

// amend changes the terms of a mandate, once whoever signed it has proved who they
// are.
func (c citizen) amend(w http.ResponseWriter, r *http.Request) error {
	o, m, err := c.signed(r)
	if err != nil {
		return err
	}
	f := mandateForm{Rhythm: string(m.Rhythm)}
	terms, err := c.terms(r, &f)
	if err != nil {
		return err
	}
	if f.wrong() {
		return c.showMandate(w, r, http.StatusUnprocessableEntity, o, m, f)
	}
	a, err := c.Proven(r)
	if err == nil {
		_, _, err = c.Debit.Amend(r.Context(), a, site.FormKey(r), m.ID, terms)
	}
	return c.onMandate(w, r, err, o, m, f)
}

// revoke ends a mandate at once: nobody has to prove anything to stop paying.
func (c citizen) revoke(w http.ResponseWriter, r *http.Request) error {
	o, m, err := c.signed(r)
	if err != nil {
		return err
	}
	_, _, err = c.Debit.Revoke(r.Context(), o.Actor, site.FormKey(r), m.ID)
	return c.onMandate(w, r, err, o, m, mandateForm{Amount: locale.FormatAmount(m.Euros), Day: strconv.Itoa(m.Day), Low: locale.FormatAmount(m.Low)})
}

// onMandate concludes a form of the page of a mandate.
func (c citizen) onMandate(w http.ResponseWriter, r *http.Request, err error, o owner, m debit.Mandate, f mandateForm) error {
	at := "/prelevements/" + m.ID.String()
	return c.Concluded(w, r, err, at, at, func(status int, refusal *page.Refusal) error {
		_, other := c.mandateProblems(r, err, &f)
		if other != nil {
			return other
		}
		now, other := c.Debit.Mandate(r.Context(), o.Actor, m.ID)
		if other != nil {
			return other
		}
		f.Refusal = refusal
		return c.showMandate(w, r, status, o, now, f)
	})
}
