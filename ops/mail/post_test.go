// SPDX-License-Identifier: AGPL-3.0-or-later

package mail

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/db"
	"github.com/noria-mlc/noria/ledger/db/dbtest"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ops/job"
)

// bag is a carrier that fails as often as it is told to.
type bag struct {
	failures int
	carried  []Envelope
}

func (b *bag) Carry(_ context.Context, e Envelope) error {
	if b.failures > 0 {
		b.failures--
		return errors.New("the mail server does not answer")
	}
	b.carried = append(b.carried, e)
	return nil
}

// office is a book with a post whose clock the test moves.
type office struct {
	*testing.T
	ledger *ledger.Ledger
	now    atomic.Int64
	keys   atomic.Int64
}

func each(t *testing.T, test func(o *office)) {
	dbtest.Run(t, func(t *testing.T, connect func() *db.DB) {
		o := &office{T: t}
		o.now.Store(time.Date(2026, 3, 14, 10, 0, 0, 0, time.UTC).UnixMicro())
		l, err := ledger.Open(t.Context(), connect(), ledger.Options{Now: func() time.Time { return time.UnixMicro(o.now.Load()).UTC() }})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(l.Close)
		o.ledger = l
		test(o)
	})
}

// queue runs a command that writes letters and ends as told.
func (o *office) queue(end error, letters ...Letter) error {
	o.Helper()
	_, err := o.ledger.Execute(o.Context(), ledger.Command{Actor: job.System(), Action: access.MailSend, Key: "queue-a-letter-" + time.Duration(o.keys.Add(1)).String() + "-test"},
		func(tx *ledger.Tx) (ident.Ref, error) {
			for _, l := range letters {
				if err := Queue(tx, l); err != nil {
					return ident.Ref{}, err
				}
			}
			return ident.Ref{}, end
		})
	return err
}

func (o *office) send(c Carrier) int {
	o.Helper()
	n, err := New(o.ledger, c, slog.New(slog.DiscardHandler)).SendDue(o.Context(), job.System())
	if err != nil {
		o.Fatal(err)
	}
	return n
}

func (o *office) due() bool {
	o.Helper()
	due, err := New(o.ledger, nil, nil).Due(o.Context())
	if err != nil {
		o.Fatal(err)
	}
	return due
}

func verify(to, language string) Letter {
	return Letter{To: to, Language: language, Template: "verify", Words: map[string]string{"Currency": "La Roue", "Link": "https://roue.example/rejoindre/x"}}
}

func TestALetterGoesOnceWithItsCommand(t *testing.T) {
	each(t, func(o *office) {
		if err := o.queue(ErrInvalid, verify("a@example.org", "fr")); err == nil {
			t.Fatal("the command was to be refused")
		}
		if o.due() {
			t.Error("a letter of a refused command waits")
		}
		if err := o.queue(nil, verify("a@example.org", "fr"), verify("b@example.org", "en")); err != nil {
			t.Fatal(err)
		}
		var b bag
		if n := o.send(&b); n != 2 || o.due() || o.send(&b) != 0 {
			t.Fatalf("%d letters sent, %d carried", n, len(b.carried))
		}
		fr, en := b.carried[0], b.carried[1]
		if fr.To != "a@example.org" || fr.Subject != "La Roue : confirmez votre adresse" || !strings.Contains(fr.Text, "https://roue.example/rejoindre/x") {
			t.Errorf("in French: %+v", fr)
		}
		if en.Subject != "La Roue: confirm your address" || en.ID == fr.ID {
			t.Errorf("in English: %+v", en)
		}
	})
}

func TestALetterThatDoesNotGoIsTriedAgain(t *testing.T) {
	each(t, func(o *office) {
		if err := o.queue(nil, verify("a@example.org", "fr")); err != nil {
			t.Fatal(err)
		}
		b := bag{failures: 2}
		for i, pause := range []time.Duration{time.Minute, 2 * time.Minute} {
			if n := o.send(&b); n != 0 || o.due() {
				t.Fatalf("attempt %d: %d sent, due %v", i+1, n, o.due())
			}
			o.now.Add(pause.Microseconds() - 1)
			if o.due() {
				t.Errorf("attempt %d: due too early", i+1)
			}
			o.now.Add(1)
		}
		if n := o.send(&b); n != 1 || o.due() {
			t.Errorf("%d sent in the end", n)
		}
	})
}

func TestALetterIsGivenUpInTheEnd(t *testing.T) {
	each(t, func(o *office) {
		if err := o.queue(nil, verify("a@example.org", "fr")); err != nil {
			t.Fatal(err)
		}
		b := bag{failures: 1000}
		for range tries {
			o.send(&b)
			o.now.Add((7 * 24 * time.Hour).Microseconds())
		}
		if o.due() || b.failures != 1000-tries {
			t.Errorf("still due: %v, tried %d times", o.due(), 1000-b.failures)
		}
	})
}

func TestWhatIsNoLetterIsRefused(t *testing.T) {
	each(t, func(o *office) {
		forged := verify("a@example.org", "fr")
		forged.Words["Currency"] = "La Roue\r\nBcc: everybody@example.org"
		for name, c := range map[string]struct {
			letter Letter
			want   error
		}{
			"no address":    {verify("nobody", "fr"), ErrAddress},
			"with a name":   {verify("A <a@example.org>", "fr"), ErrAddress},
			"two addresses": {verify("a@example.org, b@example.org", "fr"), ErrAddress},
			"line break":    {verify("a@example.org\nBcc: b@example.org", "fr"), ErrAddress},
			"no domain":     {verify("a@localhost", "fr"), ErrAddress},
			"forged header": {forged, ErrInvalid},
		} {
			if err := o.queue(nil, c.letter); !errors.Is(err, c.want) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if o.due() {
			t.Error("something was queued")
		}
	})
}

func TestTheFolderHoldsOneFileALetter(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "mail")
	f := Folder{Path: folder, From: "La Roue <ne-pas-repondre@roue.example>"}
	e := Envelope{ID: strings.Repeat("ab", 16), To: "a@example.org", Subject: "Été à la Roue", Text: "Bonjour,\n", Written: time.Date(2026, 3, 14, 10, 0, 0, 0, time.UTC)}
	for range 2 {
		if err := f.Carry(t.Context(), e); err != nil {
			t.Fatal(err)
		}
	}
	list, err := os.ReadDir(folder)
	if err != nil || len(list) != 1 {
		t.Fatalf("%d files, %v", len(list), err)
	}
	info, err := list[0].Info()
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	text, err := os.ReadFile(filepath.Join(folder, list[0].Name()))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"To: <a@example.org>", "Message-ID: <" + e.ID + "@noria>", "Subject: =?UTF-8?", "Bonjour"} {
		if !strings.Contains(string(text), want) {
			t.Errorf("%q is missing from\n%s", want, text)
		}
	}
}

func TestMailServersAreReachedOverTLS(t *testing.T) {
	for _, address := range []string{"", "http://mail.example", "smtp://", "mail.example:25", "smtp://mail.example:x"} {
		if _, err := NewSMTP(address, "a@example.org"); err == nil {
			t.Errorf("%q was taken", address)
		}
	}
	if _, err := NewSMTP("smtp://user:secret@mail.example:587", "a@example.org"); err != nil {
		t.Error(err)
	}
	if _, err := NewSMTP("smtps://mail.example", "a@example.org"); err != nil {
		t.Error(err)
	}
}
