// SPDX-License-Identifier: AGPL-3.0-or-later

package people

import (
	"errors"
	"testing"
	"time"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/web/identity"
	"github.com/noria-mlc/noria/web/session"
)

// reason is how a volunteer checked who somebody is.
const reason = "Carte d’identité vue au comptoir, photo ressemblante"

// opened opens a recovery and returns it.
func (w *town) opened(by session.User, of session.User, way Way) Case {
	w.Helper()
	c, _, err := w.OpenCase(w.Context(), by.Actor(), w.key(), OpenCaseInput{of.Holder, way, reason})
	must(w, err)
	return c
}

func TestRecoveryByLetter(t *testing.T) {
	each(t, func(w *town) {
		one, two := w.person("Una", access.DeskAgent), w.person("Duo", access.DeskAgent)
		u, p := w.joined("Amina Diallo", "amina@example.org", access.Citizen)
		c := w.opened(one, u, ByMail)
		w.told("amina@example.org", "ouverte auprès de l’association")
		k := w.key()
		a, _, err := w.ApproveCase(w.Context(), two.Actor(), k, c.ID)
		if err != nil || a.Code != "" {
			t.Fatal(a, err)
		}
		code := w.link("/retrouver/")
		if again, replayed, err := w.ApproveCase(w.Context(), two.Actor(), k, c.ID); err != nil || !replayed || again.Code != "" {
			t.Errorf("the same key: %+v, %v, %v", again, replayed, err)
		}
		in, _ := w.setup()
		weak := in
		weak.Password = "azertyuiop12"
		if _, err := w.Recover(w.Context(), code, weak, here()); !errors.Is(err, identity.ErrPassword) {
			t.Errorf("a weak password: %v", err)
		}
		welcome, err := w.Recover(w.Context(), code, in, here())
		must(t, err)
		if len(welcome.RecoveryCodes) != 10 || w.principal(welcome.Session).Actor.ID != u.ID {
			t.Errorf("%+v", welcome.Session)
		}
		w.told("amina@example.org", "avec l’aide de l’association")
		if err := w.Session.Stands(w.Context(), p.Token); !errors.Is(err, session.ErrUnauthenticated) {
			t.Errorf("a session from before: %v", err)
		}
		if _, err := w.Recover(w.Context(), code, in, here()); !errors.Is(err, ErrCaseEnded) {
			t.Errorf("the link again: %v", err)
		}
		if own, err := w.OwnCases(w.Context(), u.Actor()); err != nil || len(own) != 1 || own[0].Outcome != "done" {
			t.Errorf("%+v, %v", own, err)
		}
	})
}

func TestRecoveryByHandTakesItsTime(t *testing.T) {
	each(t, func(w *town) {
		one, two := w.person("Una", access.DeskAgent), w.person("Duo", access.Administrator)
		u, _ := w.joined("Amina Diallo", "amina@example.org", access.Citizen)
		if _, err := w.SetRecoveryDelay(w.Context(), two.Actor(), w.key(), 30*time.Minute); !errors.Is(err, fault.ErrInvalid) {
			t.Errorf("a short delay: %v", err)
		}
		if _, err := w.SetRecoveryDelay(w.Context(), one.Actor(), w.key(), 2*time.Hour); !errors.Is(err, ledger.ErrForbidden) {
			t.Errorf("set at a desk: %v", err)
		}
		for _, delay := range []time.Duration{RecoveryDelay, 2 * time.Hour} {
			if delay != RecoveryDelay {
				_, err := w.SetRecoveryDelay(w.Context(), two.Actor(), w.key(), delay)
				must(t, err)
			}
			a, _, err := w.ApproveCase(w.Context(), two.Actor(), w.key(), w.opened(one, u, ByHand).ID)
			must(t, err)
			in, _ := w.setup()
			w.pass(delay - time.Minute)
			if _, err := w.Recover(w.Context(), a.Code, in, here()); !errors.Is(err, ErrEarly) {
				t.Errorf("before the delay: %v", err)
			}
			w.pass(2 * time.Minute)
			if delay == RecoveryDelay { // let this one grow old
				w.pass(24 * time.Hour)
				if _, err := w.Recover(w.Context(), a.Code, in, here()); !errors.Is(err, ErrCaseEnded) {
					t.Errorf("a day after it held: %v", err)
				}
				continue
			}
			in, _ = w.setup()
			if _, err := w.Recover(w.Context(), "O"+a.Code, in, here()); !errors.Is(err, ErrCaseEnded) {
				t.Errorf("another code: %v", err)
			}
			if _, err := w.Recover(w.Context(), a.Code, in, here()); err != nil {
				t.Errorf("after the delay: %v", err)
			}
		}
	})
}

// TestD9RecoveryTakesTwo tries every way to do without a second volunteer.
func TestD9RecoveryTakesTwo(t *testing.T) {
	each(t, func(w *town) {
		one, two, admin := w.person("Una", access.DeskAgent), w.person("Duo", access.DeskAgent), w.person("Ada", access.Administrator)
		twin, _, err := w.Session.CreateUser(w.Context(), operator(), w.key(), session.CreateUserInput{Holder: one.Holder, Grants: []access.Grant{{Role: access.DeskAgent}}})
		must(t, err)
		u, _ := w.joined("Amina Diallo", "amina@example.org", access.Citizen)
		boss, _ := w.joined("Tim", "tim@example.org", access.Treasurer)
		agent, _ := w.joined("Ines", "ines@example.org", access.DeskAgent)
		for name, c := range map[string]struct {
			by   access.Actor
			in   OpenCaseInput
			want error
		}{
			"a member":       {u.Actor(), OpenCaseInput{u.Holder, ByMail, reason}, ledger.ErrForbidden},
			"for oneself":    {agent.Actor(), OpenCaseInput{agent.Holder, ByMail, reason}, ErrOneVolunteer},
			"no reason":      {one.Actor(), OpenCaseInput{u.Holder, ByMail, "vu"}, fault.ErrInvalid},
			"no way":         {one.Actor(), OpenCaseInput{u.Holder, "", reason}, fault.ErrInvalid},
			"nobody":         {one.Actor(), OpenCaseInput{ident.Holder{}, ByMail, reason}, ErrNotRecoverable},
			"not set up yet": {one.Actor(), OpenCaseInput{two.Holder, ByMail, reason}, ErrNotRecoverable},
		} {
			if _, _, err := w.OpenCase(w.Context(), c.by, w.key(), c.in); !errors.Is(err, c.want) {
				t.Errorf("open: %s: %v, want %v", name, err, c.want)
			}
		}
		mine, theirs, own := w.opened(one, u, ByMail), w.opened(one, boss, ByMail), w.opened(one, agent, ByMail)
		if _, _, err := w.OpenCase(w.Context(), two.Actor(), w.key(), OpenCaseInput{u.Holder, ByHand, reason}); !errors.Is(err, ErrCaseOpen) {
			t.Errorf("a second recovery: %v", err)
		}
		for name, c := range map[string]struct {
			by   access.Actor
			id   CaseID
			want error
		}{
			"the first volunteer":     {one.Actor(), mine.ID, ErrOneVolunteer},
			"under another name":      {twin.Actor(), mine.ID, ErrOneVolunteer},
			"the person":              {agent.Actor(), own.ID, ErrOneVolunteer},
			"a member":                {u.Actor(), mine.ID, ledger.ErrForbidden},
			"a desk, for a treasurer": {two.Actor(), theirs.ID, ErrNeedsOffice},
			"what is not there":       {two.Actor(), CaseID{Bits: ident.Bits{15: 9}}, ledger.ErrMissing},
		} {
			if _, _, err := w.ApproveCase(w.Context(), c.by, w.key(), c.id); !errors.Is(err, c.want) {
				t.Errorf("approve: %s: %v, want %v", name, err, c.want)
			}
		}
		if _, _, err := w.ApproveCase(w.Context(), admin.Actor(), w.key(), theirs.ID); err != nil {
			t.Errorf("an administrator, for a treasurer: %v", err)
		}
		if _, err := w.CancelCase(w.Context(), boss.Actor(), w.key(), mine.ID); !errors.Is(err, ledger.ErrForbidden) {
			t.Errorf("cancelled by somebody else: %v", err)
		}
		w.sent()
		if _, err := w.CancelCase(w.Context(), u.Actor(), w.key(), mine.ID); err != nil {
			t.Errorf("cancelled by the person: %v", err)
		}
		w.told("amina@example.org", "annulée")
		if _, _, err := w.ApproveCase(w.Context(), two.Actor(), w.key(), mine.ID); !errors.Is(err, ErrCaseEnded) {
			t.Errorf("approved after it was cancelled: %v", err)
		}
		w.pass(8 * 24 * time.Hour)
		if _, _, err := w.ApproveCase(w.Context(), two.Actor(), w.key(), own.ID); !errors.Is(err, ErrCaseEnded) {
			t.Errorf("approved after a week: %v", err)
		}
		w.opened(two, agent, ByMail) // the old one has ended by itself
		if list, err := w.Cases(w.Context(), admin.Actor(), CaseID{}, 10); err != nil || len(list) != 4 || list[2].Outcome != "expired" {
			t.Errorf("%+v, %v", list, err)
		}
		if _, err := w.Cases(w.Context(), u.Actor(), CaseID{}, 10); !errors.Is(err, ledger.ErrForbidden) {
			t.Errorf("a member lists recoveries: %v", err)
		}
	})
}

func TestGuessingCodesIsSlowedDown(t *testing.T) {
	each(t, func(w *town) {
		var err error
		for range 100 {
			if _, err = w.Recovering(w.Context(), newCode(), here()); errors.Is(err, identity.ErrLimited) {
				return
			}
		}
		t.Errorf("a hundred guesses: %v", err)
	})
}

// TestABlockedAccountComesBackByRecovery loses a phone.
func TestABlockedAccountComesBackByRecovery(t *testing.T) {
	each(t, func(w *town) {
		one, two := w.person("Una", access.DeskAgent), w.person("Duo", access.DeskAgent)
		u, p := w.joined("Amina Diallo", "amina@example.org", access.Citizen)
		must(t, w.Identity.AskToBlock(w.Context(), "nobody@example.org", here()))
		if letters := w.sent(); len(letters) != 0 {
			t.Errorf("%d letters to nobody", len(letters))
		}
		must(t, w.Identity.AskToBlock(w.Context(), "Amina@Example.org", here()))
		link := w.link("/bloquer/")
		must(t, w.Session.Stands(w.Context(), p.Token))
		must(t, w.Identity.Block(w.Context(), link))
		w.told("amina@example.org", "Votre compte est bloqué")
		if err := w.Identity.Block(w.Context(), link); !errors.Is(err, identity.ErrEnded) {
			t.Errorf("the link again: %v", err)
		}
		if err := w.Session.Stands(w.Context(), p.Token); !errors.Is(err, session.ErrUnauthenticated) {
			t.Errorf("a session of a blocked account: %v", err)
		}
		if begun, err := w.Identity.Password(w.Context(), identity.Credentials{Email: "amina@example.org", Password: goodPassword}, here()); err == nil {
			if _, err := w.Identity.Code(w.Context(), begun, "000000", here()); err == nil {
				t.Error("a blocked account signs in")
			}
		}
		if _, _, err := w.ApproveCase(w.Context(), two.Actor(), w.key(), w.opened(one, u, ByMail).ID); err != nil {
			t.Fatal(err)
		}
		in, _ := w.setup()
		welcome, err := w.Recover(w.Context(), w.link("/retrouver/"), in, here())
		must(t, err)
		if w.principal(welcome.Session).Actor.ID != u.ID {
			t.Error("the account did not come back")
		}
		must(t, w.Identity.BlockOwn(w.Context(), w.principal(welcome.Session)))
		refused := w.Session.Stands(w.Context(), welcome.Session.ID)
		if !errors.Is(refused, session.ErrUnauthenticated) {
			t.Errorf("blocked from a live session: %v", refused)
		}
	})
}

// TestAnAdministratorsDisablingOutlastsRecovery shuts somebody out for good.
func TestAnAdministratorsDisablingOutlastsRecovery(t *testing.T) {
	each(t, func(w *town) {
		one, two := w.person("Una", access.DeskAgent), w.person("Ada", access.Administrator)
		u, _ := w.joined("Amina Diallo", "amina@example.org", access.Citizen)
		_, _, err := w.ApproveCase(w.Context(), two.Actor(), w.key(), w.opened(one, u, ByMail).ID)
		must(t, err)
		code := w.link("/retrouver/")
		_, err = w.DisableUser(w.Context(), two.Actor(), w.key(), u.ID)
		must(t, err)
		in, _ := w.setup()
		if _, err := w.Recover(w.Context(), code, in, here()); !errors.Is(err, session.ErrUnauthenticated) {
			t.Errorf("%v", err)
		}
		if _, _, err := w.OpenCase(w.Context(), one.Actor(), w.key(), OpenCaseInput{u.Holder, ByMail, reason}); !errors.Is(err, ErrCaseOpen) && !errors.Is(err, ErrNotRecoverable) {
			t.Errorf("a recovery of somebody shut out: %v", err)
		}
	})
}
