// SPDX-License-Identifier: AGPL-3.0-or-later

package citizen

import (
	"net/http"
	"time"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/conversion/paper"
	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/merchant"
	"github.com/noria-mlc/noria/ops/fonte"
)

// lastMovements is how many movements the wallet page shows, and lastRequests
// how many requests it looks through for open ones: as many as there may be.
const (
	lastMovements = 20
	lastRequests  = 60
)

// wallet shows the balance, what can be done, what is awaited and the last
// movements of the visitor's wallet.
func (c citizen) wallet(w http.ResponseWriter, r *http.Request) error {
	o, err := c.owner(r)
	if err != nil {
		return err
	}
	h, err := c.Ledger.Holder(r.Context(), o.ID)
	if err != nil {
		return err
	}
	held, err := c.Ledger.Holding(r.Context(), o.ID)
	if err != nil {
		return err
	}
	v := walletView{ID: o.Wallet.String(), Holder: h.Name, Number: h.Number,
		Booked: held.Booked, Reserved: held.Reserved, Available: held.Available, Version: held.Version, At: c.Now(),
		Pays: o.may(access.PaymentCreate) && h.Kind != ledger.Collectivity, Changes: o.may(access.ConversionTransfer) && h.Kind != ledger.Collectivity, Asks: o.may(access.RequestAsk)}
	movements, err := c.Ledger.Statement(r.Context(), ledger.Wallet(o.ID), 0, 0, lastMovements)
	if err != nil {
		return err
	}
	names := c.namer(r, o.ID)
	for _, m := range movements {
		name, err := names(m.Counterparty)
		if err != nil {
			return err
		}
		v.Postings = append(v.Postings, walletPosting{At: m.At, Entry: m.Entry.String(), Kind: string(m.Kind), Message: m.Message,
			Counterparty: name, Amount: m.Amount, Balance: m.Balance})
	}
	if v.Changes {
		if v.Orders, err = c.awaited(r, o); err != nil {
			return err
		}
		if v.Offers, err = c.offers(r, o); err != nil {
			return err
		}
	}
	if v.Asks {
		if v.Requests, err = c.openRequests(r, o); err != nil {
			return err
		}
	}
	if err := c.takenBack(r, o, &v); err != nil {
		return err
	}
	if v.Fontes, err = c.Fontes(r.Context(), func(f fonte.Rule) bool { return f.Concerns(h.ID, h.Kind) }); err != nil {
		return err
	}
	if err := c.toFetch(r, o, &v); err != nil {
		return err
	}
	return c.present(w, r, 0, o, "wallet", v.sheet())
}

// recently is for how long a returned payment is told on the wallet's page; what is
// still owed is told as long as it is.
const recently = 60 * 24 * time.Hour

// takenBack adds what a bank took back of the owner's changes (G6).
func (c citizen) takenBack(r *http.Request, o owner, v *walletView) error {
	if !o.may(access.ReceivableRead) {
		return nil
	}
	debt, err := c.Conversion.ReceivableOf(r.Context(), o.Actor, o.ID)
	if err != nil {
		return err
	}
	all, err := c.Conversion.Chargebacks(r.Context(), o.Actor, o.ID)
	if err != nil {
		return err
	}
	v.Owed = debt.Owed
	for _, b := range all {
		if debt.Owed > 0 || c.Now().Sub(b.ReturnedAt) < recently {
			v.Returned = append(v.Returned, returnedLine{b.Conversion.String(), b.Euros, b.Taken, b.Bonus, b.Receivable, b.ReturnedAt})
		}
	}
	return nil
}

// toFetch adds the notes that units are held for.
func (c citizen) toFetch(r *http.Request, o owner, v *walletView) error {
	if v.Reserved == 0 || !o.may(access.PaperAsk) {
		return nil
	}
	desks, err := c.desks(r)
	if err != nil {
		return err
	}
	found, err := c.Paper.Asked(r.Context(), o.Actor, o.ID, paper.MoveID{}, notesPage)
	for _, m := range found {
		if m.Status == paper.Open {
			v.Drawn = append(v.Drawn, withdrawalOf(m, desks))
		}
	}
	return err
}

// awaited lists the conversions that await their euros.
func (c citizen) awaited(r *http.Request, o owner) ([]orderLine, error) {
	found, err := c.Conversion.Conversions(r.Context(), o.Actor, conversion.ConversionFilter{Holder: o.ID, Status: conversion.AwaitingEuros})
	var list []orderLine
	for _, f := range found {
		list = append(list, orderLine{ID: f.ID.String(), Euros: f.Euros, Credited: f.Credited, ExpiresAt: f.ExpiresAt})
	}
	return list, err
}

// offers lists the bonus that the owner may still have.
func (c citizen) offers(r *http.Request, o owner) ([]offer, error) {
	found, err := c.Conversion.Allowances(r.Context(), o.Actor, o.ID)
	var list []offer
	for _, a := range found {
		list = append(list, offer{Funder: a.Funder, Limited: a.Limited, Left: a.Left, Month: a.Period == conversion.PerMonth, Until: a.EndsOn.Start()})
	}
	return list, err
}

// openRequests lists what the owner asked others for and nobody paid yet.
func (c citizen) openRequests(r *http.Request, o owner) ([]requestLine, error) {
	found, err := c.Merchant.Asked(r.Context(), o.Actor, o.ID, merchant.RequestID{}, lastRequests)
	var list []requestLine
	for _, f := range found {
		if f.Status == merchant.Open {
			list = append(list, lineOf(f))
		}
	}
	return list, err
}
