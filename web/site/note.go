// SPDX-License-Identifier: AGPL-3.0-or-later

package site

import (
	"encoding/hex"
	"net/http"
	"strconv"
	"strings"
	"unicode"

	"github.com/noria-mlc/noria/conversion/paper"
	"github.com/noria-mlc/noria/ledger/money"
)

// NoteField is what a form asks of one kind of note: how many and, where new
// notes move by their numbers, the first of these. The fields are named after the
// kind and not after its place in a list, so that a kind that is printed while
// somebody fills a form in never changes what they typed.
type NoteField struct {
	Series             string
	Face               money.Amount
	Count, First       string // as typed
	CountBad, FirstBad bool
}

// name tells the kind of note in the name of a field.
func (f NoteField) name() string {
	return hex.EncodeToString([]byte(f.Series)) + "-" + strconv.FormatInt(int64(f.Face), 10)
}

// CountID names the field of how many.
func (f NoteField) CountID() string { return "billets-" + f.name() }

// FirstID names the field of the first number.
func (f NoteField) FirstID() string { return "premier-" + f.name() }

// Problem is what to say beside a field where something is wrong with it.
func (NoteField) Problem(wrong bool, words string) string {
	if wrong {
		return words
	}
	return ""
}

// NoteFields are the fields of kinds of notes, as they were typed.
func NoteFields(r *http.Request, kinds []paper.Denomination) []NoteField {
	list := make([]NoteField, len(kinds))
	for i, k := range kinds {
		f := NoteField{Series: k.Series, Face: k.Face}
		f.Count, f.First = r.PostFormValue(f.CountID()), r.PostFormValue(f.FirstID())
		f.CountBad, f.FirstBad = !whole(f.Count), !whole(f.First)
		list[i] = f
	}
	return list
}

// Whole reads a whole number typed by a person, who may part thousands by spaces:
// 0 where nothing was typed. The second value says whether it is one.
func Whole(typed string) (int64, bool) {
	digits := strings.Map(func(c rune) rune {
		if unicode.IsSpace(c) {
			return -1
		}
		return c
	}, typed)
	if digits == "" {
		return 0, true
	}
	n, err := strconv.ParseUint(digits, 10, 30)
	return int64(n), err == nil
}

func whole(typed string) bool {
	_, ok := Whole(typed)
	return ok
}

// Bundles are the notes that were typed; the second value says whether something
// typed is no number.
func Bundles(fields []NoteField) ([]paper.Bundle, bool) {
	var list []paper.Bundle
	for _, f := range fields {
		if f.CountBad || f.FirstBad {
			return nil, true
		}
		n, _ := Whole(f.Count)
		first, _ := Whole(f.First)
		if n > 0 {
			list = append(list, paper.Bundle{Series: f.Series, Face: f.Face, Quantity: n, First: first})
		}
	}
	return list, false
}
