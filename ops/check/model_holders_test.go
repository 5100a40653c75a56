// SPDX-License-Identifier: AGPL-3.0-or-later

package check_test

import (
	"strings"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
)

func (w *world) createHolder() {
	in := ledger.NewHolder{Kind: sample(w, "kind", ledger.Individual, ledger.Professional, ledger.Association, ledger.Collectivity)}
	var named bool
	in.Name, named = w.text("name", 100)
	if w.chance("unknown kind", 2) {
		in.Kind = sample[ledger.HolderKind](w, "no kind", "", "company", "Individual")
	}
	c := w.command("CreateHolder", access.HolderCreate, w.who(access.HolderCreate, ident.Holder{}), ident.Holder{}, in)
	c.not.when(!named || !contains([]ledger.HolderKind{"individual", "professional", "association", "collectivity"}, in.Kind), "invalid")
	w.openHolder(c, in)
}

func (w *world) openHolder(c command, in ledger.NewHolder) {
	drive(w, c, func() (ledger.Holder, bool, error) {
		h, out, err := w.ledger.CreateHolder(w.t.Context(), c.by.Actor, c.key, in)
		return h, out.Replayed, err
	}, func(h ledger.Holder) {
		want(w, "kind", h.Kind, in.Kind)
		want(w, "name", h.Name, in.Name)
		if len(h.Number) != 8 || strings.Trim(h.Number, "0123456789") != "" {
			w.rt.Fatalf("number %q", h.Number)
		}
		for _, other := range w.holders {
			if other.id == h.ID || other.number == h.Number {
				w.rt.Fatalf("%s is like %s", h.ID, other.id)
			}
		}
		w.holders = append(w.holders, &holder{id: h.ID, kind: h.Kind, name: h.Name, number: h.Number})
		w.settleIn(h)
	})
}

func (w *world) openDesk() {
	in := conversion.OpenDeskInput{Slug: sample(w, "slug", "halles", "marche", "gare", "tabac-2", "kiosque", "mairie", "theatre")}
	var named bool
	in.Name, named = w.text("name", 60)
	slug := true
	if w.chance("bad slug", 3) {
		in.Slug, slug = sample(w, "no slug", "", "Halles", "a:b", "a b", strings.Repeat("a", 41)), false
	}
	c := w.command("OpenDesk", access.DeskOpen, w.who(access.DeskOpen, ident.Holder{}), ident.Holder{}, in)
	c.not.when(!named || !slug, "invalid")
	w.addDesk(c, in)
}

func (w *world) addDesk(c command, in conversion.OpenDeskInput) {
	c.not.when(contains(w.desks, in.Slug), "desk-exists")
	drive(w, c, func() (conversion.Desk, bool, error) { return w.border.OpenDesk(w.t.Context(), c.by.Actor, c.key, in) },
		func(d conversion.Desk) {
			want(w, "desk", d, conversion.Desk{Slug: in.Slug, Name: in.Name, Account: ledger.Account("eur:desk:" + in.Slug)})
			w.desks = append(w.desks, in.Slug)
		})
}

// openCurrency opens the currency a second time, which is always refused.
func (w *world) openCurrency() {
	in := currency()
	c := w.command("OpenCurrency", access.CurrencyOpen, w.who(access.CurrencyOpen, ident.Holder{}), ident.Holder{}, in)
	if w.chance("wrong", 2) {
		switch sample(w, "what", "issuer", "account", "basis") {
		case "issuer":
			in.Issuer.RNA = ""
		case "account":
			in.Accounts = nil
		default:
			in.Issuer.LegalBasis = "none"
		}
		c.input = in
		c.not.when(true, "invalid")
	}
	w.found(c, in)
}

func (w *world) found(c command, in conversion.OpenCurrencyInput) {
	c.not.when(w.isOpen, "currency-open-already")
	drive(w, c, func() (conversion.Currency, bool, error) {
		return w.border.OpenCurrency(w.t.Context(), c.by.Actor, c.key, in)
	},
		func(got conversion.Currency) {
			want(w, "days", got.Settings.TransferDays, w.days)
			want(w, "accounts", len(got.Accounts), len(in.Accounts))
			w.isOpen = true
		})
}

// changeSettings votes commissions and how long a transfer is awaited.
func (w *world) changeSettings() {
	in := conversion.Settings{TransferDays: sample(w, "days", 0, 1, 3, 14, 90), Commissions: map[ledger.HolderKind]conversion.Commission{}}
	right := true
	voted := newPlain(w.now).fees
	for _, kind := range []ledger.HolderKind{ledger.Professional, ledger.Association, ledger.Collectivity} {
		if w.chance("kind", 1) {
			continue
		}
		f := fee{sample[int64](w, "rate", 0, 50_000, 33_333, 1_000_000, 1), sample[money.Amount](w, "minimum", 0, 50, 10_00), sample[money.Amount](w, "fixed", 0, 25)}
		voted[kind] = f
		in.Commissions[kind] = conversion.Commission{Rate: money.MustParseRate(rateText(f.rate)), Minimum: f.minimum, Fixed: f.fixed}
	}
	if w.chance("wrong", 2) {
		right = false
		switch sample(w, "what", "days", "individual", "negative") {
		case "days":
			in.TransferDays = sample(w, "no days", -1, 91)
		case "individual":
			in.Commissions[sample[ledger.HolderKind](w, "no kind", ledger.Individual, "company")] = conversion.Commission{}
		default:
			in.Commissions[ledger.Professional] = conversion.Commission{Minimum: -1}
		}
	}
	c := w.command("ChangeSettings", access.CurrencySet, w.who(access.CurrencySet, ident.Holder{}), ident.Holder{}, in)
	c.not.when(!right, "invalid")
	drive(w, c, func() (conversion.Settings, bool, error) {
		return w.border.ChangeSettings(w.t.Context(), c.by.Actor, c.key, in)
	},
		func(got conversion.Settings) {
			w.fees, w.days = voted, in.TransferDays
			if w.days == 0 {
				w.days = 14
			}
			want(w, "days", got.TransferDays, w.days)
			want(w, "commissions", len(got.Commissions), 3)
		})
}
