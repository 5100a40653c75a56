// SPDX-License-Identifier: AGPL-3.0-or-later

package main

import (
	"context"
	"errors"
	"time"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ops/job"
	"github.com/noria-mlc/noria/web/identity"
)

// watchFund registers the job that writes to the treasurers when the guarantee fund
// crosses a threshold of theirs (G1, G6).
func (a *app) watchFund(proofs *identity.Service) {
	a.jobs.Register(job.Job{Name: "fund.alerts", Every: time.Hour, Due: a.alert.Due,
		Run: func(ctx context.Context, actor access.Actor) error {
			tell, err := proofs.FundNotice(ctx)
			if errors.Is(err, conversion.ErrNotOpen) {
				return nil
			}
			if err != nil {
				return err
			}
			_, err = a.alert.Look(ctx, actor, tell)
			return err
		}})
}

// reminders registers the job that writes to those whose membership ends.
func (a *app) reminders(proofs *identity.Service) {
	a.jobs.Register(job.Job{Name: "membership.remind", Every: 6 * time.Hour,
		Run: func(ctx context.Context, actor access.Actor) error {
			tell, err := proofs.MembershipNotice(ctx)
			if errors.Is(err, conversion.ErrNotOpen) {
				return nil
			}
			if err != nil {
				return err
			}
			_, err = a.membership.Remind(ctx, actor, tell)
			return err
		}})
}

// demurrage registers the job that writes to those whom a rule of fonte concerns and
// takes the periods that are over (L12). Letters come first.
func (a *app) demurrage(proofs *identity.Service) {
	a.jobs.Register(job.Job{Name: "fonte", Every: 10 * time.Minute, Due: a.fonte.Due,
		Run: func(ctx context.Context, actor access.Actor) error {
			tell, err := proofs.FonteNotice(ctx)
			if errors.Is(err, conversion.ErrNotOpen) {
				return nil
			}
			if err != nil {
				return err
			}
			if _, err := a.fonte.Notify(ctx, actor, tell); err != nil {
				return err
			}
			_, err = a.fonte.Take(ctx, actor)
			return err
		}})
}
