// SPDX-License-Identifier: AGPL-3.0-or-later

package admin

import (
	"errors"
	"net/http"
	"strings"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/web/api"
	"github.com/noria-mlc/noria/web/page"
	"github.com/noria-mlc/noria/web/site"
)

// openingView is the first question of all: which currency this is.
type openingView struct {
	Status  int
	Key     string
	Typed   map[string]string // by field
	Bad     map[string]string // sentence beside a field
	Bases   []string          // legal bases
	Refusal *page.Refusal
}

func (v openingView) sheet() page.Sheet {
	return sheet("opening", "opening.title", nil, v)
}

// openingFields are those of the form.
func openingFields() []string {
	return []string{"nom", "code", "unite", "unites", "emetteur", "siren", "rna", "base", "titulaire", "banque", "iban", "bic", "banque-2", "iban-2", "bic-2", "banque-3", "iban-3", "bic-3"}
}

// pointers says which field of the form a refusal of the service is about.
func pointers() map[string]string {
	return map[string]string{"/name": "nom", "/code": "code", "/unit/singular": "unite", "/unit/plural": "unites", "/issuer/name": "emetteur",
		"/issuer/siren": "siren", "/issuer/rna": "rna", "/bank_accounts": "banque",
		"/bank_accounts/0/iban": "iban", "/bank_accounts/1/iban": "iban-2", "/bank_accounts/2/iban": "iban-3",
		"/bank_accounts/0/bic": "bic", "/bank_accounts/1/bic": "bic-2", "/bank_accounts/2/bic": "bic-3", "/bank_accounts/0/holder_name": "titulaire"}
}

func bases() []string {
	return []string{string(conversion.LimitedNetwork), string(conversion.PaperOutsideScope), string(conversion.PartnerAgreement)}
}

func (o office) opening(w http.ResponseWriter, r *http.Request) error {
	if _, _, err := o.visit(r, ""); err != nil {
		return err
	}
	_, err := o.Conversion.Currency(r.Context())
	if err == nil { // it is opened once
		http.Redirect(w, r, "/administration", http.StatusSeeOther)
		return nil
	}
	if !errors.Is(err, conversion.ErrNotOpen) {
		return err
	}
	return o.Show(w, r, 0, openingView{Key: o.NewKey(), Bases: bases(), Typed: map[string]string{}, Bad: map[string]string{}}.sheet())
}

// open opens the currency. No proof is asked for: there is no money yet, and the
// first administrator has come in by a link, which leads here before anything else.
func (o office) open(w http.ResponseWriter, r *http.Request) error {
	a, _, err := o.visit(r, "")
	if err != nil {
		return err
	}
	v := openingView{Key: site.FormKey(r), Bases: bases(), Typed: map[string]string{}, Bad: map[string]string{}}
	for _, name := range openingFields() {
		v.Typed[name] = strings.TrimSpace(r.PostFormValue(name))
	}
	in, places := v.input()
	if in.Accounts, err = api.CheckedAccounts(in.Accounts); err == nil {
		_, _, err = o.Conversion.OpenCurrency(r.Context(), a, v.Key, in)
	}
	if err == nil {
		http.Redirect(w, r, "/administration", http.StatusSeeOther)
		return nil
	}
	var other error
	if v.Status, v.Refusal, other = o.Refused(w, r, err); other != nil {
		return other
	}
	if !errors.Is(err, fault.ErrInvalid) {
		return o.Show(w, r, v.Status, v.sheet())
	}
	if v.Bad, other = o.wrong(r, err, "opening.bad-", pointers()); other != nil {
		return other
	}
	v.Bad = rearranged(v.Bad, places)
	if len(v.Bad) > 0 {
		v.Refusal = nil
	}
	return o.Show(w, r, v.Status, v.sheet())
}

// rearranged moves the words about the accounts that were sent to the groups of the
// form that they were typed in.
func rearranged(bad map[string]string, places []int) map[string]string {
	suffix := [3]string{"", "-2", "-3"}
	moved := map[string]string{}
	for name, words := range bad {
		moved[name] = words
	}
	for _, field := range []string{"iban", "bic"} {
		for i := range suffix {
			delete(moved, field+suffix[i])
		}
		for sent, typed := range places {
			if words, ok := bad[field+suffix[sent]]; ok {
				moved[field+suffix[typed]] = words
			}
		}
	}
	return moved
}

// input is what was typed, as the service takes it, with the group of the form that
// each account was typed in.
func (v openingView) input() (conversion.OpenCurrencyInput, []int) {
	t := v.Typed
	in := conversion.OpenCurrencyInput{Name: t["nom"], Code: strings.ToUpper(t["code"]), Unit: conversion.Unit{Singular: t["unite"], Plural: t["unites"]},
		Issuer: conversion.Issuer{Name: t["emetteur"], SIREN: strings.ReplaceAll(t["siren"], " ", ""), RNA: strings.ToUpper(strings.ReplaceAll(t["rna"], " ", "")), LegalBasis: conversion.LegalBasis(t["base"])}}
	holder := t["titulaire"]
	if holder == "" {
		holder = in.Issuer.Name
	}
	var places []int
	for i, suffix := range []string{"", "-2", "-3"} {
		bank, iban := t["banque"+suffix], t["iban"+suffix]
		if bank == "" && iban == "" {
			continue
		}
		account := ledger.Operating
		if i < 2 {
			account = ledger.Guarantee([]ledger.Pool{ledger.Digital, ledger.Paper}[i], site.Slug(bank))
		}
		in.Accounts = append(in.Accounts, conversion.BankAccount{Account: account, Custodian: bank, IBAN: iban, BIC: strings.ToUpper(t["bic"+suffix]), HolderName: holder})
		places = append(places, i)
	}
	return in, places
}
