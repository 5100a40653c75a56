// SPDX-License-Identifier: AGPL-3.0-or-later

package merchant

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/db"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/ident"
)

type screenNoun struct{}

// Prefix of a screen's id.
func (screenNoun) Prefix() string { return "scr_" }

// ScreenID is the id of a screen. It is no secret.
type ScreenID = ident.ID[screenNoun]

// PairingTime is how long the code of a new screen holds.
const PairingTime = 10 * time.Minute

// screenLimit is how many screens a merchant has at most.
const screenLimit = 20

// Screen is a device at the counter of a merchant, which shows what was paid and
// can do nothing.
type Screen struct {
	ID        ScreenID  `json:"id"`
	Merchant  ID        `json:"merchant"`
	Label     string    `json:"label"`
	Code      string    `json:"code,omitempty"` // eight characters, until a device gives it
	CreatedAt time.Time `json:"created_at"`
	ExpiresAt time.Time `json:"expires_at"` // of the code
	PairedAt  time.Time `json:"paired_at,omitzero"`
	RevokedAt time.Time `json:"revoked_at,omitzero"`

	Holder ident.Holder `json:"-"` // whose merchant it is
}

// Actor is what a screen may do: watch its merchant.
func (s Screen) Actor() access.Actor {
	return access.Actor{ID: ident.User{Bits: s.ID.Bits}, Grants: []access.Grant{{Role: access.Display, Organisation: s.Holder}}}
}

// InviteScreenInput is what is needed to make a screen.
type InviteScreenInput struct {
	Merchant ID     `json:"merchant"`
	Label    string `json:"label"` // where it stands, 1 to 60 printable characters
}

// InviteScreen makes a screen and the code by which a device becomes it. It
// returns ErrForbidden, ErrInvalid, ErrScreens, and what Execute returns.
func (s *Service) InviteScreen(ctx context.Context, actor access.Actor, key string, in InviteScreenInput) (Screen, bool, error) {
	m, err := s.Merchant(ctx, in.Merchant)
	if err != nil {
		return Screen{}, false, hidden(actor, access.ScreenInvite, err)
	}
	if err := access.Allow(actor, access.ScreenInvite, m.Holder); err != nil {
		return Screen{}, false, err
	}
	var check fault.Check
	check.That(validName(in.Label), "/label", "must be 1 to 60 printable characters")
	if err := check.Err(); err != nil {
		return Screen{}, false, err
	}
	out, err := s.ledger.Execute(ctx, ledger.Command{Actor: actor, Action: access.ScreenInvite, Owner: m.Holder, Key: key, Input: in},
		func(tx *ledger.Tx) (ident.Ref, error) {
			id := ScreenID{Bits: tx.NewID()}
			return id.Ref(), insertScreen(tx, id, in)
		})
	if err != nil {
		return Screen{}, false, err
	}
	made, err := s.screen(ctx, sqlScreen, ScreenID{Bits: out.Ref.Bits})
	return made, out.Replayed, err
}

func insertScreen(tx *ledger.Tx, id ScreenID, in InviteScreenInput) error {
	now := tx.Now()
	if _, err := tx.Exec(sqlForgetScreens, in.Merchant, now.UnixMicro()); err != nil {
		return err
	}
	var count int
	if err := tx.QueryRow(sqlCountScreens, in.Merchant).Scan(&count); err != nil {
		return err
	}
	if count >= screenLimit {
		return ErrScreens
	}
	for range 20 {
		inserted, err := tx.Exec(sqlInsertScreen, id, in.Merchant, in.Label, newScreenCode(), now.UnixMicro(), now.Add(PairingTime).UnixMicro())
		if err != nil || inserted == 1 {
			return err
		}
	}
	return errors.New("no free pairing code was found in twenty draws")
}

// PairScreenInput is what a device gives: the code that was typed, and the
// SHA-256 of the secret by which it will be known.
type PairScreenInput struct {
	Code   string   `json:"code"`
	Digest [32]byte `json:"digest"`
}

// PairScreen makes a device a screen, once for a code. The actor is the system:
// a device is nobody. It returns ErrPairing, in the same words whether the code
// never existed, was used or has expired, and what Execute returns.
func (s *Service) PairScreen(ctx context.Context, actor access.Actor, key string, in PairScreenInput) (Screen, bool, error) {
	if err := access.Allow(actor, access.ScreenPair, ident.Holder{}); err != nil {
		return Screen{}, false, err
	}
	code, ok := readCode(in.Code, screenCodeLength)
	if !ok {
		return Screen{}, false, ErrPairing
	}
	in.Code = code
	out, err := s.ledger.Execute(ctx, ledger.Command{Actor: actor, Action: access.ScreenPair, Key: key, Input: in},
		func(tx *ledger.Tx) (ident.Ref, error) {
			found, err := scanScreen(tx.QueryRow(sqlScreenByCode, code))
			if errors.Is(err, fault.ErrMissing) {
				return ident.Ref{}, ErrPairing
			}
			if err != nil {
				return ident.Ref{}, err
			}
			tx.Touch(found.Merchant.Ref())
			return found.ID.Ref(), tx.Guard(ErrPairing, sqlPairScreen, found.ID, in.Digest[:], tx.Now().UnixMicro())
		})
	if err != nil {
		return Screen{}, false, err
	}
	paired, err := s.screen(ctx, sqlScreen, ScreenID{Bits: out.Ref.Bits})
	return paired, out.Replayed, err
}

// RevokeScreen takes a screen off, or withdraws its code, at once. It returns
// ErrForbidden whether the screen is another's or none (rule D2),
// ErrScreenRevoked, and what Execute returns.
func (s *Service) RevokeScreen(ctx context.Context, actor access.Actor, key string, id ScreenID) (bool, error) {
	found, err := s.screen(ctx, sqlScreen, id)
	if err != nil {
		return false, hidden(actor, access.ScreenRevoke, err)
	}
	out, err := s.ledger.Execute(ctx, ledger.Command{Actor: actor, Action: access.ScreenRevoke, Owner: found.Holder, Key: key, Input: id},
		func(tx *ledger.Tx) (ident.Ref, error) {
			tx.Touch(found.Merchant.Ref())
			return id.Ref(), tx.Guard(ErrScreenRevoked, sqlRevokeScreen, id, tx.Now().UnixMicro())
		})
	return out.Replayed, err
}

// Screens lists the screens of a merchant, oldest first: those that stand and
// those whose code still holds. It returns ErrForbidden.
func (s *Service) Screens(ctx context.Context, actor access.Actor, id ID) ([]Screen, error) {
	if _, err := s.readable(ctx, actor, access.ScreenRead, id); err != nil {
		return nil, err
	}
	rows, err := s.ledger.Reader().QueryContext(ctx, sqlScreensOf, id)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []Screen
	now := s.ledger.Now()
	for rows.Next() {
		found, err := scanScreen(rows)
		if err != nil {
			return nil, err
		}
		if found.RevokedAt.IsZero() && (!found.PairedAt.IsZero() || now.Before(found.ExpiresAt)) {
			list = append(list, found)
		}
	}
	return list, rows.Err()
}

// ScreenOf returns the screen that a device is, by the SHA-256 of its secret, or
// ErrScreenUnknown, also for one that was taken off.
func (s *Service) ScreenOf(ctx context.Context, digest [32]byte) (Screen, error) {
	found, err := s.screen(ctx, sqlScreenByDigest, digest[:])
	if errors.Is(err, fault.ErrMissing) || err == nil && !found.RevokedAt.IsZero() {
		return Screen{}, ErrScreenUnknown
	}
	return found, err
}

// Screen returns a screen that stands to itself: to the actor that it is. It
// returns ErrForbidden to anybody else, whether it exists or not.
func (s *Service) Screen(ctx context.Context, actor access.Actor, id ScreenID) (Screen, error) {
	found, err := s.screen(ctx, sqlScreen, id)
	if errors.Is(err, fault.ErrMissing) {
		return Screen{}, access.ErrForbidden
	}
	if err != nil {
		return Screen{}, err
	}
	if actor.ID.Bits != id.Bits || !found.RevokedAt.IsZero() {
		return Screen{}, access.ErrForbidden
	}
	return found, access.Allow(actor, access.ScreenWatch, found.Holder)
}

func (s *Service) screen(ctx context.Context, query string, arg any) (Screen, error) {
	return scanScreen(s.ledger.Reader().QueryRowContext(ctx, query, arg))
}

func scanScreen(row db.Row) (Screen, error) {
	var s Screen
	var created, expires int64
	var paired, revoked sql.NullInt64
	err := row.Scan(&s.ID, &s.Merchant, &s.Holder, &s.Label, &s.Code, &created, &expires, &paired, &revoked)
	if noRows(err) {
		return Screen{}, fault.ErrMissing
	}
	s.CreatedAt, s.ExpiresAt = time.UnixMicro(created).UTC(), time.UnixMicro(expires).UTC()
	if paired.Valid {
		s.PairedAt = time.UnixMicro(paired.Int64).UTC()
	}
	if revoked.Valid {
		s.RevokedAt = time.UnixMicro(revoked.Int64).UTC()
	}
	return s, err
}
