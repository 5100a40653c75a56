// SPDX-License-Identifier: AGPL-3.0-or-later

package admin

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/merchant"
	"github.com/noria-mlc/noria/web/page"
	"github.com/noria-mlc/noria/web/people"
	"github.com/noria-mlc/noria/web/site"
)

// placesView is where the currency is changed and spent.
type placesView struct {
	Status       int
	Desks        []conversion.Desk
	Shops        []merchant.Merchant
	DeskKey      string
	Desk         string
	DeskProblem  string
	ShopKey      string
	Shop, Member string
	ShopProblem  string
	Problem      string // beside the member
	Refusal      *page.Refusal
}

func (v placesView) sheet(tabs []page.Tab) page.Sheet {
	return sheet("places", "tab.office-places", tabs, v)
}

func (o office) places(w http.ResponseWriter, r *http.Request) error {
	return o.showPlaces(w, r, placesView{})
}

func (o office) showPlaces(w http.ResponseWriter, r *http.Request, v placesView) error {
	a, tabs, err := o.visit(r, "office-places")
	if err != nil {
		return err
	}
	c, err := o.Conversion.Currency(r.Context())
	if err != nil {
		return err
	}
	v.Desks = c.Desks
	if v.Shops, err = o.Merchant.Every(r.Context(), a); err != nil {
		return err
	}
	if v.DeskKey == "" {
		v.DeskKey = o.NewKey()
	}
	if v.ShopKey == "" {
		v.ShopKey = o.NewKey()
	}
	return o.Show(w, r, v.Status, v.sheet(tabs))
}

func (o office) openDesk(w http.ResponseWriter, r *http.Request) error {
	v := placesView{DeskKey: site.FormKey(r), Desk: strings.TrimSpace(r.PostFormValue("nom"))}
	a, err := o.Proven(r)
	if err == nil {
		_, _, err = o.Conversion.OpenDesk(r.Context(), a, v.DeskKey, conversion.OpenDeskInput{Slug: site.Slug(v.Desk), Name: v.Desk})
	}
	return o.Concluded(w, r, err, "/administration/lieux", "/administration/lieux", func(status int, refusal *page.Refusal) error {
		v.Status, v.Refusal = status, refusal
		wrong, other := o.wrong(r, err, "place.", map[string]string{"/name": "bad-name"})
		if other != nil {
			return other
		}
		if v.DeskProblem = wrong["bad-name"]; v.DeskProblem != "" {
			v.Refusal = nil
		}
		return o.showPlaces(w, r, v)
	})
}

func (o office) openShop(w http.ResponseWriter, r *http.Request) error {
	v := placesView{ShopKey: site.FormKey(r), Shop: strings.TrimSpace(r.PostFormValue("enseigne")), Member: r.PostFormValue("membre")}
	a, err := o.Proven(r)
	if err == nil {
		err = access.Allow(a, access.MerchantCreate, ident.Holder{})
	}
	if err == nil {
		var holder ident.Holder
		if holder, err = o.organisation(r, v.Member); err == nil {
			_, _, err = o.Merchant.Create(r.Context(), a, v.ShopKey, merchant.CreateInput{Holder: holder, Name: v.Shop})
		}
	}
	return o.Concluded(w, r, err, "/administration/lieux", "/administration/lieux", func(status int, refusal *page.Refusal) error {
		v.Status, v.Refusal = status, refusal
		wrong, other := o.wrong(r, err, "place.", map[string]string{"/name": "bad-name", "/holder": "bad-member", "/organisation": "bad-member"})
		if other != nil {
			return other
		}
		if v.ShopProblem, v.Problem = wrong["bad-name"], wrong["bad-member"]; len(wrong) > 0 {
			v.Refusal = nil
		}
		return o.showPlaces(w, r, v)
	})
}

// settingsView is what administrators decide.
type settingsView struct {
	Status                int
	Key                   string
	Hours, HoursBad       string
	Phone, PhoneBad       string
	Email, EmailBad       string
	Name, Code            string // of the currency
	Issuer, Unit, Account string
	Refusal               *page.Refusal
}

func (v settingsView) sheet(tabs []page.Tab) page.Sheet {
	return sheet("settings", "tab.office-settings", tabs, v)
}

func (o office) settings(w http.ResponseWriter, r *http.Request) error {
	delay, err := o.People.RecoveryDelay(r.Context())
	if err != nil {
		return err
	}
	contact, err := o.People.Contact(r.Context())
	if err != nil {
		return err
	}
	return o.showSettings(w, r, settingsView{Key: o.NewKey(), Hours: strconv.Itoa(int(delay / time.Hour)), Phone: contact.Phone, Email: contact.Email})
}

func (o office) showSettings(w http.ResponseWriter, r *http.Request, v settingsView) error {
	_, tabs, err := o.visit(r, "office-settings")
	if err != nil {
		return err
	}
	c, err := o.Conversion.Currency(r.Context())
	if err != nil {
		return err
	}
	v.Name, v.Code, v.Issuer, v.Unit = c.Name, c.Code, c.Issuer.Name, c.Unit.Plural
	return o.Show(w, r, v.Status, v.sheet(tabs))
}

func (o office) set(w http.ResponseWriter, r *http.Request) error {
	v := settingsView{Key: site.FormKey(r), Hours: strings.TrimSpace(r.PostFormValue("heures")), Phone: r.PostFormValue("telephone"), Email: r.PostFormValue("adresse")}
	hours, err := strconv.Atoi(v.Hours)
	if err != nil || hours < 1 || hours > 168 {
		if v.HoursBad, err = o.Say(r, "office.bad-hours"); err != nil {
			return err
		}
		v.Status = http.StatusUnprocessableEntity
		return o.showSettings(w, r, v)
	}
	a, err := o.Proven(r)
	if err == nil {
		_, err = o.People.SetContact(r.Context(), a, v.Key, people.Contact{Phone: v.Phone, Email: v.Email})
	}
	if err == nil {
		_, err = o.People.SetRecoveryDelay(r.Context(), a, v.Key+".delay", time.Duration(hours)*time.Hour)
	}
	return o.Concluded(w, r, err, "/administration/reglages", "/administration/reglages", func(status int, refusal *page.Refusal) error {
		v.Status, v.Refusal = status, refusal
		wrong, other := o.wrong(r, err, "office.", map[string]string{"/phone": "bad-phone", "/email": "bad-email"})
		if other != nil {
			return other
		}
		if v.PhoneBad, v.EmailBad = wrong["bad-phone"], wrong["bad-email"]; len(wrong) > 0 {
			v.Refusal = nil
		}
		return o.showSettings(w, r, v)
	})
}
