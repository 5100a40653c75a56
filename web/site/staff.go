// SPDX-License-Identifier: AGPL-3.0-or-later

package site

import (
	"context"
	"errors"
	"net/http"
	"net/url"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/civil"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/web/api"
	"github.com/noria-mlc/noria/web/identity"
	"github.com/noria-mlc/noria/web/page"
	"github.com/noria-mlc/noria/web/session"
)

// Proven returns who asks. It returns identity.ErrStale where they have not
// proved who they are within session.Freshness, and session.ErrUnauthenticated.
func (s *Site) Proven(r *http.Request) (access.Actor, error) {
	c, err := api.Caller(r.Context())
	if err != nil {
		return access.Actor{}, err
	}
	fresh, err := s.Session.Recently(r.Context(), c, session.Freshness)
	if err == nil && !fresh {
		err = identity.ErrStale
	}
	return c.Actor, err
}

// Prove is where somebody proves who they are before a page lets them go on, and
// from where they come back to it; "" where they did lately. It returns
// session.ErrUnauthenticated.
func (s *Site) Prove(r *http.Request, back string) (string, error) {
	_, err := s.Proven(r)
	if errors.Is(err, identity.ErrStale) {
		return ProofAt(back), nil
	}
	return "", err
}

// ProofAt is the address of a proof that leads back to a page.
func ProofAt(back string) string { return "/connexion?suite=" + url.QueryEscape(back) }

// Concluded answers a form that somebody of the staff sent: after success with
// the page to read next; whoever has to prove who they are first is sent to, and
// comes back to the form; any other refusal that leaves the form standing is
// given to again, with its status and what to show.
func (s *Site) Concluded(w http.ResponseWriter, r *http.Request, err error, next, form string, again func(int, *page.Refusal) error) error {
	switch {
	case err == nil:
		http.Redirect(w, r, next, http.StatusSeeOther)
		return nil
	case ProveFirst(w, r, err, form):
		return nil
	case errors.Is(err, session.ErrUnauthenticated), errors.Is(err, fault.ErrForbidden), errors.Is(err, fault.ErrMissing):
		return err
	}
	status, refusal, err := s.Refused(w, r, err)
	if err != nil {
		return err
	}
	return again(status, refusal)
}

// Doer is who did something, as pages tell it: the member behind a user.
func (s *Site) Doer(ctx context.Context, id ident.User) (ledger.Holder, error) {
	h, err := s.Session.HolderOf(ctx, id)
	if err == nil {
		var who ledger.Holder
		if who, err = s.Ledger.Holder(ctx, h); err == nil {
			return who, nil
		}
	}
	if errors.Is(err, fault.ErrMissing) {
		return ledger.Holder{}, nil
	}
	return ledger.Holder{}, err
}

// Date reads the civil date typed into a field, today where it is empty. Where it
// is no date, or one to come, the sentence to show beside the field comes back.
func (s *Site) Date(r *http.Request, field string) (civil.Date, string, error) {
	typed, today := r.PostFormValue(field), civil.Of(s.Now())
	if typed == "" {
		return today, "", nil
	}
	day, err := civil.Parse(typed)
	if err == nil && day <= today {
		return day, "", nil
	}
	words, err := s.Say(r, "date.bad")
	return 0, words, err
}

// ProveFirst sends whoever has to prove who they are to do so, and back to a
// page. It says whether the error was that.
func ProveFirst(w http.ResponseWriter, r *http.Request, err error, back string) bool {
	if !errors.Is(err, identity.ErrStale) {
		return false
	}
	http.Redirect(w, r, ProofAt(back), http.StatusSeeOther)
	return true
}
