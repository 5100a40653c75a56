// SPDX-License-Identifier: AGPL-3.0-or-later

package citizen

import (
	"cmp"
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/merchant"
	"github.com/noria-mlc/noria/web/page"
	"github.com/noria-mlc/noria/web/site"
)

const (
	// paidBefore is how many of those who were paid are proposed, and paidReach
	// how many movements are looked through for them.
	paidBefore = 12
	paidReach  = 400
)

// keeper is whoever may keep beneficiaries.
func (c citizen) keeper(r *http.Request) (owner, error) {
	o, err := c.owner(r)
	if err == nil {
		err = access.Allow(o.Actor, access.BeneficiaryRead, o.ID)
	}
	return o, err
}

// beneficiaries shows whom the owner pays again.
func (c citizen) beneficiaries(w http.ResponseWriter, r *http.Request) error {
	o, err := c.keeper(r)
	if err != nil {
		return err
	}
	return c.showBeneficiaries(w, r, 0, o, beneficiariesView{})
}

func (c citizen) showBeneficiaries(w http.ResponseWriter, r *http.Request, status int, o owner, v beneficiariesView) error {
	kept, err := c.Merchant.Beneficiaries(r.Context(), o.Actor, o.ID)
	if err != nil {
		return err
	}
	for _, k := range kept {
		b := beneficiary{Handle: k.Handle, Name: k.Name, Label: k.Label, Key: c.NewKey()}
		if k.Handle == v.Renamed {
			b.Label, b.Wrong = v.Typed, true
		}
		v.Kept = append(v.Kept, b)
	}
	slices.SortStableFunc(v.Kept, func(a, b beneficiary) int {
		return cmp.Compare(plain(a.Called()), plain(b.Called()))
	})
	if v.Paid, err = c.paidBefore(r, o, kept); err != nil {
		return err
	}
	if v.Key == "" {
		v.Key = c.NewKey()
	}
	if v.Prove, err = c.Prove(r, "/beneficiaires"); err != nil {
		return err
	}
	return c.present(w, r, status, o, "beneficiaries", v.sheet())
}

// paidBefore lists whom the owner paid lately and does not keep, the last one
// first.
func (c citizen) paidBefore(r *http.Request, o owner, kept []merchant.Beneficiary) ([]beneficiary, error) {
	known := map[ident.Holder]bool{o.ID: true}
	for _, k := range kept {
		known[k.Holder] = true
	}
	var list []beneficiary
	seen := 0
	err := c.statement(r.Context(), ledger.Wallet(o.ID), 0, func(m ledger.Movement, _ string) (bool, error) {
		seen++
		if other, ok := ledger.HolderOf(m.Counterparty); ok && m.Kind == ledger.KindPayment && m.Amount < 0 && !known[other] {
			known[other] = true
			b, err := c.payable(r, other)
			if err != nil {
				return false, err
			}
			b.LastPaid = m.At
			list = append(list, b)
		}
		return seen < paidReach && len(list) < paidBefore, nil
	})
	return list, err
}

// payable names somebody as a payment is addressed: the shop where the holder
// has one, else the holder.
func (c citizen) payable(r *http.Request, id ident.Holder) (beneficiary, error) {
	shops, err := c.Merchant.MerchantOf(r.Context(), id)
	if err != nil {
		return beneficiary{}, err
	}
	if len(shops) == 1 {
		return beneficiary{Handle: shops[0].Code, Name: shops[0].Name, Key: c.NewKey()}, nil
	}
	h, err := c.Ledger.Holder(r.Context(), id)
	return beneficiary{Handle: h.Number, Name: h.Name, Key: c.NewKey()}, err
}

// saveBeneficiary keeps somebody named by an exact number or code, once whoever
// keeps them has proved who they are: words that somebody else wrote into a session
// that was left open must not lead to a payee whom its owner believes to know.
func (c citizen) saveBeneficiary(w http.ResponseWriter, r *http.Request) error {
	o, err := c.keeper(r)
	if err != nil {
		return err
	}
	v := beneficiariesView{Key: site.FormKey(r), Handle: r.PostFormValue("numero"), Label: r.PostFormValue("nom")}
	if _, err = c.Proven(r); err == nil {
		_, err = c.Merchant.SaveBeneficiary(r.Context(), o.Actor, v.Key, merchant.SaveInput{Owner: o.ID,
			To: strings.TrimSpace(v.Handle), Label: strings.TrimSpace(v.Label)})
	}
	switch {
	case site.ProveFirst(w, r, err, "/beneficiaires"):
		return nil
	case err == nil:
		http.Redirect(w, r, "/beneficiaires", http.StatusSeeOther)
		return nil
	case errors.Is(err, merchant.ErrPayeeUnknown):
		v.Problem = "beneficiaries.unknown"
	case errors.Is(err, merchant.ErrSameWallet):
		v.Problem = "beneficiaries.oneself"
	case points(err, "/label"):
		v.Wrong = true
	default:
		return c.refuseBeneficiary(w, r, o, v, err)
	}
	v.Key = c.NewKey() // a corrected number is another wish
	return c.showBeneficiaries(w, r, http.StatusUnprocessableEntity, o, v)
}

// refuseBeneficiary shows the list with why something was not done.
func (c citizen) refuseBeneficiary(w http.ResponseWriter, r *http.Request, o owner, v beneficiariesView, err error) error {
	status, refusal, err := c.Refused(w, r, err)
	if err != nil {
		return err
	}
	v.Refusal, v.Key = refusal, c.NewKey()
	return c.showBeneficiaries(w, r, status, o, v)
}

// renameBeneficiary gives one of them other words, after a proof as for a new one.
func (c citizen) renameBeneficiary(w http.ResponseWriter, r *http.Request) error {
	o, err := c.keeper(r)
	if err != nil {
		return err
	}
	in := merchant.KeptInput{Owner: o.ID, Handle: r.PathValue("handle"), Label: strings.TrimSpace(r.PostFormValue("nom"))}
	if _, err = c.Proven(r); err == nil {
		_, err = c.Merchant.RenameBeneficiary(r.Context(), o.Actor, site.FormKey(r), in)
	}
	if site.ProveFirst(w, r, err, "/beneficiaires") {
		return nil
	}
	if points(err, "/label") {
		v := beneficiariesView{Renamed: in.Handle, Typed: in.Label}
		return c.showBeneficiaries(w, r, http.StatusUnprocessableEntity, o, v)
	}
	return c.changed(w, r, o, err)
}

// removeBeneficiary forgets one of them.
func (c citizen) removeBeneficiary(w http.ResponseWriter, r *http.Request) error {
	o, err := c.keeper(r)
	if err != nil {
		return err
	}
	_, err = c.Merchant.RemoveBeneficiary(r.Context(), o.Actor, site.FormKey(r), merchant.KeptInput{Owner: o.ID, Handle: r.PathValue("handle")})
	return c.changed(w, r, o, err)
}

// changed shows the list after a change. Somebody who is not on it any more, as
// after the form was sent from two tabs, is no reason to stop.
func (c citizen) changed(w http.ResponseWriter, r *http.Request, o owner, err error) error {
	if err == nil || errors.Is(err, fault.ErrMissing) {
		http.Redirect(w, r, "/beneficiaires", http.StatusSeeOther)
		return nil
	}
	return c.refuseBeneficiary(w, r, o, beneficiariesView{}, err)
}

func (v beneficiariesView) sheet() page.Sheet {
	return page.Sheet{Template: "citizen/beneficiaries", Title: "beneficiaries.title", Class: "beneficiaries", View: v}
}
