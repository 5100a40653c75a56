// SPDX-License-Identifier: AGPL-3.0-or-later

package citizen

import (
	"net/url"
	"time"

	"github.com/noria-mlc/noria/web/page"
)

// beneficiariesView is whom an owner pays again. A new one is posted to
// /beneficiaires with the fields "numero", "nom" and "cle"; another name to
// /beneficiaires/{handle}/nom with "nom" and "cle".
type beneficiariesView struct {
	Key     string
	Handle  string // number or code, as typed
	Problem string // key of the sentence beside it
	Label   string // own words, as typed
	Wrong   bool   // they cannot be taken
	Renamed string // handle whose new words, Typed, cannot be taken
	Typed   string
	Prove   string // where to prove who one is before anything new is written, "" where that was lately
	Refusal *page.Refusal
	Kept    []beneficiary
	Paid    []beneficiary // paid before and not kept
}

// beneficiary is somebody to pay.
type beneficiary struct {
	Handle   string // number of a person or code of a shop
	Name     string // displayed name (rule D1)
	Label    string // the owner's own words, "" for none
	LastPaid time.Time
	Key      string // of the forms on the line
	Wrong    bool   // the label cannot be taken
}

// Called is how the owner calls them.
func (b beneficiary) Called() string {
	if b.Label == "" {
		return b.Name
	}
	return b.Label
}

// PayPath is the page that pays them.
func (b beneficiary) PayPath() string { return "/payer?a=" + url.QueryEscape(b.Handle) }

// Path is the address of what can be done with them.
func (b beneficiary) Path() string { return "/beneficiaires/" + url.PathEscape(b.Handle) }
