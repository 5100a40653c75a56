// SPDX-License-Identifier: AGPL-3.0-or-later

package treasury

import (
	"testing"

	"github.com/noria-mlc/noria/ledger/money"
	"github.com/noria-mlc/noria/web/page"
	"github.com/noria-mlc/noria/web/page/pagetest"
)

// TestMembersAndGifts holds the laws of pages over memberships, gifts and fonte.
func TestMembersAndGifts(t *testing.T) {
	n, x := pagetest.Nasty, money.MustParse("12.00")
	refusal := &page.Refusal{Title: n, Advice: n, Moved: page.MovedNo}
	kinds := []memberKind{{Kind: "individual", Chosen: true, Rate: n, RateBad: n, Holders: 3, Paid: 2}, {Kind: "professional"}, {Kind: "association"}, {Kind: "collectivity", RateNext: n, RateNextBad: n}}
	told := page.Fonte{Rate: 200, Period: "quarter", From: pagetest.Noon(), Next: pagetest.Noon(), Exempt: x, Receiver: n}
	soon := page.Fonte{Rate: 25, Period: "half-year", From: pagetest.Noon(), Next: pagetest.Noon(), Announced: true, Receiver: n}
	fresh := freshFonte()
	fresh.Key = "a"
	var samples []pagetest.Sample
	paid := dueView{ID: "due_1", Who: party{n, n}, By: party{Name: n}, Year: 2026, Amount: x, Way: "transfer", Account: "eur:bank:operating", Reference: n, At: pagetest.Noon(), Until: pagetest.Noon(), Entry: "ent_1", Cancels: true,
		Form: typed{Key: n, Text: n, TextBad: n, Refusal: refusal}}
	undone, own := paid, paid
	undone.Cancels, undone.Cancelled, undone.Reversal, undone.Reason = false, pagetest.Noon(), "ent_2", n
	own.Cancels, own.Own = false, true
	till := membersView{RulesKey: "a", RatesKey: "b", DuesKey: "c", Kinds: kinds, Year: 2026, YearNext: 2027, Today: "2026-03-02", Tills: []duesTill{{"eur:dues:centre", n, x}, {"eur:dues:gare", n, x}},
		Till: typed{Key: n, Account: "eur:dues:gare", Amount: n, AmountBad: n, Reference: n, ReferenceBad: n, Date: n, DateBad: n}}
	for name, s := range map[string]page.Sheet{
		"dues": paid.sheet(nil), "dues cancelled": undone.sheet(nil), "one's own dues": own.sheet(nil), "tills of dues": till.sheet(nil),
		"members": membersView{RulesKey: "a", RatesKey: "b", DuesKey: "c", Kinds: kinds, Year: 2026, YearNext: 2027}.sheet(nil),
		"members wrong": membersView{Status: 200, On: true, MaySpend: true, Grace: n, GraceBad: n, Reminder: n, ReminderBad: n, Account: n, AccountBad: n, Number: n, NumberBad: n, Paid: n, PaidBad: n,
			Reference: n, ReferenceBad: n, Date: n, DateBad: n, Kinds: kinds, Year: 2026, YearNext: 2027, Refusal: refusal, Latest: []latestDues{{ID: "due_1", Of: party{n, n}, Year: 2026, Amount: x, Way: "desk", At: pagetest.Noon(), Cancelled: true},
				{Of: party{Number: n}, Year: 2026, Amount: x, Way: "units", At: pagetest.Noon()}}}.sheet(nil),
		"gifts": giftsView{Key: "a", AdmitKey: "b", Rate: "3"}.sheet(nil),
		"gifts to do": giftsView{Key: "a", AdmitKey: "b", From: n, FromBad: n, Until: n, UntilBad: n, Rate: n, RateBad: n, Number: n, NumBad: n, Prepares: true, Approves: true, Refusal: refusal,
			Associations: []admitted{{n, n, "k"}}, Places: []place{{Account: "eur:bank:guarantee:digital:x", Name: n}}, Rounds: []giftRound{
				{ID: "gft_1", Status: "wait", Words: "draft", Key: "k", OtherKey: "l", From: pagetest.Noon(), Until: pagetest.Noon(), Rate: 300, Total: x, Lines: []giftLine{{n, 2, x, x}}, Draft: true},
				{ID: "gft_3", Status: "done", Words: "given", Key: "o", OtherKey: "p", From: pagetest.Noon(), Until: pagetest.Noon(), Rate: 300, Total: x, Reference: n}}}.sheet(nil),
		"fonte": fresh.sheet(nil),
		"fonte decided": fonteView{Key: "a", Rate: n, RateBad: n, Period: "month", First: n, FirstBad: n, Number: n, NumberBad: n, Exempt: n, ExemptBad: n, Notice: n, NoticeBad: n, KindsBad: n,
			Kinds: freshFonte().Kinds, Prepares: true, Refusal: refusal, Now: []page.Fonte{told, soon}, Rules: []fonteRule{
				{Fonte: soon, ID: "fnt_3", Status: "announced", Key: "k", EndKey: "l", Kinds: []string{"individual", "association"}, NoticeDays: 30, By: party{n, n}, ApprovedBy: party{n, n},
					At: pagetest.Noon(), ApprovedAt: pagetest.Noon(), End: true, Coming: &fontePeriod{From: pagetest.Noon(), Until: pagetest.Noon(), Holders: 3, Total: x}},
				{Fonte: soon, ID: "fnt_2", Status: "draft", Key: "m", EndKey: "o", Kinds: []string{"professional"}, NoticeDays: 60, By: party{n, n}, At: pagetest.Noon(), Draft: true, Approves: true, End: true},
				{Fonte: soon, ID: "fnt_4", Status: "draft", Key: "p", EndKey: "q", Kinds: []string{"professional"}, NoticeDays: 60, By: party{n, n}, At: pagetest.Noon(), Draft: true, Own: true},
				{Fonte: soon, ID: "fnt_5", Status: "withdrawn", Key: "r", EndKey: "s", By: party{n, n}, EndedBy: party{n, n}, At: pagetest.Noon(), EndedAt: pagetest.Noon()},
				{Fonte: told, ID: "fnt_1", Status: "in_force", Key: "t", EndKey: "u", Last: pagetest.Noon(), By: party{n, n}, ApprovedBy: party{n, n}, At: pagetest.Noon(), ApprovedAt: pagetest.Noon(),
					Periods: []fontePeriod{{From: pagetest.Noon(), Until: pagetest.Noon(), Open: true}, {From: pagetest.Noon(), Until: pagetest.Noon(), Holders: 2, Total: x, Entry: "ent_1"}}},
				{Fonte: told, ID: "fnt_0", Status: "ended", Key: "v", EndKey: "w", By: party{n, n}, At: pagetest.Noon()}}}.sheet(nil),
	} {
		s.Visitor = page.Visitor{Name: n}
		samples = append(samples, pagetest.Sample{Name: name, Status: 200, Sheet: s})
	}
	pagetest.Hold(t, samples, Room().Room)
}
