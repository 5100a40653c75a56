// SPDX-License-Identifier: AGPL-3.0-or-later

package api

import (
	"context"
	"io"
	"net/http"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/ledger/access"
)

// hooks takes what card providers tell. The bodies are the providers' own, so
// the route is no part of the contract and has no idempotency key: the same
// hook again does nothing.
func (r *routes) hooks() {
	r.mux.HandleFunc("POST /v1/hooks/{provider}", func(w http.ResponseWriter, request *http.Request) {
		ctx := request.Context()
		body, err := io.ReadAll(http.MaxBytesReader(w, request.Body, bodyLimit))
		if err != nil {
			misformed(ctx, http.StatusRequestEntityTooLarge, nil).Write(w)
			return
		}
		if err := r.Provider.Hook(ctx, request.PathValue("provider"), request.Header, body); err != nil {
			r.refuse(ctx, w, err)
			return
		}
		w.WriteHeader(http.StatusNoContent)
	})
}

// withCheckout adds to an awaited conversion by card where it is paid.
func (r *routes) withCheckout(ctx context.Context, body conversionBody) (conversionBody, error) {
	if body.Channel != conversion.ByCard || body.Status != conversion.AwaitingEuros {
		return body, nil
	}
	k, err := r.Conversion.Checkout(ctx, body.ID)
	body.CheckoutURL = k.URL
	return body, err
}

// byCard asks for a conversion by card with its checkout.
func (r *routes) byCard(ctx context.Context, actor access.Actor, key string, in conversion.ConvertInput) (*done[conversionBody], error) {
	c, replayed, err := r.Provider.Convert(ctx, actor, key, in)
	if err != nil {
		return nil, err
	}
	body, err := r.withCheckout(ctx, conversionBody{Conversion: c})
	if err != nil {
		return nil, err
	}
	return answered(body, replayed, "/v1/conversions/"+c.ID.String()), nil
}
