// SPDX-License-Identifier: AGPL-3.0-or-later

package web_test

import (
	"fmt"
	"strings"
	"testing"
)

// TestListsAreStableUnderInserts walks each list two at a time, while new things
// come between the pages: what stood at the beginning is told once, in order.
func TestListsAreStableUnderInserts(t *testing.T) {
	inWorld(t, stableLists)
}

func stableLists(w *world) {
	for _, l := range []struct {
		as, path, field string
		oldest          bool // the first come first, so that new things are at the end
		insert          func(w *world, n int)
	}{
		{"auditor", "/v1/holders", "id", true, func(w *world, n int) {
			w.made("desk", "/v1/holders", fmt.Sprintf(`{"kind":"individual","name":"n° %d"}`, n))
		}},
		{"citizen", "/v1/wallets/${citizen.wallet}/postings", "entry", false, func(w *world, n int) {
			w.made("citizen", "/v1/payments", fmt.Sprintf(`{"to":"${shop.code}","amount":"0.%02d"}`, n+1))
		}},
		{"agent", "/v1/campaigns", "id", false, func(w *world, _ int) { w.made("agent", "/v1/campaigns", campaign) }},
		{"treasurer", "/v1/conversions", "id", false, func(w *world, _ int) {
			w.made("citizen2", "/v1/conversions", `{"euros":"1.00","channel":"transfer"}`)
		}},
		{"citizen2", "/v1/conversions?status=awaiting_euros", "id", false, func(w *world, _ int) {
			w.made("citizen2", "/v1/conversions", `{"euros":"1.00","channel":"transfer"}`)
		}},
		{"treasurer", "/v1/redemptions", "id", false, func(w *world, n int) {
			if n == 0 {
				w.made("citizen", "/v1/payments", `{"to":"${shop.code}","amount":"20.00"}`)
			}
			w.made("merchant", "/v1/redemptions", `{"amount":"1.00"}`)
		}},
		{"agent", "/v1/payout-batches", "id", true, func(w *world, n int) {
			w.made("agent", "/v1/payout-batches", fmt.Sprintf(`{"period":"2026-03","purpose":"subsidy","lines":[{"reference":"S-%d","holder":"${citizen}","amount_eur":"1.00"}]}`, n))
		}},
	} {
		w.part(l.path, func(w *world) {
			for n := range 5 {
				l.insert(w, n)
			}
			path := l.path + "?"
			if strings.Contains(l.path, "?") {
				path = l.path + "&"
			}
			want := w.texts(w.shown(l.as, path+"limit=200"), l.field)
			var got []string
			cursor := ""
			for page := range 100 {
				a := w.shown(l.as, path+"limit=2"+cursor)
				items := w.texts(a, l.field)
				if len(items) > 2 {
					w.Fatalf("%d on a page of two", len(items))
				}
				got = append(got, items...)
				if a.at("next_cursor") == nil {
					break
				}
				cursor = "&cursor=" + a.text("next_cursor")
				if page < 4 {
					l.insert(w, 5+page)
				}
			}
			if l.oldest {
				got = got[:min(len(want), len(got))]
			}
			if strings.Join(got, " ") != strings.Join(want, " ") {
				w.Errorf("paged\n%v\nwhole\n%v", got, want)
			}
		})
	}
}

// texts lists a field of every item of a list.
func (w *world) texts(a answer, field string) []string {
	w.Helper()
	items, ok := a.at("items").([]any)
	if !ok {
		w.Fatalf("no list: %s", a.body)
	}
	list := make([]string, len(items))
	for i := range items {
		list[i] = a.text("items", i, field)
	}
	return list
}

// TestEmptyListsAreLists reads lists with nothing in them.
func TestEmptyListsAreLists(t *testing.T) {
	inBareWorld(t, func(w *world) {
		for path, as := range map[string]string{
			"/v1/wallets/${citizen.wallet}/postings": "citizen", "/v1/campaigns": "agent", "/v1/conversions": "citizen",
			"/v1/redemptions": "merchant", "/v1/payout-batches": "agent", "/v1/users/${citizen.user}/tokens?": "citizen",
		} {
			a := w.shown(as, strings.TrimSuffix(path, "?"))
			if _, ok := a.at("items").([]any); !ok || a.at("next_cursor") != nil {
				w.Errorf("%s: %s", path, a.body)
			}
		}
		w.refused(call{method: "GET", path: "/v1/currency"}, 409, "currency-not-open")
		w.refused(call{as: "citizen", method: "POST", path: "/v1/conversions/quotes", body: `{"euros":"1.00"}`}, 409, "currency-not-open")
	})
}
