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
	return walletView{Owed: m("12.00"), Returned: []returnedLine{{"cnv_9", m("50.00"), m("48.00"), m("10.00"), m("12.00"), noon}}, ID: "wal_1", Holder: nasty, Number: nasty, Booked: m("77.30"), Reserved: m("20.00"), Available: m("57.30"), Version: 3, At: noon,
		Postings: []walletPosting{{At: noon, Kind: "payment", Counterparty: nasty, Message: nasty, Amount: -m("12.50"), Balance: m("77.30")},
			{At: noon, Entry: "ent_2", Kind: "conversion", Amount: m("2.00"), Balance: m("89.80")},
			{At: noon, Entry: "ent_2", Kind: "conversion", Amount: m("10.00"), Balance: m("87.80")},
			{At: noon, Entry: "ent_1", Kind: "conversion", Amount: m("1012.00"), Balance: m("1089.80")}},
		Pays: true, Changes: true, Asks: true,
		Fontes: []page.Fonte{{Rate: 200, Period: "quarter", From: noon, Next: noon, Exempt: m("50.00"), Receiver: nasty}, {Rate: 25, Period: "month", From: noon, Announced: true, Receiver: nasty}},
		Offers: []offer{{Funder: nasty, Limited: true, Month: true, Left: m("140.00"), Until: noon}, {Funder: nasty, Limited: true, Left: m("1.00"), Until: noon},
			{Funder: nasty, Left: m("1.00"), Until: noon}, {Funder: nasty, Limited: true}},
		Orders:   []orderLine{{ID: "cnv_1", Euros: m("50.00"), Credited: m("60.00"), ExpiresAt: noon}},
		Requests: []requestLine{{ID: "prq_1", Amount: m("12.50"), Reference: nasty, Status: "open", CreatedAt: noon, ExpiresAt: noon}},
		Drawn:    []withdrawal{drawnOf("open")}}
}

func samples() []pagetest.Sample {
	visitor := page.Visitor{Name: pagetest.Nasty, Wallet: true, Menu: []page.Entry{{Section: "wallet", Path: "/portefeuille"}}}
	tabs := []page.Tab{{Key: "wallet", Path: "/portefeuille"}, {Key: "change", Path: "/change"}, {Key: "requests", Path: "/demandes"}, {Key: "notes", Path: "/billets"},
		{Key: "beneficiaries", Path: "/beneficiaires"}, {Key: "history", Path: "/portefeuille/historique", Here: true}}
	seen := func(name string, s page.Sheet) pagetest.Sample {
		s.Visitor, s.Section, s.Tabs = visitor, "wallet", tabs
		return pagetest.Sample{Name: name, Sheet: s}
	}
	list := []pagetest.Sample{
		seen("wallet", full().sheet()),
		seen("wallet empty", walletView{ID: "wal_1", Holder: pagetest.Nasty, At: pagetest.Noon()}.sheet()),
	}
	for _, more := range [][]pagetest.Sample{changeSamples(seen), debitSamples(seen), historySamples(seen), peopleSamples(seen), notesSamples(seen)} {
		list = append(list, more...)
	}
	return list
}

// named gives a sheet to the samples.
type named func(string, page.Sheet) pagetest.Sample

// turnedDown is a refusal whose words people wrote.
func turnedDown() *page.Refusal {
	return &page.Refusal{Title: pagetest.Nasty, Advice: pagetest.Nasty, Moved: page.MovedNo}
}

func changeSamples(seen named) []pagetest.Sample {
	m, nasty, noon := money.MustParse, pagetest.Nasty, pagetest.Noon()
	open := []orderLine{{ID: "cnv_1", Euros: m("50.00"), Credited: m("60.00"), ExpiresAt: noon}}
	form := changeView{Wallet: "wal_1", Key: "page_1", Channel: "transfer", Channels: []string{"transfer", "card", "debit", "standing"}, Debits: true, Chips: []chip{{20_00}, {12_50}}, Orders: open}
	wrong, quoted, poor, lapsed := form, form, form, form
	lapsed.Lapsed, lapsed.Refusal = true, turnedDown()
	wrong.Entered, wrong.Problem = nasty, nasty
	quoted.Entered, quoted.Quote = "50", &quoteView{Euros: m("50.00"), Bonus: m("10.00"), Credited: m("60.00"), Funder: nasty, Limited: true, Month: true, Left: m("140.00")}
	poor.Entered, poor.Refusal, poor.Quote = "5", turnedDown(), &quoteView{Euros: m("5.00"), Credited: m("5.00"), Limited: true}
	for i, code := range reasonCodes() {
		if code.Amount = m("3.00"); i < 3 {
			code.On = noon
		}
		poor.Quote.Reasons = append(poor.Quote.Reasons, code)
	}
	list := []pagetest.Sample{seen("change", form.sheet()), seen("change wrong", wrong.sheet()), seen("change quoted", quoted.sheet()), seen("change without bonus", poor.sheet()), seen("change without membership", lapsed.sheet())}
	for _, status := range []string{"awaiting_euros", "settled", "expired", "cancelled", "reversed"} {
		v := orderView{ID: "cnv_1", Wallet: "wal_1", Status: status, Channel: "transfer", Euros: m("50.00"), Bonus: m("10.00"), Credited: m("60.00"),
			Reference: nasty, Payee: nasty, IBAN: "FR7630006000011234567890189", BIC: "AGRIFRPP", CreatedAt: noon, ClosedAt: noon, ExpiresAt: noon, Key: "page_1"}
		if status != "awaiting_euros" {
			v.Entry, v.Refusal = "ent_1", turnedDown()
		}
		v.Steps = []page.Step{{State: "done", Words: nasty, At: noon}, {State: "now", Words: nasty}}
		list = append(list, seen("order "+status, v.sheet()))
	}
	return list
}

func historySamples(seen named) []pagetest.Sample {
	m, nasty, noon := money.MustParse, pagetest.Nasty, pagetest.Noon()
	v := historyView{At: noon, Older: 7, Newer: 9, Lines: []historyLine{
		{posting: 9, At: noon, Entry: "ent_2", Kind: "payment", Name: nasty, Message: nasty, Amount: -m("12.50"), Balance: m("77.30")},
		{posting: 8, At: noon, Entry: "ent_1", Kind: "bonus", Reference: nasty, Amount: m("2.00"), Balance: m("89.80")}}}
	v.balance()
	found := v
	found.filter, found.Cut = filter{Text: nasty, Kind: "in"}, true
	wrong := historyView{filter: filter{Text: nasty, From: nasty, To: "2026-01-01", Kind: nasty}, At: noon,
		Problems: map[string]string{"du": "history.date-bad", "au": "history.date-order", "genre": "history.kind-bad"}}
	return []pagetest.Sample{
		seen("history", v.sheet()), seen("history found", found.sheet()), seen("history wrong", wrong.sheet()),
		seen("history empty", historyView{At: noon}.sheet()), seen("history none found", historyView{At: noon, filter: filter{Text: nasty}}.sheet()),
		seen("movement", movementView{Kind: "payment", Amount: -m("12.50"), Balance: m("77.30"), At: noon, Name: nasty, Shop: nasty + "!", Message: nasty,
			Reference: nasty, MatchCode: "47", Payment: "pay_1", Refunded: m("2.50"), Entry: "ent_1"}.sheet()),
		seen("movement bonus", movementView{Kind: "conversion", Amount: m("12.00"), Bonus: m("2.00"), Balance: m("12.00"), At: noon, Reference: nasty, Entry: "ent_1"}.sheet()),
		seen("movement fonte", movementView{Kind: "fonte", Amount: -m("1.66"), Balance: m("81.67"), At: noon, Reference: nasty, Entry: "ent_4"}.sheet()),
		seen("movement fonte received", movementView{Kind: "fonte", Amount: m("8.67"), Balance: m("508.67"), At: noon, Entry: "ent_5"}.sheet()),
		seen("movement refund", movementView{Kind: "refund", Amount: m("2.50"), Balance: m("12.00"), At: noon, Name: nasty, RefundOf: "ent_1", Reverses: "ent_1", Entry: "ent_2"}.sheet()),
	}
}

func peopleSamples(seen named) []pagetest.Sample {
	m, nasty, noon := money.MustParse, pagetest.Nasty, pagetest.Noon()
	kept := beneficiariesView{Key: "page_1", Kept: []beneficiary{{Handle: "12345674", Name: nasty, Label: nasty, Key: "page_2"}, {Handle: "ABCDEFG0", Name: nasty, Key: "page_3", Wrong: true}},
		Paid: []beneficiary{{Handle: "12345670", Name: nasty, LastPaid: noon, Key: "page_4"}}}
	wrong := beneficiariesView{Key: "page_1", Handle: nasty, Problem: "beneficiaries.unknown", Label: nasty, Wrong: true, Refusal: turnedDown()}
	asked := requestsView{Key: "page_1", Days: requestDays(), Chosen: 7, Older: "prq_0"}
	for _, status := range []string{"open", "paid", "expired", "cancelled"} {
		asked.Requests = append(asked.Requests, requestLine{ID: "prq_1", Amount: m("12.50"), Reference: nasty, Status: status, CreatedAt: noon, ExpiresAt: noon})
	}
	refused := requestsView{Key: "page_1", Days: requestDays(), Chosen: 30, Entered: nasty, Problem: nasty, Reference: nasty, Wrong: true, Refusal: turnedDown()}
	old := kept
	old.Prove = "/connexion?suite=%2Fbeneficiaires"
	list := []pagetest.Sample{seen("beneficiaries", kept.sheet()), seen("beneficiaries without a proof", old.sheet()), seen("beneficiaries wrong", wrong.sheet()),
		seen("requests", asked.sheet()), seen("requests wrong", refused.sheet())}
	for _, line := range asked.Requests {
		v := requestView{requestLine: line, Name: nasty, Code: "KHRQTG8", URL: "https://roue.example/payer/prq_1", Key: "page_1", Entry: "ent_1", MatchCode: "47", PaidAt: noon, Refusal: turnedDown()}
		list = append(list, seen("request "+line.Status, v.sheet()))
	}
	return list
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

// TestP12TheReasonsAreSaid holds that each reason has its words, and that a date or
// an amount stands in them (P12).
func TestP12TheReasonsAreSaid(t *testing.T) {
	var poor pagetest.Sample
	for _, s := range samples() {
		if s.Name == "change without bonus" {
			poor = s
		}
	}
	said, markup := pagetest.Text(t, poor, Room().Room)
	for _, words := range []string{"Aucune campagne de bonus n’est ouverte aujourd’hui.", "terminée le 23 novembre 2026", "à partir de 3,00 € changés",
		"porte sur 3,00 € au plus", "n’était plus que de 3,00 €", "tout votre bonus de la période, 3,00 €", "arrondi au centime inférieur", "Changer 5,00 €"} {
		if !strings.Contains(said, strings.Join(strings.Fields(words), " ")) {
			t.Errorf("the page does not say %q:\n%s", words, said)
		}
	}
	for _, part := range []string{`name="vu" value="5.00"`, `name="pour" value="5.00"`, `data-reason="budget-exhausted"`, `data-chip="20.00">20 €`, `data-chip="12.50">12,50 €`} {
		if !strings.Contains(markup, part) {
			t.Errorf("the page does not hold %s", part)
		}
	}
}
