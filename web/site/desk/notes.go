// SPDX-License-Identifier: AGPL-3.0-or-later

package desk

import (
	"net/http"
	"strconv"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/conversion/paper"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/money"
	"github.com/noria-mlc/noria/web/page"
	"github.com/noria-mlc/noria/web/site"
)

// notes shows the notes of a desk, what is on its way to it, what members asked
// for, and the form that sells notes or takes them back.
func (d desk) notes(w http.ResponseWriter, r *http.Request) error {
	v := notesView{Key: d.NewKey(), Act: "especes"}
	if done, err := money.Parse(r.FormValue("fait")); err == nil {
		v.Done = done
	}
	return d.showNotes(w, r, v)
}

func (d desk) showNotes(w http.ResponseWriter, r *http.Request, v notesView) error {
	a, err := agent(r)
	if err != nil {
		return err
	}
	if v.Desk, v.Desks, err = d.at(r); err != nil {
		return err
	}
	if v.Desk.Slug == "" {
		return d.Show(w, r, v.Status, v.sheet())
	}
	p, err := d.Paper.Position(r.Context(), a)
	if err != nil {
		return err
	}
	here := paper.At(v.Desk.Slug)
	v.Stock, v.Pieces = p.Of(here), site.NoteFields(r, p.Denominations)
	for _, till := range p.Tills {
		if till.Desk == v.Desk.Slug {
			v.Till = till.Amount
		}
	}
	if err := d.waiting(r, a, here, &v); err != nil {
		return err
	}
	if err := d.lastCount(r, a, &v); err != nil {
		return err
	}
	return d.Show(w, r, v.Status, v.sheet())
}

// waiting adds what is on its way to the desk and what members asked for.
func (d desk) waiting(r *http.Request, a access.Actor, here paper.Place, v *notesView) error {
	open, err := d.Paper.Moves(r.Context(), a, paper.MoveFilter{Place: here, Status: paper.Open, Limit: 200})
	if err != nil {
		return err
	}
	for _, m := range open {
		switch {
		case m.Kind == paper.Transfer && m.To == here:
			one, _, err := d.arriving(r, a, m)
			if err != nil {
				return err
			}
			if r.PostFormValue("envoi") == m.ID.String() && v.Status != 0 {
				one.Key = site.FormKey(r)
			}
			v.Arriving = append(v.Arriving, one)
		case m.Kind == paper.Withdrawal && m.From == here:
			h, err := d.Ledger.Holder(r.Context(), m.Holder)
			if err != nil {
				return err
			}
			v.Asked = append(v.Asked, asked{m, h.Number, d.NewKey()})
		}
	}
	return nil
}

// lastCount adds what a count found that was just made.
func (d desk) lastCount(r *http.Request, a access.Actor, v *notesView) error {
	var id paper.CountID
	if id.UnmarshalText([]byte(r.URL.Query().Get("compte"))) != nil || id.IsZero() {
		return nil
	}
	c, err := d.Paper.OneCount(r.Context(), a, id)
	if err != nil {
		return err
	}
	v.Counted, v.CountOpen = true, c.Status == "open"
	for _, l := range c.Lines {
		v.Difference += l.Face * money.Amount(l.Counted-l.Expected)
	}
	return nil
}

// handed sells notes or takes them back.
func (d desk) handed(w http.ResponseWriter, r *http.Request) error {
	a, err := agent(r)
	if err != nil {
		return err
	}
	at, _, err := d.at(r)
	if err != nil {
		return err
	}
	v := notesView{Key: site.FormKey(r), Typed: r.PostFormValue("membre"), Act: r.PostFormValue("acte")}
	h, found, err := d.member(r, v.Typed)
	if err != nil {
		return err
	}
	if !found {
		v.Status = http.StatusUnprocessableEntity
		if v.MemberProblem, err = d.Say(r, "desk-notes.unknown"); err != nil {
			return err
		}
		return d.showNotes(w, r, v)
	}
	p, err := d.Paper.Position(r.Context(), a)
	if err != nil {
		return err
	}
	lines, wrong := site.Bundles(site.NoteFields(r, p.Denominations))
	if wrong || len(lines) == 0 || at.Slug == "" {
		v.Status, v.None = http.StatusUnprocessableEntity, !wrong
		return d.showNotes(w, r, v)
	}
	m, err := d.hand(r, a, handing{at.Slug, v.Act, paper.SellInput{Desk: at.Slug, Holder: h.ID, Lines: lines, Means: conversion.Cash}})
	if err != nil {
		if v.Status, v.Refusal, err = d.Refused(w, r, err); err != nil {
			return err
		}
		return d.showNotes(w, r, v)
	}
	http.Redirect(w, r, slipPath(m.ID), http.StatusSeeOther)
	return nil
}

// handing is what the form asks for.
type handing struct {
	slug, act string
	sale      paper.SellInput
}

func (d desk) hand(r *http.Request, a access.Actor, in handing) (paper.Move, error) {
	var m paper.Move
	var err error
	switch in.act {
	case "reprise", "euros":
		m, _, err = d.Paper.Deposit(r.Context(), a, site.FormKey(r), paper.DepositInput{Desk: in.slug, Holder: in.sale.Holder, Lines: in.sale.Lines, Redeem: in.act == "euros"})
	case "cheque":
		in.sale.Means = conversion.Cheque
		m, _, err = d.Paper.Sell(r.Context(), a, site.FormKey(r), in.sale)
	default:
		m, _, err = d.Paper.Sell(r.Context(), a, site.FormKey(r), in.sale)
	}
	return m, err
}

// asked is notes that a member wants for digital units.
type asked struct {
	paper.Move
	Number string // of the member
	Key    string
}

// notesView is the notes of a desk.
type notesView struct {
	Status        int
	Desk          conversion.Desk
	Desks         []conversion.Desk
	Stock         []paper.Stock
	Till          money.Amount // euros taken for notes and not brought to the bank
	Arriving      []arriving
	Asked         []asked
	Pieces        []site.NoteField
	Typed         string
	MemberProblem string
	Act           string
	None          bool         // no note was typed
	Done          money.Amount // what was just recorded
	Counted       bool         // a count was just made
	CountOpen     bool         // and it differs from the book
	Difference    money.Amount // by so much
	Key           string
	Refusal       *page.Refusal
}

func (v notesView) sheet() page.Sheet {
	return page.Sheet{Template: "desk/notes", Title: "desk-notes.title", Section: "desk", Tabs: tabs("desk-notes", v.Desk.Slug), Class: "desk", View: v}
}

// Total is what the notes of the desk are worth.
func (v notesView) Total() money.Amount {
	var sum money.Amount
	for _, s := range v.Stock {
		sum += s.Value
	}
	return sum
}

// whatCame is a line of a transfer, as somebody who receives it types it.
type whatCame struct {
	ID         string // of the field
	Series     string
	Face       money.Amount
	Quantity   int64
	Numbers    string
	Typed, Bad string
}

// arriving is a transfer that the desk may receive.
type arriving struct {
	paper.Move
	Came          []whatCame
	Own           bool // the visitor sent it, and cannot receive it
	Note, NoteBad string
	Key           string
}

// NoteID names the field of what happened to notes that lack.
func (v arriving) NoteID() string { return "motif-" + v.ID.String() }

// arriving reads what was typed about a transfer. The second value is what came,
// nil where something typed cannot be used.
func (d desk) arriving(r *http.Request, a access.Actor, m paper.Move) (arriving, *paper.ReceiveInput, error) {
	one := arriving{Move: m, Own: m.CreatedBy == a.ID, Key: d.NewKey()}
	one.Note = r.PostFormValue(one.NoteID())
	sent := r.PostFormValue("envoi") == m.ID.String()
	in, good, short := &paper.ReceiveInput{Move: m.ID, Note: one.Note}, true, false
	for i, l := range m.Lines {
		line := whatCame{ID: "recu-" + strconv.Itoa(i) + "-" + m.ID.String(), Series: l.Series, Face: l.Face, Quantity: l.Quantity, Typed: strconv.FormatInt(l.Quantity, 10)}
		if l.First > 0 {
			line.Numbers = strconv.FormatInt(l.First, 10) + "–" + strconv.FormatInt(l.First+l.Quantity-1, 10)
		}
		if sent {
			line.Typed = r.PostFormValue(line.ID)
		}
		n, ok := site.Whole(line.Typed)
		if !ok || line.Typed == "" || n > l.Quantity {
			var err error
			if line.Bad, err = d.Say(r, "stock.came-bad", strconv.FormatInt(l.Quantity, 10)); err != nil {
				return one, nil, err
			}
			good = false
		}
		one.Came, in.Received, short = append(one.Came, line), append(in.Received, n), short || n < l.Quantity
	}
	if sent && good && short && one.Note == "" {
		var err error
		if one.NoteBad, err = d.Say(r, "stock.missing-note"); err != nil {
			return one, nil, err
		}
		good = false
	}
	if !good {
		return one, nil, nil
	}
	return one, in, nil
}
