// SPDX-License-Identifier: AGPL-3.0-or-later

// Package api owns the routes under /v1: their shapes, their OpenAPI document,
// the reading of input and the writing of answers. Handlers are thin: they read
// the input, call one service and answer.
//
// It refuses what is not written as the contract says (unknown fields and query
// parameters, amounts of another form, missing idempotency keys, large bodies)
// before any service is called. Law: rights are not decided here; every service
// asks ledger/access.
package api
