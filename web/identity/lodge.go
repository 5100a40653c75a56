// SPDX-License-Identifier: AGPL-3.0-or-later

package identity

import (
	"context"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ops/job"
)

// Lodging is an address that letters to a user go to, without any proof.
type Lodging struct {
	User     ident.User
	Email    string
	Language string // of letters: fr or en
}

// Lodge gives somebody of a demonstration an address for letters. There is no
// password and no code with it: it lets nobody in. No route leads here. It returns
// mail.ErrAddress, ErrKnown where the user or the address has an identity, or what
// ledger.Execute returns.
func (s *Service) Lodge(ctx context.Context, key string, in Lodging) error {
	address, err := fold(in.Email)
	if err != nil {
		return err
	}
	_, err = s.ledger.Execute(ctx, ledger.Command{Actor: job.System(), Action: access.IdentityJoin, Key: key, Input: s.key.digest("lodge", address)},
		func(tx *ledger.Tx) (ident.Ref, error) {
			return in.User.Ref(), tx.Guard(ErrKnown, sqlInsertIdentity, in.User, address, "", nil, 0, tx.Now().UnixMicro(), language(in.Language))
		})
	return err
}
