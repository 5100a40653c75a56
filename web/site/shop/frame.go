// SPDX-License-Identifier: AGPL-3.0-or-later

package shop

import (
	"net/url"
	"strings"

	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/web/page"
)

// frame is what the pages of one shop have in common.
type frame struct {
	Merchant string  // displayed name of the shop
	Commerce string  // its code, to be kept in addresses and forms; "" where the visitor has one shop
	Others   []other // the visitor's other shops
	Owner    bool    // may see what the shop holds
}

// other is another shop of the visitor.
type other struct{ Name, Path string }

// frame gathers what the pages of this shop have in common; path is the page
// that the other shops are offered under.
func (s stand) frame(path string) frame {
	f := frame{Merchant: s.Name, Owner: access.Allow(s.actor, access.WalletRead, s.Holder) == nil}
	if len(s.all) < 2 {
		return f
	}
	f.Commerce = s.Code
	for _, m := range s.all {
		if m.ID != s.ID {
			f.Others = append(f.Others, other{m.Name, frame{Commerce: m.Code}.In(path)})
		}
	}
	return f
}

// In is the address of a page of this shop.
func (f frame) In(path string) string {
	if f.Commerce == "" {
		return path
	}
	mark := "?"
	if strings.Contains(path, "?") {
		mark = "&"
	}
	return path + mark + "commerce=" + url.QueryEscape(f.Commerce)
}

// sheet is a page of this shop, beside its others.
func (f frame) sheet(name string, view any) page.Sheet {
	s := page.Sheet{Template: "shop/" + name, Title: name + ".title", Section: "till", Class: name, View: view}
	for _, t := range []struct {
		key, path string
		owner     bool
	}{{"till", "/caisse", false}, {"shopday", "/caisse/journee", false}, {"shopview", "/caisse/commerce", true}, {"shopredeem", "/caisse/reconversion", true}, {"shopbank", "/caisse/compte-bancaire", true},
		{"shopscreens", "/caisse/ecrans", true}, {"poster", "/caisse/affiche", true}} {
		if f.Owner || !t.owner {
			s.Tabs = append(s.Tabs, page.Tab{Key: t.key, Path: f.In(t.path), Here: t.key == name})
		}
	}
	return s
}
