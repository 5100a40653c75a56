// SPDX-License-Identifier: AGPL-3.0-or-later

package member

import (
	"testing"

	"github.com/noria-mlc/noria/ledger/money"
	"github.com/noria-mlc/noria/web/page"
	"github.com/noria-mlc/noria/web/page/pagetest"
)

func seen(name string, status int, s page.Sheet) pagetest.Sample {
	s.Visitor = page.Visitor{Name: pagetest.Nasty, Wallet: true}
	return pagetest.Sample{Name: name, Status: status, Sheet: s}
}

func samples() []pagetest.Sample {
	twelve := money.MustParse("12.00")
	refusal := &page.Refusal{Title: pagetest.Nasty, Advice: pagetest.Nasty, Moved: page.MovedNo}
	paid := []duesRow{{2026, twelve, "units", pagetest.Noon(), false}, {2025, twelve, "desk", pagetest.Noon(), true}, {2024, twelve, "transfer", pagetest.Noon(), false}, {2023, 0, "free", pagetest.Noon(), false}}
	return []pagetest.Sample{
		seen("membership not needed", 200, membershipView{}.sheet()),
		seen("membership", 200, membershipView{Needed: true, Valid: true, Paid: true, Until: pagetest.Noon(), Last: pagetest.Noon(), Dues: paid}.sheet()),
		seen("membership in grace", 200, membershipView{Needed: true, Valid: true, Last: pagetest.Noon(), Units: true, Offers: []offer{{2026, twelve, "k"}, {2027, twelve, "l"}}}.sheet()),
		seen("membership without a proof", 200, membershipView{Needed: true, Valid: true, Last: pagetest.Noon(), Units: true, Prove: "/connexion?suite=%2Fadhesion", Offers: []offer{{2026, twelve, "k"}}}.sheet()),
		seen("membership ended", 409, membershipView{Status: 409, Needed: true, MaySpend: true, Refusal: refusal}.sheet()),
		seen("membership ended for all", 200, membershipView{Needed: true}.sheet()),
		seen("counter", 200, counterView{Key: "k"}.sheet()),
		seen("counter wrong", 422, counterView{Status: 422, Key: "k", Number: pagetest.Nasty, Amount: pagetest.Nasty, NumberBad: pagetest.Nasty, AmountBad: pagetest.Nasty, Refusal: refusal, Done: pagetest.Nasty,
			Desks: []choice{{"halles", pagetest.Nasty, true}}, Years: []choice{{"2026", "2026", true}, {"2027", "2027", false}}, Rates: []rateRow{{"individual", 2026, twelve}, {"collectivity", 2027, twelve}}}.sheet()),
		seen("gift none", 200, giftView{Key: "k"}.sheet()),
		seen("gift without a proof", 200, giftView{Key: "k", Prove: "/connexion?suite=%2Fdon", Associations: []choice{{"hol_1", pagetest.Nasty, false}}}.sheet()),
		seen("gift", 409, giftView{Status: 409, Key: "k", Chosen: pagetest.Nasty, Refusal: refusal, Associations: []choice{{"hol_1", pagetest.Nasty, true}, {"hol_2", pagetest.Nasty, false}}}.sheet()),
	}
}

func TestEveryPage(t *testing.T) { pagetest.Hold(t, samples(), Room().Room) }
