// SPDX-License-Identifier: AGPL-3.0-or-later

package treasury

import (
	"net/http"
	"time"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/civil"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/money"
	"github.com/noria-mlc/noria/ops/dues"
	"github.com/noria-mlc/noria/web/page"
	"github.com/noria-mlc/noria/web/site"
)

// duesTill is the euros of dues that a desk keeps.
type duesTill struct {
	Account ledger.Account
	Desk    string // its name
	Amount  money.Amount
}

// duesTills lists the desks that keep euros of dues.
func (t treasury) duesTills(r *http.Request, a access.Actor) ([]duesTill, error) {
	held, err := t.Dues.Tills(r.Context(), a)
	if err != nil || len(held) == 0 {
		return nil, err
	}
	c, err := t.Conversion.Currency(r.Context())
	if err != nil {
		return nil, err
	}
	var list []duesTill
	for _, h := range held {
		till := duesTill{h.Account, h.Desk, h.Amount}
		for _, d := range c.Desks {
			if d.Slug == h.Desk {
				till.Desk = d.Name
			}
		}
		list = append(list, till)
	}
	return list, nil
}

// bankDues books the dues of a desk that were brought to the operating account.
func (t treasury) bankDues(w http.ResponseWriter, r *http.Request) error {
	v, err := t.membersNow(r)
	if err != nil {
		return err
	}
	f := typed{Key: site.FormKey(r), Account: r.PostFormValue("compte"), Amount: r.PostFormValue("depot-montant"), Reference: r.PostFormValue("depot-reference"), Date: r.PostFormValue("depot-date")}
	if err := t.referenced(r, &f); err != nil {
		return err
	}
	var day civil.Date
	if day, f.DateBad, err = t.Date(r, "depot-date"); err != nil {
		return err
	}
	var amount money.Amount
	if amount, f.AmountBad, err = t.Amount(r, "depot-montant"); err != nil {
		return err
	}
	if v.Till = f; f.ReferenceBad+f.DateBad+f.AmountBad != "" {
		v.Status = http.StatusUnprocessableEntity
		return t.showMembers(w, r, v)
	}
	a, err := t.Proven(r)
	if err == nil {
		_, _, err = t.Conversion.MoveEuros(r.Context(), a, f.Key, conversion.MoveEurosInput{From: ledger.Account(f.Account), To: ledger.Operating,
			Amount: amount, BankReference: f.Reference, BookedOn: day})
	}
	return t.concludedMembers(w, r, err, v)
}

// dueView is dues that were paid, and the form that takes them back.
type dueView struct {
	ID        string
	Who       party
	By        party // who recorded them
	Year      int
	Amount    money.Amount
	Way       string
	Account   string
	Reference string
	At        time.Time
	Until     time.Time
	Entry     string
	Reversal  string
	Cancelled time.Time
	Reason    string
	Cancels   bool // the visitor may take them back
	Own       bool // they are the visitor's, and somebody else does
	Form      typed
}

// Path is the address of the page.
func (v dueView) Path() string { return "/tresorerie/adhesions/" + v.ID }

func (v dueView) sheet(tabs []page.Tab) page.Sheet {
	return page.Sheet{Template: "treasury/due", Title: "due.title", Section: "treasury", Tabs: tabs, Class: "treasury", View: v}
}

func (t treasury) due(w http.ResponseWriter, r *http.Request) error {
	return t.showDue(w, r, typed{})
}

func duesID(r *http.Request) (dues.ID, error) {
	var id dues.ID
	if err := id.UnmarshalText([]byte(r.PathValue("id"))); err != nil || id.IsZero() {
		return id, fault.ErrMissing
	}
	return id, nil
}

func (t treasury) showDue(w http.ResponseWriter, r *http.Request, f typed) error {
	a, tabs, err := t.visit(r, "members")
	if err != nil {
		return err
	}
	id, err := duesID(r)
	if err != nil {
		return err
	}
	d, err := t.Dues.One(r.Context(), a, id)
	if err != nil {
		return err
	}
	v := dueView{ID: d.ID.String(), Year: d.Year, Amount: d.Amount, Way: string(d.Way), Account: string(d.Account), Reference: d.BankReference, At: d.RecordedAt,
		Until: d.Until.Start(), Cancelled: d.CancelledAt, Reason: d.Reason, Own: d.Holder == a.Holder, Form: t.again(f)}
	v.Cancels = d.CancelledAt.IsZero() && !v.Own && may(a, access.DuesCancel)
	if !d.Entry.IsZero() {
		v.Entry = d.Entry.String()
	}
	if !d.Reversal.IsZero() {
		v.Reversal = d.Reversal.String()
	}
	if v.Who, err = t.named(r, d.Holder, "identity"); err != nil {
		return err
	}
	if v.By, err = t.doer(r.Context(), d.RecordedBy()); err != nil {
		return err
	}
	return t.Show(w, r, f.Status, v.sheet(tabs))
}

// cancelDue takes dues back, with a reason (B2).
func (t treasury) cancelDue(w http.ResponseWriter, r *http.Request) error {
	id, err := duesID(r)
	if err != nil {
		return err
	}
	f := t.read(r)
	if err := t.reasoned(r, &f); err != nil {
		return err
	}
	if f.wrong() {
		return t.showDue(w, r, f)
	}
	a, err := t.Proven(r)
	if err == nil {
		_, _, err = t.Dues.Cancel(r.Context(), a, f.Key, dues.CancelInput{Dues: id, Reason: f.Text})
	}
	path := "/tresorerie/adhesions/" + id.String()
	return t.Concluded(w, r, err, path, path, func(status int, refusal *page.Refusal) error {
		f.Status, f.Refusal = status, refusal
		return t.showDue(w, r, f)
	})
}
