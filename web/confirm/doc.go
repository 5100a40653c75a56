// SPDX-License-Identifier: AGPL-3.0-or-later

// Package confirm owns how a person confirms what leaves a wallet: the intent
// that they are shown, the proof that they saw and wanted exactly that, and what
// is kept of it.
//
// An intent names payer, payee and the payee's name as shown, amount, currency
// and words (of paper notes: the desk, and which they are), and ends after five minutes. Its digest covers all of that (hash.go
// writes down how), and a passkey signs the digest and nothing else: who changes
// a field has no signature for it. Where there is no passkey a PIN of six digits
// on a device that was bound after a sign-in stands in, and on an unknown device
// a one-time code; both come with the digest of what was shown. Treasurers may
// let small payments to known payees pass without a proof, a few in a row
// (ease.go). In a demonstration a click is enough.
//
// What commits a holder without an intent, because amount and payee are not theirs
// to choose (refunds, dues) or because euros come later from an account of their own
// (mandates), asks for a recent proof of who they are (Commit).
//
// It refuses: payments from an individual's wallet by a program, and by any page
// without an intent (ErrRequired); intents of somebody else, in the same words as
// those that do not exist (D2); intents that have ended (ErrExpired) or whose
// payee goes by another name since (ErrChanged); proofs that do not hold
// (ErrProof, ErrPIN), after five wrong PINs any PIN (ErrPINLocked); PINs that are
// tried first (ErrPINWeak); ease beyond its bounds (ErrEase) or faster than
// anybody reads (ErrTooFast).
//
// Laws: an intent is used up in the command that posts, once, so that an intent
// has one payment at most, whoever confirms it, however often and from wherever;
// the command's key is made of the intent, so that a confirmation that is sent
// again is answered with the payment it made; a confirmation is written with the
// entry and never changed, and can be checked with nothing but itself (proof.go);
// a try of a PIN or a code is counted in the book before it is checked.
package confirm
