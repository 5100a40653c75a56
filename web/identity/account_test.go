// SPDX-License-Identifier: AGPL-3.0-or-later

package identity

import (
	"errors"
	"strings"
	"testing"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/web/session"
)

// as is who holds a session.
func (w *town) as(opened session.Issued) session.Principal {
	w.Helper()
	p, err := w.sessions.Authenticate(w.Context(), opened.Text)
	if err != nil {
		w.Fatal(err)
	}
	return p
}

// told checks that one letter tells of a change.
func (w *town) told(words string) {
	w.Helper()
	letters := w.sent()
	if len(letters) != 1 || !strings.Contains(letters[0].Text, words) || !strings.Contains(letters[0].Text, "/compte") {
		w.Errorf("%d letters, want %q: %+v", len(letters), words, letters)
	}
}

func TestPasskeysOfOnesOwn(t *testing.T) {
	each(t, func(w *town) {
		p, welcome := w.withPhone("amina@example.org")
		me := w.as(welcome.Session)
		c := Change{me, "en"}
		if err := w.RemovePasskey(w.Context(), c, w.account(me).Passkeys[0].ID); !errors.Is(err, ErrLastProof) {
			t.Errorf("the last passkey: %v", err)
		}
		begun, err := w.BeginAdding(w.Context(), me)
		if err != nil || !strings.Contains(begun.Options, b64(p.id)) {
			t.Fatal(begun, err)
		}
		second := newPhone(t)
		if err := w.AddPasskey(w.Context(), c, second.make(begun)); err != nil {
			t.Fatal(err)
		}
		w.told("A passkey was added")
		other, _ := w.withPhone("noe@example.org")
		_ = other
		a := w.account(me)
		if len(a.Passkeys) != 2 || a.Email != "amina@example.org" || a.Password || a.Recovery != 10 {
			t.Fatalf("%+v", a)
		}
		stranger := w.as(w.member("zoe@example.org").Session)
		if err := w.RemovePasskey(w.Context(), Change{stranger, "fr"}, a.Passkeys[0].ID); !errors.Is(err, ErrLastProof) && !errors.Is(err, ErrStale) {
			t.Errorf("somebody else's: %v", err)
		}
		if err := w.RemovePasskey(w.Context(), c, a.Passkeys[0].ID); err != nil {
			t.Fatal(err)
		}
		w.told("A passkey was removed")
		if _, err := w.Passkey(w.Context(), p.use(w.challenge()), here()); !errors.Is(err, ErrProof) {
			t.Errorf("a passkey that was removed: %v", err)
		}
		if _, err := w.Passkey(w.Context(), second.use(w.challenge()), here()); err != nil {
			t.Errorf("the one that is left: %v", err)
		}
	})
}

func (w *town) account(p session.Principal) Account {
	w.Helper()
	a, err := w.Account(w.Context(), p)
	if err != nil {
		w.Fatal(err)
	}
	return a
}

func TestAPasswordIsSetAnew(t *testing.T) {
	each(t, func(w *town) {
		m := w.member("amina@example.org")
		begun := w.begin(m)
		old := w.as(m.Session)
		c := Change{old, "fr"}
		in, secret := w.setup()
		in.Password = "quatre mots bien choisis"
		if err := w.SetPassword(w.Context(), c, Setup{"amina", in.Sealed, in.Code}); !errors.Is(err, ErrPassword) {
			t.Error(err)
		}
		if err := w.SetPassword(w.Context(), c, in); err != nil {
			t.Fatal(err)
		}
		w.told("Votre mot de passe")
		w.pass(period)
		if _, err := w.Code(w.Context(), begun, w.code(m.secret), here()); !errors.Is(err, ErrEnded) {
			t.Errorf("a sign-in begun with the former password: %v", err)
		}
		if _, err := w.Password(w.Context(), Credentials{m.email, m.password}, here()); !errors.Is(err, ErrProof) {
			t.Errorf("the former password: %v", err)
		}
		m.password, m.secret = in.Password, secret
		if _, err := w.Code(w.Context(), w.begin(m), w.code(secret), here()); err != nil {
			t.Error(err)
		}
	})
}

func TestRecoveryCodesAreMadeAnew(t *testing.T) {
	each(t, func(w *town) {
		m := w.member("amina@example.org")
		codes, err := w.NewRecoveryCodes(w.Context(), Change{w.as(m.Session), "fr"})
		if err != nil || len(codes) != 10 {
			t.Fatal(codes, err)
		}
		w.told("nouveaux codes de secours")
		if _, err := w.Code(w.Context(), w.begin(m), m.RecoveryCodes[0], here()); !errors.Is(err, ErrCode) {
			t.Errorf("a former code: %v", err)
		}
		if _, err := w.Code(w.Context(), w.begin(m), codes[0], here()); err != nil {
			t.Error(err)
		}
		if a := w.account(w.as(m.Session)); a.Recovery != 9 {
			t.Errorf("%d are left", a.Recovery)
		}
	})
}

func TestChangesNeedAFreshProof(t *testing.T) {
	each(t, func(w *town) {
		m := w.member("amina@example.org")
		me := w.as(m.Session)
		w.pass(freshness)
		in, _ := w.setup()
		c := Change{me, "fr"}
		_, begun := w.BeginAdding(w.Context(), me)
		_, made := w.NewRecoveryCodes(w.Context(), c)
		for _, err := range []error{begun, made, w.SetPassword(w.Context(), c, in), w.RemovePasskey(w.Context(), c, KeyID{})} {
			if !errors.Is(err, ErrStale) {
				t.Errorf("five minutes later: %v", err)
			}
		}
		opened, err := w.Code(w.Context(), w.begin(m), w.code(m.secret), here())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.NewRecoveryCodes(w.Context(), Change{w.as(opened), "fr"}); err != nil {
			t.Errorf("after a fresh proof: %v", err)
		}
	})
}

// A treasurer who has a passkey cannot get another one by the password alone.
func TestAPasswordDoesNotLeadToAPasskeyOfAnOfficer(t *testing.T) {
	each(t, func(w *town) {
		m := w.member("amina@example.org")
		promote(w, m.Session.User)
		me := w.as(m.Session)
		begun, err := w.BeginAdding(w.Context(), me) // the first one: there is no other way
		if err != nil {
			t.Fatal(err)
		}
		phone := newPhone(t)
		if err := w.AddPasskey(w.Context(), Change{me, "fr"}, phone.make(begun)); err != nil {
			t.Fatal(err)
		}
		if _, err := w.BeginAdding(w.Context(), me); !errors.Is(err, ErrStale) {
			t.Errorf("a second one by the password: %v", err)
		}
		opened, err := w.Passkey(w.Context(), phone.use(w.challenge()), here())
		if err != nil {
			t.Fatal(err)
		}
		by := w.as(opened)
		if _, err := w.BeginAdding(w.Context(), by); err != nil || !by.Actor.Has(access.Treasurer) || w.as(m.Session).Actor.Has(access.Treasurer) {
			t.Errorf("by the passkey: %+v, %v", by, err)
		}
	})
}

// promote makes a treasurer of a user, as grants will be given.
func promote(w *town, user ident.User) {
	w.Helper()
	_, err := w.ledger.Execute(w.Context(), ledger.Command{Actor: administrator(), Action: access.UserCreate, Key: w.newKey()}, func(tx *ledger.Tx) (ident.Ref, error) {
		_, err := tx.Exec("INSERT INTO grants (user_id, role, organisation) VALUES ($1, 'treasurer', $2)", user, make([]byte, 16))
		return ident.Ref{}, err
	})
	if err != nil {
		w.Fatal(err)
	}
	w.sessions.Forget()
}

func TestSessionsOfOnesOwn(t *testing.T) {
	each(t, func(w *town) {
		m := w.member("amina@example.org")
		opened, err := w.Code(w.Context(), w.begin(m), w.code(m.secret), From{Network: "198.51.100.0/24", Device: "Safari iPhone"})
		if err != nil {
			t.Fatal(err)
		}
		me := w.as(opened)
		list := w.account(me).Sessions
		if len(list) != 2 || list[0].ID != me.Token || list[0].Label != "Safari iPhone 198.51.100.0/24" {
			t.Fatalf("%+v", list)
		}
		if letters := w.sent(); len(letters) != 1 || letters[0].To != m.email {
			t.Errorf("a new device is told by %d letters", len(letters))
		}
		other := w.as(w.member("noe@example.org").Session)
		if err := w.EndSession(w.Context(), other, me.Token); !errors.Is(err, ledger.ErrForbidden) {
			t.Errorf("somebody else's: %v", err)
		}
		if err := w.EndOthers(w.Context(), me); err != nil {
			t.Fatal(err)
		}
		if _, err := w.sessions.Authenticate(w.Context(), m.Session.Text); !errors.Is(err, session.ErrUnauthenticated) {
			t.Errorf("a session that was ended: %v", err)
		}
		if list := w.account(me).Sessions; len(list) != 1 || list[0].ID != me.Token {
			t.Errorf("%+v", list)
		}
		if err := w.EndSession(w.Context(), me, me.Token); err != nil {
			t.Error(err)
		}
	})
}

func TestPasskeysAreBounded(t *testing.T) {
	each(t, func(w *town) {
		_, welcome := w.withPhone("amina@example.org")
		for i := range mostPasskeys - 1 {
			id := w.ledger.NewID()
			_, err := w.ledger.Execute(w.Context(), ledger.Command{Actor: administrator(), Action: access.UserGrant, Key: w.newKey()}, func(tx *ledger.Tx) (ident.Ref, error) {
				_, err := tx.Exec(sqlPutPasskey, id[:], welcome.Session.User, append([]byte{byte(i)}, id[:]...), "{}", 0, false, "x", 1)
				return ident.Ref{}, err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		c, err := w.BeginPasskey(w.Context(), welcome.Session.User, "x")
		if err != nil {
			t.Fatal(err)
		}
		change := Change{Principal: w.principal(welcome.Session)}
		if err := w.AddPasskey(w.Context(), change, newPhone(t).make(c)); !errors.Is(err, ErrPasskeys) {
			t.Errorf("one more: %v", err)
		}
	})
}
