// SPDX-License-Identifier: AGPL-3.0-or-later

package desk

import (
	"net/http"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/ledger/civil"
	"github.com/noria-mlc/noria/ledger/money"
	"github.com/noria-mlc/noria/web/locale"
	"github.com/noria-mlc/noria/web/page"
	"github.com/noria-mlc/noria/web/problem"
)

// day shows what a desk took on a day, compares it with what was counted, and
// says what has to be remitted. Counting changes nothing.
func (d desk) day(w http.ResponseWriter, r *http.Request) error {
	a, err := agent(r)
	if err != nil {
		return err
	}
	at, all, err := d.at(r)
	if err != nil {
		return err
	}
	v := dayView{Desks: all, DayTyped: r.FormValue("jour"), Counted: r.FormValue("compte")}
	v.Day.Desk = at
	if at.Slug == "" {
		return d.Show(w, r, 0, v.sheet())
	}
	on, status := civil.Of(d.Now()), 0
	if v.DayTyped != "" {
		asked, err := civil.Parse(v.DayTyped)
		if err != nil || asked > on {
			status = http.StatusUnprocessableEntity
			if v.DayProblem, err = d.Say(r, "desk-day.day-bad"); err != nil {
				return err
			}
		} else {
			on = asked
		}
	}
	if v.Day, err = d.Conversion.DeskDay(r.Context(), a, at.Slug, on); err != nil {
		return err
	}
	if v.Counted != "" {
		counted, err := locale.ParseAmount(v.Counted)
		if err != nil {
			status, v.CountProblem = http.StatusUnprocessableEntity, locale.AmountAdvice(err, problem.Speaks(r.Context()))
		} else {
			v.Compared, v.Sum, v.Difference = true, counted, counted-v.Day.Due
		}
	}
	return d.Show(w, r, status, v.sheet())
}

// dayView is the day of a desk's till.
type dayView struct {
	Desks        []conversion.Desk
	Day          conversion.DeskDay
	DayTyped     string
	DayProblem   string
	Counted      string // as typed
	CountProblem string
	Compared     bool
	Sum          money.Amount // counted
	Difference   money.Amount // counted, less what the till should hold
}

func (v dayView) sheet() page.Sheet {
	return page.Sheet{Template: "desk/day", Title: "desk-day.title", Section: "desk", Tabs: tabs("desk-day", v.Day.Desk.Slug), Class: "desk", View: v, Script: "print.js"}
}

// Missing says whether less was counted than should be there, and how much.
func (v dayView) Missing() money.Amount { return max(0, -v.Difference) }

// Over is how much more was counted than should be there.
func (v dayView) Over() money.Amount { return max(0, v.Difference) }

// row is one conversion of the day.
type row struct {
	Made     conversion.Conversion
	Means    conversion.Means
	Reversed bool
}

// Rows are the conversions of the day.
func (v dayView) Rows() []row {
	list := make([]row, 0, len(v.Day.Made))
	for _, c := range v.Day.Made {
		list = append(list, row{c, meansOf(string(c.Means)), c.Status == conversion.Reversed})
	}
	return list
}
