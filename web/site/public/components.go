// SPDX-License-Identifier: AGPL-3.0-or-later

package public

import (
	"time"

	"github.com/noria-mlc/noria/ledger/money"
	"github.com/noria-mlc/noria/web/locale"
	"github.com/noria-mlc/noria/web/page"
)

// componentsView shows every component in all its states.
type componentsView struct {
	At     time.Time // the instant that the samples bear
	Speech *locale.Speech
}

// sheet is the page of all components.
func (v componentsView) sheet() page.Sheet {
	return page.Sheet{Template: "public/components", Title: "demo.title", Class: "guide", View: v}
}

// Amounts are those the page of components writes.
func (v componentsView) Amounts() []money.Amount {
	return []money.Amount{1250, -123450, 100, 0, 123_456_789}
}

// Kinds are the kinds of status.
func (v componentsView) Kinds() []string { return []string{"done", "wait", "bad", "ended", "info"} }

// Receipt is a receipt to show.
func (v componentsView) Receipt() page.Receipt {
	return page.Receipt{Payment: "pay_01hzx4m7", Merchant: "Épicerie du Port", Amount: 1250, Reference: "Panier 12", At: v.At, MatchCode: "47", Balance: 4480}
}

func (v componentsView) say(key string) string { text, _ := v.Speech.Say(key); return text }

// Steps are the steps of something under way, or of something that failed.
func (v componentsView) Steps(failed bool) []page.Step {
	sent := page.Step{State: "now", Words: v.say("demo.step-sent"), At: v.At}
	if failed {
		sent = page.Step{State: "failed", Words: v.say("demo.step-failed"), At: v.At}
	}
	return []page.Step{{State: "done", Words: v.say("demo.step-asked"), At: v.At.AddDate(0, 0, -2)},
		{State: "done", Words: v.say("demo.step-agreed"), At: v.At.AddDate(0, 0, -1)}, sent,
		{State: "todo", Words: v.say("demo.step-arrived")}}
}

// Refusals are one refusal for each answer to whether money moved.
func (v componentsView) Refusals() []page.Refusal {
	samples := []struct {
		code  string
		moved page.Moved
	}{{"insufficient-funds", page.MovedNo}, {"request-already-paid", page.MovedYes}, {"internal", page.MovedUnknown}}
	var all []page.Refusal
	for _, sample := range samples {
		title, advice, _ := v.Speech.Problem(sample.code)
		all = append(all, page.Refusal{Title: title, Advice: advice, Moved: sample.moved})
	}
	return all
}

// Chart is a chart of three days.
func (v componentsView) Chart() page.Chart {
	return page.Chart{Title: v.say("demo.chart-of"), Bars: []page.Bar{{Words: v.say("demo.day-1"), Amount: 32_450},
		{Words: v.say("demo.day-2"), Amount: 51_200}, {Words: v.say("demo.day-3"), Amount: 18_075}}}
}

// Table is a table of three payments.
func (v componentsView) Table() page.Table {
	date, with, amount := v.say("wallet.date"), v.say("wallet.with"), v.say("wallet.amount")
	row := func(day int, name string, sum money.Amount) []page.Cell {
		return []page.Cell{{Text: v.Speech.ShortDay(v.At.AddDate(0, 0, day)), Label: date}, {Text: name, Label: with}, {Amount: sum, Label: amount}}
	}
	return page.Table{Caption: v.say("wallet.last"), Head: []page.Heading{{Words: date}, {Words: with}, {Words: amount, Sum: true}},
		Rows: [][]page.Cell{row(0, "Épicerie du Port", -1250), row(-1, "Amina", 2000), row(-3, "Boulangerie des Trois Moulins", -480)}}
}
