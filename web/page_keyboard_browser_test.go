// SPDX-License-Identifier: AGPL-3.0-or-later

package web_test

import (
	"fmt"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/noria-mlc/noria/web/page/pagetest"
)

// keyboard is somebody at a real browser who has no mouse: whatever they use must be
// reached by Tab.
type keyboard struct {
	*world
	tab pagetest.Tab
}

// sits signs somebody in and opens a page.
func (k keyboard) sits(as, path string) {
	k.Helper()
	k.enter(k.tab, as)
	k.tab.Open(k.T, k.server.URL+path)
}

// presses types keys into what has the focus.
func (k keyboard) presses(keys string) {
	k.Helper()
	must(k, chromedp.Do(k.tab.Context, chromedp.KeyEvent(keys)))
}

// reaches moves by Tab until what a selector names has the focus.
func (k keyboard) reaches(selector string) {
	k.Helper()
	for range 150 {
		here, err := chromedp.Run(k.tab.Context, chromedp.Evaluate[bool](fmt.Sprintf(`document.activeElement.matches(%q)`, selector)))
		must(k, err)
		if here {
			return
		}
		k.presses(kb.Tab)
	}
	k.Fatalf("Tab never reaches %s", selector)
}

// types puts a text into a field, in place of what is there.
func (k keyboard) types(selector, text string) {
	k.Helper()
	k.reaches(selector)
	k.presses(text)
}

// dates types a day, written 2006-01-02, in the order of the browser's language.
func (k keyboard) dates(selector, day string) {
	k.Helper()
	k.reaches(selector)
	keys, err := chromedp.Run(k.tab.Context, chromedp.Evaluate[string](fmt.Sprintf(`new Intl.DateTimeFormat(navigator.language, { year: "numeric", month: "2-digit", day: "2-digit" })
		.formatToParts(new Date(%q + "T12:00")).filter((part) => part.type !== "literal").map((part) => part.value).join("")`, day)))
	must(k, err)
	k.presses(keys)
	k.tab.Until(k.T, fmt.Sprintf(`document.querySelector(%q).value === %q`, selector, day))
}

// does presses what a selector names and waits for what that brings.
func (k keyboard) does(selector, brings string) {
	k.Helper()
	k.reaches(selector)
	k.presses(kb.Enter)
	k.tab.Until(k.T, brings)
}
