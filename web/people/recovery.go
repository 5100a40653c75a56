// SPDX-License-Identifier: AGPL-3.0-or-later

package people

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/web/session"
)

// Way is how the secret of a recovery reaches the person.
type Way string

// The ways of a recovery.
const (
	ByMail Way = "mail" // a link to the verified address, which holds at once
	ByHand Way = "hand" // a printed code, which holds after a delay in which the person can object
)

// How long a recovery lasts.
const (
	RecoveryDelay    = 24 * time.Hour     // before a code handed over holds, where nothing was set
	recoveryLifetime = 24 * time.Hour     // of the secret, from when it holds
	recoveryWait     = 7 * 24 * time.Hour // for the second volunteer
)

type caseNoun struct{}

// Prefix of a recovery's id.
func (caseNoun) Prefix() string { return "rec_" }

// CaseID is the id of a recovery.
type CaseID = ident.ID[caseNoun]

// Case is a recovery: somebody lost every way to sign in (ASVS 6.4). Instants are
// UTC.
type Case struct {
	ID         CaseID       `json:"id"`
	User       ident.User   `json:"user"`
	Holder     ident.Holder `json:"holder"`
	Way        Way          `json:"way"`
	Reason     string       `json:"reason"` // how the first volunteer checked who the person is
	OpenedBy   ident.User   `json:"opened_by"`
	OpenedAt   time.Time    `json:"opened_at"`
	ApprovedBy ident.User   `json:"approved_by,omitzero"`
	ApprovedAt time.Time    `json:"approved_at,omitzero"`
	UsableAt   time.Time    `json:"usable_at,omitzero"` // when the secret holds from
	ExpiresAt  time.Time    `json:"expires_at"`
	EndedAt    time.Time    `json:"ended_at,omitzero"`
	Outcome    string       `json:"outcome,omitempty"` // done, cancelled or expired
}

// OpenCaseInput is what the first volunteer says.
type OpenCaseInput struct {
	Holder ident.Holder `json:"holder"` // of the person, who is an individual with one user
	Way    Way          `json:"way"`
	Reason string       `json:"reason"` // how it was checked who the person is, 10 to 500 characters
}

// OpenCase begins a recovery after a volunteer checked who somebody is. A letter
// tells the person, who can cancel it. It returns ledger.ErrForbidden,
// fault.ErrInvalid, ErrNotRecoverable, ErrOneVolunteer, ErrCaseOpen, or what
// ledger.Execute returns.
func (s *Service) OpenCase(ctx context.Context, actor access.Actor, key string, in OpenCaseInput) (Case, bool, error) {
	if err := access.Allow(actor, access.RecoveryOpen, ident.Holder{}); err != nil {
		return Case{}, false, err
	}
	in.Reason = strings.TrimSpace(in.Reason)
	var check fault.Check
	check.That(in.Way == ByMail || in.Way == ByHand, "/way", "must be mail or hand")
	check.That(validReason(in.Reason), "/reason", "must be 10 to 500 printable characters")
	if err := check.Err(); err != nil {
		return Case{}, false, err
	}
	if in.Holder == actor.Holder {
		return Case{}, false, ErrOneVolunteer
	}
	user, err := s.recoverable(ctx, in.Holder)
	if err != nil {
		return Case{}, false, err
	}
	notice, err := s.Identity.Notice(ctx, user)
	if err != nil {
		return Case{}, false, err
	}
	out, err := s.Ledger.Execute(ctx, ledger.Command{Actor: actor, Action: access.RecoveryOpen, Key: key, Input: in}, func(tx *ledger.Tx) (ident.Ref, error) {
		now := tx.Now()
		if _, err := tx.Exec(sqlExpireCase, user, now.UnixMicro()); err != nil {
			return ident.Ref{}, err
		}
		id := CaseID{Bits: tx.NewID()}
		err := tx.Guard(ErrCaseOpen, sqlOpenCase, id, user, string(in.Way), in.Reason, actor.ID, now.UnixMicro(), now.Add(recoveryWait).UnixMicro())
		if err != nil {
			return ident.Ref{}, err
		}
		tx.Touch(user.Ref())
		return id.Ref(), notice.Send(tx, "letter.recovery-opened")
	})
	if err != nil {
		return Case{}, false, err
	}
	c, err := s.recovery(ctx, sqlCase, CaseID{Bits: out.Ref.Bits})
	return c, out.Replayed, err
}

// recoverable returns the one user of a holder who could be recovered.
func (s *Service) recoverable(ctx context.Context, holder ident.Holder) (ident.User, error) {
	rows, err := s.Ledger.Reader().QueryContext(ctx, sqlRecoverable, holder.Bits[:])
	if err != nil {
		return ident.User{}, err
	}
	defer rows.Close()
	var list []ident.User
	for rows.Next() {
		var id ident.User
		if err := rows.Scan(&id); err != nil {
			return ident.User{}, err
		}
		list = append(list, id)
	}
	if err := rows.Err(); err != nil {
		return ident.User{}, err
	}
	if len(list) != 1 {
		return ident.User{}, ErrNotRecoverable
	}
	return list[0], nil
}

// Approval is a recovery that a second volunteer approved. Code is shown once, to
// be printed and handed over; it is empty where it went by letter, and where an
// earlier request with the same key showed it.
type Approval struct {
	Case Case   `json:"recovery"`
	Code string `json:"code,omitempty"`
}

// ApproveCase agrees to a recovery, as another volunteer than the first; for a
// user with a role that needs a passkey, as an administrator. It returns
// ledger.ErrForbidden, ledger.ErrMissing, ErrOneVolunteer, ErrNeedsOffice,
// ErrCaseEnded, or what ledger.Execute returns.
func (s *Service) ApproveCase(ctx context.Context, actor access.Actor, key string, id CaseID) (Approval, bool, error) {
	if err := access.Allow(actor, access.RecoveryApprove, ident.Holder{}); err != nil {
		return Approval{}, false, err
	}
	c, err := s.recovery(ctx, sqlCase, id)
	if err != nil {
		return Approval{}, false, err
	}
	if err := s.secondVolunteer(ctx, actor, c); err != nil {
		return Approval{}, false, err
	}
	notice, err := s.Identity.Notice(ctx, c.User)
	if err != nil {
		return Approval{}, false, err
	}
	delay, err := s.delay(ctx, c.Way)
	if err != nil {
		return Approval{}, false, err
	}
	code := newCode()
	out, err := s.Ledger.Execute(ctx, ledger.Command{Actor: actor, Action: access.RecoveryApprove, Key: key, Input: id}, func(tx *ledger.Tx) (ident.Ref, error) {
		usable := tx.Now().Add(delay)
		err := tx.Guard(ErrCaseEnded, sqlApproveCase, id, actor.ID, tx.Now().UnixMicro(), codeDigest(code), usable.UnixMicro(), usable.Add(recoveryLifetime).UnixMicro())
		if err != nil {
			return ident.Ref{}, err
		}
		tx.Touch(c.User.Ref())
		if c.Way == ByMail {
			return id.Ref(), notice.Letter(tx, "recover", "/retrouver/"+code, nil)
		}
		return id.Ref(), notice.Send(tx, "letter.recovery-approved")
	})
	if err != nil {
		return Approval{}, false, err
	}
	c, err = s.recovery(ctx, sqlCase, id)
	if out.Replayed || c.Way == ByMail {
		code = ""
	}
	return Approval{c, code}, out.Replayed, err
}

// secondVolunteer says whether somebody may be the second volunteer of a recovery.
func (s *Service) secondVolunteer(ctx context.Context, actor access.Actor, c Case) error {
	var first ident.Holder
	if err := s.Ledger.Reader().QueryRowContext(ctx, sqlHolderOf, c.OpenedBy, make([]byte, 16)).Scan(&first); err != nil {
		return err
	}
	if actor.ID == c.OpenedBy || actor.Holder == first || actor.ID == c.User || actor.Holder == c.Holder {
		return ErrOneVolunteer
	}
	list, err := s.read(ctx, sqlPerson, c.User)
	if err != nil || len(list) == 0 {
		return err
	}
	office := slices.ContainsFunc(list[0].Grants, func(g access.Grant) bool { return session.NeedsPasskey(g.Role) })
	if office && !actor.Has(access.Administrator) {
		return ErrNeedsOffice
	}
	return nil
}

// CancelCase ends a recovery: the person from a session that still stands, or
// somebody of the staff. It returns ledger.ErrForbidden, ledger.ErrMissing to
// the staff, ErrCaseEnded, or what ledger.Execute returns.
func (s *Service) CancelCase(ctx context.Context, actor access.Actor, key string, id CaseID) (bool, error) {
	c, err := s.recovery(ctx, sqlCase, id)
	everybody := access.Allow(actor, access.RecoveryCancel, ident.Holder{}) == nil
	if errors.Is(err, ledger.ErrMissing) && !everybody {
		return false, ledger.ErrForbidden
	}
	if err != nil {
		return false, err
	}
	if !everybody && c.User != actor.ID {
		return false, ledger.ErrForbidden
	}
	notice, err := s.Identity.Notice(ctx, c.User)
	if err != nil {
		return false, err
	}
	command := ledger.Command{Actor: actor, Action: access.RecoveryCancel, Owner: c.Holder, Key: key, Input: id}
	out, err := s.Ledger.Execute(ctx, command, func(tx *ledger.Tx) (ident.Ref, error) {
		if err := tx.Guard(ErrCaseEnded, sqlCancelCase, id, tx.Now().UnixMicro()); err != nil {
			return ident.Ref{}, err
		}
		return id.Ref(), notice.Send(tx, "letter.recovery-cancelled")
	})
	return out.Replayed, err
}

// Cases lists recoveries for the staff, oldest first, after an id. It returns
// ledger.ErrForbidden.
func (s *Service) Cases(ctx context.Context, actor access.Actor, after CaseID, limit int) ([]Case, error) {
	if err := access.Allow(actor, access.RecoveryRead, ident.Holder{}); err != nil {
		return nil, err
	}
	return s.recoveries(ctx, sqlCases, after.Bits[:], limit)
}

// OpenCases lists the recoveries that are under way, oldest first, two hundred at
// most. It returns ledger.ErrForbidden.
func (s *Service) OpenCases(ctx context.Context, actor access.Actor) ([]Case, error) {
	if err := access.Allow(actor, access.RecoveryRead, ident.Holder{}); err != nil {
		return nil, err
	}
	return s.recoveries(ctx, sqlCasesOpen, s.Ledger.Now().UnixMicro())
}

// OwnCases lists the latest recoveries of whoever asks, newest first.
func (s *Service) OwnCases(ctx context.Context, actor access.Actor) ([]Case, error) {
	if err := access.Allow(actor, access.PersonCopy, actor.Holder); err != nil {
		return nil, err
	}
	return s.recoveries(ctx, sqlCasesOf, actor.ID)
}

func (s *Service) recovery(ctx context.Context, query string, by any) (Case, error) {
	list, err := s.recoveries(ctx, query, by)
	if err == nil && len(list) == 0 {
		err = ledger.ErrMissing
	}
	if err != nil {
		return Case{}, err
	}
	return list[0], nil
}

func (s *Service) recoveries(ctx context.Context, query string, args ...any) ([]Case, error) {
	rows, err := s.Ledger.Reader().QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	list := []Case{}
	for rows.Next() {
		var c Case
		var opened, expires int64
		var approved, usable, ended sql.NullInt64
		if err := rows.Scan(&c.ID, &c.User, &c.Holder, &c.Way, &c.Reason, &c.OpenedBy, &opened, &c.ApprovedBy, &approved,
			&usable, &expires, &ended, &c.Outcome); err != nil {
			return nil, err
		}
		c.OpenedAt, c.ExpiresAt = time.UnixMicro(opened).UTC(), time.UnixMicro(expires).UTC()
		c.ApprovedAt, c.UsableAt, c.EndedAt = instant(approved), instant(usable), instant(ended)
		list = append(list, c)
	}
	return list, rows.Err()
}

// instant reads stored microseconds, null for never.
func instant(us sql.NullInt64) time.Time {
	if !us.Valid {
		return time.Time{}
	}
	return time.UnixMicro(us.Int64).UTC()
}

func validReason(text string) bool {
	n := utf8.RuneCountInString(text)
	return n >= 10 && n <= 500 && utf8.ValidString(text) && !strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsPrint(r) })
}
