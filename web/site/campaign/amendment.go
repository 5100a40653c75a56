// SPDX-License-Identifier: AGPL-3.0-or-later

package campaign

import (
	"context"
	"net/http"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/web/api"
	"github.com/noria-mlc/noria/web/page"
	"github.com/noria-mlc/noria/web/site"
)

// amendment shows proposed terms to whoever may approve them or give them up.
func (t table) amendment(w http.ResponseWriter, r *http.Request) error {
	return t.showAmendment(w, r, amendmentView{})
}

func (t table) showAmendment(w http.ResponseWriter, r *http.Request, v amendmentView) error {
	at, m, err := t.proposed(r)
	if err != nil {
		return err
	}
	v.visit, v.Path, v.Key = at, "/avenants/"+m.ID.String(), t.NewKey()
	if v.Told, err = t.Amendment(r.Context(), at.Actor, at.Campaign, m); err != nil {
		return err
	}
	v.Told.Path = "" // this is the page
	v.Open = m.Status == conversion.AmendmentProposed
	v.Own = m.ProposedBy == at.ID
	v.Approves = v.Open && !v.Own && access.Allow(at.Actor, access.CampaignApprove, at.Campaign.Funder) == nil
	return t.Show(w, r, v.Status, v.sheet())
}

// proposed returns who asks, and the amendment of the path.
func (t table) proposed(r *http.Request) (visit, conversion.Amendment, error) {
	a, err := site.Actor(r)
	if err != nil {
		return visit{}, conversion.Amendment{}, err
	}
	var id conversion.AmendmentID
	if id.UnmarshalText([]byte(r.PathValue("id"))) != nil || id.IsZero() {
		return visit{}, conversion.Amendment{}, fault.ErrMissing
	}
	m, err := t.Conversion.Amendment(r.Context(), a, id)
	if err != nil {
		return visit{}, m, api.Concealed(a, access.CampaignRead, err)
	}
	at, err := t.about(r, a, m.Campaign, access.CampaignWithdraw)
	return at, m, err
}

func (t table) approve(w http.ResponseWriter, r *http.Request) error {
	return t.decide(w, r, access.CampaignApprove, t.Conversion.ApproveAmendment)
}

func (t table) withdraw(w http.ResponseWriter, r *http.Request) error {
	return t.decide(w, r, access.CampaignWithdraw, t.Conversion.WithdrawAmendment)
}

// decide makes proposed terms hold, or gives them up.
func (t table) decide(w http.ResponseWriter, r *http.Request, action access.Action,
	do func(context.Context, access.Actor, string, conversion.AmendmentID) (conversion.Amendment, bool, error)) error {
	at, m, err := t.proposed(r)
	if err != nil {
		return err
	}
	if err := access.Allow(at.Actor, action, at.Campaign.Funder); err != nil {
		return err
	}
	key := site.FormKey(r)
	a, err := t.Proven(r)
	if err == nil {
		_, _, err = do(r.Context(), a, key, m.ID)
	}
	return t.Concluded(w, r, err, at.Home(), "/avenants/"+m.ID.String(), func(status int, refusal *page.Refusal) error {
		return t.showAmendment(w, r, amendmentView{Status: status, Refusal: refusal})
	})
}

// amendmentView is proposed terms before they are decided.
type amendmentView struct {
	visit
	Told      page.Amendment
	Path, Key string
	Open      bool // nobody decided yet
	Own       bool // the visitor proposed it
	Approves  bool
	Refusal   *page.Refusal
	Status    int
}

func (v amendmentView) sheet() page.Sheet {
	return v.visit.sheet("amendment", "amendment.title", v)
}
