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

	// ErrWithheld says that a session opened by less than a passkey cannot make a
	// token, which would carry the roles that the session leaves out.
	ErrWithheld = fault.New(fault.Forbidden, "role-withheld", "sign in with a passkey: this session leaves out a role that a token would carry")
	// ErrOwnGrant says that nobody gives themselves a role that decides.
	ErrOwnGrant = fault.New(fault.Refused, "own-grant", "nobody gives themselves a role that decides over money: another administrator does (D9)")
	// ErrGrantGiven says that the user has this role already.
	ErrGrantGiven = fault.New(fault.Refused, "grant-given", "this user has this role already")
	// ErrGrantMissing says that the user does not have this role.
	ErrGrantMissing = fault.New(fault.Refused, "grant-missing", "this user does not have this role")
	// ErrLastGrant says that a user keeps one role at least.
	ErrLastGrant = fault.New(fault.Refused, "last-grant", "a user keeps one role at least: disable the user instead")
	// ErrTooManyGrants says that a user has as many roles as there can be.
	ErrTooManyGrants = fault.New(fault.Refused, "too-many-grants", "a user has 20 roles at most")
	// ErrUserStands says that the user is not disabled.
	ErrUserStands = fault.New(fault.Refused, "user-stands", "this user is not disabled, or was forgotten for good")

	errSetUp = fault.New(fault.Refused, "set-up", "somebody signed in to this book before")
)
