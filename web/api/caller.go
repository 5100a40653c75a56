// SPDX-License-Identifier: AGPL-3.0-or-later

package api

import (
	"context"
	"errors"
	"net/http"

	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/web/session"
)

type callerKey struct{}

// caller is who sends a request, or why that is not known.
type caller struct {
	principal session.Principal
	err       error
	request   *http.Request
}

// Identify reads who sends a request, once, for every handler behind it. It
// refuses nobody: public routes do not ask.
func Identify(s *session.Service, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c := caller{request: r}
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

// requestOf returns the request that a call came with, for what it says besides
// its body: the cookie of the device, and where it comes from.
func requestOf(ctx context.Context) (*http.Request, error) {
	c, ok := ctx.Value(callerKey{}).(*caller)
	if !ok {
		return nil, session.ErrUnauthenticated
	}
	return c.request, nil
}

// Concealed turns the absence of a thing into ErrForbidden for a caller who may
// not take the action on everybody's affairs: nobody else learns from a refusal
// whether a thing of somebody's exists (rule D2).
func Concealed(actor access.Actor, action access.Action, err error) error {
	if errors.Is(err, fault.ErrMissing) && access.Allow(actor, action, ident.Holder{}) != nil {
		return access.ErrForbidden
	}
	return err
}

// ownerOf returns the holder of the wallet named in a request, or whom the
// caller takes the action for where none is named: themselves, else the one
// organisation whose affairs the action is theirs in.
func ownerOf(actor access.Actor, action access.Action, w ident.Wallet) ident.Holder {
	if !w.IsZero() {
		return ident.HolderOf(w)
	}
	if access.Allow(actor, action, actor.Holder) == nil {
		return actor.Holder
	}
	return organisation(actor, action, actor.Holder)
}

// organisation returns the only organisation for which the caller may take an
// action, or otherwise another holder.
func organisation(actor access.Actor, action access.Action, otherwise ident.Holder) ident.Holder {
	var found ident.Holder
	for _, g := range actor.Grants {
		if g.Organisation.IsZero() || g.Organisation == found || access.Allow(actor, action, g.Organisation) != nil {
			continue
		}
		if !found.IsZero() {
			return otherwise
		}
		found = g.Organisation
	}
	if found.IsZero() {
		return otherwise
	}
	return found
}

// subjectOf returns the holder that a request names, or the organisation that
// the caller acts for; nobody's in particular for a caller who may take the
// action on everybody's affairs.
func subjectOf(actor access.Actor, action access.Action, named ident.Holder) ident.Holder {
	if !named.IsZero() || access.Allow(actor, action, ident.Holder{}) == nil {
		return named
	}
	return organisation(actor, action, ident.Holder{})
}
