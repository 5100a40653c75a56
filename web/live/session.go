// SPDX-License-Identifier: AGPL-3.0-or-later

package live

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/noria-mlc/noria/ledger/access"
)

// Session is who opened a connection and how to ask whether that still holds.
type Session struct {
	// Actor is zero where nobody is signed in: public topics only.
	Actor access.Actor
	// Renew returns the actor with the grants of now. A fault says that the session
	// has ended. It may be nil where nobody is signed in.
	Renew func(context.Context) (access.Actor, error)
}

// signed says whether somebody is signed in.
func (s Session) signed() bool { return !s.Actor.ID.IsZero() }

// originOfSocket decides whether a websocket may be opened from where it is asked for:
// a page's origin must be the host's own or a listed one, to the letter. A
// request without origin comes from a program: it must carry its right in the
// Authorization header, or no cookie at all, since a cookie without origin
// proves nothing about who uses it.
func (h *Hub) originOfSocket(r *http.Request) bool {
	origins := r.Header["Origin"]
	if len(origins) == 0 {
		return r.Header.Get("Authorization") != "" || r.Header.Get("Cookie") == ""
	}
	return len(origins) == 1 && h.listed(origins[0], r)
}

// originOfStream decides the same for an event stream. Browsers send no origin
// with a request to their own site, but say when it comes from another.
func (h *Hub) originOfStream(r *http.Request) bool {
	origins := r.Header["Origin"]
	if len(origins) == 0 {
		site := r.Header.Get("Sec-Fetch-Site")
		return site == "" || site == "same-origin" || site == "none"
	}
	return len(origins) == 1 && h.listed(origins[0], r)
}

func (h *Hub) listed(origin string, r *http.Request) bool {
	if slices.Contains(h.cfg.Origins, origin) {
		return true
	}
	host := strings.ToLower(r.Host)
	return origin == "https://"+host || r.TLS == nil && origin == "http://"+host
}
