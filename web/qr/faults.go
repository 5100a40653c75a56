// SPDX-License-Identifier: AGPL-3.0-or-later

package qr

import "errors"

// The refusals of this package. None repeats the payload, which may hold an
// account number.
var (
	// ErrEmpty says that there is nothing to draw.
	ErrEmpty = errors.New("a QR code needs a payload")
	// ErrTooLarge says that the payload does not fit the largest version allowed.
	ErrTooLarge = errors.New("the payload is too large for the QR code")
	// ErrVersion says that the largest version allowed is not between 1 and 40.
	ErrVersion = errors.New("a QR code has a version from 1 to 40")
	// ErrTitle says that the picture has no words for those who cannot see it.
	ErrTitle = errors.New("a QR code needs a title")
)
