// SPDX-License-Identifier: AGPL-3.0-or-later

package town

import (
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/civil"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/money"
	"github.com/noria-mlc/noria/ops/payout"
	"github.com/noria-mlc/noria/web/locale"
	"github.com/noria-mlc/noria/web/page"
	"github.com/noria-mlc/noria/web/problem"
	"github.com/noria-mlc/noria/web/site"
)

// choices lists the written choices of officials, with the form of a new one.
func (t town) choices(w http.ResponseWriter, r *http.Request) error {
	s, err := t.preparer(r)
	if err != nil {
		return err
	}
	return t.showChoices(w, r, 0, choicesView{seat: s})
}

func (t town) showChoices(w http.ResponseWriter, r *http.Request, status int, v choicesView) error {
	list, err := t.Payout.Instructions(r.Context(), v.Actor, v.Town.ID)
	if err != nil {
		return err
	}
	for _, i := range list {
		h, err := t.Ledger.Holder(r.Context(), i.Official)
		if err != nil {
			return err
		}
		v.Choices = append(v.Choices, newChoice(i, h, t.NewKey()))
	}
	if v.Key == "" {
		v.Key = t.NewKey()
	}
	return t.Show(w, r, status, v.sheet())
}

func newChoice(i payout.Instruction, h ledger.Holder, key string) choice {
	c := choice{Instruction: i, Who: page.Person{Name: h.Name, Number: h.Number}, Key: key, Share: i.Kind == payout.ByShare}
	if c.Share {
		if rate, err := money.ParseRate(i.Value); err == nil {
			c.Amount = percent(rate)
		}
	} else if a, err := money.Parse(i.Value); err == nil {
		c.Amount = a
	}
	return c
}

// choose records what an official signed (P8).
func (t town) choose(w http.ResponseWriter, r *http.Request) error {
	s, err := t.preparer(r)
	if err != nil {
		return err
	}
	v := choicesView{seat: s, Key: site.FormKey(r), Share: r.PostFormValue("forme") == string(payout.ByShare), Problems: map[string]string{},
		Typed: map[string]string{}}
	in, err := t.written(r, &v)
	if err != nil {
		return err
	}
	if len(v.Problems) == 0 {
		_, _, err = t.Payout.Instruct(r.Context(), s.Actor, v.Key, in)
		if err == nil {
			http.Redirect(w, r, "/collectivite/choix", http.StatusSeeOther)
			return nil
		}
		if !errors.Is(err, fault.ErrInvalid) {
			status, refusal, err := t.Refused(w, r, err)
			if err != nil {
				return err
			}
			v.Refusal, v.Key = refusal, t.NewKey()
			return t.showChoices(w, r, status, v)
		}
		v.note(err)
	}
	for field, code := range v.Problems {
		if strings.Contains(code, " ") {
			continue
		}
		if v.Problems[field], err = t.Say(r, "town-problem."+code); err != nil {
			return err
		}
	}
	return t.showChoices(w, r, http.StatusUnprocessableEntity, v)
}

// note says which field a refusal of the domain is about.
func (v *choicesView) note(err error) {
	fields := map[string][2]string{"/official": {"membre", "official"}, "/value": {"valeur", "amount"}, "/from": {"depuis", "date"}, "/signed_on": {"signe", "signed"}, "/until": {"jusque", "end"}}
	for _, f := range fault.As(err).Fields {
		if at, known := fields[f.Pointer]; known {
			v.Problems[at[0]] = at[1]
		} else {
			v.Problems["membre"] = "official"
		}
	}
}

// written reads the form of a choice; what cannot be read is a problem of its
// field.
func (t town) written(r *http.Request, v *choicesView) (payout.InstructInput, error) {
	for _, field := range []string{"membre", "valeur", "depuis", "jusque", "signe"} {
		v.Typed[field] = strings.TrimSpace(r.PostFormValue(field))
	}
	in := payout.InstructInput{Collectivity: v.Town.ID, Kind: payout.ByAmount}
	h, err := t.Ledger.HolderByNumber(r.Context(), v.Typed["membre"])
	switch {
	case errors.Is(err, fault.ErrMissing) || err == nil && h.Kind != ledger.Individual:
		v.Problems["membre"] = "official"
	case err != nil:
		return in, err
	}
	in.Official = h.ID
	amount, err := locale.ParseAmount(v.Typed["valeur"])
	switch {
	case err != nil:
		v.Problems["valeur"] = locale.AmountAdvice(err, problem.Speaks(r.Context()))
	case v.Share && amount > 100_00:
		v.Problems["valeur"] = "rate"
	case v.Share:
		in.Kind, in.Value = payout.ByShare, fmt.Sprintf("%d.%04d", amount/100_00, amount%100_00)
	default:
		in.Value = amount.Format()
	}
	for field, into := range map[string]*civil.Date{"depuis": &in.From, "jusque": &in.Until, "signe": &in.SignedOn} {
		if field == "jusque" && v.Typed[field] == "" {
			continue
		}
		if *into, err = civil.Parse(v.Typed[field]); err != nil {
			v.Problems[field] = "date"
		}
	}
	return in, nil
}

// revoke ends a choice for everything that was not paid yet.
func (t town) revoke(w http.ResponseWriter, r *http.Request) error {
	s, err := t.preparer(r)
	if err != nil {
		return err
	}
	var id payout.InstructionID
	if err := pathID(r, &id); err != nil {
		return err
	}
	if _, _, err = t.Payout.Revoke(r.Context(), s.Actor, site.FormKey(r), id); err != nil {
		status, refusal, err := t.Refused(w, r, err)
		if err != nil {
			return err
		}
		return t.showChoices(w, r, status, choicesView{seat: s, Refusal: refusal})
	}
	http.Redirect(w, r, "/collectivite/choix", http.StatusSeeOther)
	return nil
}

// choicesView is the choices of officials and the form of a new one.
type choicesView struct {
	seat
	Choices  []choice
	Share    bool // the new one is a share
	Typed    map[string]string
	Problems map[string]string
	Key      string
	Refusal  *page.Refusal
}

func (v choicesView) sheet() page.Sheet {
	return v.seat.sheet("choices", "town-choices.title", "town-choices", v)
}

// choice is what one official wrote.
type choice struct {
	payout.Instruction
	Who    page.Person
	Share  bool
	Amount money.Amount // euros a month, or percent
	Key    string       // of its revocation
}

// Revoked says whether it holds no more.
func (c choice) Revoked() bool { return !c.RevokedAt.IsZero() }

// Begins is the first day of the choice.
func (c choice) Begins() string { return c.From.String() }
