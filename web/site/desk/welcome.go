// SPDX-License-Identifier: AGPL-3.0-or-later

package desk

import (
	"errors"
	"net/http"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/web/identity"
	"github.com/noria-mlc/noria/web/page"
	"github.com/noria-mlc/noria/web/problem"
	"github.com/noria-mlc/noria/web/qr"
	"github.com/noria-mlc/noria/web/site"
)

// welcome asks for the name of somebody who wants to become a member.
func (d desk) welcome(w http.ResponseWriter, r *http.Request) error {
	if _, err := agent(r); err != nil {
		return err
	}
	v := welcomeView{Slug: r.FormValue("comptoir"), Key: d.NewKey()}
	return d.Show(w, r, 0, v.sheet())
}

// welcomed makes a member and leads to the card.
func (d desk) welcomed(w http.ResponseWriter, r *http.Request) error {
	a, err := agent(r)
	if err != nil {
		return err
	}
	v := welcomeView{Slug: r.PostFormValue("comptoir"), Name: r.PostFormValue("nom"), Email: r.PostFormValue("adresse"), Key: site.FormKey(r)}
	h, _, err := d.Identity.Counter(r.Context(), a, v.Key, identity.WelcomeInput{Name: v.Name, Email: v.Email, Language: problem.Speaks(r.Context())})
	if err == nil {
		http.Redirect(w, r, "/comptoir/membres/"+h.ID.String()+"?accueil=1", http.StatusSeeOther)
		return nil
	}
	if errors.Is(err, fault.ErrInvalid) {
		if v.NameProblem, v.EmailProblem, err = d.wrong(r, err); err != nil {
			return err
		}
		return d.Show(w, r, http.StatusUnprocessableEntity, v.sheet())
	}
	status, refusal, err := d.Refused(w, r, err)
	if err != nil {
		return err
	}
	v.Refusal = refusal
	return d.Show(w, r, status, v.sheet())
}

// wrong says what is wrong with the name and the address.
func (d desk) wrong(r *http.Request, err error) (string, string, error) {
	problems := map[string]string{}
	for _, f := range fault.As(err).Fields {
		key := map[string]string{"/name": "join.name-bad", "/email": "join.email-bad"}[f.Pointer]
		words, err := d.Say(r, key)
		if err != nil {
			return "", "", err
		}
		problems[f.Pointer] = words
	}
	return problems["/name"], problems["/email"], nil
}

// card shows a member's card, to print.
func (d desk) card(w http.ResponseWriter, r *http.Request) error {
	h, err := d.someone(r)
	if err != nil {
		return err
	}
	v := cardView{Member: h, New: r.URL.Query().Get("accueil") != ""}
	return d.Show(w, r, 0, v.sheet())
}

// someone reads the member of the path.
func (d desk) someone(r *http.Request) (ledger.Holder, error) {
	a, err := agent(r)
	if err != nil {
		return ledger.Holder{}, err
	}
	var id ident.Holder
	if id.UnmarshalText([]byte(r.PathValue("id"))) != nil {
		return ledger.Holder{}, fault.ErrMissing
	}
	if err := access.Allow(a, access.HolderRead, id); err != nil {
		return ledger.Holder{}, err
	}
	h, err := d.Ledger.Holder(r.Context(), id)
	if err == nil {
		err = d.People.Looked(r.Context(), a, id, "identity")
	}
	return h, err
}

// code draws the code of a card: the address at which a desk finds the member.
func (d desk) code(w http.ResponseWriter, r *http.Request) error {
	h, err := d.someone(r)
	if err != nil {
		return err
	}
	title, err := d.Say(r, "desk-card.code", h.Number)
	if err != nil {
		return err
	}
	svg, err := qr.SVG(d.BaseURL+"/carte/"+h.Number, title)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "image/svg+xml")
	w.Header().Set("Cache-Control", "private, max-age=3600")
	_, err = w.Write([]byte(svg))
	return err
}

// welcomeView is the form for a new member.
type welcomeView struct {
	Slug         string // of the desk
	Name         string
	NameProblem  string
	Email        string
	EmailProblem string
	Key          string
	Refusal      *page.Refusal
}

func (v welcomeView) sheet() page.Sheet {
	return page.Sheet{Template: "desk/welcome", Title: "desk-welcome.title", Section: "desk", Tabs: tabs("desk-welcome", v.Slug), Class: "desk", View: v}
}

// cardView is the card of a member.
type cardView struct {
	Member ledger.Holder
	New    bool // was welcomed just now
}

func (v cardView) sheet() page.Sheet {
	return page.Sheet{Template: "desk/card", Title: "desk-card.title", Section: "desk", Tabs: tabs("desk-welcome", ""), Class: "desk", View: v, Script: "print.js"}
}

// HomePath is the page that notes where the member lives.
func (v cardView) HomePath() string { return homeView{Member: v.Member}.Path() }

// QR is the address of the code's picture.
func (v cardView) QR() string { return "/comptoir/membres/" + v.Member.ID.String() + "/code.svg" }
