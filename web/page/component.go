// SPDX-License-Identifier: AGPL-3.0-or-later

package page

import (
	"fmt"
	"time"

	"github.com/noria-mlc/noria/ledger/money"
)

// What the components of template/component.html are filled from. Each need has
// one component, and every page uses it.

// Person is somebody, or somebody's wallet: a displayed name and, where it is
// known, a number.
type Person struct{ Name, Number string }

// Status is a state in words. Its kind gives the shape beside them: "done",
// "wait", "bad", "ended" or "info"; the colour only repeats it.
type Status struct{ Kind, Words string }

// Step is one step of something that takes days: "done", "now", "todo" or
// "failed", and when.
type Step struct {
	State string
	Words string
	At    time.Time // zero for none
}

// Empty says that there is nothing yet, and what will come.
type Empty struct {
	Words  string
	Hidden bool // there is something: a script shows this when it is gone
}

// Refusal is what a person reads when an act was refused.
type Refusal struct {
	Title  string // what happened
	Advice string // what to do now
	Moved  Moved  // whether money moved; "" where the page says it otherwise
}

// Receipt is the proof of a payment that was made.
type Receipt struct {
	Payment   string // "pay_…"
	Merchant  string
	Amount    money.Amount
	Reference string
	At        time.Time
	MatchCode string // two digits, the same as on the shop's screen
	Balance   money.Amount
}

// Table is a list of rows under headings; on a narrow screen each row is a card.
type Table struct {
	Caption string
	Head    []Heading
	Rows    [][]Cell
}

// Heading is the heading of a column.
type Heading struct {
	Words string
	Sum   bool // the column holds amounts
}

// Cell is a text or, where Text is empty, an amount.
type Cell struct {
	Text   string
	Amount money.Amount
	Label  string // heading of its column, for the card
}

// Chart is one bar for each row of the table beside it.
type Chart struct {
	Title string
	Bars  []Bar
}

// Bar is one row of a chart. No amount is negative.
type Bar struct {
	Words  string
	Amount money.Amount
}

// Height is how many pixels the drawing takes.
func (c Chart) Height() int { return len(c.Bars) * 32 }

// Line is the drawing of one bar: where it begins and how wide it is, as a
// percentage of the longest.
type Line struct {
	Top   int
	Width string
}

// Lines gives the drawing of each bar.
func (c Chart) Lines() []Line {
	longest := money.Amount(0)
	for _, b := range c.Bars {
		longest = max(longest, b.Amount)
	}
	lines := make([]Line, len(c.Bars))
	for i, b := range c.Bars {
		width := "0%"
		if longest > 0 {
			n := share(int64(b.Amount), int64(longest), 10_000)
			width = fmt.Sprintf("%d.%02d%%", n/100, n%100)
		}
		lines[i] = Line{i * 32, width}
	}
	return lines
}

// Field is one field of a form: its label above, its problem and its help below.
type Field struct {
	ID          string // also its name
	Label       string
	Note        string // small words after the label
	Help        string // sentence below
	Problem     string // what is wrong with what was typed, "" for nothing
	Value       string // what was typed
	Class       string
	Placeholder string
	Mode        string // of a phone's keyboard: "decimal", "email" …
	Complete    string // what the browser may fill in; "" is "off"
	Longest     int    // characters, 0 for no limit
	Secret      bool
	Email       bool
	Date        bool // a day, from the browser's calendar
	Required    bool
	Focus       bool
}

// newField fills a field from pairs of a name and a value, as a template writes
// them. It returns ErrView for a name it does not know or a value of another
// type.
func newField(pairs ...any) (Field, error) {
	var f Field
	texts := map[string]*string{"id": &f.ID, "label": &f.Label, "note": &f.Note, "help": &f.Help, "problem": &f.Problem, "value": &f.Value,
		"class": &f.Class, "placeholder": &f.Placeholder, "mode": &f.Mode, "complete": &f.Complete}
	flags := map[string]*bool{"secret": &f.Secret, "email": &f.Email, "date": &f.Date, "required": &f.Required, "focus": &f.Focus}
	for len(pairs) > 1 {
		name, _ := pairs[0].(string)
		known := false
		switch value := pairs[1].(type) {
		case string:
			if at := texts[name]; at != nil {
				*at, known = value, true
			}
		case bool:
			if at := flags[name]; at != nil {
				*at, known = value, true
			}
		case int:
			f.Longest, known = value, name == "longest"
		}
		if !known {
			return Field{}, fmt.Errorf("%w: field: %v", ErrView, pairs[0])
		}
		pairs = pairs[2:]
	}
	if len(pairs) > 0 || f.ID == "" || f.Label == "" {
		return Field{}, fmt.Errorf("%w: field", ErrView)
	}
	return f, nil
}

// DescribedBy names the elements that explain the field.
func (f Field) DescribedBy() string {
	switch {
	case f.Help != "" && f.Problem != "":
		return f.ID + "-aide " + f.ID + "-faute"
	case f.Help != "":
		return f.ID + "-aide"
	case f.Problem != "":
		return f.ID + "-faute"
	}
	return ""
}
