// SPDX-License-Identifier: AGPL-3.0-or-later

package conversion

import (
	"context"
	"strconv"

	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/civil"
	"github.com/noria-mlc/noria/ledger/db"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
)

// smallGroup is the number of people under which figures could tell who they
// are (rule D4).
const smallGroup = 5

// Report is what a funder learns of its campaign: totals, never a person's
// conversions (D4). It counts the conversions that stand.
type Report struct {
	Campaign CampaignID   `json:"campaign"`
	Name     string       `json:"name"`
	Received money.Amount `json:"received_eur"`
	Reserved money.Amount `json:"reserved_eur"`
	Left     money.Amount `json:"remaining_eur"`
	ReportSums
	Months []ReportMonth `json:"months"`
}

// ReportSums are the figures of some conversions. Of fewer than five people,
// the numbers of people and of conversions are written "<5".
type ReportSums struct {
	Conversions string       `json:"conversions"`
	People      string       `json:"people"`
	Euros       money.Amount `json:"euros"`
	Bonus       money.Amount `json:"bonus_eur"`
}

// ReportMonth is the figures of a month. A month with fewer than five people is
// told together with its neighbours, up to and including Until, since its sums
// could be told apart otherwise.
type ReportMonth struct {
	Month string `json:"month"`           // "2026-03"
	Until string `json:"until,omitempty"` // the last month told together, where there are several
	ReportSums
}

// Report returns the figures of a campaign for its funder. It returns
// ErrMissing and ErrForbidden.
func (v *View) Report(ctx context.Context, actor access.Actor, id CampaignID) (Report, error) {
	var report Report
	err := v.journal.Snapshot(ctx, func(r db.Reader) error {
		c, err := campaignOf(committed{ctx, r}, id, civil.Of(v.now()))
		if err != nil {
			return err
		}
		if err := access.Allow(actor, access.CampaignRead, c.Funder); err != nil {
			return err
		}
		report = Report{Campaign: c.ID, Name: c.Name, Received: c.Received, Reserved: c.Reserved, Left: c.Remaining}
		return report.count(committed{ctx, r})
	})
	return report, err
}

// tally is figures before they are masked.
type tally struct {
	first, last string // months
	conversions int
	people      map[ident.Holder]bool
	euros       money.Amount
	bonus       money.Amount
}

// share is what one person converted on one day.
type share struct {
	holder      ident.Holder
	day         civil.Date
	conversions int
	euros       money.Amount
	bonus       money.Amount
}

func (report *Report) count(r rows) error {
	list, err := r.Query(sqlReport, report.Campaign)
	shares, err := collect(list, err, func(row db.Row) (share, error) {
		var s share
		return s, row.Scan(&s.holder, &s.day, &s.conversions, &s.euros, &s.bonus)
	})
	if err != nil {
		return err
	}
	all := tally{people: make(map[ident.Holder]bool)}
	var months []*tally
	for _, s := range shares {
		month := s.day.Month()
		if len(months) == 0 || months[len(months)-1].last != month {
			months = append(months, &tally{first: month, last: month, people: make(map[ident.Holder]bool)})
		}
		months[len(months)-1].note(s)
		all.note(s)
	}
	report.ReportSums, report.Months = all.masked(), []ReportMonth{}
	for _, m := range together(months) {
		told := ReportMonth{Month: m.first, ReportSums: m.masked()}
		if m.last != m.first {
			told.Until = m.last
		}
		report.Months = append(report.Months, told)
	}
	return nil
}

// together joins each month of a small group with the next ones until the group
// is not small, and what is left at the end with the group before.
func together(months []*tally) []*tally {
	var groups []*tally
	for _, m := range months {
		if n := len(groups); n > 0 && groups[n-1].small() {
			groups[n-1].join(m)
		} else {
			groups = append(groups, m)
		}
	}
	if n := len(groups); n > 1 && groups[n-1].small() {
		groups[n-2].join(groups[n-1])
		groups = groups[:n-1]
	}
	return groups
}

func (t *tally) small() bool { return len(t.people) < smallGroup }

func (t *tally) note(s share) {
	t.people[s.holder] = true
	t.conversions += s.conversions
	t.euros += s.euros
	t.bonus += s.bonus
}

func (t *tally) join(o *tally) {
	for h := range o.people {
		t.people[h] = true
	}
	t.last = o.last
	t.conversions += o.conversions
	t.euros += o.euros
	t.bonus += o.bonus
}

func (t *tally) masked() ReportSums {
	s := ReportSums{Conversions: strconv.Itoa(t.conversions), People: strconv.Itoa(len(t.people)), Euros: t.euros, Bonus: t.bonus}
	if t.small() && len(t.people) > 0 {
		s.People = "<" + strconv.Itoa(smallGroup)
		s.Conversions = s.People
	}
	return s
}
