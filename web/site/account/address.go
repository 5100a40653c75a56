// SPDX-License-Identifier: AGPL-3.0-or-later

package account

import (
	"net/http"
	"slices"

	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/web/identity"
	"github.com/noria-mlc/noria/web/locale"
	"github.com/noria-mlc/noria/web/page"
	"github.com/noria-mlc/noria/web/site"
)

// addressView is a change of address: the form, the question behind the link of a
// letter, or what was done.
type addressView struct {
	Status  int
	Now     string // the address as it is
	Email   string // the one it would become
	Problem string
	Sent    bool
	Link    string // of the letter
	Undo    bool   // the link brings the former address back
	Done    bool
}

func (v addressView) sheet() page.Sheet {
	return page.Sheet{Template: "account/address", Title: "address.title", Section: "account", Class: "signin", View: v}
}

func (p account) newAddress(w http.ResponseWriter, r *http.Request) error {
	email, err := p.ownAddress(r)
	if err != nil {
		return err
	}
	return p.Show(w, r, 0, addressView{Now: email}.sheet())
}

func (p account) askAddress(w http.ResponseWriter, r *http.Request) error {
	c, err := p.change(r)
	if err != nil {
		return err
	}
	v := addressView{Email: r.PostFormValue("adresse"), Sent: true}
	err = p.Identity.AskAddress(r.Context(), c, v.Email, identity.FromRequest(r))
	if site.ProveFirst(w, r, err, "/compte/adresse/nouvelle") {
		return nil
	}
	if v.Now, _ = p.ownAddress(r); err == nil {
		return p.Show(w, r, 0, v.sheet())
	}
	v.Sent = false
	if v.Status, v.Problem, err = p.addressRefused(w, r, err); err != nil {
		return err
	}
	return p.Show(w, r, v.Status, v.sheet())
}

// addressLink asks before it changes anything: programs that look at links in
// letters change nothing.
func (p account) addressLink(w http.ResponseWriter, r *http.Request) error {
	email, err := p.Identity.NewAddress(r.Context(), r.PathValue("lien"))
	if err != nil {
		return err
	}
	return p.Show(w, r, 0, addressView{Email: email, Link: r.PathValue("lien")}.sheet())
}

func (p account) moveAddress(w http.ResponseWriter, r *http.Request) error {
	email, err := p.Identity.NewAddress(r.Context(), r.PathValue("lien"))
	if err == nil {
		err = p.Identity.MoveAddress(r.Context(), r.PathValue("lien"))
	}
	if err != nil {
		return err
	}
	return p.Show(w, r, 0, addressView{Email: email, Done: true}.sheet())
}

func (p account) undoLink(w http.ResponseWriter, r *http.Request) error {
	email, err := p.Identity.OldAddress(r.Context(), r.PathValue("lien"))
	if err != nil {
		return err
	}
	return p.Show(w, r, 0, addressView{Email: email, Link: r.PathValue("lien"), Undo: true}.sheet())
}

func (p account) undoAddress(w http.ResponseWriter, r *http.Request) error {
	email, err := p.Identity.OldAddress(r.Context(), r.PathValue("lien"))
	if err == nil {
		err = p.Identity.MoveBack(r.Context(), r.PathValue("lien"))
	}
	if err != nil {
		return err
	}
	return p.ShowAs(w, r, page.Visitor{}, 0, addressView{Email: email, Done: true}.sheet())
}

// setLanguage chooses what letters are written in.
func (p account) setLanguage(w http.ResponseWriter, r *http.Request) error {
	c, err := p.change(r)
	if err != nil {
		return err
	}
	c.Language = r.PostFormValue("langue")
	if !slices.Contains(locale.Languages(), c.Language) {
		return fault.ErrInvalid.At("/langue", "must be a language of the pages")
	}
	return p.changed(w, r, p.Identity.SetLanguage(r.Context(), c))
}
