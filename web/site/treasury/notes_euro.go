// SPDX-License-Identifier: AGPL-3.0-or-later

package treasury

import (
	"net/http"
	"slices"

	notes "github.com/noria-mlc/noria/conversion/paper"
	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/civil"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
	"github.com/noria-mlc/noria/web/page"
)

// remitView is the form that books a desk's euros for notes brought to the bank,
// and what earlier remittances lacked.
type remitView struct {
	Tills   []tillRow
	Desk    string // chosen
	Whole   bool
	Places  []place
	Today   string
	Form    typed
	Explain string // desk whose difference was being explained
	Way     string
}

func (v remitView) sheet(tabs []page.Tab) page.Sheet {
	return page.Sheet{Template: "treasury/remittance", Title: "stock.remit", Section: "treasury", Tabs: tabs, Class: "treasury", View: v}
}

// Holding are the tills that hold euros.
func (v remitView) Holding() []tillRow {
	return slices.DeleteFunc(slices.Clone(v.Tills), func(r tillRow) bool { return r.Amount == 0 })
}

// Differing are the tills with a difference that nobody explained.
func (v remitView) Differing() []tillRow {
	return slices.DeleteFunc(slices.Clone(v.Tills), func(r tillRow) bool { return r.Unexplained == 0 })
}

// Sum is what all tills hold.
func (v remitView) Sum() tillRow { return tillRow{Amount: euros(v.Tills)} }

func (t treasury) remittance(w http.ResponseWriter, r *http.Request) error {
	return t.showRemittance(w, r, remitView{Desk: r.FormValue("comptoir"), Whole: true})
}

func (t treasury) showRemittance(w http.ResponseWriter, r *http.Request, v remitView) error {
	a, tabs, err := t.visit(r, "notes")
	if err != nil {
		return err
	}
	if err := access.Allow(a, access.EurosMove, ident.Holder{}); err != nil {
		return err
	}
	c, err := t.Conversion.Currency(r.Context())
	if err != nil {
		return err
	}
	names, err := t.wheres(r.Context())
	if err != nil {
		return err
	}
	p, err := t.Paper.Position(r.Context(), a)
	if err != nil {
		return err
	}
	v.Tills, v.Today, v.Form = tillsOf(p, names), t.today(), t.again(v.Form)
	for i := range v.Tills {
		if v.Tills[i].Key = t.NewKey(); v.Tills[i].Slug == v.Explain {
			v.Tills[i].Key = v.Form.Key
		}
	}
	v.Places = t.dedicatedNotes(c, v.Form.Account)
	return t.Show(w, r, v.Form.Status, v.sheet(tabs))
}

// remitted books a remittance.
func (t treasury) remitted(w http.ResponseWriter, r *http.Request) error {
	v := remitView{Desk: r.PostFormValue("comptoir"), Whole: r.PostFormValue("vide") != "", Form: t.read(r)}
	day, amount, err := t.bookedEuros(r, &v.Form)
	if err != nil {
		return err
	}
	if v.Form.wrong() {
		return t.showRemittance(w, r, v)
	}
	var done notes.Remittance
	a, err := t.Proven(r)
	if err == nil {
		done, _, err = t.Paper.Remit(r.Context(), a, v.Form.Key, notes.RemitInput{Desk: v.Desk, Account: ledger.Account(v.Form.Account), Amount: amount,
			Whole: v.Whole, BankReference: v.Form.Reference, BookedOn: day})
	}
	next := notesPath + "?remis=" + done.Amount.Format() + "&ecart=" + done.Difference.Format() + "&trop=" + done.Over.Format()
	return t.Concluded(w, r, err, next, notesPath+"/remise", func(status int, refusal *page.Refusal) error {
		v.Form.Status, v.Form.Refusal = status, refusal
		return t.showRemittance(w, r, v)
	})
}

// bookedEuros reads the amount, the reference and the date of euros at the bank.
func (t treasury) bookedEuros(r *http.Request, f *typed) (civil.Date, money.Amount, error) {
	var day civil.Date
	if err := t.booked(r, f, &day); err != nil {
		return day, 0, err
	}
	amount, bad, err := t.Amount(r, "montant")
	if f.AmountBad = bad; bad != "" {
		f.Status = http.StatusUnprocessableEntity
	}
	return day, amount, err
}

// madeGood explains what a till lacked, or had too much.
func (t treasury) madeGood(w http.ResponseWriter, r *http.Request) error {
	slug := r.PathValue("comptoir")
	v := remitView{Explain: slug, Way: r.PostFormValue("quoi"), Whole: true, Form: t.read(r)}
	in := notes.DifferenceInput{Desk: slug, Way: notes.Way(v.Way), Account: ledger.Account(v.Form.Account), BankReference: v.Form.Reference, Note: v.Form.Text}
	var err error
	if in.Way == notes.Kept {
		in.BankReference = ""
		in.Amount, v.Form.AmountBad, err = t.Amount(r, "montant")
	} else {
		in.BookedOn, in.Amount, err = t.bookedEuros(r, &v.Form)
	}
	if err == nil {
		err = t.reasoned(r, &v.Form)
	}
	if err != nil {
		return err
	}
	if v.Form.wrong() {
		v.Form.Status = http.StatusUnprocessableEntity
		return t.showRemittance(w, r, v)
	}
	a, err := t.Proven(r)
	if err == nil {
		_, _, err = t.Paper.ExplainTill(r.Context(), a, v.Form.Key, in)
	}
	return t.Concluded(w, r, err, notesPath+"/remise", notesPath+"/remise", func(status int, refusal *page.Refusal) error {
		v.Form.Status, v.Form.Refusal = status, refusal
		return t.showRemittance(w, r, v)
	})
}

// owedView is what one fund owes the other for exchanged units, and the form
// that books the transfer which settles it (G2).
type owedView struct {
	Owed  notes.Owed
	Today string
	Form  typed
}

// Asks says whether the form is there: something is owed, or was when it was sent.
func (v owedView) Asks() bool { return v.Owed.Amount > 0 || v.Form.Status != 0 }

// To is the pool that the form says is owed.
func (v owedView) To() string {
	if v.Form.To != "" {
		return v.Form.To
	}
	return string(v.Owed.To)
}

func (v owedView) sheet(tabs []page.Tab) page.Sheet {
	return page.Sheet{Template: "treasury/noteowed", Title: "stock.owed", Section: "treasury", Tabs: tabs, Class: "treasury", View: v}
}

func (t treasury) owedNotes(w http.ResponseWriter, r *http.Request) error {
	return t.showOwed(w, r, typed{})
}

func (t treasury) showOwed(w http.ResponseWriter, r *http.Request, f typed) error {
	a, tabs, err := t.visit(r, "notes")
	if err != nil {
		return err
	}
	if err := access.Allow(a, access.EurosMove, ident.Holder{}); err != nil {
		return err
	}
	p, err := t.Paper.Position(r.Context(), a)
	if err != nil {
		return err
	}
	v := owedView{Owed: p.Owed, Today: t.today(), Form: t.again(f)}
	if v.Form.Amount == "" && v.Form.AmountBad == "" {
		v.Form.Amount = typedAmount(p.Owed.Amount)
	}
	return t.Show(w, r, f.Status, v.sheet(tabs))
}

// settledNotes books the transfer. Which fund was owed was on the form, so that
// an exchange made meanwhile never turns the transfer round.
func (t treasury) settledNotes(w http.ResponseWriter, r *http.Request) error {
	if _, _, err := t.visit(r, "notes"); err != nil {
		return err
	}
	f := t.read(r)
	to := ledger.Pool(f.To)
	day, amount, err := t.bookedEuros(r, &f)
	if err != nil {
		return err
	}
	if f.wrong() {
		return t.showOwed(w, r, f)
	}
	a, err := t.Proven(r)
	if err == nil {
		_, _, err = t.Paper.Settle(r.Context(), a, f.Key, notes.SettleInput{To: to, Amount: amount, BankReference: f.Reference, BookedOn: day})
	}
	return t.Concluded(w, r, err, notesPath, notesPath+"/reglement", func(status int, refusal *page.Refusal) error {
		f.Status, f.Refusal = status, refusal
		return t.showOwed(w, r, f)
	})
}

// Left is the difference that is left to explain, as it is typed.
func (r tillRow) Left() string { return typedAmount(max(r.Unexplained, -r.Unexplained)) }
