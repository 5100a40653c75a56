// SPDX-License-Identifier: AGPL-3.0-or-later

// Package identity owns how people prove who they are: addresses, passwords with
// one-time codes, recovery codes and passkeys, and what slows down whoever
// guesses. The session that a proof opens is web/session's.
//
// An identity belongs to one user and has one e-mail address, which a link sent
// there has verified. It holds passkeys, or a password together with a secret of
// one-time codes, or both: a password never stands alone.
//
// It refuses: proofs that do not hold, always in the same words whether the
// address is unknown, the password wrong or no password set (ErrProof), and
// after the same work; a code of an authenticator or a recovery code that was
// used before (ErrCode); a link or a challenge that was used or has ended
// (ErrEnded); passwords that are short or easily guessed (ErrPassword), or that are in the
// list of breached ones that the operator gave (ErrBreached); whoever
// tries too often, from one network or on one address (ErrLimited); to give up
// the last proof (ErrLastProof).
//
// Laws: no password, code, secret or link is stored in clear, logged, or part of
// a command's input; whether somebody has an account is told only by letter to
// the address itself; whoever loses every proof begins anew only where web/people
// says so, and all that was before ends; what was tried is counted in the book
// before it is checked, so that neither haste nor a restart gives more tries.
package identity
