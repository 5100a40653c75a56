// SPDX-License-Identifier: AGPL-3.0-or-later

package asset

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"math"
)

// Icon draws the mark as a square picture of so many pixels, for phones that
// take no drawing: a wheel over water, on the currency's colour. It fills the
// square, so that a phone may cut any shape out of it. It returns ErrColour for
// an accent that is not "#rrggbb".
func Icon(accent string, size int) ([]byte, error) {
	if accent == "" {
		accent = DefaultAccent
	}
	chosen, err := parseColour(accent)
	if err != nil {
		return nil, err
	}
	ground := chosen.until(colour{255, 255, 255}, bandContrast, colour{0, 0, 0})
	picture := image.NewNRGBA(image.Rect(0, 0, size, size))
	for y := range size {
		for x := range size {
			picture.SetNRGBA(x, y, pixel(ground, float64(x)/float64(size), float64(y)/float64(size), 1/float64(size)))
		}
	}
	var body bytes.Buffer
	if err := png.Encode(&body, picture); err != nil {
		return nil, fmt.Errorf("asset: %w", err)
	}
	return body.Bytes(), nil
}

// fineness is into how many parts a pixel's side is cut to smooth the edges.
const fineness = 4

// pixel mixes the colours of the points of a pixel; x, y and step are parts of
// the picture's side.
func pixel(ground colour, x, y, step float64) color.NRGBA {
	white, water, all := 0, 0, fineness*fineness
	for i := range all {
		px := x + step*(float64(i%fineness)+.5)/fineness
		py := y + step*(float64(i/fineness)+.5)/fineness
		switch {
		case py > .72+.025*math.Sin(px*4*math.Pi):
			water++
		case wheel(px-.5, py-.48):
			white++
		}
	}
	mix := func(own, wet float64) uint8 {
		return uint8(math.Round((own*float64(all-white-water) + 255*float64(white) + wet*float64(water)) / float64(all)))
	}
	r, g, b := float64(ground.red), float64(ground.green), float64(ground.blue)
	// The water is the ground with as much white again.
	return color.NRGBA{mix(r, (r+255)/2), mix(g, (g+255)/2), mix(b, (b+255)/2), 255}
}

// wheel says whether a point, from the wheel's middle, is on its hub, its rim,
// one of its eight spokes or their paddles.
func wheel(x, y float64) bool {
	r := math.Hypot(x, y)
	if r < .05 || math.Abs(r-.21) < .02 {
		return true
	}
	eighth := math.Pi / 4
	turn := math.Mod(math.Atan2(y, x)+2*math.Pi, eighth)
	off := r * math.Sin(min(turn, eighth-turn))
	return r < .21 && off < .012 || r > .18 && r < .31 && off < .028
}
