// SPDX-License-Identifier: AGPL-3.0-or-later

package people

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/db"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
	"github.com/noria-mlc/noria/merchant"
	"github.com/noria-mlc/noria/ops/job"
	"github.com/noria-mlc/noria/web/identity"
	"github.com/noria-mlc/noria/web/session"
)

// open opens the currency and a desk.
func (w *town) open() {
	w.Helper()
	_, _, err := w.Conversion.OpenCurrency(w.Context(), operator(), w.key(), conversion.OpenCurrencyInput{
		Name: "La Roue", Code: "ROUE", Unit: conversion.Unit{Singular: "Roue", Plural: "Roues"},
		Issuer:   conversion.Issuer{Name: "Association La Roue", RNA: "W842001234", LegalBasis: conversion.LimitedNetwork},
		Accounts: []conversion.BankAccount{{Account: "eur:bank:guarantee:digital:la-nef", Custodian: "La Nef", IBAN: "FR7630006000011234567890189", BIC: "AGRIFRPP", HolderName: "Association La Roue"}, {Account: "eur:bank:operating", Custodian: "La Nef", IBAN: "FR1420041010050500013M02606", HolderName: "Association La Roue"}},
		Settings: conversion.Settings{TransferDays: 14},
	})
	must(w, err)
	_, _, err = w.Conversion.OpenDesk(w.Context(), operator(), w.key(), conversion.OpenDeskInput{Slug: "centre", Name: "Comptoir"})
	must(w, err)
}

// change gives a person units at the desk.
func (w *town) change(h ident.Holder, euros string) {
	w.Helper()
	desk := access.Actor{ID: ident.User{Bits: ident.Bits{15: 2}}, Grants: []access.Grant{{Role: access.DeskAgent}}}
	_, _, err := w.Conversion.Convert(w.Context(), desk, w.key(), conversion.ConvertInput{Holder: h, Euros: money.MustParse(euros), Channel: conversion.AtDesk, Desk: "centre"})
	must(w, err)
}

// pay pays somebody from a person's wallet.
func (w *town) pay(from access.Actor, to ledger.Holder, amount, message string) {
	w.Helper()
	_, _, err := merchant.New(w.Ledger).Pay(w.Context(), from, w.key(), merchant.PayInput{To: to.Number, Amount: money.MustParse(amount), Message: message})
	must(w, err)
}

// holds says where in the book a text stands: the tables, and on the embedded
// engine the files.
func (w *town) holds(text string) []string {
	w.Helper()
	var found []string
	tables := `SELECT name FROM sqlite_schema WHERE type = 'table'`
	if w.db.Engine() != db.SQLite {
		tables = `SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'`
	}
	var names []string
	rows, err := w.Ledger.Reader().QueryContext(w.Context(), tables)
	must(w, err)
	for rows.Next() {
		var name string
		must(w, rows.Scan(&name))
		names = append(names, name)
	}
	must(w, errors.Join(rows.Err(), rows.Close()))
	for _, name := range names {
		rows, err := w.Ledger.Reader().QueryContext(w.Context(), "SELECT * FROM "+name)
		must(w, err)
		columns, err := rows.Columns()
		must(w, err)
		for rows.Next() {
			cells := make([]any, len(columns))
			for i := range cells {
				cells[i] = new(any)
			}
			must(w, rows.Scan(cells...))
			for i := range cells {
				cell := *cells[i].(*any)
				if b, ok := cell.([]byte); ok {
					cell = string(b)
				}
				if strings.Contains(strings.ToLower(fmt.Sprint(cell)), strings.ToLower(text)) {
					found = append(found, name+"."+columns[i])
				}
			}
		}
		must(w, errors.Join(rows.Err(), rows.Close()))
	}
	return found
}

// files says which files of the embedded book a text stands in.
func (w *town) files(text string) []string {
	w.Helper()
	var path string
	if w.db.Engine() != db.SQLite {
		return nil
	}
	must(w, w.Ledger.Reader().QueryRowContext(w.Context(), `SELECT file FROM pragma_database_list WHERE name = 'main'`).Scan(&path))
	list, err := filepath.Glob(filepath.Join(filepath.Dir(path), "*"))
	must(w, err)
	var found []string
	for _, name := range list {
		content, err := os.ReadFile(name)
		if err == nil && bytes.Contains(bytes.ToLower(content), []byte(strings.ToLower(text))) {
			found = append(found, filepath.Base(name))
		}
	}
	return found
}

// spent is a member who has spent all they had.
func (w *town) spent() (session.User, session.Principal, ledger.Holder) {
	w.Helper()
	w.open()
	u, p := w.joined("Amina Zyxdiallo", "amina.zyxdiallo@example.org", access.Citizen)
	_, _, err := w.Session.CreateToken(w.Context(), u.Actor(), w.key(), session.CreateTokenInput{Label: "portable de Zyxdiallo", Scopes: "read"})
	must(w, err)
	shop := w.holder(ledger.Professional, "Épicerie")
	w.change(u.Holder, "20.00")
	w.pay(u.Actor(), shop, "12.50", "de la part d’Amina Zyxdiallo")
	return u, p, shop
}

// remembered has the person and a friend of theirs write the name wherever trade
// and confirmations keep words.
func (w *town) remembered(u session.User) {
	w.Helper()
	trade, friend := merchant.New(w.Ledger), w.person("Bea", access.Citizen)
	number := func(h ident.Holder) string {
		holder, err := w.Ledger.Holder(w.Context(), h)
		must(w, err)
		return holder.Number
	}
	_, err := trade.SaveBeneficiary(w.Context(), friend.Actor(), w.key(), merchant.SaveInput{Owner: friend.Holder, To: number(u.Holder), Label: "Amina Zyxdiallo, voisine"})
	must(w, err)
	_, err = trade.SaveBeneficiary(w.Context(), u.Actor(), w.key(), merchant.SaveInput{Owner: u.Holder, To: number(friend.Holder), Label: "cousine Zyxdiallo"})
	must(w, err)
	_, _, err = trade.Ask(w.Context(), u.Actor(), w.key(), merchant.AskInput{Amount: 500, Reference: "pour Amina Zyxdiallo"})
	must(w, err)
	digest := make([]byte, 32)
	salt := []byte("0123456789abcdef")
	intent := `INSERT INTO intents (id, user_id, kind, payer, payee, handle, payee_name, message, salt, amount, euros, currency, nonce, digest, created_at, expires_at, entry, made, consumed_at)
		VALUES ($1, $2, 'payment', $3, $4, 'x', $5, $6, $7, 1, 0, 'ROUE', $8, $8, 1, 3, $9, $9, $10)`
	w.writes(func(tx *ledger.Tx) error {
		_, err := tx.Exec(`INSERT INTO devices (id, user_id, digest, label, pin, tries, created_at, expires_at) VALUES ($1, $2, $3, $4, 'x', 0, 1, 2)`,
			ident.User{Bits: tx.NewID()}, u.ID, digest, "téléphone de Zyxdiallo")
		return err
	})
	id := func(tx *ledger.Tx) []byte { b := tx.NewID(); return b[:] }
	h, user := u.Holder.Bits[:], u.ID.Bits[:]
	for _, row := range []struct {
		query string
		args  func(tx *ledger.Tx) []any
	}{
		{`INSERT INTO payout_accounts (id, holder, iban, bic, name, set_by, set_at, staff) VALUES ($1, $2, 'FR7611112222233334444455566', '', 'A. ZYXDIALLO', $3, 1, 1)`,
			func(tx *ledger.Tx) []any { return []any{id(tx), h, user} }},
		{`INSERT INTO mandates (id, holder, rum, iban, bic, name, signed_on, rhythm, euros, day, low, status, created_by, created_at)
			VALUES ($1, $2, 'R-1', 'FR7699998888877776666655544', '', 'Amina Zyxdiallo', 1, 'monthly', 500, 5, 0, 'active', $3, 1)`,
			func(tx *ledger.Tx) []any { return []any{id(tx), h, user} }},
		{`INSERT INTO debits (id, mandate, holder, period, euros, noticed_on, collect_on, status, sequence) SELECT $1, id, holder, '2026-03', 500, 1, 20, 'noticed', '' FROM mandates WHERE holder = $2`,
			func(tx *ledger.Tx) []any { return []any{id(tx), h} }},
		{`INSERT INTO residences (holder, household, commune, set_by, set_at) VALUES ($1, 'foyer Zyxdiallo', '84007', $2, 1)`, func(*ledger.Tx) []any { return []any{h, user} }},
		{`INSERT INTO standing_references (holder, reference, made_at) VALUES ($1, 'ROUE-ZYXDIALLO', 1)`, func(*ledger.Tx) []any { return []any{h} }},
		{`UPDATE conversions SET household = 'household foyer Zyxdiallo', payer = 'payer zyxdiallo' WHERE holder = $1`, func(*ledger.Tx) []any { return []any{h} }},
		{`INSERT INTO checkouts (conversion, provider, payment, url, outcome, created_at) SELECT id, 'x', 'y', 'https://pay.example/zyxdiallo', 'closed', 1 FROM conversions WHERE holder = $1`,
			func(*ledger.Tx) []any { return []any{h} }},
		{`INSERT INTO oidc_links (issuer, subject, user_id, linked_at) VALUES ('https://sso.example', 'zyxdiallo', $1, 1)`, func(*ledger.Tx) []any { return []any{user} }},
		{`INSERT INTO passkeys (id, user_id, credential, record, sign_count, backed_up, name, created_at) VALUES ($1, $2, $3, '{}', 0, FALSE, 'clé de Zyxdiallo', 1)`,
			func(tx *ledger.Tx) []any { return []any{id(tx), user, id(tx)} }},
		{`INSERT INTO push_subscriptions (id, user_id, holder, endpoint, label, created_at, sent_at, due_at) VALUES ($1, $2, $3, 'https://push.example/zyxdiallo', 'Firefox de Zyxdiallo', 1, 0, 0)`,
			func(tx *ledger.Tx) []any { return []any{id(tx), user, h} }},
	} {
		w.writes(func(tx *ledger.Tx) error {
			n, err := tx.Exec(row.query, row.args(tx)...)
			if err == nil && n == 0 {
				return errors.New("nothing was written: " + row.query)
			}
			return err
		})
	}
	w.writes(func(tx *ledger.Tx) error {
		made := ident.User{Bits: tx.NewID()}
		_, err := tx.Exec(intent, ident.User{Bits: tx.NewID()}, friend.ID, friend.Holder, u.Holder, "Amina Zyxdiallo", "merci Amina", salt, digest, made, 2)
		return err
	})
	w.writes(func(tx *ledger.Tx) error {
		_, err := tx.Exec(intent, ident.User{Bits: tx.NewID()}, u.ID, u.Holder, friend.Holder, "Bea", "de Zyxdiallo", salt, digest, nil, nil)
		return err
	})
}

// writes runs a command that writes rows of other rooms.
func (w *town) writes(do func(*ledger.Tx) error) {
	w.Helper()
	_, err := w.Ledger.Execute(w.Context(), ledger.Command{Actor: job.System(), Action: access.MailSend, Key: w.key()},
		func(tx *ledger.Tx) (ident.Ref, error) { return ident.Ref{}, do(tx) })
	must(w, err)
}

// TestD6ErasureLeavesTheNameNowhere forgets somebody and looks for their name in
// every table and file.
func TestD6ErasureLeavesTheNameNowhere(t *testing.T) {
	each(t, func(w *town) {
		u, p, shop := w.spent()
		w.opened(w.person("Una", access.DeskAgent), u, ByHand)
		w.remembered(u)
		if _, _, err := w.RequestErasure(w.Context(), p, w.key()); !errors.Is(err, ErrNotEmpty) {
			t.Errorf("with units in the wallet: %v", err)
		}
		w.pay(u.Actor(), shop, "7.50", "")
		before, err := w.Ledger.Holding(w.Context(), shop.ID)
		must(t, err)
		for _, column := range []string{"payout_accounts.name", "mandates.name", "residences.household", "standing_references.reference", "conversions.household",
			"conversions.payer", "checkouts.url", "oidc_links.subject", "passkeys.name", "push_subscriptions.label", "push_subscriptions.endpoint"} {
			if !slices.Contains(w.holds("zyxdiallo"), column) {
				t.Errorf("the test wrote no name into %s", column)
			}
		}
		if found := strings.Join(w.holds("zyxdiallo"), " "); !strings.Contains(found, "beneficiaries.label beneficiaries.label") || !strings.Contains(found, "devices.label") ||
			!strings.Contains(found, "intents.payee_name") || !strings.Contains(found, "intents.message") || !strings.Contains(found, "personal_requests.reference") || (w.db.Engine() == db.SQLite && len(w.files("zyxdiallo")) == 0) {
			t.Fatalf("the name is in %v and %v", w.holds("zyxdiallo"), w.files("zyxdiallo"))
		}
		e, _, err := w.RequestErasure(w.Context(), p, w.key())
		must(t, err)
		w.told("amina.zyxdiallo@example.org", "dans sept jours")
		if _, _, err := w.RequestErasure(w.Context(), p, w.key()); !errors.Is(err, ErrErasureOpen) {
			t.Errorf("asked twice: %v", err)
		}
		w.pass(ErasureDelay - time.Minute)
		if due, err := w.ErasuresDue(w.Context()); err != nil || due {
			t.Errorf("due early: %v, %v", due, err)
		}
		w.pass(2 * time.Minute)
		if due, err := w.ErasuresDue(w.Context()); err != nil || !due {
			t.Errorf("not due: %v, %v", due, err)
		}
		if n, err := w.EraseDue(w.Context(), job.System()); err != nil || n != 1 {
			t.Fatalf("%d erased, %v", n, err)
		}
		for _, text := range []string{"zyxdiallo", "amina", "fr7611112222233334444455566", "fr7699998888877776666655544"} {
			if found := append(w.holds(text), w.files(text)...); len(found) > 0 {
				t.Errorf("%q is still in %v", text, found)
			}
		}
		h, err := w.Ledger.Holder(w.Context(), u.Holder)
		if err != nil || !strings.HasPrefix(h.Name, "Ancien membre ") {
			t.Errorf("%+v, %v", h, err)
		}
		if after, err := w.Ledger.Holding(w.Context(), shop.ID); err != nil || after.Booked != before.Booked {
			t.Errorf("the shop holds %s, %v", after.Booked.Format(), err)
		}
		if err := w.Session.Stands(w.Context(), p.Token); !errors.Is(err, session.ErrUnauthenticated) {
			t.Errorf("the session: %v", err)
		}
		if _, err := w.Session.EnableUser(w.Context(), operator(), w.key(), u.ID); !errors.Is(err, session.ErrUserStands) {
			t.Errorf("somebody who was forgotten comes back: %v", err)
		}
		if _, err := w.CancelErasure(w.Context(), operator(), w.key(), e.ID); !errors.Is(err, ErrErasureEnded) {
			t.Errorf("cancelled after it was done: %v", err)
		}
		// The address is free for somebody else.
		w.joined("Somebody", "amina.zyxdiallo@example.org", access.Citizen)
	})
}

// TestD6WhatProvesEurosIsKept forgets somebody to whom euros were sent and from whom
// euros were collected: the pieces of both stay, and nothing else; before the bank
// has answered nobody is forgotten.
func TestD6WhatProvesEurosIsKept(t *testing.T) {
	each(t, func(w *town) {
		w.open()
		u, p := w.joined("Amina Zyxdiallo", "amina.zyxdiallo@example.org", access.Citizen)
		h, user, one := u.Holder.Bits[:], u.ID.Bits[:], make([]byte, 16)
		write := func(query string, args ...any) {
			t.Helper()
			w.writes(func(tx *ledger.Tx) error { _, err := tx.Exec(query, args...); return err })
		}
		account, mandate, redemption, run, entry := []byte("payout account 1"), []byte("the mandate no 1"), []byte("the redemption 1"), []byte("the run number 1"), []byte("some entry no. 1")
		write(`INSERT INTO payout_accounts (id, holder, iban, bic, name, set_by, set_at, staff) VALUES ($1, $2, 'FR7611112222233334444455566', '', 'A. ZYXDIALLO', $3, 1, 1)`, account, h, user)
		write(`INSERT INTO payout_accounts (id, holder, iban, bic, name, set_by, set_at, staff) VALUES ($1, $2, 'FR7600000000000000000000000', '', 'OTHER NAME', $3, 1, 1)`, one, h, user)
		write(`INSERT INTO redemption_runs (id, account, execute_on, lines, total, digest, status, prepared_by, prepared_at) VALUES ($1, 'x', 1, 1, 5, $2, 'draft', $3, 1)`, run, make([]byte, 32), user)
		write(`INSERT INTO redemptions (id, holder, status, amount, fee, bank_reference, entry, requested_by, requested_at) VALUES ($1, $2, 'settled', 5, 0, 'bank 1', $3, $4, 1)`, redemption, h, entry, user)
		write(`INSERT INTO redemption_lines (run, n, redemption, attempt, payee, iban, bic, name, euros) VALUES ($1, 1, $2, 1, $3, 'FR7611112222233334444455566', '', 'A. ZYXDIALLO', 5)`, run, redemption, account)
		write(`INSERT INTO mandates (id, holder, rum, iban, bic, name, signed_on, rhythm, euros, day, low, status, created_by, created_at)
			VALUES ($1, $2, 'R-1', 'FR7699998888877776666655544', '', 'Amina Zyxdiallo', 1, 'monthly', 500, 5, 0, 'active', $3, 1)`, mandate, h, user)
		write(`INSERT INTO debits (id, mandate, holder, period, euros, noticed_on, collect_on, status, sequence) VALUES ($1, $2, $3, '2026-03', 500, 1, 20, 'sent', 'FRST')`, one, mandate, h)
		if _, _, err := w.RequestErasure(w.Context(), p, w.key()); !errors.Is(err, ErrOpenAffairs) {
			t.Errorf("with a debit on its way: %v", err)
		}
		write(`UPDATE debits SET status = 'collected'`)
		write(`INSERT INTO receivables (holder, owed, incurred, since) VALUES ($1, 5, 5, 1)`, h)
		if _, _, err := w.RequestErasure(w.Context(), p, w.key()); !errors.Is(err, ErrOpenAffairs) {
			t.Errorf("while they owe euros: %v", err)
		}
		write(`UPDATE receivables SET owed = 0, waived = 5`)
		_, _, err := w.RequestErasure(w.Context(), p, w.key())
		must(t, err)
		w.letters = nil
		w.pass(ErasureDelay + time.Minute)
		if n, err := w.EraseDue(w.Context(), job.System()); err != nil || n != 1 {
			t.Fatalf("%d erased, %v", n, err)
		}
		if got := slices.Sorted(slices.Values(w.holds("zyxdiallo"))); !slices.Equal(got, []string{"mandates.name", "payout_accounts.name", "redemption_lines.name"}) {
			t.Errorf("the name is in %v", got)
		}
		if got := w.holds("OTHER NAME"); len(got) > 0 {
			t.Errorf("an account that nothing was sent to is in %v", got)
		}
		var status string
		must(t, w.Ledger.Reader().QueryRowContext(w.Context(), `SELECT status FROM mandates`).Scan(&status))
		if status != "revoked" {
			t.Errorf("the mandate is %s", status)
		}
	})
}

func TestErasureTakesTwoOrSevenDays(t *testing.T) {
	each(t, func(w *town) {
		one, two := w.person("Ada", access.Administrator), w.person("Bea", access.Administrator)
		u, p := w.joined("Amina Diallo", "amina@example.org", access.Citizen)
		staff, q := w.joined("Tim", "tim@example.org", access.Citizen, access.DeskAgent)
		shop := w.holder(ledger.Professional, "Épicerie")
		shopkeeper, _, err := w.Session.CreateUser(w.Context(), operator(), w.key(), session.CreateUserInput{Holder: shop.ID, Grants: []access.Grant{{Role: access.Citizen}}})
		must(t, err)
		w.pass(-10 * time.Second)
		for name, c := range map[string]struct {
			user ident.User
			by   access.Actor
			want error
		}{
			"staff":           {staff.ID, one.Actor(), ErrHasRoles},
			"an organisation": {shopkeeper.ID, one.Actor(), ErrNotAPerson},
			"nobody":          {ident.User{Bits: ident.Bits{15: 9}}, one.Actor(), ledger.ErrMissing},
			"a member":        {staff.ID, u.Actor(), ledger.ErrForbidden},
		} {
			if _, _, err := w.OpenErasure(w.Context(), c.by, w.key(), c.user); !errors.Is(err, c.want) {
				t.Errorf("%s: %v, want %v", name, err, c.want)
			}
		}
		w.pass(10 * time.Minute)
		for _, stale := range []session.Principal{p, q} {
			if _, _, err := w.RequestErasure(w.Context(), stale, w.key()); !errors.Is(err, identity.ErrStale) {
				t.Errorf("without a fresh proof: %v", err)
			}
		}
		e, _, err := w.OpenErasure(w.Context(), one.Actor(), w.key(), u.ID)
		must(t, err)
		for name, by := range map[string]access.Actor{"the one who asked": one.Actor()} {
			if _, err := w.ApproveErasure(w.Context(), by, w.key(), e.ID); !errors.Is(err, ErrOneAdministrator) {
				t.Errorf("%s approves: %v", name, err)
			}
		}
		if _, err := w.ApproveErasure(w.Context(), staff.Actor(), w.key(), e.ID); !errors.Is(err, ledger.ErrForbidden) {
			t.Errorf("a desk approves: %v", err)
		}
		if _, err := w.CancelErasure(w.Context(), staff.Actor(), w.key(), e.ID); !errors.Is(err, ledger.ErrForbidden) {
			t.Errorf("cancelled by somebody else: %v", err)
		}
		if _, err := w.CancelErasure(w.Context(), u.Actor(), w.key(), e.ID); err != nil {
			t.Errorf("cancelled by the person: %v", err)
		}
		e, _, err = w.OpenErasure(w.Context(), one.Actor(), w.key(), u.ID)
		must(t, err)
		if _, err := w.ApproveErasure(w.Context(), two.Actor(), w.key(), e.ID); err != nil {
			t.Errorf("a second administrator: %v", err)
		}
		if found := w.holds("diallo"); len(found) > 0 {
			t.Errorf("the name is still in %v", found)
		}
	})
}

func TestErasureWaitsForWhatIsAwaited(t *testing.T) {
	each(t, func(w *town) {
		w.open()
		u, p := w.joined("Amina Diallo", "amina@example.org", access.Citizen)
		_, _, err := w.Conversion.Convert(w.Context(), u.Actor(), w.key(), conversion.ConvertInput{Holder: u.Holder, Euros: 1000, Channel: conversion.ByTransfer})
		must(t, err)
		if _, _, err := w.RequestErasure(w.Context(), p, w.key()); !errors.Is(err, ErrOpenAffairs) {
			t.Errorf("%v", err)
		}
	})
}

// signed reads an amount of a statement.
func signed(t *testing.T, text string) money.Amount {
	t.Helper()
	rest, negative := strings.CutPrefix(text, "-")
	if a := money.MustParse(rest); !negative {
		return a
	} else {
		return -a
	}
}

// TestD7TheCopySumsUpToTheBalance reads the copy back from its files.
func TestD7TheCopySumsUpToTheBalance(t *testing.T) {
	each(t, func(w *town) {
		u, _, shop := w.spent()
		w.remembered(u)
		w.writes(func(tx *ledger.Tx) error {
			if _, err := tx.Exec(`INSERT INTO gift_choices (holder, association, chosen_at) VALUES ($1, $2, 1)`, u.Holder, shop.ID); err != nil {
				return err
			}
			if _, err := tx.Exec(`INSERT INTO dues (id, holder, year, amount, way, account, recorded_by, recorded_at, standing) VALUES ($1, $2, 2026, 0, 'free', '', $3, 1, 1)`,
				make([]byte, 16), u.Holder, u.ID); err != nil {
				return err
			}
			_, err := tx.Exec(`INSERT INTO instructions (id, official, collectivity, kind, value, valid_from, signed_on, created_at) VALUES ($1, $2, $3, 'amount', '120.00', 1, 1, 1)`,
				make([]byte, 16), u.Holder, shop.ID)
			return err
		})
		w.pay(u.Actor(), shop, "0.50", "=HYPERLINK(\"x\")")
		must(t, w.Looked(w.Context(), access.Actor{ID: ident.User{Bits: ident.Bits{15: 3}}, Grants: []access.Grant{{Role: access.Treasurer}}}, u.Holder, "wallet"))
		c, err := w.Copy(w.Context(), u.Actor())
		must(t, err)
		var packed bytes.Buffer
		must(t, c.Write(&packed))
		z, err := zip.NewReader(bytes.NewReader(packed.Bytes()), int64(packed.Len()))
		must(t, err)
		read := func(name string) []byte {
			f, err := z.Open(name)
			must(t, err)
			defer f.Close()
			b, err := io.ReadAll(f)
			must(t, err)
			return b
		}
		var data struct {
			Balance                  string
			Person                   struct{ Name, Email string }
			Movements                []struct{ Amount string }
			Looks                    []Look
			Tokens                   []session.Token
			Passkeys, Devices, Hints []struct{ Name string }
			Identities               []identity.Link
			Residence                struct{ Household string }
			Instructions             []struct{ Value string }
			Mandates                 []struct{ Name, IBAN string }
			PayoutAccounts           []struct{ Name, IBAN string } `json:"payout_accounts"`
			Dues                     []struct{ Year int }
			Gift                     struct{ Association string } `json:"gift_choice"`
		}
		must(t, json.Unmarshal(read("data.json"), &data))
		if data.Balance != "7.00" || data.Person.Name != "Amina Zyxdiallo" || data.Person.Email != "amina.zyxdiallo@example.org" || len(data.Looks) != 1 || len(data.Tokens) != 2 {
			t.Errorf("%+v", data)
		}
		if len(data.Passkeys) != 1 || data.Passkeys[0].Name != "clé de Zyxdiallo" || len(data.Hints) != 1 || data.Hints[0].Name != "Firefox de Zyxdiallo" ||
			len(data.Identities) != 1 || data.Identities[0].Subject != "zyxdiallo" || data.Residence.Household != "foyer Zyxdiallo" ||
			len(data.Instructions) != 1 || data.Instructions[0].Value != "120.00" ||
			len(data.Mandates) != 1 || data.Mandates[0].Name != "Amina Zyxdiallo" || data.Mandates[0].IBAN != "FR7699998888877776666655544" ||
			len(data.Dues) != 1 || data.Gift.Association != shop.ID.String() || len(data.PayoutAccounts) != 1 || data.PayoutAccounts[0].IBAN != "FR7611112222233334444455566" {
			t.Errorf("what is theirs beside movements: %+v", data)
		}
		if text := string(read("data.json")); strings.Contains(text, "push.example") || strings.Contains(text, `"record"`) {
			t.Error("the copy holds a secret of a device")
		}
		rows, err := csv.NewReader(bytes.NewReader(read("movements.csv"))).ReadAll()
		must(t, err)
		var inCSV, inJSON money.Amount
		for i, row := range rows[1:] {
			inCSV += signed(t, row[6])
			inJSON += signed(t, data.Movements[i].Amount)
		}
		if inCSV != 700 || inJSON != 700 || rows[len(rows)-1][7] != "7.00" || rows[len(rows)-1][8] != "'=HYPERLINK(\"x\")" {
			t.Errorf("the sums are %s and %s; the last row is %v", inCSV.Format(), inJSON.Format(), rows[len(rows)-1])
		}
		if conversions, err := csv.NewReader(bytes.NewReader(read("conversions.csv"))).ReadAll(); err != nil || len(conversions) != 2 {
			t.Errorf("%v, %v", conversions, err)
		}
		narrow := u.Actor()
		narrow.Scopes = "read"
		if _, err := w.Copy(w.Context(), narrow); !errors.Is(err, ledger.ErrForbidden) {
			t.Errorf("through a narrow token: %v", err)
		}
	})
}
