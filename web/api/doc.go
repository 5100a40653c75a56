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
// The library that writes the OpenAPI document (huma) describes each route from
// its input and output types; the same schemas check every request here. A body
// is read once, straight into its type (reader.go), and only what is not plainly
// right is judged by the schema, which says what is wrong with it (form.go).
//
// Laws: rights are not decided here, every service asks ledger/access; the form
// of each kind of text is written once (schema.go) for the document and for the
// checking; an amount that may be left out is never 0.00 where it is stated.
package api
