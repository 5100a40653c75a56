// SPDX-License-Identifier: AGPL-3.0-or-later

package desk

import (
	"errors"
	"net/http"
	"strings"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ops/mail"
	"github.com/noria-mlc/noria/web/page"
	"github.com/noria-mlc/noria/web/problem"
	"github.com/noria-mlc/noria/web/site"
)

// receipt shows a conversion of a desk: on paper, by letter, or not at all.
func (d desk) receipt(w http.ResponseWriter, r *http.Request) error {
	v, err := d.made(r)
	if err != nil {
		return err
	}
	v.Sent = r.URL.Query().Get("lettre") != ""
	return d.Show(w, r, 0, v.sheet())
}

// made reads the conversion of the path, which must be one of a desk.
func (d desk) made(r *http.Request) (receiptView, error) {
	a, err := agent(r)
	if err != nil {
		return receiptView{}, err
	}
	var id conversion.ID
	if id.UnmarshalText([]byte(r.PathValue("id"))) != nil {
		return receiptView{}, fault.ErrMissing
	}
	c, err := d.Conversion.Conversion(r.Context(), a, id)
	if err != nil {
		return receiptView{}, err
	}
	if c.Channel != conversion.AtDesk {
		return receiptView{}, fault.ErrMissing
	}
	h, err := d.Ledger.Holder(r.Context(), c.Holder)
	if err != nil {
		return receiptView{}, err
	}
	if err := d.People.Looked(r.Context(), a, c.Holder, "conversion"); err != nil {
		return receiptView{}, err
	}
	v := receiptView{Made: c, Member: h, Key: d.NewKey(), Reversed: c.Status == conversion.Reversed}
	currency, err := d.Conversion.Currency(r.Context())
	if err != nil {
		return receiptView{}, err
	}
	for _, known := range currency.Desks {
		if known.Account == c.Account {
			v.Desk = known
		}
	}
	return v, nil
}

// letter sends the receipt to an address, which is kept nowhere.
func (d desk) letter(w http.ResponseWriter, r *http.Request) error {
	v, err := d.made(r)
	if err != nil {
		return err
	}
	a, err := agent(r)
	if err != nil {
		return err
	}
	v.Address, v.Key = strings.TrimSpace(r.PostFormValue("adresse")), site.FormKey(r)
	letter, err := d.written(r, v)
	if err != nil {
		return err
	}
	_, err = d.Ledger.Execute(r.Context(), ledger.Command{Actor: a, Action: access.ConversionDesk, Owner: v.Made.Holder, Key: v.Key, Input: lettered{v.Made.ID}},
		func(tx *ledger.Tx) (ident.Ref, error) { return v.Made.ID.Ref(), mail.Queue(tx, letter) })
	switch {
	case errors.Is(err, mail.ErrAddress):
		v.Status = http.StatusUnprocessableEntity
		if v.Problem, err = d.Say(r, "desk-receipt.address-bad"); err != nil {
			return err
		}
		return d.Show(w, r, v.Status, v.sheet())
	case err != nil:
		return err
	}
	http.Redirect(w, r, "/comptoir/recu/"+v.Made.ID.String()+"?lettre=1", http.StatusSeeOther)
	return nil
}

// lettered is what the book keeps of a receipt that was sent.
type lettered struct {
	Receipt conversion.ID `json:"receipt"`
}

func (d desk) written(r *http.Request, v receiptView) (mail.Letter, error) {
	renderer, err := d.Render(r.Context())
	if err != nil {
		return mail.Letter{}, err
	}
	c, err := d.Conversion.Currency(r.Context())
	if err != nil {
		return mail.Letter{}, err
	}
	return mail.Letter{To: v.Address, Language: problem.Speaks(r.Context()), Template: "change", Words: map[string]string{
		"Currency": c.Name, "Day": renderer.Day(v.Made.CreatedAt), "Desk": v.Desk.Name, "Euros": renderer.Amount(v.Made.Euros),
		"Bonus": renderer.Amount(v.Made.Bonus), "Credited": renderer.Amount(v.Made.Credited), "Units": c.Unit.Plural,
		"Number": v.Member.Number, "Reference": v.Made.Reference,
	}}, nil
}

// receiptView is a conversion that was made at a desk.
type receiptView struct {
	Status   int
	Made     conversion.Conversion
	Member   ledger.Holder
	Desk     conversion.Desk
	Reversed bool
	Sent     bool
	Address  string // as typed
	Problem  string
	Key      string
}

func (v receiptView) sheet() page.Sheet {
	s := page.Sheet{Template: "desk/receipt", Title: "desk-receipt.title", Section: "desk", Tabs: tabs("desk-change", v.Desk.Slug), Class: "receipt desk", View: v, Script: "print.js"}
	if v.Reversed {
		s.Class = "desk"
	}
	return s
}

// Means is how the euros came.
func (v receiptView) Means() conversion.Means { return meansOf(string(v.Made.Means)) }
