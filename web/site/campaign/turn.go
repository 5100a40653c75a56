// SPDX-License-Identifier: AGPL-3.0-or-later

package campaign

import (
	"context"
	"net/http"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/web/page"
	"github.com/noria-mlc/noria/web/site"
)

// turn is a decision that needs nothing but to be taken.
type turn struct {
	key    string // of its words
	word   string // of its path
	action access.Action
	do     func(context.Context, access.Actor, string, conversion.CampaignID) (conversion.Campaign, bool, error)
}

func (t table) turns() []turn {
	return []turn{
		{"pause", "pause", access.CampaignPause, t.Conversion.PauseCampaign},
		{"resume", "reprise", access.CampaignResume, t.Conversion.ResumeCampaign},
		{"close", "cloture", access.CampaignClose, t.Conversion.CloseCampaign},
	}
}

// ask says what a decision does.
func (t table) ask(u turn) site.Handler {
	return func(w http.ResponseWriter, r *http.Request) error { return t.showTurn(w, r, u, turnView{}) }
}

func (t table) showTurn(w http.ResponseWriter, r *http.Request, u turn, v turnView) error {
	var err error
	if v.visit, err = t.visited(r, u.action); err != nil {
		return err
	}
	v.Turn, v.Path = u.key, "/campagnes/"+v.Campaign.ID.String()+"/"+u.word
	if v.Key == "" {
		v.Key = t.NewKey()
	}
	return t.Show(w, r, v.Status, v.sheet())
}

// do takes a decision.
func (t table) do(u turn) site.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		at, err := t.visited(r, u.action)
		if err != nil {
			return err
		}
		key := site.FormKey(r)
		a, err := t.Proven(r)
		if err == nil {
			_, _, err = u.do(r.Context(), a, key, at.Campaign.ID)
		}
		return t.Concluded(w, r, err, at.Home(), r.URL.Path, func(status int, refusal *page.Refusal) error {
			return t.showTurn(w, r, u, turnView{Status: status, Refusal: refusal})
		})
	}
}

// turnView is a decision before it is taken.
type turnView struct {
	visit
	Turn, Path, Key string
	Refusal         *page.Refusal
	Status          int
}

// Money tells where the budget stands.
func (v turnView) Money() []page.Fact { return site.MoneyOf(v.Campaign) }

func (v turnView) sheet() page.Sheet { return v.visit.sheet("turn", "deed."+v.Turn, v) }
