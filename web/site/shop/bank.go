// SPDX-License-Identifier: AGPL-3.0-or-later

package shop

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/web/page"
	"github.com/noria-mlc/noria/web/problem"
	"github.com/noria-mlc/noria/web/site"
)

// bankView is where the euros of a shop are sent. The form is posted to
// /caisse/compte-bancaire with "iban", "titulaire" and "cle".
type bankView struct {
	frame
	Key                      string
	Prove                    string // where one proves first who one is, "" where that was done
	IBAN, Name               string // as they were typed
	IBANProblem, NameProblem string
	Refusal                  *page.Refusal
	Accounts                 []bankAccount
}

// bankAccount is an account that was given.
type bankAccount struct {
	IBAN, Name string // the number masked
	Status     string
	SetAt      time.Time
	From       time.Time // when it holds, where it does not yet
}

// Shape is the kind of the component status.
func (a bankAccount) Shape() string {
	switch conversion.PayoutAccountStatus(a.Status) {
	case conversion.AccountEffective:
		return "done"
	case conversion.AccountReplaced:
		return "ended"
	}
	return "wait"
}

func (v bankView) sheet() page.Sheet { return v.frame.sheet("shopbank", v) }

// bank shows where the euros of the shop are sent.
func (c shop) bank(w http.ResponseWriter, r *http.Request) error {
	return c.showBank(w, r, 0, bankView{})
}

func (c shop) showBank(w http.ResponseWriter, r *http.Request, status int, v bankView) error {
	s, err := c.owned(r)
	if err != nil {
		return err
	}
	list, err := c.Conversion.PayoutAccounts(r.Context(), s.actor, s.Holder)
	if err != nil {
		return err
	}
	v.frame, v.Key = s.frame("/caisse/compte-bancaire"), c.NewKey()
	for _, a := range list {
		told := bankAccount{IBAN: a.Masked().IBAN, Name: a.Name, Status: string(a.Status), SetAt: a.SetAt}
		if a.Status == conversion.AccountDelayed {
			told.From = a.EffectiveAt
		}
		v.Accounts = append(v.Accounts, told)
	}
	if v.Prove, err = c.Prove(r, v.In("/caisse/compte-bancaire")); err != nil {
		return err
	}
	return c.Show(w, r, status, v.sheet())
}

// setBank says where the euros of the shop are to be sent, once its owner has
// proved who they are; everybody who acts for the shop is told by letter (D10).
func (c shop) setBank(w http.ResponseWriter, r *http.Request) error {
	s, err := c.owned(r)
	if err != nil {
		return err
	}
	at := s.frame("").In("/caisse/compte-bancaire")
	v := bankView{IBAN: r.PostFormValue("iban"), Name: strings.TrimSpace(r.PostFormValue("titulaire"))}
	a, err := c.Proven(r)
	if err == nil {
		err = c.tellAndSet(r, site.FormKey(r), a, conversion.SetPayoutAccountInput{Holder: s.Holder, IBAN: v.IBAN, Name: v.Name})
	}
	return c.Concluded(w, r, err, at, at, func(status int, refusal *page.Refusal) error {
		said, other := c.bankProblems(r, err, &v)
		if other != nil {
			return other
		}
		if !said {
			v.Refusal = refusal
		}
		return c.showBank(w, r, status, v)
	})
}

// bankProblems puts what is wrong beside its field, and says whether it could.
func (c shop) bankProblems(r *http.Request, refused error, v *bankView) (bool, error) {
	f := fault.As(refused)
	said := false
	for _, p := range []struct {
		pointer, key string
		into         *string
	}{{"/bic", "shopbank.iban-bic", &v.IBANProblem}, {"/iban", "shopbank.iban-bad", &v.IBANProblem}, {"/name", "shopbank.name-bad", &v.NameProblem}} {
		if f == nil || !slices.ContainsFunc(f.Fields, func(field fault.Field) bool { return field.Pointer == p.pointer }) {
			continue
		}
		words, err := c.Say(r, p.key)
		if err != nil {
			return false, err
		}
		*p.into, said = words, true
	}
	return said, nil
}

// tellAndSet writes the account, with the letters about it.
func (c shop) tellAndSet(r *http.Request, key string, a access.Actor, in conversion.SetPayoutAccountInput) error {
	var tell conversion.Tell
	if c.Notice != nil {
		var err error
		if tell, err = c.Notice(r.Context(), problem.Speaks(r.Context())); err != nil {
			return err
		}
	}
	_, _, err := c.Runs.SetAccount(r.Context(), a, key, in, tell)
	return err
}
