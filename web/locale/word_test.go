// SPDX-License-Identifier: AGPL-3.0-or-later

package locale

import (
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/noria-mlc/noria/ledger/money"
)

func TestEveryKeyHasWordsInBothLanguages(t *testing.T) {
	french, english := mustWords(t, "fr"), mustWords(t, "en")
	for key, text := range french {
		other, ok := english[key]
		if !ok || text == "" || other == "" {
			t.Errorf("%q: %q and %q", key, text, other)
		}
		if strings.Count(text, "%s") != strings.Count(other, "%s") || strings.Count(text, "{") != strings.Count(other, "{") {
			t.Errorf("%q has other places in French than in English", key)
		}
		if strings.Contains(text, "'") {
			t.Errorf("%q: French is written with ’, not '", key)
		}
	}
	for key := range english {
		if french[key] == "" {
			t.Errorf("%q has no French words", key)
		}
	}
}

func mustWords(t *testing.T, lang string) map[string]string {
	t.Helper()
	all, err := wordsOf(lang)
	if err != nil || len(all) < 100 {
		t.Fatal(len(all), err)
	}
	return all
}

// TestEveryKeyIsUsed reads the room web for the keys that pages say. A key that
// is put together ("step." and a state) is used when its beginning is.
// No line of French begins with a sign that belongs to the word before it.
func TestFrenchSignsStayWithTheirWords(t *testing.T) {
	loose := regexp.MustCompile(`\p{L} [:;?!»€]|« |n° `)
	speech, err := NewSpeech("fr")
	if err != nil {
		t.Fatal(err)
	}
	for key, text := range mustWords(t, "fr") {
		if found := loose.FindString(text); found != "" {
			t.Errorf("%s: a line may end within %q", key, found)
		}
	}
	for _, code := range []string{"insufficient-funds", "forbidden", "internal"} {
		if title, advice, ok := speech.Problem(code); !ok || loose.MatchString(title+advice) {
			t.Errorf("%s: %q, %q", code, title, advice)
		}
	}
	if got, want := bound("Qui ? « Nous » : 5 %%"), "Qui\u00a0? «\u00a0Nous\u00a0»\u00a0: 5\u00a0%%"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestEveryKeyIsUsed(t *testing.T) {
	var sources strings.Builder
	for _, pattern := range []string{"../page/template/*.html", "../*/*/*.html", "../*/*/*.go", "../*/*.go", "../*.go"} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			t.Fatal(pattern, err)
		}
		for _, file := range files {
			body, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if !strings.HasSuffix(file, "_test.go") && !strings.HasPrefix(file, "../locale/") {
				sources.Write(body)
			}
		}
	}
	written := sources.String()
	for key := range mustWords(t, "fr") {
		family, _, _ := strings.Cut(key, ".")
		if !strings.Contains(written, `"`+key+`"`) && !strings.Contains(written, `"`+family+`."`) {
			t.Errorf("%q has words, but no page says them", key)
		}
	}
}

// TestTemplatesHoldNoWords holds the law that every word of a page comes from
// here: between the tags of a template there are no letters.
func TestTemplatesHoldNoWords(t *testing.T) {
	files, err := filepath.Glob("../*/*/*.html")
	if err != nil || len(files) < 10 {
		t.Fatal(files, err)
	}
	action, tag := regexp.MustCompile(`(?s)\{\{.*?\}\}`), regexp.MustCompile(`(?s)<[^>]*>`)
	letters, spoken := regexp.MustCompile(`\p{L}{2,}`), regexp.MustCompile(`(alt|title|placeholder|aria-label|data-word-[a-z]+|data-busy)="[^"]*\p{L}`)
	for _, file := range files {
		body, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		bare := action.ReplaceAllString(string(body), "")
		for _, found := range append(letters.FindAllString(tag.ReplaceAllString(bare, ""), -1), spoken.FindAllString(bare, -1)...) {
			t.Errorf("%s holds the word %q", filepath.Base(file), found)
		}
	}
}

func TestSpeechWritesItsLanguage(t *testing.T) {
	at := time.Date(2026, 2, 1, 8, 5, 0, 0, time.UTC)
	cases := map[string][]string{
		"fr": {"−1\u202f234,50", "+12,50", "100,25\u00a0%", "20\u00a0%5,5\u00a0%0\u00a0%", "1er février 2026 à 9\u00a0h\u00a005", "1er févr.", "12 Roues 50", "Roue", "Billets", "Paiement"},
		"en": {"−1,234.50", "+12.50", "100.25%", "20%5.5%0%", "1 February 2026 at 09:05", "1 Feb", "12 Roues 50", "Roues", "Notes", "Payment"},
	}
	for lang, want := range cases {
		s, err := NewSpeech(lang)
		if err != nil {
			t.Fatal(err)
		}
		got := []string{s.Amount(-123_450), s.Signed(1250), s.Percent(10_025), s.Rate(2000) + s.Rate(550) + s.Rate(0), s.Instant(at), s.ShortDay(at), s.Spoken(1250, "Roue", "Roues"),
			s.Units(150, "Roue", "Roues"), s.Pool("paper"), s.Movement("payment")}
		for i := range want {
			if got[i] != want[i] {
				t.Errorf("%s: %q, want %q", lang, got[i], want[i])
			}
		}
		if s.Lang() != lang {
			t.Errorf("%q speaks %q", lang, s.Lang())
		}
		if text, err := s.Say("no-such-key"); !errors.Is(err, ErrWords) || text != "" {
			t.Errorf("%s: %q, %v, want ErrWords", lang, text, err)
		}
	}
	english, err := NewSpeech("en-GB")
	if err != nil {
		t.Fatal(err)
	}
	for a, want := range map[money.Amount]string{100: "1 Roue", -305: "minus 3 Roues 05", 50: "0 Roues 50"} {
		if got := english.Spoken(a, "Roue", "Roues"); got != want {
			t.Errorf("%d is said %q, want %q", int64(a), got, want)
		}
	}
	if other, err := NewSpeech("oc"); err != nil || other.Lang() != "fr" {
		t.Errorf("another language: %v, %v, want French", other, err)
	}
}
