// SPDX-License-Identifier: AGPL-3.0-or-later

package page

import (
	"fmt"
	"html/template"
	"time"

	"github.com/noria-mlc/noria/ledger/money"
	"github.com/noria-mlc/noria/web/locale"
)

// functions are what the templates may call. They only write, or gather what a
// component is filled from; no template decides or computes.
func (r *Renderer) functions() template.FuncMap {
	return template.FuncMap{
		"url":      r.address,
		"say":      r.Say,
		"amount":   r.Amount,
		"signed":   r.Signed,
		"negative": func(a money.Amount) money.Amount { return -a },
		"units": func(a money.Amount) string {
			return r.Units(a, r.currency.Unit, r.currency.UnitPlural)
		},
		"spoken": func(a money.Amount) string {
			return r.Spoken(a, r.currency.Unit, r.currency.UnitPlural)
		},
		"coverage":  func(p FundPool) string { return p.Coverage(r.Speech) },
		"rate":      r.Rate,
		"count":     r.Count,
		"month":     r.Month,
		"period":    r.period,
		"day":       r.Day,
		"percent":   r.Percent,
		"shortday":  r.ShortDay,
		"hour":      r.Hour,
		"instant":   r.Instant,
		"iso":       func(t time.Time) string { return t.UTC().Format(time.RFC3339Nano) },
		"pool":      r.Pool,
		"movements": r.Movements,
		"movement":  r.Movement,
		"size":      size,
		"field":     newField,
		"person":    func(name, number string) Person { return Person{name, number} },
		"status":    func(kind, words string) Status { return Status{kind, words} },
		"refusal":   func(title string, moved Moved, advice string) Refusal { return Refusal{title, advice, moved} },
		"empty":     func(words string, hidden bool) Empty { return Empty{words, hidden} },
	}
}

// period writes a month that was given as "2026-11" in words; anything else stays
// as it is.
func (r *Renderer) period(text string) string {
	month, err := time.Parse("2006-01", text)
	if err != nil {
		return text
	}
	return r.Month(month.AddDate(0, 0, 14)) // the same month wherever one is
}

// address is the address of an asset; a template that names one that does not
// exist fails with ErrAsset.
func (r *Renderer) address(name string) (string, error) {
	if url := r.assets.URL(name); url != "" {
		return url, nil
	}
	return "", fmt.Errorf("%w: %s", ErrAsset, name)
}

// size names how long a written amount is, so that the sheet can make the
// amount of a till as large as the screen allows.
func size(a money.Amount) string {
	switch n := len([]rune(locale.FormatAmount(a))); {
	case n <= 5:
		return "short"
	case n <= 6:
		return "middle"
	case n <= 8:
		return "long"
	}
	return "longest"
}
