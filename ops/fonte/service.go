// SPDX-License-Identifier: AGPL-3.0-or-later

package fonte

import (
	"context"
	"database/sql"
	"encoding/json"
	"slices"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/civil"
	"github.com/noria-mlc/noria/ledger/db"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/ident"
)

// Service keeps the rules and takes what they say, through the ledger's one door.
type Service struct {
	ledger *ledger.Ledger
}

// New returns the service of an open book.
func New(l *ledger.Ledger) *Service { return &Service{ledger: l} }

// command runs a command that answers with a rule.
func (s *Service) command(ctx context.Context, c ledger.Command, do func(*ledger.Tx) (Rule, error)) (Rule, bool, error) {
	out, err := s.ledger.Execute(ctx, c, func(tx *ledger.Tx) (ident.Ref, error) {
		r, err := do(tx)
		if err != nil {
			return ident.Ref{}, err
		}
		return r.ID.Ref(), tx.Keep(r)
	})
	if err != nil {
		return Rule{}, false, err
	}
	var r Rule
	return r, out.Replayed, json.Unmarshal(out.Result, &r)
}

// Prepare proposes a rule; nothing holds before another person approved it. It
// returns ErrForbidden, ErrInvalid and ErrNotice.
func (s *Service) Prepare(ctx context.Context, actor access.Actor, key string, in RuleTerms) (Rule, bool, error) {
	if err := access.Allow(actor, access.FontePrepare, ident.Holder{}); err != nil {
		return Rule{}, false, err
	}
	if err := in.form(); err != nil {
		return Rule{}, false, err
	}
	return s.command(ctx, ledger.Command{Actor: actor, Action: access.FontePrepare, Key: key, Input: in}, func(tx *ledger.Tx) (Rule, error) {
		h, err := tx.Holder(in.Receiver)
		if err != nil || h.Kind != ledger.Association {
			return Rule{}, fault.ErrInvalid.At("/receiver", "must be an association")
		}
		if !in.noticed(tx.Today()) {
			return Rule{}, ErrNotice
		}
		id := RuleID{Bits: tx.NewID()}
		if _, err := tx.Exec(sqlInsertRule, id, in.Rate, string(in.Period), in.FirstDay, in.Receiver, in.kinds(), in.Exempt, in.NoticeDays,
			tx.Actor().ID, tx.Now().UnixMicro()); err != nil {
			return Rule{}, err
		}
		return ruleOf(tx, id)
	})
}

// Approve decides a rule, as another person than who prepared it (D9). From now on
// it is announced, and the job writes to whom it concerns. It returns ErrForbidden,
// ErrMissing, ErrApproved, ErrEnded, ErrSamePerson, ErrNotice and ErrAnnounced.
func (s *Service) Approve(ctx context.Context, actor access.Actor, key string, id RuleID) (Rule, bool, error) {
	return s.command(ctx, ledger.Command{Actor: actor, Action: access.FonteApprove, Key: key, Input: id}, func(tx *ledger.Tx) (Rule, error) {
		all, err := readRules(tx.Query, tx.Today())
		if err != nil {
			return Rule{}, err
		}
		r, err := find(all, id)
		switch {
		case err != nil:
			return Rule{}, err
		case r.approved():
			return Rule{}, ErrApproved
		case r.Status != Draft:
			return Rule{}, ErrEnded
		case r.PreparedBy == tx.Actor().ID:
			return Rule{}, ErrSamePerson
		case !r.noticed(tx.Today()):
			return Rule{}, ErrNotice
		case slices.ContainsFunc(all, func(other Rule) bool { return other.Status == Announced }):
			return Rule{}, ErrAnnounced
		}
		if err := tx.Guard(ErrApproved, sqlApprove, r.ID, r.PreparedBy, tx.Actor().ID, tx.Now().UnixMicro()); err != nil {
			return Rule{}, err
		}
		return ruleOf(tx, id)
	})
}

// End ends a rule at once: periods that are not over are never taken. A draft is
// withdrawn. It returns ErrForbidden, ErrMissing and ErrEnded.
func (s *Service) End(ctx context.Context, actor access.Actor, key string, id RuleID) (Rule, bool, error) {
	return s.command(ctx, ledger.Command{Actor: actor, Action: access.FonteEnd, Key: key, Input: id}, func(tx *ledger.Tx) (Rule, error) {
		r, err := ruleOf(tx, id)
		switch {
		case err != nil:
			return Rule{}, err
		case r.Status == Ended || r.Status == Withdrawn:
			return Rule{}, ErrEnded
		}
		if err := tx.Guard(ErrEnded, sqlEnd, r.ID, tx.Actor().ID, tx.Now().UnixMicro()); err != nil {
			return Rule{}, err
		}
		return ruleOf(tx, id)
	})
}

// ruleOf reads a rule within a command, or returns ErrMissing.
func ruleOf(tx *ledger.Tx, id RuleID) (Rule, error) {
	all, err := readRules(tx.Query, tx.Today())
	if err != nil {
		return Rule{}, err
	}
	return find(all, id)
}

func find(all []Rule, id RuleID) (Rule, error) {
	if i := slices.IndexFunc(all, func(r Rule) bool { return r.ID == id }); i >= 0 {
		return all[i], nil
	}
	return Rule{}, ledger.ErrMissing
}

// committed reads the rules as r sees them, oldest first.
func (s *Service) committed(ctx context.Context, r db.Reader) ([]Rule, error) {
	return readRules(func(query string, args ...any) (*sql.Rows, error) { return r.QueryContext(ctx, query, args...) }, civil.Of(s.ledger.Now()))
}

// Rules lists every rule with its periods, newest first. It returns ErrForbidden.
func (s *Service) Rules(ctx context.Context, actor access.Actor) ([]Rule, error) {
	if err := access.Allow(actor, access.FonteRead, ident.Holder{}); err != nil {
		return nil, err
	}
	var list []Rule
	err := s.ledger.Snapshot(ctx, func(r db.Reader) error {
		var err error
		if list, err = s.committed(ctx, r); err != nil {
			return err
		}
		found, err := r.QueryContext(ctx, sqlPeriods)
		if err != nil {
			return err
		}
		periods, err := collect(found, scanPeriod)
		for _, p := range periods {
			if i := slices.IndexFunc(list, func(r Rule) bool { return r.ID == p.rule }); i >= 0 {
				list[i].Periods = append(list[i].Periods, p.Taken)
			}
		}
		return err
	})
	slices.Reverse(list)
	return list, err
}

// Current lists the rule in force and the one announced, where there are any:
// everybody may know them, and nobody who decided them is named. It returns an
// error of the engine.
func (s *Service) Current(ctx context.Context) ([]Rule, error) {
	all, err := s.committed(ctx, s.ledger.Reader())
	list := []Rule{}
	for _, r := range all {
		if r.Status == Announced || r.Status == InForce {
			r.PreparedBy, r.ApprovedBy, r.EndedBy = ident.User{}, ident.User{}, ident.User{}
			list = append(list, r)
		}
	}
	return list, err
}
