// SPDX-License-Identifier: AGPL-3.0-or-later

package asset

import (
	"errors"
	"os"
	"regexp"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// TestEveryAccentIsReadable proves that no choice of colour brings text below
// the contrast that WCAG 2.2 AA asks, in either scheme.
func TestEveryAccentIsReadable(t *testing.T) {
	value := regexp.MustCompile(`--([a-z-]+):(#[0-9a-f]{6})`)
	rapid.Check(t, func(t *rapid.T) {
		chosen := colour{
			uint8(rapid.IntRange(0, 255).Draw(t, "red")),
			uint8(rapid.IntRange(0, 255).Draw(t, "green")),
			uint8(rapid.IntRange(0, 255).Draw(t, "blue")),
		}
		css, err := ThemeCSS(chosen.String())
		if err != nil {
			t.Fatal(err)
		}
		light, dark, found := strings.Cut(string(css), "@media")
		if !found {
			t.Fatalf("no dark scheme in %s", css)
		}
		for scheme, grounds := range map[string][2]string{light: {"#eef3f2", "#ffffff"}, dark: {"#0c181d", "#14262d"}} {
			got := map[string]colour{}
			for _, m := range value.FindAllStringSubmatch(scheme, -1) {
				got[m[1]] = mustColour(t, m[2])
			}
			for _, ground := range grounds {
				if r := got["accent-text"].contrast(mustColour(t, ground)); r < 4.5 {
					t.Fatalf("%s: text on %s has contrast %.2f", chosen, ground, r)
				}
			}
			if r := got["accent-band"].contrast(colour{255, 255, 255}); r < 4.5 {
				t.Fatalf("%s: white on the band has contrast %.2f", chosen, r)
			}
		}
		ink := colour{255, 255, 255}
		if strings.Contains(light, "--accent-button-ink:#fff}") {
			if r := mustColour(t, value.FindStringSubmatch(light[strings.Index(light, "--accent-button:"):])[2]).contrast(ink); r < 4.5 {
				t.Fatalf("%s: the light button has contrast %.2f", chosen, r)
			}
		} else {
			t.Fatalf("the light button has another ink: %s", light)
		}
		if r := mustColour(t, value.FindStringSubmatch(dark[strings.Index(dark, "--accent-button:"):])[2]).contrast(mustColour(t, "#0c181d")); r < 4.5 {
			t.Fatalf("%s: the dark button has contrast %.2f", chosen, r)
		}
	})
}

func mustColour(t *rapid.T, text string) colour {
	t.Helper()
	c, err := parseColour(text)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestThemeKnowsTheGroundsOfTheSheet(t *testing.T) {
	sheet, err := os.ReadFile("style/token.css")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"--paper: " + lightPaper, "--sheet: " + darkSheet} {
		if !strings.Contains(string(sheet), want+";") {
			t.Errorf("the sheet has no %q", want)
		}
	}
}

func TestContrastAgreesWithKnownPairs(t *testing.T) {
	black, white := colour{0, 0, 0}, colour{255, 255, 255}
	if r := black.contrast(white); r < 20.99 || r > 21.01 {
		t.Errorf("black on white is %.3f, want 21", r)
	}
	grey := colour{0x76, 0x76, 0x76} // the well-known darkest grey that passes on white
	if r := grey.contrast(white); r < 4.5 || r > 4.6 {
		t.Errorf("#767676 on white is %.3f, want 4.54", r)
	}
}

func TestThemeRefusesWhatIsNoColour(t *testing.T) {
	for _, accent := range []string{"red", "#fff", "#12345", "#1234567", "#12345g", "123456#", "#+12345", "#fff}*{x:y", " #112233", "#112233;"} {
		if css, err := ThemeCSS(accent); !errors.Is(err, ErrColour) || css != nil {
			t.Errorf("ThemeCSS(%q) = %q, %v, want ErrColour", accent, css, err)
		}
	}
	if css, err := ThemeCSS(""); err != nil || !strings.Contains(string(css), "--accent:"+DefaultAccent) {
		t.Errorf("without a choice: %q, %v", css, err)
	}
	if css, err := ThemeCSS("#ABCDEF"); err != nil || !strings.Contains(string(css), "--accent:#abcdef") {
		t.Errorf("capital letters: %q, %v", css, err)
	}
}
