// SPDX-License-Identifier: AGPL-3.0-or-later

package treasury

import (
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/money"
	"github.com/noria-mlc/noria/web/page"
)

// cardView is an odd payment by card, and what can be decided about it.
type cardView struct {
	ID, Reference     string // of its conversion
	Provider, Payment string
	Reason, Outcome   string
	Received          money.Amount
	At                time.Time
	Who               party
	Conversion        string // its page, "" where the visitor may not read it
	Decides           bool
	Suspense          bool // its euros wait, and can be credited or sent back
	Deed              string
	Number, NumberBad string // of who is credited
	Open              *cardDecided
	Past              []cardDecided
	Form              typed
}

// cardDecided is a decision that was proposed or carried out.
type cardDecided struct {
	ID, Deed, Note, Status string
	Who, By, Closer        party
	Amount                 money.Amount
	At, ClosedAt           time.Time
	Approves, Withdraws    bool
	Own                    bool // the visitor proposed it, and somebody else approves
}

// Shape is the shape of the status.
func (d cardDecided) Shape() string {
	switch d.Status {
	case string(conversion.CardProposed):
		return "wait"
	case string(conversion.CardDone):
		return "done"
	}
	return "ended"
}

// Path is the address of the page.
func (v cardView) Path() string { return "/tresorerie/cartes/" + v.ID }

func (v cardView) sheet(tabs []page.Tab) page.Sheet {
	return debitSheet("card", "debits.card-one", v, tabs)
}

func (t treasury) card(w http.ResponseWriter, r *http.Request) error {
	return t.showCard(w, r, cardView{})
}

func (t treasury) showCard(w http.ResponseWriter, r *http.Request, v cardView) error {
	a, tabs, err := t.visit(r, "debits")
	if err == nil {
		err = access.Allow(a, access.CheckoutRead, a.Holder)
	}
	if err != nil {
		return err
	}
	id, err := conversionID(r)
	if err != nil {
		return err
	}
	k, err := t.Conversion.Checkout(r.Context(), id)
	if err != nil {
		return err
	}
	v.ID, v.Provider, v.Payment, v.Reason, v.Outcome, v.Received, v.At = id.String(), k.Provider, k.Payment, k.Reason, string(k.Outcome), k.Received, k.CreatedAt
	v.Suspense, v.Form = k.Outcome == conversion.CheckoutSuspense && k.Reason != "", t.again(v.Form)
	if err := t.askedBy(r, a, id, &v); err != nil {
		return err
	}
	past, err := t.Conversion.CardDecisions(r.Context(), a, conversion.CardDecisionFilter{Payment: k.Payment})
	if err != nil {
		return err
	}
	for _, d := range past {
		one, err := t.cardDecided(r, a, d)
		if err != nil {
			return err
		}
		if d.Status == conversion.CardProposed {
			v.Open = &one
		} else {
			v.Past = append(v.Past, one)
		}
	}
	v.Decides = k.Reason != "" && v.Open == nil && may(a, access.CheckoutDecide)
	return t.Show(w, r, v.Form.Status, v.sheet(tabs))
}

// askedBy adds the conversion that a payment was made for. Whoever may read
// conversions reads whose it is, which is a look at a named account (D8).
func (t treasury) askedBy(r *http.Request, a access.Actor, id conversion.ID, v *cardView) error {
	if !may(a, access.ConversionRead) {
		return nil
	}
	c, err := t.Conversion.Conversion(r.Context(), a, id)
	if err != nil {
		return err
	}
	v.Reference, v.Conversion = c.Reference, "/tresorerie/attendus/"+c.ID.String()
	if v.Who, err = t.named(r, c.Holder, "conversion"); err == nil && v.Number == "" && v.NumberBad == "" {
		v.Number = v.Who.Number
	}
	return err
}

func (t treasury) cardDecided(r *http.Request, a access.Actor, d conversion.CardDecision) (cardDecided, error) {
	one := cardDecided{ID: d.ID.String(), Deed: string(d.Deed), Note: d.Note, Status: string(d.Status), Amount: d.Amount, At: d.ProposedAt, ClosedAt: d.ClosedAt, Own: d.ProposedBy == a.ID}
	open := d.Status == conversion.CardProposed
	one.Approves, one.Withdraws = open && !one.Own && may(a, access.CheckoutApprove), open && may(a, access.CheckoutWithdraw)
	var err error
	if one.By, err = t.doer(r.Context(), d.ProposedBy); err != nil {
		return one, err
	}
	if !d.Holder.IsZero() {
		if one.Who, err = t.party(r.Context(), d.Holder); err != nil {
			return one, err
		}
	}
	if !d.ClosedBy.IsZero() {
		one.Closer, err = t.doer(r.Context(), d.ClosedBy)
	}
	return one, err
}

// decideCard proposes what is to become of an odd payment, or notes that somebody
// looked.
func (t treasury) decideCard(w http.ResponseWriter, r *http.Request) error {
	if _, _, err := t.visit(r, "debits"); err != nil {
		return err
	}
	id, err := conversionID(r)
	if err != nil {
		return err
	}
	v := cardView{Deed: r.PostFormValue("decision"), Number: strings.TrimSpace(r.PostFormValue("numero")), Form: t.read(r)}
	in := conversion.DecideCardInput{Conversion: id, Deed: conversion.CardDeed(v.Deed), Note: v.Form.Text}
	if err := t.reasoned(r, &v.Form); err != nil {
		return err
	}
	if in.Deed == conversion.CardCredit {
		h, missing := t.Ledger.HolderByNumber(r.Context(), v.Number)
		if in.Holder = h.ID; errors.Is(missing, fault.ErrMissing) {
			v.Form.Status = http.StatusUnprocessableEntity
			if v.NumberBad, err = t.Say(r, "membership.number-bad"); err != nil {
				return err
			}
		} else if missing != nil {
			return missing
		}
	}
	if v.Form.wrong() || v.NumberBad != "" {
		return t.showCard(w, r, v)
	}
	a, err := t.Proven(r)
	if err == nil {
		_, _, err = t.Conversion.DecideCard(r.Context(), a, v.Form.Key, in)
	}
	return t.concludedCard(w, r, err, "/tresorerie/cartes/"+id.String(), v)
}

// closeCard carries a proposal out, or takes it back.
func (t treasury) closeCard(w http.ResponseWriter, r *http.Request) error {
	if _, _, err := t.visit(r, "debits"); err != nil {
		return err
	}
	id, err := conversionID(r)
	if err != nil {
		return err
	}
	var decision conversion.CardDecisionID
	if decision.UnmarshalText([]byte(r.PostFormValue("proposition"))) != nil {
		return fault.ErrMissing
	}
	v := cardView{Form: t.read(r)}
	a, err := t.Proven(r)
	switch {
	case err != nil:
	case r.PostFormValue("acte") == "approuver":
		_, _, err = t.Conversion.ApproveCard(r.Context(), a, v.Form.Key, decision)
	default:
		_, _, err = t.Conversion.WithdrawCard(r.Context(), a, v.Form.Key, decision)
	}
	// A credit may have given the payment to another conversion.
	return t.concludedCard(w, r, err, "/tresorerie/cartes", cardView{ID: id.String(), Form: v.Form})
}

func (t treasury) concludedCard(w http.ResponseWriter, r *http.Request, err error, next string, v cardView) error {
	return t.Concluded(w, r, err, next, "/tresorerie/cartes/"+r.PathValue("id"), func(status int, refusal *page.Refusal) error {
		v.Form.Status, v.Form.Refusal = status, refusal
		return t.showCard(w, r, v)
	})
}
