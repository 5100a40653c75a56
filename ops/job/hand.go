// SPDX-License-Identifier: AGPL-3.0-or-later

package job

import (
	"context"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/ident"
)

// RunFor runs a job now for somebody who asks, whose wish is kept as a command. The
// same key runs it once: it says whether an earlier request with this key did. It
// returns ErrUnknown, ledger.ErrForbidden, what ledger.Execute returns, ErrRunning,
// or the error of the job.
func (r *Runner) RunFor(ctx context.Context, actor access.Actor, key, name string) (bool, error) {
	if err := access.Allow(actor, access.JobRun, ident.Holder{}); err != nil {
		return false, err
	}
	if r.find(name) == nil {
		return false, ErrUnknown
	}
	command := ledger.Command{Actor: actor, Action: access.JobRun, Key: key, Input: name}
	out, err := r.ledger.Execute(ctx, command, func(*ledger.Tx) (ident.Ref, error) { return ident.Ref{}, nil })
	if err != nil || out.Replayed {
		return out.Replayed, err
	}
	return false, r.Run(context.WithoutCancel(ctx), name)
}
