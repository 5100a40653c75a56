// SPDX-License-Identifier: AGPL-3.0-or-later

package treasury

import (
	"errors"
	"net/http"

	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/civil"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ops/debit"
	"github.com/noria-mlc/noria/web/page"
)

func debitPath(id debit.ID) string { return "/tresorerie/prelevement/" + id.String() }

// debited shows one debit: whose it is, how far it is, and what the bank may say of
// it. It is a look at a named account (D8).
func (t treasury) debited(w http.ResponseWriter, r *http.Request) error {
	return t.showDebited(w, r, typed{})
}

func debitID(r *http.Request) (debit.ID, error) {
	var at debit.ID
	if err := at.UnmarshalText([]byte(r.PathValue("id"))); err != nil || at.IsZero() {
		return at, fault.ErrMissing
	}
	return at, nil
}

func (t treasury) showDebited(w http.ResponseWriter, r *http.Request, f typed) error {
	a, tabs, err := t.visit(r, "debits")
	if err != nil {
		return err
	}
	if err := access.Allow(a, access.MandateRead, ident.Holder{}); err != nil {
		return err
	}
	at, err := debitID(r)
	if err != nil {
		return err
	}
	ctx := r.Context()
	d, err := t.Debit.Debit(ctx, a, at)
	if err != nil {
		return err
	}
	m, err := t.Debit.Mandate(ctx, a, d.Mandate)
	if err != nil {
		return err
	}
	settles := may(a, access.DebitSettle) && d.Holder != a.Holder
	v := debitedView{Path: debitPath(d.ID), Mandate: mandatePath(m.ID), Status: string(d.Status), Reason: d.Reason, MandateStatus: string(m.Status), RUM: m.RUM,
		IBAN: m.IBAN, Name: m.Name, Euros: d.Euros, NoticedOn: d.NoticedOn.Start(), CollectOn: d.CollectOn.Start(), Sequence: string(d.Sequence),
		Collects: settles && d.Status == debit.Sent, Returns: settles && (d.Status == debit.Sent || d.Status == debit.Collected),
		Own: d.Holder == a.Holder, Today: civil.Of(t.Now()).String(), Code: r.PostFormValue("code"), Form: t.again(f)}
	for _, code := range debit.Codes() {
		what, _ := debit.ConsequenceOf(code)
		v.Codes = append(v.Codes, bankCode{code, string(what), code == v.Code})
		if code == d.Reason {
			v.Consequence = string(what)
		}
	}
	if !d.Run.IsZero() {
		v.Run = debitRunPath(d.Run)
	}
	if v.Who, err = t.named(r, d.Holder, "mandate"); err != nil {
		return err
	}
	if !d.Conversion.IsZero() {
		v.Conversion = "/tresorerie/attendus/" + d.Conversion.String()
		back, err := t.Conversion.ChargebackOf(ctx, a, d.Conversion)
		if err != nil && !errors.Is(err, fault.ErrMissing) {
			return err
		}
		v.Taken, v.Receivable = back.Taken, back.Receivable
	}
	return t.Show(w, r, f.Status, v.sheet(tabs))
}

// onDebited acts on one debit by a form and concludes on its page.
func (t treasury) onDebited(w http.ResponseWriter, r *http.Request, check func(*typed) error, act func(access.Actor, debit.ID, typed) error) error {
	at, err := debitID(r)
	if err != nil {
		return err
	}
	f := t.read(r)
	if err := check(&f); err != nil {
		return err
	}
	if f.wrong() {
		return t.showDebited(w, r, f)
	}
	a, err := t.Proven(r)
	if err == nil {
		err = act(a, at, f)
	}
	return t.Concluded(w, r, err, debitPath(at), debitPath(at), func(status int, refusal *page.Refusal) error {
		f.Status, f.Refusal = status, refusal
		return t.showDebited(w, r, f)
	})
}

// collectDebit credits one debit that the bank collected.
func (t treasury) collectDebit(w http.ResponseWriter, r *http.Request) error {
	day := civil.Date(0)
	return t.onDebited(w, r, func(f *typed) error { return t.booked(r, f, &day) }, func(a access.Actor, at debit.ID, f typed) error {
		_, _, err := t.Debit.Collect(r.Context(), a, f.Key, debit.CollectInput{Debit: at, BankReference: f.Reference, BookedOn: day})
		return err
	})
}

// returnDebit books what the bank sent back; what follows depends on its reason
// (S4).
func (t treasury) returnDebit(w http.ResponseWriter, r *http.Request) error {
	code := r.PostFormValue("code")
	return t.onDebited(w, r, func(f *typed) error {
		f.Reference = r.PostFormValue("retour")
		if _, known := debit.ConsequenceOf(code); known {
			return nil
		}
		f.Status = http.StatusUnprocessableEntity
		var err error
		f.TextBad, err = t.Say(r, "debits.code-bad")
		return err
	}, func(a access.Actor, at debit.ID, f typed) error {
		_, _, err := t.Debit.Return(r.Context(), a, f.Key, debit.ReturnInput{Debit: at, Code: code, BankReference: f.Reference})
		return err
	})
}
