// SPDX-License-Identifier: AGPL-3.0-or-later

package account

import (
	"errors"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/web/page"
	"github.com/noria-mlc/noria/web/session"
	"github.com/noria-mlc/noria/web/site"
)

// tokensView is the api tokens of somebody, and the form for one more.
type tokensView struct {
	Status        int
	Tokens        []ownToken
	Text          string // of the token just made: shown once
	Shown         bool   // it was made by a form that was sent before
	Key           string
	Label         string
	LabelProblem  string
	Uses          []choice
	UsesProblem   string
	Organisations []choice
	Lasts         []choice // days
	Refusal       *page.Refusal
}

// ownToken is a token that holds.
type ownToken struct {
	ID, Key, Label, Organisation string
	Uses                         []string
	Until, Used                  time.Time
}

// choice is something to choose. ID is where its name is somebody's words.
type choice struct {
	Name, ID string
	Chosen   bool
}

func (v tokensView) sheet() page.Sheet {
	s := page.Sheet{Template: "account/tokens", Title: "token.title", Section: "account", Class: "account", View: v}
	if v.Text != "" {
		s.Script, s.Imports = "token.js", []string{"copy.js"}
	}
	return s
}

func (p account) tokens(w http.ResponseWriter, r *http.Request) error {
	return p.showTokens(w, r, tokensView{}, session.CreateTokenInput{ExpiresIn: session.DefaultLifetime}, nil)
}

// lifetimes are how many days a token may be made for.
func lifetimes() []int { return []int{30, 365, 1825} }

func (p account) showTokens(w http.ResponseWriter, r *http.Request, v tokensView, in session.CreateTokenInput, uses []access.Use) error {
	a, err := site.Actor(r)
	if err != nil {
		return err
	}
	all, err := p.Session.Tokens(r.Context(), a, a.ID)
	if err != nil {
		return err
	}
	for _, t := range all {
		if t.Kind != session.API || !t.RevokedAt.IsZero() || !p.Now().Before(t.ExpiresAt) {
			continue
		}
		row := ownToken{ID: t.ID.String(), Key: p.NewKey(), Label: t.Label, Until: t.ExpiresAt, Used: t.UsedAt}
		for _, u := range t.Scopes.List() {
			row.Uses = append(row.Uses, string(u))
		}
		if !t.Organisation.IsZero() {
			h, err := p.Ledger.Holder(r.Context(), t.Organisation)
			if err != nil {
				return err
			}
			row.Organisation = h.Name
		}
		v.Tokens = append(v.Tokens, row)
	}
	slices.Reverse(v.Tokens)
	for _, u := range access.UseList() {
		v.Uses = append(v.Uses, choice{Name: string(u), Chosen: slices.Contains(uses, u)})
	}
	for _, id := range organisations(a) {
		h, err := p.Ledger.Holder(r.Context(), id)
		if err != nil {
			return err
		}
		v.Organisations = append(v.Organisations, choice{h.Name, id.String(), id == in.Organisation})
	}
	for _, days := range lifetimes() {
		v.Lasts = append(v.Lasts, choice{Name: strconv.Itoa(days), Chosen: time.Duration(days)*24*time.Hour == in.ExpiresIn})
	}
	if v.Key == "" {
		v.Key = p.NewKey()
	}
	return p.Show(w, r, v.Status, v.sheet())
}

// makeToken makes a token and shows its text, once.
func (p account) makeToken(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return fault.ErrInvalid
	}
	v := tokensView{Key: site.FormKey(r), Label: r.PostFormValue("nom")}
	in := session.CreateTokenInput{Label: v.Label}
	var uses []access.Use
	for _, u := range r.PostForm["usage"] {
		uses = append(uses, access.Use(u))
	}
	if days, err := strconv.Atoi(r.PostFormValue("duree")); err == nil && slices.Contains(lifetimes(), days) {
		in.ExpiresIn = time.Duration(days) * 24 * time.Hour
	}
	var err error
	if text := r.PostFormValue("organisation"); text != "" && in.Organisation.UnmarshalText([]byte(text)) != nil {
		return fault.ErrMissing
	}
	scopes, ok := access.ScopesOf(uses)
	if !ok {
		if v.UsesProblem, err = p.Say(r, "token.uses-bad"); err != nil {
			return err
		}
		v.Status = http.StatusUnprocessableEntity
		return p.showTokens(w, r, v, in, uses)
	}
	in.Scopes = scopes
	a, err := p.Proven(r)
	var made session.Issued
	if err == nil {
		made, _, err = p.Session.CreateToken(r.Context(), a, v.Key, in)
	}
	switch {
	case err == nil:
		return p.showTokens(w, r, tokensView{Text: made.Text, Shown: made.Text == ""}, session.CreateTokenInput{ExpiresIn: session.DefaultLifetime}, nil)
	case site.ProveFirst(w, r, err, "/compte/jetons"):
		return nil
	case errors.Is(err, session.ErrUnauthenticated):
		return err
	}
	if f := fault.As(err); f != nil && slices.ContainsFunc(f.Fields, func(at fault.Field) bool { return at.Pointer == "/label" }) {
		if v.LabelProblem, err = p.Say(r, "token.label-bad"); err != nil {
			return err
		}
		v.Status = http.StatusUnprocessableEntity
		return p.showTokens(w, r, v, in, uses)
	}
	if v.Status, v.Refusal, err = p.Refused(w, r, err); err != nil {
		return err
	}
	return p.showTokens(w, r, v, in, uses)
}

// revokeToken ends a token of one's own, at once.
func (p account) revokeToken(w http.ResponseWriter, r *http.Request) error {
	a, err := site.Actor(r)
	if err != nil {
		return err
	}
	id, err := pathID[session.TokenID](r)
	if err != nil {
		return err
	}
	if access.Allow(a, access.TokenRevoke, ident.Holder{}) == nil { // an administrator's own page is of their own tokens too
		own, err := p.Session.Tokens(r.Context(), a, a.ID)
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(own, func(t session.Token) bool { return t.ID == id }) {
			return fault.ErrMissing
		}
	}
	if _, err := p.Session.RevokeToken(r.Context(), a, site.FormKey(r), id); err != nil && !errors.Is(err, session.ErrTokenRevoked) {
		return err
	}
	http.Redirect(w, r, "/compte/jetons", http.StatusSeeOther)
	return nil
}
