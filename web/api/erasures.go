// SPDX-License-Identifier: AGPL-3.0-or-later

package api

import (
	"bytes"
	"context"

	"github.com/danielgtaylor/huma/v2"

	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/web/people"
)

// erasureAnswer names an erasure.
type erasureAnswer struct {
	ID people.ErasureID `json:"id"`
}

// erasureCommand is a command that the path of an erasure says all of.
type erasureCommand struct {
	Keyed
	ID   people.ErasureID `path:"id"`
	Body *empty
}

// packed is a file to keep.
type packed struct {
	Type        string `header:"Content-Type"`
	Disposition string `header:"Content-Disposition"`
	Body        []byte
}

func (r *routes) erasures() {
	const tag = "my data"
	data := get("/v1/me/data", "All that the book knows of me, as JSON and tables in one archive (D7)", tag)
	data.Responses = map[string]*huma.Response{"200": {Description: "An archive",
		Content: map[string]*huma.MediaType{"application/zip": {Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}}}}
	private(r, data, func(ctx context.Context, actor access.Actor, _ *struct{}) (*packed, error) {
		c, err := r.People.Copy(ctx, actor)
		if err != nil {
			return nil, err
		}
		var b bytes.Buffer
		if err := c.Write(&b); err != nil {
			return nil, err
		}
		return &packed{"application/zip", `attachment; filename="noria-data.zip"`, b.Bytes()}, nil
	})
	private(r, get("/v1/me/erasures", "My wishes to be forgotten, newest first", tag), func(ctx context.Context, actor access.Actor, _ *struct{}) (*shown[list[people.Erasure]], error) {
		items, err := r.People.Erasures(ctx, actor)
		return show(whole(items), err)
	})
	private(r, create("/v1/users/{id}/erasures", "Note that somebody asked to be forgotten, which happens seven days later (D6)", tag),
		func(ctx context.Context, actor access.Actor, in *userCommand) (*done[erasureAnswer], error) {
			key, err := in.key()
			if err != nil {
				return nil, err
			}
			e, replayed, err := r.People.OpenErasure(ctx, actor, key, in.ID)
			if err != nil {
				return nil, err
			}
			return answered(erasureAnswer{e.ID}, replayed, "/v1/users/"+in.ID.String()), nil
		})
	private(r, bare("/v1/erasures/{id}/approvals", "Forget somebody at once, as another person than the one who noted it", tag),
		func(ctx context.Context, actor access.Actor, in *erasureCommand) (*revoked, error) {
			return in.once(func(key string) (bool, error) { return r.People.ApproveErasure(ctx, actor, key, in.ID) })
		})
	private(r, bare("/v1/erasures/{id}/cancellations", "Keep an account that was to be forgotten", tag),
		func(ctx context.Context, actor access.Actor, in *erasureCommand) (*revoked, error) {
			return in.once(func(key string) (bool, error) { return r.People.CancelErasure(ctx, actor, key, in.ID) })
		})
}
