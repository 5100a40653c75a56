// SPDX-License-Identifier: AGPL-3.0-or-later

// Package api owns the routes under /v1: their shapes, their OpenAPI document,
// the reading of input and the writing of answers. Handlers are thin: they read
// the input, call one service and answer.
//
// It refuses, before any service is called: whoever is not signed in where a
// route asks for it, and only then what is not written as the contract says
// (unknown fields and query parameters, amounts of another form, null, missing
// idempotency keys, large bodies).
//
// Laws: rights are not decided here, every service asks ledger/access; the form
// of each kind of text is written once (schema.go) for the document and for the
// checking; an amount that may be left out is never 0.00 where it is stated.
package api
