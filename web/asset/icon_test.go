// SPDX-License-Identifier: AGPL-3.0-or-later

package asset

import (
	"bytes"
	"errors"
	"image/png"
	"testing"
)

func TestTheIconIsAPictureOfItsSize(t *testing.T) {
	for _, size := range []int{180, 192, 512} {
		body, err := Icon("#7a1f5c", size)
		if err != nil {
			t.Fatal(err)
		}
		picture, err := png.Decode(bytes.NewReader(body))
		if err != nil || picture.Bounds().Dx() != size || picture.Bounds().Dy() != size {
			t.Fatalf("%d pixels: %v, %v", size, picture.Bounds(), err)
		}
		if len(body) > 20_000 {
			t.Errorf("%d pixels weigh %d bytes, more than the 20 000 of a picture", size, len(body))
		}
		r, g, b, _ := picture.At(0, 0).RGBA()
		if r>>8 != 0x7a || g>>8 != 0x1f || b>>8 != 0x5c {
			t.Errorf("the corner is %x %x %x, not the currency's colour", r>>8, g>>8, b>>8)
		}
		if r, _, _, _ := picture.At(size/2, int(float64(size)*.48)).RGBA(); r>>8 != 255 {
			t.Error("the hub is not white")
		}
	}
	if _, err := Icon("red", 10); !errors.Is(err, ErrColour) {
		t.Errorf("a bad colour: %v", err)
	}
}
