// SPDX-License-Identifier: AGPL-3.0-or-later

package confirm

import (
	"time"

	"github.com/noria-mlc/noria/ledger/fault"
)

// Refusals of confirmations.
var (
	// ErrRequired says that a person has to confirm this themselves: a program
	// cannot, and a page has to show what is confirmed first.
	ErrRequired = fault.New(fault.Forbidden, "confirmation-required", "sign in, make an intent and confirm it: nobody pays from a person's wallet without")
	// ErrExpired says that an intent has ended.
	ErrExpired = fault.New(fault.Refused, "intent-expired", "five minutes have passed since the intent was made: make a new one")
	// ErrChanged says that what was shown is not so any more, or that something
	// else was confirmed than what the intent says.
	ErrChanged = fault.New(fault.Refused, "intent-changed", "this is not what the intent says now: make a new one")
	// ErrProof says that a signature is not by a passkey of this person over this
	// intent.
	ErrProof = fault.New(fault.Forbidden, "confirmation-refused", "the passkey's answer does not confirm this intent")
	// ErrMethod says that this intent cannot be confirmed in this way from here.
	ErrMethod = fault.New(fault.Refused, "confirmation-method", "this way of confirming is not offered here: see the methods of the intent")
	// ErrPIN says that a PIN is wrong.
	ErrPIN = fault.New(fault.Forbidden, "pin-wrong", "the PIN is wrong")
	// ErrPINLocked says that there were five wrong PINs.
	ErrPINLocked = fault.New(fault.Forbidden, "pin-locked", "the PIN of this device is locked: sign in anew and choose another")
	// ErrPINWeak says that a PIN is not six digits, or one that is tried first.
	ErrPINWeak = fault.New(fault.Invalid, "pin-weak", "a PIN has six digits and no pattern").At("/pin", "must be six digits without a pattern")
	// ErrDevices says that somebody has as many bound devices as there can be.
	ErrDevices = fault.New(fault.Refused, "devices-full", "ten devices are bound: unbind one first")
	// ErrEase says that this payment needs a proof.
	ErrEase = fault.New(fault.Refused, "ease-exceeded", "this payment is not small enough, or not known enough, to pass without a proof")
	// ErrTooFast says that nobody reads that fast (ASVS 2.4.2).
	ErrTooFast = fault.New(fault.Limited, "confirmation-too-fast", "read what you confirm").After(time.Second)
	// ErrTooMany says that somebody has more open intents than anybody needs.
	ErrTooMany = fault.New(fault.Limited, "too-many-intents", "too many open intents: wait until some have ended").After(time.Minute)
)
