// SPDX-License-Identifier: AGPL-3.0-or-later

package membership

import (
	"database/sql"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/civil"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/ident"
)

// Most days of grace and of notice before a membership ends.
const (
	mostGrace    = 366
	mostReminder = 90
)

// Condition is what the treasurers decided about membership. The zero value is the
// usual one: no condition.
type Condition struct {
	On           bool                `json:"on"`
	Since        civil.Date          `json:"since,omitzero"` // the first day of the condition; the day of the decision where left out
	GraceDays    int                 `json:"grace_days"`     // how long an ended membership still counts, 0 to 366
	MaySpend     bool                `json:"may_spend"`      // whether those who are no members any more pay and are paid
	ReminderDays int                 `json:"reminder_days"`  // before the end, of the letter that reminds; 0 for no letter
	Kinds        []ledger.HolderKind `json:"kinds"`          // of holder that the condition is for
	Account      ident.Holder        `json:"account,omitzero"`
}

// Kinds lists the kinds of holder in the order in which they are shown.
func Kinds() []ledger.HolderKind {
	return []ledger.HolderKind{ledger.Individual, ledger.Professional, ledger.Association, ledger.Collectivity}
}

func (r Condition) form() error {
	var check fault.Check
	check.That(r.GraceDays >= 0 && r.GraceDays <= mostGrace, "/grace_days", "must be 0 to 366 days")
	check.That(r.ReminderDays >= 0 && r.ReminderDays <= mostReminder, "/reminder_days", "must be 0 to 90 days")
	check.That(!r.On || len(r.Kinds) > 0, "/kinds", "must name a kind of holder")
	check.That(r.Since >= 0, "/since", "must be a day")
	for i, k := range r.Kinds {
		check.That(k.Valid() && !slices.Contains(r.Kinds[:i], k), "/kinds", "must be kinds of holder, each once")
	}
	return check.Err()
}

// member is what decides about a holder.
type member struct {
	kind   ledger.HolderKind
	opened civil.Date
	until  civil.Date // zero where nothing was ever paid
}

// MemberStanding is how a holder stands towards the association on a day.
type MemberStanding struct {
	Holder ident.Holder `json:"holder"`
	Needed bool         `json:"needed"`         // whether the condition is for this holder
	Until  civil.Date   `json:"until,omitzero"` // the last day that was paid for
	Last   civil.Date   `json:"last,omitzero"`  // the last day that counts, with grace
	Valid  bool         `json:"valid"`          // whether the condition is met, or there is none
}

// standing judges a holder on a day.
func (r Condition) standing(h ident.Holder, m member, on civil.Date) MemberStanding {
	s := MemberStanding{Holder: h, Until: m.until, Valid: true}
	if !r.On || on < r.Since || h == r.Account || !slices.Contains(r.Kinds, m.kind) {
		return s
	}
	s.Needed, s.Last = true, max(m.until, m.opened, r.Since)+civil.Date(r.GraceDays)
	s.Valid = on <= s.Last
	return s
}

// Row reads one row, of what is committed or of a command's own transaction.
type Row func(query string, args ...any) *sql.Row

func readRules(read Row) (Condition, error) {
	var r Condition
	var kinds string
	var on, spend int
	err := read(sqlRules).Scan(&on, &r.Since, &r.GraceDays, &spend, &r.ReminderDays, &kinds, &r.Account)
	if errors.Is(err, sql.ErrNoRows) {
		return Condition{Kinds: []ledger.HolderKind{}}, nil
	}
	r.On, r.MaySpend, r.Kinds = on == 1, spend == 1, kindsOf(kinds)
	return r, err
}

func kindsOf(text string) []ledger.HolderKind {
	kinds := []ledger.HolderKind{}
	for _, k := range strings.Fields(text) {
		kinds = append(kinds, ledger.HolderKind(k))
	}
	return kinds
}

func readMember(read Row, h ident.Holder) (member, error) {
	var m member
	var opened int64
	err := read(sqlHolder, h).Scan(&m.kind, &opened, &m.until)
	if errors.Is(err, sql.ErrNoRows) {
		return member{}, ledger.ErrMissing
	}
	m.opened = civil.Of(time.UnixMicro(opened))
	return m, err
}

// StandingOf reads how a holder stands on a day. It returns ErrMissing.
func StandingOf(read Row, h ident.Holder, on civil.Date) (MemberStanding, error) {
	r, err := readRules(read)
	if err != nil {
		return MemberStanding{}, err
	}
	m, err := readMember(read, h)
	if err != nil {
		return MemberStanding{}, err
	}
	return r.standing(h, m, on), nil
}

// Check returns ErrEnded unless a holder may change euros on a day. Without a
// condition it reads one row.
func Check(read Row, h ident.Holder, on civil.Date) error {
	r, err := readRules(read)
	if err != nil || !r.On {
		return err
	}
	m, err := readMember(read, h)
	if err != nil {
		return err
	}
	if !r.standing(h, m, on).Valid {
		return ErrEnded
	}
	return nil
}

// Extend says within a command until when a holder's membership is paid for; a
// zero day says that nothing is.
func Extend(tx *ledger.Tx, h ident.Holder, until civil.Date) error {
	if until == 0 {
		_, err := tx.Exec(sqlDelete, h)
		return err
	}
	_, err := tx.Exec(sqlExtend, h, until)
	return err
}

// AccountOf returns within a command the association's own account, zero where
// none was decided.
func AccountOf(tx *ledger.Tx) (ident.Holder, error) {
	r, err := readRules(tx.QueryRow)
	return r.Account, err
}
