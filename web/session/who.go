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

// Opened says whether a session was opened within a time by its user's own proof,
// or by a token, whose program could as well go on with the token. What an issuer of
// identities says opens none that counts. That of the first administrator's link
// always was: who holds it has nothing to prove by yet. Nothing else than a session
// has to be.
func (s *Service) Opened(ctx context.Context, p Principal, within time.Duration) (bool, error) {
	if p.Demo || p.Kind != Session {
		return true, nil
	}
	var at int64
	var vouched, first bool
	err := s.ledger.Reader().QueryRowContext(ctx, sqlOpened, p.Token).Scan(&at, &vouched, &first)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return err == nil && !vouched && (first || s.now().Sub(time.UnixMicro(at)) < within), err
}
