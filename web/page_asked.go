// SPDX-License-Identifier: AGPL-3.0-or-later

package web

import (
	"net/http"

	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/merchant"
	"github.com/noria-mlc/noria/web/site"
)

// asked reads the payment request of the path, for the visitor.
func (p *pages) asked(r *http.Request) (access.Actor, merchant.PaymentRequest, error) {
	a, err := site.Actor(r)
	if err != nil {
		return a, merchant.PaymentRequest{}, err
	}
	request, err := p.Server.request(r.Context(), a, r.PathValue("id"))
	return a, request, err
}
