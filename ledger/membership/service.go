// SPDX-License-Identifier: AGPL-3.0-or-later

package membership

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/civil"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/ident"
)

// Service keeps the condition, through the ledger's one door. One process makes
// one: it remembers the rules.
type Service struct {
	ledger   *ledger.Ledger
	known    atomic.Pointer[Condition]
	deciding atomic.Int32
}

// New returns the service of an open book. From now on the payments of every room
// are looked at, where the rules say so.
func New(l *ledger.Ledger) *Service {
	s := &Service{ledger: l}
	l.Covenant(name, s.follow)
	return s
}

func (s *Service) read(ctx context.Context) Row {
	return ledger.Rows(ctx, s.ledger.Reader())
}

// Rules returns what holds. Anybody may know it. It returns an error of the
// engine.
func (s *Service) Rules(ctx context.Context) (Condition, error) { return readRules(s.read(ctx)) }

// Decide replaces the rules. It returns ErrForbidden, ErrInvalid, and what
// Execute returns. The account must be that of an association.
func (s *Service) Decide(ctx context.Context, actor access.Actor, key string, in Condition) (Condition, bool, error) {
	if err := access.Allow(actor, access.MembershipSet, ident.Holder{}); err != nil {
		return Condition{}, false, err
	}
	if err := in.form(); err != nil {
		return Condition{}, false, err
	}
	// What is remembered is forgotten before and after: a payment that reads the
	// rules meanwhile remembers nothing.
	s.deciding.Add(1)
	s.known.Store(nil)
	out, err := s.ledger.Execute(ctx, ledger.Command{Actor: actor, Action: access.MembershipSet, Key: key, Input: in},
		func(tx *ledger.Tx) (ident.Ref, error) { return in.write(tx) })
	s.known.Store(nil)
	s.deciding.Add(-1)
	if err != nil {
		return Condition{}, false, err
	}
	var kept Condition
	return kept, out.Replayed, json.Unmarshal(out.Result, &kept)
}

func (r Condition) write(tx *ledger.Tx) (ident.Ref, error) {
	if !r.Account.IsZero() {
		h, err := tx.Holder(r.Account)
		if err != nil || h.Kind != ledger.Association {
			return ident.Ref{}, fault.ErrInvalid.At("/account", "must be the account of an association")
		}
	}
	if r.Since == 0 {
		r.Since = tx.Today()
	}
	kinds := make([]string, len(r.Kinds))
	for i, k := range r.Kinds {
		kinds[i] = string(k)
	}
	id := DecisionID{Bits: tx.NewID()}
	_, err := tx.Exec(sqlInsertRules, id, flag(r.On), r.Since, r.GraceDays, flag(r.MaySpend), r.ReminderDays, strings.Join(kinds, " "), r.Account,
		tx.Actor().ID, tx.Now().UnixMicro())
	if err != nil {
		return ident.Ref{}, err
	}
	tx.Remember(name, nil)
	return id.Ref(), tx.Keep(r)
}

func flag(b bool) int {
	if b {
		return 1
	}
	return 0
}

type decisionNoun struct{}

// Prefix of a decision about membership.
func (decisionNoun) Prefix() string { return "mru_" }

// DecisionID is the id of a decision about membership.
type DecisionID = ident.ID[decisionNoun]

// Decision is what was decided at an instant.
type Decision struct {
	ID    DecisionID `json:"id"`
	Rules Condition  `json:"rules"`
	By    ident.User `json:"decided_by"`
	At    time.Time  `json:"decided_at"`
}

// Decisions lists the last decisions, newest first. It returns ErrForbidden.
func (s *Service) Decisions(ctx context.Context, actor access.Actor, most int) ([]Decision, error) {
	if err := access.Allow(actor, access.SettingsRead, ident.Holder{}); err != nil {
		return nil, err
	}
	rows, err := s.ledger.Reader().QueryContext(ctx, sqlDecisions, most)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	list := []Decision{}
	for rows.Next() {
		var d Decision
		var kinds string
		var on, spend int
		var at int64
		if err := rows.Scan(&d.ID, &on, &d.Rules.Since, &d.Rules.GraceDays, &spend, &d.Rules.ReminderDays, &kinds, &d.Rules.Account, &d.By, &at); err != nil {
			return nil, err
		}
		d.Rules.On, d.Rules.MaySpend, d.Rules.Kinds, d.At = on == 1, spend == 1, kindsOf(kinds), time.UnixMicro(at).UTC()
		list = append(list, d)
	}
	return list, rows.Err()
}

// Of returns how a holder stands today, to themselves and to staff. It returns
// ErrForbidden and ErrMissing.
func (s *Service) Of(ctx context.Context, actor access.Actor, h ident.Holder) (MemberStanding, error) {
	if err := access.Allow(actor, access.MembershipRead, h); err != nil {
		return MemberStanding{}, err
	}
	return StandingOf(s.read(ctx), h, civil.Of(s.ledger.Now()))
}

// Count is how many holders of a kind there are, and how many of them have paid
// for today.
type Count struct {
	Kind    ledger.HolderKind `json:"kind"`
	Holders int               `json:"holders"`
	Paid    int               `json:"paid"`
}

// Counts counts the members, by kind. It returns ErrForbidden.
func (s *Service) Counts(ctx context.Context, actor access.Actor) ([]Count, error) {
	if err := access.Allow(actor, access.MembershipRead, ident.Holder{}); err != nil {
		return nil, err
	}
	rows, err := s.ledger.Reader().QueryContext(ctx, sqlCount, civil.Of(s.ledger.Now()))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	list := make([]Count, len(Kinds()))
	for i, k := range Kinds() {
		list[i].Kind = k
	}
	for rows.Next() {
		var c Count
		if err := rows.Scan(&c.Kind, &c.Holders, &c.Paid); err != nil {
			return nil, err
		}
		if i := slices.IndexFunc(list, func(x Count) bool { return x.Kind == c.Kind }); i >= 0 {
			list[i] = c
		}
	}
	return list, rows.Err()
}
