// SPDX-License-Identifier: AGPL-3.0-or-later

package people

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ops/job"
)

// Look is one look of the staff at somebody's account, as the person is told.
type Look struct {
	At   time.Time   `json:"at"`   // UTC; the first of its hour
	Role access.Role `json:"role"` // of whoever looked
	What string      `json:"what"` // identity, wallet, statement, user, sessions, recovery, payment, conversion, redemption
}

// glance is what is written down once an hour.
type glance struct {
	holder ident.Holder
	viewer ident.User
	what   string
}

// looksLimit is how many looks are remembered at most, so that they are written
// down once: the book forgets none.
const looksLimit = 10_000

// Looked writes down that somebody looks at a holder's account, before they are
// shown anything (D8). Whoever looks at their own, or at an organisation that they
// act for, looks at nobody's. Looks of one person at one thing count once an hour.
// It returns what ledger.Execute returns.
func (s *Service) Looked(ctx context.Context, actor access.Actor, holder ident.Holder, what string) error {
	role, staff := viewer(actor, holder)
	if !staff {
		return nil
	}
	now := s.Ledger.Now()
	g, hour := glance{holder, actor.ID, what}, now.Unix()/3600
	if s.remembered(g, hour) {
		return nil
	}
	sum := sha256.Sum256(fmt.Appendf(nil, "%s %s %s %d", g.holder, g.viewer, g.what, hour))
	command := ledger.Command{Actor: job.System(), Action: access.PersonLook, Key: "look:" + hex.EncodeToString(sum[:20]), Input: hex.EncodeToString(sum[:])}
	_, err := s.Ledger.Execute(ctx, command, func(tx *ledger.Tx) (ident.Ref, error) {
		tx.Touch(holder.Ref())
		_, err := tx.Exec(sqlLook, holder, hour, actor.ID, what, string(role), now.UnixMicro())
		return actor.ID.Ref(), err
	})
	if err == nil {
		s.remember(g, hour)
	}
	return err
}

// viewer says in which role somebody looks at a holder, and whether that is of
// the staff.
func viewer(actor access.Actor, holder ident.Holder) (access.Role, bool) {
	if holder.IsZero() || holder == actor.Holder {
		return "", false
	}
	var role access.Role
	for _, g := range actor.Grants {
		if g.Organisation == holder {
			return "", false
		}
		if g.Role != access.Citizen && role == "" {
			role = g.Role
		}
	}
	return role, role != ""
}

func (s *Service) remembered(g glance, hour int64) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, ok := s.looks[g]
	return ok && s.hour == hour
}

func (s *Service) remember(g glance, hour int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.hour != hour || len(s.looks) >= looksLimit {
		clear(s.looks)
		s.hour = hour
	}
	s.looks[g] = struct{}{}
}

// LooksAt lists the latest looks of the staff at one's own account, newest first,
// a thousand at most. It returns ledger.ErrForbidden for another's.
func (s *Service) LooksAt(ctx context.Context, actor access.Actor, holder ident.Holder) ([]Look, error) {
	if err := access.Allow(actor, access.PersonCopy, holder); err != nil {
		return nil, err
	}
	rows, err := s.Ledger.Reader().QueryContext(ctx, sqlLooks, holder)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	list := []Look{}
	for rows.Next() {
		var l Look
		var at int64
		if err := rows.Scan(&at, &l.Role, &l.What); err != nil {
			return nil, err
		}
		l.At = time.UnixMicro(at).UTC()
		list = append(list, l)
	}
	return list, rows.Err()
}
