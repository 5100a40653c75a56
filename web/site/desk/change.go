// SPDX-License-Identifier: AGPL-3.0-or-later

package desk

import (
	"encoding/json"
	"net/http"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
	"github.com/noria-mlc/noria/web/page"
	"github.com/noria-mlc/noria/web/site"
)

// counter asks for a member and, once one is named, for the euros.
func (d desk) counter(w http.ResponseWriter, r *http.Request) error {
	if _, err := agent(r); err != nil {
		return err
	}
	at, all, err := d.at(r)
	if err != nil {
		return err
	}
	v := changeView{Desk: at, Desks: all, Typed: r.FormValue("membre")}
	if at.Slug == "" || v.Typed == "" {
		return d.Show(w, r, 0, v.sheet())
	}
	return d.ask(w, r, v)
}

// ask shows the form of the euros of a member, or says that there is none.
func (d desk) ask(w http.ResponseWriter, r *http.Request, v changeView) error {
	h, found, err := d.member(r, v.Typed)
	if err != nil {
		return err
	}
	if !found {
		if v.MemberProblem, err = d.Say(r, "desk-change.unknown"); err != nil {
			return err
		}
		return d.Show(w, r, http.StatusUnprocessableEntity, v.sheet())
	}
	v.Member = h
	return d.Show(w, r, v.Status, v.sheet())
}

// change shows what the euros give, and changes them once that was confirmed.
func (d desk) change(w http.ResponseWriter, r *http.Request) error {
	a, err := agent(r)
	if err != nil {
		return err
	}
	at, all, err := d.at(r)
	if err != nil {
		return err
	}
	v := changeView{Desk: at, Desks: all, Typed: r.PostFormValue("membre"), Euros: r.PostFormValue("euros"), Means: meansOf(r.PostFormValue("moyen"))}
	h, found, err := d.member(r, v.Typed)
	if err != nil || !found || at.Slug == "" {
		return d.orAsk(w, r, v, err)
	}
	amount, problem, err := d.Amount(r, "euros")
	if err != nil {
		return err
	}
	if problem != "" {
		v.EurosProblem, v.Status = problem, http.StatusUnprocessableEntity
		return d.ask(w, r, v)
	}
	v.Member = h
	if r.PostFormValue("acte") == "encaisser" {
		return d.take(w, r, a, v, amount)
	}
	return d.confirm(w, r, a, v, amount)
}

func (d desk) orAsk(w http.ResponseWriter, r *http.Request, v changeView, err error) error {
	if err != nil {
		return err
	}
	return d.ask(w, r, v)
}

// confirm shows what the euros give now, with the button that changes them.
func (d desk) confirm(w http.ResponseWriter, r *http.Request, a access.Actor, v changeView, amount money.Amount) error {
	q, err := d.Conversion.Quote(r.Context(), a, conversion.QuoteRequest{Holder: v.Member.ID, Euros: amount})
	if err != nil {
		return d.refused(w, r, v, err)
	}
	v.Quoted, v.Key = &q, d.NewKey()
	return d.Show(w, r, 0, v.sheet())
}

// take changes the euros and leads to the receipt.
func (d desk) take(w http.ResponseWriter, r *http.Request, a access.Actor, v changeView, amount money.Amount) error {
	c, _, err := d.Conversion.Convert(r.Context(), a, site.FormKey(r),
		conversion.ConvertInput{Holder: v.Member.ID, Euros: amount, Channel: conversion.AtDesk, Desk: v.Desk.Slug, Means: v.Means})
	if err != nil {
		return d.refused(w, r, v, err)
	}
	http.Redirect(w, r, "/comptoir/recu/"+c.ID.String(), http.StatusSeeOther)
	return nil
}

// refused shows the form again, with what was typed and what was refused.
func (d desk) refused(w http.ResponseWriter, r *http.Request, v changeView, err error) error {
	if v.Status, v.Refusal, err = d.Refused(w, r, err); err != nil {
		return err
	}
	return d.Show(w, r, v.Status, v.sheet())
}

// preview answers the module of the form with what the euros would give.
func (d desk) preview(w http.ResponseWriter, r *http.Request) error {
	a, err := agent(r)
	if err != nil {
		return err
	}
	h, found, err := d.member(r, r.PostFormValue("membre"))
	if err != nil {
		return err
	}
	var said struct {
		Line  string   `json:"line"`
		Notes []string `json:"notes"`
	}
	amount, problem, err := d.Amount(r, "euros")
	if err != nil {
		return err
	}
	if found && problem == "" {
		q, err := d.Conversion.Quote(r.Context(), a, conversion.QuoteRequest{Holder: h.ID, Euros: amount})
		if err != nil {
			return err
		}
		if said.Line, said.Notes, err = d.words(r, q); err != nil {
			return err
		}
	}
	w.Header().Set("Content-Type", "application/json")
	return json.NewEncoder(w).Encode(said)
}

// words says what a quote gives, and why.
func (d desk) words(r *http.Request, q conversion.Quoted) (string, []string, error) {
	renderer, err := d.Render(r.Context())
	if err != nil {
		return "", nil, err
	}
	line, err := renderer.Say("desk-change.line", renderer.Amount(q.Euros), renderer.Amount(q.Credited), renderer.Amount(q.Bonus))
	if err != nil {
		return "", nil, err
	}
	notes := []string{}
	for _, reason := range reasons(q) {
		text, err := renderer.Say("desk-reason." + reason)
		if err != nil {
			return "", nil, err
		}
		notes = append(notes, text)
	}
	return line, notes, nil
}

// scanned opens the form for whoever holds a card, when an agent reads its code;
// everybody else comes to their own pages.
func (d desk) scanned(w http.ResponseWriter, r *http.Request) error {
	a, err := site.Actor(r)
	if err != nil {
		return err
	}
	to := "/"
	switch {
	case serves(a):
		to = "/comptoir?membre=" + number(r.PathValue("numero"))
	case site.WalletOf(a) != (ident.Holder{}):
		to = "/portefeuille"
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}

// changeView is the counter while somebody changes euros: first without a
// member, then without a quote.
type changeView struct {
	Status        int
	Desk          conversion.Desk
	Desks         []conversion.Desk
	Typed         string // number of the member
	MemberProblem string
	Member        ledger.Holder
	Euros         string // as typed
	EurosProblem  string
	Means         conversion.Means
	Quoted        *conversion.Quoted // what is to be confirmed
	Key           string
	Refusal       *page.Refusal
}

func (v changeView) sheet() page.Sheet {
	s := page.Sheet{Template: "desk/change", Title: "desk-change.title", Section: "desk", Tabs: tabs("desk-change", v.Desk.Slug), Class: "desk", View: v}
	if v.Named() && v.Quoted == nil {
		s.Script = "desk.js"
	}
	return s
}

// Named says whether the member is known.
func (v changeView) Named() bool { return !v.Member.ID.IsZero() }

// Reasons are the codes of what explains the bonus.
func (v changeView) Reasons() []string { return reasons(*v.Quoted) }

// reasons are the codes of what explains a bonus, each once.
func reasons(q conversion.Quoted) []string {
	var codes []string
	seen := make(map[conversion.ReasonCode]bool)
	for _, reason := range q.Reasons {
		if !seen[reason.Code] && reason.Code != conversion.Rounding {
			seen[reason.Code] = true
			codes = append(codes, string(reason.Code))
		}
	}
	return codes
}

// meansOf reads how the euros are handed over; what is not told is cash.
func meansOf(text string) conversion.Means {
	switch m := conversion.Means(text); m {
	case conversion.Cheque, conversion.Card:
		return m
	}
	return conversion.Cash
}
