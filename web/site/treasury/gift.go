// SPDX-License-Identifier: AGPL-3.0-or-later

package treasury

import (
	"net/http"
	"strings"
	"time"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/civil"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/money"
	"github.com/noria-mlc/noria/ops/gift"
	"github.com/noria-mlc/noria/web/page"
	"github.com/noria-mlc/noria/web/site"
)

// giftsView is the associations that may be chosen, and the rounds of gifts.
type giftsView struct {
	Key, AdmitKey                      string
	From, Until, Rate, Number          string
	FromBad, UntilBad, RateBad, NumBad string
	Prepares, Approves                 bool
	Associations                       []admitted
	Rounds                             []giftRound
	Places                             []place
	Refusal                            *page.Refusal
	Status                             int
}

type admitted struct{ Name, Number, Key string }

// giftRound is one round, with what can be done about it.
type giftRound struct {
	ID, Status, Words, Key, OtherKey string
	From, Until                      time.Time
	Rate                             int64 // hundredths of a percent
	Total                            money.Amount
	Lines                            []giftLine
	Reference                        string
	Draft, Approved                  bool
}

type giftLine struct {
	Name            string
	Members         int
	Changed, Amount money.Amount
}

func (v giftsView) sheet(tabs []page.Tab) page.Sheet {
	return page.Sheet{Template: "treasury/gift", Title: "tab.treasury-gifts", Section: "treasury", Tabs: tabs, Class: "treasury", View: v}
}

// gifts shows the associations and the rounds.
func (t treasury) gifts(w http.ResponseWriter, r *http.Request) error {
	return t.showGifts(w, r, giftsView{Rate: "3"})
}

func (t treasury) showGifts(w http.ResponseWriter, r *http.Request, v giftsView) error {
	a, tabs, err := t.visit(r, "gifts")
	if err != nil {
		return err
	}
	list, err := t.Gift.Associations(r.Context())
	if err != nil {
		return err
	}
	for _, x := range list {
		v.Associations = append(v.Associations, admitted{x.Name, x.Number, t.NewKey()})
	}
	rounds, err := t.Gift.Rounds(r.Context(), a, listed)
	if err != nil {
		return err
	}
	for _, x := range rounds {
		row := giftRound{ID: x.ID.String(), Status: statusKind(x.Status), Words: string(x.Status), Key: t.NewKey(), OtherKey: t.NewKey(), From: x.From.Start(), Until: x.Until.Start(),
			Rate: x.Rate.Hundredths(), Total: x.Total, Reference: x.BankReference, Draft: x.Status == gift.Draft, Approved: x.Status == gift.Approved}
		for _, l := range x.Lines {
			row.Lines = append(row.Lines, giftLine{l.Name, l.Members, l.Changed, l.Amount})
		}
		v.Rounds = append(v.Rounds, row)
	}
	if v.Places, err = t.places(r.Context(), true, ""); err != nil {
		return err
	}
	v.Prepares, v.Approves = may(a, access.GiftPrepare), may(a, access.GiftApprove)
	for _, key := range []*string{&v.Key, &v.AdmitKey} {
		if *key == "" {
			*key = t.NewKey()
		}
	}
	return t.Show(w, r, v.Status, v.sheet(tabs))
}

// statusKind is the shape that a round's status is shown with.
func statusKind(s gift.Status) string {
	switch s {
	case gift.Given:
		return "done"
	case gift.Cancelled:
		return "ended"
	}
	return "wait"
}

// concludedGifts leads back to the page, or shows there what was refused.
func (t treasury) concludedGifts(w http.ResponseWriter, r *http.Request, err error, v giftsView) error {
	return t.Concluded(w, r, err, "/tresorerie/dons", "/tresorerie/dons", func(status int, refusal *page.Refusal) error {
		v.Status, v.Refusal = status, refusal
		return t.showGifts(w, r, v)
	})
}

// admit lets an association be chosen, or not any more.
func (t treasury) admit(w http.ResponseWriter, r *http.Request) error {
	v := giftsView{AdmitKey: site.FormKey(r), Number: strings.TrimSpace(r.PostFormValue("numero")), Rate: "3"}
	h, err := t.Ledger.HolderByNumber(r.Context(), v.Number)
	if err != nil || h.Kind != ledger.Association {
		if v.NumBad, err = t.Say(r, "members.account-bad"); err != nil {
			return err
		}
		v.Status = http.StatusUnprocessableEntity
		return t.showGifts(w, r, v)
	}
	a, err := t.Proven(r)
	if err == nil {
		_, err = t.Gift.Admit(r.Context(), a, v.AdmitKey, gift.AdmitInput{Association: h.ID, Admitted: r.PostFormValue("retrait") == ""})
	}
	return t.concludedGifts(w, r, err, v)
}

// prepareGifts computes a round.
func (t treasury) prepareGifts(w http.ResponseWriter, r *http.Request) error {
	v := giftsView{Key: site.FormKey(r), From: r.PostFormValue("du"), Until: r.PostFormValue("au"), Rate: r.PostFormValue("taux")}
	var in gift.PrepareInput
	var err error
	for _, f := range []struct {
		typed string
		into  *civil.Date
		wrong *string
	}{{v.From, &in.From, &v.FromBad}, {v.Until, &in.Until, &v.UntilBad}} {
		day, bad := civil.Parse(f.typed)
		if *f.into = day; bad != nil || day > civil.Of(t.Now()) {
			if *f.wrong, err = t.Say(r, "gifts.day-bad"); err != nil {
				return err
			}
		}
	}
	if in.Rate, err = rateOf(v.Rate); err != nil || in.Rate.IsZero() || in.Rate.Hundredths() > 1000 {
		if v.RateBad, err = t.Say(r, "gifts.rate-bad"); err != nil {
			return err
		}
	}
	if v.FromBad+v.UntilBad+v.RateBad != "" {
		v.Status = http.StatusUnprocessableEntity
		return t.showGifts(w, r, v)
	}
	a, err := t.Proven(r)
	if err == nil {
		_, _, err = t.Gift.Prepare(r.Context(), a, v.Key, in)
	}
	return t.concludedGifts(w, r, err, v)
}

// turnGift approves, cancels or gives a round.
func (t treasury) turnGift(w http.ResponseWriter, r *http.Request) error {
	var id gift.RoundID
	if id.UnmarshalText([]byte(r.PathValue("id"))) != nil {
		return fault.ErrMissing
	}
	a, err := t.Proven(r)
	if err == nil {
		switch r.PostFormValue("suite") {
		case "approbation":
			_, _, err = t.Gift.Approve(r.Context(), a, site.FormKey(r), id)
		case "annulation":
			_, _, err = t.Gift.Cancel(r.Context(), a, site.FormKey(r), id)
		default:
			_, _, err = t.Gift.Give(r.Context(), a, site.FormKey(r), gift.GiveInput{Round: id, BankReference: r.PostFormValue("reference"), Account: ledger.Account(r.PostFormValue("compte"))})
		}
	}
	return t.concludedGifts(w, r, err, giftsView{Rate: "3"})
}
