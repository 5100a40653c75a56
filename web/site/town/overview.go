// SPDX-License-Identifier: AGPL-3.0-or-later

package town

import (
	"net/http"
	"time"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/money"
	"github.com/noria-mlc/noria/ops/payout"
	"github.com/noria-mlc/noria/web/page"
)

// lastBatches is how many batches the overview shows.
const lastBatches = 12

// overview shows the campaigns, the batches and what waits for the visitor.
func (t town) overview(w http.ResponseWriter, r *http.Request) error {
	s, err := t.sit(r)
	if err != nil {
		return err
	}
	v := overviewView{seat: s, Prepares: prepares(s.Actor)}
	campaigns, err := t.Conversion.Campaigns(r.Context(), s.Actor, conversion.CampaignFilter{Funder: s.Town.ID})
	if err != nil {
		return err
	}
	for _, c := range campaigns {
		v.Campaigns = append(v.Campaigns, c)
		if c.Status == conversion.CampaignDraft && c.PreparedBy != s.ID && !v.Prepares {
			v.Waiting = append(v.Waiting, waiting{Words: c.Name, Path: "/collectivite/campagnes/" + c.ID.String(), Amount: c.Budget, Since: c.CreatedAt})
		}
	}
	amended, err := t.toApprove(r, s, campaigns)
	if err != nil {
		return err
	}
	v.Waiting = append(v.Waiting, amended...)
	batches, err := t.Payout.Latest(r.Context(), s.Actor, s.Town.ID, lastBatches)
	if err != nil {
		return err
	}
	for _, b := range batches {
		v.Batches = append(v.Batches, batchLine{Batch: b})
		if b.Status == payout.Drafted && b.PreparedBy != s.ID && !v.Prepares {
			v.Waiting = append(v.Waiting, waiting{Purpose: string(b.Purpose), Words: b.Period, Path: "/collectivite/versements/" + b.ID.String(),
				Amount: b.TotalEUR, Since: b.CreatedAt, Named: b.Asked == s.ID})
		}
	}
	if v.Prepares {
		if v.Drafts, err = t.Conversion.Drafts(r.Context(), s.Actor, s.Town.ID); err != nil {
			return err
		}
	}
	return t.Show(w, r, 0, v.sheet())
}

// toApprove lists the amendments that the visitor may approve.
func (t town) toApprove(r *http.Request, s seat, campaigns []conversion.Campaign) ([]waiting, error) {
	var list []waiting
	for _, c := range campaigns {
		if c.ApprovedAt.IsZero() || access.Allow(s.Actor, access.CampaignApprove, c.Funder) != nil {
			continue
		}
		all, err := t.Conversion.Amendments(r.Context(), s.Actor, c.ID)
		if err != nil {
			return nil, err
		}
		for _, m := range all {
			if m.Status == conversion.AmendmentProposed && m.ProposedBy != s.ID {
				list = append(list, waiting{Purpose: "amendment", Words: c.Name, Path: "/avenants/" + m.ID.String(), Amount: m.Terms.Budget, Since: m.ProposedAt})
			}
		}
	}
	return list, nil
}

// overviewView is what a collectivité has under way.
type overviewView struct {
	seat
	Prepares  bool
	Campaigns []conversion.Campaign
	Batches   []batchLine
	Drafts    []conversion.SavedDraft
	Waiting   []waiting
}

func (v overviewView) sheet() page.Sheet {
	return v.seat.sheet("overview", "town.title", "town-home", v)
}

// waiting is something that awaits the visitor's decision.
type waiting struct {
	Purpose string // of a batch, "" for a campaign
	Words   string // name or month
	Path    string
	Amount  money.Amount
	Since   time.Time
	Named   bool // the visitor was asked by name
}

// batchLine is a batch in a list.
type batchLine struct{ payout.Batch }

// State is the shape of the batch's status.
func (b batchLine) State() string { return stateOf(b.Status) }

// stateOf is the shape of a batch's status.
func stateOf(s payout.Status) string {
	switch s {
	case payout.Executed:
		return "done"
	case payout.Withdrawn:
		return "ended"
	case payout.Drafted:
		return "info"
	}
	return "wait"
}

// gauge is a campaign's money as the drawing shows it.
type gauge struct{ conversion.Campaign }

// Gauges are the campaigns with their drawings.
func (v overviewView) Gauges() []gauge {
	list := make([]gauge, 0, len(v.Campaigns))
	for _, c := range v.Campaigns {
		list = append(list, gauge{c})
	}
	return list
}

// State is the shape of the campaign's status.
func (g gauge) State() string {
	switch g.Status {
	case conversion.CampaignActive:
		return "done"
	case conversion.CampaignClosed:
		return "ended"
	}
	return "wait"
}

// GrantedShare is the width of what was granted, of the budget.
func (g gauge) GrantedShare() string { return width(g.Granted, g.Budget) }

// ReservedStart is where what is reserved begins.
func (g gauge) ReservedStart() string { return width(g.Granted, g.Budget) }

// ReservedShare is the width of what is reserved.
func (g gauge) ReservedShare() string { return width(g.Reserved, g.Budget) }

// ReceivedShare is the width of what was received.
func (g gauge) ReceivedShare() string { return width(g.Received, g.Budget) }

// width writes a share as a percentage with two decimals, which money.Share
// gives as a fraction of four.
func width(part, whole money.Amount) string {
	if whole <= 0 {
		return "0%"
	}
	text := money.Share(part, whole) // "0.1234"
	digits := text[:len(text)-5] + text[len(text)-4:len(text)-2]
	for len(digits) > 1 && digits[0] == '0' {
		digits = digits[1:]
	}
	return digits + "." + text[len(text)-2:] + "%"
}
