// SPDX-License-Identifier: AGPL-3.0-or-later

package session

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/noria-mlc/noria/ledger/access"
)

func TestTheCookie(t *testing.T) {
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	clock := func() time.Time { return now }
	issued := Issued{Text: NewSecret().Text(Session), Token: Token{ExpiresAt: now.Add(SessionLifetime)}}
	for _, c := range []struct {
		secure bool
		set    string
		clear  string
	}{
		{true, "__Host-noria=" + issued.Text + "; Path=/; Max-Age=43200; HttpOnly; Secure; SameSite=Lax", "__Host-noria=; Path=/; Max-Age=0; HttpOnly; Secure; SameSite=Lax"},
		{false, "noria=" + issued.Text + "; Path=/; Max-Age=43200; HttpOnly; SameSite=Lax", "noria=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax"},
	} {
		s := New(nil, Options{Secure: c.secure, Now: clock})
		w := httptest.NewRecorder()
		s.SetCookie(w, issued)
		s.ClearCookie(w)
		if got := w.Header().Values("Set-Cookie"); len(got) != 2 || got[0] != c.set || got[1] != c.clear {
			t.Errorf("secure=%v: %q", c.secure, got)
		}
	}
}

func TestFromRequest(t *testing.T) {
	token, page := NewSecret().Text(API), NewSecret().Text(Session)
	for _, c := range []struct {
		name    string
		secure  bool
		headers []string
		cookie  string
		want    string
		err     error
	}{
		{"nothing", false, nil, "", "", nil},
		{"header", false, []string{"Bearer " + token}, "", token, nil},
		{"header in other case", false, []string{"bearer " + token}, "", token, nil},
		{"header before cookie", false, []string{"Bearer " + token}, "noria=" + page, token, nil},
		{"cookie", false, nil, "noria=" + page, page, nil},
		{"bound cookie", true, nil, "__Host-noria=" + page, page, nil},
		{"the other cookie", true, nil, "noria=" + page, "", nil},
		{"both cookies", true, nil, "noria=" + token + "; __Host-noria=" + page, page, nil},
		{"another scheme", false, []string{"Basic " + token}, "noria=" + page, "", ErrUnauthenticated},
		{"no token", false, []string{"Bearer"}, "noria=" + page, "", ErrUnauthenticated},
		{"empty", false, []string{""}, "noria=" + page, "", ErrUnauthenticated},
		{"two blanks", false, []string{"Bearer  " + token}, "", "", ErrUnauthenticated},
		{"malformed token", false, []string{"Bearer " + token + "0"}, "noria=" + page, "", ErrUnauthenticated},
		{"two headers", false, []string{"Bearer " + token, "Bearer " + token}, "", "", ErrUnauthenticated},
	} {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		for _, h := range c.headers {
			r.Header.Add("Authorization", h)
		}
		if c.cookie != "" {
			r.Header.Set("Cookie", c.cookie)
		}
		s := New(nil, Options{Secure: c.secure, Now: time.Now})
		if got, err := s.FromRequest(r); got != c.want || !errors.Is(err, c.err) {
			t.Errorf("%s: %d characters, %v", c.name, len(got), err)
		}
		if s.FromCookie(r) != (len(c.headers) == 0) {
			t.Errorf("%s: from the cookie: %v", c.name, s.FromCookie(r))
		}
	}
}

func TestRequest(t *testing.T) {
	run(t, func(t *testing.T, w *world) {
		u := w.user(t, access.Citizen)
		token := w.token(t, u)
		page := w.open(t, token)
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		if _, err := w.Request(r); !errors.Is(err, ErrUnauthenticated) {
			t.Errorf("nobody: %v", err)
		}
		r.Header.Set("Cookie", w.CookieName()+"="+page.Text)
		if p, err := w.Request(r); err != nil || p.Token != page.ID || p.Kind != Session {
			t.Errorf("by cookie: %+v, %v", p, err)
		}
		r.Header.Set("Authorization", "Bearer "+token.Text)
		if p, err := w.Request(r); err != nil || p.Token != token.ID || p.Kind != API {
			t.Errorf("by header: %+v, %v", p, err)
		}
		r.Header.Set("Authorization", "Bearer nonsense")
		if _, err := w.Request(r); !errors.Is(err, ErrUnauthenticated) {
			t.Errorf("a broken header beside a good cookie: %v", err)
		}
	})
}

func TestRefusedTokensAreRefusedAlike(t *testing.T) {
	run(t, func(t *testing.T, w *world) {
		text := w.token(t, w.user(t, access.Citizen)).Text
		for name, bad := range map[string]string{"absent": "", "malformed": text[:30], "a wrong letter": text[:20] + "!" + text[21:],
			"unknown": NewSecret().Text(API), "unknown session": NewSecret().Text(Session), "unknown link": NewSecret().Text(Link)} {
			refused(t, w.Service, bad, name)
		}
		if w.cache.len() != 0 {
			t.Errorf("%d refusals are remembered", w.cache.len())
		}
	})
}
