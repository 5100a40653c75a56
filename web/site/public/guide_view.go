// SPDX-License-Identifier: AGPL-3.0-or-later

package public

import (
	"github.com/noria-mlc/noria/web/locale"
	"github.com/noria-mlc/noria/web/page"
)

// accessSheet is the accessibility statement.
func accessSheet() page.Sheet {
	return page.Sheet{Template: "public/access", Title: "access.title", Class: "guide", Public: true}
}

// problemView explains a refusal by its code.
type problemView struct {
	Code, Words, Advice string
	Moved               string // key of whether money moved
}

// problemOf finds the words of a refusal, and false for a code that nothing
// refuses with.
func problemOf(code, lang string) (problemView, bool) {
	words, advice, known := locale.Problem(code, lang)
	v := problemView{Code: code, Words: words, Advice: advice, Moved: "problem.moved-no"}
	if code == "internal" || code == "timeout" {
		v.Moved = "problem.moved-unknown"
	}
	return v, known
}

// sheet is the page of a refusal.
func (v problemView) sheet() page.Sheet {
	return page.Sheet{Template: "public/problem", Title: v.Words, Class: "guide", Public: true, View: v}
}
