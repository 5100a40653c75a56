// SPDX-License-Identifier: AGPL-3.0-or-later

package session

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/ident"
)

// HolderOf returns the holder that a user is, whether they may sign in or not,
// for pages that say who did something. It returns ledger.ErrMissing for jobs
// and for whoever runs the program, who are no users.
func (s *Service) HolderOf(ctx context.Context, id ident.User) (ident.Holder, error) {
	u, err := s.user(ctx, id)
	if errors.Is(err, sql.ErrNoRows) {
		return ident.Holder{}, ledger.ErrMissing
	}
	return u.Holder, err
}

// Freshness is how long after a proof of who they are somebody may change what
// holds for themselves or for everybody, and commit themselves to pay later: as
// long as a session of the staff may rest.
const Freshness = OfficePause

// Recently says whether whoever holds a session proved who they are within a
// time; what an issuer of identities says is no proof of theirs. Whoever a token stands for in a demonstration always did.
func (s *Service) Recently(ctx context.Context, p Principal, within time.Duration) (bool, error) {
	if p.Demo {
		return true, nil
	}
	at, proof, err := s.Proved(ctx, p)
	return err == nil && proof != ByToken && proof != ByIssuer && s.now().Sub(at) < within, err
}
