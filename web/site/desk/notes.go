// SPDX-License-Identifier: AGPL-3.0-or-later

package desk

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/conversion/paper"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/money"
	"github.com/noria-mlc/noria/web/page"
	"github.com/noria-mlc/noria/web/site"
)

// notes shows the notes of a desk, what is on its way to it, and the form that
// sells notes or takes them back.
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
	v.Stock = p.Of(here)
	v.Pieces = pieces(p.Denominations, r)
	open, err := d.Paper.Moves(r.Context(), a, paper.MoveFilter{Place: here, Status: paper.Open})
	if err != nil {
		return err
	}
	for _, m := range open {
		if m.Kind == paper.Transfer && m.To == here {
			v.Arriving = append(v.Arriving, arriving{m, d.NewKey()})
		}
	}
	return d.Show(w, r, v.Status, v.sheet())
}

// piece is the field of one kind of note.
type piece struct {
	Field  string
	Series string
	Face   money.Amount
	Typed  string
	Bad    bool
}

// pieces are the fields of the kinds of notes, as they were typed.
func pieces(kinds []paper.Denomination, r *http.Request) []piece {
	list := make([]piece, len(kinds))
	for i, k := range kinds {
		list[i] = piece{Field: "billets" + strconv.Itoa(i), Series: k.Series, Face: k.Face}
		list[i].Typed = strings.TrimSpace(r.PostFormValue(list[i].Field))
		n, err := strconv.ParseInt(list[i].Typed, 10, 32)
		list[i].Bad = list[i].Typed != "" && (err != nil || n < 0)
	}
	return list
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
	lines, wrong := lines(pieces(p.Denominations, r))
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
	http.Redirect(w, r, "/comptoir/billets?comptoir="+at.Slug+"&fait="+m.Amount.Format(), http.StatusSeeOther)
	return nil
}

// lines are the notes that were typed; the second value says whether something
// typed is no number.
func lines(typed []piece) ([]paper.Bundle, bool) {
	var list []paper.Bundle
	for _, p := range typed {
		if p.Bad {
			return nil, true
		}
		if n, err := strconv.ParseInt(p.Typed, 10, 32); err == nil && n > 0 {
			list = append(list, paper.Bundle{Series: p.Series, Face: p.Face, Quantity: n})
		}
	}
	return list, false
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

// received receives notes that were on their way to the desk, all of them.
func (d desk) received(w http.ResponseWriter, r *http.Request) error {
	a, err := agent(r)
	if err != nil {
		return err
	}
	at, _, err := d.at(r)
	if err != nil {
		return err
	}
	var id paper.MoveID
	if err := id.UnmarshalText([]byte(r.PostFormValue("envoi"))); err != nil {
		return paper.ErrClosed
	}
	m, _, err := d.Paper.Receive(r.Context(), a, site.FormKey(r), paper.ReceiveInput{Move: id})
	if err != nil {
		v := notesView{Key: d.NewKey(), Act: "especes"}
		if v.Status, v.Refusal, err = d.Refused(w, r, err); err != nil {
			return err
		}
		return d.showNotes(w, r, v)
	}
	http.Redirect(w, r, "/comptoir/billets?comptoir="+at.Slug+"&fait="+m.Amount.Format(), http.StatusSeeOther)
	return nil
}

// arriving is a transfer that the desk may receive.
type arriving struct {
	paper.Move
	Key string
}

// notesView is the notes of a desk.
type notesView struct {
	Status        int
	Desk          conversion.Desk
	Desks         []conversion.Desk
	Stock         []paper.Stock
	Arriving      []arriving
	Pieces        []piece
	Typed         string
	MemberProblem string
	Act           string
	None          bool         // no note was typed
	Done          money.Amount // what was just recorded
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
