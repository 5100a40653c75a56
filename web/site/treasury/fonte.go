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
	"github.com/noria-mlc/noria/ops/fonte"
	"github.com/noria-mlc/noria/web/locale"
	"github.com/noria-mlc/noria/web/page"
	"github.com/noria-mlc/noria/web/problem"
	"github.com/noria-mlc/noria/web/site"
)

const fontePath = "/tresorerie/fonte"

// fonteView is the rules of fonte with their history, and the form of the next.
type fonteView struct {
	Key                                 string
	Rate, Period, First, Number, Exempt string
	Notice                              string
	RateBad, FirstBad, NumberBad        string
	ExemptBad, NoticeBad, KindsBad      string
	Kinds                               []fonteKind
	Prepares                            bool
	Now                                 []page.Fonte // announced or in force
	Rules                               []fonteRule
	Refusal                             *page.Refusal
	Status                              int
}

// fonteKind is a kind of holder that a rule may be for.
type fonteKind struct {
	Kind   string
	Chosen bool
}

// fonteRule is one rule, with what can be done about it.
type fonteRule struct {
	page.Fonte
	ID, Status, Key, EndKey   string
	Kinds                     []string
	NoticeDays                int
	Last                      time.Time // of the rule, zero while it is not known
	By, ApprovedBy, EndedBy   party
	At, ApprovedAt, EndedAt   time.Time
	Own, Draft, Approves, End bool
	Coming                    *fontePeriod
	Periods                   []fontePeriod
}

// fontePeriod is what a period took, or what the next would take today.
type fontePeriod struct {
	From, Until time.Time
	Holders     int
	Total       money.Amount
	Entry       string
	Open        bool
}

// Kind is the shape that the rule's status is shown with.
func (r fonteRule) Kind() string {
	switch fonte.Status(r.Status) {
	case fonte.InForce:
		return "done"
	case fonte.Draft, fonte.Announced:
		return "wait"
	}
	return "ended"
}

// Each are the periods to choose from.
func (v fonteView) Each() []string {
	return []string{string(fonte.Month), string(fonte.Quarter), string(fonte.HalfYear)}
}

func (v fonteView) sheet(tabs []page.Tab) page.Sheet {
	return page.Sheet{Template: "treasury/fonte", Title: "tab.treasury-fonte", Section: "treasury", Tabs: tabs, Class: "treasury", View: v}
}

func freshFonte() fonteView {
	v := fonteView{Rate: "2", Period: string(fonte.Quarter), Exempt: "50,00", Notice: "60"}
	for _, k := range fonte.Kinds() {
		v.Kinds = append(v.Kinds, fonteKind{string(k), true})
	}
	return v
}

// demurrage shows the rules.
func (t treasury) demurrage(w http.ResponseWriter, r *http.Request) error {
	return t.showFonte(w, r, freshFonte())
}

func (t treasury) showFonte(w http.ResponseWriter, r *http.Request, v fonteView) error {
	a, tabs, err := t.visit(r, "fonte")
	if err != nil {
		return err
	}
	rules, err := t.Fonte.Rules(r.Context(), a)
	if err != nil {
		return err
	}
	for _, x := range rules {
		row, err := t.fonteRule(r, a, x)
		if err != nil {
			return err
		}
		v.Rules = append(v.Rules, row)
		if x.Status == fonte.Announced || x.Status == fonte.InForce {
			v.Now = append(v.Now, row.Fonte)
		}
	}
	if v.Prepares = may(a, access.FontePrepare); v.Key == "" {
		v.Key = t.NewKey()
	}
	return t.Show(w, r, v.Status, v.sheet(tabs))
}

// fonteRule is a rule as the page tells it to an actor.
func (t treasury) fonteRule(r *http.Request, a access.Actor, x fonte.Rule) (fonteRule, error) {
	open := x.Status == fonte.Draft || x.Status == fonte.Announced || x.Status == fonte.InForce
	row := fonteRule{Fonte: site.FonteOf(x), ID: x.ID.String(), Status: string(x.Status), Key: t.NewKey(), EndKey: t.NewKey(), NoticeDays: x.NoticeDays,
		At: x.PreparedAt, ApprovedAt: x.ApprovedAt, EndedAt: x.EndedAt, Own: x.PreparedBy == a.ID, Draft: x.Status == fonte.Draft,
		Approves: may(a, access.FonteApprove), End: open && may(a, access.FonteEnd)}
	if x.LastDay >= x.FirstDay {
		row.Last = x.LastDay.Start()
	}
	for _, k := range x.Kinds {
		row.Kinds = append(row.Kinds, string(k))
	}
	var err error
	if row.By, err = t.doer(r.Context(), x.PreparedBy); err != nil {
		return row, err
	}
	if row.ApprovedBy, err = t.doer(r.Context(), x.ApprovedBy); err != nil {
		return row, err
	}
	if row.EndedBy, err = t.doer(r.Context(), x.EndedBy); err != nil {
		return row, err
	}
	for _, p := range x.Periods {
		row.Periods = append(row.Periods, fontePeriod{p.From.Start(), p.Until.Start(), p.Holders, p.Total, entryText(p), p.At.IsZero()})
	}
	if !open || x.NextTaking == 0 {
		return row, nil
	}
	p, err := t.Fonte.Preview(r.Context(), a, x.ID)
	row.Coming = &fontePeriod{From: p.From.Start(), Until: p.Until.Start(), Holders: p.Holders, Total: p.Total}
	return row, err
}

func entryText(p fonte.Taken) string {
	if p.Entry.IsZero() {
		return ""
	}
	return p.Entry.String()
}

// concludedFonte leads back to the page, or shows there what was refused.
func (t treasury) concludedFonte(w http.ResponseWriter, r *http.Request, err error, v fonteView) error {
	return t.Concluded(w, r, err, fontePath, fontePath, func(status int, refusal *page.Refusal) error {
		v.Status, v.Refusal = status, refusal
		return t.showFonte(w, r, v)
	})
}

// prepareFonte proposes a rule.
func (t treasury) prepareFonte(w http.ResponseWriter, r *http.Request) error {
	v, in, err := t.readFonte(r)
	if err != nil {
		return err
	}
	if v.RateBad+v.FirstBad+v.NumberBad+v.ExemptBad+v.NoticeBad+v.KindsBad != "" {
		v.Status = http.StatusUnprocessableEntity
		return t.showFonte(w, r, v)
	}
	a, err := t.Proven(r)
	if err == nil {
		_, _, err = t.Fonte.Prepare(r.Context(), a, v.Key, in)
	}
	return t.concludedFonte(w, r, err, v)
}

// readFonte reads the form, with a sentence beside each field that cannot be used.
func (t treasury) readFonte(r *http.Request) (fonteView, fonte.RuleTerms, error) {
	v := fonteView{Key: site.FormKey(r), Rate: r.PostFormValue("taux"), Period: r.PostFormValue("periode"), First: r.PostFormValue("debut"),
		Number: strings.TrimSpace(r.PostFormValue("numero")), Exempt: r.PostFormValue("franchise"), Notice: r.PostFormValue("preavis")}
	in := fonte.RuleTerms{Period: fonte.Period(v.Period)}
	for _, k := range fonte.Kinds() {
		chosen := r.PostFormValue("pour-"+string(k)) == "1"
		if v.Kinds = append(v.Kinds, fonteKind{string(k), chosen}); chosen {
			in.Kinds = append(in.Kinds, k)
		}
	}
	wrong := make(map[*string]string)
	var bad error
	if in.Rate, bad = rateOf(v.Rate); bad != nil || in.Rate.IsZero() || in.Rate.Hundredths() > 10_00 {
		wrong[&v.RateBad] = "fonte.rate-bad"
	}
	if in.FirstDay, bad = civil.Parse(v.First); bad != nil || !in.Begins() {
		wrong[&v.FirstBad] = "fonte.first-bad"
	}
	h, missing := t.Ledger.HolderByNumber(r.Context(), v.Number)
	if in.Receiver = h.ID; missing != nil || h.Kind != ledger.Association {
		wrong[&v.NumberBad] = "members.account-bad"
	}
	if len(in.Kinds) == 0 {
		wrong[&v.KindsBad] = "fonte.kinds-bad"
	}
	if strings.TrimSpace(v.Exempt) != "" {
		if in.Exempt, bad = locale.ParseAmount(v.Exempt); bad != nil {
			v.ExemptBad = locale.AmountAdvice(bad, problem.Speaks(r.Context()))
		}
	}
	for field, key := range wrong {
		var err error
		if *field, err = t.Say(r, key); err != nil {
			return v, in, err
		}
	}
	days, words, err := t.days(r, v.Notice, fonte.MostNotice)
	in.NoticeDays, v.NoticeBad = days, words
	if err == nil && words == "" && days < fonte.LeastNotice {
		v.NoticeBad, err = t.Say(r, "fonte.notice-bad")
	}
	return v, in, err
}

// turnFonte approves a rule, or ends it.
func (t treasury) turnFonte(w http.ResponseWriter, r *http.Request) error {
	if _, _, err := t.visit(r, "fonte"); err != nil {
		return err
	}
	var id fonte.RuleID
	if id.UnmarshalText([]byte(r.PathValue("id"))) != nil || id.IsZero() {
		return fault.ErrMissing
	}
	a, err := t.Proven(r)
	if err == nil {
		switch r.PostFormValue("suite") {
		case "approbation":
			_, _, err = t.Fonte.Approve(r.Context(), a, site.FormKey(r), id)
		case "fin":
			_, _, err = t.Fonte.End(r.Context(), a, site.FormKey(r), id)
		default:
			return fault.ErrMissing
		}
	}
	return t.concludedFonte(w, r, err, freshFonte())
}
