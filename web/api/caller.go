// SPDX-License-Identifier: AGPL-3.0-or-later

package api

import (
	"context"
	"net/http"

	"github.com/noria-mlc/noria/web/session"
)

type callerKey struct{}

// caller is who sends a request, or why that is not known.
type caller struct {
	principal session.Principal
	err       error
}

// Identify reads who sends a request, once, for every handler behind it. It
// refuses nobody: public routes do not ask.
func Identify(s *session.Service, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var c caller
		c.principal, c.err = s.Request(r)
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), callerKey{}, &c)))
	})
}

// Caller returns who sends the request, or the refusal of somebody who is not
// signed in.
func Caller(ctx context.Context) (session.Principal, error) {
	c, ok := ctx.Value(callerKey{}).(*caller)
	if !ok {
		return session.Principal{}, session.ErrUnauthenticated
	}
	return c.principal, c.err
}
