// SPDX-License-Identifier: AGPL-3.0-or-later

package campaign

import (
	"embed"
	"net/http"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/web/api"
	"github.com/noria-mlc/noria/web/page"
	"github.com/noria-mlc/noria/web/site"
)

//go:embed *.html
var templates embed.FS

// table answers with the pages of this room.
type table struct{ *site.Site }

// Room is the pages of decisions about campaigns.
func Room() site.Room {
	return site.Room{Room: page.Room{Name: "campaign", Templates: templates}, Routes: routes}
}

func routes(s *site.Site) map[string]site.Handler {
	t := table{s}
	list := map[string]site.Handler{
		"GET /campagnes/{id}/avenant":     t.amend,
		"POST /campagnes/{id}/avenant":    t.amended,
		"GET /avenants/{id}":              t.amendment,
		"POST /avenants/{id}/approbation": t.approve,
		"POST /avenants/{id}/retrait":     t.withdraw,
	}
	for _, turn := range t.turns() {
		list["GET /campagnes/{id}/"+turn.word] = t.ask(turn)
		list["POST /campagnes/{id}/"+turn.word] = t.do(turn)
	}
	return list
}

// visit is who asks, and the campaign of the path.
type visit struct {
	access.Actor
	Campaign conversion.Campaign
}

// visited returns who asks about the campaign of the path, who must be allowed to
// take the action.
func (t table) visited(r *http.Request, action access.Action) (visit, error) {
	a, err := site.Actor(r)
	if err != nil {
		return visit{}, err
	}
	var id conversion.CampaignID
	if id.UnmarshalText([]byte(r.PathValue("id"))) != nil || id.IsZero() {
		return visit{}, fault.ErrMissing
	}
	return t.about(r, a, id, action)
}

func (t table) about(r *http.Request, a access.Actor, id conversion.CampaignID, action access.Action) (visit, error) {
	c, err := t.Conversion.Campaign(r.Context(), a, id)
	if err != nil {
		return visit{}, api.Concealed(a, access.CampaignRead, err)
	}
	return visit{a, c}, access.Allow(a, action, c.Funder)
}

// Home is the page of the campaign.
func (v visit) Home() string { return site.CampaignPath(v.Actor, v.Campaign) }

// sheet is a page of the room.
func (v visit) sheet(template, title string, view any) page.Sheet {
	section := "treasury"
	if v.Home()[:13] == "/collectivite" {
		section = "town"
	}
	return page.Sheet{Template: "campaign/" + template, Title: title, Section: section, Class: "campaign", View: view}
}
