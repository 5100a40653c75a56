// SPDX-License-Identifier: AGPL-3.0-or-later

package people

import (
	"context"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ops/job"
)

// write has a letter tell somebody about their account. It returns what
// ledger.Execute returns.
func (s *Service) write(ctx context.Context, user ident.User, words string) error {
	notice, err := s.Identity.Notice(ctx, user)
	if err != nil || !notice.Reachable() {
		return err
	}
	command := ledger.Command{Actor: job.System(), Action: access.MailSend, Key: s.newKey(), Input: words}
	_, err = s.Ledger.Execute(ctx, command, func(tx *ledger.Tx) (ident.Ref, error) {
		return user.Ref(), notice.Send(tx, words)
	})
	return err
}
