// SPDX-License-Identifier: AGPL-3.0-or-later

package fonte

import (
	"database/sql"
	"slices"
	"strings"
	"time"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/civil"
	"github.com/noria-mlc/noria/ledger/db"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
)

type noun struct{}

// Prefix of a rule.
func (noun) Prefix() string { return "fnt_" }

// RuleID is the id of a rule.
type RuleID = ident.ID[noun]

// Status is how far a rule is.
type Status string

// The statuses.
const (
	Draft     Status = "draft"     // prepared by one person, awaits another (D9)
	Announced Status = "announced" // approved; its first day is to come
	InForce   Status = "in_force"
	Ended     Status = "ended" // ended by somebody, or replaced by another rule
	Withdrawn Status = "withdrawn"
)

// Bounds of what can be voted: a notice in days, a rate in hundredths of a percent
// of a period.
const (
	LeastNotice = 30
	MostNotice  = 366
	leastRate   = 1
	mostRate    = 10_00
)

// RuleTerms are what is voted.
type RuleTerms struct {
	Rate       money.Rate          `json:"rate"`      // of a period, 0.0001 to 0.10 with at most four decimals
	Period     Period              `json:"period"`    // month, quarter or half-year
	FirstDay   civil.Date          `json:"first_day"` // on which a period begins
	Receiver   ident.Holder        `json:"receiver"`  // an association
	Kinds      []ledger.HolderKind `json:"kinds"`     // of holder: individual, professional, association
	Exempt     money.Amount        `json:"exempt"`    // units of each holder that are not counted
	NoticeDays int                 `json:"notice_days"`
}

// Rule is a dated rule with what became of it.
type Rule struct {
	ID     RuleID `json:"id"`
	Status Status `json:"status"`
	RuleTerms
	ReceiverName string     `json:"receiver_name"`
	NextTaking   civil.Date `json:"next_taking,omitzero"` // the last day of the next period; left out where there is none
	LastDay      civil.Date `json:"last_day,omitzero"`    // the last day of the rule, once it is known
	PreparedBy   ident.User `json:"prepared_by,omitzero"`
	PreparedAt   time.Time  `json:"prepared_at"`
	ApprovedBy   ident.User `json:"approved_by,omitzero"`
	ApprovedAt   time.Time  `json:"approved_at,omitzero"`
	EndedBy      ident.User `json:"ended_by,omitzero"`
	EndedAt      time.Time  `json:"ended_at,omitzero"`
	Periods      []Taken    `json:"periods,omitempty"` // newest first
}

// Taken is a period of a rule that was taken, or is being taken.
type Taken struct {
	From    civil.Date   `json:"from"`
	Until   civil.Date   `json:"until"`
	Holders int          `json:"holders"` // from whom something was taken
	Total   money.Amount `json:"total"`
	Entry   ident.Entry  `json:"entry,omitzero"`     // by which the association received it
	At      time.Time    `json:"closed_at,omitzero"` // left out while it is being taken
}

// Kinds lists the kinds of holder that a rule may be for: collectivités keep what
// they receive until it is redeemed (P7).
func Kinds() []ledger.HolderKind {
	return []ledger.HolderKind{ledger.Individual, ledger.Professional, ledger.Association}
}

// form checks what needs no book.
func (t RuleTerms) form() error {
	var check fault.Check
	hundredths := t.Rate.Hundredths()
	check.That(hundredths >= leastRate && hundredths <= mostRate && len(t.Rate.String()) <= len("0.1234"), "/rate", "must be 0.0001 to 0.10, with at most four decimals")
	check.That(t.Period.months() > 0, "/period", "must be month, quarter or half-year")
	check.That(t.Begins(), "/first_day", "must be the first day of a period")
	check.That(len(t.Kinds) > 0, "/kinds", "must name a kind of holder")
	for i, k := range t.Kinds {
		check.That(slices.Contains(Kinds(), k) && !slices.Contains(t.Kinds[:i], k), "/kinds", "must be individual, professional or association, each once")
	}
	check.That(t.Exempt >= 0 && t.Exempt <= money.Max, "/exempt", "must be 0.00 or more")
	check.That(t.NoticeDays <= MostNotice, "/notice_days", "must be 30 to 366 days")
	if err := check.Err(); err != nil {
		return err
	}
	if t.NoticeDays < LeastNotice {
		return ErrNotice
	}
	return nil
}

// share is what is taken of a balance.
func (t RuleTerms) share(balance money.Amount) money.Amount {
	if balance <= t.Exempt {
		return 0
	}
	return t.Rate.Floor(balance - t.Exempt)
}

// Concerns says whether the rule is for a holder of a kind.
func (t RuleTerms) Concerns(h ident.Holder, kind ledger.HolderKind) bool {
	return h != t.Receiver && slices.Contains(t.Kinds, kind)
}

// kinds writes the kinds with blanks between them.
func (t RuleTerms) kinds() string {
	words := make([]string, len(t.Kinds))
	for i, k := range t.Kinds {
		words[i] = string(k)
	}
	return strings.Join(words, " ")
}

// FirstTaking is the last day of the first period.
func (t RuleTerms) FirstTaking() civil.Date { return t.Period.around(t.FirstDay).last }

// Begins says whether a period begins on the first day.
func (t RuleTerms) Begins() bool {
	return t.FirstDay > 0 && (t.Period.months() == 0 || t.Period.around(t.FirstDay).first == t.FirstDay)
}

// noticed says whether a decision on a day leaves the notice.
func (t RuleTerms) noticed(decided civil.Date) bool {
	return t.FirstDay >= decided+civil.Date(t.NoticeDays)
}

// approved says whether two persons decided the rule.
func (r Rule) approved() bool { return !r.ApprovedAt.IsZero() }

// begun says whether the rule was ever in force.
func (r Rule) begun() bool {
	return r.approved() && (r.EndedAt.IsZero() || civil.Of(r.EndedAt) >= r.FirstDay)
}

// lasts says whether a period is wholly below the rule.
func (r Rule) lasts(s span) bool { return r.LastDay == 0 || s.last <= r.LastDay }

// over lists the periods that ended before an instant, oldest first.
func (r Rule) over(now time.Time) []span {
	if !r.approved() {
		return nil
	}
	var list []span
	for s := r.Period.around(r.FirstDay); r.lasts(s) && !s.last.End().After(now); s = r.Period.after(s) {
		list = append(list, s)
	}
	return list
}

// next returns the first period that is not over on a day, and whether the rule
// lasts until its end.
func (r Rule) next(today civil.Date) (span, bool) {
	s := r.Period.around(max(r.FirstDay, today))
	return s, r.lasts(s) && (r.Status == Draft || r.Status == Announced || r.Status == InForce)
}

// reading runs a query, on what is committed or within a command.
type reading func(query string, args ...any) (*sql.Rows, error)

// readRules reads every rule, oldest first, and says how each stands on a day.
func readRules(read reading, today civil.Date) ([]Rule, error) {
	rows, err := read(sqlRules)
	if err != nil {
		return nil, err
	}
	list, err := collect(rows, scanRule)
	if err != nil {
		return nil, err
	}
	for i := range list {
		list[i].stand(list, today)
	}
	return list, nil
}

func scanRule(row db.Row) (Rule, error) {
	var r Rule
	var kinds string
	var prepared int64
	var approved, ended sql.NullInt64
	err := row.Scan(&r.ID, &r.Rate, &r.Period, &r.FirstDay, &r.Receiver, &r.ReceiverName, &kinds, &r.Exempt, &r.NoticeDays, &r.PreparedBy, &prepared,
		&r.ApprovedBy, &approved, &r.EndedBy, &ended)
	r.Kinds = []ledger.HolderKind{}
	for _, k := range strings.Fields(kinds) {
		r.Kinds = append(r.Kinds, ledger.HolderKind(k))
	}
	r.PreparedAt, r.ApprovedAt, r.EndedAt = time.UnixMicro(prepared).UTC(), instant(approved), instant(ended)
	return r, err
}

// stand computes the last day, the status and the next taking: a rule lasts until
// somebody ends it, which spares the day of the end and all that follow, or until
// the eve of the next rule that comes into force.
func (r *Rule) stand(all []Rule, today civil.Date) {
	if r.approved() && !r.EndedAt.IsZero() {
		r.LastDay = civil.Of(r.EndedAt) - 1
	}
	for _, other := range all {
		if other.begun() && other.ApprovedAt.After(r.ApprovedAt) && r.approved() && (r.LastDay == 0 || other.FirstDay <= r.LastDay) {
			r.LastDay = other.FirstDay - 1
		}
	}
	switch {
	case !r.approved() && !r.EndedAt.IsZero():
		r.Status = Withdrawn
	case !r.approved():
		r.Status = Draft
	case r.LastDay != 0 && (r.LastDay < today || r.LastDay < r.FirstDay):
		r.Status = Ended
	case today < r.FirstDay:
		r.Status = Announced
	default:
		r.Status = InForce
	}
	if s, ok := r.next(today); ok {
		r.NextTaking = s.last
	}
}

func instant(at sql.NullInt64) time.Time {
	if !at.Valid {
		return time.Time{}
	}
	return time.UnixMicro(at.Int64).UTC()
}

func collect[T any](rows *sql.Rows, scan func(db.Row) (T, error)) ([]T, error) {
	defer rows.Close()
	list := []T{}
	for rows.Next() {
		thing, err := scan(rows)
		if err != nil {
			return nil, err
		}
		list = append(list, thing)
	}
	return list, rows.Err()
}
