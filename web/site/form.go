// SPDX-License-Identifier: AGPL-3.0-or-later

package site

import (
	"net/http"
	"net/url"

	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
	"github.com/noria-mlc/noria/web/locale"
	"github.com/noria-mlc/noria/web/page"
	"github.com/noria-mlc/noria/web/problem"
)

// FormKey returns the idempotency key that the server put into a form.
func FormKey(r *http.Request) string { return r.PostFormValue("cle") }

// NewKey makes the idempotency key of a form: a form sent twice is one wish.
func (s *Site) NewKey() string {
	return ident.Ref{Prefix: "page_", Bits: s.Ledger.NewID()}.String()
}

// Amount reads the amount typed into a field. Where it is not one, or zero, the
// sentence to show beside the field comes back instead.
func (s *Site) Amount(r *http.Request, field string) (money.Amount, string, error) {
	amount, err := locale.ParseAmount(r.PostFormValue(field))
	if err != nil {
		return 0, locale.AmountAdvice(err, problem.Speaks(r.Context())), nil
	}
	if amount == 0 {
		words, err := s.Say(r, "amount.missing")
		return 0, words, err
	}
	return amount, "", nil
}

// CameFrom is the page of this site that the visitor comes from, or the home
// page.
func (s *Site) CameFrom(r *http.Request) string {
	from, err := url.Parse(r.Referer())
	if err != nil || Origin(r.Referer()) != Origin(s.BaseURL) {
		return "/"
	}
	return page.ReturnPath(from.RequestURI())
}
