// SPDX-License-Identifier: AGPL-3.0-or-later

package treasury

import (
	"net/http"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/money"
	"github.com/noria-mlc/noria/web/page"
	"github.com/noria-mlc/noria/web/site"
)

// campaignsView is every campaign, newest first.
type campaignsView struct {
	Rows  []campaignRow
	Older string
}

// campaignRow is a campaign in the list.
type campaignRow struct {
	Path, Name, Status, Kind string
	Funder                   party
	Remaining, Due, Unspent  money.Amount
}

func (v campaignsView) sheet(tabs []page.Tab) page.Sheet {
	return page.Sheet{Template: "treasury/campaigns", Title: "tab.treasury-campaigns", Section: "treasury", Tabs: tabs, Class: "treasury", View: v}
}

func (t treasury) campaigns(w http.ResponseWriter, r *http.Request) error {
	a, tabs, err := t.visit(r, "campaigns")
	if err != nil {
		return err
	}
	f := conversion.CampaignFilter{Limit: listed}
	if f.Before.UnmarshalText([]byte(r.URL.Query().Get("avant"))) != nil {
		return ledger.ErrCursor
	}
	all, err := t.Conversion.Campaigns(r.Context(), a, f)
	if err != nil {
		return err
	}
	var v campaignsView
	for _, c := range all {
		row := campaignRow{Path: "/tresorerie/approbations/campagnes/" + c.ID.String(), Name: c.Name, Status: string(c.Status), Kind: campaignView{Status: string(c.Status)}.StatusKind(),
			Remaining: c.Remaining, Due: c.Due, Unspent: c.Unspent()}
		if row.Funder, err = t.party(r.Context(), c.Funder); err != nil {
			return err
		}
		v.Rows = append(v.Rows, row)
	}
	if len(all) == listed {
		v.Older = "/tresorerie/campagnes?avant=" + all[listed-1].ID.String()
	}
	return t.Show(w, r, 0, v.sheet(tabs))
}

// unspentView is the form that books unspent euros sent back to a funder.
type unspentView struct {
	Path, Home, Name string
	Funder           party
	Amount           money.Amount
	Money            []page.Fact
	Places           []place
	Form             typed
}

func (v unspentView) sheet(tabs []page.Tab) page.Sheet {
	return page.Sheet{Template: "treasury/unspent", Title: "deed.return", Section: "treasury", Tabs: tabs, Class: "treasury", View: v}
}

func (t treasury) unspent(w http.ResponseWriter, r *http.Request) error {
	return t.showUnspent(w, r, typed{})
}

func (t treasury) showUnspent(w http.ResponseWriter, r *http.Request, f typed) error {
	a, tabs, err := t.visit(r, "campaigns")
	if err != nil {
		return err
	}
	if !may(a, access.CampaignReturn) {
		return access.ErrForbidden
	}
	at, err := campaignID(r)
	if err != nil {
		return err
	}
	c, err := t.Conversion.Campaign(r.Context(), a, at)
	if err != nil {
		return err
	}
	v := unspentView{Path: r.URL.Path, Home: "/tresorerie/approbations/campagnes/" + c.ID.String(), Name: c.Name, Amount: c.Unspent(), Money: site.MoneyOf(c), Form: t.again(f)}
	if v.Funder, err = t.party(r.Context(), c.Funder); err != nil {
		return err
	}
	if v.Places, err = t.places(r.Context(), true, f.Account); err != nil {
		return err
	}
	return t.Show(w, r, f.Status, v.sheet(tabs))
}

// returned books that unspent euros went back: as many as the page showed.
func (t treasury) returned(w http.ResponseWriter, r *http.Request) error {
	if _, _, err := t.visit(r, "campaigns"); err != nil {
		return err
	}
	at, err := campaignID(r)
	if err != nil {
		return err
	}
	f, amount, err := t.received(r)
	if err != nil {
		return err
	}
	if f.wrong() {
		return t.showUnspent(w, r, f)
	}
	a, err := t.Proven(r)
	if err == nil {
		_, _, err = t.Conversion.ReturnUnspent(r.Context(), a, f.Key, conversion.ReturnUnspentInput{Campaign: at, Amount: amount,
			BankReference: f.Reference, Account: ledger.Account(f.Account)})
	}
	return t.Concluded(w, r, err, "/tresorerie/approbations/campagnes/"+at.String(), r.URL.Path, func(status int, refusal *page.Refusal) error {
		f.Status, f.Refusal = status, refusal
		return t.showUnspent(w, r, f)
	})
}
