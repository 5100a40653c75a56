// SPDX-License-Identifier: AGPL-3.0-or-later

package web_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
)

// amountPattern is how the contract has money written.
const amountPattern = `^(0|[1-9][0-9]{0,8})\.[0-9]{2}$`

// spec is the OpenAPI document.
type spec map[string]any

// operation is one route of the document.
type operation struct {
	spec         spec
	method, path string
	node         map[string]any
}

func (w *world) openapi() spec {
	w.Helper()
	a := w.shown("", "/v1/openapi.json")
	var s spec
	must(w, json.Unmarshal([]byte(a.body), &s))
	return s
}

// follow returns a node, that which it refers to.
func (s spec) follow(node any) map[string]any {
	m, _ := node.(map[string]any)
	ref, ok := m["$ref"].(string)
	if !ok {
		return m
	}
	found := map[string]any(s)
	for step := range strings.SplitSeq(strings.TrimPrefix(ref, "#/"), "/") {
		found, _ = found[step].(map[string]any)
	}
	return found
}

// operations lists the routes, sorted.
func (s spec) operations() []operation {
	var list []operation
	paths, _ := s["paths"].(map[string]any)
	for path, methods := range paths {
		for method, node := range methods.(map[string]any) {
			list = append(list, operation{s, strings.ToUpper(method), path, node.(map[string]any)})
		}
	}
	slices.SortFunc(list, func(a, b operation) int {
		return strings.Compare(a.path+" "+a.method, b.path+" "+b.method)
	})
	return list
}

// keyed says whether a route asks for an idempotency key.
func (o operation) keyed() bool {
	parameters, _ := o.node["parameters"].([]any)
	return slices.ContainsFunc(parameters, func(p any) bool { return o.spec.follow(p)["name"] == "Idempotency-Key" })
}

// input is the schema of the JSON body, nil where there is none.
func (o operation) input() map[string]any {
	body, _ := o.node["requestBody"].(map[string]any)
	content, _ := body["content"].(map[string]any)
	media, _ := content["application/json"].(map[string]any)
	return o.spec.follow(media["schema"])
}

// contractRoutes are the routes of the contract that this binary serves.
const contractRoutes = `
	GET /v1/currency
	GET /v1/fund
	GET /v1/me
	POST /v1/holders
	GET /v1/holders
	GET /v1/wallets/{id}
	GET /v1/wallets/{id}/postings
	POST /v1/campaigns
	POST /v1/campaigns/{id}/approvals
	POST /v1/campaigns/{id}/fundings
	GET /v1/campaigns/{id}
	GET /v1/campaigns/{id}/report
	POST /v1/conversions/quotes
	POST /v1/conversions
	GET /v1/conversions/{id}
	POST /v1/conversions/{id}/settlements
	POST /v1/conversions/{id}/cancellations
	POST /v1/conversions/{id}/reversals
	POST /v1/payment-requests
	POST /v1/payment-requests/{id}/payments
	POST /v1/payment-requests/{id}/cancellations
	POST /v1/payments
	GET /v1/payments/{id}
	POST /v1/payments/{id}/refunds
	POST /v1/redemptions
	POST /v1/redemption-runs
	POST /v1/redemption-runs/{id}/approvals
	GET /v1/redemption-runs/{id}/pain.001
	POST /v1/instructions
	POST /v1/payout-batches
	POST /v1/payout-batches/{id}/approvals
	GET /v1/payout-batches/{id}/proof
	GET /v1/live
	GET /v1/live/events`

func TestOpenAPI(t *testing.T) {
	inBareWorld(t, func(w *world) {
		w.part("routes", hasEveryRoute)
		w.part("money", writesMoneyAsText)
		w.part("references", refersToWhatIsThere)
	})
}

func hasEveryRoute(w *world) {
	s := w.openapi()
	if version, _ := s["openapi"].(string); !strings.HasPrefix(version, "3.1") {
		w.Errorf("openapi %q", version)
	}
	have := make(map[string]operation)
	ids := make(map[string]bool)
	for _, o := range s.operations() {
		have[o.method+" "+o.path] = o
		id, _ := o.node["operationId"].(string)
		if id == "" || ids[id] {
			w.Errorf("%s %s: operation id %q is empty or given twice", o.method, o.path, id)
		}
		ids[id] = true
		w.documented(o)
	}
	for route := range strings.Lines(strings.TrimSpace(contractRoutes)) {
		if _, ok := have[strings.TrimSpace(route)]; !ok {
			w.Errorf("%s is not in the document", route)
		}
	}
}

// documented checks one route: words, answers, path parameters, rights.
func (w *world) documented(o operation) {
	w.Helper()
	route := o.method + " " + o.path
	if o.node["summary"] == "" || o.node["summary"] == nil {
		w.Errorf("%s has no summary", route)
	}
	responses, _ := o.node["responses"].(map[string]any)
	good := 0
	for status, r := range responses {
		if strings.HasPrefix(status, "2") || status == "101" {
			good++
		}
		if o.spec.follow(r)["description"] == nil {
			w.Errorf("%s: answer %s has no description", route, status)
		}
	}
	if good != 1 {
		w.Errorf("%s has %d good answers", route, good)
	}
	if strings.HasPrefix(o.path, "/v1/live") {
		return
	}
	for _, status := range []string{"422", "500"} {
		media, _ := o.spec.follow(responses[status])["content"].(map[string]any)
		if media["application/problem+json"] == nil {
			w.Errorf("%s: answer %s is no problem document", route, status)
		}
	}
	parameters, _ := o.node["parameters"].([]any)
	in := make(map[string]bool)
	for _, p := range parameters {
		m := o.spec.follow(p)
		in[m["in"].(string)+" "+m["name"].(string)] = true
	}
	if strings.Contains(o.path, "{id}") && !in["path id"] {
		w.Errorf("%s does not describe its id", route)
	}
	if private := !slices.Contains([]string{"GET /v1/currency", "GET /v1/fund", "GET /v1/directory", "GET /v1/membership", "GET /v1/dues/rates", "GET /v1/gift-associations", "GET /v1/fonte", "GET /v1/projects"}, route); private != (o.node["security"] != nil) {
		w.Errorf("%s: security %v", route, o.node["security"])
	}
	if o.method == "POST" && o.path != "/v1/conversions/quotes" && !strings.HasSuffix(o.path, "/confirmations") && !o.keyed() {
		w.Errorf("%s asks for no idempotency key", route)
	}
}

// writesMoneyAsText finds every field of money in the document,
// answers included: a text with the pattern of the contract.
func writesMoneyAsText(w *world) {
	s := w.openapi()
	schemas, _ := s["components"].(map[string]any)["schemas"].(map[string]any)
	found := 0
	for name, node := range schemas {
		properties, _ := node.(map[string]any)["properties"].(map[string]any)
		for field, p := range properties {
			if !isMoney(field) {
				continue
			}
			found++
			m := s.follow(p)
			pattern, _ := m["pattern"].(string)
			if m["type"] != "string" || pattern != amountPattern && pattern != strings.Replace(amountPattern, "^", "^-?", 1) {
				w.Errorf("%s.%s: %v", name, field, m)
			}
		}
	}
	if found < 60 {
		w.Errorf("only %d fields of money were found", found)
	}
}

// isMoney says whether a field carries money by its name.
func isMoney(field string) bool {
	switch field {
	case "amount", "euros", "bonus", "credited", "balance", "booked", "reserved", "available", "circulation",
		"allowance_left", "per_person_cap", "expect_amount", "refunded":
		return true
	}
	return strings.HasSuffix(field, "_eur")
}

// refersToWhatIsThere follows every reference of the document and
// looks at the form of every schema.
func refersToWhatIsThere(w *world) {
	s := w.openapi()
	var walk func(at string, node any)
	walk = func(at string, node any) {
		switch n := node.(type) {
		case map[string]any:
			if ref, ok := n["$ref"].(string); ok && s.follow(n) == nil {
				w.Errorf("%s refers to %s, which is not there", at, ref)
			}
			if properties, ok := n["properties"].(map[string]any); ok {
				required, _ := n["required"].([]any)
				for _, name := range required {
					if properties[name.(string)] == nil {
						w.Errorf("%s requires %s, which it does not have", at, name)
					}
				}
			}
			for name, child := range n {
				walk(at+"/"+name, child)
			}
		case []any:
			for _, child := range n {
				walk(at+"/-", child)
			}
		}
	}
	walk("", map[string]any(s))
}
