// SPDX-License-Identifier: AGPL-3.0-or-later

package asset

import "errors"

// Refusals of this package, all at start or when a currency's settings are
// read, never while a page is served.
var (
	ErrColour = errors.New("asset: a colour is written #rrggbb")
	ErrKind   = errors.New("asset: a file ends in .css, .js or .svg")
	ErrImport = errors.New("asset: a module imports a file that is missing, or imports itself")
)
