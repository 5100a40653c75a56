// SPDX-License-Identifier: AGPL-3.0-or-later

package confirm

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/web/identity"
)

func TestAPINConfirmsOnItsDevice(t *testing.T) {
	each(t, func(w *town) {
		c, other := w.withPIN("amina@example.org"), w.withPIN("noe@example.org")
		i := w.prepare(c.Principal, w.wish(4_00))
		if methods, err := w.Methods(t.Context(), c.Principal, i, c.device); err != nil || len(methods) != 1 || methods[0] != ByPIN {
			t.Errorf("%v, %v", methods, err)
		}
		changed := typed(c, i, goodPIN)
		changed.Digest = w.prepare(c.Principal, w.wish(5_00)).Digest.String()
		w.untouched("for something else", c.Principal, i, changed, ErrChanged)
		foreign := typed(c, i, goodPIN)
		foreign.Device = other.device
		w.untouched("on somebody else's device", c.Principal, i, foreign, ErrMethod)
		foreign.Device = ""
		w.untouched("on no device", c.Principal, i, foreign, ErrMethod)
		w.untouched("a wrong PIN", c.Principal, i, typed(c, i, "472916"), ErrPIN)
		w.untouched("a long one", c.Principal, i, typed(c, i, strings.Repeat("4", 1000)), ErrPIN)
		w.untouched("a code on a known device", c.Principal, i, Answer{Digest: i.Digest.String(), Code: w.code(c), Device: c.device}, ErrMethod)
		done := w.confirmed(c.Principal, i, typed(c, i, goodPIN))
		p, err := w.Proof(t.Context(), office(), done.Entry)
		if list, also := w.Devices(t.Context(), c.Principal); err != nil || also != nil || len(list) != 1 || p.Method != ByPIN || p.Device != list[0].ID ||
			list[0].UsedAt.IsZero() || list[0].Label != "Firefox 192.0.2.0/24" {
			t.Errorf("%+v, %+v, %v, %v", p, list, err, also)
		}
		i = w.prepare(c.Principal, w.wish(4_00))
		w.pass(deviceLifetime)
		w.again(c)
		i = w.prepare(c.Principal, w.wish(4_00))
		w.untouched("on a device that was bound long ago", c.Principal, i, typed(c, i, goodPIN), ErrMethod)
	})
}

// TestFivePINsLock guesses, restarts the service in between, and guesses on.
func TestFivePINsLock(t *testing.T) {
	eachAgain(t, func(w *town, restart func() *town) {
		c := w.withPIN("amina@example.org")
		for range mostTries - 1 {
			i := w.prepare(c.Principal, w.wish(4_00))
			w.untouched("a wrong PIN", c.Principal, i, typed(c, i, "472916"), ErrPIN)
		}
		i := w.prepare(c.Principal, w.wish(4_00))
		w.confirmed(c.Principal, i, typed(c, i, goodPIN)) // which forgets them
		for range 2 * mostTries {                         // a right PIN is never counted, though nothing is paid
			i = w.prepare(c.Principal, w.wish(500_00))
			w.untouched("more than there is", c.Principal, i, typed(c, i, goodPIN), ledger.ErrInsufficientFunds)
		}
		i = w.prepare(c.Principal, w.wish(4_00))
		for n := range mostTries {
			if n == 3 {
				w = restart()
			}
			w.untouched("a wrong PIN", c.Principal, i, typed(c, i, "000000"), ErrPIN)
		}
		w = restart()
		w.untouched("the right one, too late", c.Principal, i, typed(c, i, goodPIN), ErrPINLocked)
		if methods, err := w.Methods(t.Context(), c.Principal, i, c.device); err != nil || len(methods) != 0 {
			t.Errorf("%v, %v", methods, err)
		}
		list, err := w.Devices(t.Context(), c.Principal)
		if err != nil || len(list) != 1 || !list[0].Locked {
			t.Fatalf("%+v, %v", list, err)
		}
		w.pass(10 * time.Minute)
		if err := w.SetPIN(t.Context(), w.changing(c), list[0].ID, "590382"); !errors.Is(err, identity.ErrStale) {
			t.Errorf("without a fresh proof: %v", err)
		}
		w.again(c)
		if err := w.SetPIN(t.Context(), w.changing(c), list[0].ID, "123456"); !errors.Is(err, ErrPINWeak) {
			t.Errorf("a weak one: %v", err)
		}
		w.must(w.SetPIN(t.Context(), w.changing(c), list[0].ID, "590382"))
		i = w.prepare(c.Principal, w.wish(4_00))
		w.untouched("the former PIN", c.Principal, i, typed(c, i, goodPIN), ErrPIN)
		w.confirmed(c.Principal, i, typed(c, i, "590382"))
	})
}

func TestDevicesAreTheirOwners(t *testing.T) {
	each(t, func(w *town) {
		c, other := w.withPIN("amina@example.org"), w.withPIN("noe@example.org")
		list, err := w.Devices(t.Context(), c.Principal)
		if err != nil || len(list) != 1 {
			t.Fatal(list, err)
		}
		if err := w.SetPIN(t.Context(), w.changing(other), list[0].ID, "590382"); !errors.Is(err, ledger.ErrForbidden) {
			t.Errorf("somebody else sets its PIN: %v", err)
		}
		if err := w.RevokeDevice(t.Context(), other.Principal, list[0].ID); !errors.Is(err, ledger.ErrForbidden) {
			t.Errorf("somebody else revokes it: %v", err)
		}
		w.must(w.RevokeDevice(t.Context(), c.Principal, list[0].ID))
		if err := w.RevokeDevice(t.Context(), c.Principal, list[0].ID); !errors.Is(err, ledger.ErrForbidden) {
			t.Errorf("twice: %v", err)
		}
		i := w.prepare(c.Principal, w.wish(4_00))
		w.untouched("revoked", c.Principal, i, typed(c, i, goodPIN), ErrMethod)
		if list, err := w.Devices(t.Context(), c.Principal); err != nil || len(list) != 0 {
			t.Errorf("%+v, %v", list, err)
		}
		w.pass(10 * time.Minute)
		if _, err := w.Bind(t.Context(), w.changing(c), goodPIN, here()); !errors.Is(err, identity.ErrStale) {
			t.Errorf("bound without a fresh proof: %v", err)
		}
		if _, err := w.Bind(t.Context(), identity.Change{Principal: w.owner, Language: "fr"}, goodPIN, here()); !errors.Is(err, identity.ErrStale) {
			t.Errorf("bound by a token: %v", err)
		}
	})
}

func TestACodeConfirmsOnAnUnknownDevice(t *testing.T) {
	each(t, func(w *town) {
		c := w.withApp("amina@example.org")
		i, second := w.prepare(c.Principal, w.wish(4_00)), w.prepare(c.Principal, w.wish(5_00))
		if methods, err := w.Methods(t.Context(), c.Principal, i, "unknown"); err != nil || len(methods) != 1 || methods[0] != ByTOTP {
			t.Errorf("%v, %v", methods, err)
		}
		code := w.code(c)
		answer := func(i Intent, code string) Answer {
			return Answer{Digest: i.Digest.String(), Code: code, From: here()}
		}
		w.untouched("for something else", c.Principal, i, answer(second, code), ErrChanged)
		done := w.confirmed(c.Principal, i, answer(i, code))
		if p, err := w.Proof(t.Context(), office(), done.Entry); err != nil || p.Method != ByTOTP {
			t.Errorf("%+v, %v", p, err)
		}
		w.untouched("the same code again", c.Principal, second, answer(second, code), identity.ErrCode)
		w.untouched("a recovery code", c.Principal, second, answer(second, "abcd-efgh-jkmn-pqrs"), identity.ErrCode)
		for range 10 {
			_, _, err := w.Confirm(t.Context(), c.Principal, second.Intent, answer(second, "000000"))
			if errors.Is(err, identity.ErrLimited) {
				return
			}
			if !errors.Is(err, identity.ErrCode) {
				t.Fatal(err)
			}
		}
		t.Error("ten codes could be tried at once")
	})
}

func TestWeakPINsAreRefused(t *testing.T) {
	for _, pin := range []string{"", "12345", "1234567", "12345a", "１２３４５６", "000000", "999999", "123456", "654321", "345678", "890123", "246802", "135791",
		"121212", "112112", "123123", "010101", "112233", "110000", "123321", "147258", "159753", "102030", "314159"} {
		if !weakPIN(pin) {
			t.Errorf("%q is let through", pin)
		}
	}
	for _, pin := range []string{goodPIN, "590382", "839201", "407713", "100294"} {
		if weakPIN(pin) {
			t.Errorf("%q is refused", pin)
		}
	}
}

func TestTheCookieOfADevice(t *testing.T) {
	for secure, name := range map[bool]string{true: "__Host-noria-device", false: "noria-device"} {
		s := New(Config{Secure: secure})
		answer := httptest.NewRecorder()
		s.SetCookie(answer, Bound{text: "text"})
		c := answer.Result().Cookies()[0]
		if c.Name != name || c.Value != "text" || c.Secure != secure || !c.HttpOnly || c.SameSite != http.SameSiteStrictMode || c.Path != "/" || c.Domain != "" || c.MaxAge != 90*24*3600 {
			t.Errorf("%+v", c)
		}
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		if got := s.DeviceOf(r); got != "" {
			t.Errorf("%q", got)
		}
		r.AddCookie(c)
		if got := s.DeviceOf(r); got != "text" {
			t.Errorf("%q", got)
		}
	}
}

// TestDevicesAreBounded binds as many devices as there can be, and one more; one
// that is unbound makes room.
func TestDevicesAreBounded(t *testing.T) {
	each(t, func(w *town) {
		c := w.withApp("amina@example.org")
		for i := range mostDevices {
			if _, err := w.Bind(w.Context(), w.changing(c), goodPIN, here()); err != nil {
				t.Fatalf("device %d: %v", i, err)
			}
		}
		if _, err := w.Bind(w.Context(), w.changing(c), goodPIN, here()); !errors.Is(err, ErrDevices) {
			t.Errorf("one more: %v", err)
		}
		list, err := w.Devices(w.Context(), c.Principal)
		w.must(err)
		w.must(w.RevokeDevice(w.Context(), c.Principal, list[0].ID))
		if _, err := w.Bind(w.Context(), w.changing(c), goodPIN, here()); err != nil {
			t.Errorf("in the place of another: %v", err)
		}
	})
}
