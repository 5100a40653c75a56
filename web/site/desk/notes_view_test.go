// SPDX-License-Identifier: AGPL-3.0-or-later

package desk

import (
	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/conversion/paper"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/web/page"
	"github.com/noria-mlc/noria/web/page/pagetest"
	"github.com/noria-mlc/noria/web/site"
)

// notesSamples are the states of the pages of notes.
func notesSamples(refusal *page.Refusal) []pagetest.Sample {
	fives := []paper.Bundle{{Series: nasty, Face: 5_00, Quantity: 3}}
	sent := paper.Move{ID: paper.MoveID{Bits: ident.Bits{3}}, Kind: paper.Transfer, Amount: 15_00, Lines: fives}
	own := sent
	own.ID = paper.MoveID{Bits: ident.Bits{4}}
	typed := []site.NoteField{{Series: nasty, Face: 5_00, Count: nasty, CountBad: true}, {Series: "2026", Face: 10_00, Count: "2"}}
	full := notesView{Desk: centre, Key: nasty, Act: "reprise", Stock: []paper.Stock{{Place: "desk:centre", Series: nasty, Face: 5_00, Quantity: 3, Value: 15_00}}, Till: 45_00,
		Pieces: typed[1:], Done: 15_00, Counted: true, CountOpen: true, Difference: -5_00, Asked: []asked{{sent, "12345674", nasty}},
		Arriving: []arriving{{Move: sent, Came: []whatCame{{ID: "recu-0-x", Series: nasty, Face: 5_00, Quantity: 3, Numbers: "21–23", Typed: nasty, Bad: nasty}}, Note: nasty, NoteBad: nasty, Key: nasty}, {Move: own, Own: true}}}
	wrong := notesView{Status: 422, Desk: centre, Typed: nasty, MemberProblem: nasty, None: true, Pieces: typed}
	sold := paper.Move{ID: paper.MoveID{Bits: ident.Bits{5}}, Kind: paper.Sale, Status: paper.Done, Amount: 15_00, Lines: fives, Means: conversion.Cash, CreatedAt: pagetest.Noon()}
	undone, back, redeemed, handed := sold, sold, sold, sold
	undone.Status, back.Kind, redeemed.Kind, handed.Kind = paper.Undone, paper.Deposit, paper.Deposit, paper.Withdrawal
	redeemed.Redemption = conversion.RedemptionID{Bits: ident.Bits{6}}
	return []pagetest.Sample{
		{Name: "notes, choose a desk", Sheet: notesView{Desks: []conversion.Desk{centre, {Slug: "gare", Name: nasty}}}.sheet()},
		{Name: "notes", Sheet: full.sheet()},
		{Name: "notes, none", Sheet: notesView{Desk: centre}.sheet()},
		{Name: "notes counted", Sheet: notesView{Desk: centre, Counted: true}.sheet()},
		{Name: "notes wrong", Status: 422, Sheet: wrong.sheet()},
		{Name: "notes refused", Status: 409, Sheet: notesView{Desk: centre, Refusal: refusal}.sheet()},
		{Name: "count of notes", Status: 422, Sheet: noteFormView{Act: "comptage", Desk: centre, Fields: typed, Key: nasty, Refusal: refusal, Status: 422}.sheet()},
		{Name: "notes to send back", Sheet: noteFormView{Act: "renvoi", Desk: centre, Fields: typed, None: true, Key: nasty}.sheet()},
		{Name: "no notes to count", Sheet: noteFormView{Act: "comptage", Desk: centre}.sheet()},
		{Name: "receipt of notes", Sheet: slipView{Made: sold, Member: amina, Desk: centre, Undoes: true, Key: nasty}.sheet()},
		{Name: "receipt of notes, own", Status: 409, Sheet: slipView{Made: sold, Member: amina, Desk: centre, Undoes: true, Own: true, Refusal: refusal}.sheet()},
		{Name: "receipt of notes undone", Sheet: slipView{Made: undone, Member: amina, Desk: centre}.sheet()},
		{Name: "receipt of notes taken back", Sheet: slipView{Made: back, Member: amina, Desk: centre}.sheet()},
		{Name: "receipt of notes redeemed", Sheet: slipView{Made: redeemed, Member: amina, Desk: centre}.sheet()},
		{Name: "receipt of notes handed over", Sheet: slipView{Made: handed, Member: amina, Desk: centre}.sheet()},
	}
}
