// SPDX-License-Identifier: AGPL-3.0-or-later

package qr

import (
	"encoding/xml"
	"fmt"
	"strconv"
	"strings"

	"rsc.io/qr"
)

// Versions of QR codes that matter to callers. Version v has 17 + 4v modules a side.
const (
	// MaxVersion is the largest version of the standard.
	MaxVersion = 40
	// MaxVersionEPC is the largest version that EPC069-12 allows for a transfer.
	MaxVersionEPC = 13
)

// quiet is the width of the light border, in modules, that the standard asks for.
const quiet = 4

// SVG draws the payload as a QR code of any version. The title is read aloud
// in place of the picture. The view box counts modules, border included; the
// size on the page is the caller's, by attributes or style sheet.
//
// It returns ErrEmpty, ErrTitle, or ErrTooLarge where the payload exceeds
// version 40 (2331 bytes of text).
func SVG(payload, title string) (string, error) {
	return SVGMaxVersion(payload, title, MaxVersion)
}

// SVGMaxVersion is SVG with a largest version allowed, for readers that limit it: pass
// MaxVersionEPC for a transfer. It returns ErrVersion besides the refusals of
// SVG, and ErrTooLarge as soon as the payload exceeds that version.
func SVGMaxVersion(payload, title string, largest int) (string, error) {
	if largest < 1 || largest > MaxVersion {
		return "", ErrVersion
	}
	if payload == "" {
		return "", ErrEmpty
	}
	if strings.TrimSpace(title) == "" {
		return "", ErrTitle
	}
	code, err := qr.Encode(payload, qr.M)
	if err != nil {
		return "", fmt.Errorf("%w: %w", ErrTooLarge, err)
	}
	if code.Size > 17+4*largest {
		return "", ErrTooLarge
	}
	return draw(code, title), nil
}

// draw writes the picture: the title, a white ground, one black path.
func draw(code *qr.Code, title string) string {
	side := strconv.Itoa(code.Size + 2*quiet)
	var b strings.Builder
	b.WriteString(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ` + side + ` ` + side + `" role="img"><title>`)
	// A strings.Builder never fails, and EscapeText has no other cause to.
	_ = xml.EscapeText(&b, []byte(title))
	b.WriteString(`</title><rect width="` + side + `" height="` + side + `" fill="#fff"/>`)
	b.WriteString(`<path fill="#000" shape-rendering="crispEdges" d="`)
	for y := range code.Size {
		drawRow(&b, code, y)
	}
	b.WriteString(`"/></svg>`)
	return b.String()
}

// drawRow appends one rectangle for each run of dark modules of a row, as a
// closed part of the path: right, down one module, back, up.
func drawRow(b *strings.Builder, code *qr.Code, y int) {
	for x := 0; x < code.Size; x++ {
		if !code.Black(x, y) {
			continue
		}
		start := x
		for code.Black(x, y) {
			x++
		}
		run := strconv.Itoa(x - start)
		b.WriteString("M" + strconv.Itoa(start+quiet) + " " + strconv.Itoa(y+quiet) + "h" + run + "v1h-" + run + "z")
	}
}
