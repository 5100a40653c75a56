// SPDX-License-Identifier: AGPL-3.0-or-later

package page

import (
	"fmt"
	"html/template"
	"net/http"
	"time"

	"github.com/noria-mlc/noria/ledger/money"
)

// AccessibilityView is the statement of how far everybody can use the pages.
type AccessibilityView struct{ Visitor Visitor }

// Accessibility writes the accessibility statement.
func (r *Renderer) Accessibility(w http.ResponseWriter, v AccessibilityView) error {
	return r.render(w, http.StatusOK, "access", Sheet{Title: "access.title", Class: "guide", Public: true, Visitor: v.Visitor, View: v})
}

// ProblemView explains a refusal by its code.
type ProblemView struct {
	Visitor Visitor
	Code    string

	// What the page is filled from, by the code.
	Words, Advice, Moved string
}

// Problem writes the page of a refusal. It returns ErrView for a code that
// nothing refuses with.
func (r *Renderer) Problem(w http.ResponseWriter, v ProblemView) error {
	words, advice, known := r.Speech.Problem(v.Code)
	if !known {
		return fmt.Errorf("%w: problem %s", ErrView, v.Code)
	}
	v.Words, v.Advice, v.Moved = words, advice, "problem.moved-no"
	if v.Code == "internal" || v.Code == "timeout" {
		v.Moved = "problem.moved-unknown"
	}
	return r.render(w, http.StatusOK, "problem", Sheet{Title: v.Words, Class: "guide", Public: true, Visitor: v.Visitor, View: v})
}

// ComponentsView shows every component in all its states.
type ComponentsView struct {
	Visitor Visitor
	At      time.Time // the instant that the samples bear
}

// Components writes the page of all components.
func (r *Renderer) Components(w http.ResponseWriter, v ComponentsView) error {
	if v.At.IsZero() {
		return fmt.Errorf("%w: components", ErrView)
	}
	return r.render(w, http.StatusOK, "components", Sheet{Title: "demo.title", Class: "guide", Visitor: v.Visitor, View: v})
}

// Amounts are those the page of components writes.
func (v ComponentsView) Amounts() []money.Amount {
	return []money.Amount{1250, -123450, 100, 0, 123_456_789}
}

// Kinds are the kinds of status.
func (v ComponentsView) Kinds() []string { return []string{"done", "wait", "bad", "ended", "info"} }

// Receipt is a receipt to show.
func (v ComponentsView) Receipt() ReceiptView {
	return ReceiptView{Payment: "pay_01hzx4m7", Merchant: "Épicerie du Port", Amount: 1250, Reference: "Panier 12", At: v.At, MatchCode: "47", Balance: 4480}
}

// sampler makes what the page of components shows out of words in its language.
func (r *Renderer) sampler() template.FuncMap {
	say := func(key string) string { text, _ := r.Say(key); return text }
	return template.FuncMap{
		"samplesteps": func(at time.Time, failed bool) []Step {
			sent := Step{"now", say("demo.step-sent"), at}
			if failed {
				sent = Step{"failed", say("demo.step-failed"), at}
			}
			return []Step{{"done", say("demo.step-asked"), at.AddDate(0, 0, -2)}, {"done", say("demo.step-agreed"), at.AddDate(0, 0, -1)},
				sent, {"todo", say("demo.step-arrived"), time.Time{}}}
		},
		"samplerefusals": func() []Refusal {
			samples := []struct {
				code  string
				moved Moved
			}{{"insufficient-funds", MovedNo}, {"request-already-paid", MovedYes}, {"internal", MovedUnknown}}
			var all []Refusal
			for _, sample := range samples {
				title, advice, _ := r.Speech.Problem(sample.code)
				all = append(all, Refusal{title, advice, sample.moved})
			}
			return all
		},
		"samplechart": func() Chart {
			return Chart{say("demo.chart-of"), []Bar{{say("demo.day-1"), 32_450}, {say("demo.day-2"), 51_200}, {say("demo.day-3"), 18_075}}}
		},
		"sampletable": func(at time.Time) Table {
			date, with, amount := say("wallet.date"), say("wallet.with"), say("wallet.amount")
			row := func(day int, name string, sum money.Amount) []Cell {
				return []Cell{{Text: r.ShortDay(at.AddDate(0, 0, day)), Label: date}, {Text: name, Label: with}, {Amount: sum, Label: amount}}
			}
			return Table{say("wallet.last"), []Heading{{date, false}, {with, false}, {amount, true}},
				[][]Cell{row(0, "Épicerie du Port", -1250), row(-1, "Amina", 2000), row(-3, "Boulangerie des Trois Moulins", -480)}}
		},
	}
}
