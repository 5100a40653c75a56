// SPDX-License-Identifier: AGPL-3.0-or-later

package member

import (
	"net/http"

	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ops/gift"
	"github.com/noria-mlc/noria/web/page"
	"github.com/noria-mlc/noria/web/site"
)

// giftView is the association to which the issuer gives for a member.
type giftView struct {
	Key, Chosen  string
	Associations []choice
	Prove        string // where to prove who one is before a choice, "" where that was lately
	Refusal      *page.Refusal
	Status       int
}

func (v giftView) sheet() page.Sheet {
	return page.Sheet{Template: "member/gift", Title: "gift.title", Class: "account", View: v}
}

// gift shows what the caller chose and what there is to choose from.
func (m member) gift(w http.ResponseWriter, r *http.Request) error {
	return m.showGift(w, r, giftView{})
}

func (m member) showGift(w http.ResponseWriter, r *http.Request, v giftView) error {
	actor, err := site.Actor(r)
	if err != nil {
		return err
	}
	holder := site.WalletOf(actor)
	if holder.IsZero() {
		return access.ErrForbidden
	}
	chosen, err := m.Gift.ChoiceOf(r.Context(), actor, holder)
	if err != nil {
		return err
	}
	list, err := m.Gift.Associations(r.Context())
	if err != nil {
		return err
	}
	v.Chosen, v.Key = chosen.Name, m.NewKey()
	if v.Prove, err = m.Prove(r, "/don"); err != nil {
		return err
	}
	for _, a := range list {
		if a.Holder != holder {
			v.Associations = append(v.Associations, choice{a.Holder.String(), a.Name, a.Holder == chosen.Association})
		}
	}
	return m.Show(w, r, v.Status, v.sheet())
}

// choose keeps the caller's choice; none withdraws it.
func (m member) choose(w http.ResponseWriter, r *http.Request) error {
	actor, err := site.Actor(r)
	if err != nil {
		return err
	}
	in := gift.ChooseInput{Holder: site.WalletOf(actor)}
	if text := r.PostFormValue("association"); text != "" && in.Association.UnmarshalText([]byte(text)) != nil {
		return fault.ErrMissing
	}
	if _, err = m.Proven(r); err == nil {
		_, _, err = m.Gift.Choose(r.Context(), actor, site.FormKey(r), in)
	}
	return m.Concluded(w, r, err, "/don", "/don", func(status int, refusal *page.Refusal) error {
		return m.showGift(w, r, giftView{Status: status, Refusal: refusal})
	})
}
