// SPDX-License-Identifier: AGPL-3.0-or-later

package site

import (
	"errors"
	"net/http"
	"net/url"

	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/web/locale"
	"github.com/noria-mlc/noria/web/page"
	"github.com/noria-mlc/noria/web/problem"
	"github.com/noria-mlc/noria/web/session"
)

// Fail shows a refusal. Somebody who is not signed in is sent to sign in first,
// and comes back.
func (s *Site) Fail(w http.ResponseWriter, r *http.Request, err error) {
	if errors.Is(err, session.ErrUnauthenticated) && r.Method == http.MethodGet {
		http.Redirect(w, r, "/connexion?suite="+url.QueryEscape(r.URL.RequestURI()), http.StatusSeeOther)
		return
	}
	s.Refuse(w, r, problem.Of(r.Context(), s.Log, err))
}

// Refuse shows a problem document as a page.
func (s *Site) Refuse(w http.ResponseWriter, r *http.Request, d *problem.Document) {
	d.Headers(w.Header())
	renderer, err := s.Render(r.Context())
	if err != nil { // the refusal has to be shown without the book
		renderer, err = s.house(r.Context())
	}
	if err == nil {
		err = renderer.Fault(w, page.FaultView{Visitor: s.Visitor(r), Status: d.Status, Code: d.Code,
			Moved: page.Moved(d.MoneyMoved), Trace: d.TraceID})
	}
	if err != nil {
		s.Log.Error("fault page", "trace", d.TraceID, "error", err)
		http.Error(w, d.Title, d.Status)
	}
}

// Refused readies the headers of a refusal that a page shows in place, and
// returns the status and the component to show. Other errors come back.
func (s *Site) Refused(w http.ResponseWriter, r *http.Request, err error) (int, *page.Refusal, error) {
	f := fault.As(err)
	if f == nil {
		return 0, nil, err
	}
	d := problem.Of(r.Context(), s.Log, err)
	d.Headers(w.Header())
	title, advice, _ := locale.Problem(string(f.Code), problem.Speaks(r.Context()))
	return d.Status, &page.Refusal{Title: title, Advice: advice, Moved: page.Moved(d.MoneyMoved)}, nil
}
