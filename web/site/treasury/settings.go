// SPDX-License-Identifier: AGPL-3.0-or-later

package treasury

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
	"github.com/noria-mlc/noria/web/locale"
	"github.com/noria-mlc/noria/web/page"
	"github.com/noria-mlc/noria/web/problem"
	"github.com/noria-mlc/noria/web/site"
)

// settingsView is what the treasurers decide, and what they decided before.
type settingsView struct {
	Key      string
	Days     string
	DaysBad  string
	Kinds    []commissionForm
	Ease     easeForm
	Wait     waitForm
	Creditor creditorForm
	History  []decisionRow
	Refusal  *page.Refusal
	Status   int
}

// commissionForm is the commission of one kind of holder, as it is typed.
type commissionForm struct {
	Kind                        string
	Rate, Minimum, Fixed        string
	RateBad, MinimumBad, FixBad string
}

// decisionRow is settings that held from an instant on.
type decisionRow struct {
	At      time.Time
	By      party
	Opening bool
	Days    int
	Terms   []termRow
	Path    string // of the command in the audit trail
	Wait    string // days that value born of a bonus waits, where it was that which was decided
	Other   *otherSettings
}

// otherSettings is what was decided in other rooms: how far small payments need no
// proof, or who collects direct debits. Neither is said where it is something else.
type otherSettings struct {
	PerPayment *money.Amount `json:"per_payment"`
	InARow     int           `json:"in_a_row"`
	Total      money.Amount  `json:"total"`
	ICS        string        `json:"ics"`
	NoticeDays int           `json:"notice_days"`
}

// Row is the number of small payments in a row, in digits.
func (o otherSettings) Row() string { return strconv.Itoa(o.InARow) }

// Notice is the days between the notice of a direct debit and the debit, in digits.
func (o otherSettings) Notice() string { return strconv.Itoa(o.NoticeDays) }

// Eased says that some small payments needed no proof.
func (o otherSettings) Eased() bool { return *o.PerPayment > 0 && o.InARow > 0 && o.Total > 0 }

// termRow is the commission of a kind of holder.
type termRow struct {
	Kind           string
	Rate           int64 // hundredths of a percent
	Minimum, Fixed money.Amount
}

func (v settingsView) sheet(tabs []page.Tab) page.Sheet {
	return page.Sheet{Template: "treasury/settings", Title: "tab.treasury-settings", Section: "treasury", Tabs: tabs, Class: "treasury", View: v}
}

// kinds are those that may redeem, in the order of the form.
func kinds() []ledger.HolderKind {
	return []ledger.HolderKind{ledger.Professional, ledger.Association, ledger.Collectivity}
}

func parseHolder(text string) (ident.Holder, error) {
	var h ident.Holder
	err := h.UnmarshalText([]byte(text))
	return h, err
}

func (t treasury) settings(w http.ResponseWriter, r *http.Request) error {
	v, err := t.settingsNow(r)
	if err != nil {
		return err
	}
	return t.showSettings(w, r, v)
}

// settingsNow is the page with what holds.
func (t treasury) settingsNow(r *http.Request) (settingsView, error) {
	c, err := t.Conversion.Currency(r.Context())
	if err != nil {
		return settingsView{}, err
	}
	v := settingsView{Key: t.NewKey(), Days: strconv.Itoa(c.Settings.TransferDays)}
	for _, k := range kinds() {
		now := c.Settings.Commissions[k]
		v.Kinds = append(v.Kinds, commissionForm{Kind: string(k), Rate: percentTyped(now.Rate), Minimum: typedAmount(now.Minimum), Fixed: typedAmount(now.Fixed)})
	}
	if v.Wait, err = t.waitNow(r); err != nil {
		return v, err
	}
	if v.Ease, err = t.easeNow(r); err != nil {
		return v, err
	}
	v.Creditor, err = t.creditorNow(r)
	return v, err
}

func (t treasury) showSettings(w http.ResponseWriter, r *http.Request, v settingsView) error {
	a, tabs, err := t.visit(r, "settings")
	if err != nil {
		return err
	}
	if v.Ease.Key == "" {
		if v.Ease, err = t.easeNow(r); err != nil {
			return err
		}
	}
	if v.Creditor.Key == "" {
		if v.Creditor, err = t.creditorNow(r); err != nil {
			return err
		}
	}
	if v.Wait.Key == "" {
		if v.Wait, err = t.waitNow(r); err != nil {
			return err
		}
	}
	decisions, err := t.Conversion.Decisions(r.Context(), a, listed)
	if err != nil {
		return err
	}
	for _, d := range decisions {
		row := decisionRow{At: d.At, Opening: d.Opening, Days: d.Settings.TransferDays, Path: "/controle/commandes/" + strconv.FormatInt(d.Command, 10)}
		if row.By, err = t.doer(r.Context(), d.By); err != nil {
			return err
		}
		if d.Wait != nil {
			row.Wait = strconv.Itoa(*d.Wait)
			v.History = append(v.History, row)
			continue
		}
		if d.Kept != nil {
			row.Other = new(otherSettings)
			if err := json.Unmarshal(d.Kept, row.Other); err != nil {
				return fmt.Errorf("settings of command %d: %w", d.Command, err)
			}
			v.History = append(v.History, row)
			continue
		}
		for _, k := range kinds() {
			c := d.Settings.Commissions[k]
			row.Terms = append(row.Terms, termRow{string(k), int64(c.Rate.Floor(10_000)), c.Minimum, c.Fixed})
		}
		v.History = append(v.History, row)
	}
	return t.Show(w, r, v.Status, v.sheet(tabs))
}

func (t treasury) decide(w http.ResponseWriter, r *http.Request) error {
	v := settingsView{Key: site.FormKey(r), Days: r.PostFormValue("jours")}
	in := conversion.Settings{Commissions: make(map[ledger.HolderKind]conversion.Commission)}
	bad := false
	var err error
	if in.TransferDays, err = strconv.Atoi(strings.TrimSpace(v.Days)); err != nil || in.TransferDays < 1 || in.TransferDays > 90 {
		if v.DaysBad, err = t.Say(r, "settings.days-bad"); err != nil {
			return err
		}
		bad = true
	}
	for _, k := range kinds() {
		form, c, err := t.commission(r, string(k))
		if err != nil {
			return err
		}
		bad = bad || form.RateBad != "" || form.MinimumBad != "" || form.FixBad != ""
		v.Kinds, in.Commissions[k] = append(v.Kinds, form), c
	}
	if bad {
		v.Status = http.StatusUnprocessableEntity
		return t.showSettings(w, r, v)
	}
	a, err := t.Proven(r)
	if err == nil {
		_, _, err = t.Conversion.ChangeSettings(r.Context(), a, v.Key, in)
	}
	return t.Concluded(w, r, err, "/tresorerie/reglages", "/tresorerie/reglages", func(status int, refusal *page.Refusal) error {
		v.Status, v.Refusal = status, refusal
		return t.showSettings(w, r, v)
	})
}

// commission reads the three fields of one kind of holder.
func (t treasury) commission(r *http.Request, kind string) (commissionForm, conversion.Commission, error) {
	form := commissionForm{Kind: kind, Rate: r.PostFormValue("taux-" + kind), Minimum: r.PostFormValue("minimum-" + kind), Fixed: r.PostFormValue("fixe-" + kind)}
	var c conversion.Commission
	var err error
	if c.Rate, err = rateOf(form.Rate); err != nil {
		if form.RateBad, err = t.Say(r, "settings.rate-bad"); err != nil {
			return form, c, err
		}
	}
	lang := problem.Speaks(r.Context())
	if c.Minimum, err = locale.ParseAmount(form.Minimum); err != nil {
		form.MinimumBad = locale.AmountAdvice(err, lang)
	}
	if c.Fixed, err = locale.ParseAmount(form.Fixed); err != nil {
		form.FixBad = locale.AmountAdvice(err, lang)
	}
	return form, c, nil
}

// rateOf reads a percentage with at most two decimals, "5" or "2,5".
func rateOf(text string) (money.Rate, error) {
	hundredths, err := locale.ParseAmount(strings.TrimSuffix(strings.TrimSpace(text), "%"))
	if err != nil || hundredths > 100_00 {
		return money.Rate{}, money.ErrRate
	}
	if hundredths == 100_00 {
		return money.ParseRate("1")
	}
	digits := strconv.FormatInt(int64(hundredths), 10)
	return money.ParseRate("0." + strings.Repeat("0", 4-len(digits)) + digits)
}

// percentTyped writes a rate as somebody would type it: "5,00".
func percentTyped(r money.Rate) string { return locale.FormatAmount(r.Floor(100_00)) }

func typedAmount(a money.Amount) string { return locale.FormatAmount(a) }
