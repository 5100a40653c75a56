// SPDX-License-Identifier: AGPL-3.0-or-later

package asset

import (
	"fmt"
	"math"
	"strconv"
)

// DefaultAccent is the colour of a currency that has not chosen one: the green
// blue of deep water.
const DefaultAccent = "#0b6b7a"

// Grounds that the style sheet paints pages with; the colours made here are
// readable on them. They are the values of --paper and --sheet in token.css.
const (
	lightPaper = "#eef3f2"
	darkSheet  = "#14262d"
)

// Contrast ratios asked for. WCAG 2.2 AA asks 4.5 of text; the band carries
// small text as well, and bright text on a dark ground tires less with more.
const (
	textContrast   = 4.6
	bandContrast   = 6.0
	brightContrast = 6.5
	deepContrast   = 9.0
)

// ThemeCSS makes the sheet that colours the pages for one currency. The accent
// is the currency's own colour, written #rrggbb, or empty for DefaultAccent. It
// is darkened or lightened, keeping its hue, until what is written with it or on
// it is readable in the light and in the dark scheme, so that no choice of a
// treasurer can make a page unreadable. It returns ErrColour for anything else,
// which also keeps style rules out of a setting.
func ThemeCSS(accent string) ([]byte, error) {
	if accent == "" {
		accent = DefaultAccent
	}
	chosen, err := parseColour(accent)
	if err != nil {
		return nil, err
	}
	paper, err := parseColour(lightPaper)
	if err != nil {
		return nil, err
	}
	sheet, err := parseColour(darkSheet)
	if err != nil {
		return nil, err
	}
	white, black := colour{255, 255, 255}, colour{0, 0, 0}

	band := chosen.until(white, bandContrast, black)
	text := chosen.until(paper, textContrast, black)
	deep := chosen.until(white, deepContrast, black)
	bright := chosen.until(sheet, brightContrast, white)
	return fmt.Appendf(nil, ":root{--accent:%s;--accent-band:%s;--accent-text:%s;--accent-button:%s;--accent-button-ink:#fff}\n"+
		"@media (prefers-color-scheme:dark){:root{--accent-band:%s;--accent-text:%s;--accent-button:%s;--accent-button-ink:#0c181d}}\n",
		chosen, band, text, band, deep, bright, bright), nil
}

// colour is one sRGB colour, channels from 0 to 255.
type colour struct{ red, green, blue uint8 }

// parseColour reads #rrggbb; it returns ErrColour for anything else.
func parseColour(text string) (colour, error) {
	if len(text) != 7 || text[0] != '#' {
		return colour{}, ErrColour
	}
	n, err := strconv.ParseUint(text[1:], 16, 32)
	if err != nil {
		return colour{}, ErrColour
	}
	return colour{uint8(n >> 16), uint8(n >> 8), uint8(n)}, nil
}

// String writes the colour as #rrggbb.
func (c colour) String() string { return fmt.Sprintf("#%02x%02x%02x", c.red, c.green, c.blue) }

// until moves the colour towards another in small steps until its contrast with
// a ground reaches the ratio asked for.
func (c colour) until(ground colour, ratio float64, towards colour) colour {
	for step := range 50 {
		mixed := c.mix(towards, step)
		if mixed.contrast(ground) >= ratio {
			return mixed
		}
	}
	return towards
}

// mix blends fiftieths of another colour into this one.
func (c colour) mix(other colour, fiftieths int) colour {
	blend := func(a, b uint8) uint8 { return uint8((int(a)*(50-fiftieths) + int(b)*fiftieths) / 50) }
	return colour{blend(c.red, other.red), blend(c.green, other.green), blend(c.blue, other.blue)}
}

// contrast is the ratio of WCAG 2.2 between two colours, from 1 to 21.
func (c colour) contrast(other colour) float64 {
	lighter, darker := c.luminance(), other.luminance()
	if lighter < darker {
		lighter, darker = darker, lighter
	}
	return (lighter + 0.05) / (darker + 0.05)
}

// luminance is the relative luminance of WCAG 2.2, from 0 to 1.
func (c colour) luminance() float64 {
	linear := func(channel uint8) float64 {
		v := float64(channel) / 255
		if v <= 0.04045 {
			return v / 12.92
		}
		return math.Pow((v+0.055)/1.055, 2.4)
	}
	return 0.2126*linear(c.red) + 0.7152*linear(c.green) + 0.0722*linear(c.blue)
}
