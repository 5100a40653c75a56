// SPDX-License-Identifier: AGPL-3.0-or-later

package gift

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"time"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/ident"
)

// Service gives, through the ledger's one door.
type Service struct {
	ledger *ledger.Ledger
}

// New returns the service of an open book.
func New(l *ledger.Ledger) *Service { return &Service{ledger: l} }

// Candidate is one that may be chosen.
type Candidate struct {
	Holder ident.Holder `json:"holder"`
	Name   string       `json:"name"`
	Number string       `json:"number"`
}

// AdmitInput lets an association be chosen, or not any more.
type AdmitInput struct {
	Association ident.Holder `json:"association"`
	Admitted    bool         `json:"admitted"`
}

// Admit decides whether an association may be chosen; choices already made of one
// that is not any more give it nothing. It returns ErrForbidden, ErrMissing and
// ErrInvalid for a holder of another kind.
func (s *Service) Admit(ctx context.Context, actor access.Actor, key string, in AdmitInput) (bool, error) {
	out, err := s.ledger.Execute(ctx, ledger.Command{Actor: actor, Action: access.GiftAdmit, Key: key, Input: in}, func(tx *ledger.Tx) (ident.Ref, error) {
		h, err := tx.Holder(in.Association)
		if err != nil {
			return ident.Ref{}, err
		}
		if h.Kind != ledger.Association {
			return ident.Ref{}, fault.ErrInvalid.At("/association", "must be an association")
		}
		admitted := 0
		if in.Admitted {
			admitted = 1
		}
		_, err = tx.Exec(sqlAdmit, h.ID, admitted, tx.Actor().ID, tx.Now().UnixMicro())
		return h.ID.Ref(), err
	})
	return out.Replayed, err
}

// Associations lists those that may be chosen, by name; it is public.
func (s *Service) Associations(ctx context.Context) ([]Candidate, error) {
	rows, err := s.ledger.Reader().QueryContext(ctx, sqlAdmitted)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	list := []Candidate{}
	for rows.Next() {
		var a Candidate
		if err := rows.Scan(&a.Holder, &a.Name, &a.Number); err != nil {
			return nil, err
		}
		list = append(list, a)
	}
	return list, rows.Err()
}

// Choice is the association that a member chose; a zero one is none.
type Choice struct {
	Holder      ident.Holder `json:"holder"`
	Association ident.Holder `json:"association,omitzero"`
	Name        string       `json:"name,omitempty"`
	ChosenAt    time.Time    `json:"chosen_at,omitzero"`
}

// ChooseInput is whom a member wants the gift to go to; nobody where the
// association is left out.
type ChooseInput struct {
	Holder      ident.Holder `json:"holder"`
	Association ident.Holder `json:"association,omitzero"`
}

// Choose keeps a member's choice, instead of the one before. It returns
// ErrForbidden and ErrNotAdmitted.
func (s *Service) Choose(ctx context.Context, actor access.Actor, key string, in ChooseInput) (Choice, bool, error) {
	out, err := s.ledger.Execute(ctx, ledger.Command{Actor: actor, Action: access.GiftChoose, Owner: in.Holder, Key: key, Input: in},
		func(tx *ledger.Tx) (ident.Ref, error) {
			c := Choice{Holder: in.Holder, Association: in.Association}
			if in.Association.IsZero() {
				if _, err := tx.Exec(sqlWithdraw, in.Holder); err != nil {
					return ident.Ref{}, err
				}
				return in.Holder.Ref(), tx.Keep(c)
			}
			var admitted int
			if err := tx.QueryRow(sqlIsIn, in.Association).Scan(&admitted); err != nil {
				return ident.Ref{}, err
			}
			if admitted == 0 {
				return ident.Ref{}, ErrNotAdmitted
			}
			h, err := tx.Holder(in.Association)
			if err != nil {
				return ident.Ref{}, err
			}
			c.Name, c.ChosenAt = h.Name, tx.Now()
			if _, err := tx.Exec(sqlChoose, in.Holder, in.Association, c.ChosenAt.UnixMicro()); err != nil {
				return ident.Ref{}, err
			}
			return in.Holder.Ref(), tx.Keep(c)
		})
	if err != nil {
		return Choice{}, false, err
	}
	var c Choice
	return c, out.Replayed, json.Unmarshal(out.Result, &c)
}

// ChoiceOf returns what a member chose, to the member alone. It returns
// ErrForbidden.
func (s *Service) ChoiceOf(ctx context.Context, actor access.Actor, h ident.Holder) (Choice, error) {
	if err := access.Allow(actor, access.GiftChoose, h); err != nil {
		return Choice{}, err
	}
	return Chosen(ctx, s.ledger.Journal, h)
}

// Chosen returns what a member chose, for whoever was allowed to know it (D7). It
// returns an error of the engine.
func Chosen(ctx context.Context, j *ledger.Journal, h ident.Holder) (Choice, error) {
	c := Choice{Holder: h}
	var at int64
	err := j.Reader().QueryRowContext(ctx, sqlChoice, h).Scan(&c.Association, &c.Name, &at)
	if errors.Is(err, sql.ErrNoRows) {
		return c, nil
	}
	c.ChosenAt = time.UnixMicro(at).UTC()
	return c, err
}

// Forget withdraws, within a command, what somebody chose (D6). It returns an
// error of the engine.
func Forget(tx *ledger.Tx, h ident.Holder) error {
	_, err := tx.Exec(sqlWithdraw, h)
	return err
}
