// SPDX-License-Identifier: AGPL-3.0-or-later

package api

import (
	"context"
	"net/http"
	"time"

	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/web/session"
)

type UserPath struct {
	ID ident.User `path:"id"`
}

// revoked is the answer to a revocation, which has no body.
type revoked struct {
	Replayed string `header:"Idempotency-Replayed"`
}

func (r *routes) tokens() {
	const tag = "users"
	private(r, create("/v1/users", "Give a holder's person rights", tag), func(ctx context.Context, actor access.Actor, in *struct {
		Keyed
		Body struct {
			Holder ident.Holder `json:"holder"`
			Grants []struct {
				Role         access.Role  `json:"role"`
				Organisation ident.Holder `json:"organisation,omitzero" required:"false"`
			} `json:"grants" maxItems:"20"`
		}
	}) (*done[session.User], error) {
		key, err := in.key()
		if err != nil {
			return nil, err
		}
		input := session.CreateUserInput{Holder: in.Body.Holder}
		for _, g := range in.Body.Grants {
			input.Grants = append(input.Grants, access.Grant(g))
		}
		u, replayed, err := r.Session.CreateUser(ctx, actor, key, input)
		if err != nil {
			return nil, err
		}
		return answered(u, replayed, "/v1/users/"+u.ID.String()), nil
	})
	private(r, create("/v1/tokens", "Make a token of one's own; its text is shown once", tag), func(ctx context.Context, actor access.Actor, in *struct {
		Keyed
		Body struct {
			Label        string       `json:"label" minLength:"1" maxLength:"60"`
			Scopes       []access.Use `json:"scopes" minItems:"1" maxItems:"7" enum:"all,read,payments,requests,conversions,payouts,bank,exports" doc:"What the token may be used for; all stands alone"`
			Organisation ident.Holder `json:"organisation,omitzero" required:"false" doc:"The only one whose affairs the token is for; where absent, all that its user may do"`
			ExpiresIn    int          `json:"expires_in,omitempty" required:"false" minimum:"60" maximum:"157680000" doc:"Seconds; a year where absent, five at most"`
		}
	}) (*done[session.Issued], error) {
		key, err := in.key()
		if err != nil {
			return nil, err
		}
		scopes, ok := access.ScopesOf(in.Body.Scopes)
		if !ok {
			return nil, fault.ErrInvalid.At("/scopes", "must be scopes that exist, none twice, and all alone")
		}
		t, replayed, err := r.Session.CreateToken(ctx, actor, key, session.CreateTokenInput{Label: in.Body.Label, Scopes: scopes,
			Organisation: in.Body.Organisation, ExpiresIn: time.Duration(in.Body.ExpiresIn) * time.Second})
		if err != nil {
			return nil, err
		}
		return answered(t, replayed, "/v1/users/"+t.User.String()+"/tokens"), nil
	})
	private(r, get("/v1/users/{id}/tokens", "List the tokens and sessions of a user, without their texts", tag),
		func(ctx context.Context, actor access.Actor, in *UserPath) (*shown[list[session.Token]], error) {
			u, err := r.Session.User(ctx, actor, in.ID)
			if err != nil {
				return nil, err
			}
			if err := r.People.Looked(ctx, actor, u.Holder, "sessions"); err != nil {
				return nil, err
			}
			tokens, err := r.Session.Tokens(ctx, actor, in.ID)
			return show(whole(tokens), err)
		})
	op := post("/v1/tokens/{id}/revocations", "Revoke a token at once", tag)
	op.DefaultStatus = http.StatusNoContent
	private(r, op, func(ctx context.Context, actor access.Actor, in *struct {
		Keyed
		ID   session.TokenID `path:"id"`
		Body *empty
	}) (*revoked, error) {
		key, err := in.key()
		if err != nil {
			return nil, err
		}
		replayed, err := r.Session.RevokeToken(ctx, actor, key, in.ID)
		if err != nil {
			return nil, err
		}
		return &revoked{Replayed: answered(empty{}, replayed, "").Replayed}, nil
	})
}
