// SPDX-License-Identifier: AGPL-3.0-or-later

package confirm

import (
	"context"
	"crypto/subtle"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/merchant"
	"github.com/noria-mlc/noria/web/identity"
	"github.com/noria-mlc/noria/web/session"
)

// Method is how an intent is confirmed.
type Method string

// The methods.
const (
	ByPasskey Method = "passkey" // signed by a passkey that verified the person
	ByPIN     Method = "pin"     // on a device that is bound to the person
	ByTOTP    Method = "totp"    // a one-time code, on an unknown device
	ByEase    Method = "ease"    // small, to a known payee: see Ease
	ByDemo    Method = "demo"    // a click, in a demonstration
)

// full says whether a method is a full proof, after which ease begins anew.
func (m Method) full() bool { return m == ByPasskey || m == ByPIN || m == ByTOTP }

// Answer is what a person gives to confirm an intent: one of Assertion, PIN and
// Code, or none of them.
type Answer struct {
	Digest    string // of the intent as it was shown; a passkey's answer carries it itself
	Assertion string // JSON from the browser
	PIN       string
	Code      string // of the app that shows one-time codes
	Device    string // text of the device's cookie, where there is one
	From      identity.From
}

// String says that there is an answer, and not which.
func (Answer) String() string { return "[answer]" }

// GoString says that there is an answer, and not which.
func (Answer) GoString() string { return "[answer]" }

// method returns how an answer confirms, or fault.ErrInvalid where it does so in
// several ways.
func (a Answer) method(p session.Principal) (Method, error) {
	found := ByEase
	if p.Demo {
		found = ByDemo
	}
	given := 0
	for _, way := range []struct {
		text string
		Method
	}{{a.Assertion, ByPasskey}, {a.PIN, ByPIN}, {a.Code, ByTOTP}} {
		if way.text != "" {
			given++
			found = way.Method
		}
	}
	if given > 1 {
		return "", fault.ErrInvalid.At("/pin", "must not come with another answer")
	}
	if p.Demo && found != ByDemo {
		return "", ErrMethod // a demonstration's payments are never taken for confirmed ones
	}
	return found, nil
}

// Means returns how an answer would confirm, for whoever counts; nothing where it
// would do so in several ways.
func (a Answer) Means(p session.Principal) Method {
	found, _ := a.method(p)
	return found
}

// proof is what an answer proved, before it is used up.
type proof struct {
	method    Method
	assertion identity.Assertion
	device    DeviceID
	use       func(*ledger.Tx) error // within the command that posts
}

// Confirm checks an answer, and posts what the intent says in the command that
// uses the intent up. It says whether the intent had been confirmed before: then
// the answer is not looked at, and the intent says what it became. However many
// confirm one intent at once, one payment is made. With a refusal comes the
// intent as it was.
//
// It returns ledger.ErrForbidden for an intent that is not the caller's,
// ErrRequired, ErrExpired, ErrChanged, ErrMethod, ErrProof, ErrPIN, ErrPINLocked,
// ErrEase, ErrTooFast, identity.ErrCode, identity.ErrLimited, fault.ErrInvalid,
// and what merchant.Pay, merchant.PayRequest, conversion.RequestRedemption or
// paper.Ask return.
func (s *Service) Confirm(ctx context.Context, p session.Principal, id ID, a Answer) (Intent, bool, error) {
	if err := s.person(ctx, p); err != nil {
		return Intent{}, false, err
	}
	i, err := s.Intent(ctx, p, id)
	if err != nil || i.Status == Done {
		return i, err == nil, err
	}
	replayed, err := s.confirm(ctx, p, i, a)
	// Somebody else may have been faster, and have used up what this answer is
	// made of: the counter of the passkey, the code, the tries.
	now, lost := s.Intent(context.WithoutCancel(ctx), p, id)
	if lost == nil && now.Status == Done {
		return now, replayed || err != nil, nil
	}
	if err == nil {
		err = lost
	}
	return i, false, err
}

// confirm is the way of an answer to an intent that was open.
func (s *Service) confirm(ctx context.Context, p session.Principal, i Intent, a Answer) (bool, error) {
	if i.Status == Expired {
		return false, ErrExpired
	}
	if i.Statement.Digest() != i.Digest {
		return false, ErrChanged
	}
	proved, err := s.prove(ctx, p, i, a)
	if err != nil {
		return false, err
	}
	return s.post(ctx, p, i, proved)
}

// prove checks an answer.
func (s *Service) prove(ctx context.Context, p session.Principal, i Intent, a Answer) (proof, error) {
	method, err := a.method(p)
	if err != nil {
		return proof{}, err
	}
	if method == ByPasskey {
		return s.byPasskey(ctx, i, a.Assertion)
	}
	if subtle.ConstantTimeCompare([]byte(a.Digest), []byte(i.Digest.String())) != 1 {
		return proof{}, ErrChanged
	}
	switch method {
	case ByPIN:
		return s.byPIN(ctx, i, a)
	case ByTOTP:
		return s.byCode(ctx, i, a)
	case ByEase:
		return proof{method: ByEase, use: func(tx *ledger.Tx) error { return useEase(tx, i) }}, nil
	}
	return proof{method: ByDemo, use: func(*ledger.Tx) error { return nil }}, nil
}

// byCode checks a one-time code, where no bound device could be asked for its
// PIN.
func (s *Service) byCode(ctx context.Context, i Intent, a Answer) (proof, error) {
	if _, err := s.device(ctx, i.User, a.Device); err == nil {
		return proof{}, ErrMethod
	} else if !missing(err) {
		return proof{}, err
	}
	use, err := s.identity.OneTimeCode(ctx, i.User, a.Code, a.From)
	return proof{method: ByTOTP, use: use}, err
}

// post makes the payment, the redemption or the withdrawal that an intent says,
// and uses the intent up with it.
func (s *Service) post(ctx context.Context, p session.Principal, i Intent, proved proof) (bool, error) {
	key := "confirm/" + i.Intent.String()
	consent := &ledger.Consent{Intent: i.Intent.String(), Use: func(tx *ledger.Tx, made ident.Ref, e ident.Entry) error {
		return s.consume(tx, p, i, proved, made, e)
	}}
	var replayed bool
	var err error
	switch i.Kind {
	case Payment:
		_, replayed, err = s.merchant.Pay(ctx, p.Actor, key, merchant.PayInput{From: i.Payer, To: i.handle, Amount: i.Amount,
			Message: i.Message, Consent: consent})
	case Request:
		_, replayed, err = s.merchant.PayRequest(ctx, p.Actor, key, i.Request, merchant.PayRequestInput{From: i.Payer,
			ExpectAmount: i.Amount, Consent: consent})
	case Redemption:
		_, replayed, err = s.conversion.RequestRedemption(ctx, p.Actor, key, conversion.RequestRedemptionInput{
			Holder: ident.HolderOf(i.Payer), Amount: i.Amount, ExpectEuros: i.Euros, Consent: consent})
	case Notes:
		replayed, err = s.ask(ctx, p.Actor, key, i, consent)
	}
	return replayed, err
}

// consume is the part of a confirmation inside the command that posts: it checks
// once more that what is posted is what was shown, uses up the intent and the
// proof, and writes the confirmation.
func (s *Service) consume(tx *ledger.Tx, p session.Principal, i Intent, proved proof, made ident.Ref, e ident.Entry) error {
	posted, err := tx.Entry(e)
	if err != nil {
		return err
	}
	if err := i.same(posted); err != nil {
		return ErrChanged
	}
	name, err := i.shown(tx)
	if err != nil {
		return err
	}
	if name != i.Name {
		return ErrChanged
	}
	if err := tx.Guard(ErrExpired, sqlUseIntent, i.Intent, e, made.Bits[:], tx.Now().UnixMicro(), i.Digest[:]); err != nil {
		return err
	}
	if err := proved.use(tx); err != nil {
		return err
	}
	if proved.method.full() {
		if _, err := tx.Exec(sqlForgetEase, i.Payer); err != nil {
			return err
		}
	}
	tx.Touch(i.Intent.Ref())
	return record(tx, p, i, proved, e)
}
