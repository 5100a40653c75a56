// SPDX-License-Identifier: AGPL-3.0-or-later

package web_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
)

// place is a field of money in a body, as a JSON pointer.
type place struct {
	pointer string
	path    []any
}

// money lists the places of a body that a schema says are money, in order.
func (s spec) money(schema map[string]any, body any, path ...any) []place {
	schema = s.follow(schema)
	if schema["pattern"] == amountPattern {
		var pointer strings.Builder
		for _, step := range path {
			fmt.Fprintf(&pointer, "/%v", step)
		}
		return []place{{pointer.String(), slices.Clone(path)}}
	}
	var list []place
	switch b := body.(type) {
	case map[string]any:
		properties, _ := schema["properties"].(map[string]any)
		for name, value := range b {
			inner, ok := properties[name].(map[string]any)
			if !ok {
				inner, _ = schema["additionalProperties"].(map[string]any)
			}
			list = append(list, s.money(inner, value, append(path, name)...)...)
		}
	case []any:
		inner, _ := schema["items"].(map[string]any)
		for i, value := range b {
			list = append(list, s.money(inner, value, append(path, i)...)...)
		}
	}
	return list
}

// fields counts the fields of money that a schema has at all.
func (s spec) fields(schema map[string]any) int {
	schema = s.follow(schema)
	if schema["pattern"] == amountPattern {
		return 1
	}
	n := 0
	properties, _ := schema["properties"].(map[string]any)
	for _, p := range properties {
		n += s.fields(p.(map[string]any))
	}
	for _, name := range []string{"items", "additionalProperties"} {
		if inner, ok := schema[name].(map[string]any); ok {
			n += s.fields(inner)
		}
	}
	return n
}

// put returns a body with another value at a path.
func put(body any, value any, path ...any) any {
	if len(path) == 0 {
		return value
	}
	switch b := body.(type) {
	case map[string]any:
		changed := make(map[string]any, len(b))
		for name, old := range b {
			changed[name] = old
		}
		changed[path[0].(string)] = put(b[path[0].(string)], value, path[1:]...)
		return changed
	case []any:
		changed := slices.Clone(b)
		changed[path[0].(int)] = put(b[path[0].(int)], value, path[1:]...)
		return changed
	}
	return body
}

// TestWrongAmountsMoveNothing writes every field of money of every command in
// every wrong way.
func TestWrongAmountsMoveNothing(t *testing.T) {
	wrong := []any{"1e5", "1,00", "-1.00", "+1.00", "10.001", "10.0", "10", "010.00", ".50", " 1.00", "1.00 ", "", "NaN",
		"12345678901234567890", "12345678901234567890.00", "1000000000.00", "0x10", "１.00", 10, 10.5, 1e5, true, nil, []any{"1.00"}, map[string]any{}}
	inBareWorld(t, func(w *world) {
		wishes := w.play()
		wishes = append(wishes, wish{as: "citizen", route: "/v1/conversions/quotes", body: `{"euros":"10.00"}`})
		s := w.openapi()
		before := w.commands()
		for _, o := range s.operations() {
			all, tried := s.fields(o.input()), make(map[string]bool)
			if o.method != http.MethodPost || all == 0 {
				continue
			}
			for _, c := range wishes {
				if c.route != o.path || c.csv {
					continue
				}
				var body any
				must(w, json.Unmarshal([]byte(w.say(c.body)), &body))
				for _, p := range s.money(o.input(), body) {
					tried[p.name()] = true
					for _, value := range wrong {
						w.refusedAmount(c, put(body, value, p.path...), p.pointer, value)
					}
					if !p.mayBeNothing() {
						w.refusedAmount(c, put(body, "0.00", p.path...), p.pointer, "0.00")
					}
				}
			}
			if len(tried) != all {
				w.Errorf("%s %s has %d fields of money, the scenario fills %v", o.method, o.path, all, tried)
			}
		}
		if after := w.commands(); after != before {
			w.Errorf("%d commands were executed", after-before)
		}
	})
}

// name is the last name on the way to a place: lines/0/amount_eur is amount_eur.
func (p place) name() string { return fmt.Sprint(p.path[len(p.path)-1]) }

// mayBeNothing says whether 0.00 has a meaning there, since no money moves by
// it: the least conversion with a bonus, parts of a commission, no ceiling in an
// amendment, which states all of them, no dues of a kind of holder, and nothing
// exempt of a fonte.
func (p place) mayBeNothing() bool {
	amended := p.path[0] == "terms" && p.name() != "budget_eur"
	return amended || p.path[0] == "rates" || p.name() == "minimum_eur" || p.name() == "fixed_eur" || p.name() == "exempt" || p.name() == "gap_eur"
}

// refusedAmount sends a body with a wrong amount. What the domain refuses for
// another reason need not name the place.
func (w *world) refusedAmount(c wish, body any, pointer string, value any) {
	w.Helper()
	text, err := json.Marshal(body)
	must(w, err)
	c.key = w.key()
	call := c.call()
	call.body = string(text)
	a := w.do(call)
	d := a.problem(w)
	domain := a.status == http.StatusConflict && (value == "0.00")
	if !domain && (a.status != http.StatusUnprocessableEntity || !d.points(pointer)) {
		w.Errorf("%s: %#v at %s: %d %s", c.route, value, pointer, a.status, a.body)
	}
	if text, ok := value.(string); ok && len(text) > 4 && strings.Contains(a.body, text) {
		w.Errorf("%s repeats the offending value: %s", c.route, a.body)
	}
}

// TestNothingIsNotAll refuses 0.00 where leaving the field out would mean all
// of it.
func TestNothingIsNotAll(t *testing.T) {
	inWorld(t, func(w *world) {
		w.keep("payment", w.made("citizen", "/v1/payments", `{"to":"${shop.code}","amount":"20.00"}`))
		w.keep("request", w.made("cashier", "/v1/payment-requests", `{"amount":"9.00"}`))
		for path, pointer := range map[string]string{"/v1/payments/${payment}/refunds": "/amount", "/v1/payment-requests/${request}/payments": "/expect_amount"} {
			as := "merchant"
			if pointer == "/expect_amount" {
				as = "citizen"
			}
			d := w.refused(call{as: as, method: http.MethodPost, path: path, body: `{"` + pointer[1:] + `":"0.00"}`}, http.StatusUnprocessableEntity, "invalid")
			if !d.points(pointer) {
				w.Errorf("%s: %+v", path, d)
			}
		}
		w.is(w.made("merchant", "/v1/payments/${payment}/refunds", ""), "amount", "20.00", "refund_of", "${payment}")
		w.is(w.made("citizen", "/v1/payment-requests/${request}/payments", "{}"), "amount", "9.00", "request", "${request}")
	})
}

// TestOneDeskIsNeeded converts to the whole range of an amount: a cent, and all
// that can be written, which no wallet overflows.
func TestTheRangeOfAnAmount(t *testing.T) {
	inWorld(t, func(w *world) {
		w.is(w.made("desk", "/v1/conversions", `{"wallet":"${citizen.wallet}","euros":"0.01","channel":"desk"}`), "credited", "0.01")
		w.is(w.made("desk", "/v1/conversions", `{"wallet":"${citizen.wallet}","euros":"999999999.99","channel":"desk"}`), "credited", "999999999.99")
		w.is(w.shown("citizen", "/v1/wallets/${citizen.wallet}"), "available", "1000000120.00")
		w.refused(call{as: "citizen", method: http.MethodPost, path: "/v1/payments", body: `{"to":"${shop.code}","amount":"1000000120.00"}`},
			http.StatusUnprocessableEntity, "invalid")
	})
}
