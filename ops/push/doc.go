// SPDX-License-Identifier: AGPL-3.0-or-later

// Package push owns the hint that somebody's own browser may show while no page
// is open: something is new in your wallet. Whoever wants it asks for it on each
// device; a job follows the journal and knocks at the service of the browser's
// maker, which wakes the browser.
//
// It refuses: an endpoint that is not one of the known services of browser
// makers over TLS (ErrEndpoint), so that nobody makes this server call an
// address of their choice (ASVS 1.3.6, 13.2.4); a device of somebody else
// (fault.ErrMissing).
//
// Laws: a knock carries nothing, neither a name nor an amount nor which currency's
// member it is for; it is never evidence of a payment and may be lost; one device
// is knocked at once a minute at most, whatever arrives, and what arrives within
// the minute is hinted at when it is over; an account that ends takes its devices
// with it. Connections go to public addresses only and follow no redirect.
package push
