// SPDX-License-Identifier: AGPL-3.0-or-later

package main

import (
	"context"
	"time"

	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ops/job"
	"github.com/noria-mlc/noria/ops/push"
)

// hints registers the job that hints at credits in the browsers of those who
// asked for it. It calls the services of browser makers, and only while somebody
// asked.
func (a *app) hints(seed []byte) *push.Service {
	s := push.New(a.ledger, push.Options{Seed: seed, BaseURL: a.baseURL, Log: a.log})
	a.jobs.Register(job.Job{Name: "push.send", Every: 3 * time.Second, Due: s.Due,
		Run: func(ctx context.Context, actor access.Actor) error {
			_, err := s.SendDue(ctx, actor)
			return err
		}})
	return s
}
