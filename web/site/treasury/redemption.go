// SPDX-License-Identifier: AGPL-3.0-or-later

package treasury

import (
	"net/http"
	"time"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/civil"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/money"
	"github.com/noria-mlc/noria/web/api"
	"github.com/noria-mlc/noria/web/page"
)

// redemptionsView is a list of redemptions.
type redemptionsView struct {
	Status string // that is listed, "" for all
	Rows   []redemptionRow
	Older  string
	Euros  money.Amount // of those listed
}

type redemptionRow struct {
	Path               string
	Who                party
	Amount, Fee, Euros money.Amount
	At                 time.Time
	Status             string
}

func (v redemptionsView) sheet(tabs []page.Tab) page.Sheet {
	return page.Sheet{Template: "treasury/redemptions", Title: "tab.treasury-redemptions", Section: "treasury", Tabs: tabs, Class: "treasury", View: v}
}

// Filters are the lists to choose from.
func (redemptionsView) Filters() []string {
	return []string{"requested", "in_run", "sent", "settled", "refused"}
}

func (t treasury) redemptions(w http.ResponseWriter, r *http.Request) error {
	a, tabs, err := t.visit(r, "redemptions")
	if err != nil {
		return err
	}
	q := r.URL.Query()
	f := conversion.RedemptionFilter{Status: conversion.RedemptionStatus(q.Get("etat")), Limit: listed}
	if f.Status == "" {
		f.Status = conversion.RedemptionRequested
	}
	if err := f.Before.UnmarshalText([]byte(q.Get("avant"))); err != nil {
		return ledger.ErrCursor
	}
	list, err := t.Conversion.Redemptions(r.Context(), a, f)
	if err != nil {
		return err
	}
	v := redemptionsView{Status: string(f.Status)}
	for _, c := range list {
		row := redemptionRow{Path: "/tresorerie/reconversions/" + c.ID.String(), Amount: c.Amount, Fee: c.Fee, Euros: c.Euros, At: c.RequestedAt, Status: string(c.Status)}
		if row.Who, err = t.party(r.Context(), c.Holder); err != nil {
			return err
		}
		v.Euros += c.Euros
		v.Rows = append(v.Rows, row)
	}
	if len(list) == listed {
		v.Older = "/tresorerie/reconversions?etat=" + string(f.Status) + "&avant=" + list[listed-1].ID.String()
	}
	return t.Show(w, r, 0, v.sheet(tabs))
}

// redemptionView is one redemption and what can be done with it.
type redemptionView struct {
	ID                 string
	Who                party
	Status             string
	Amount, Fee, Euros money.Amount
	At, ClosedAt       time.Time
	Bank, Reason       string
	Entry              string
	Open               bool      // the visitor may close it
	Exception, Note    string    // why an individual is paid (L6), "" for no exception
	ApprovedAt         time.Time // by the second person
	Own, Approves      bool      // the visitor asked for it, or may approve it
	Places             []place
	Today              string
	Form               typed
}

// Path is the address of the page.
func (v redemptionView) Path() string { return "/tresorerie/reconversions/" + v.ID }

func (v redemptionView) sheet(tabs []page.Tab) page.Sheet {
	return page.Sheet{Template: "treasury/redemption", Title: "treasury.redemption", Section: "treasury", Tabs: tabs, Class: "treasury", View: v}
}

func (t treasury) redemption(w http.ResponseWriter, r *http.Request) error {
	return t.showRedemption(w, r, typed{})
}

func (t treasury) showRedemption(w http.ResponseWriter, r *http.Request, f typed) error {
	a, tabs, err := t.visit(r, "redemptions")
	if err != nil {
		return err
	}
	at, err := redemptionID(r)
	if err != nil {
		return err
	}
	c, err := t.Conversion.Redemption(r.Context(), a, at)
	if err != nil {
		return err
	}
	v := redemptionView{ID: c.ID.String(), Status: string(c.Status), Amount: c.Amount, Fee: c.Fee, Euros: c.Euros, At: c.RequestedAt, ClosedAt: c.ClosedAt,
		Bank: c.BankReference, Reason: c.Reason, Open: c.ClosedAt.IsZero() && may(a, access.RedemptionSettle), Today: t.today(), Form: t.again(f)}
	v.Exception, v.Note, v.ApprovedAt, v.Own = string(c.Exception), c.Note, c.ApprovedAt, c.RequestedBy() == a.ID
	v.Approves = c.Exception != "" && c.ApprovedAt.IsZero() && c.Status == conversion.RedemptionRequested && may(a, access.RedemptionApprove)
	if !c.Entry.IsZero() {
		v.Entry = c.Entry.String()
	}
	if v.Who, err = t.named(r, c.Holder, "redemption"); err != nil {
		return err
	}
	if v.Places, err = t.places(r.Context(), true, f.Account); err != nil {
		return err
	}
	return t.Show(w, r, f.Status, v.sheet(tabs))
}

func redemptionID(r *http.Request) (conversion.RedemptionID, error) {
	var at conversion.RedemptionID
	if err := at.UnmarshalText([]byte(r.PathValue("id"))); err != nil || at.IsZero() {
		return at, fault.ErrMissing
	}
	return at, nil
}

// ending reads a form on one redemption, checks it, acts and concludes.
func (t treasury) ending(w http.ResponseWriter, r *http.Request, check func(*typed) error,
	act func(access.Actor, conversion.RedemptionID, typed) error) error {
	at, err := redemptionID(r)
	if err != nil {
		return err
	}
	f := t.read(r)
	if err := check(&f); err != nil {
		return err
	}
	if f.wrong() {
		return t.showRedemption(w, r, f)
	}
	a, err := t.Proven(r)
	if err == nil {
		err = act(a, at, f)
	}
	path := "/tresorerie/reconversions/" + at.String()
	return t.Concluded(w, r, err, path, path, func(status int, refusal *page.Refusal) error {
		f.Status, f.Refusal = status, refusal
		return t.showRedemption(w, r, f)
	})
}

func (t treasury) pay(w http.ResponseWriter, r *http.Request) error {
	var day civil.Date
	return t.ending(w, r, func(f *typed) error { return t.booked(r, f, &day) },
		func(a access.Actor, at conversion.RedemptionID, f typed) error {
			_, _, err := t.Conversion.SettleRedemption(r.Context(), a, f.Key, conversion.SettleRedemptionInput{Redemption: at, BankReference: f.Reference,
				Account: ledger.Account(f.Account), BookedOn: day})
			return err
		})
}

func (t treasury) refuse(w http.ResponseWriter, r *http.Request) error {
	return t.ending(w, r, func(f *typed) error { return t.reasoned(r, f) },
		func(a access.Actor, at conversion.RedemptionID, f typed) error {
			_, _, err := t.Conversion.RefuseRedemption(r.Context(), a, f.Key, conversion.RefuseRedemptionInput{Redemption: at, Reason: f.Text})
			return err
		})
}

// approveException lets an individual be paid, as another person than who asked (L6).
func (t treasury) approveException(w http.ResponseWriter, r *http.Request) error {
	return t.ending(w, r, func(*typed) error { return nil },
		func(a access.Actor, at conversion.RedemptionID, f typed) error {
			_, _, err := t.Conversion.ApproveException(r.Context(), a, f.Key, at)
			return api.Concealed(a, access.RedemptionApprove, err)
		})
}
