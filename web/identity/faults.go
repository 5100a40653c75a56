// SPDX-License-Identifier: AGPL-3.0-or-later

package identity

import "github.com/noria-mlc/noria/ledger/fault"

// Refusals of proofs.
var (
	// ErrProof says that an address and a password, or a passkey, open nothing.
	// It does not say why.
	ErrProof = fault.New(fault.Unauthenticated, "proof-refused", "the address and the password, or the passkey, do not open a session")
	// ErrCode says that a code is wrong, or was used before.
	ErrCode = fault.New(fault.Unauthenticated, "code-refused", "the code is wrong, or was used before")
	// ErrEnded says that a link, a form or a challenge was used, or is too old.
	ErrEnded = fault.New(fault.Refused, "proof-ended", "this was used before, or is too old: begin again")
	// ErrPassword says that a password is too short, too long or easily guessed.
	ErrPassword = fault.New(fault.Invalid, "password-weak", "the password must be 12 to 128 characters and not easily guessed")
	// ErrBreached says that a password is known from a breach.
	ErrBreached = fault.New(fault.Invalid, "password-breached", "the password is known from a breach: take another one")
	// ErrLimited says that there were too many tries.
	ErrLimited = fault.New(fault.Limited, "too-many-tries", "too many tries: wait")
	// ErrStale says that a change needs a fresh proof.
	ErrStale = fault.New(fault.Forbidden, "proof-stale", "prove who you are again, then make this change within five minutes")
	// ErrIssuerRefused says that what came back from the issuer of identities proves
	// nothing: it was refused there, was changed, or is not for this browser.
	ErrIssuerRefused = fault.New(fault.Unauthenticated, "issuer-refused", "the issuer's answer does not prove who you are: begin again")
	// ErrIssuerAway says that the issuer of identities does not answer.
	ErrIssuerAway = fault.New(fault.Unavailable, "issuer-unavailable", "the issuer of identities does not answer")
	// ErrUnlinked says that no account is linked to the identity that was shown.
	ErrUnlinked = fault.New(fault.Unauthenticated, "issuer-unlinked", "no account is linked to this identity: sign in another way, then link it")
	// ErrLinked says that the identity, or the account, has a link already.
	ErrLinked = fault.New(fault.Refused, "issuer-linked", "this identity or this account has a link already")
	// ErrLastProof says that nothing would be left to sign in with.
	ErrLastProof = fault.New(fault.Refused, "last-proof", "the last way to sign in cannot be removed")
	// ErrPasskeys says that somebody has as many passkeys as there can be.
	ErrPasskeys = fault.New(fault.Refused, "passkeys-full", "there are twenty passkeys: remove one first")
	// ErrKnown says, to staff at a counter, that an address has an account.
	ErrKnown = fault.New(fault.Refused, "address-known", "there is an account with this address")
	// ErrPasskeysOff says that passkeys need a name of the site, which a bare
	// network address is not.
	ErrPasskeysOff = fault.New(fault.Unavailable, "passkeys-off", "passkeys need the service to have a domain name")
)
