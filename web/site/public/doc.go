// SPDX-License-Identifier: AGPL-3.0-or-later

// Package public holds the pages that anybody may read: what the currency is,
// its fund, its shops, its figures, who stands behind it, what a refusal means
// and how far everybody can use the pages; and what a phone needs to keep them.
//
// It refuses: instants and searches that cannot be read. Laws: nothing private is
// shown here (D1); figures are sums, with groups of fewer than five people left
// out (D4); nothing private is ever kept on a device.
package public
