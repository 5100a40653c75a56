// SPDX-License-Identifier: AGPL-3.0-or-later

package api

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/conversion/paper"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
	"github.com/noria-mlc/noria/merchant"
	"github.com/noria-mlc/noria/ops/observe"
	"github.com/noria-mlc/noria/web/confirm"
	"github.com/noria-mlc/noria/web/identity"
	"github.com/noria-mlc/noria/web/session"
)

// intentBody is what somebody is asked to confirm, and what became of it.
type intentBody struct {
	ID         confirm.ID             `json:"id"`
	Kind       confirm.Kind           `json:"kind" enum:"payment,request,redemption,notes"`
	Status     confirm.Status         `json:"status" enum:"open,expired,done" doc:"An expired one moved nothing and never will"`
	From       ident.Wallet           `json:"from"`
	Payee      payeeBody              `json:"payee"`
	Amount     money.Amount           `json:"amount"`
	Currency   string                 `json:"currency"`
	Euros      *money.Amount          `json:"euros,omitempty" doc:"What a redemption gives"`
	Message    string                 `json:"message,omitempty"`
	Notes      *askedBody             `json:"notes,omitempty" doc:"Which are asked for; what is signed is the message of the digest"`
	Digest     string                 `json:"digest" doc:"SHA-256 of all that is confirmed; a passkey signs it, other answers bring it back"`
	CreatedAt  time.Time              `json:"created_at"`
	ExpiresAt  time.Time              `json:"expires_at"`
	Methods    []confirm.Method       `json:"methods" nullable:"false" doc:"How it can be confirmed from here; ease and demo need the digest only"`
	WebAuthn   json.RawMessage        `json:"webauthn,omitempty" doc:"For navigator.credentials.get, where it was asked for and there is a passkey"`
	Payment    *merchant.Payment      `json:"payment,omitempty"`
	Redemption *conversion.Redemption `json:"redemption,omitempty"`
	Withdrawal *paper.Move            `json:"withdrawal,omitempty"`
}

// askedBody is the notes that digital units are held for.
type askedBody struct {
	Desk  string         `json:"desk,omitempty" required:"false" maxLength:"40" doc:"Slug; the only desk where left out"`
	Lines []paper.Bundle `json:"lines" nullable:"false"`
}

type payeeBody struct {
	Name   string       `json:"name" doc:"As it is shown; part of the digest"`
	Wallet ident.Wallet `json:"wallet,omitzero"`
}

type IntentPath struct {
	ID confirm.ID `path:"id"`
}

type newIntent struct {
	Keyed
	Body struct {
		Kind     confirm.Kind       `json:"kind" enum:"payment,request,redemption,notes"`
		From     ident.Wallet       `json:"from,omitzero" required:"false" doc:"The organisation's wallet, where the caller acts for one"`
		To       string             `json:"to,omitempty" required:"false" maxLength:"40" doc:"Of a payment: wallet, holder number or merchant code"`
		Request  merchant.RequestID `json:"request,omitzero" required:"false" doc:"Of a request: the one to pay"`
		Amount   *money.Amount      `json:"amount,omitempty" required:"false" doc:"Of a request: refused where it asks for another"`
		Message  string             `json:"message,omitempty" required:"false" maxLength:"140"`
		Notes    *askedBody         `json:"notes,omitempty" required:"false" doc:"Of notes: which; their amount is what they are worth"`
		WebAuthn bool               `json:"webauthn,omitempty" required:"false" doc:"Whether to answer with options for a passkey"`
	}
}

// newConfirmation has no idempotency key: the intent is the key, and one intent
// has one answer.
type newConfirmation struct {
	IntentPath
	Body struct {
		Digest    string          `json:"digest,omitempty" required:"false" maxLength:"64" doc:"Of the intent as it was shown; needed without an assertion"`
		Assertion json.RawMessage `json:"assertion,omitempty" required:"false" doc:"What the browser answered to the options"`
		PIN       string          `json:"pin,omitempty" required:"false" maxLength:"24" doc:"Of the device, where it is bound"`
		Code      string          `json:"code,omitempty" required:"false" maxLength:"24" doc:"One-time code, on an unknown device"`
	}
}

func (r *routes) intents() {
	const tag = "confirmations"
	private(r, create("/v1/intents", "Prepare what its author is then asked to confirm; nothing moves", tag),
		func(ctx context.Context, _ access.Actor, in *newIntent) (*done[intentBody], error) {
			key, err := in.key()
			if err != nil {
				return nil, err
			}
			p, err := Present(ctx)
			if err != nil {
				return nil, err
			}
			w := confirm.Wish{Kind: in.Body.Kind, From: in.Body.From, To: in.Body.To, Request: in.Body.Request, Message: in.Body.Message}
			if in.Body.Amount != nil {
				w.Amount = *in.Body.Amount
			}
			if n := in.Body.Notes; n != nil {
				w.Notes = &confirm.Asked{Desk: n.Desk, Lines: n.Lines}
			}
			i, replayed, err := r.Confirm.Prepare(ctx, p, key, w)
			if err != nil {
				return nil, err
			}
			body, err := r.intentOf(ctx, p, i, in.Body.WebAuthn)
			return answered(body, replayed, "/v1/intents/"+i.Intent.String()), err
		})
	private(r, get("/v1/intents/{id}", "Where an intent stands: the truth after a connection was cut", tag),
		func(ctx context.Context, _ access.Actor, in *struct {
			IntentPath
			WebAuthn bool `query:"webauthn" required:"false" doc:"Whether to answer with options for a passkey"`
		}) (*shown[intentBody], error) {
			p, err := Present(ctx)
			if err != nil {
				return nil, err
			}
			i, err := r.Confirm.Intent(ctx, p, in.ID)
			if err != nil {
				return nil, err
			}
			return show(r.intentOf(ctx, p, i, in.WebAuthn))
		})
	private(r, create("/v1/intents/{id}/confirmations", "Confirm an intent, which is used up with the payment: one at most, however often this is sent", tag),
		func(ctx context.Context, _ access.Actor, in *newConfirmation) (*done[intentBody], error) {
			return r.confirmed(ctx, in)
		})
}

func (r *routes) confirmed(ctx context.Context, in *newConfirmation) (*done[intentBody], error) {
	p, err := Present(ctx)
	if err != nil {
		return nil, err
	}
	request, err := requestOf(ctx)
	if err != nil {
		return nil, err
	}
	i, replayed, err := r.Confirmed(ctx, p, in.ID, confirm.Answer{Digest: in.Body.Digest, Assertion: string(in.Body.Assertion),
		PIN: in.Body.PIN, Code: in.Body.Code, Device: r.Confirm.DeviceOf(request), From: identity.FromRequest(request)})
	if err != nil {
		return nil, err
	}
	body, err := r.intentOf(ctx, p, i, false)
	return answered(body, replayed, "/v1/intents/"+i.Intent.String()), err
}

// Confirmed is confirm.Confirm for every room that answers people: it counts what
// was asked for and how it was confirmed.
func (s Services) Confirmed(ctx context.Context, p session.Principal, id confirm.ID, a confirm.Answer) (confirm.Intent, bool, error) {
	begin := s.Ledger.Now()
	i, replayed, err := s.Confirm.Confirm(ctx, p, id, a)
	result := observe.ResultOf(replayed, err)
	if channel, ok := map[confirm.Kind]observe.Channel{confirm.Payment: observe.Direct, confirm.Request: observe.ByRequest}[i.Kind]; ok {
		s.Metrics.Payment(channel, result, s.Ledger.Now().Sub(begin))
	}
	s.Metrics.Confirmation(string(a.Means(p)), result)
	return i, replayed, err
}

// intentOf writes an intent, with how it can be confirmed while it is open, and
// with what it became once it is done.
func (r *routes) intentOf(ctx context.Context, p session.Principal, i confirm.Intent, options bool) (intentBody, error) {
	b := intentBody{ID: i.Intent, Kind: i.Kind, Status: i.Status, From: i.Payer, Payee: payeeBody{i.Name, i.Payee}, Amount: i.Amount, Currency: i.Currency,
		Message: i.Message, Digest: i.Digest.String(), CreatedAt: i.CreatedAt, ExpiresAt: i.ExpiresAt, Methods: []confirm.Method{}}
	if i.Kind == confirm.Redemption {
		b.Euros = &i.Euros
	}
	if i.Kind == confirm.Notes {
		a, err := i.Asked()
		if err != nil {
			return b, err
		}
		b.Message, b.Notes = "", &askedBody{a.Desk, a.Lines}
	}
	switch {
	case i.Status == confirm.Open:
		return b, r.offer(ctx, p, i, options, &b)
	case i.Status == confirm.Expired:
		return b, nil
	case i.Kind == confirm.Redemption:
		d, err := r.Conversion.Redemption(ctx, p.Actor, i.Redemption())
		b.Redemption = &d
		return b, err
	case i.Kind == confirm.Notes:
		m, err := r.Paper.Move(ctx, p.Actor, i.Withdrawal())
		b.Withdrawal = &m
		return b, err
	}
	paid, err := r.Merchant.Payment(ctx, p.Actor, i.Payment())
	b.Payment = &paid
	return b, err
}

// offer adds how an open intent can be confirmed from here.
func (r *routes) offer(ctx context.Context, p session.Principal, i confirm.Intent, options bool, b *intentBody) error {
	request, err := requestOf(ctx)
	if err != nil {
		return err
	}
	if b.Methods, err = r.Confirm.Methods(ctx, p, i, r.Confirm.DeviceOf(request)); err != nil {
		return err
	}
	if !options || !slices.Contains(b.Methods, confirm.ByPasskey) {
		return nil
	}
	text, err := r.Confirm.Options(ctx, i)
	b.WebAuthn = json.RawMessage(text)
	return err
}

// Present returns who is asked to confirm: somebody whose browser sent the cookie
// of a session, since programs confirm nothing, or anybody in a demonstration.
func Present(ctx context.Context) (session.Principal, error) {
	p, err := Caller(ctx)
	if err != nil || p.Demo {
		return p, err
	}
	request, err := requestOf(ctx)
	if err != nil {
		return session.Principal{}, err
	}
	if len(request.Header.Values("Authorization")) > 0 {
		return session.Principal{}, confirm.ErrRequired
	}
	return p, nil
}

// direct decides whether a caller may take units out of a wallet without an
// intent: see confirm.Direct.
func (r *routes) direct(ctx context.Context, action access.Action, from ident.Wallet) error {
	p, err := Caller(ctx)
	if err != nil {
		return err
	}
	return r.Confirm.Direct(ctx, p, action, from)
}

// commit decides whether a caller may bind a holder: see confirm.Commit.
func (r *routes) commit(ctx context.Context, action access.Action, holder ident.Holder) error {
	p, err := Caller(ctx)
	if err != nil {
		return err
	}
	return r.Confirm.Commit(ctx, p, action, holder)
}
