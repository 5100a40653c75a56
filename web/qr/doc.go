// SPDX-License-Identifier: AGPL-3.0-or-later

// Package qr owns the drawing of QR codes as SVG pictures.
//
// It refuses: an empty payload, a payload too long for the version that the
// caller allows, a version that does not exist, and a picture without a title,
// since nobody who listens to the page would know what it is.
//
// Laws: error correction level M; four light modules around the code; black on
// white whatever the theme of the page; the same payload and title give the
// same bytes; nothing in the picture runs, refers to the outside or needs a
// style, so it stands under the strictest content policy, inline as well as in
// an image element.
package qr
