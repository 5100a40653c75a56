// SPDX-License-Identifier: AGPL-3.0-or-later

package citizen

import (
	"strings"
	"testing"

	"github.com/noria-mlc/noria/ledger/money"
	"github.com/noria-mlc/noria/web/page"
	"github.com/noria-mlc/noria/web/page/pagetest"
)

// full is a wallet page filled with hostile texts.
func full() walletView {
	m, nasty, noon := money.MustParse, pagetest.Nasty, pagetest.Noon()
	return walletView{ID: "wal_1", Holder: nasty, Number: nasty, Booked: m("77.30"), Reserved: m("20.00"), Available: m("57.30"), Version: 3, At: noon,
		Postings: []walletPosting{{At: noon, Kind: "payment", Counterparty: nasty, Message: nasty, Amount: -m("12.50"), Balance: m("77.30")},
			{At: noon, Entry: "ent_2", Kind: "conversion", Amount: m("2.00"), Balance: m("89.80")},
			{At: noon, Entry: "ent_2", Kind: "conversion", Amount: m("10.00"), Balance: m("87.80")},
			{At: noon, Entry: "ent_1", Kind: "conversion", Amount: m("1012.00"), Balance: m("1089.80")}}}
}

func samples() []pagetest.Sample {
	visitor := page.Visitor{Name: pagetest.Nasty, Wallet: true, Menu: []page.Entry{{Section: "wallet", Path: "/portefeuille"}}}
	seen := func(name string, s page.Sheet) pagetest.Sample {
		s.Visitor = visitor
		return pagetest.Sample{Name: name, Sheet: s}
	}
	return []pagetest.Sample{
		seen("wallet", full().sheet()),
		seen("wallet empty", walletView{ID: "wal_1", Holder: pagetest.Nasty, At: pagetest.Noon()}.sheet()),
	}
}

func TestEveryPage(t *testing.T) { pagetest.Hold(t, samples(), Room().Room) }

func TestTheWalletSaysItsThreeFigures(t *testing.T) {
	said, markup := pagetest.Text(t, samples()[0], Room().Room)
	for _, words := range []string{"Disponible 57,30 57 Roues 30 Roues", "Comptabilisé 77,30", "Réservé 20,00", "−12,50", "Bonus +2,00 89,80",
		"Change d’euros +10,00", "Change d’euros +1\u202f012,00", "23 nov. 13 h 00"} {
		if !strings.Contains(said, strings.Join(strings.Fields(words), " ")) {
			t.Errorf("the wallet does not say %q; it says:\n%s", words, said)
		}
	}
	for _, part := range []string{`data-wallet="wal_1"`, `data-version="3"`, `<time datetime="2026-11-23T12:00:00Z">`, `action="/deconnexion"`, `class="sum in">`} {
		if !strings.Contains(markup, part) {
			t.Errorf("the wallet does not hold %s", part)
		}
	}
	said, markup = pagetest.Text(t, samples()[1], Room().Room)
	if !strings.Contains(said, "Aucun mouvement pour l’instant") || !strings.Contains(markup, `data-postings hidden`) {
		t.Error("an empty wallet does not say so")
	}
}
