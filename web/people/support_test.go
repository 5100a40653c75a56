// SPDX-License-Identifier: AGPL-3.0-or-later

package people

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
	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/db"
	"github.com/noria-mlc/noria/ledger/db/dbtest"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ops/job"
	"github.com/noria-mlc/noria/ops/mail"
	"github.com/noria-mlc/noria/ops/payout"
	"github.com/noria-mlc/noria/ops/push"
	"github.com/noria-mlc/noria/web/confirm"
	"github.com/noria-mlc/noria/web/identity"
	"github.com/noria-mlc/noria/web/session"
)

// town is a book with people, whose clock the test moves.
type town struct {
	*testing.T
	*Service
	db      *db.DB
	now     atomic.Int64
	keys    atomic.Int64
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
		w := &town{T: t, db: connect()}
		w.now.Store(time.Date(2026, 3, 14, 10, 0, 0, 0, time.UTC).UnixMicro())
		l, err := ledger.Open(t.Context(), w.db, ledger.Options{Now: w.clock})
		must(t, err)
		t.Cleanup(l.Close)
		sessions, c := session.New(l, session.Options{}), conversion.New(l)
		w.Service = New(Services{Ledger: l, Session: sessions, Conversion: c, Payout: payout.New(l),
			Identity: identity.New(l, sessions, identity.Options{Key: identity.NewKey(), BaseURL: "http://localhost:8080", Conversion: c,
				Ended: []func(*ledger.Tx, ident.User) error{confirm.EndDevices, push.Forget}})})
		test(w)
		if _, err := l.Verify(t.Context(), nil); err != nil {
			t.Errorf("verify: %v", err)
		}
	})
}

func (w *town) clock() time.Time { return time.UnixMicro(w.now.Load()).UTC() }

func (w *town) pass(d time.Duration) { w.now.Add(d.Microseconds()) }

func (w *town) key() string { return fmt.Sprintf("test-key-%09d", w.keys.Add(1)) }

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func operator() access.Actor {
	return access.Actor{ID: ident.User{Bits: ident.Bits{15: 1}}, Grants: []access.Grant{{Role: access.Administrator}}}
}

// holder opens a holder.
func (w *town) holder(kind ledger.HolderKind, name string) ledger.Holder {
	w.Helper()
	h, _, err := w.Ledger.CreateHolder(w.Context(), operator(), w.key(), ledger.NewHolder{Kind: kind, Name: name})
	must(w, err)
	return h
}

// person lets somebody in who has no way to sign in.
func (w *town) person(name string, roles ...access.Role) session.User {
	w.Helper()
	in := session.CreateUserInput{Holder: w.holder(ledger.Individual, name).ID}
	for _, r := range roles {
		in.Grants = append(in.Grants, access.Grant{Role: r})
	}
	u, _, err := w.Session.CreateUser(w.Context(), operator(), w.key(), in)
	must(w, err)
	return u
}

const goodPassword = "chèvre-lavande-17-moulin"

// here is where requests come from.
func here() identity.From { return identity.From{Network: "192.0.2.0/24", Device: "Firefox Linux"} }

// setup is a password and a first code.
func (w *town) setup() (identity.Setup, string) {
	w.Helper()
	a, err := w.Identity.NewAuthenticator(w.Context(), "a@example.org")
	must(w, err)
	code, err := totp.GenerateCode(a.Secret, w.clock())
	must(w, err)
	return identity.Setup{Password: goodPassword, Sealed: a.Sealed, Code: code}, a.Secret
}

// member gives a user an address and a password, and returns their session.
func (w *town) member(u session.User, email string) session.Issued {
	w.Helper()
	must(w, w.Identity.Verify(w.Context(), u.ID, email, "fr", here()))
	in, _ := w.setup()
	welcome, err := w.Identity.Accept(w.Context(), w.link("/rejoindre/"), in, here())
	must(w, err)
	w.pass(time.Minute)
	return welcome.Session
}

// joined is somebody who is let in and has signed in once.
func (w *town) joined(name, email string, roles ...access.Role) (session.User, session.Principal) {
	w.Helper()
	u := w.person(name, roles...)
	return u, w.principal(w.member(u, email))
}

func (w *town) principal(i session.Issued) session.Principal {
	w.Helper()
	p, err := w.Session.Authenticate(w.Context(), i.Text)
	must(w, err)
	return p
}

// sent returns the letters written since the last call.
func (w *town) sent() []mail.Envelope {
	w.Helper()
	w.pass(time.Second) // two commands are never of one instant
	w.letters = nil
	_, err := mail.New(w.Ledger, w, slog.New(slog.DiscardHandler)).SendDue(w.Context(), job.System())
	must(w, err)
	return w.letters
}

// link is that of the only letter that waits.
func (w *town) link(path string) string {
	w.Helper()
	letters := w.sent()
	for _, e := range letters {
		if _, after, found := strings.Cut(e.Text, path); found {
			return strings.Fields(after)[0]
		}
	}
	w.Fatalf("no link %s in %d letters", path, len(letters))
	return ""
}

// told fails the test unless one letter went to an address, with words in it.
func (w *town) told(to, words string) {
	w.Helper()
	for _, e := range w.sent() {
		if e.To == to && strings.Contains(e.Text, words) {
			return
		}
	}
	w.Errorf("nobody wrote %q to %s, but %d letters: %v", words, to, len(w.letters), w.letters)
}
