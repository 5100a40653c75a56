// SPDX-License-Identifier: AGPL-3.0-or-later

package treasury

import (
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/membership"
	"github.com/noria-mlc/noria/ledger/money"
	"github.com/noria-mlc/noria/ops/dues"
	"github.com/noria-mlc/noria/web/locale"
	"github.com/noria-mlc/noria/web/page"
	"github.com/noria-mlc/noria/web/problem"
	"github.com/noria-mlc/noria/web/site"
)

// membersView is the condition of membership, its dues and who paid them.
type membersView struct {
	RulesKey, RatesKey, DuesKey       string
	On, MaySpend                      bool
	Grace, Reminder, Account          string
	GraceBad, ReminderBad, AccountBad string
	Kinds                             []memberKind
	Year, YearNext                    int
	Number, Paid, Reference, Date     string
	NumberBad, PaidBad, ReferenceBad  string
	DateBad, For                      string
	Latest                            []latestDues
	Tills                             []duesTill
	Till                              typed // the form that books what a desk brought
	Today                             string
	Refusal                           *page.Refusal
	Status                            int
}

// memberKind is a kind of holder: whether the condition is for it, what it pays,
// and how many have paid.
type memberKind struct {
	Kind                 string
	Chosen               bool
	Rate, RateNext       string
	RateBad, RateNextBad string
	Holders, Paid        int
}

// latestDues is dues that were recorded lately.
type latestDues struct {
	ID        string
	Of        party
	Year      int
	Amount    money.Amount
	Way       string
	At        time.Time
	Cancelled bool
}

func (v membersView) sheet(tabs []page.Tab) page.Sheet {
	return page.Sheet{Template: "treasury/membership", Title: "tab.treasury-members", Section: "treasury", Tabs: tabs, Class: "treasury", View: v}
}

// members shows the page with what holds.
func (t treasury) members(w http.ResponseWriter, r *http.Request) error {
	v, err := t.membersNow(r)
	if err != nil {
		return err
	}
	return t.showMembers(w, r, v)
}

func (t treasury) membersNow(r *http.Request) (membersView, error) {
	rules, err := t.Membership.Rules(r.Context())
	if err != nil {
		return membersView{}, err
	}
	v := membersView{On: rules.On, MaySpend: rules.MaySpend, Grace: strconv.Itoa(rules.GraceDays), Reminder: strconv.Itoa(rules.ReminderDays), Year: t.Now().Year()}
	v.YearNext = v.Year + 1
	if !rules.Account.IsZero() {
		h, err := t.Ledger.Holder(r.Context(), rules.Account)
		if err != nil {
			return v, err
		}
		v.Account = h.Number
	}
	rates, err := t.Dues.Rates(r.Context())
	if err != nil {
		return v, err
	}
	for _, k := range membership.Kinds() {
		kind := memberKind{Kind: string(k)}
		for _, chosen := range rules.Kinds {
			kind.Chosen = kind.Chosen || chosen == k
		}
		for _, rate := range rates {
			switch {
			case rate.Kind == k && rate.Year == v.Year:
				kind.Rate = typedAmount(rate.Amount)
			case rate.Kind == k && rate.Year == v.YearNext:
				kind.RateNext = typedAmount(rate.Amount)
			}
		}
		v.Kinds = append(v.Kinds, kind)
	}
	return v, nil
}

func (t treasury) showMembers(w http.ResponseWriter, r *http.Request, v membersView) error {
	a, tabs, err := t.visit(r, "members")
	if err != nil {
		return err
	}
	counts, err := t.Membership.Counts(r.Context(), a)
	if err != nil {
		return err
	}
	for i, c := range counts {
		v.Kinds[i].Holders, v.Kinds[i].Paid = c.Holders, c.Paid
	}
	list, err := t.Dues.List(r.Context(), a, dues.ListInput{Limit: listed})
	if err != nil {
		return err
	}
	for _, d := range list {
		row := latestDues{ID: d.ID.String(), Year: d.Year, Amount: d.Amount, Way: string(d.Way), At: d.RecordedAt, Cancelled: !d.CancelledAt.IsZero()}
		if row.Of, err = t.party(r.Context(), d.Holder); err != nil {
			return err
		}
		v.Latest = append(v.Latest, row)
	}
	if v.Tills, err = t.duesTills(r, a); err != nil {
		return err
	}
	v.Till, v.Today = t.again(v.Till), t.today()
	for _, key := range []*string{&v.RulesKey, &v.RatesKey, &v.DuesKey} {
		if *key == "" {
			*key = t.NewKey()
		}
	}
	return t.Show(w, r, v.Status, v.sheet(tabs))
}

// decideMembers replaces the condition.
func (t treasury) decideMembers(w http.ResponseWriter, r *http.Request) error {
	v, err := t.membersNow(r)
	if err != nil {
		return err
	}
	in := membership.Condition{On: r.PostFormValue("actif") == "1", MaySpend: r.PostFormValue("depense") == "1"}
	v.RulesKey, v.On, v.MaySpend = site.FormKey(r), in.On, in.MaySpend
	v.Grace, v.Reminder, v.Account = r.PostFormValue("grace"), r.PostFormValue("rappel"), strings.TrimSpace(r.PostFormValue("association"))
	if in.GraceDays, v.GraceBad, err = t.days(r, v.Grace, 366); err != nil {
		return err
	}
	if in.ReminderDays, v.ReminderBad, err = t.days(r, v.Reminder, 90); err != nil {
		return err
	}
	for i := range v.Kinds {
		v.Kinds[i].Chosen = r.PostFormValue("pour-"+v.Kinds[i].Kind) == "1"
		if v.Kinds[i].Chosen {
			in.Kinds = append(in.Kinds, ledger.HolderKind(v.Kinds[i].Kind))
		}
	}
	if v.Account != "" {
		h, missing := t.Ledger.HolderByNumber(r.Context(), v.Account)
		if in.Account = h.ID; missing != nil || h.Kind != ledger.Association {
			if v.AccountBad, err = t.Say(r, "members.account-bad"); err != nil {
				return err
			}
		}
	}
	if v.GraceBad+v.ReminderBad+v.AccountBad != "" {
		v.Status = http.StatusUnprocessableEntity
		return t.showMembers(w, r, v)
	}
	a, err := t.Proven(r)
	if err == nil {
		_, _, err = t.Membership.Decide(r.Context(), a, v.RulesKey, in)
	}
	return t.concludedMembers(w, r, err, v)
}

// concludedMembers leads back to the page, or shows there what was refused.
func (t treasury) concludedMembers(w http.ResponseWriter, r *http.Request, err error, v membersView) error {
	return t.Concluded(w, r, err, "/tresorerie/adhesions", "/tresorerie/adhesions", func(status int, refusal *page.Refusal) error {
		v.Status, v.Refusal = status, refusal
		return t.showMembers(w, r, v)
	})
}

// days reads a number of days up to a most.
func (t treasury) days(r *http.Request, text string, most int) (int, string, error) {
	n, err := strconv.Atoi(strings.TrimSpace(text))
	if err == nil && n >= 0 && n <= most {
		return n, "", nil
	}
	words, err := t.Say(r, "members.days-bad", strconv.Itoa(most))
	return 0, words, err
}

// decideRates decides the dues of this year and the next; a field left empty
// leaves that kind without dues for the year.
func (t treasury) decideRates(w http.ResponseWriter, r *http.Request) error {
	v, err := t.membersNow(r)
	if err != nil {
		return err
	}
	v.RatesKey = site.FormKey(r)
	this, next := dues.RatesInput{Year: v.Year}, dues.RatesInput{Year: v.YearNext}
	bad := false
	for i := range v.Kinds {
		k := &v.Kinds[i]
		for _, year := range []struct {
			in           *dues.RatesInput
			field        string
			typed, wrong *string
		}{{&this, "cette-" + k.Kind, &k.Rate, &k.RateBad}, {&next, "prochaine-" + k.Kind, &k.RateNext, &k.RateNextBad}} {
			if *year.typed = r.PostFormValue(year.field); strings.TrimSpace(*year.typed) == "" {
				continue
			}
			amount, wrong := locale.ParseAmount(*year.typed)
			if wrong != nil {
				*year.wrong, bad = locale.AmountAdvice(wrong, problem.Speaks(r.Context())), true
			}
			year.in.Rates = append(year.in.Rates, dues.KindAmount{Kind: ledger.HolderKind(k.Kind), Amount: amount})
		}
	}
	if bad {
		v.Status = http.StatusUnprocessableEntity
		return t.showMembers(w, r, v)
	}
	a, err := t.Proven(r)
	if err == nil && (len(this.Rates) > 0 || len(next.Rates) == 0) { // nothing at all is refused there
		_, _, err = t.Dues.SetRates(r.Context(), a, v.RatesKey, this)
	}
	if err == nil && len(next.Rates) > 0 {
		_, _, err = t.Dues.SetRates(r.Context(), a, v.RatesKey+"-next", next)
	}
	return t.concludedMembers(w, r, err, v)
}

// recordDues records dues that came to the operating account.
func (t treasury) recordDues(w http.ResponseWriter, r *http.Request) error {
	v, err := t.membersNow(r)
	if err != nil {
		return err
	}
	v.DuesKey, v.Number, v.Paid, v.Reference, v.Date, v.For = site.FormKey(r), r.PostFormValue("numero"), r.PostFormValue("montant"), r.PostFormValue("reference"), r.PostFormValue("date"), r.PostFormValue("annee")
	in := dues.PayInput{Way: dues.ByTransfer, BankReference: v.Reference}
	in.Year, _ = strconv.Atoi(v.For)
	if in.Amount, v.PaidBad, err = t.Amount(r, "montant"); err != nil {
		return err
	}
	if in.BookedOn, v.DateBad, err = t.Date(r, "date"); err != nil {
		return err
	}
	if v.Reference == "" {
		if v.ReferenceBad, err = t.Say(r, "treasury.reference-missing"); err != nil {
			return err
		}
	}
	h, missing := t.Ledger.HolderByNumber(r.Context(), v.Number)
	if in.Holder = h.ID; errors.Is(missing, fault.ErrMissing) {
		if v.NumberBad, err = t.Say(r, "membership.number-bad"); err != nil {
			return err
		}
	}
	if v.PaidBad+v.DateBad+v.ReferenceBad+v.NumberBad != "" {
		v.Status = http.StatusUnprocessableEntity
		return t.showMembers(w, r, v)
	}
	a, err := t.Proven(r)
	if err == nil {
		_, _, err = t.Dues.Pay(r.Context(), a, v.DuesKey, in)
	}
	return t.concludedMembers(w, r, err, v)
}
