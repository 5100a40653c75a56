// SPDX-License-Identifier: AGPL-3.0-or-later

package identity

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/web/session"
)

func TestSignInByPasswordAndCode(t *testing.T) {
	each(t, func(w *town) {
		m := w.member("amina@example.org")
		begun, err := w.Password(w.Context(), Credentials{" Amina@EXAMPLE.org", m.password}, here())
		if err != nil {
			t.Fatal(err)
		}
		opened, err := w.Code(w.Context(), begun, " "+w.code(m.secret)[:3]+" "+w.code(m.secret)[3:], here())
		if err != nil {
			t.Fatal(err)
		}
		p, err := w.sessions.Authenticate(w.Context(), opened.Text)
		if err != nil || p.Actor.ID != m.Session.User || p.Kind != session.Session || opened.Text == m.Session.Text {
			t.Errorf("%+v, %v", p, err)
		}
		if at, proof, err := w.sessions.Proved(w.Context(), p); err != nil || proof != session.ByPassword || at.Sub(w.clock()).Abs() > time.Second {
			t.Errorf("proved at %s by %q, %v", at, proof, err)
		}
		if opened.Label != "Firefox 192.0.2.0/24" {
			t.Errorf("the session is called %q", opened.Label)
		}
	})
}

func TestACodeHoldsOnce(t *testing.T) {
	each(t, func(w *town) {
		m := w.member("amina@example.org")
		code := w.code(m.secret)
		begun := w.begin(m)
		var opened, refused int
		var wait sync.WaitGroup
		var mu sync.Mutex
		for range 4 {
			wait.Go(func() {
				_, err := w.Code(context.Background(), begun, code, here())
				mu.Lock()
				defer mu.Unlock()
				switch {
				case err == nil:
					opened++
				case errors.Is(err, ErrCode):
					refused++
				default:
					t.Error(err)
				}
			})
		}
		wait.Wait()
		if opened != 1 || refused != 3 {
			t.Errorf("opened %d times, refused %d times", opened, refused)
		}
		w.pass(period)
		if _, err := w.Code(w.Context(), begun, code, here()); !errors.Is(err, ErrCode) {
			t.Errorf("the code of the step before: %v", err)
		}
		if _, err := w.Code(w.Context(), begun, w.code(m.secret), here()); err != nil {
			t.Errorf("the next code: %v", err)
		}
	})
}

func TestARecoveryCodeHoldsOnceAndNeverAlone(t *testing.T) {
	each(t, func(w *town) {
		m := w.member("amina@example.org")
		if len(m.RecoveryCodes) != 10 || len(m.RecoveryCodes[0]) != 19 {
			t.Fatalf("%d codes of %d characters", len(m.RecoveryCodes), len(m.RecoveryCodes[0]))
		}
		code := m.RecoveryCodes[3]
		if _, err := w.Code(w.Context(), w.begin(m), " "+strings.ToUpper(strings.ReplaceAll(code, "-", "")), here()); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Code(w.Context(), w.begin(m), code, here()); !errors.Is(err, ErrCode) {
			t.Errorf("a second time: %v", err)
		}
		if _, err := w.Code(w.Context(), code, code, here()); !errors.Is(err, ErrEnded) {
			t.Errorf("without a password: %v", err)
		}
		other := w.member("noe@example.org")
		if _, err := w.Code(w.Context(), w.begin(m), other.RecoveryCodes[0], here()); !errors.Is(err, ErrCode) {
			t.Errorf("somebody else's: %v", err)
		}
		var clear int
		const query = "SELECT COUNT(*) FROM recovery_codes WHERE digest = $1"
		if err := w.ledger.Reader().QueryRowContext(w.Context(), query, []byte(code)).Scan(&clear); err != nil || clear != 0 {
			t.Errorf("codes in clear: %d, %v", clear, err)
		}
	})
}

func TestWhatIsWrongIsNotSaid(t *testing.T) {
	each(t, func(w *town) {
		m := w.member("amina@example.org")
		for _, c := range []Credentials{{m.email, "another password"}, {"nobody@example.org", m.password}, {"no address", m.password}, {"", ""}, {m.email, strings.Repeat("x", 10_000)}} {
			if begun, err := w.Password(w.Context(), c, here()); !errors.Is(err, ErrProof) || err.Error() != ErrProof.Error() || begun != "" {
				t.Errorf("%q, %v", begun, err)
			}
		}
		if fmt.Sprintf("%v %+v %#v %s", Credentials{"a", "b"}, Setup{Password: "b"}, w.key, w.key) != "[credentials] [setup] [key] [key]" {
			t.Error("a secret shows itself")
		}
	})
}

// The same work is done for an address that nobody has: two waits for the one
// place of a full hasher are two computations.
func TestAnUnknownAddressIsWorkToo(t *testing.T) {
	each(t, func(w *town) {
		for range hashAtOnce {
			w.hasher <- struct{}{}
		}
		ctx, cancel := context.WithCancel(w.Context())
		cancel()
		if ok, err := w.hasher.matches(ctx, "x", ""); ok || !errors.Is(err, context.Canceled) {
			t.Errorf("no hash was computed for nobody: %v, %v", ok, err)
		}
	})
}

func TestASignInEnds(t *testing.T) {
	each(t, func(w *town) {
		m := w.member("amina@example.org")
		begun := w.begin(m)
		w.pass(pause)
		if _, err := w.Code(w.Context(), begun, w.code(m.secret), here()); !errors.Is(err, ErrEnded) {
			t.Errorf("too late: %v", err)
		}
		if _, err := w.Code(w.Context(), begun[:len(begun)-1]+"A", w.code(m.secret), here()); !errors.Is(err, ErrEnded) {
			t.Errorf("changed on the way: %v", err)
		}
		again := New(w.ledger, w.sessions, Options{Key: NewKey(), Conversion: w.conversion})
		if _, err := again.Code(w.Context(), w.begin(m), w.code(m.secret), here()); !errors.Is(err, ErrEnded) {
			t.Errorf("sealed with another key: %v", err)
		}
	})
}

func TestGuessesAreHeldBack(t *testing.T) {
	each(t, func(w *town) {
		m := w.member("amina@example.org")
		guess := func(s *Service, email, network string) error {
			_, err := s.Password(w.Context(), Credentials{email, "not the password"}, From{Network: network})
			return err
		}
		for i := range 10 {
			if err := guess(w.Service, m.email, "192.0.2.0/24"); !errors.Is(err, ErrProof) {
				t.Fatalf("guess %d: %v", i, err)
			}
		}
		// What was counted survives a restart, and the right password is no exception.
		again := New(w.ledger, w.sessions, Options{Key: w.key, Conversion: w.conversion})
		err := guess(again, m.email, "192.0.2.0/24")
		if f := fault.As(err); !errors.Is(err, ErrLimited) || f.RetryAfter != time.Minute {
			t.Errorf("the eleventh: %v", err)
		}
		if _, err := again.Password(w.Context(), Credentials{m.email, m.password}, here()); !errors.Is(err, ErrLimited) {
			t.Errorf("the right password: %v", err)
		}
		// Somebody elsewhere, and somebody else here, are let in.
		if _, err := again.Password(w.Context(), Credentials{m.email, m.password}, From{Network: "198.51.100.0/24"}); err != nil {
			t.Errorf("from elsewhere: %v", err)
		}
		if err := guess(again, "noe@example.org", "192.0.2.0/24"); !errors.Is(err, ErrProof) {
			t.Errorf("somebody else: %v", err)
		}
		w.pass(time.Minute)
		begun, err := again.Password(w.Context(), Credentials{m.email, m.password}, here())
		if err != nil {
			t.Fatalf("a minute later: %v", err)
		}
		w.pass(time.Minute)
		if _, err := again.Code(w.Context(), begun, w.code(m.secret), here()); err != nil {
			t.Fatal(err)
		}
		for range 10 { // forgiven
			if err := guess(again, m.email, "192.0.2.0/24"); !errors.Is(err, ErrProof) {
				t.Fatal(err)
			}
		}
	})
}

func TestANetworkThatTriesManyAddressesIsHeldBack(t *testing.T) {
	each(t, func(w *town) {
		try := func(i int, network string) error {
			return w.attempt(w.Context(), signInGates(), fmt.Sprintf("p%d@example.org", i), network)
		}
		for i := range 100 {
			if err := try(i, "192.0.2.0/24"); err != nil {
				t.Fatal(i, err)
			}
		}
		if err := try(100, "192.0.2.0/24"); !errors.Is(err, ErrLimited) {
			t.Errorf("address 101: %v", err)
		}
		if err := try(100, "198.51.100.0/24"); err != nil {
			t.Errorf("another network: %v", err)
		}
		w.pass(24 * time.Hour)
		if err := try(0, "192.0.2.0/24"); err != nil {
			t.Error(err)
		}
		var left int
		if err := w.ledger.Reader().QueryRowContext(w.Context(), "SELECT COUNT(*) FROM sign_in_attempts").Scan(&left); err != nil || left != 3 {
			t.Errorf("%d are remembered after a day, %v", left, err)
		}
	})
}

func TestADisabledUserDoesNotComeIn(t *testing.T) {
	each(t, func(w *town) {
		m := w.member("amina@example.org")
		begun := w.begin(m)
		if _, err := w.sessions.DisableUser(w.Context(), administrator(), w.newKey(), m.Session.User); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Code(w.Context(), begun, w.code(m.secret), here()); !errors.Is(err, session.ErrUnauthenticated) {
			t.Errorf("a disabled user: %v", err)
		}
	})
}

func TestPasswordsThatAreRefused(t *testing.T) {
	for _, c := range []struct {
		password string
		want     bool
	}{
		{"elevenchars", false}, {strings.Repeat("aé1-", 33), false}, {"\xff\xfe seven more x", false},
		{"motdepasse2026!", false}, {"Password123456", false}, {"azertyuiopqs", false}, {"poiuytreza0123", false},
		{"aaaaaaaaaaaa", false}, {"abcabcabcabc", false}, {"123456789012", false}, {"1234 5678 9012", false}, {"LaRoue2026!!!", false}, {"bonjour-soleil-2026", false},
		{"Amina-Diallo-1", false}, {"Amina.D12345", false},
		{goodPassword, true}, {"le train de 7 h 12 part à l'heure", true}, {"Amina mange trois figues", true}, {strings.Repeat("xy7é-", 25), true},
		{"пароль-из-слов", true}, {"4815 1623 4299 07", true},
	} {
		err := checkPassword(c.password, "amina.d@example.org", "Amina Diallo")
		if (err == nil) != c.want || (err != nil && !errors.Is(err, ErrPassword)) {
			t.Errorf("%q: %v", c.password, err)
		}
	}
}

func TestHashesAreOfOneCost(t *testing.T) {
	h := make(hasher, hashAtOnce)
	stored, err := h.hash(t.Context(), goodPassword)
	if err != nil || !strings.HasPrefix(stored, "$argon2id$v=19$m=47104,t=1,p=1$") {
		t.Fatal(stored, err)
	}
	for password, want := range map[string]bool{goodPassword: true, goodPassword + "x": false, "": false} {
		if ok, err := h.matches(t.Context(), password, stored); ok != want || err != nil {
			t.Errorf("%q: %v, %v", password, ok, err)
		}
	}
	for _, bad := range []string{"", "x", strings.Replace(stored, "m=47104", "m=8", 1), strings.Replace(stored, "argon2id", "argon2i", 1)} {
		if ok, err := h.matches(t.Context(), goodPassword, bad); ok || err != nil {
			t.Errorf("%q: %v, %v", bad, ok, err)
		}
	}
}

func TestTheKeyIsDrawnOnce(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "data")
	path := filepath.Join(folder, "identity.key")
	keys := make([]Key, 8)
	var wait sync.WaitGroup
	for i := range keys {
		wait.Go(func() {
			var err error
			if keys[i], err = LoadKey(path); err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
	for _, k := range keys {
		if k != keys[0] || k == (Key{}) {
			t.Error("processes that begin together have different keys")
		}
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
	if left, err := os.ReadDir(folder); err != nil || len(left) != 1 {
		t.Errorf("%v, %v", left, err)
	}
	if err := os.WriteFile(path, []byte("short"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := LoadKey(path); err == nil {
		t.Error("a file that holds no key")
	}
	if _, err := LoadKey(filepath.Join(path, "x")); err == nil {
		t.Error("a key where there is no folder")
	}
}

func TestNetworks(t *testing.T) {
	for address, want := range map[string]string{"192.0.2.77": "192.0.2.0/24", "::ffff:192.0.2.77": "192.0.2.0/24", "2001:db8:1:2::3": "2001:db8:1::/48", "fe80::1%eth0": "fe80::/48"} {
		if got := NetworkOf(netip.MustParseAddr(address)); got != want {
			t.Errorf("%s is of %s, want %s", address, got, want)
		}
	}
}
