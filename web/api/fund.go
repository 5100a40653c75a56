// SPDX-License-Identifier: AGPL-3.0-or-later

package api

import (
	"context"

	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ops/alert"
	"github.com/noria-mlc/noria/ops/project"
)

// fund adds what is watched in the guarantee fund, and the projects that its
// deposits financed.
func (r *routes) fund() {
	private(r, get("/v1/fund/alerts", "What is watched in the fund, how it stands, and what is crossed", "fund"), func(ctx context.Context, actor access.Actor, _ *struct{}) (*shown[alert.Watch], error) {
		w, err := r.Alert.Now(ctx, actor)
		return show(w, err)
	})
	private(r, create("/v1/fund/alerts", "Decide what is watched: whatever is left out is not", "fund"), func(ctx context.Context, actor access.Actor, in *struct {
		Keyed
		Body struct {
			alert.Thresholds
			Revision int64 `json:"revision" minimum:"0" doc:"That was read; 0 before the first decision"`
		}
	}) (*done[alert.Thresholds], error) {
		key, err := in.key()
		if err != nil {
			return nil, err
		}
		t, replayed, err := r.Alert.Decide(ctx, actor, key, alert.DecideInput{Revision: in.Body.Revision, Thresholds: in.Body.Thresholds})
		if err != nil {
			return nil, err
		}
		return answered(t, replayed, "/v1/fund/alerts"), nil
	})
	r.projects()
}

// projects adds the register, which anybody may read.
func (r *routes) projects() {
	const tag, path = "projects", "/v1/projects"
	public(r, get(path, "Local projects that the custodian financed from the deposits; no cover of the fund", tag), func(ctx context.Context, _ *struct{}) (*shown[list[project.Project]], error) {
		items, err := r.Project.All(ctx)
		return show(whole(items), err)
	})
	private(r, create(path, "Add a project", tag), func(ctx context.Context, actor access.Actor, in *struct {
		Keyed
		Body project.Terms
	}) (*done[project.Project], error) {
		key, err := in.key()
		if err != nil {
			return nil, err
		}
		return kept(r.Project.Add(ctx, actor, key, in.Body))
	})
	private(r, create(path+"/{id}/revisions", "Change what is told about a project", tag), func(ctx context.Context, actor access.Actor, in *struct {
		Keyed
		ID   project.ID `path:"id"`
		Body struct {
			project.Terms
			Revision int64 `json:"revision" doc:"That was read"`
		}
	}) (*done[project.Project], error) {
		key, err := in.key()
		if err != nil {
			return nil, err
		}
		answer, err := kept(r.Project.Change(ctx, actor, key, project.ChangeInput{Project: in.ID, Revision: in.Body.Revision, Terms: in.Body.Terms}))
		return answer, Concealed(actor, access.ProjectChange, err)
	})
	private(r, create(path+"/{id}/withdrawals", "Take a project off the register", tag), func(ctx context.Context, actor access.Actor, in *struct {
		Keyed
		ID   project.ID `path:"id"`
		Body *empty
	}) (*done[list[project.Project]], error) {
		key, err := in.key()
		if err != nil {
			return nil, err
		}
		replayed, err := r.Project.Withdraw(ctx, actor, key, in.ID)
		if err != nil {
			return nil, Concealed(actor, access.ProjectWithdraw, err)
		}
		items, err := r.Project.All(ctx)
		return answered(whole(items), replayed, path), err
	})
}

// kept is the answer to a command about a project.
func kept(p project.Project, replayed bool, err error) (*done[project.Project], error) {
	if err != nil {
		return nil, err
	}
	return answered(p, replayed, "/v1/projects"), nil
}
