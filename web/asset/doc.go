// SPDX-License-Identifier: AGPL-3.0-or-later

// Package asset owns what a browser loads beside a page: the style sheet (the
// files of the folder style, joined), the small ES modules, the mark and the
// icon of an installed page, all written here, and the sheet that carries a
// currency's colour.
//
// It refuses: methods other than GET and HEAD, names it does not hold, colours
// that are not written #rrggbb.
//
// Laws: an address carries the hash of the bytes it gives, so it may be kept
// for ever and never shows an old file; the imports of a module name hashed
// addresses too; everything is compressed once, at start, never per request; no
// file names another host, and none holds a script or a style that the content
// security policy of the pages would refuse.
package asset
