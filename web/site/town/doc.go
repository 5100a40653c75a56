// SPDX-License-Identifier: AGPL-3.0-or-later

// Package town holds the pages of collectivités: campaigns of bonus, indemnities
// of officials and their choices, payments on behalf of others. Agents prepare,
// approvers decide.
//
// It refuses: visitors who act for no collectivité; files that are no CSV or PDF
// by their content. Laws: what is approved is shown whole, with its digest, to
// somebody who did not prepare it (D9); a campaign is told in sums only, small
// groups masked (D4); no unit is spent by a collectivité (P6).
package town
