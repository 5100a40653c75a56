// SPDX-License-Identifier: AGPL-3.0-or-later

package public

import (
	"net/http"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/noria-mlc/noria/merchant"
	"github.com/noria-mlc/noria/web/page"
)

// directoryView is where the currency is accepted.
type directoryView struct {
	Category   string
	Town       string
	Query      string
	Categories []merchant.Category
	Towns      []string
	Shops      []merchant.Listing
	Listed     int // shops in the directory, found or not
}

// sheet is the page.
func (v directoryView) sheet() page.Sheet {
	return page.Sheet{Template: "public/directory", Title: "directory.title", Section: "home", Tabs: tabs("directory"), Class: "directory", Public: true, View: v}
}

// directory finds shops by town, kind and words.
func (p public) directory(w http.ResponseWriter, r *http.Request) error {
	asked := r.URL.Query()
	v := directoryView{Category: asked.Get("genre"), Town: asked.Get("commune"), Query: strings.TrimSpace(asked.Get("mots")), Categories: merchant.Categories()}
	if !utf8.ValidString(v.Query) || utf8.RuneCountInString(v.Query) > 60 {
		v.Query = ""
	}
	all, err := p.Merchant.Listings(r.Context(), "", "")
	if err != nil {
		return err
	}
	v.Listed = len(all)
	for _, shop := range all {
		if !slices.Contains(v.Towns, shop.Town) {
			v.Towns = append(v.Towns, shop.Town)
		}
		if v.shows(shop) {
			v.Shops = append(v.Shops, shop)
		}
	}
	return p.Show(w, r, 0, v.sheet())
}

// shows says whether a shop is one of those asked for: of the kind, in the town,
// with every word in what it says of itself.
func (v directoryView) shows(shop merchant.Listing) bool {
	if v.Category != "" && string(shop.Category) != v.Category || v.Town != "" && shop.Town != v.Town {
		return false
	}
	said := strings.ToLower(shop.Name + " " + shop.Town + " " + shop.Address + " " + shop.About)
	for _, word := range strings.Fields(strings.ToLower(v.Query)) {
		if !strings.Contains(said, word) {
			return false
		}
	}
	return true
}
