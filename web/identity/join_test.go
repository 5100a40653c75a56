// SPDX-License-Identifier: AGPL-3.0-or-later

package identity

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/web/session"
)

func administrator() access.Actor {
	return access.Actor{ID: ident.User{Bits: ident.Bits{15: 7}}, Grants: []access.Grant{{Role: access.Administrator}}}
}

func TestSomebodyJoins(t *testing.T) {
	each(t, func(w *town) {
		at := w.invited("amina@example.org")
		for range 3 { // looking at the link uses nothing up
			if i, err := w.Invitation(w.Context(), at); err != nil || i.Name != "Amina Diallo" || !i.Joins {
				t.Fatal(i, err)
			}
		}
		in, _ := w.setup()
		welcome, err := w.Accept(w.Context(), at, in, here())
		if err != nil {
			t.Fatal(err)
		}
		p, err := w.sessions.Authenticate(w.Context(), welcome.Session.Text)
		if err != nil || len(p.Actor.Grants) != 1 || p.Actor.Grants[0].Role != access.Citizen {
			t.Fatal(p, err)
		}
		if h, err := w.ledger.Holder(w.Context(), p.Actor.Holder); err != nil || h.Name != "Amina Diallo" || h.Kind != ledger.Individual {
			t.Errorf("%+v, %v", h, err)
		}
		if _, err := w.Accept(w.Context(), at, in, here()); !errors.Is(err, ErrEnded) {
			t.Errorf("the link a second time: %v", err)
		}
		if _, err := w.Invitation(w.Context(), at); !errors.Is(err, ErrEnded) {
			t.Errorf("looking at a used link: %v", err)
		}
	})
}

func TestAnAddressIsKnownOnlyToItsOwner(t *testing.T) {
	each(t, func(w *town) {
		early := w.invited("amina@example.org")
		w.member("amina@example.org")
		if err := w.Join(w.Context(), JoinInput{Name: "X", Email: "AMINA@example.org", Language: "en"}, here()); err != nil {
			t.Fatal(err)
		}
		letters := w.sent()
		if len(letters) != 1 || strings.Contains(letters[0].Text, "/rejoindre/") || !strings.Contains(letters[0].Text, "has an account already") {
			t.Errorf("%+v", letters)
		}
		in, _ := w.setup()
		if _, err := w.Accept(w.Context(), early, in, here()); !errors.Is(err, ErrEnded) {
			t.Errorf("a second link to one address: %v", err)
		}
	})
}

func TestALinkEnds(t *testing.T) {
	each(t, func(w *town) {
		at := w.invited("amina@example.org")
		w.pass(invitationLifetime)
		in, _ := w.setup()
		for _, link := range []string{at, "x", "", strings.ToUpper(at)} {
			if _, err := w.Accept(w.Context(), link, in, here()); !errors.Is(err, ErrEnded) {
				t.Errorf("%.8s: %v", link, err)
			}
		}
	})
}

func TestWhatIsRefusedLeavesTheLink(t *testing.T) {
	each(t, func(w *town) {
		at := w.invited("amina@example.org")
		in, _ := w.setup()
		for want, bad := range map[error]Setup{
			ErrPassword: {"short", in.Sealed, in.Code},
			ErrCode:     {in.Password, in.Sealed, "000000x"},
			ErrEnded:    {in.Password, "sealed elsewhere", in.Code},
		} {
			if _, err := w.Accept(w.Context(), at, bad, here()); !errors.Is(err, want) {
				t.Errorf("%v, want %v", err, want)
			}
		}
		w.pass(period / 2)
		if _, err := w.Accept(w.Context(), at, in, here()); err != nil {
			t.Errorf("after that: %v", err)
		}
	})
}

func TestWhatIsWrongInTheFormOfJoining(t *testing.T) {
	each(t, func(w *town) {
		for _, in := range []JoinInput{{"", "a@example.org", ""}, {"A\nB", "a@example.org", ""}, {strings.Repeat("a", 101), "a@example.org", ""}, {"A", "a", ""}, {"A", "a@example.org\r\nBcc: b@example.org", ""}} {
			if err := w.Join(w.Context(), in, here()); !errors.Is(err, fault.ErrInvalid) {
				t.Errorf("%q: %v", in, err)
			}
		}
		if letters := w.sent(); len(letters) > 0 {
			t.Errorf("%d letters", len(letters))
		}
	})
}

func TestLettersToOneAddressAreFew(t *testing.T) {
	each(t, func(w *town) {
		in := JoinInput{Name: "A", Email: "a@example.org"}
		var sent int
		for _, network := range []string{"192.0.2.0/24", "192.0.2.0/24", "192.0.2.0/24", "192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "10.0.0.0/24"} {
			err := w.Join(w.Context(), in, From{Network: network})
			if err == nil {
				sent++
			} else if !errors.Is(err, ErrLimited) {
				t.Fatal(err)
			}
		}
		if sent != 5 || len(w.sent()) != 5 {
			t.Errorf("%d letters", sent)
		}
		w.pass(time.Hour)
		if err := w.Join(w.Context(), in, here()); err != nil {
			t.Errorf("an hour later: %v", err)
		}
	})
}

func TestAUserWithoutIdentityGetsOne(t *testing.T) {
	each(t, func(w *town) {
		link1, ok, err := w.sessions.Bootstrap(w.Context(), session.NewSecret())
		if err != nil || !ok {
			t.Fatal(ok, err)
		}
		if err := w.Verify(w.Context(), link1.User, "admin@example.org", "fr", here()); err != nil {
			t.Fatal(err)
		}
		at := link(t, w.sent()[0])
		in, _ := w.setup()
		welcome, err := w.Accept(w.Context(), at, in, here())
		if err != nil || welcome.Session.User != link1.User {
			t.Fatal(welcome, err)
		}
	})
}
