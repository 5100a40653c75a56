// SPDX-License-Identifier: AGPL-3.0-or-later

package treasury

import (
	"net/http"
	"slices"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ops/debit"
	"github.com/noria-mlc/noria/web/page"
)

// mandateStates are the filters of the list, in order; "" is every mandate.
func mandateStates() []string {
	return []string{"", string(debit.Active), string(debit.Suspended), string(debit.Revoked), string(debit.Closed), string(debit.Void)}
}

func mandatePath(id debit.MandateID) string { return "/tresorerie/mandats/" + id.String() }

// mandates lists what members signed, individuals by number.
func (t treasury) mandates(w http.ResponseWriter, r *http.Request) error {
	a, tabs, err := t.visit(r, "debits")
	if err != nil {
		return err
	}
	f := debit.MandateFilter{Status: debit.MandateStatus(r.URL.Query().Get("etat")), Limit: listed}
	if !slices.Contains(mandateStates(), string(f.Status)) {
		f.Status = ""
	}
	if err := f.Before.UnmarshalText([]byte(r.URL.Query().Get("avant"))); err != nil {
		return ledger.ErrCursor
	}
	list, err := t.Debit.AllMandates(r.Context(), a, f)
	if err != nil {
		return err
	}
	v := mandatesView{Status: string(f.Status)}
	for _, m := range list {
		who, err := t.party(r.Context(), m.Holder)
		if err != nil {
			return err
		}
		v.Rows = append(v.Rows, mandateRow{mandatePath(m.ID), m.RUM, who, m.IBAN, string(m.Rhythm), m.Euros, string(m.Status), m.SignedOn.Start()})
	}
	if len(list) == listed {
		v.Older = "/tresorerie/mandats?etat=" + v.Status + "&avant=" + list[listed-1].ID.String()
	}
	return t.Show(w, r, 0, v.sheet(tabs))
}

// mandate shows one mandate with its debits. It is a look at a named account (D8).
func (t treasury) mandate(w http.ResponseWriter, r *http.Request) error {
	return t.showMandate(w, r, typed{})
}

func mandateID(r *http.Request) (debit.MandateID, error) {
	var at debit.MandateID
	if err := at.UnmarshalText([]byte(r.PathValue("id"))); err != nil || at.IsZero() {
		return at, fault.ErrMissing
	}
	return at, nil
}

func (t treasury) showMandate(w http.ResponseWriter, r *http.Request, f typed) error {
	a, tabs, err := t.visit(r, "debits")
	if err != nil {
		return err
	}
	if err := access.Allow(a, access.MandateRead, ident.Holder{}); err != nil {
		return err
	}
	at, err := mandateID(r)
	if err != nil {
		return err
	}
	m, err := t.Debit.Mandate(r.Context(), a, at)
	if err != nil {
		return err
	}
	v := mandateView{Path: mandatePath(m.ID), Status: string(m.Status), RUM: m.RUM, IBAN: m.IBAN, Name: m.Name, Rhythm: string(m.Rhythm), Day: m.Day, Euros: m.Euros, Low: m.Low,
		SignedOn: m.SignedOn.Start(), Resumes: m.Status == debit.Suspended && may(a, access.MandateResume) && m.Holder != a.Holder,
		Revokes: (m.Status == debit.Active || m.Status == debit.Suspended) && may(a, access.MandateRevoke), Form: t.again(f)}
	if m.UsedOn != 0 {
		v.UsedOn = m.UsedOn.Start()
	}
	if v.Who, err = t.named(r, m.Holder, "mandate"); err != nil {
		return err
	}
	list, err := t.Debit.Debits(r.Context(), a, m.ID)
	if err != nil {
		return err
	}
	for _, d := range list {
		v.Debits = append(v.Debits, debitLine{Path: debitPath(d.ID), On: d.CollectOn.Start(), Euros: d.Euros, Status: string(d.Status), Reason: d.Reason})
	}
	return t.Show(w, r, f.Status, v.sheet(tabs))
}

// onMandate acts on one mandate by a form and concludes on its page.
func (t treasury) onMandate(w http.ResponseWriter, r *http.Request, act func(access.Actor, string, debit.MandateID) error) error {
	at, err := mandateID(r)
	if err != nil {
		return err
	}
	f := t.read(r)
	a, err := t.Proven(r)
	if err == nil {
		err = act(a, f.Key, at)
	}
	return t.Concluded(w, r, err, mandatePath(at), mandatePath(at), func(status int, refusal *page.Refusal) error {
		f.Status, f.Refusal = status, refusal
		return t.showMandate(w, r, f)
	})
}

// resumeMandate lets a suspended mandate be debited again.
func (t treasury) resumeMandate(w http.ResponseWriter, r *http.Request) error {
	return t.onMandate(w, r, func(a access.Actor, key string, at debit.MandateID) error {
		_, _, err := t.Debit.Resume(r.Context(), a, key, at)
		return err
	})
}

// revokeMandate ends a mandate, such as one whose member asked for it on paper.
func (t treasury) revokeMandate(w http.ResponseWriter, r *http.Request) error {
	return t.onMandate(w, r, func(a access.Actor, key string, at debit.MandateID) error {
		if !may(a, access.MandateRevoke) {
			return access.ErrForbidden
		}
		_, _, err := t.Debit.Revoke(r.Context(), a, key, at)
		return err
	})
}

// cards lists the payments by card that a person has to look at.
func (t treasury) cards(w http.ResponseWriter, r *http.Request) error {
	a, tabs, err := t.visit(r, "debits")
	if err != nil {
		return err
	}
	list, err := t.Conversion.OddCheckouts(r.Context(), a, 200)
	if err != nil {
		return err
	}
	var v cardsView
	for _, k := range list {
		row := cardRow{Provider: k.Provider, Payment: k.Payment, Reason: k.Reason, Outcome: string(k.Outcome), Received: k.Received, At: k.CreatedAt}
		row.Path = "/tresorerie/cartes/" + k.Conversion.String()
		v.Rows = append(v.Rows, row)
	}
	return t.Show(w, r, 0, v.sheet(tabs))
}
