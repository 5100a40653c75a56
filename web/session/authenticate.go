// SPDX-License-Identifier: AGPL-3.0-or-later

package session

import (
	"context"
	"crypto/subtle"
	"time"

	"github.com/noria-mlc/noria/ledger/access"
)

// Authenticate returns who a token stands for. It returns ErrUnauthenticated,
// in the same words for a text that is absent, malformed, unknown, expired,
// revoked or a link, or an error of the engine. It is cheap: a token that was
// seen recently costs one SHA-256 and one look into a map.
func (s *Service) Authenticate(ctx context.Context, text string) (Principal, error) {
	kind, d, ok := parse(text)
	if !ok || kind == Link {
		return Principal{}, ErrUnauthenticated
	}
	now := s.now()
	p := s.cache.get(d, now)
	if p == nil {
		epoch := s.cache.epoch.Load()
		found, err := s.find(ctx, d)
		if err != nil {
			return Principal{}, err
		}
		if found.revoked {
			return Principal{}, ErrUnauthenticated
		}
		p = &found.Principal
		// What a token does in a demonstration is for show, whoever made the token;
		// what a person proves there is not.
		p.Demo = p.Demo || (s.demo && found.byToken)
		s.cache.put(d, remembered{principal: p, epoch: epoch, at: now})
	}
	if !now.Before(p.ExpiresAt) {
		return Principal{}, ErrUnauthenticated
	}
	return *p, nil
}

// found is a token as the book has it.
type found struct {
	Principal
	revoked bool
	byToken bool // it is a program's, or a session that a token opened
}

// find reads a token of a user who is not disabled by its digest. It returns
// ErrUnauthenticated.
func (s *Service) find(ctx context.Context, d digest) (found, error) {
	rows, err := s.ledger.Reader().QueryContext(ctx, sqlPrincipal, d[:])
	if err != nil {
		return found{}, err
	}
	defer rows.Close()
	var f found
	var stored []byte
	var expires int64
	var proof Proof
	var origin Kind
	for rows.Next() {
		var g access.Grant
		if err := rows.Scan(&f.Token, &f.Kind, &stored, &f.Demo, &expires, &f.revoked,
			&proof, &origin, &f.Actor.ID, &f.Actor.Holder, &g.Role, &g.Organisation); err != nil {
			return found{}, err
		}
		// Who comes in by the first administrator's link has to set up a passkey yet.
		if f.Kind == Session && proof != ByPasskey && origin != Link && NeedsPasskey(g.Role) && !s.demo {
			f.Withheld = true
			continue
		}
		f.Actor.Grants = append(f.Actor.Grants, g)
	}
	if err := rows.Err(); err != nil {
		return found{}, err
	}
	f.ExpiresAt, f.byToken = time.UnixMicro(expires).UTC(), proof == ByToken
	// The index was searched by the digest, so what an attacker could learn from
	// the time it took is about SHA-256 of a guess; the last word is said in
	// constant time all the same.
	if subtle.ConstantTimeCompare(stored, d[:]) != 1 || (f.Demo && !s.demo) {
		return found{}, ErrUnauthenticated
	}
	return f, nil
}
