// SPDX-License-Identifier: AGPL-3.0-or-later

package session

import (
	"bytes"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/db"
	"github.com/noria-mlc/noria/ledger/db/dbtest"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ops/job"
)

func TestATokenIsShownOnce(t *testing.T) {
	run(t, func(t *testing.T, w *world) {
		u := w.user(t, access.Citizen)
		k, in := w.key(), CreateTokenInput{User: u.ID, Label: "caisse n° 1", ExpiresIn: time.Hour}
		first, replayed, err := w.IssueToken(t.Context(), k, in)
		if err != nil || replayed || first.Kind != API || first.Label != in.Label || !first.ExpiresAt.Equal(first.CreatedAt.Add(time.Hour)) || first.Demo {
			t.Fatalf("made %+v, %v, %v", first.Token, replayed, err)
		}
		w.holds(t, first.Text, u)
		again, replayed, err := w.IssueToken(t.Context(), k, in)
		if err != nil || !replayed || again.Token != first.Token || again.Text != "" {
			t.Errorf("the same key gave %+v with a text of %d characters, %v, %v", again.Token, len(again.Text), replayed, err)
		}
		in.Label = "caisse n° 2"
		if _, _, err := w.IssueToken(t.Context(), k, in); !errors.Is(err, ledger.ErrKeyReused) {
			t.Errorf("the same key with another input: %v", err)
		}
		if i := w.token(t, u); !i.ExpiresAt.Equal(i.CreatedAt.Add(DefaultLifetime)) {
			t.Errorf("a token lasts until %s where nothing was said", i.ExpiresAt)
		}
	})
}

func TestTokensThatAreRefused(t *testing.T) {
	run(t, func(t *testing.T, w *world) {
		u := w.user(t, access.Citizen)
		for _, c := range []struct {
			name, at string
			in       CreateTokenInput
		}{
			{"no label", "/label", CreateTokenInput{User: u.ID}},
			{"long label", "/label", CreateTokenInput{User: u.ID, Label: strings.Repeat("é", 61)}},
			{"line break", "/label", CreateTokenInput{User: u.ID, Label: "a\nb"}},
			{"no UTF-8", "/label", CreateTokenInput{User: u.ID, Label: "a\xff"}},
			{"in the past", "/expires_in", CreateTokenInput{User: u.ID, Label: "a", ExpiresIn: -time.Hour}},
			{"too short", "/expires_in", CreateTokenInput{User: u.ID, Label: "a", ExpiresIn: time.Minute - 1}},
			{"for ever", "/expires_in", CreateTokenInput{User: u.ID, Label: "a", ExpiresIn: LongestLifetime + 1}},
		} {
			_, _, err := w.IssueToken(t.Context(), w.key(), c.in)
			if f := fault.As(err); !errors.Is(err, fault.ErrInvalid) || f.Fields[0].Pointer != c.at {
				t.Errorf("%s: %v", c.name, err)
			}
		}
		for name, id := range map[string]ident.User{"nobody": {}, "unknown": {Bits: ident.Bits{15: 99}}, "the system": job.System().ID} {
			if _, _, err := w.IssueToken(t.Context(), w.key(), CreateTokenInput{User: id, Label: "a"}); !errors.Is(err, ErrUserMissing) {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}

func TestAChosenSecretIsForDemonstrations(t *testing.T) {
	run(t, func(t *testing.T, w *world) {
		u, secret := w.user(t, access.Citizen), NewSecret()
		in, k := CreateTokenInput{User: u.ID, Label: "demo", Secret: &secret}, w.key()
		serve := New(w.l, Options{})
		if _, _, err := serve.IssueToken(t.Context(), w.key(), in); !errors.Is(err, ErrSecretChosen) {
			t.Errorf("outside a demonstration: %v", err)
		}
		for want := range 2 {
			i, replayed, err := w.IssueToken(t.Context(), k, in)
			if err != nil || replayed != (want == 1) || i.Text != secret.Text(API) || !i.Demo {
				t.Fatalf("made %+v, %v, %v", i.Token, replayed, err)
			}
		}
		w.holds(t, secret.Text(API), u)
		page := w.open(t, Issued{Text: secret.Text(API)})
		if p, err := w.Authenticate(t.Context(), page.Text); err != nil || !p.Demo {
			t.Errorf("the session of a demonstration is %+v, %v", p, err)
		}
		refused(t, serve, secret.Text(API), "a token of a demonstration elsewhere")
		refused(t, serve, page.Text, "a session of a demonstration elsewhere")
		if _, _, err := serve.OpenSession(t.Context(), secret.Text(API), w.key()); !errors.Is(err, ErrUnauthenticated) {
			t.Errorf("a session with it elsewhere: %v", err)
		}
		if _, _, err := w.IssueToken(t.Context(), w.key(), in); !errors.Is(err, ErrSecretTaken) {
			t.Errorf("the secret again: %v", err)
		}
		other := NewSecret()
		in.Secret = &other
		if _, _, err := w.IssueToken(t.Context(), k, in); !errors.Is(err, ledger.ErrKeyReused) {
			t.Errorf("the same key with another secret: %v", err)
		}
	})
}

func TestOpenSession(t *testing.T) {
	run(t, func(t *testing.T, w *world) {
		u := w.user(t, access.Treasurer)
		token, k := w.token(t, u), w.key()
		page, replayed, err := w.OpenSession(t.Context(), token.Text, k)
		if err != nil || replayed || page.Kind != Session || page.User != u.ID || !page.ExpiresAt.Equal(page.CreatedAt.Add(12*time.Hour)) {
			t.Fatalf("opened %+v, %v, %v", page.Token, replayed, err)
		}
		w.holds(t, page.Text, u)
		again, replayed, err := w.OpenSession(t.Context(), token.Text, k)
		if err != nil || !replayed || again != page {
			t.Errorf("the form sent twice: another session: %v, %v", replayed, err)
		}
		if other := w.open(t, token); other.Text == page.Text || other.ID == page.ID {
			t.Error("another key gave the same session")
		}
		list, err := w.Tokens(t.Context(), w.admin, u.ID)
		if err != nil || len(list) != 3 || list[0].UsedAt.IsZero() {
			t.Errorf("tokens are %+v, %v", list, err)
		}
		for range 48 { // a treasurer's session must not rest
			w.clock.pass(15*time.Minute - time.Second)
			w.holds(t, page.Text, u)
		}
		w.clock.pass(50 * time.Second)
		refused(t, w.Service, page.Text, "a session after twelve hours")
		w.holds(t, token.Text, u)
	})
}

func TestASessionEndsWithItsToken(t *testing.T) {
	run(t, func(t *testing.T, w *world) {
		u := w.user(t, access.Citizen)
		token, _, err := w.IssueToken(t.Context(), w.key(), CreateTokenInput{User: u.ID, Label: "short", ExpiresIn: time.Hour})
		if err != nil {
			t.Fatal(err)
		}
		w.clock.pass(50 * time.Minute)
		page := w.open(t, token)
		if !page.ExpiresAt.Equal(token.ExpiresAt) {
			t.Errorf("the session ends at %s, its token at %s", page.ExpiresAt, token.ExpiresAt)
		}
		w.clock.pass(9 * time.Minute)
		w.holds(t, page.Text, u)
		w.holds(t, token.Text, u)
		// The token is remembered, and refused all the same when it expires.
		w.clock.pass(time.Minute - time.Second)
		w.holds(t, token.Text, u)
		w.clock.pass(1500 * time.Millisecond)
		refused(t, w.Service, token.Text, "an expired token")
		refused(t, w.Service, page.Text, "a session with an expired token")
		if _, _, err := w.OpenSession(t.Context(), token.Text, w.key()); !errors.Is(err, ErrUnauthenticated) {
			t.Errorf("an expired token opens a session: %v", err)
		}
	})
}

func TestWhatOpensNoSession(t *testing.T) {
	run(t, func(t *testing.T, w *world) {
		u := w.user(t, access.Citizen)
		token := w.token(t, u)
		page := w.open(t, token)
		revoked := w.token(t, u)
		if _, err := w.RevokeToken(t.Context(), w.admin, w.key(), revoked.ID); err != nil {
			t.Fatal(err)
		}
		for name, text := range map[string]string{"nothing": "", "malformed": token.Text[1:], "unknown": NewSecret().Text(API),
			"unknown link": NewSecret().Text(Link), "a session": page.Text, "revoked": revoked.Text} {
			if _, _, err := w.OpenSession(t.Context(), text, w.key()); !errors.Is(err, ErrUnauthenticated) || err.Error() != ErrUnauthenticated.Error() {
				t.Errorf("%s: %v", name, err)
			}
		}
		if _, _, err := w.OpenSession(t.Context(), token.Text, "short"); !errors.Is(err, ledger.ErrKeyMalformed) {
			t.Errorf("short key: %v", err)
		}
		before, err := w.Tokens(t.Context(), w.admin, u.ID)
		if err != nil || len(before) != 3 {
			t.Errorf("the refusals left %+v, %v", before, err)
		}
	})
}

func TestBootstrap(t *testing.T) {
	run(t, func(t *testing.T, w *world) {
		first, fresh, err := w.Bootstrap(t.Context(), NewSecret())
		if err != nil || !fresh || first.Kind != Link || !first.ExpiresAt.Equal(first.CreatedAt.Add(24*time.Hour)) {
			t.Fatalf("made %+v, %v, %v", first.Token, fresh, err)
		}
		refused(t, w.Service, first.Text, "a link instead of a token")
		// The paper with the link was lost: the next start makes another.
		link, fresh, err := w.Bootstrap(t.Context(), NewSecret())
		if err != nil || !fresh || link.User != first.User || link.Text == first.Text {
			t.Fatalf("made %+v, %v, %v", link.Token, fresh, err)
		}
		if _, _, err := w.OpenSession(t.Context(), first.Text, w.key()); !errors.Is(err, ErrUnauthenticated) {
			t.Errorf("the former link: %v", err)
		}

		// Sixteen people find the paper; one comes in.
		var wg sync.WaitGroup
		var mu sync.Mutex
		opened, winner := map[string]string{}, ""
		for range 16 {
			k := w.key()
			wg.Go(func() {
				page, _, err := w.OpenSession(t.Context(), link.Text, k)
				mu.Lock()
				defer mu.Unlock()
				if err == nil {
					opened[k], winner = page.Text, k
				} else if !errors.Is(err, ErrUnauthenticated) {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if len(opened) != 1 {
			t.Fatalf("the link opened %d sessions", len(opened))
		}
		page, replayed, err := w.OpenSession(t.Context(), link.Text, winner)
		if err != nil || !replayed || page.Text != opened[winner] {
			t.Errorf("the form sent twice: %v, %v", replayed, err)
		}
		p, err := w.Authenticate(t.Context(), page.Text)
		if err != nil || p.Actor.ID != link.User || !p.Actor.Has(access.Administrator) {
			t.Fatalf("the first administrator is %+v, %v", p, err)
		}
		if _, err := w.l.Holder(t.Context(), p.Actor.Holder); err != nil {
			t.Errorf("the first administrator's holder: %v", err)
		}
		before, err := w.l.Position(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if i, fresh, err := w.Bootstrap(t.Context(), NewSecret()); err != nil || fresh || i.Text != "" {
			t.Errorf("a book that was set up: %v, %v, %v", i.Token, fresh, err)
		}
		if after, err := w.l.Position(t.Context()); err != nil || after != before {
			t.Errorf("a book that was set up was changed: %v, %v", after, err)
		}
	})
}

func TestALinkExpires(t *testing.T) {
	run(t, func(t *testing.T, w *world) {
		link, _, err := w.Bootstrap(t.Context(), NewSecret())
		if err != nil {
			t.Fatal(err)
		}
		w.clock.pass(24*time.Hour + time.Second)
		if _, _, err := w.OpenSession(t.Context(), link.Text, w.key()); !errors.Is(err, ErrUnauthenticated) {
			t.Errorf("a link after a day: %v", err)
		}
		if _, fresh, err := w.Bootstrap(t.Context(), NewSecret()); err != nil || !fresh {
			t.Errorf("the next start: %v, %v", fresh, err)
		}
	})
}

// TestNoTextIsStoredOrLogged looks for tokens in the files of the book and in
// everything that was logged.
func TestNoTextIsStoredOrLogged(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, connect func() *db.DB) {
		d := connect()
		var logged bytes.Buffer
		log := slog.New(slog.NewJSONHandler(&logged, &slog.HandlerOptions{Level: slog.LevelDebug}))
		w := newWorld(t, d, ledger.Options{Log: log}, Options{Demo: true})
		link, _, err := w.Bootstrap(t.Context(), NewSecret())
		if err != nil {
			t.Fatal(err)
		}
		secret := NewSecret()
		token, _, err := w.IssueToken(t.Context(), w.key(), CreateTokenInput{User: link.User, Label: "demo", Secret: &secret})
		if err != nil {
			t.Fatal(err)
		}
		page := w.open(t, token)
		if err := w.CloseSession(t.Context(), Principal{Token: page.ID, Kind: Session, Actor: access.Actor{ID: link.User}}); !errors.Is(err, ledger.ErrForbidden) {
			t.Error(err)
		}
		if _, _, err := w.IssueToken(t.Context(), w.key(), CreateTokenInput{User: link.User, Label: "demo", Secret: &secret}); err == nil {
			t.Error("the secret was taken twice")
		}
		w.l.Close()
		files, err := filepath.Glob(filepath.Join(d.Folder(), "*"))
		if err != nil || len(files) < 2 {
			t.Fatal(files, err)
		}
		for _, i := range []Issued{link, token, page} {
			shows(t, logged.String(), i.Text)
			for _, file := range files {
				content, err := os.ReadFile(file)
				if err != nil {
					t.Fatal(err)
				}
				shows(t, string(content), i.Text)
			}
		}
		if bytes.Contains(logged.Bytes(), secret[:]) {
			t.Error("a secret was logged")
		}
	})
}
