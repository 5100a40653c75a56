// SPDX-License-Identifier: AGPL-3.0-or-later

package people

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/base32"
	"errors"
	"time"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/merchant"
	"github.com/noria-mlc/noria/ops/debit"
	"github.com/noria-mlc/noria/ops/gift"
	"github.com/noria-mlc/noria/ops/payout"
	"github.com/noria-mlc/noria/web/confirm"
	"github.com/noria-mlc/noria/web/session"
)

// ErasureDelay is how long somebody can still change their mind.
const ErasureDelay = 7 * 24 * time.Hour

type erasureNoun struct{}

// Prefix of an erasure's id.
func (erasureNoun) Prefix() string { return "era_" }

// ErasureID is the id of an erasure.
type ErasureID = ident.ID[erasureNoun]

// Erasure is the wish of somebody to be forgotten (D6). Instants are UTC.
type Erasure struct {
	ID          ErasureID    `json:"id"`
	User        ident.User   `json:"user"`
	Holder      ident.Holder `json:"holder"`
	RequestedBy ident.User   `json:"requested_by"`
	RequestedAt time.Time    `json:"requested_at"`
	DueAt       time.Time    `json:"due_at"`
	ApprovedBy  ident.User   `json:"approved_by,omitzero"` // of one done at once
	EndedAt     time.Time    `json:"ended_at,omitzero"`
	Outcome     string       `json:"outcome,omitempty"` // done or cancelled
}

// RequestErasure notes that whoever is signed in wants to be forgotten, which
// happens seven days later. It returns identity.ErrStale unless they proved who they
// are within five minutes, ErrNotAPerson, ErrHasRoles, ErrNotEmpty, ErrOpenAffairs,
// ErrErasureOpen, or what ledger.Execute returns.
func (s *Service) RequestErasure(ctx context.Context, p session.Principal, key string) (Erasure, bool, error) {
	if err := s.Identity.Fresh(ctx, p); err != nil {
		return Erasure{}, false, err
	}
	return s.openErasure(ctx, p.Actor, key, p.Actor.ID)
}

// OpenErasure notes the same for somebody who asked an administrator. It returns
// ledger.ErrForbidden, ledger.ErrMissing, and what RequestErasure returns.
func (s *Service) OpenErasure(ctx context.Context, actor access.Actor, key string, user ident.User) (Erasure, bool, error) {
	if err := access.Allow(actor, access.ErasureRequest, ident.Holder{}); err != nil {
		return Erasure{}, false, err
	}
	return s.openErasure(ctx, actor, key, user)
}

func (s *Service) openErasure(ctx context.Context, actor access.Actor, key string, user ident.User) (Erasure, bool, error) {
	subject, err := s.subject(ctx, user)
	if err != nil {
		return Erasure{}, false, err
	}
	notice, err := s.Identity.Notice(ctx, user)
	if err != nil {
		return Erasure{}, false, err
	}
	command := ledger.Command{Actor: actor, Action: access.ErasureRequest, Owner: subject.Holder, Key: key, Input: user}
	out, err := s.Ledger.Execute(ctx, command, func(tx *ledger.Tx) (ident.Ref, error) {
		if err := settled(tx, subject.Holder); err != nil {
			return ident.Ref{}, err
		}
		id, now := ErasureID{Bits: tx.NewID()}, tx.Now()
		err := tx.Guard(ErrErasureOpen, sqlOpenErasure, id, user, subject.Holder, actor.ID, now.UnixMicro(), now.Add(ErasureDelay).UnixMicro())
		if err != nil {
			return ident.Ref{}, err
		}
		return id.Ref(), notice.Send(tx, "letter.erasure-requested")
	})
	if err != nil {
		return Erasure{}, false, err
	}
	e, err := s.erasure(ctx, ErasureID{Bits: out.Ref.Bits})
	return e, out.Replayed, err
}

// subject reads whom an erasure is about. It returns ledger.ErrMissing,
// ErrNotAPerson or ErrHasRoles.
func (s *Service) subject(ctx context.Context, user ident.User) (Person, error) {
	list, err := s.read(ctx, sqlPerson, user)
	if err != nil {
		return Person{}, err
	}
	if len(list) == 0 {
		return Person{}, ledger.ErrMissing
	}
	h, err := s.Ledger.Holder(ctx, list[0].Holder)
	if err != nil {
		return Person{}, err
	}
	if h.Kind != ledger.Individual {
		return Person{}, ErrNotAPerson
	}
	for _, g := range list[0].Grants {
		if g.Role != access.Citizen {
			return Person{}, ErrHasRoles
		}
	}
	return list[0], nil
}

// settled returns ErrNotEmpty or ErrOpenAffairs for a holder who cannot be
// forgotten yet.
func settled(tx *ledger.Tx, holder ident.Holder) error {
	for _, account := range []ledger.Account{ledger.Wallet(holder), ledger.Reserved(holder)} {
		balance, err := tx.Balance(account)
		if err != nil {
			return err
		}
		if balance != 0 {
			return ErrNotEmpty
		}
	}
	for _, awaited := range []func(*ledger.Tx, ident.Holder) (bool, error){conversion.Awaited, payout.Awaited, debit.Awaited} {
		open, err := awaited(tx, holder)
		if err != nil {
			return err
		}
		if open {
			return ErrOpenAffairs
		}
	}
	return nil
}

// CancelErasure keeps an account: its owner's wish, or an administrator's. It
// returns ledger.ErrForbidden, ledger.ErrMissing to an administrator,
// ErrErasureEnded, or what ledger.Execute returns.
func (s *Service) CancelErasure(ctx context.Context, actor access.Actor, key string, id ErasureID) (bool, error) {
	e, err := s.erasure(ctx, id)
	everybody := access.Allow(actor, access.ErasureCancel, ident.Holder{}) == nil
	if !everybody && (errors.Is(err, ledger.ErrMissing) || (err == nil && e.User != actor.ID)) {
		return false, ledger.ErrForbidden
	}
	if err != nil {
		return false, err
	}
	command := ledger.Command{Actor: actor, Action: access.ErasureCancel, Owner: e.Holder, Key: key, Input: id}
	out, err := s.Ledger.Execute(ctx, command, func(tx *ledger.Tx) (ident.Ref, error) {
		return id.Ref(), tx.Guard(ErrErasureEnded, sqlEndErasure, id, tx.Now().UnixMicro(), "cancelled", nil)
	})
	return out.Replayed, err
}

// ApproveErasure erases at once, as another person than the one who asked and than
// the one to be forgotten. It returns ledger.ErrForbidden, ledger.ErrMissing,
// ErrOneAdministrator, ErrErasureEnded, ErrHasRoles, ErrNotEmpty, ErrOpenAffairs,
// ledger.ErrMoved, or what ledger.Execute returns.
func (s *Service) ApproveErasure(ctx context.Context, actor access.Actor, key string, id ErasureID) (bool, error) {
	if err := access.Allow(actor, access.ErasureApprove, ident.Holder{}); err != nil {
		return false, err
	}
	e, err := s.erasure(ctx, id)
	if err != nil {
		return false, err
	}
	var first ident.Holder
	if err := s.Ledger.Reader().QueryRowContext(ctx, sqlHolderOf, e.RequestedBy, make([]byte, 16)).Scan(&first); err != nil {
		return false, err
	}
	if actor.ID == e.RequestedBy || actor.Holder == first || actor.Holder == e.Holder {
		return false, ErrOneAdministrator
	}
	replayed, err := s.erase(ctx, ledger.Command{Actor: actor, Action: access.ErasureApprove, Key: key, Input: id}, e, actor.ID)
	if err != nil {
		return false, err
	}
	return replayed, s.Ledger.Scrub(ctx)
}

// erase runs the command that forgets a person (D6): how they sign in, where they
// were, their address, their letters, the words beside their movements; their
// holder becomes a pseudonym. Movements and sums stay for the legal period, and with
// them the bank account that euros were really sent to or collected from.
func (s *Service) erase(ctx context.Context, c ledger.Command, e Erasure, approved ident.User) (bool, error) {
	if _, err := s.subject(ctx, e.User); err != nil {
		return false, err
	}
	users, err := s.users(ctx, e.Holder)
	if err != nil {
		return false, err
	}
	traces, err := s.Ledger.Traces(ctx, e.Holder)
	if err != nil {
		return false, err
	}
	name := pseudonym()
	defer s.Session.Forget()
	out, err := s.Ledger.Execute(ctx, c, func(tx *ledger.Tx) (ident.Ref, error) {
		if err := tx.Guard(ErrErasureEnded, sqlEndErasure, e.ID, tx.Now().UnixMicro(), "done", approved); err != nil {
			return ident.Ref{}, err
		}
		if err := settled(tx, e.Holder); err != nil {
			return ident.Ref{}, err
		}
		for _, user := range users {
			if err := s.Identity.Erase(tx, user); err != nil {
				return ident.Ref{}, err
			}
			if err := s.Session.Erase(tx, user); err != nil {
				return ident.Ref{}, err
			}
			if err := confirm.Forget(tx, user, e.Holder); err != nil {
				return ident.Ref{}, err
			}
			if _, err := tx.Exec(sqlForgetCases, user); err != nil {
				return ident.Ref{}, err
			}
		}
		for _, forget := range []func(*ledger.Tx, ident.Holder) error{merchant.Forget, conversion.Forget, debit.Forget, gift.Forget, payout.Renounce} {
			if err := forget(tx, e.Holder); err != nil {
				return ident.Ref{}, err
			}
		}
		return e.ID.Ref(), tx.Forget(traces, name)
	})
	return out.Replayed, err
}

// pseudonym is what a holder is called who was forgotten.
func pseudonym() string {
	var b [5]byte
	if _, err := rand.Read(b[:]); err != nil {
		panic("people: no randomness: " + err.Error())
	}
	return "Ancien membre " + base32.NewEncoding(codeAlphabet).EncodeToString(b[:])
}

// users lists the users of a holder.
func (s *Service) users(ctx context.Context, holder ident.Holder) ([]ident.User, error) {
	rows, err := s.Ledger.Reader().QueryContext(ctx, sqlUsersOf, holder)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []ident.User
	for rows.Next() {
		var id ident.User
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		list = append(list, id)
	}
	return list, rows.Err()
}

// ErasuresDue says whether EraseDue would find somebody to forget; it only reads.
func (s *Service) ErasuresDue(ctx context.Context) (bool, error) {
	var n int
	err := s.Ledger.Reader().QueryRowContext(ctx, sqlErasuresDue, s.Ledger.Now().UnixMicro()).Scan(&n)
	return n > 0, err
}

// EraseDue forgets everybody whose time to change their mind has passed, and
// returns how many. Whoever holds units again, or awaits something, is tried again
// by the next run. It returns an error of the engine.
func (s *Service) EraseDue(ctx context.Context, actor access.Actor) (int, error) {
	list, err := s.erasures(ctx, sqlErasuresToDo, s.Ledger.Now().UnixMicro())
	if err != nil {
		return 0, err
	}
	done := 0
	for _, e := range list {
		command := ledger.Command{Actor: actor, Action: access.PersonErase, Key: "erase:" + e.ID.String() + ":" + s.newKey()[7:], Input: e.ID}
		_, err := s.erase(ctx, command, e, ident.User{})
		switch {
		case err == nil:
			done++
		case errors.Is(err, ErrNotEmpty), errors.Is(err, ErrOpenAffairs), errors.Is(err, ErrHasRoles), errors.Is(err, ErrErasureEnded), errors.Is(err, ledger.ErrMoved):
		default:
			return done, err
		}
	}
	if done > 0 {
		return done, s.Ledger.Scrub(ctx)
	}
	return 0, nil
}

// OpenErasures lists the wishes that wait, oldest first, two hundred at most, for
// those who approve them. It returns ledger.ErrForbidden.
func (s *Service) OpenErasures(ctx context.Context, actor access.Actor) ([]Erasure, error) {
	if err := access.Allow(actor, access.ErasureApprove, ident.Holder{}); err != nil {
		return nil, err
	}
	return s.erasures(ctx, sqlErasuresOpen, make([]byte, 16))
}

// Erasures lists the wishes of whoever asks, newest first.
func (s *Service) Erasures(ctx context.Context, actor access.Actor) ([]Erasure, error) {
	if err := access.Allow(actor, access.PersonCopy, actor.Holder); err != nil {
		return nil, err
	}
	return s.erasures(ctx, sqlErasuresOf, actor.ID)
}

func (s *Service) erasure(ctx context.Context, id ErasureID) (Erasure, error) {
	list, err := s.erasures(ctx, sqlErasure, id)
	if err == nil && len(list) == 0 {
		err = ledger.ErrMissing
	}
	if err != nil {
		return Erasure{}, err
	}
	return list[0], nil
}

func (s *Service) erasures(ctx context.Context, query string, by any) ([]Erasure, error) {
	rows, err := s.Ledger.Reader().QueryContext(ctx, query, by)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	list := []Erasure{}
	for rows.Next() {
		var e Erasure
		var requested, due int64
		var ended sql.NullInt64
		if err := rows.Scan(&e.ID, &e.User, &e.Holder, &e.RequestedBy, &requested, &due, &e.ApprovedBy, &ended, &e.Outcome); err != nil {
			return nil, err
		}
		e.RequestedAt, e.DueAt, e.EndedAt = time.UnixMicro(requested).UTC(), time.UnixMicro(due).UTC(), instant(ended)
		list = append(list, e)
	}
	return list, rows.Err()
}
