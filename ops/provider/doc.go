// SPDX-License-Identifier: AGPL-3.0-or-later

// Package provider owns the way of euros by card: making a checkout at a
// provider, reading what became of it, and telling the euro border.
//
// A hook is a hint. Its signature is checked in constant time, and then it only
// says which payment to look at: the payment is read again from the provider, and
// conversion.SettleCard compares amount, currency, reference and status before it
// credits anything, once. What no hook told is found by Sweep.
//
// The gateways are Stripe Checkout, HelloAsso Checkout, and a sandbox that lives
// in this process, for demonstrations and tests.
//
// It refuses: a hook without a right signature, or of another time (ErrSignature);
// a hook that names no payment (ErrHook); any answer of a provider that is not
// what was asked for (ErrGateway): other status, redirect, too long, not JSON.
//
// Laws: requests go to the host of the provider and to no other one, never to an
// address inside our own network, by TLS; a redirect is not followed; no key, body
// or name of a person is logged or part of an error.
package provider
