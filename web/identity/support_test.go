// SPDX-License-Identifier: AGPL-3.0-or-later

package identity

import (
	"context"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/db"
	"github.com/noria-mlc/noria/ledger/db/dbtest"
	"github.com/noria-mlc/noria/ops/job"
	"github.com/noria-mlc/noria/ops/mail"
	"github.com/noria-mlc/noria/web/session"
)

// town is a book with identities, whose clock the test moves.
type town struct {
	*testing.T
	*Service
	now     atomic.Int64
	letters []mail.Envelope
}

// Carry keeps a letter.
func (w *town) Carry(_ context.Context, e mail.Envelope) error {
	w.letters = append(w.letters, e)
	return nil
}

// each runs a test on every engine, on a book whose laws are checked afterwards.
func each(t *testing.T, test func(w *town)) {
	dbtest.Run(t, func(t *testing.T, connect func() *db.DB) {
		w := &town{T: t}
		w.now.Store(time.Date(2026, 3, 14, 10, 0, 0, 0, time.UTC).UnixMicro())
		l, err := ledger.Open(t.Context(), connect(), ledger.Options{Now: w.clock})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(l.Close)
		w.Service = New(l, session.New(l, session.Options{}), Options{Key: NewKey(), BaseURL: "http://localhost:8080", Conversion: conversion.New(l)})
		test(w)
		if _, err := l.Verify(t.Context(), nil); err != nil {
			t.Errorf("verify: %v", err)
		}
	})
}

func (w *town) clock() time.Time { return time.UnixMicro(w.now.Load()).UTC() }

func (w *town) pass(d time.Duration) { w.now.Add(d.Microseconds()) }

// here is where most requests of the tests come from.
func here() From { return From{Network: "192.0.2.0/24", Device: "Firefox"} }

// sent returns the letters written since the last call.
func (w *town) sent() []mail.Envelope {
	w.Helper()
	w.pass(time.Second) // two commands are never of one instant
	w.letters = nil
	if _, err := mail.New(w.ledger, w, slog.New(slog.DiscardHandler)).SendDue(w.Context(), job.System()); err != nil {
		w.Fatal(err)
	}
	return w.letters
}

// link is the link of a letter.
func link(t *testing.T, e mail.Envelope) string {
	t.Helper()
	_, after, found := strings.Cut(e.Text, "/rejoindre/")
	if !found {
		t.Fatalf("no link in %s", e.Text)
	}
	return strings.Fields(after)[0]
}

// invited returns the link that somebody who joins is sent.
func (w *town) invited(email string) string {
	w.Helper()
	if err := w.Join(w.Context(), JoinInput{Name: "Amina Diallo", Email: email, Language: "fr"}, here()); err != nil {
		w.Fatal(err)
	}
	letters := w.sent()
	if len(letters) != 1 {
		w.Fatalf("%d letters", len(letters))
	}
	return link(w.T, letters[0])
}

// member is somebody who joined.
type member struct {
	Welcome
	email, password, secret string
}

const goodPassword = "chèvre-lavande-17-moulin"

// setup is a password and a first code.
func (w *town) setup() (Setup, string) {
	w.Helper()
	a, err := w.NewAuthenticator(w.Context(), "a@example.org")
	if err != nil {
		w.Fatal(err)
	}
	return Setup{Password: goodPassword, Sealed: a.Sealed, Code: w.code(a.Secret)}, a.Secret
}

// member joins with a password.
func (w *town) member(email string) member {
	w.Helper()
	at := w.invited(email)
	in, secret := w.setup()
	welcome, err := w.Accept(w.Context(), at, in, here())
	if err != nil {
		w.Fatal(err)
	}
	w.pass(period) // the first code is used up
	return member{welcome, email, in.Password, secret}
}

// code is what an authenticator shows now.
func (w *town) code(secret string) string {
	w.Helper()
	code, err := totp.GenerateCode(secret, w.clock())
	if err != nil {
		w.Fatal(err)
	}
	return code
}

// begin gives the password of a member.
func (w *town) begin(m member) string {
	w.Helper()
	begun, err := w.Password(w.Context(), Credentials{m.email, m.password}, here())
	if err != nil {
		w.Fatal(err)
	}
	return begun
}
