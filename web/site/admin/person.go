// SPDX-License-Identifier: AGPL-3.0-or-later

package admin

import (
	"errors"
	"net/http"
	"time"

	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/web/page"
	"github.com/noria-mlc/noria/web/people"
	"github.com/noria-mlc/noria/web/problem"
	"github.com/noria-mlc/noria/web/session"
	"github.com/noria-mlc/noria/web/site"
)

// personView is one user, as an administrator sees it: no amounts (D3).
type personView struct {
	Status              int
	Path, Name, Number  string
	HomePath            string // of the page that notes where they live
	Email               string // "" where nothing was set up
	Closed              string // why the user is shut out, "" where not
	Since               time.Time
	Roles               []roleRow
	Offered             []string // roles that can be given
	Sessions            int
	Tokens              []tokenRow
	Individual          bool
	Key                 string
	Role, Organisation  string // as typed
	OrganisationProblem string
	Address             string
	AddressProblem      string
	Refusal             *page.Refusal
}

// roleRow is a role of the user.
type roleRow struct{ Role, Organisation, ID, Key string }

// tokenRow is an api token of the user that holds.
type tokenRow struct {
	ID, Key, Label string
	Until          time.Time
}

func (v personView) sheet(tabs []page.Tab) page.Sheet {
	return sheet("person", v.Name, tabs, v)
}

func (o office) person(w http.ResponseWriter, r *http.Request) error {
	return o.showPerson(w, r, personView{})
}

func (o office) showPerson(w http.ResponseWriter, r *http.Request, v personView) error {
	a, tabs, err := o.visit(r, "office-members")
	if err != nil {
		return err
	}
	id, err := pathID[ident.User](r, "id")
	if err != nil {
		return err
	}
	p, err := o.People.Person(r.Context(), a, id) // written down as a look (D8)
	if err != nil {
		return err
	}
	if err := o.People.Looked(r.Context(), a, p.Holder, "sessions"); err != nil {
		return err
	}
	v.Path, v.Name, v.Number, v.Email, v.Since = "/administration/membres/"+id.String(), p.Name, p.Number, p.Email, p.CreatedAt
	if !p.DisabledAt.IsZero() {
		if v.Closed = p.DisabledFor; v.Closed == "" {
			v.Closed = "administrator"
		}
	}
	v.HomePath = "/comptoir/membres/" + p.Holder.String() + "/domicile"
	for _, g := range p.Grants {
		row := roleRow{Role: string(g.Role), Key: o.NewKey()}
		if !g.Organisation.IsZero() {
			h, err := o.Ledger.Holder(r.Context(), g.Organisation)
			if err != nil {
				return err
			}
			row.Organisation, row.ID = h.Name, h.ID.String()
		}
		v.Individual = v.Individual || g.Role == access.Citizen
		v.Roles = append(v.Roles, row)
	}
	for _, role := range access.Roles() {
		v.Offered = append(v.Offered, string(role))
	}
	all, err := o.Session.Tokens(r.Context(), a, id)
	if err != nil {
		return err
	}
	for _, t := range all {
		if !t.RevokedAt.IsZero() || !o.Now().Before(t.ExpiresAt) {
			continue
		}
		if t.Kind == session.API {
			v.Tokens = append(v.Tokens, tokenRow{t.ID.String(), o.NewKey(), t.Label, t.ExpiresAt})
			continue
		}
		v.Sessions++
	}
	v.Key = o.NewKey()
	return o.Show(w, r, v.Status, v.sheet(tabs))
}

// act does something about the user of the path, as somebody who proved who they are
// lately, and shows the page again.
func (o office) act(w http.ResponseWriter, r *http.Request, v personView, do func(a access.Actor, id ident.User, key string) error) error {
	id, err := pathID[ident.User](r, "id")
	if err != nil {
		return err
	}
	a, err := o.Proven(r)
	if err == nil {
		err = do(a, id, site.FormKey(r))
	}
	back := "/administration/membres/" + id.String()
	return o.Concluded(w, r, err, back, back, func(status int, refusal *page.Refusal) error {
		v.Status, v.Refusal = status, refusal
		wrong, other := o.wrong(r, err, "person.bad-", map[string]string{"/organisation": "organisation", "/email": "email"})
		if other != nil {
			return other
		}
		if v.OrganisationProblem, v.AddressProblem = wrong["organisation"], wrong["email"]; len(wrong) > 0 {
			v.Refusal = nil
		}
		return o.showPerson(w, r, v)
	})
}

func (o office) give(w http.ResponseWriter, r *http.Request) error {
	v := personView{Role: r.PostFormValue("role"), Organisation: r.PostFormValue("organisation")}
	return o.act(w, r, v, func(a access.Actor, id ident.User, key string) error {
		organisation, err := o.organisation(r, v.Organisation)
		if err != nil {
			return err
		}
		_, err = o.People.GiveGrant(r.Context(), a, key, people.GrantInput{User: id, Grant: access.Grant{Role: access.Role(v.Role), Organisation: organisation}})
		return err
	})
}

func (o office) withdraw(w http.ResponseWriter, r *http.Request) error {
	return o.act(w, r, personView{}, func(a access.Actor, id ident.User, key string) error {
		g := access.Grant{Role: access.Role(r.PostFormValue("role"))}
		if text := r.PostFormValue("organisation"); text != "" && g.Organisation.UnmarshalText([]byte(text)) != nil {
			return fault.ErrMissing
		}
		_, err := o.People.WithdrawGrant(r.Context(), a, key, people.GrantInput{User: id, Grant: g})
		return err
	})
}

func (o office) disable(w http.ResponseWriter, r *http.Request) error {
	return o.act(w, r, personView{}, func(a access.Actor, id ident.User, key string) error {
		_, err := o.People.DisableUser(r.Context(), a, key, id)
		return err
	})
}

func (o office) enable(w http.ResponseWriter, r *http.Request) error {
	return o.act(w, r, personView{}, func(a access.Actor, id ident.User, key string) error {
		_, err := o.People.EnableUser(r.Context(), a, key, id)
		return err
	})
}

func (o office) invite(w http.ResponseWriter, r *http.Request) error {
	v := personView{Address: r.PostFormValue("adresse")}
	return o.act(w, r, v, func(a access.Actor, id ident.User, key string) error {
		_, err := o.People.Invite(r.Context(), a, key, people.InviteInput{User: id, Email: v.Address, Language: problem.Speaks(r.Context())})
		return err
	})
}

func (o office) askErasure(w http.ResponseWriter, r *http.Request) error {
	return o.act(w, r, personView{}, func(a access.Actor, id ident.User, key string) error {
		_, _, err := o.People.OpenErasure(r.Context(), a, key, id)
		return err
	})
}

func (o office) revoke(w http.ResponseWriter, r *http.Request) error {
	return o.act(w, r, personView{}, func(a access.Actor, _ ident.User, key string) error {
		token, err := pathID[session.TokenID](r, "jeton")
		if err != nil {
			return err
		}
		_, err = o.Session.RevokeToken(r.Context(), a, key, token)
		if errors.Is(err, session.ErrTokenRevoked) {
			return nil
		}
		return err
	})
}
