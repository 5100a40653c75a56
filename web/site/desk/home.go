// SPDX-License-Identifier: AGPL-3.0-or-later

package desk

import (
	"errors"
	"net/http"
	"strings"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/web/page"
	"github.com/noria-mlc/noria/web/site"
)

// homeView is where a member lives: the household whose ceiling of bonus counts,
// and the commune (P12). An agent notes it at the welcome, an administrator later.
type homeView struct {
	Member             ledger.Holder
	Household, Commune string // as noted, or as typed
	HouseholdProblem   string
	CommuneProblem     string
	Saved              bool // was written just now
	Serves             bool // the visitor serves at a desk
	Key                string
	Refusal            *page.Refusal
	Status             int
}

// Path is the address of the page.
func (v homeView) Path() string { return "/comptoir/membres/" + v.Member.ID.String() + "/domicile" }

func (v homeView) sheet() page.Sheet {
	s := page.Sheet{Template: "desk/home", Title: "desk-home.title", Section: "office", Class: "desk", View: v}
	if v.Serves {
		s.Section, s.Tabs = "desk", tabs("desk-welcome", "")
	}
	return s
}

// home shows where a member lives. The look is written down first (D8).
func (d desk) home(w http.ResponseWriter, r *http.Request) error {
	a, id, err := noter(r)
	if err != nil {
		return err
	}
	if _, err := d.Ledger.Holder(r.Context(), id); err != nil {
		return err
	}
	if err := d.People.Looked(r.Context(), a, id, "residence"); err != nil {
		return err
	}
	now, err := d.Conversion.ResidenceOf(r.Context(), a, id)
	if err != nil {
		return err
	}
	return d.showHome(w, r, a, id, homeView{Household: now.Household, Commune: now.Commune, Saved: r.URL.Query().Get("note") != ""})
}

func (d desk) showHome(w http.ResponseWriter, r *http.Request, a access.Actor, id ident.Holder, v homeView) error {
	var err error
	if v.Member, err = d.Ledger.Holder(r.Context(), id); err != nil {
		return err
	}
	if err := d.People.Looked(r.Context(), a, id, "identity"); err != nil {
		return err
	}
	v.Serves = serves(a)
	if v.Key == "" {
		v.Key = d.NewKey()
	}
	return d.Show(w, r, v.Status, v.sheet())
}

// noter returns the visitor, who must be allowed to note where members live, and
// the member of the path.
func noter(r *http.Request) (access.Actor, ident.Holder, error) {
	a, err := site.Actor(r)
	var id ident.Holder
	if err != nil {
		return a, id, err
	}
	if err := access.Allow(a, access.ResidenceSet, id); err != nil {
		return a, id, err
	}
	if id.UnmarshalText([]byte(r.PathValue("id"))) != nil || id.IsZero() {
		return a, id, fault.ErrMissing
	}
	return a, id, nil
}

// settled notes where a member lives.
func (d desk) settled(w http.ResponseWriter, r *http.Request) error {
	a, id, err := noter(r)
	if err != nil {
		return err
	}
	v := homeView{Household: r.PostFormValue("foyer"), Commune: r.PostFormValue("commune"), Key: site.FormKey(r)}
	_, _, err = d.Conversion.SetResidence(r.Context(), a, v.Key, conversion.Residence{Holder: id, Household: strings.TrimSpace(v.Household),
		Commune: strings.ToUpper(strings.TrimSpace(v.Commune))})
	if err == nil {
		http.Redirect(w, r, "/comptoir/membres/"+id.String()+"/domicile?note=1", http.StatusSeeOther)
		return nil
	}
	if errors.Is(err, fault.ErrInvalid) {
		for _, f := range fault.As(err).Fields {
			words, said := d.Say(r, "desk-home."+"bad-"+strings.TrimPrefix(f.Pointer, "/"))
			if said != nil {
				return said
			}
			if f.Pointer == "/commune" {
				v.CommuneProblem = words
			} else {
				v.HouseholdProblem = words
			}
		}
		v.Status = http.StatusUnprocessableEntity
		return d.showHome(w, r, a, id, v)
	}
	if errors.Is(err, fault.ErrMissing) {
		return err
	}
	if v.Status, v.Refusal, err = d.Refused(w, r, err); err != nil {
		return err
	}
	return d.showHome(w, r, a, id, v)
}
