// SPDX-License-Identifier: AGPL-3.0-or-later

package session

import (
	"net/http"
	"strings"
)

// CookieName returns the name of the session's cookie. The prefix makes
// browsers refuse the cookie unless it is secure and bound to this host alone.
func (s *Service) CookieName() string {
	if s.secure {
		return "__Host-noria"
	}
	return "noria"
}

// SetCookie gives the browser the session that was just opened.
func (s *Service) SetCookie(w http.ResponseWriter, opened Issued) {
	http.SetCookie(w, s.cookie(opened.Text, max(1, int(opened.ExpiresAt.Sub(s.now()).Seconds()))))
}

// ClearCookie takes the session from the browser; CloseSession ends it.
func (s *Service) ClearCookie(w http.ResponseWriter) { http.SetCookie(w, s.cookie("", -1)) }

func (s *Service) cookie(text string, maxAge int) *http.Cookie {
	return &http.Cookie{Name: s.CookieName(), Value: text, Path: "/", MaxAge: maxAge, Secure: s.secure,
		HttpOnly: true, SameSite: http.SameSiteLaxMode}
}

// FromRequest returns the text of the token that a request carries: that of the
// Authorization header, else that of the cookie, else nothing. It returns
// ErrUnauthenticated where there is an Authorization header that is not one
// Bearer token: a program that means to authenticate is never taken for somebody
// else.
func (s *Service) FromRequest(r *http.Request) (string, error) {
	if headers := r.Header.Values("Authorization"); len(headers) > 0 {
		scheme, text, _ := strings.Cut(headers[0], " ")
		if len(headers) > 1 || !strings.EqualFold(scheme, "Bearer") || len(text) != textLen {
			return "", ErrUnauthenticated
		}
		return text, nil
	}
	c, err := r.Cookie(s.CookieName())
	if err != nil {
		return "", nil // no cookie: nobody
	}
	return c.Value, nil
}

// FromCookie says whether a request is identified by its cookie, which browsers
// send by themselves, and not by a header that only a program sets.
func (s *Service) FromCookie(r *http.Request) bool {
	return len(r.Header.Values("Authorization")) == 0
}

// Request returns who sent a request. It returns ErrUnauthenticated where
// nobody is signed in, or an error of the engine.
func (s *Service) Request(r *http.Request) (Principal, error) {
	text, err := s.FromRequest(r)
	if err != nil {
		return Principal{}, err
	}
	return s.Authenticate(r.Context(), text)
}
