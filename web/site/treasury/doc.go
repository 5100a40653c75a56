// SPDX-License-Identifier: AGPL-3.0-or-later

// Package treasury holds the pages of those who keep the currency: what waits
// for the treasurer, euros awaited and to be sent, the guarantee fund, what the
// second person approves, what the treasurers decide.
//
// It refuses: money moved or settings changed by whoever has not proved lately
// who they are. Laws: the pages decide nothing, the services do (D9: nobody
// approves what they prepared); lists name individuals by their number only, and
// the page of one conversion or redemption, which names them, is a look at an
// account (D8).
package treasury
