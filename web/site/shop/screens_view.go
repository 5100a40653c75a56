// SPDX-License-Identifier: AGPL-3.0-or-later

package shop

import (
	"time"

	"github.com/noria-mlc/noria/web/page"
)

// screensView is the screens of a shop.
//
// A screen is made by posting "nom" and "cle" to /caisse/ecrans, and taken off
// by posting "cle" to /caisse/ecrans/{ID}/retrait.
type screensView struct {
	frame
	Address string // where a device goes to
	Key     string
	Entered string
	Problem string
	Refusal *page.Refusal
	Screens []screenLine
}

// screenLine is one screen, or a code that waits for its device.
type screenLine struct {
	ID    string // "scr_…"
	Label string
	Code  string    // in two groups, "" once it was given
	At    time.Time // since when it stands, or until when the code holds
	Key   string
}

// sheet is the page of the screens.
func (v screensView) sheet() page.Sheet { return v.frame.sheet("shopscreens", v) }
