// SPDX-License-Identifier: AGPL-3.0-or-later

package shop

import (
	"testing"
	"time"

	"github.com/noria-mlc/noria/ledger/money"
	"github.com/noria-mlc/noria/web/page"
	"github.com/noria-mlc/noria/web/page/pagetest"
)

const nasty = pagetest.Nasty

func noon() time.Time { return pagetest.Noon() }

// owner is the frame of somebody who owns two shops, with hostile names.
func owner() frame {
	return frame{Merchant: nasty, Commerce: nasty, Owner: true, Others: []other{{nasty, "/caisse?commerce=ABC"}}}
}

func clerk() frame { return frame{Merchant: nasty} }

func refusal() *page.Refusal {
	return &page.Refusal{Title: nasty, Advice: nasty, Moved: page.MovedNo}
}

func counter(status string) page.Sheet {
	return requestView{ID: "prq_1", Code: "7K4P", Merchant: nasty, Amount: money.MustParse("12.50"), Reference: nasty, Status: status,
		CreatedAt: noon(), ExpiresAt: noon().Add(102 * time.Second), Now: noon(), QR: "/caisse/prq_1/code.svg", Key: nasty, Back: "/caisse", MatchCode: "47", PaidAt: noon()}.sheet()
}

func screenOf(change func(*displayView)) page.Sheet {
	v := displayView{ID: "mer_1", Merchant: nasty, Number: "123\u00a0456", Code: "ABCDEFGH", Seq: 40, Now: noon()}
	change(&v)
	return v.sheet()
}

func arrived() []displayPaid {
	return []displayPaid{{Seq: 40, At: noon(), Amount: money.MustParse("1234.50"), MatchCode: "47", Payer: nasty}, {Seq: 38, At: noon(), Amount: money.MustParse("3.00"), MatchCode: "07"}}
}

// samples covers every page of the room in each of its states.
func samples() []pagetest.Sample {
	m := money.MustParse
	visitor := page.Visitor{Name: nasty, Wallet: true, Menu: []page.Entry{{Section: "till", Path: "/caisse"}}}
	var all []pagetest.Sample
	add := func(name string, status int, s page.Sheet) {
		s.Visitor = visitor
		all = append(all, pagetest.Sample{Name: name, Status: status, Sheet: s})
	}
	device := func(name string, status int, s page.Sheet) {
		all = append(all, pagetest.Sample{Name: name, Status: status, Sheet: s})
	}
	add("till", 200, tillView{frame: owner(), MerchantID: "mer_1", Key: nasty, PaymentsSeq: 40, At: noon(), CountOfToday: 1, TotalOfToday: m("12.50"),
		Payments: []tillPayment{{ID: "pay_1", At: noon(), Amount: m("12.50"), MatchCode: nasty}}}.sheet())
	add("till refused", 422, tillView{frame: clerk(), MerchantID: "mer_1", Key: "key", Entered: nasty, Reference: nasty, Problem: nasty, At: noon()}.sheet())
	for _, status := range []string{"open", "paid", "expired", "cancelled"} {
		add("request "+status, 200, counter(status))
	}
	add("day", 200, dayView{frame: owner(), Day: noon(), Date: "2026-11-23", Today: true, Before: "/caisse/journee?jour=2026-11-22", CSV: "/caisse/journee/csv?jour=2026-11-23",
		Count: 2, Received: m("1234.50"), Refunds: 1, Refunded: m("3.00"), Net: m("1231.50"), More: true,
		Chart:    page.Chart{Title: "Reçu par heure", Bars: []page.Bar{{Words: "9 h", Amount: m("3.00")}, {Words: "10 h"}, {Words: "11 h", Amount: m("1231.50")}}},
		Tills:    []tillOfDay{{nasty, 2, m("1234.50"), m("3.00")}, {"Étal", 0, 0, 0}},
		Receipts: []dayReceipt{{ID: "pay_2", At: noon(), Amount: -m("3.00"), MatchCode: "12", Refund: true}, {ID: "pay_1", At: noon(), Amount: m("1234.50"), MatchCode: "47"}}}.sheet())
	add("day of a cashier", 200, dayView{frame: clerk(), Day: noon(), Date: "2026-11-23", Today: true, CSV: "/caisse/journee/csv"}.sheet())
	add("day of the past", 200, dayView{frame: owner(), Day: noon(), Date: "2026-11-22", Before: "/a", After: "/b", CSV: "/c"}.sheet())
	paid := paymentView{frame: owner(), ID: "pay_1", At: noon(), Amount: m("12.50"), MatchCode: "47", Message: nasty, MayRefund: true, Key: nasty}
	add("payment", 200, paid.sheet())
	again := paid
	again.Refunded, again.Open, again.Entered, again.Problem, again.Refusal = m("2.50"), true, nasty, nasty, refusal()
	add("payment refund refused", 409, again.sheet())
	add("payment given back", 200, paymentView{frame: owner(), ID: "pay_1", At: noon(), Amount: m("12.50"), Refunded: m("12.50"), MatchCode: "47"}.sheet())
	add("payment that is a refund", 200, paymentView{frame: clerk(), ID: "pay_2", RefundOf: "pay_1", At: noon(), Amount: m("12.50"), MatchCode: "47"}.sheet())
	add("overview", 200, overviewView{frame: owner(), Wallet: "wal_1", Booked: m("77.30"), Reserved: m("20.00"), Available: m("57.30"), Version: 3, Number: "123\u00a0456", Code: "ABCDEFGH",
		Waiting: 2, Euros: m("19.00"), At: noon(), Chart: page.Chart{Title: nasty, Bars: []page.Bar{{Words: "23 nov.", Amount: m("12.50")}, {Words: "22 nov."}}},
		Days: []dayOf{{noon(), "/caisse/journee", true, 1}, {noon(), "/caisse/journee?jour=2026-11-22", false, 0}}}.sheet())
	add("overview of a new shop", 200, overviewView{frame: frame{Merchant: nasty, Owner: true}, Wallet: "wal_1", Code: "ABCDEFGH", At: noon(), Chart: page.Chart{Title: nasty}}.sheet())
	steps := []page.Step{{State: "done", Words: "Demandée", At: noon()}, {State: "now", Words: "Dans un virement groupé"}, {State: "todo", Words: "Euros versés"}}
	refused := []page.Step{{State: "done", Words: "Demandée", At: noon()}, {State: "failed", Words: "Refusée", At: noon()}}
	add("redeem", 200, redeemView{frame: owner(), Key: nasty, Available: m("57.30"), Free: m("40.00"), Waits: []waitTold{{m("10.00"), pagetest.Noon()}, {m("7.30"), pagetest.Noon()}}, History: []redemptionTold{
		{ID: "red_2", Amount: m("20.00"), Fee: m("1.00"), Euros: m("19.00"), At: noon(), Steps: steps},
		{ID: "red_1", Amount: m("20.00"), Fee: m("1.00"), Euros: m("19.00"), At: noon(), Closed: true, Reason: nasty, Reference: nasty, Steps: refused}}}.sheet())
	add("redeem refused", 422, redeemView{frame: frame{Merchant: nasty, Owner: true}, Entered: nasty, Problem: nasty, Refusal: refusal()}.sheet())
	accounts := []bankAccount{{IBAN: "FR14 •••• 2606", Name: nasty, Status: "delayed", SetAt: noon(), From: noon()}, {IBAN: "FR76 •••• 0189", Name: nasty, Status: "replaced", SetAt: noon()},
		{IBAN: "FR76 •••• 0190", Name: nasty, Status: "effective", SetAt: noon()}, {IBAN: "FR76 •••• 0191", Name: nasty, Status: "proposed", SetAt: noon()}}
	add("bank", 200, bankView{frame: owner(), Key: nasty, Accounts: accounts}.sheet())
	add("bank refused", 422, bankView{frame: owner(), Key: nasty, IBAN: nasty, IBANProblem: nasty, Name: nasty, NameProblem: nasty, Refusal: refusal()}.sheet())
	add("bank to prove", 200, bankView{frame: owner(), Prove: "/connexion?suite=%2Fcaisse%2Fcompte-bancaire", Accounts: accounts}.sheet())
	add("screens", 409, screensView{frame: owner(), Address: "https://monnaie.example/ecran", Key: nasty, Entered: nasty, Problem: nasty, Refusal: refusal(),
		Screens: []screenLine{{ID: "scr_1", Label: nasty, Code: "ABCD EFGH", At: noon(), Key: nasty}, {ID: "scr_2", Label: nasty, At: noon(), Key: nasty}}}.sheet())
	add("no screens", 200, screensView{frame: frame{Merchant: nasty, Owner: true}, Address: "https://monnaie.example/ecran", Key: "key"}.sheet())
	add("poster", 200, posterView{frame: owner(), Number: "123\u00a0456", Code: "ABCDEFGH"}.sheet())
	add("poster small", 200, posterView{frame: frame{Merchant: nasty, Owner: true}, Code: "ABCDEFGH", Small: true}.sheet())
	add("outage", 200, outageView{frame: owner(), Number: "123\u00a0456", Lines: []int{1, 2, 3}}.sheet())
	device("pairing", 409, pairView{Key: nasty, Entered: nasty, Problem: nasty}.sheet())
	device("screen idle", 200, screenOf(func(v *displayView) { v.Last = arrived() }))
	device("screen without number", 200, screenOf(func(v *displayView) { v.Number = "" }))
	device("screen asks", 200, screenOf(func(v *displayView) {
		v.Asked, v.Amount, v.ShortCode, v.CreatedAt, v.ExpiresAt = "prq_1", money.MustParse("12.50"), "7K4P2B", noon(), noon().Add(102*time.Second)
	}))
	device("screen paid", 200, screenOf(func(v *displayView) { v.Last = arrived(); v.Paid = &v.Last[0] }))
	return all
}

func TestEveryPage(t *testing.T) { pagetest.Hold(t, samples(), Room().Room) }
