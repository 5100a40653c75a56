// SPDX-License-Identifier: AGPL-3.0-or-later

// Package sandbox is the hosted page of the sandbox of ops/provider, where
// whoever tries the service says whether they pay. It exists only where the
// sandbox takes the cards, and says on each page that no money moves.
//
// It is open to everybody, as the page of a provider is: the id of the payment in
// the address is what lets somebody in. It refuses a payment that it does not
// know. It changes nothing of the book by itself: it sends a hook, and the service
// reads the payment again.
package sandbox
