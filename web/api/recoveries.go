// SPDX-License-Identifier: AGPL-3.0-or-later

package api

import (
	"context"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/web/people"
)

type RecoveryPath struct {
	ID people.CaseID `path:"id"`
}

// recoveryAnswer names a recovery, which the list shows as it is now.
type recoveryAnswer struct {
	ID   people.CaseID `json:"id"`
	Code string        `json:"code,omitempty" doc:"To be printed and handed over; shown once"`
}

// recoveryCommand is a command that the path of a recovery says all of.
type recoveryCommand struct {
	Keyed
	RecoveryPath
	Body *empty
}

func (r *routes) recoveries() {
	const tag = "recoveries"
	private(r, create("/v1/recoveries", "Begin to give somebody access to their account again, after a check of who they are", tag), func(ctx context.Context, actor access.Actor, in *struct {
		Keyed
		Body struct {
			Holder ident.Holder `json:"holder"`
			Way    people.Way   `json:"way" enum:"mail,hand"`
			Reason string       `json:"reason" minLength:"10" maxLength:"500" doc:"How it was checked who the person is"`
		}
	}) (*done[recoveryAnswer], error) {
		key, err := in.key()
		if err != nil {
			return nil, err
		}
		c, replayed, err := r.People.OpenCase(ctx, actor, key, people.OpenCaseInput(in.Body))
		if err != nil {
			return nil, err
		}
		return answered(recoveryAnswer{ID: c.ID}, replayed, "/v1/recoveries"), nil
	})
	private(r, get("/v1/recoveries", "List recoveries, oldest first", tag), func(ctx context.Context, actor access.Actor, in *Page) (*shown[list[people.Case]], error) {
		var after people.CaseID
		if after.UnmarshalText([]byte(in.Cursor)) != nil {
			return nil, ledger.ErrCursor
		}
		items, err := r.People.Cases(ctx, actor, after, in.Limit)
		return show(listOf(items, in.Limit, func(c people.Case) string { return c.ID.String() }), err)
	})
	private(r, get("/v1/me/recoveries", "Recoveries of my own account, newest first", tag), func(ctx context.Context, actor access.Actor, _ *struct{}) (*shown[list[people.Case]], error) {
		items, err := r.People.OwnCases(ctx, actor)
		return show(whole(items), err)
	})
	private(r, create("/v1/recoveries/{id}/approvals", "Agree to a recovery as another volunteer; a code to hand over is shown once", tag),
		func(ctx context.Context, actor access.Actor, in *recoveryCommand) (*done[recoveryAnswer], error) {
			key, err := in.key()
			if err != nil {
				return nil, err
			}
			a, replayed, err := r.People.ApproveCase(ctx, actor, key, in.ID)
			if err != nil {
				return nil, err
			}
			return answered(recoveryAnswer{a.Case.ID, a.Code}, replayed, "/v1/recoveries"), nil
		})
	private(r, bare("/v1/recoveries/{id}/cancellations", "End a recovery", tag), func(ctx context.Context, actor access.Actor, in *recoveryCommand) (*revoked, error) {
		return in.once(func(key string) (bool, error) { return r.People.CancelCase(ctx, actor, key, in.ID) })
	})
}
