// SPDX-License-Identifier: AGPL-3.0-or-later

package session

import (
	"context"
	"crypto/subtle"
	"time"

	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/ident"
)

// Authenticate returns who a token stands for. It returns ErrUnauthenticated,
// in the same words for a text that is absent, malformed, unknown, expired,
// revoked or a link, or an error of the engine. It is cheap: a token that was
// seen recently costs one SHA-256 and one look into a map.
func (s *Service) Authenticate(ctx context.Context, text string) (Principal, error) {
	r, err := s.recognise(ctx, text)
	if err != nil {
		return Principal{}, err
	}
	s.seen(ctx, r)
	return *r.principal, nil
}

// Recognise is Authenticate for what a person does not do themselves, such as
// keeping a page up to date: it does not count as use of a session.
func (s *Service) Recognise(ctx context.Context, text string) (Principal, error) {
	r, err := s.recognise(ctx, text)
	if err != nil {
		return Principal{}, err
	}
	return *r.principal, nil
}

func (s *Service) recognise(ctx context.Context, text string) (remembered, error) {
	kind, d, ok := parse(text)
	if !ok || kind == Link {
		return remembered{}, ErrUnauthenticated
	}
	now := s.now()
	r, ok := s.cache.get(d, now)
	if !ok || r.idle(now) { // another process may have seen it since
		epoch := s.cache.epoch.Load()
		found, err := s.find(ctx, d)
		if err != nil {
			return remembered{}, err
		}
		if found.revoked {
			return remembered{}, ErrUnauthenticated
		}
		// What a token does in a demonstration is for show, whoever made the token;
		// what a person proves there is not.
		found.Demo = found.Demo || (s.demo && found.byToken)
		r = s.cache.put(d, remembered{principal: &found.Principal, epoch: epoch, at: now, pause: found.pause, use: newUse(found.seen)})
	}
	if !now.Before(r.principal.ExpiresAt) || r.idle(now) {
		return remembered{}, ErrUnauthenticated
	}
	return r, nil
}

// found is a token as the book has it.
type found struct {
	Principal
	revoked  bool
	byToken  bool          // it is a program's, or a session that a token opened
	narrowed bool          // by scopes, or to one organisation
	pause    time.Duration // how long it may rest before it ends, 0 for as long as it lasts
	seen     time.Time     // when it was last used, as far as the book was told
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
	var expires, created, seen int64
	var organisation ident.Holder
	class := Device
	var proof Proof
	var origin Kind
	for rows.Next() {
		var g access.Grant
		if err := rows.Scan(&f.Token, &f.Kind, &stored, &f.Demo, &expires, &f.revoked,
			&proof, &origin, &created, &seen, &f.Actor.Scopes, &organisation, &f.Actor.ID, &f.Actor.Holder, &g.Role, &g.Organisation); err != nil {
			return found{}, err
		}
		if class = max(class, classOf(g.Role)); !organisation.IsZero() && g.Organisation != organisation {
			continue
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
	f.narrowed = f.Actor.Scopes.Narrow() || !organisation.IsZero()
	if f.Kind != API {
		f.Actor.Scopes = ""
		// Who was given a role of the office since keeps no long session.
		if longest := time.UnixMicro(created).UTC().Add(class.lifetime()); longest.Before(f.ExpiresAt) {
			f.ExpiresAt = longest
		}
	}
	if f.Kind == Session && !f.Demo {
		f.pause, f.seen = class.pause(), time.UnixMicro(seen).UTC()
	}
	// The index was searched by the digest, so what an attacker could learn from
	// the time it took is about SHA-256 of a guess; the last word is said in
	// constant time all the same.
	if subtle.ConstantTimeCompare(stored, d[:]) != 1 || (f.Demo && !s.demo) {
		return found{}, ErrUnauthenticated
	}
	return f, nil
}
