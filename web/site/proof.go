// SPDX-License-Identifier: AGPL-3.0-or-later

package site

import (
	"errors"
	"net/http"
	"net/url"
	"time"

	"github.com/noria-mlc/noria/web/api"
	"github.com/noria-mlc/noria/web/identity"
	"github.com/noria-mlc/noria/web/session"
)

// freshness is how long after a sign-in staff may decide on money and settings.
const freshness = 5 * time.Minute

// Fresh returns nil where the visitor proved who they are within five minutes,
// or looks at a demonstration, where a token opens every session. It returns
// session.ErrUnauthenticated, identity.ErrStale, or an error of the engine.
func (s *Site) Fresh(r *http.Request) error {
	caller, err := api.Caller(r.Context())
	if err != nil || caller.Demo {
		return err
	}
	at, proof, err := s.Session.Proved(r.Context(), caller)
	if err != nil {
		return err
	}
	if proof == session.ByToken || s.Now().Sub(at) >= freshness {
		return identity.ErrStale
	}
	return nil
}

// ProveFirst sends whoever has to prove who they are to do so, and back to a
// page. It says whether the error was that.
func ProveFirst(w http.ResponseWriter, r *http.Request, err error, back string) bool {
	if !errors.Is(err, identity.ErrStale) {
		return false
	}
	http.Redirect(w, r, "/connexion?suite="+url.QueryEscape(back), http.StatusSeeOther)
	return true
}
