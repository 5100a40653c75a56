// SPDX-License-Identifier: AGPL-3.0-or-later

package web_test

import (
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/web/asset"
)

// route is one route of the server, found by asking the server itself.
type route struct{ method, pattern string }

func (r route) String() string { return r.method + " " + r.pattern }

// api says whether a program calls the route, and not a browser for a page.
func (r route) api() bool { return strings.HasPrefix(r.pattern, "/v1/") }

// writes says whether the route is made to change something.
func (r route) writes() bool { return r.method != http.MethodGet }

// asks says whether the path has a place for a thing that may be somebody's.
func (r route) asks() bool {
	return slices.ContainsFunc(places.FindAllString(r.pattern, -1), func(place string) bool { return spelled(place) == "" })
}

// places are the variable parts of a pattern.
var places = regexp.MustCompile(`\{[a-z]+\}`)

// spelled is what a variable part is in a path where it is one of a few words, ""
// where it names a thing.
func spelled(place string) string {
	return map[string]string{"{etape}": "qui", "{picture}": "code.svg", "{langue}": "en", "{code}": "forbidden",
		"{nom}": "192.png", "{forme}": "fec"}[place]
}

// allRoutes lists every route of the server, in order.
func (w *world) allRoutes() []route {
	w.Helper()
	var list []route
	for _, pattern := range w.served.Patterns() {
		method, path, found := strings.Cut(pattern, " ")
		if !found {
			w.Fatalf("the pattern %q has no method", pattern)
		}
		list = append(list, route{method, strings.TrimSuffix(path, "{$}")})
	}
	list = append(list, route{http.MethodGet, "/v1/openapi.json"})
	for _, o := range w.openapi().operations() {
		if r := (route{o.method, o.path}); !slices.Contains(list, r) { // those of live are in both
			list = append(list, r)
		}
	}
	if len(list) < 150 {
		w.Fatalf("only %d routes were found", len(list))
	}
	return list
}

// pageRoutes are the routes of the rooms.
func (w *world) pageRoutes() []route {
	w.Helper()
	return slices.DeleteFunc(w.allRoutes(), func(r route) bool {
		return r.api() || r.ends() || strings.HasPrefix(r.pattern, asset.Prefix) || strings.HasPrefix(r.pattern, "/ecran/direct") || r.pattern == "/healthz"
	})
}

// ends says whether a route ends the access of whoever asks: nobody could go on
// after it. Its own tests ask it.
func (r route) ends() bool { return r.pattern == "/compte/blocage" }

// at is the path of a route about something that is known under a name.
func (r route) at(thing string) string {
	return places.ReplaceAllStringFunc(r.pattern, func(place string) string {
		if word := spelled(place); word != "" {
			return word
		}
		return "${" + thing + "}"
	})
}

// looked keeps what the first test found that a route can be about.
var looked = struct {
	sync.Mutex
	things map[route]string
}{things: make(map[route]string)}

// things finds for each route what its path can be about: what the world knows of
// that the page of the same address shows to somebody. A route whose thing is not
// found is asked about something that nothing has.
func (w *world) things(routes []route) map[route]string {
	w.Helper()
	w.known["nobody's"] = nobodys("prq_")
	found := make(map[route]string)
	looked.Lock() // names mean the same in every world that played
	defer looked.Unlock()
	for _, r := range routes {
		switch name := made(r.pattern); {
		case !r.asks():
		case w.known[name] != "":
			found[r] = name
		case r.method == http.MethodGet:
			if looked.things[r] == "" {
				looked.things[r] = w.thing(r)
			}
			found[r] = looked.things[r]
		}
	}
	for _, r := range routes {
		if r.method == http.MethodGet || !r.asks() || found[r] != "" {
			continue
		}
		found[r] = "nobody's"
		before, _, _ := strings.Cut(r.pattern, "{")
		for _, page := range routes {
			if thing := found[page]; page.method == http.MethodGet && thing != "" && strings.HasPrefix(page.pattern, before+"{") && found[r] == "nobody's" {
				found[r] = thing
			}
		}
	}
	return found
}

// made is the name under which furnish keeps what a path is about, "" where the
// things of the scenario do.
func made(pattern string) string {
	for _, m := range [][2]string{{"/change/{id}/code", "owed"}, {"/demandes/{", "asked"}, {"/collectivite/brouillons/{", "draft"},
		{"/collectivite/choix/{", "instruction"}, {"/caisse/ecrans/{", "screen"}, {"/beneficiaires/{", "beneficiary"},
		{"/tresorerie/dons/{", "gift"}, {"/tresorerie/fonte/{", "fonte"}, {"/prelevements/{", "mandate"}, {"/tresorerie/mandats/{", "mandate"},
		{"/tresorerie/prelevements/{", "debit-run"}, {"/tresorerie/prelevement/{", "debit"}, {"/controle/commandes/{", "first-command"}, {"/controle/titulaires/{", "citizen.number"}, {"/carte/{", "citizen.number"}, {"/comptoir/recu/{", "cash"}, {"/comptoir/billets/recu/{", "sale"}, {"/tresorerie/projets/{", "project"}} {
		if strings.HasPrefix(pattern, m[0]) {
			return m[1]
		}
	}
	return ""
}

// furnish makes by the pages what only they make, so that every page is about
// something.
func (w *world) furnish() {
	w.Helper()
	leads := func(as, path, prefix string, pairs ...string) string {
		a := w.signedIn(as).send(path, append(pairs, "cle", w.key())...)
		at := a.header.Get("Location")
		if a.status != http.StatusSeeOther || !strings.HasPrefix(at, prefix) {
			w.Fatalf("%s: %d %s %s", path, a.status, at, a.body)
		}
		return strings.TrimPrefix(at, prefix)
	}
	listed := func(as, path, pattern string) string {
		found := regexp.MustCompile(pattern).FindStringSubmatch(w.signedIn(as).open(path).body)
		if found == nil {
			w.Fatalf("%s shows no %s", path, pattern)
		}
		return found[1]
	}
	w.known["owed"] = w.made("citizen", "/v1/conversions", `{"euros":"30.00","channel":"transfer"}`).text("id")
	w.known["asked"] = leads("citizen", "/demandes", "/demandes/", "montant", "7,50", "motif", "Cinéma", "jours", "7")
	draft := leads("agent", "/collectivite/brouillons/nouveau/qui", "/collectivite/brouillons/", "nom", "Bonus", "pour-individual", "1")
	w.known["draft"], _, _ = strings.Cut(draft, "/")
	leads("merchant", "/caisse/ecrans", "/caisse/ecrans", "nom", "Comptoir")
	w.known["screen"] = listed("merchant", "/caisse/ecrans", `/caisse/ecrans/(scr_[0-9a-z]+)/retrait`)
	leads("citizen", "/beneficiaires", "/beneficiaires", "numero", w.known["citizen2.number"], "nom", "Sam")
	w.known["beneficiary"] = listed("citizen", "/beneficiaires", `/beneficiaires/([^/"]+)/retrait`)
	w.known["first-command"] = "1"
}

// thing is the name of what somebody may look at by a route, or "nobody's".
func (w *world) thing(r route) string {
	w.Helper()
	seen := make(map[string]bool)
	for _, name := range w.names() {
		prefix, _, _ := strings.Cut(w.known[name], "_")
		if seen[prefix] {
			continue
		}
		seen[prefix] = true
		for _, as := range []string{"citizen", "merchant", "agent", "treasurer", "auditor", "desk", "admin", "approver", "mayor"} {
			if w.raw(call{as: as, method: http.MethodGet, path: r.at(name)}).status == http.StatusOK {
				return name
			}
		}
	}
	return "nobody's"
}

// names are those of ids and numbers that the world knows of; what the scenario
// ends with comes first for each noun.
func (w *world) names() []string {
	first := []string{"payment", "request", "awaited", "redemption", "campaign", "batch", "instruction", "citizen", "shop", "citizen.number"}
	var rest []string
	for name, value := range w.known {
		if regexp.MustCompile(`^[a-z]{3}_[0-9a-z]{20,30}$`).MatchString(value) && !slices.Contains(first, name) && name != "nobody's" {
			rest = append(rest, name)
		}
	}
	slices.Sort(rest)
	return append(first, rest...)
}

// seconds are the second accounts of each role: another shop's cashier, another
// town's people, colleagues.
func seconds() []person {
	return []person{
		{"village", ledger.Collectivity, "", ""},
		{"cashier2", ledger.Individual, access.Cashier, "bakery"},
		{"agent2", ledger.Individual, access.CollectivityAgent, "village"},
		{"mayor2", ledger.Individual, access.CollectivityApprover, "village"},
		{"desk2", ledger.Individual, access.DeskAgent, ""},
		{"treasurer2", ledger.Individual, access.Treasurer, ""},
		{"approver2", ledger.Individual, access.Approver, ""},
		{"auditor2", ledger.Individual, access.Auditor, ""},
		{"admin2", ledger.Individual, access.Administrator, ""},
	}
}

// pairs are the two accounts of each role, beside each other.
func pairs() []string {
	list := []string{"citizen", "citizen2", "merchant", "rival"}
	for _, role := range []string{"cashier", "agent", "mayor", "desk", "treasurer", "approver", "auditor", "admin"} {
		list = append(list, role, role+"2")
	}
	return list
}
