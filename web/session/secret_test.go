// SPDX-License-Identifier: AGPL-3.0-or-later

package session

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"regexp"
	"strings"
	"testing"
)

func TestTheTextOfAToken(t *testing.T) {
	pattern := regexp.MustCompile(`^noria_[asl][0-9a-hjkmnp-tv-z]{58}$`)
	s := NewSecret()
	seen := map[digest]bool{}
	for _, k := range []Kind{API, Session, Link} {
		text := s.Text(k)
		if !pattern.MatchString(text) {
			t.Errorf("the text of a token is %q", text)
		}
		kind, d, ok := parse(text)
		if !ok || kind != k || seen[d] {
			t.Errorf("%s is read as %q, %v", k, kind, ok)
		}
		seen[d] = true
	}
	if NewSecret() == s {
		t.Error("two secrets are the same")
	}
}

func TestOneWrongCharacterIsNoticed(t *testing.T) {
	text := NewSecret().Text(API)
	for i := range len(text) {
		for _, c := range []byte("0as9zA-_ \x00") {
			wrong := text[:i] + string(c) + text[i+1:]
			if _, _, ok := parse(wrong); ok && wrong != text {
				t.Errorf("%q was taken for %q", wrong, text)
			}
		}
	}
	for _, wrong := range []string{"", "noria_", text[:len(text)-1], text + "0", " " + text, strings.ToUpper(text), strings.Repeat("0", textLen), text[:textLen-1] + "é"} {
		if _, _, ok := parse(wrong); ok {
			t.Errorf("%q was taken", wrong)
		}
	}
}

func TestADerivedSecretNeedsTokenAndKey(t *testing.T) {
	text := NewSecret().Text(API)
	first := derive(text, "key")
	if derive(text, "key") != first {
		t.Error("the same token and key give two secrets")
	}
	if derive(text, "key2") == first || derive(NewSecret().Text(API), "key") == first {
		t.Error("another token or key gives the same secret")
	}
}

func TestSecretsHideThemselves(t *testing.T) {
	s := NewSecret()
	i := Issued{Text: s.Text(API)}
	var b bytes.Buffer
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X"} {
		fmt.Fprintf(&b, verb+" "+verb+" "+verb+"\n", s, i, &i)
	}
	slog.New(slog.NewTextHandler(&b, nil)).Info("x", "secret", s, "issued", i, "pointer", &i)
	slog.New(slog.NewJSONHandler(&b, nil)).Info("x", "secret", s, "issued", i, "pointer", &i)
	if err := json.NewEncoder(&b).Encode(s); err != nil {
		t.Fatal(err)
	}
	shows(t, b.String(), i.Text)
}

// shows fails the test where a text holds a token, or its random part.
func shows(t *testing.T, where string, token string) {
	t.Helper()
	for _, part := range []string{token, token[secretStart:checkStart], fmt.Sprintf("%x", token), fmt.Sprintf("%X", token)} {
		if strings.Contains(where, part) {
			t.Errorf("a token is shown in %.2000q", where)
		}
	}
}

func FuzzText(f *testing.F) {
	f.Add(NewSecret().Text(API))
	f.Add("noria_a")
	f.Fuzz(func(t *testing.T, text string) {
		kind, _, ok := parse(text)
		if ok && (len(text) != textLen || text[len(textPrefix)] != kind.letter()) {
			t.Errorf("%q was taken", text)
		}
	})
}
