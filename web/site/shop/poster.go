// SPDX-License-Identifier: AGPL-3.0-or-later

package shop

import (
	"net/http"

	"github.com/noria-mlc/noria/web/page"
)

// poster shows the sheet that a shop prints and hangs up, in A4 or A6.
func (c shop) poster(w http.ResponseWriter, r *http.Request) error {
	s, err := c.owned(r)
	if err != nil {
		return err
	}
	v := posterView{frame: s.frame("/caisse/affiche"), Number: grouped(s.Number), Code: s.Code, Small: r.FormValue("format") == "a6"}
	return c.Show(w, r, 0, v.sheet())
}

// posterCode draws the code that a shop prints.
func (c shop) posterCode(w http.ResponseWriter, r *http.Request) error {
	s, err := c.owned(r)
	if err != nil {
		return err
	}
	return c.draw(w, r, c.shopURL(s.Merchant), s.Name)
}

// outage shows the sheet on which a shop writes payments while there is no
// network.
func (c shop) outage(w http.ResponseWriter, r *http.Request) error {
	s, err := c.owned(r)
	if err != nil {
		return err
	}
	v := outageView{frame: s.frame("/caisse/affiche/panne"), Number: grouped(s.Number)}
	for n := range outageLines {
		v.Lines = append(v.Lines, n+1)
	}
	return c.Show(w, r, 0, v.sheet())
}

// outageLines is how many payments fit on a sheet: what a shop may take without
// network on one day is 100, of 20 at most each.
const outageLines = 12

// posterView is the sheet that a shop hangs up.
type posterView struct {
	frame
	Number string // six digits in two groups, "" where the shop has none
	Code   string
	Small  bool // A6
}

// QR is the address of the picture.
func (v posterView) QR() string { return v.In("/caisse/affiche/code.svg") }

// sheet is the page of the sheet that a shop hangs up.
func (v posterView) sheet() page.Sheet {
	s := v.frame.sheet("poster", v)
	s.Script = "print.js"
	return s
}

// outageView is the sheet for payments without network.
type outageView struct {
	frame
	Number string
	Lines  []int
}

// sheet is the page of the sheet for payments without network.
func (v outageView) sheet() page.Sheet {
	s := v.frame.sheet("outage", v)
	s.Script = "print.js"
	return s
}
