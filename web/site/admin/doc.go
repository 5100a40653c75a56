// SPDX-License-Identifier: AGPL-3.0-or-later

// Package admin is the pages of administrators: the opening of the currency, members
// and their roles, recoveries by two volunteers, erasures, desks and merchants, and
// how the service fares. Volunteers of the desks meet the page of recoveries too.
//
// It refuses whoever has no part in it. Laws: no page moves money (D3); whoever
// changes something proved who they are lately, but for the first opening, which the
// link of the first administrator leads to; each look at a person's page is written
// down (D8).
package admin
