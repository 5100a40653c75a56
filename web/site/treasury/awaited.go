// SPDX-License-Identifier: AGPL-3.0-or-later

package treasury

import (
	"errors"
	"net/http"
	"time"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/civil"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/money"
	"github.com/noria-mlc/noria/web/page"
)

// awaitedView is a list of conversions.
type awaitedView struct {
	Status string // that is listed; "awaiting_euros" first
	Rows   []awaitedRow
	Older  string // address of the older ones, "" for none
	Euros  money.Amount
}

type awaitedRow struct {
	Path, Reference string
	Who             party
	Euros, Bonus    money.Amount
	Since           time.Time
	Days            int // since it was asked for
	Until           time.Time
	Late            bool
	Status          string
}

func (v awaitedView) sheet(tabs []page.Tab) page.Sheet {
	return page.Sheet{Template: "treasury/awaited", Title: "tab.treasury-awaited", Section: "treasury", Tabs: tabs, Class: "treasury", View: v}
}

// Filters are the lists to choose from.
func (awaitedView) Filters() []string {
	return []string{"awaiting_euros", "settled", "expired", "cancelled", "reversed"}
}

func (t treasury) awaited(w http.ResponseWriter, r *http.Request) error {
	a, tabs, err := t.visit(r, "awaited")
	if err != nil {
		return err
	}
	q := r.URL.Query()
	f := conversion.ConversionFilter{Status: conversion.Status(q.Get("etat")), Limit: listed}
	if err := f.Before.UnmarshalText([]byte(q.Get("avant"))); err != nil {
		return ledger.ErrCursor
	}
	var list []conversion.Conversion
	if f.Status == "" || f.Status == conversion.AwaitingEuros {
		f.Status = conversion.AwaitingEuros
		list, err = t.Conversion.Awaited(r.Context(), a, 200)
	} else {
		list, err = t.Conversion.Conversions(r.Context(), a, f)
	}
	if err != nil {
		return err
	}
	v := awaitedView{Status: string(f.Status)}
	for _, c := range list {
		row := awaitedRow{Path: "/tresorerie/attendus/" + c.ID.String(), Reference: c.Reference, Euros: c.Euros, Bonus: c.Bonus, Since: c.CreatedAt,
			Days: int(civil.Of(t.Now()) - civil.Of(c.CreatedAt)), Until: c.ExpiresAt, Status: string(c.Status),
			Late: c.Status == conversion.AwaitingEuros && c.ExpiresAt.Before(t.Now().Add(soon))}
		if row.Who, err = t.party(r.Context(), c.Holder); err != nil {
			return err
		}
		v.Euros += c.Euros
		v.Rows = append(v.Rows, row)
	}
	if f.Status != conversion.AwaitingEuros && len(list) == listed {
		v.Older = "/tresorerie/attendus?etat=" + string(f.Status) + "&avant=" + list[listed-1].ID.String()
	}
	return t.Show(w, r, 0, v.sheet(tabs))
}

// conversionView is one conversion and what can be done with it.
type conversionView struct {
	ID        string
	Reference string
	Who       party
	Status    string
	Channel   string
	Euros     money.Amount
	Bonus     money.Amount
	Credited  money.Amount
	CreatedAt time.Time
	ExpiresAt time.Time
	ClosedAt  time.Time
	Bank      string // reference of the bank
	Reason    string
	Entry     string
	Reversal  string
	Available money.Amount // what the holder can spend, where it may be taken back
	Settles   bool         // the visitor may say that the euros came
	Cancels   bool
	Reverses  bool
	Returns   bool                   // the visitor may say that the bank took the euros back
	Back      *conversion.Chargeback // how the bank took them back
	Places    []place
	Today     string
	Form      typed
}

// Left is what the holder keeps after a reversal, negative where they lack units.
func (v conversionView) Left() money.Amount { return v.Available - v.Credited }

// Path is the address of the page.
func (v conversionView) Path() string { return "/tresorerie/attendus/" + v.ID }

func (v conversionView) sheet(tabs []page.Tab) page.Sheet {
	return page.Sheet{Template: "treasury/conversion", Title: v.Reference, Section: "treasury", Tabs: tabs, Class: "treasury", View: v}
}

func (t treasury) conversion(w http.ResponseWriter, r *http.Request) error {
	return t.showConversion(w, r, typed{})
}

func (t treasury) showConversion(w http.ResponseWriter, r *http.Request, f typed) error {
	a, tabs, err := t.visit(r, "awaited")
	if err != nil {
		return err
	}
	at, err := conversionID(r)
	if err != nil {
		return err
	}
	c, err := t.Conversion.Conversion(r.Context(), a, at)
	if err != nil {
		return err
	}
	v := conversionView{ID: c.ID.String(), Reference: c.Reference, Status: string(c.Status), Channel: string(c.Channel), Euros: c.Euros, Bonus: c.Bonus,
		Credited: c.Credited, CreatedAt: c.CreatedAt, ExpiresAt: c.ExpiresAt, ClosedAt: c.ClosedAt, Bank: c.BankReference, Reason: c.Reason,
		Today: t.today(), Form: t.again(f)}
	if !c.Entry.IsZero() {
		v.Entry = c.Entry.String()
	}
	if !c.Reversal.IsZero() {
		v.Reversal = c.Reversal.String()
	}
	if v.Who, err = t.named(r, c.Holder, "conversion"); err != nil {
		return err
	}
	waits := c.Status == conversion.AwaitingEuros
	v.Settles, v.Cancels = waits && may(a, access.ConversionSettle), waits && may(a, access.ConversionCancel)
	if v.Reverses = c.Status == conversion.Settled && may(a, access.ConversionReverse); v.Reverses {
		held, err := t.Ledger.Holding(r.Context(), c.Holder)
		if err != nil {
			return err
		}
		v.Available = held.Available
	}
	v.Returns = c.Status == conversion.Settled && (c.Channel != conversion.AtDesk || c.Means == conversion.Cheque) && may(a, access.DebitReturn)
	if back, err := t.Conversion.ChargebackOf(r.Context(), a, c.ID); err == nil {
		v.Back = &back
	} else if !errors.Is(err, fault.ErrMissing) {
		return err
	}
	if v.Places, err = t.places(r.Context(), true, f.Account); err != nil {
		return err
	}
	return t.Show(w, r, f.Status, v.sheet(tabs))
}

// ReturnPath is the page that books that the bank took the euros back.
func (v conversionView) ReturnPath() string { return "/tresorerie/retours/" + v.ID }

func conversionID(r *http.Request) (conversion.ID, error) {
	var at conversion.ID
	if err := at.UnmarshalText([]byte(r.PathValue("id"))); err != nil || at.IsZero() {
		return at, fault.ErrMissing
	}
	return at, nil
}

// closing reads a form on one conversion, checks it, acts and concludes.
func (t treasury) closing(w http.ResponseWriter, r *http.Request, check func(*typed) error,
	act func(access.Actor, conversion.ID, typed) error) error {
	at, err := conversionID(r)
	if err != nil {
		return err
	}
	f := t.read(r)
	if err := check(&f); err != nil {
		return err
	}
	if f.wrong() {
		return t.showConversion(w, r, f)
	}
	a, err := t.Proven(r)
	if err == nil {
		err = act(a, at, f)
	}
	path := "/tresorerie/attendus/" + at.String()
	return t.Concluded(w, r, err, path, path, func(status int, refusal *page.Refusal) error {
		f.Status, f.Refusal = status, refusal
		return t.showConversion(w, r, f)
	})
}

func (t treasury) settle(w http.ResponseWriter, r *http.Request) error {
	var day civil.Date
	return t.closing(w, r, func(f *typed) error { return t.booked(r, f, &day) },
		func(a access.Actor, at conversion.ID, f typed) error {
			_, _, err := t.Conversion.Settle(r.Context(), a, f.Key, conversion.SettleInput{Conversion: at, BankReference: f.Reference,
				Account: ledger.Account(f.Account), BookedOn: day})
			return err
		})
}

// booked checks the reference and the date that a bank gave.
func (t treasury) booked(r *http.Request, f *typed, day *civil.Date) error {
	if err := t.referenced(r, f); err != nil {
		return err
	}
	var err error
	if *day, f.DateBad, err = t.Date(r, "date"); f.DateBad != "" {
		f.Status = http.StatusUnprocessableEntity
	}
	return err
}

func (t treasury) cancel(w http.ResponseWriter, r *http.Request) error {
	return t.closing(w, r, func(f *typed) error { return t.reasoned(r, f) },
		func(a access.Actor, at conversion.ID, f typed) error {
			_, _, err := t.Conversion.Cancel(r.Context(), a, f.Key, conversion.CancelInput{Conversion: at, Reason: f.Text})
			return err
		})
}

func (t treasury) reverse(w http.ResponseWriter, r *http.Request) error {
	return t.closing(w, r, func(f *typed) error { return t.reasoned(r, f) },
		func(a access.Actor, at conversion.ID, f typed) error {
			_, _, err := t.Conversion.Reverse(r.Context(), a, f.Key, conversion.ReverseInput{Conversion: at, Reason: f.Text})
			return err
		})
}
