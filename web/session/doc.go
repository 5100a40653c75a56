// SPDX-License-Identifier: AGPL-3.0-or-later

// Package session owns who is asking: users with their grants, tokens, and the
// sessions of pages.
//
// A user points at a holder, whose wallet is "my wallet", and carries grants:
// roles, some of them within one organisation. A token is a secret of 256
// random bits that stands for a user. There are three kinds. An api token is
// made by a user for programs of their own, and may be narrowed to some uses and to
// one organisation. A session is opened with an api token that is not narrowed, or
// by a proof that web/identity checked; it lives in a cookie. It lasts twelve hours
// at most, and a quarter of an hour at rest where the user has a role of the
// office; that of a citizen's own device lasts ninety days, thirty at rest (ASVS
// 7.3; see Class). Demonstrations rest as long as they like. A link is made at the first start for the first
// administrator; it opens one session and nothing else. The text of a token is
// shown once; the book keeps its SHA-256.
//
// It refuses: a token that is absent, malformed, unknown, expired, revoked, of
// a disabled user, or made for a demonstration where this is none, always in
// the same words (ErrUnauthenticated); users without grants or with grants that
// do not hold (ErrInvalid), such as another person's wallet, or a second user of
// a person who prepares or approves (D9); to disable the last administrator or to
// withdraw that role from them (ErrLastAdministrator); a role that decides, given to
// oneself (ErrOwnGrant); a token for somebody else, or one that would carry a role
// which the session leaves out (ErrWithheld).
//
// Laws: no text of a token is stored or logged; what is revoked here is refused
// here at once, and in another process as soon as the journal tells it, after
// half a minute at the latest; a session ends no
// later than the token it was opened with, and is revoked with it; the roles that
// decide over other people's money are left out of a session that no passkey
// opened, demonstrations and the first administrator's link apart.
package session
