// SPDX-License-Identifier: AGPL-3.0-or-later

package treasury

import (
	"net/http"
	"time"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
	"github.com/noria-mlc/noria/web/page"
)

// debtsView is what members owe since a bank took their payment back (G6).
type debtsView struct {
	Owed    money.Amount
	Rows    []debtRow
	Returns bool // the visitor may book a returned payment
}

// debtRow is what one member owes.
type debtRow struct {
	Path string
	Who  party
	conversion.Receivable
}

func (v debtsView) sheet(tabs []page.Tab) page.Sheet {
	return page.Sheet{Template: "treasury/debts", Title: "tab.treasury-debts", Section: "treasury", Tabs: tabs, Class: "treasury", View: v}
}

func (t treasury) debts(w http.ResponseWriter, r *http.Request) error {
	a, tabs, err := t.visit(r, "debts")
	if err != nil {
		return err
	}
	all, err := t.Conversion.Receivables(r.Context(), a)
	if err != nil {
		return err
	}
	v := debtsView{Returns: may(a, access.DebitReturn)}
	for _, d := range all {
		row := debtRow{Path: "/tresorerie/impayes/" + d.Holder.String(), Receivable: d}
		if row.Who, err = t.party(r.Context(), d.Holder); err != nil {
			return err
		}
		v.Owed += d.Owed
		v.Rows = append(v.Rows, row)
	}
	return t.Show(w, r, 0, v.sheet(tabs))
}

// debtView is what one member owes, what was taken back and what is given up.
type debtView struct {
	Path             string
	Who              party
	Debt             conversion.Receivable
	Returned         []returnedRow
	Waives, Approves bool
	Own              bool // the visitor proposed the waiver
	Proposer         party
	Form             typed
}

// returnedRow is a payment that the bank took back.
type returnedRow struct {
	conversion.Chargeback
	ConversionPath, EntryPath string
	At                        time.Time
}

func (v debtView) sheet(tabs []page.Tab) page.Sheet {
	return page.Sheet{Template: "treasury/debt", Title: "tab.treasury-debts", Section: "treasury", Tabs: tabs, Class: "treasury", View: v}
}

func (t treasury) debt(w http.ResponseWriter, r *http.Request) error {
	return t.showDebt(w, r, typed{})
}

func debtorID(r *http.Request) (ident.Holder, error) {
	var at ident.Holder
	if at.UnmarshalText([]byte(r.PathValue("id"))) != nil || at.IsZero() {
		return at, fault.ErrMissing
	}
	return at, nil
}

func (t treasury) showDebt(w http.ResponseWriter, r *http.Request, f typed) error {
	a, tabs, err := t.visit(r, "debts")
	if err != nil {
		return err
	}
	at, err := debtorID(r)
	if err != nil {
		return err
	}
	v := debtView{Path: "/tresorerie/impayes/" + at.String(), Form: t.again(f)}
	if v.Debt, err = t.Conversion.ReceivableOf(r.Context(), a, at); err != nil {
		return err
	}
	if _, err := t.Ledger.Holder(r.Context(), at); err != nil {
		return err
	}
	if v.Who, err = t.named(r, at, "receivable"); err != nil {
		return err
	}
	all, err := t.Conversion.Chargebacks(r.Context(), a, at)
	if err != nil {
		return err
	}
	for _, b := range all {
		v.Returned = append(v.Returned, returnedRow{b, "/tresorerie/attendus/" + b.Conversion.String(), "/controle/ecritures/" + b.Entry.String(), b.ReturnedAt})
	}
	if waiver := v.Debt.Waiver; waiver != nil {
		if v.Proposer, err = t.doer(r.Context(), waiver.ProposedBy); err != nil {
			return err
		}
		v.Own = waiver.ProposedBy == a.ID
		v.Approves = !v.Own && may(a, access.WaiverApprove)
	}
	v.Waives = v.Debt.Owed > 0 && v.Debt.Waiver == nil && may(a, access.ReceivableWaive)
	return t.Show(w, r, f.Status, v.sheet(tabs))
}

// waive proposes to give up what a member owes.
func (t treasury) waive(w http.ResponseWriter, r *http.Request) error {
	if _, _, err := t.visit(r, "debts"); err != nil {
		return err
	}
	at, err := debtorID(r)
	if err != nil {
		return err
	}
	f := t.read(r)
	if err := t.reasoned(r, &f); err != nil {
		return err
	}
	amount, bad, err := t.Amount(r, "montant")
	if err != nil {
		return err
	}
	if f.AmountBad = bad; bad != "" {
		f.Status = http.StatusUnprocessableEntity
	}
	if f.wrong() {
		return t.showDebt(w, r, f)
	}
	a, err := t.Proven(r)
	if err == nil {
		_, _, err = t.Conversion.ProposeWaiver(r.Context(), a, f.Key, conversion.WaiveInput{Holder: at, Amount: amount, Reason: f.Text})
	}
	return t.concludedDebt(w, r, at, f, err)
}

// approveWaiver gives it up, as another person (D9).
func (t treasury) approveWaiver(w http.ResponseWriter, r *http.Request) error {
	if _, _, err := t.visit(r, "debts"); err != nil {
		return err
	}
	at, err := debtorID(r)
	if err != nil {
		return err
	}
	f := t.read(r)
	a, err := t.Proven(r)
	if err == nil {
		err = access.Allow(a, access.WaiverApprove, ident.Holder{})
	}
	if err == nil {
		var id conversion.WaiverID
		if id.UnmarshalText([]byte(r.PostFormValue("abandon"))) != nil || id.IsZero() {
			return fault.ErrMissing
		}
		_, _, err = t.Conversion.ApproveWaiver(r.Context(), a, f.Key, id)
	}
	return t.concludedDebt(w, r, at, f, err)
}

func (t treasury) concludedDebt(w http.ResponseWriter, r *http.Request, at ident.Holder, f typed, err error) error {
	path := "/tresorerie/impayes/" + at.String()
	return t.Concluded(w, r, err, path, path, func(status int, refusal *page.Refusal) error {
		f.Status, f.Refusal = status, refusal
		return t.showDebt(w, r, f)
	})
}
