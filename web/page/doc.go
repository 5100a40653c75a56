// SPDX-License-Identifier: AGPL-3.0-or-later

// Package page owns the HTML pages: their templates, the plain structs they are
// filled from, and the headers every page carries. It knows no ledger: whoever
// serves a page reads the books and fills a view.
//
// It refuses: a view without the ids its page cannot work without, a return
// address that leaves the site, a status that is no status.
//
// A Renderer writes one language; In gives the other. Each need has one component
// in template/component.html (amount, person, status, steps, empty state,
// refusal, receipt, table, chart, field), filled from a struct of component.go; a
// page that shows them all exists in demonstrations. A new page is a file in
// template, a view and a method, and says its words by their keys in web/locale.
//
// Laws: a page is rendered whole before its first byte is sent, so that a fault
// never leaves half a page; every page works without JavaScript; no page holds
// an inline script or style or names another host, so that ContentSecurityPolicy
// can be as strict as it is; amounts come as money.Amount and are written by
// web/locale; instants are shown in Europe/Paris; nothing a person wrote is ever
// markup; no page may be stored by a cache.
package page
