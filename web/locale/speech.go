// SPDX-License-Identifier: AGPL-3.0-or-later

package locale

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/noria-mlc/noria/ledger/money"
)

// Languages lists the languages that pages are written in, the first one being
// that of somebody who asks for none of them.
func Languages() []string { return []string{"fr", "en"} }

// Speech writes everything a page says in one language: its words, amounts and
// dates. It is safe for concurrent use.
type Speech struct {
	lang     string
	words    map[string]string
	calendar Calendar
}

// NewSpeech prepares a language of Languages; anything else is French. It fails
// only where the zone database or the words built into the program are damaged.
func NewSpeech(lang string) (*Speech, error) {
	calendar, err := NewCalendar()
	if err != nil {
		return nil, err
	}
	tag := "fr"
	if isEnglish(lang) {
		tag = "en"
	}
	words, err := wordsOf(tag)
	return &Speech{tag, words, calendar}, err
}

// isEnglish says whether a language tag is one of English.
func isEnglish(lang string) bool { return strings.HasPrefix(strings.ToLower(lang), "en") }

// Lang is the tag of the language: "fr" or "en".
func (s *Speech) Lang() string { return s.lang }

// Say is the text of a key, with its places ("%s", "%d" for a count) filled in order. It returns
// ErrWords for a key that has none, so that no page shows a hole.
func (s *Speech) Say(key string, places ...any) (string, error) {
	text, ok := s.words[key]
	if !ok {
		return "", fmt.Errorf("%w: %s", ErrWords, key)
	}
	if len(places) == 0 {
		return text, nil
	}
	return fmt.Sprintf(text, s.counts(places)...), nil
}

// Amount writes an amount: "1 234,50" or "1,234.50".
func (s *Speech) Amount(a money.Amount) string { return s.digits(FormatAmount(a)) }

// Signed is Amount with a plus sign before what came in.
func (s *Speech) Signed(a money.Amount) string { return s.digits(FormatSigned(a)) }

// Percent writes a share given in hundredths of a percent: "100,25 %" or
// "100.25%".
func (s *Speech) Percent(hundredths int64) string {
	if s.lang == "en" {
		return s.Amount(money.Amount(hundredths)) + "%"
	}
	return FormatPercent(hundredths)
}

// Rate writes a rate given in hundredths of a percent, without idle zeros:
// "20 %", "5,5 %".
func (s *Speech) Rate(hundredths int64) string {
	text := s.Percent(hundredths)
	end := strings.LastIndexAny(text, "0123456789") + 1
	digits, sign := text[:end], text[end:]
	return strings.TrimRight(strings.TrimRight(digits, "0"), ",.") + sign
}

// digits gives the separators of the language to an amount written in French.
func (s *Speech) digits(french string) string {
	if s.lang == "en" {
		return strings.NewReplacer(narrowSpace, ",", ",", ".").Replace(french)
	}
	return french
}

// Units is the word to put after an amount. English counts in the singular for
// exactly one, French up to two.
func (s *Speech) Units(a money.Amount, singular, plural string) string {
	if s.lang != "en" {
		return Units(a, singular, plural)
	}
	if a == 100 || a == -100 {
		return singular
	}
	return plural
}

// Spoken writes an amount as it is said, for screen readers: "12 Roues 50".
func (s *Speech) Spoken(a money.Amount, singular, plural string) string {
	if s.lang != "en" {
		return SpeakAmount(a, singular, plural)
	}
	n, sign := uint64(a), ""
	if a < 0 {
		n, sign = -n, "minus "
	}
	said := sign + strconv.FormatUint(n/100, 10) + " " + s.Units(a, singular, plural)
	if cents := n % 100; cents > 0 {
		said += fmt.Sprintf(" %02d", cents)
	}
	return said
}

// Day writes the civil date of an instant: "23 novembre 2026", "23 November 2026".
func (s *Speech) Day(t time.Time) string {
	if s.lang == "en" {
		return t.In(s.calendar.zone).Format("2 January 2006")
	}
	return s.calendar.Day(t)
}

// ShortDay writes the day without its year: "23 nov.", "23 Nov".
func (s *Speech) ShortDay(t time.Time) string {
	if s.lang == "en" {
		return t.In(s.calendar.zone).Format("2 Jan")
	}
	return s.calendar.ShortDay(t)
}

// Month writes a month and its year: "novembre 2026", "November 2026".
func (s *Speech) Month(t time.Time) string {
	if s.lang == "en" {
		return t.In(s.calendar.zone).Format("January 2006")
	}
	return s.calendar.Month(t)
}

// Hour writes the time of day: "9 h 05", "09:05".
func (s *Speech) Hour(t time.Time) string {
	if s.lang == "en" {
		return t.In(s.calendar.zone).Format("15:04")
	}
	return s.calendar.Hour(t)
}

// Instant writes the civil date and the time of day.
func (s *Speech) Instant(t time.Time) string {
	if s.lang == "en" {
		return s.Day(t) + " at " + s.Hour(t)
	}
	return s.calendar.Instant(t)
}

// Pool is the name of a pool of units.
func (s *Speech) Pool(pool string) string { return PoolName(pool, s.lang) }

// Movements lists what a wallet can see, in the language.
func (s *Speech) Movements() []Movement { return Movements(s.lang) }

// Movement is the name of a kind of movement.
func (s *Speech) Movement(kind string) string { return MovementWords(kind, s.lang) }

// Problem gives the words of a refusal by its code; see the function Problem.
func (s *Speech) Problem(code string) (title, advice string, ok bool) {
	title, advice, ok = Problem(code, s.lang)
	if s.lang == "fr" {
		title, advice = bound(title), bound(advice)
	}
	return title, advice, ok
}

// AmountAdvice is the sentence to put beside the field of an amount that
// ParseAmount refused, or "" for another error.
func (s *Speech) AmountAdvice(err error) string { return AmountAdvice(err, s.lang) }
