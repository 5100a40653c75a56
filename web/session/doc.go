// SPDX-License-Identifier: AGPL-3.0-or-later

// Package session owns who is asking: users with their grants, tokens, and the
// sessions of pages.
//
// A user points at a holder, whose wallet is "my wallet", and carries grants:
// roles, some of them within one organisation. A token is a secret of 256
// random bits that stands for a user. There are three kinds. An api token is
// made by an administrator for a program or a person. A session is opened with
// an api token, or by a proof that web/identity checked; it lasts twelve hours
// at most and lives in a cookie. A link is made at the first start for the first
// administrator; it opens one session and nothing else. The text of a token is
// shown once; the book keeps its SHA-256.
//
// It refuses: a token that is absent, malformed, unknown, expired, revoked, of
// a disabled user, or made for a demonstration where this is none, always in
// the same words (ErrUnauthenticated); users without grants or with grants that
// do not hold (ErrInvalid), such as another person's wallet, or a second user of
// a person who prepares or approves (D9); to disable the last administrator
// (ErrLastAdministrator).
//
// Laws: no text of a token is stored or logged; what is revoked here is refused
// here at once, and in another process as soon as the journal tells it, after
// half a minute at the latest; a session ends no
// later than the token it was opened with, and is revoked with it; the roles that
// decide over other people's money are left out of a session that no passkey
// opened, demonstrations and the first administrator's link apart.
package session
