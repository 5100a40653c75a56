// SPDX-License-Identifier: AGPL-3.0-or-later

package web_test

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/noria-mlc/noria/web/page/pagetest"
)

const pagesLegend = `# What each person is answered on each page, in the world of the tests: two accounts of each role.
#
# citizen, citizen2: citizens. merchant: owner of the shop. rival: owner of another shop. cashier, cashier2: of the one and of
# the other. agent, mayor: of the town. agent2, mayor2: of another. The others are staff of the association.
# What a page is about stands in brackets; "nobody's" is something that nothing has. Forms are sent empty and without the key
# that the server gives with them, so that nothing is done: 400, 409 and 422 say allowed, but not so; 303 on a page leads to
# signing in or to another page. 401: not signed in. 403: no right. 404: no such thing, for whoever may know that.

`

// crawler is everybody's browser.
type crawler struct {
	*world
	browsers map[string]*browser
}

// as is the browser of somebody, who signs in anew where a page signed them out.
func (c *crawler) as(name string) *browser {
	c.Helper()
	b := c.browsers[name]
	switch {
	case name == "" && b == nil:
		b = c.browser()
	case name == "":
	case b == nil || b.cookie() == nil:
		b = c.signedIn(name)
	default:
		if _, err := c.session.Authenticate(c.Context(), b.cookie().Value); err != nil {
			b = c.signedIn(name)
		}
	}
	b.w = c.world
	c.browsers[name] = b
	return b
}

// crawl asks a route as somebody, with an empty form where it takes one.
func (c *crawler) crawl(r route, thing, as string) answer {
	c.Helper()
	body := ""
	if r.writes() {
		body = "x="
	}
	a := c.as(as).ask(r.method, r.at(thing), body)
	if a.status == http.StatusTooManyRequests { // so many people behind one address wait a little
		c.later(11 * time.Minute)
		a = c.as(as).ask(r.method, r.at(thing), body)
	}
	return a
}

// TestASVS8TwoAccountsOfEachRole walks every page as nobody and as two accounts
// of each role, about things that are somebody's, and compares the statuses with a
// table that an auditor can read. What is somebody else's and what does not exist
// are answered alike to whoever has no right to know (rule D2; ASVS 8.2.2, 8.3.1).
func TestASVS8TwoAccountsOfEachRole(t *testing.T) {
	inBareWorld(t, func(w *world) {
		w.play()
		w.furnish()
		for _, p := range seconds() {
			w.enrol(p)
		}
		routes := w.pageRoutes()
		things := w.things(routes)
		c := &crawler{w, make(map[string]*browser)}
		table := new(strings.Builder)
		table.WriteString(pagesLegend)
		fmt.Fprintf(table, "%-72s", "page")
		everyone := append([]string{""}, pairs()...)
		for _, as := range everyone {
			if as == "" {
				as = "nobody"
			}
			fmt.Fprintf(table, " %-10s", as)
		}
		for _, r := range routes {
			label := r.String()
			if r.asks() {
				label += " (" + things[r] + ")"
			}
			line := fmt.Sprintf("%-72s", label)
			for _, as := range everyone {
				a := c.crawl(r, things[r], as)
				if a.status >= 500 {
					t.Errorf("%s as %s: %d %s", label, as, a.status, a.body)
				}
				if a.status == http.StatusOK && strings.HasPrefix(a.header.Get("Content-Type"), "text/html") {
					pagetest.Words(t, label+" as "+as, a.body)
				}
				line += fmt.Sprintf(" %-10d", a.status)
				if r.asks() && as != "" && !slices.Contains(staff(), strings.TrimSuffix(as, "2")) {
					c.conceals(r, things[r], as, a)
				}
			}
			table.WriteString("\n" + strings.TrimRight(line, " "))
		}
		table.WriteString("\n")
		golden(t, "testdata/pages.golden", table.String())
	})
}

// conceals checks that a refusal says nothing of whether a thing exists. What a
// code or a link on paper leads anybody to is no secret.
func (c *crawler) conceals(r route, thing, as string, theirs answer) {
	c.Helper()
	refused := theirs.status == http.StatusForbidden || theirs.status == http.StatusNotFound
	if thing == "nobody's" || thing == "request" || !refused {
		return
	}
	c.known["none"] = nobodys(c.known[thing])
	none := c.crawl(r, "none", as)
	differing := regexp.MustCompile(`[0-9a-f]{16}|page_[0-9a-z]+|` + c.known["none"] + "|" + regexp.QuoteMeta(c.known[thing]))
	if none.status != theirs.status || differing.ReplaceAllString(none.body, "") != differing.ReplaceAllString(theirs.body, "") {
		c.Errorf("%s (%s) as %s: what is somebody else's is answered %d, what does not exist %d", r, thing, as, theirs.status, none.status)
	}
	if none.status == http.StatusOK {
		c.Errorf("%s as %s: a page of nothing", r, as)
	}
}
