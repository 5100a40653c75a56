// SPDX-License-Identifier: AGPL-3.0-or-later

package admin

import (
	"errors"
	"net/http"
	"net/url"
	"strings"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ops/mail"
	"github.com/noria-mlc/noria/web/page"
	"github.com/noria-mlc/noria/web/people"
	"github.com/noria-mlc/noria/web/problem"
	"github.com/noria-mlc/noria/web/session"
	"github.com/noria-mlc/noria/web/site"
)

// listed is how many people a page lists.
const listed = 50

// membersView is the list of users, and the form for one more.
type membersView struct {
	Status       int
	Query        string
	Rows         []memberRow
	Next         string // address of the next page, "" for none
	Key          string
	Kinds        []string
	Kind         string
	Name, Email  string
	NameProblem  string
	EmailProblem string
	Refusal      *page.Refusal
}

// memberRow is one user of the list.
type memberRow struct {
	Path, Name, Number string
	Roles              []string
	Closed             bool
}

func (v membersView) sheet(tabs []page.Tab) page.Sheet {
	return sheet("members", "tab.office-members", tabs, v)
}

func holderKinds() []string {
	return []string{string(ledger.Individual), string(ledger.Professional), string(ledger.Association), string(ledger.Collectivity)}
}

func (o office) members(w http.ResponseWriter, r *http.Request) error {
	return o.showMembers(w, r, membersView{Kind: string(ledger.Individual)})
}

func (o office) showMembers(w http.ResponseWriter, r *http.Request, v membersView) error {
	a, tabs, err := o.visit(r, "office-members")
	if err != nil {
		return err
	}
	v.Query = strings.TrimSpace(r.URL.Query().Get("q"))
	var after ident.User
	if after.UnmarshalText([]byte(r.URL.Query().Get("apres"))) != nil {
		return ledger.ErrCursor
	}
	all, err := o.People.People(r.Context(), a, people.Filter{Query: v.Query, After: after, Limit: listed})
	if err != nil {
		return err
	}
	for _, p := range all {
		row := memberRow{Path: "/administration/membres/" + p.ID.String(), Name: p.Name, Number: p.Number, Closed: !p.DisabledAt.IsZero()}
		for _, g := range p.Grants {
			row.Roles = append(row.Roles, string(g.Role))
		}
		v.Rows = append(v.Rows, row)
	}
	if len(all) == listed {
		v.Next = "/administration/membres?" + url.Values{"q": {v.Query}, "apres": {all[listed-1].ID.String()}}.Encode()
	}
	v.Kinds = holderKinds()
	if v.Key == "" {
		v.Key = o.NewKey()
	}
	return o.Show(w, r, v.Status, v.sheet(tabs))
}

// ownRole is the role that somebody new has: a person's for their own wallet, or
// that of whoever acts for an organisation, which signs in as itself.
func ownRole(h ledger.Holder) access.Grant {
	switch h.Kind {
	case ledger.Individual:
		return access.Grant{Role: access.Citizen}
	case ledger.Collectivity:
		return access.Grant{Role: access.CollectivityAgent, Organisation: h.ID}
	}
	return access.Grant{Role: access.MerchantOwner, Organisation: h.ID}
}

// letIn opens a holder with a user of its own, and sends the invitation where there
// is an address. Each step has a key of its own, made of the form's: what stopped
// half-way is finished by sending the form again.
func (o office) letIn(w http.ResponseWriter, r *http.Request) error {
	v := membersView{Key: site.FormKey(r), Kind: r.PostFormValue("genre"), Name: strings.TrimSpace(r.PostFormValue("nom")), Email: strings.TrimSpace(r.PostFormValue("adresse"))}
	if v.Email != "" {
		if _, err := mail.Address(v.Email); err != nil {
			if v.EmailProblem, err = o.Say(r, "join.email-bad"); err != nil {
				return err
			}
			v.Status = http.StatusUnprocessableEntity
			return o.showMembers(w, r, v)
		}
	}
	a, err := o.Proven(r)
	var u session.User
	if err == nil {
		u, err = o.enrol(r, a, v)
	}
	return o.Concluded(w, r, err, "/administration/membres/"+u.ID.String(), "/administration/membres", func(status int, refusal *page.Refusal) error {
		v.Status, v.Refusal = status, refusal
		wrong, other := o.wrong(r, err, "join.", map[string]string{"/name": "name-bad", "/email": "email-bad"})
		if other != nil {
			return other
		}
		if v.NameProblem, v.EmailProblem = wrong["name-bad"], wrong["email-bad"]; len(wrong) > 0 {
			v.Refusal = nil
		}
		return o.showMembers(w, r, v)
	})
}

func (o office) enrol(r *http.Request, a access.Actor, v membersView) (session.User, error) {
	ctx := r.Context()
	h, _, err := o.Ledger.CreateHolder(ctx, a, v.Key, ledger.NewHolder{Kind: ledger.HolderKind(v.Kind), Name: v.Name})
	if err != nil {
		return session.User{}, err
	}
	u, _, err := o.Session.CreateUser(ctx, a, v.Key+".user", session.CreateUserInput{Holder: h.ID, Grants: []access.Grant{ownRole(h)}})
	if err != nil || v.Email == "" {
		return u, err
	}
	_, err = o.People.Invite(ctx, a, v.Key+".mail", people.InviteInput{User: u.ID, Email: v.Email, Language: problem.Speaks(ctx)})
	return u, err
}

// organisation finds the organisation of a number that was typed, zero for none.
func (o office) organisation(r *http.Request, number string) (ident.Holder, error) {
	number = strings.ReplaceAll(strings.TrimSpace(number), " ", "")
	if number == "" {
		return ident.Holder{}, nil
	}
	h, err := o.Ledger.HolderByNumber(r.Context(), number)
	if errors.Is(err, fault.ErrMissing) {
		return ident.Holder{}, fault.ErrInvalid.At("/organisation", "must be the number of an organisation")
	}
	return h.ID, err
}
