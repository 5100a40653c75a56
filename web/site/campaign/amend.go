// SPDX-License-Identifier: AGPL-3.0-or-later

package campaign

import (
	"errors"
	"net/http"
	"strings"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/civil"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/money"
	"github.com/noria-mlc/noria/web/locale"
	"github.com/noria-mlc/noria/web/page"
	"github.com/noria-mlc/noria/web/problem"
	"github.com/noria-mlc/noria/web/site"
)

// pointers names the field of the form for each term that may be wrong, and the
// words of what is wrong with it.
func pointers() map[string][2]string {
	return map[string][2]string{"/budget_eur": {"budget", "budget"}, "/ends_on": {"fin", "end"}, "/per_person_cap": {"plafond", "amount"},
		"/household_cap": {"foyer", "amount"}, "/payer_cap": {"payeur", "amount"}, "/minimum_eur": {"minimum", "amount"},
		"/maximum_eur": {"maximum", "maximum"}, "/reason": {"motif", "reason"}, "/terms": {"motif", "same"}}
}

// amend shows the terms that may be changed, as they hold.
func (t table) amend(w http.ResponseWriter, r *http.Request) error {
	v, err := t.visited(r, access.CampaignAmend)
	if err != nil {
		return err
	}
	f := amendView{visit: v, Typed: map[string]string{}}
	f.fill(v.Campaign.Terms())
	return t.showAmend(w, r, f)
}

func (t table) showAmend(w http.ResponseWriter, r *http.Request, v amendView) error {
	if v.Key == "" {
		v.Key = t.NewKey()
	}
	return t.Show(w, r, v.Status, v.sheet())
}

// amended proposes other terms, which another person approves.
func (t table) amended(w http.ResponseWriter, r *http.Request) error {
	at, err := t.visited(r, access.CampaignAmend)
	if err != nil {
		return err
	}
	v := amendView{visit: at, Key: site.FormKey(r), Typed: map[string]string{}, Problems: map[string]string{}}
	terms, err := t.terms(r, &v)
	if err != nil {
		return err
	}
	if len(v.Problems) > 0 {
		v.Status = http.StatusUnprocessableEntity
		return t.showAmend(w, r, v)
	}
	_, _, err = t.Conversion.AmendCampaign(r.Context(), at.Actor, v.Key, conversion.AmendInput{Campaign: at.Campaign.ID, Terms: terms, Reason: v.Typed["motif"]})
	cause := err
	return t.Concluded(w, r, err, at.Home(), r.URL.Path, func(status int, refusal *page.Refusal) error {
		v.Status, v.Refusal = status, refusal
		if errors.Is(cause, fault.ErrInvalid) {
			for _, wrong := range fault.As(cause).Fields {
				field := pointers()["/"+strings.TrimPrefix(strings.TrimPrefix(wrong.Pointer, "/terms/"), "/")]
				if field[0] == "" {
					continue
				}
				if v.Problems[field[0]], err = t.Say(r, "amend.bad-"+field[1]); err != nil {
					return err
				}
				v.Refusal = nil
			}
		}
		return t.showAmend(w, r, v)
	})
}

// terms reads the form.
func (t table) terms(r *http.Request, v *amendView) (conversion.AmendedTerms, error) {
	text := func(field string) string {
		v.Typed[field] = r.PostFormValue(field)
		return strings.TrimSpace(v.Typed[field])
	}
	amount := func(field string) money.Amount {
		typed := text(field)
		if typed == "" {
			return 0
		}
		a, err := locale.ParseAmount(typed)
		if err != nil {
			v.Problems[field] = locale.AmountAdvice(err, problem.Speaks(r.Context()))
		}
		return a
	}
	text("motif")
	terms := conversion.AmendedTerms{Budget: amount("budget"), PerPersonCap: amount("plafond"), HouseholdCap: amount("foyer"), PayerCap: amount("payeur"),
		Minimum: amount("minimum"), Maximum: amount("maximum")}
	var err error
	if terms.EndsOn, err = civil.Parse(text("fin")); err != nil {
		if v.Problems["fin"], err = t.Say(r, "amend.bad-end"); err != nil {
			return terms, err
		}
	}
	return terms, nil
}

// amendView is the form of an amendment.
type amendView struct {
	visit
	Typed, Problems map[string]string // by field
	Key             string
	Refusal         *page.Refusal
	Status          int
}

func (v amendView) sheet() page.Sheet { return v.visit.sheet("amend", "deed.amend", v) }

// Path is where the form is sent.
func (v amendView) Path() string { return "/campagnes/" + v.Campaign.ID.String() + "/avenant" }

// Terms are those that hold.
func (v amendView) Terms() []page.Fact { return site.TermsOf(v.Campaign) }

// Ceilings are the fields of the amounts that may be left empty.
func (amendView) Ceilings() []string {
	return []string{"plafond", "foyer", "payeur", "minimum", "maximum"}
}

// fill writes terms into the fields.
func (v *amendView) fill(t conversion.AmendedTerms) {
	for field, a := range map[string]money.Amount{"budget": t.Budget, "plafond": t.PerPersonCap, "foyer": t.HouseholdCap, "payeur": t.PayerCap,
		"minimum": t.Minimum, "maximum": t.Maximum} {
		if a > 0 {
			v.Typed[field] = locale.FormatAmount(a)
		}
	}
	v.Typed["fin"] = t.EndsOn.String()
}
