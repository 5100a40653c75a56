// SPDX-License-Identifier: AGPL-3.0-or-later

package qr

import (
	"encoding/xml"
	"errors"
	"io"
	"strconv"
	"strings"
	"testing"

	"rsc.io/qr"
)

// transfer is an EPC069-12 payload with accents.
const transfer = "BCD\n002\n1\nSCT\n\nAssociation Monnaie Été – L’Épicerie à Noël\n" +
	"FR7630006000011234567890189\nEUR50.00\n\n\nCHG-7F3K9-5 reçu à l’œuvre"

func payloads() map[string]string {
	return map[string]string{
		"digits":      "0123456789012345",
		"capitals":    "HTTPS://MLC.EXAMPLE/P/7F3K9",
		"address":     "https://mlc.example/p/7F3K9?m=12.50",
		"accents":     "Épicerie « Ça & là » — 12,50 €",
		"transfer":    transfer,
		"one":         "x",
		"13-M full":   strings.Repeat("n", 331),
		"14-M":        strings.Repeat("n", 332),
		"version 27":  strings.Repeat("noria ", 180),
		"version 40":  strings.Repeat("n", 2331),
		"many digits": strings.Repeat("7", 5596),
	}
}

// element is what the structural test sees of a picture, in document order.
type element struct {
	name  string
	attrs map[string]string
	text  string
}

func elements(t *testing.T, svg string) []element {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(svg))
	var out []element
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil {
			t.Fatalf("the picture is not well-formed: %v", err)
		}
		switch token := token.(type) {
		case xml.StartElement:
			e := element{name: token.Name.Local, attrs: map[string]string{}}
			if token.Name.Space != "http://www.w3.org/2000/svg" {
				t.Fatalf("<%s> is not an SVG element", e.name)
			}
			for _, a := range token.Attr {
				e.attrs[a.Name.Local] = a.Value
			}
			out = append(out, e)
		case xml.CharData:
			out[len(out)-1].text += string(token)
		case xml.ProcInst, xml.Directive, xml.Comment:
			t.Fatalf("the picture holds %T, which would not stand inline", token)
		}
	}
}

// modules rebuilds the dark modules from a path made of rectangles, by walking
// the pen along it; it knows nothing of how the path was written.
func modules(t *testing.T, path string, side int) [][]bool {
	t.Helper()
	dark := make([][]bool, side)
	for y := range dark {
		dark[y] = make([]bool, side)
	}
	for part := range strings.SplitSeq(strings.TrimSuffix(path, "z"), "z") {
		rest, ok := strings.CutPrefix(part, "M")
		if !ok {
			t.Fatalf("the part %q does not begin by moving the pen", part)
		}
		start, moves, ok := strings.Cut(rest, "h")
		across, back, ok2 := strings.Cut(moves, "v1h-")
		sx, sy, ok3 := strings.Cut(start, " ")
		if !ok || !ok2 || !ok3 || across != back {
			t.Fatalf("the part %q is no closed rectangle one module high", part)
		}
		x, y, width := number(t, sx), number(t, sy), number(t, across)
		for n := x; n < x+width; n++ {
			if y >= side || n >= side {
				t.Fatalf("the part %q leaves the picture", part)
			}
			if dark[y][n] {
				t.Fatalf("the module %d,%d is drawn twice", n, y)
			}
			dark[y][n] = true
		}
	}
	return dark
}

func number(t *testing.T, s string) int {
	t.Helper()
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 {
		t.Fatalf("%q is not a number of modules", s)
	}
	return n
}

func mustSVG(t *testing.T, payload string) string {
	t.Helper()
	svg, err := SVG(payload, "Payer 12,50 €")
	if err != nil {
		t.Fatal(err)
	}
	return svg
}

func TestPictureHasTheModulesOfTheCode(t *testing.T) {
	for name, payload := range payloads() {
		t.Run(name, func(t *testing.T) {
			all := elements(t, mustSVG(t, payload))
			code, err := qr.Encode(payload, qr.M)
			if err != nil {
				t.Fatal(err)
			}
			side := code.Size + 8
			dark := modules(t, all[3].attrs["d"], side)
			for y := range side {
				for x := range side {
					if want := code.Black(x-4, y-4); dark[y][x] != want {
						t.Fatalf("module %d,%d is dark: %v, want %v", x, y, dark[y][x], want)
					}
				}
			}
		})
	}
}

func TestPictureIsPlain(t *testing.T) {
	all := elements(t, mustSVG(t, transfer))
	names := make([]string, len(all))
	for n, e := range all {
		names[n] = e.name
	}
	if got := strings.Join(names, " "); got != "svg title rect path" {
		t.Fatalf("elements %q, want svg, title, rect and path", got)
	}
	code, err := qr.Encode(transfer, qr.M)
	if err != nil {
		t.Fatal(err)
	}
	side := strconv.Itoa(code.Size + 8)
	want := []map[string]string{
		{"xmlns": "http://www.w3.org/2000/svg", "viewBox": "0 0 " + side + " " + side, "role": "img"},
		{},
		{"width": side, "height": side, "fill": "#fff"},
		{"fill": "#000", "shape-rendering": "crispEdges", "d": all[3].attrs["d"]},
	}
	for n, e := range all {
		if len(e.attrs) != len(want[n]) {
			t.Errorf("<%s> has the attributes %v, want %v", e.name, e.attrs, want[n])
		}
		for key, value := range want[n] {
			if e.attrs[key] != value {
				t.Errorf("<%s> has %s=%q, want %q", e.name, key, e.attrs[key], value)
			}
		}
	}
	if all[1].text != "Payer 12,50 €" {
		t.Errorf("title %q", all[1].text)
	}
}

func TestTitleIsEscaped(t *testing.T) {
	title := `</title><script>alert("1")</script><img src=x onerror='a()'> & ]]>`
	svg, err := SVG("x", title)
	if err != nil {
		t.Fatal(err)
	}
	all := elements(t, svg)
	if len(all) != 4 || all[1].text != title {
		t.Errorf("%d elements, title %q, want 4 and %q", len(all), all[1].text, title)
	}
	if strings.Contains(svg, "<script") || strings.Contains(svg, "<img") || strings.Count(svg, "</title>") != 1 {
		t.Errorf("the title became markup: %.200s", svg)
	}
}

func TestTitleWithForbiddenCharactersStaysWellFormed(t *testing.T) {
	svg, err := SVG("x", "a\x00b\x1b\xffc\n")
	if err != nil {
		t.Fatal(err)
	}
	if got := elements(t, svg)[1].text; got != "a\ufffdb\ufffd\ufffdc\n" {
		t.Errorf("title %q", got)
	}
}

func TestRefusals(t *testing.T) {
	for _, c := range []struct {
		name    string
		payload string
		title   string
		largest int
		want    error
	}{
		{"empty", "", "t", 40, ErrEmpty},
		{"no title", "x", "", 40, ErrTitle},
		{"blank title", "x", " \u00a0\n", 40, ErrTitle},
		{"version 0", "x", "t", 0, ErrVersion},
		{"version -1", "x", "t", -1, ErrVersion},
		{"version 41", "x", "t", 41, ErrVersion},
		{"one byte above 40-M", strings.Repeat("n", 2332), "t", 40, ErrTooLarge},
		{"one digit above 40-M", strings.Repeat("7", 5597), "t", 40, ErrTooLarge},
		{"a megabyte", strings.Repeat("n", 1<<20), "t", 40, ErrTooLarge},
		{"one byte above 13-M", strings.Repeat("n", 332), "t", MaxVersionEPC, ErrTooLarge},
		{"one byte above 1-M", strings.Repeat("n", 15), "t", 1, ErrTooLarge},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := SVGMaxVersion(c.payload, c.title, c.largest)
			if !errors.Is(err, c.want) {
				t.Errorf("got %v, want %v", err, c.want)
			}
			if got != "" {
				t.Errorf("a refused payload was drawn in %d bytes", len(got))
			}
			if err != nil && len(c.payload) > 1 && strings.Contains(err.Error(), c.payload) {
				t.Error("the refusal repeats the payload")
			}
		})
	}
}

// TestLargestVersionIsInclusive holds that version 13 takes exactly the 331
// bytes that EPC069-12 allows, and that the smallest fitting version is drawn.
func TestLargestVersionIsInclusive(t *testing.T) {
	for _, c := range []struct {
		bytes   int
		largest int
		version int
	}{
		{14, 1, 1},
		{331, MaxVersionEPC, 13},
		{2331, MaxVersion, 40},
		{14, MaxVersion, 1},
	} {
		svg, err := SVGMaxVersion(strings.Repeat("n", c.bytes), "t", c.largest)
		if err != nil {
			t.Errorf("%d bytes in version %d: %v", c.bytes, c.largest, err)
			continue
		}
		side := strconv.Itoa(17 + 4*c.version + 8)
		if got := elements(t, svg)[0].attrs["viewBox"]; got != "0 0 "+side+" "+side {
			t.Errorf("%d bytes: view box %q, want a side of %s", c.bytes, got, side)
		}
	}
}

func TestSamePayloadGivesSameBytes(t *testing.T) {
	first, second := mustSVG(t, transfer), mustSVG(t, transfer)
	if first != second {
		t.Error("two drawings of one payload differ")
	}
}
