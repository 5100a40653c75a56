// SPDX-License-Identifier: AGPL-3.0-or-later

package citizen

import (
	"net/url"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/civil"
	"github.com/noria-mlc/noria/web/locale"
)

// filter says which movements to show. Texts are as typed.
type filter struct {
	Text     string // in the name, the message or the reference
	From, To string // days, both included
	Kind     string // of the movement, or "in" and "out"; "" for all

	from, until time.Time // the instants of From and of the end of To, zero for none
}

// readFilter reads the filter of an address and says which of its fields cannot
// be read: "du", "au" or "genre".
func readFilter(q url.Values) (filter, map[string]string) {
	f := filter{Text: strings.TrimSpace(q.Get("texte")), From: strings.TrimSpace(q.Get("du")), To: strings.TrimSpace(q.Get("au")), Kind: q.Get("genre")}
	wrong := map[string]string{}
	from, ok := readDay(f.From)
	if !ok {
		wrong["du"] = "history.date-bad"
	}
	to, ok := readDay(f.To)
	if !ok {
		wrong["au"] = "history.date-bad"
	}
	if len(wrong) == 0 && from != 0 && to != 0 && from > to {
		wrong["au"] = "history.date-order"
	}
	if from != 0 {
		f.from = from.Start()
	}
	if to != 0 {
		f.until = to.End()
	}
	if utf8.RuneCountInString(f.Text) > 140 {
		f.Text = string([]rune(f.Text)[:140])
	}
	if !knownKind(f.Kind) {
		wrong["genre"] = "history.kind-bad"
	}
	return f, wrong
}

// readDay reads a day as browsers send it or as people write it in French:
// 2026-11-23 or 23/11/2026. No text is no day.
func readDay(text string) (civil.Date, bool) {
	if text == "" {
		return 0, true
	}
	if day, err := civil.Parse(text); err == nil {
		return day, true
	}
	at, err := time.Parse("2/1/2006", text)
	if err != nil || at.Year() < 1970 {
		return 0, false
	}
	return civil.New(at.Year(), at.Month(), at.Day()), true
}

func knownKind(kind string) bool {
	switch kind {
	case "", "in", "out":
		return true
	}
	for _, m := range locale.Movements("fr") {
		if m.Kind == kind {
			return true
		}
	}
	return false
}

// whole says that no movement of the period is left out, so that what is shown
// adds up to the difference of two balances (U4).
func (f filter) whole() bool { return f.Text == "" && f.Kind == "" }

// before says whether a movement is older than the period: all that follow are.
func (f filter) before(m ledger.Movement) bool { return !f.from.IsZero() && m.At.Before(f.from) }

// takes says whether a movement is one to show, apart from its text.
func (f filter) takes(m ledger.Movement, kind string) bool {
	if !f.until.IsZero() && !m.At.Before(f.until) {
		return false
	}
	switch f.Kind {
	case "":
		return true
	case "in":
		return m.Amount > 0
	case "out":
		return m.Amount < 0
	}
	return f.Kind == kind
}

// finds says whether one of the texts holds the one looked for, in any case and
// with or without accents.
func (f filter) finds(texts ...string) bool {
	wanted := plain(f.Text)
	for _, text := range texts {
		if strings.Contains(plain(text), wanted) {
			return true
		}
	}
	return f.Text == ""
}

// plain writes a text in small letters without the accents of French.
func plain(text string) string {
	return strings.NewReplacer("à", "a", "â", "a", "ä", "a", "ç", "c", "é", "e", "è", "e", "ê", "e", "ë", "e", "î", "i", "ï", "i",
		"ô", "o", "ö", "o", "ù", "u", "û", "u", "ü", "u", "ÿ", "y", "œ", "oe", "æ", "ae", "’", "'").Replace(strings.ToLower(text))
}

// values writes the filter as an address does.
func (f filter) values() url.Values {
	q := url.Values{}
	for key, value := range map[string]string{"texte": f.Text, "du": f.From, "au": f.To, "genre": f.Kind} {
		if value != "" {
			q.Set(key, value)
		}
	}
	return q
}
