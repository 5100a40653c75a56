// SPDX-License-Identifier: AGPL-3.0-or-later

package web_test

import (
	"bufio"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/gorilla/websocket"

	"github.com/noria-mlc/noria/web/live"
)

// presence is everywhere that somebody is signed in.
type presence struct {
	*world
	who      string
	browsers []*browser
	sockets  []*line
	stream   *http.Response
}

// present signs somebody in on two devices, with a socket each, a program with a
// socket, and a stream of events.
func (w *world) present(who string) *presence {
	w.Helper()
	p := &presence{world: w, who: who}
	topic := "wallet:" + w.known[who+".wallet"]
	for range 2 {
		b := w.signedIn(who)
		header := http.Header{"Cookie": {b.cookie().String()}, "Origin": {w.server.URL}}
		dialer := websocket.Dialer{Subprotocols: []string{live.Protocol}}
		conn, _, err := dialer.DialContext(w.Context(), "ws"+strings.TrimPrefix(w.server.URL, "http")+"/v1/live", header)
		must(w, err)
		w.Cleanup(func() { conn.Close() })
		p.browsers, p.sockets = append(p.browsers, b), append(p.sockets, (&line{w, conn}).watch(topic))
	}
	p.sockets = append(p.sockets, w.dial(who).watch(topic))
	for _, s := range p.sockets {
		s.next()
	}
	r, err := http.NewRequestWithContext(w.Context(), http.MethodGet, w.server.URL+"/v1/live/events?topics="+topic, nil)
	must(w, err)
	r.AddCookie(p.browsers[0].cookie())
	p.stream, err = (&http.Client{}).Do(r)
	must(w, err)
	w.Cleanup(func() { p.stream.Body.Close() })
	if _, err := bufio.NewReader(p.stream.Body).ReadString('\n'); err != nil || p.stream.StatusCode != http.StatusOK {
		w.Fatalf("the stream: %d, %v", p.stream.StatusCode, err)
	}
	return p
}

// gone checks that nothing of it holds any more.
func (p *presence) gone() {
	p.Helper()
	for i, b := range p.browsers {
		if a := b.ask(http.MethodGet, "/portefeuille", ""); a.status != http.StatusSeeOther || !strings.HasPrefix(a.header.Get("Location"), "/connexion") {
			p.Errorf("device %d: %d", i, a.status)
		}
		if a := b.send("/demandes", "montant", "1", "jours", "7", "cle", p.key()); a.status != http.StatusUnauthorized {
			p.Errorf("a form of device %d: %d", i, a.status)
		}
	}
	p.refused(call{as: p.who, method: http.MethodGet, path: "/v1/me"}, http.StatusUnauthorized, "unauthenticated")
	for i, s := range p.sockets {
		if code := s.closed(); code != 4401 {
			p.Errorf("socket %d was closed with %d", i, code)
		}
	}
	if _, err := io.Copy(io.Discard, p.stream.Body); err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
		p.Errorf("the stream: %v", err)
	}
}

// TestASVS74SessionsEndEverywhereAtOnce disables somebody who is signed in
// everywhere, then revokes a token that sessions were opened with: every page, form,
// program, socket and stream of theirs ends with the answer, and nobody else's
// (ASVS 7.4.1, 7.4.2, 8.3.2).
func TestASVS74SessionsEndEverywhereAtOnce(t *testing.T) {
	t.Run("disabled", func(t *testing.T) {
		inWorld(t, func(w *world) {
			p, other := w.present("citizen"), w.signedIn("citizen2")
			if a := w.post("admin", "/v1/users/${citizen.user}/disablings", ""); a.status != http.StatusNoContent {
				t.Fatalf("%d %s", a.status, a.body)
			}
			p.gone()
			if a := p.browsers[0].send("/connexion", "jeton", w.tokens["citizen"]); a.status != http.StatusUnauthorized {
				t.Errorf("signed in again: %d", a.status)
			}
			other.open("/portefeuille")
		})
	})
	t.Run("token revoked", func(t *testing.T) {
		inWorld(t, func(w *world) {
			p, other := w.present("citizen"), w.signedIn("citizen2")
			if a := w.post("admin", "/v1/tokens/${citizen.token}/revocations", ""); a.status != http.StatusNoContent {
				t.Fatalf("%d %s", a.status, a.body)
			}
			p.gone()
			other.open("/portefeuille")
		})
	})
}

// TestASVS752NobodyEndsAnothersSession asks for the end of a session as its owner,
// from another device, and as everybody else; an administrator alone may end any
// (ASVS 7.4.5), which is kept in the trail.
func TestASVS752NobodyEndsAnothersSession(t *testing.T) {
	inWorld(t, func(w *world) {
		mine := w.proved("citizen")
		theirs := w.signedIn("citizen")
		principal, err := w.session.Authenticate(w.Context(), theirs.cookie().Value)
		must(t, err)
		path := "/compte/sessions/" + principal.Token.String() + "/fin"
		for _, as := range []string{"citizen2", "merchant", "desk", "treasurer", "auditor"} {
			real := w.proved(as)
			if a := real.send(path); a.status != http.StatusNotFound && a.status != http.StatusForbidden {
				t.Errorf("%s: %d %s", as, a.status, a.body)
			}
			none := real.send("/compte/sessions/" + nobodys("tok_") + "/fin")
			if a := real.send(path); a.status != none.status {
				t.Errorf("%s: a session of somebody else is answered %d, none %d", as, a.status, none.status)
			}
		}
		theirs.open("/portefeuille")
		if a := mine.send(path); a.status != http.StatusSeeOther {
			t.Fatalf("%d %s", a.status, a.body)
		}
		if a := theirs.ask(http.MethodGet, "/portefeuille", ""); a.status != http.StatusSeeOther {
			t.Errorf("the session that was ended: %d", a.status)
		}
		mine.open("/portefeuille")
	})
}
