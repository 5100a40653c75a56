// SPDX-License-Identifier: AGPL-3.0-or-later

package session

import "github.com/noria-mlc/noria/ledger/fault"

// Refusals of users, tokens and sessions.
var (
	// ErrUnauthenticated says that nobody is signed in. It is the same whether
	// the token is absent, malformed, unknown, expired or revoked.
	ErrUnauthenticated = fault.New(fault.Unauthenticated, "unauthenticated", "sign in, or send a token that holds")
	// ErrUserMissing says that there is no such user, or that it is disabled.
	ErrUserMissing = fault.New(fault.Refused, "user-missing", "there is no such user, or it is disabled")
	// ErrLastAdministrator says that nobody could let anybody in any more.
	ErrLastAdministrator = fault.New(fault.Refused, "last-administrator", "the last administrator cannot be disabled")
	// ErrTokenRevoked says that the token was revoked before.
	ErrTokenRevoked = fault.New(fault.Refused, "token-revoked", "this token was revoked before")
	// ErrSecretTaken says that a chosen secret belongs to another token.
	ErrSecretTaken = fault.New(fault.Refused, "secret-taken", "this secret belongs to another token")
	// ErrSecretChosen says that a secret was given outside a demonstration.
	ErrSecretChosen = fault.New(fault.Refused, "secret-chosen", "a secret is chosen for a demonstration only")

	errSetUp = fault.New(fault.Refused, "set-up", "somebody signed in to this book before")
)
