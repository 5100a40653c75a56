// SPDX-License-Identifier: AGPL-3.0-or-later

package town

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/civil"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/money"
	"github.com/noria-mlc/noria/web/locale"
	"github.com/noria-mlc/noria/web/page"
	"github.com/noria-mlc/noria/web/problem"
	"github.com/noria-mlc/noria/web/site"
)

// fresh is the path of a campaign that nothing was saved of.
const fresh = "nouveau"

// steps are the screens of a new campaign, in order, with the terms that each
// one asks for.
func steps() []string { return []string{"qui", "combien", "quand", "cout", "envoi"} }

// asks are the pointers of the terms that a screen asks for.
func asks(step string) []string {
	switch step {
	case "qui":
		return []string{"/name", "/eligible_kinds", "/communes"}
	case "combien":
		return []string{"/rate", "/per_person_cap", "/per_person_period", "/household_cap", "/payer_cap", "/minimum_eur", "/maximum_eur"}
	case "quand":
		return []string{"/starts_on", "/ends_on", "/convention/reference"}
	case "cout":
		return []string{"/budget_eur", "/when_exhausted", "/budget_mode", "/priority"}
	}
	return nil
}

// step shows a screen of a campaign that is being written.
func (t town) step(w http.ResponseWriter, r *http.Request) error {
	v, err := t.drafted(r)
	if err != nil {
		return err
	}
	v.fill()
	return t.showStep(w, r, 0, v)
}

// drafted reads the saved terms of the path, none where the path names none.
func (t town) drafted(r *http.Request) (draftView, error) {
	s, err := t.preparer(r)
	if err != nil {
		return draftView{}, err
	}
	v := draftView{seat: s, Step: r.PathValue("etape"), ID: r.PathValue("id"), Key: t.NewKey(), Problems: map[string]string{}, Typed: map[string]string{}}
	if !slices.Contains(steps(), v.Step) {
		return draftView{}, fault.ErrMissing
	}
	v.Terms.Funder = s.Town.ID
	if v.ID == fresh {
		return v, nil
	}
	var id conversion.DraftID
	if err := pathID(r, &id); err != nil {
		return draftView{}, err
	}
	d, err := t.Conversion.Draft(r.Context(), s.Actor, id)
	if err != nil {
		return draftView{}, concealed(err)
	}
	v.Terms, v.saved = d.Terms, d.ID
	return v, nil
}

// showStep adds what the last two screens show.
func (t town) showStep(w http.ResponseWriter, r *http.Request, status int, v draftView) error {
	var err error
	if v.Step == "cout" || v.Step == "envoi" {
		if v.Simulation, err = t.Conversion.Simulate(r.Context(), v.Actor, v.Terms); err != nil {
			return err
		}
	}
	if v.Step == "envoi" {
		v.Lacking = lacking(v.Terms)
	}
	c, err := t.Conversion.Currency(r.Context())
	if err != nil {
		return err
	}
	v.Commission = c.Settings.Commissions[ledger.Professional]
	return t.Show(w, r, status, v.sheet())
}

// lacking are the screens whose terms cannot be sent yet.
func lacking(terms conversion.CreateCampaignInput) []string {
	f := fault.As(terms.Check())
	if f == nil {
		return nil
	}
	var list []string
	for _, step := range steps() {
		if slices.ContainsFunc(f.Fields, func(field fault.Field) bool { return slices.Contains(asks(step), field.Pointer) }) {
			list = append(list, step)
		}
	}
	return list
}

// saveStep keeps what a screen asked for and leads to the next one; the last one
// sends the campaign.
func (t town) saveStep(w http.ResponseWriter, r *http.Request) error {
	v, err := t.drafted(r)
	if err != nil {
		return err
	}
	v.Key = site.FormKey(r)
	if v.Step == "envoi" {
		return t.send(w, r, v)
	}
	if err := v.read(r); err != nil {
		return err
	}
	v.check(asks(v.Step))
	if len(v.Problems) > 0 {
		if err := t.explain(r, &v); err != nil {
			return err
		}
		return t.showStep(w, r, http.StatusUnprocessableEntity, v)
	}
	id, err := t.Conversion.SaveDraft(r.Context(), v.Actor, v.Key, conversion.SaveDraftInput{ID: v.saved, Terms: v.Terms})
	if err != nil {
		return err
	}
	next := "/collectivite"
	if r.PostFormValue("acte") != "garder" {
		next = "/collectivite/brouillons/" + id.String() + "/" + steps()[slices.Index(steps(), v.Step)+1]
	}
	http.Redirect(w, r, next, http.StatusSeeOther)
	return nil
}

// send hands the campaign to whoever approves it.
func (t town) send(w http.ResponseWriter, r *http.Request, v draftView) error {
	in := v.Terms
	in.Draft = v.saved
	c, _, err := t.Conversion.CreateCampaign(r.Context(), v.Actor, v.Key, in)
	if err != nil {
		status, refusal, err := t.Refused(w, r, err)
		if err != nil {
			return err
		}
		v.Refusal, v.Key = refusal, t.NewKey()
		return t.showStep(w, r, status, v)
	}
	http.Redirect(w, r, "/collectivite/campagnes/"+c.ID.String(), http.StatusSeeOther)
	return nil
}

// dropDraft gives up terms that were saved.
func (t town) dropDraft(w http.ResponseWriter, r *http.Request) error {
	s, err := t.preparer(r)
	if err != nil {
		return err
	}
	var id conversion.DraftID
	if err := pathID(r, &id); err != nil {
		return err
	}
	// One that is gone, or that another town writes, is answered like one's own: who
	// asks learns nothing of what exists (rule D2).
	err = t.Conversion.DropDraft(r.Context(), s.Actor, site.FormKey(r), id)
	if err != nil && !errors.Is(err, fault.ErrMissing) && !errors.Is(err, fault.ErrForbidden) {
		return err
	}
	http.Redirect(w, r, "/collectivite", http.StatusSeeOther)
	return nil
}

// explain writes the problems of a screen in words: a sentence about an amount
// stays, a pointer becomes the sentence of its field.
func (t town) explain(r *http.Request, v *draftView) error {
	for field, code := range v.Problems {
		if strings.Contains(code, " ") {
			continue
		}
		words, err := t.Say(r, "town-problem."+code)
		if err != nil {
			return err
		}
		v.Problems[field] = words
	}
	return nil
}

// draftView is a screen of a campaign that is being written.
type draftView struct {
	seat
	ID         string // of the saved terms, or fresh
	Step       string
	Terms      conversion.CreateCampaignInput
	Typed      map[string]string // by field, as typed
	Problems   map[string]string // by field
	Simulation conversion.Simulation
	Lacking    []string              // screens to go back to
	Commission conversion.Commission // of professionals on redemptions, in force
	Key        string
	Refusal    *page.Refusal

	saved conversion.DraftID
}

func (v draftView) sheet() page.Sheet {
	return v.seat.sheet("draft", "town-draft.title", "town-home", v)
}

// read takes what the screen asked for out of the form; what cannot be read is a
// problem of its field.
func (v *draftView) read(r *http.Request) error {
	lang := problem.Speaks(r.Context())
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
			v.Problems[field] = locale.AmountAdvice(err, lang)
		}
		return a
	}
	date := func(field string) civil.Date {
		typed := text(field)
		if typed == "" {
			return 0
		}
		d, err := civil.Parse(typed)
		if err != nil {
			v.Problems[field] = "date"
		}
		return d
	}
	switch v.Step {
	case "qui":
		v.Terms.Name, v.Terms.EligibleKinds = text("nom"), nil
		for _, kind := range []ledger.HolderKind{ledger.Individual, ledger.Professional, ledger.Association} {
			if r.PostFormValue("pour-"+string(kind)) != "" {
				v.Terms.EligibleKinds = append(v.Terms.EligibleKinds, kind)
			}
		}
		if len(v.Terms.EligibleKinds) == 0 {
			v.Problems["pour"] = "kinds"
		}
		v.Terms.Communes = strings.FieldsFunc(text("communes"), func(c rune) bool { return c == ' ' || c == ',' || c == ';' })
	case "combien":
		v.Terms.Rate = v.rate(amount("taux"))
		v.Terms.PerPersonCap, v.Terms.Minimum, v.Terms.Maximum = amount("plafond"), amount("minimum"), amount("maximum")
		v.Terms.HouseholdCap, v.Terms.PayerCap = amount("foyer"), amount("payeur")
		v.Terms.PerPersonPeriod = conversion.PerCampaign
		if r.PostFormValue("periode") == string(conversion.PerMonth) {
			v.Terms.PerPersonPeriod = conversion.PerMonth
		}
	case "quand":
		v.Terms.StartsOn, v.Terms.EndsOn = date("debut"), date("fin")
		v.Terms.Convention = conversion.Convention{Reference: text("convention"), Date: date("signee")}
	case "cout":
		v.Terms.Budget = amount("budget")
		v.Terms.WhenExhausted = conversion.Partial
		if r.PostFormValue("epuise") == string(conversion.Refuse) {
			v.Terms.WhenExhausted = conversion.Refuse
		}
		v.Terms.BudgetMode = conversion.OnceReceived
		if r.PostFormValue("accorde") == string(conversion.OnceSigned) {
			v.Terms.BudgetMode = conversion.OnceSigned
		}
		v.Terms.Priority = 0
		if typed := text("priorite"); typed != "" {
			var err error
			if v.Terms.Priority, err = strconv.Atoi(typed); err != nil {
				v.Problems["priorite"] = "priority"
			}
		}
	}
	return nil
}

// rate makes a rate of a number of percent.
func (v *draftView) rate(percent money.Amount) money.Rate {
	if percent > 100_00 {
		v.Problems["taux"] = "rate"
		return money.Rate{}
	}
	rate, err := money.ParseRate(fmt.Sprintf("%d.%04d", percent/100_00, percent%100_00))
	if err != nil {
		v.Problems["taux"] = "rate"
	}
	return rate
}

// check adds what the domain finds wrong with the terms of a screen.
func (v *draftView) check(pointers []string) {
	f := fault.As(v.Terms.Check())
	if f == nil {
		return
	}
	fields := map[string][2]string{"/name": {"nom", "name"}, "/eligible_kinds": {"pour", "kinds"}, "/rate": {"taux", "rate"}, "/per_person_cap": {"plafond", "amount"},
		"/minimum_eur": {"minimum", "amount"}, "/maximum_eur": {"maximum", "maximum"}, "/starts_on": {"debut", "date"}, "/ends_on": {"fin", "end"},
		"/convention/reference": {"convention", "convention"},
		"/household_cap":        {"foyer", "amount"}, "/payer_cap": {"payeur", "amount"}, "/communes": {"communes", "communes"}, "/priority": {"priorite", "priority"}, "/budget_eur": {"budget", "budget"}}
	for _, wrong := range f.Fields {
		at := fields[wrong.Pointer]
		if slices.Contains(pointers, wrong.Pointer) && at[0] != "" && v.Problems[at[0]] == "" {
			v.Problems[at[0]] = at[1]
		}
	}
}

// fill writes saved terms into the fields.
func (v *draftView) fill() {
	number := func(field string, a money.Amount) {
		if a > 0 {
			v.Typed[field] = strings.Replace(a.Format(), ".", ",", 1)
		}
	}
	day := func(field string, d civil.Date) {
		if d > 0 {
			v.Typed[field] = d.String()
		}
	}
	v.Typed["nom"], v.Typed["convention"] = v.Terms.Name, v.Terms.Convention.Reference
	v.Typed["communes"] = strings.Join(v.Terms.Communes, " ")
	if v.Terms.Priority > 0 {
		v.Typed["priorite"] = strconv.Itoa(v.Terms.Priority)
	}
	number("taux", percent(v.Terms.Rate))
	number("plafond", v.Terms.PerPersonCap)
	number("foyer", v.Terms.HouseholdCap)
	number("payeur", v.Terms.PayerCap)
	number("minimum", v.Terms.Minimum)
	number("maximum", v.Terms.Maximum)
	number("budget", v.Terms.Budget)
	day("debut", v.Terms.StartsOn)
	day("fin", v.Terms.EndsOn)
	day("signee", v.Terms.Convention.Date)
}

// For says whether a kind of member is to receive the bonus; individuals are
// until somebody chose.
func (v draftView) For(kind string) bool {
	if len(v.Terms.EligibleKinds) == 0 {
		return kind == string(ledger.Individual) && v.Problems["pour"] == ""
	}
	return slices.Contains(v.Terms.EligibleKinds, ledger.HolderKind(kind))
}

// Monthly says whether the ceiling counts by month; it does until somebody chose.
func (v draftView) Monthly() bool { return v.Terms.PerPersonPeriod != conversion.PerCampaign }

// Refusing says whether there is no bonus at all once the budget does not
// cover it.
func (v draftView) Refusing() bool { return v.Terms.WhenExhausted == conversion.Refuse }

// Signing says whether the bonus may be given before the budget is paid (G4).
func (v draftView) Signing() bool { return v.Terms.BudgetMode == conversion.OnceSigned }

// All are the terms, before they are sent.
func (v draftView) All() []page.Fact { return site.Terms(v.Terms) }

// Weighs says whether there is a rate to weigh against the commission.
func (v draftView) Weighs() bool {
	return !v.Terms.Rate.IsZero() && v.Problems["taux"] == "" && slices.Contains([]string{"combien", "cout", "envoi"}, v.Step)
}

// Rate is the bonus, in hundredths of a percent.
func (v draftView) Rate() int64 { return int64(v.Terms.Rate.Floor(100_00)) }

// BreakEven is the commission from which a loop gains nothing, in hundredths of a
// percent.
func (v draftView) BreakEven() int64 { return conversion.BreakEven(v.Terms.Rate) }

// Fee is the commission in force, in hundredths of a percent.
func (v draftView) Fee() int64 { return int64(v.Commission.Rate.Floor(100_00)) }

// Gain is what a turn of 100.00 euros would gain under it.
func (v draftView) Gain() money.Amount { return v.Commission.Gain(v.Terms.Rate) }

// Number is the place of the screen, from 1.
func (v draftView) Number() int { return slices.Index(steps(), v.Step) + 1 }

// Saved says whether something was saved.
func (v draftView) Saved() bool { return v.ID != fresh }

// Screens are the screens, for the line of steps.
func (v draftView) Screens() []screen {
	list := make([]screen, 0, len(steps()))
	for i, step := range steps() {
		s := screen{Key: step, State: "todo"}
		switch {
		case step == v.Step:
			s.State = "now"
		case i+1 < v.Number():
			s.State = "done"
		}
		if v.Saved() && step != v.Step {
			s.Path = "/collectivite/brouillons/" + v.ID + "/" + step
		}
		list = append(list, s)
	}
	return list
}

// screen is one of the screens of a new campaign.
type screen struct{ Key, State, Path string }
