// SPDX-License-Identifier: AGPL-3.0-or-later

package confirm

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/conversion/paper"
	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/db"
	"github.com/noria-mlc/noria/ledger/db/dbtest"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
	"github.com/noria-mlc/noria/merchant"
	"github.com/noria-mlc/noria/ops/job"
	"github.com/noria-mlc/noria/ops/mail"
	"github.com/noria-mlc/noria/web/identity"
	"github.com/noria-mlc/noria/web/identity/passkeytest"
	"github.com/noria-mlc/noria/web/session"
)

// town is a book with an open currency, a shop, and people who confirm; the test
// moves its clock.
type town struct {
	*testing.T
	*Service
	now     *atomic.Int64
	keys    *atomic.Int64
	key     identity.Key // outlives a restart
	letters *[]mail.Envelope
	forged  bool // a test put in a confirmation that does not hold

	shop  merchant.Merchant
	owner session.Principal // of the shop, in a session of a demonstration's token
}

// Carry keeps a letter.
func (w *town) Carry(_ context.Context, e mail.Envelope) error {
	*w.letters = append(*w.letters, e)
	return nil
}

// each runs a test on every engine, and verifies the book and every confirmation
// afterwards.
func each(t *testing.T, test func(w *town)) {
	eachAgain(t, func(w *town, _ func() *town) { test(w) })
}

// eachAgain is each for tests that restart the service.
func eachAgain(t *testing.T, test func(w *town, restart func() *town)) {
	dbtest.Run(t, func(t *testing.T, connect func() *db.DB) {
		w := &town{T: t, now: new(atomic.Int64), keys: new(atomic.Int64), key: identity.NewKey(), letters: new([]mail.Envelope)}
		w.now.Store(time.Date(2026, 3, 14, 10, 0, 0, 0, time.UTC).UnixMicro())
		var l *ledger.Ledger
		var d *db.DB
		open := func() {
			var err error
			d = connect()
			if l, err = ledger.Open(t.Context(), d, ledger.Options{Now: w.clock}); err != nil {
				t.Fatal(err)
			}
			w.Service = w.serve(l)
		}
		open()
		w.found()
		test(w, func() *town {
			l.Close()
			d.Close()
			open()
			return w
		})
		if _, err := l.Verify(t.Context(), nil); err != nil {
			t.Errorf("verify: %v", err)
		}
		if _, err := VerifyAll(t.Context(), l.Journal, l.Reader()); (err != nil) != w.forged {
			t.Error(err)
		}
		l.Close()
	})
}

func (w *town) serve(l *ledger.Ledger) *Service {
	sessions := session.New(l, session.Options{Demo: true})
	conversions := conversion.New(l)
	people := identity.New(l, sessions, identity.Options{Key: w.key, BaseURL: "http://localhost:8080", Conversion: conversions})
	return New(Config{Ledger: l, Merchant: merchant.New(l), Conversion: conversions, Paper: paper.New(l), Session: sessions, Identity: people})
}

func (w *town) clock() time.Time { return time.UnixMicro(w.now.Load()).UTC() }

func (w *town) pass(d time.Duration) { w.now.Add(d.Microseconds()) }

func (w *town) nextKey() string { return fmt.Sprintf("test-key-%09d", w.keys.Add(1)) }

func (w *town) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

// office may do what a test prepares.
func office() access.Actor {
	return access.Actor{ID: ident.User{Bits: ident.Bits{15: 1}}, Grants: []access.Grant{{Role: access.Administrator}, {Role: access.DeskAgent},
		{Role: access.Treasurer}, {Role: access.Auditor}}}
}

// found opens the currency and the shop.
func (w *town) found() {
	w.Helper()
	ctx := w.Context()
	_, _, err := w.conversion.OpenCurrency(ctx, office(), w.nextKey(), conversion.OpenCurrencyInput{Name: "La Roue", Code: "ROUE",
		Unit: conversion.Unit{Singular: "Roue", Plural: "Roues"}, Issuer: conversion.Issuer{Name: "Association La Roue", RNA: "W842000000", LegalBasis: conversion.LimitedNetwork},
		Accounts: []conversion.BankAccount{{Account: "eur:bank:guarantee:digital:la-nef", Custodian: "La Nef", IBAN: "FR7630006000011234567890189", HolderName: "Association La Roue"}}})
	w.must(err)
	_, _, err = w.conversion.OpenDesk(ctx, office(), w.nextKey(), conversion.OpenDeskInput{Slug: "centre", Name: "Centre"})
	w.must(err)
	h, _, err := w.ledger.CreateHolder(ctx, office(), w.nextKey(), ledger.NewHolder{Kind: ledger.Professional, Name: "Épicerie SARL"})
	w.must(err)
	w.shop, _, err = w.merchant.Create(ctx, office(), w.nextKey(), merchant.CreateInput{Holder: h.ID, Name: "Épicerie"})
	w.must(err)
	w.owner = w.demo(h.ID, access.Grant{Role: access.MerchantOwner, Organisation: h.ID})
}

// api makes a user of a holder with an API token, chosen as in a demonstration or
// not.
func (w *town) api(h ident.Holder, demo bool, grants ...access.Grant) (session.Principal, string) {
	w.Helper()
	u, _, err := w.sessions.CreateUser(w.Context(), office(), w.nextKey(), session.CreateUserInput{Holder: h, Grants: grants})
	w.must(err)
	in := session.CreateTokenInput{User: u.ID, Label: "test"}
	if demo {
		secret := session.NewSecret()
		in.Secret = &secret
	}
	issued, _, err := w.sessions.IssueToken(w.Context(), w.nextKey(), in)
	w.must(err)
	return w.who(issued.Text), issued.Text
}

// real is who a token stands for outside demonstrations.
func (w *town) real(text string) session.Principal {
	w.Helper()
	p, err := session.New(w.ledger, session.Options{}).Authenticate(w.Context(), text)
	w.must(err)
	return p
}

// demo is api in a session of a demonstration.
func (w *town) demo(h ident.Holder, grants ...access.Grant) session.Principal {
	w.Helper()
	_, text := w.api(h, true, grants...)
	return w.opened(text)
}

// opened is who a session is, that a token opened.
func (w *town) opened(text string) session.Principal {
	w.Helper()
	issued, _, err := w.sessions.OpenSession(w.Context(), text, w.nextKey())
	w.must(err)
	return w.who(issued.Text)
}

func (w *town) who(text string) session.Principal {
	w.Helper()
	p, err := w.sessions.Authenticate(w.Context(), text)
	w.must(err)
	return p
}

// citizen is somebody who joined, with money and a passkey, or with a password
// and an app.
type citizen struct {
	session.Principal
	*passkeytest.Phone
	email, secret, device string
}

const password = "chèvre-lavande-17-moulin"

func here() identity.From { return identity.From{Network: "192.0.2.0/24", Device: "Firefox"} }

// invited returns the link that somebody who joins is sent.
func (w *town) invited(email string) string {
	w.Helper()
	w.must(w.identity.Join(w.Context(), identity.JoinInput{Name: "Amina Diallo", Email: email, Language: "fr"}, here()))
	w.pass(time.Second)
	*w.letters = nil
	_, err := mail.New(w.ledger, w, slog.New(slog.DiscardHandler)).SendDue(w.Context(), job.System())
	w.must(err)
	for _, letter := range *w.letters {
		if _, after, found := strings.Cut(letter.Text, "/rejoindre/"); found {
			return strings.Fields(after)[0]
		}
	}
	w.Fatalf("nothing of %d letters invites", len(*w.letters))
	return ""
}

// withPhone joins with a passkey and has 200.00.
func (w *town) withPhone(email string) *citizen {
	w.Helper()
	at := w.invited(email)
	i, err := w.identity.Invitation(w.Context(), at)
	w.must(err)
	c, err := w.identity.BeginPasskey(w.Context(), i.User, i.Email)
	w.must(err)
	p := passkeytest.New(w.T, "localhost", "http://localhost:8080")
	welcome, err := w.identity.AcceptPasskey(w.Context(), at, p.Make(c), here())
	w.must(err)
	return w.enriched(&citizen{Principal: w.who(welcome.Session.Text), Phone: p, email: email})
}

// withApp joins with a password and an app of one-time codes, and has 200.00.
func (w *town) withApp(email string) *citizen {
	w.Helper()
	at := w.invited(email)
	a, err := w.identity.NewAuthenticator(w.Context(), email)
	w.must(err)
	c := &citizen{email: email, secret: a.Secret}
	welcome, err := w.identity.Accept(w.Context(), at, identity.Setup{Password: password, Sealed: a.Sealed, Code: w.code(c)}, here())
	w.must(err)
	w.pass(30 * time.Second) // the first code is used up
	c.Principal = w.who(welcome.Session.Text)
	return w.enriched(c)
}

// withPIN is withApp on a device with a PIN.
func (w *town) withPIN(email string) *citizen {
	w.Helper()
	c := w.withApp(email)
	b, err := w.Bind(w.Context(), w.changing(c), goodPIN, here())
	w.must(err)
	c.device = b.text
	return c
}

const goodPIN = "472915"

func (w *town) changing(c *citizen) identity.Change {
	return identity.Change{Principal: c.Principal, Language: "fr"}
}

// again signs in again with password and code.
func (w *town) again(c *citizen) {
	w.Helper()
	w.pass(30 * time.Second)
	begun, err := w.identity.Password(w.Context(), identity.Credentials{Email: c.email, Password: password}, here())
	w.must(err)
	opened, err := w.identity.Code(w.Context(), begun, w.code(c), here())
	w.must(err)
	c.Principal = w.who(opened.Text)
}

func (w *town) code(c *citizen) string {
	w.Helper()
	code, err := totp.GenerateCode(c.secret, w.clock())
	w.must(err)
	return code
}

func (w *town) enriched(c *citizen) *citizen {
	w.Helper()
	_, _, err := w.conversion.Convert(w.Context(), office(), w.nextKey(), conversion.ConvertInput{Holder: c.Actor.Holder, Euros: 200_00, Channel: conversion.AtDesk})
	w.must(err)
	return c
}

// wish is to pay the shop.
func (w *town) wish(amount money.Amount) Wish {
	return Wish{Kind: Payment, To: w.shop.Code, Amount: amount, Message: "Cagette"}
}

// prepare makes the intent of a wish.
func (w *town) prepare(p session.Principal, in Wish) Intent {
	w.Helper()
	i, _, err := w.Prepare(w.Context(), p, w.nextKey(), in)
	w.must(err)
	w.pass(time.Second) // somebody reads it
	return i
}

// signed is a passkey's answer to an intent.
func (w *town) signed(c *citizen, i Intent) Answer {
	w.Helper()
	options, err := w.Options(w.Context(), i)
	w.must(err)
	return Answer{Assertion: c.Sign(options), From: here()}
}

// typed is a PIN on the citizen's device, for what was shown.
func typed(c *citizen, i Intent, pin string) Answer {
	return Answer{Digest: i.Digest.String(), PIN: pin, Device: c.device, From: here()}
}

// seen is no proof but that something was shown.
func seen(i Intent) Answer { return Answer{Digest: i.Digest.String(), From: here()} }

// confirmed confirms what must be confirmed.
func (w *town) confirmed(p session.Principal, i Intent, a Answer) Intent {
	w.Helper()
	done, replayed, err := w.Confirm(w.Context(), p, i.Intent, a)
	if err != nil || replayed || done.Status != Done {
		w.Fatalf("%+v, %v, %v", done, replayed, err)
	}
	return done
}

func (w *town) available(h ident.Holder) money.Amount {
	w.Helper()
	held, err := w.ledger.Holding(w.Context(), h)
	w.must(err)
	return held.Available
}

// change changes rows as no command of the house does.
func (w *town) change(query string, args ...any) {
	w.Helper()
	command := ledger.Command{Actor: job.System(), Action: access.JobLease, Key: w.nextKey()}
	_, err := w.ledger.Execute(w.Context(), command, func(tx *ledger.Tx) (ident.Ref, error) {
		_, err := tx.Exec(query, args...)
		return ident.Ref{}, err
	})
	w.must(err)
}
