// SPDX-License-Identifier: AGPL-3.0-or-later

package account

import (
	"errors"
	"net/http"

	"github.com/noria-mlc/noria/ops/mail"
	"github.com/noria-mlc/noria/web/api"
	"github.com/noria-mlc/noria/web/identity"
	"github.com/noria-mlc/noria/web/page"
	"github.com/noria-mlc/noria/web/people"
)

// blockView is where somebody who lost their phone blocks their account: the form,
// the question behind the link of the letter, or what was done.
type blockView struct {
	Status  int
	Email   string
	Problem string
	Sent    bool   // a letter was sent, where there is somebody to send it to
	Link    string // of the letter
	Done    bool
	Contact people.Contact
}

func (v blockView) sheet() page.Sheet {
	return page.Sheet{Template: "account/block", Title: "block.tab", Section: "block", Class: "signin", View: v}
}

func (p account) block(w http.ResponseWriter, r *http.Request) error {
	return p.showBlock(w, r, blockView{})
}

func (p account) showBlock(w http.ResponseWriter, r *http.Request, v blockView) error {
	var err error
	if v.Contact, err = p.People.Contact(r.Context()); err != nil {
		return err
	}
	return p.Show(w, r, v.Status, v.sheet())
}

// askToBlock has a letter written; the page is the same whether the address is
// known or not.
func (p account) askToBlock(w http.ResponseWriter, r *http.Request) error {
	v := blockView{Email: r.PostFormValue("adresse"), Sent: true}
	err := p.Identity.AskToBlock(r.Context(), v.Email, identity.FromRequest(r))
	if err == nil {
		return p.showBlock(w, r, v)
	}
	v.Sent = false
	if v.Status, v.Problem, err = p.addressRefused(w, r, err); err != nil {
		return err
	}
	return p.showBlock(w, r, v)
}

// addressRefused says what is wrong with an address that was typed.
func (p account) addressRefused(w http.ResponseWriter, r *http.Request, err error) (int, string, error) {
	if errors.Is(err, mail.ErrAddress) {
		words, err := p.Say(r, "join.email-bad")
		return http.StatusUnprocessableEntity, words, err
	}
	return p.refusal(w, r, err)
}

// blocking asks before it blocks: programs that look at links in letters block
// nobody.
func (p account) blocking(w http.ResponseWriter, r *http.Request) error {
	return p.showBlock(w, r, blockView{Link: r.PathValue("lien")})
}

func (p account) blocked(w http.ResponseWriter, r *http.Request) error {
	if err := p.Identity.Block(r.Context(), r.PathValue("lien")); err != nil {
		return err
	}
	p.Session.ClearCookie(w)
	return p.gone(w, r)
}

func (p account) blockOwn(w http.ResponseWriter, r *http.Request) error {
	caller, err := api.Caller(r.Context())
	if err != nil {
		return err
	}
	if err := p.Identity.BlockOwn(r.Context(), caller); err != nil {
		return err
	}
	p.Session.ClearCookie(w)
	return p.gone(w, r)
}

// gone says that the account is blocked, to somebody who is nobody any more.
func (p account) gone(w http.ResponseWriter, r *http.Request) error {
	contact, err := p.People.Contact(r.Context())
	if err != nil {
		return err
	}
	return p.ShowAs(w, r, page.Visitor{}, 0, blockView{Done: true, Contact: contact}.sheet())
}
