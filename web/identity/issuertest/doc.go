// SPDX-License-Identifier: AGPL-3.0-or-later

// Package issuertest owns an issuer of identities for tests: OpenID Connect with
// authorization codes and PKCE, on this machine, that can lie in what it answers.
//
// It refuses what an issuer has to refuse: a code twice, a code without its
// verifier, another client. It is for tests only: a test that asks it wrongly ends.
package issuertest
