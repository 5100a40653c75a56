// SPDX-License-Identifier: AGPL-3.0-or-later

package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/web/people"
)

// grantWish names a role of the user in the path.
type grantWish struct {
	Keyed
	UserPath
	Body struct {
		Role         access.Role  `json:"role"`
		Organisation ident.Holder `json:"organisation,omitzero" required:"false"`
	}
}

func (w *grantWish) input() people.GrantInput {
	return people.GrantInput{User: w.ID, Grant: access.Grant{Role: w.Body.Role, Organisation: w.Body.Organisation}}
}

// userCommand is a command that the path of a user says all of.
type userCommand struct {
	Keyed
	UserPath
	Body *empty
}

func (r *routes) people() {
	const tag = "users"
	private(r, get("/v1/users", "List users, oldest first, or search them by name, number or address", tag), r.listPeople)
	private(r, get("/v1/users/{id}", "Read a user", tag), func(ctx context.Context, actor access.Actor, in *UserPath) (*shown[people.Person], error) {
		p, err := r.People.Person(ctx, actor, in.ID)
		return show(p, err)
	})
	private(r, bare("/v1/users/{id}/grants", "Give a user a role, at once", tag), func(ctx context.Context, actor access.Actor, in *grantWish) (*revoked, error) {
		return in.Keyed.once(func(key string) (bool, error) { return r.People.GiveGrant(ctx, actor, key, in.input()) })
	})
	private(r, bare("/v1/users/{id}/grants/withdrawals", "Withdraw a role from a user, at once", tag), func(ctx context.Context, actor access.Actor, in *grantWish) (*revoked, error) {
		return in.Keyed.once(func(key string) (bool, error) { return r.People.WithdrawGrant(ctx, actor, key, in.input()) })
	})
	private(r, bare("/v1/users/{id}/disablings", "Shut a user out, at once", tag), func(ctx context.Context, actor access.Actor, in *userCommand) (*revoked, error) {
		return in.Keyed.once(func(key string) (bool, error) { return r.People.DisableUser(ctx, actor, key, in.ID) })
	})
	private(r, bare("/v1/users/{id}/enablings", "Let a disabled user in again", tag), func(ctx context.Context, actor access.Actor, in *userCommand) (*revoked, error) {
		return in.Keyed.once(func(key string) (bool, error) { return r.People.EnableUser(ctx, actor, key, in.ID) })
	})
	private(r, get("/v1/me/looks", "Who of the staff looked at my account", tag), func(ctx context.Context, actor access.Actor, _ *struct{}) (*shown[list[people.Look]], error) {
		looks, err := r.People.LooksAt(ctx, actor, actor.Holder)
		return show(whole(looks), err)
	})
	private(r, bare("/v1/users/{id}/invitations", "Send a user the link that sets up their first way to sign in", tag), func(ctx context.Context, actor access.Actor, in *struct {
		Keyed
		UserPath
		Body struct {
			Email    string `json:"email" maxLength:"254"`
			Language string `json:"language,omitempty" required:"false" enum:"fr,en"`
		}
	}) (*revoked, error) {
		return in.Keyed.once(func(key string) (bool, error) {
			return r.People.Invite(ctx, actor, key, people.InviteInput{User: in.ID, Email: in.Body.Email, Language: in.Body.Language})
		})
	})
}

func (r *routes) listPeople(ctx context.Context, actor access.Actor, in *struct {
	Page
	Query string `query:"q" maxLength:"100" doc:"Part of a name or an address, or a whole number"`
}) (*shown[list[people.Person]], error) {
	var after ident.User
	if after.UnmarshalText([]byte(in.Cursor)) != nil {
		return nil, ledger.ErrCursor
	}
	items, err := r.People.People(ctx, actor, people.Filter{Query: in.Query, After: after, Limit: in.Limit})
	return show(listOf(items, in.Limit, func(p people.Person) string { return p.ID.String() }), err)
}

// bare is a route that changes something and has nothing to answer.
func bare(path, summary, tag string) huma.Operation {
	op := post(path, summary, tag)
	op.DefaultStatus = http.StatusNoContent
	return op
}

// once runs a command under the key of a request, and answers without a body.
func (k Keyed) once(do func(key string) (bool, error)) (*revoked, error) {
	key, err := k.key()
	if err != nil {
		return nil, err
	}
	replayed, err := do(key)
	if err != nil {
		return nil, err
	}
	return &revoked{Replayed: answered(empty{}, replayed, "").Replayed}, nil
}
