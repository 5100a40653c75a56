// SPDX-License-Identifier: AGPL-3.0-or-later

package town

import (
	"embed"
	"errors"
	"net/http"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ops/payout"
	"github.com/noria-mlc/noria/web/page"
	"github.com/noria-mlc/noria/web/site"
)

//go:embed *.html
var templates embed.FS

// town answers with the pages of this room.
type town struct{ *site.Site }

// Room is the pages of collectivités.
func Room() site.Room {
	return site.Room{Room: page.Room{Name: "town", Templates: templates}, Routes: routes, Menu: menu, Uploads: map[string]int64{
		"POST /collectivite/indemnites": 1 << 20, "POST /collectivite/paiements": payout.MaxPaper + 64<<10,
	}}
}

func routes(s *site.Site) map[string]site.Handler {
	t := town{s}
	return map[string]site.Handler{
		"GET /collectivite":                                  t.overview,
		"GET /collectivite/brouillons/{id}/{etape}":          t.step,
		"POST /collectivite/brouillons/{id}/{etape}":         t.saveStep,
		"POST /collectivite/brouillons/{id}/abandon":         t.dropDraft,
		"GET /collectivite/campagnes/{id}":                   t.campaign,
		"POST /collectivite/campagnes/{id}/approbation":      t.approveCampaign,
		"GET /collectivite/indemnites":                       t.edit,
		"POST /collectivite/indemnites":                      t.edited,
		"GET /collectivite/paiements":                        t.behalf,
		"POST /collectivite/paiements":                       t.paidFor,
		"GET /collectivite/versements/{id}":                  t.batch,
		"POST /collectivite/versements/{id}/approbation":     t.approveBatch,
		"POST /collectivite/versements/{id}/retrait":         t.withdraw,
		"GET /collectivite/versements/{id}/justificatif.csv": t.proof,
		"GET /collectivite/versements/{id}/piece.pdf":        t.paper,
		"GET /collectivite/choix":                            t.choices,
		"POST /collectivite/choix":                           t.choose,
		"POST /collectivite/choix/{id}/retrait":              t.revoke,
	}
}

func menu(a access.Actor) []page.Entry {
	if organisation(a).IsZero() {
		return nil
	}
	return []page.Entry{{Section: "town", Path: "/collectivite"}}
}

// organisation is the collectivité that the actor prepares or decides for, zero
// for none.
func organisation(a access.Actor) ident.Holder {
	for _, g := range a.Grants {
		if g.Role == access.CollectivityAgent || g.Role == access.CollectivityApprover {
			return g.Organisation
		}
	}
	return ident.Holder{}
}

// prepares says whether the actor may write what another approves.
func prepares(a access.Actor) bool {
	return access.Allow(a, access.BatchCreate, organisation(a)) == nil
}

// seat is who asks, and the collectivité they act for.
type seat struct {
	access.Actor
	Town ledger.Holder
}

// sit returns the visitor, who must act for a collectivité.
func (t town) sit(r *http.Request) (seat, error) {
	a, err := site.Actor(r)
	if err != nil {
		return seat{}, err
	}
	id := organisation(a)
	if id.IsZero() {
		return seat{}, access.ErrForbidden
	}
	h, err := t.Ledger.Holder(r.Context(), id)
	return seat{a, h}, err
}

// preparer returns the visitor, who must prepare for a collectivité.
func (t town) preparer(r *http.Request) (seat, error) {
	s, err := t.sit(r)
	if err == nil && !prepares(s.Actor) {
		err = access.ErrForbidden
	}
	return s, err
}

// tabs are the pages of the room that the actor can use.
func tabs(a access.Actor, here string) []page.Tab {
	list := []page.Tab{{Key: "town-home", Path: "/collectivite"}}
	if prepares(a) {
		list = append(list, page.Tab{Key: "town-pay", Path: "/collectivite/indemnites"}, page.Tab{Key: "town-behalf", Path: "/collectivite/paiements"},
			page.Tab{Key: "town-choices", Path: "/collectivite/choix"})
	}
	for i := range list {
		list[i].Here = list[i].Key == here
	}
	return list
}

// sheet is a page of the room.
func (s seat) sheet(template, title, tab string, view any) page.Sheet {
	return page.Sheet{Template: "town/" + template, Title: title, Section: "town", Tabs: tabs(s.Actor, tab), Class: "town", View: view, Script: "print.js"}
}

// named is the name of somebody who prepared or approved, "" for nobody. The
// people of one collectivité know each other.
func (t town) named(r *http.Request, u ident.User) (string, error) {
	if u.IsZero() {
		return "", nil
	}
	id, err := t.Session.HolderOf(r.Context(), u)
	if err != nil {
		return "", err
	}
	h, err := t.Ledger.Holder(r.Context(), id)
	return h.Name, err
}

// approver is somebody who can be asked to approve.
type approver struct {
	ID, Name string
	Chosen   bool
}

// approvers are those who can approve for the collectivité, but whoever asks.
func (t town) approvers(r *http.Request, s seat, chosen string) ([]approver, error) {
	members, err := t.Session.Members(r.Context(), s.Actor, s.Town.ID, access.CollectivityApprover)
	if err != nil {
		return nil, err
	}
	var list []approver
	for _, m := range members {
		if m.User == s.ID {
			continue
		}
		h, err := t.Ledger.Holder(r.Context(), m.Holder)
		if err != nil {
			return nil, err
		}
		list = append(list, approver{m.User.String(), h.Name, m.User.String() == chosen})
	}
	return list, nil
}

// asked reads whom a form asks to approve: one of those who can, or nobody.
func asked(list []approver) (ident.User, error) {
	for _, a := range list {
		if a.Chosen {
			var u ident.User
			return u, u.UnmarshalText([]byte(a.ID))
		}
	}
	return ident.User{}, nil
}

// pathID reads the id of a path, or returns fault.ErrMissing.
func pathID(r *http.Request, id interface{ UnmarshalText([]byte) error }) error {
	if id.UnmarshalText([]byte(r.PathValue("id"))) != nil {
		return fault.ErrMissing
	}
	return nil
}

// concealed turns the absence of a thing into a refusal: whoever acts for one
// collectivité learns nothing of another's (D2).
func concealed(err error) error {
	if errors.Is(err, fault.ErrMissing) {
		return access.ErrForbidden
	}
	return err
}
