// SPDX-License-Identifier: AGPL-3.0-or-later

// Package page owns the HTML pages: their templates, the plain structs they are
// filled from, and the headers every page carries. It knows no ledger: whoever
// serves a page reads the books and fills a view.
//
// It refuses: a view without the ids its page cannot work without, a return
// address that leaves the site, a status that is no status.
//
// Laws: a page is rendered whole before its first byte is sent, so that a fault
// never leaves half a page; every page works without JavaScript; no page holds
// an inline script or style or names another host, so that ContentSecurityPolicy
// can be as strict as it is; amounts come as money.Amount and are written by
// web/locale; instants are shown in Europe/Paris; nothing a person wrote is ever
// markup; no page may be stored by a cache.
package page
