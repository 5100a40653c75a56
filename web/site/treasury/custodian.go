// SPDX-License-Identifier: AGPL-3.0-or-later

package treasury

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/money"
	"github.com/noria-mlc/noria/web/page"
	"github.com/noria-mlc/noria/web/site"
)

const banksPath = "/tresorerie/comptes"

// banksView is the accounts of the association, what is proposed about them, and the
// forms to propose more.
type banksView struct {
	Accounts    []bankRow
	Open        []bankChange
	Closable    []place
	Proposes    bool
	Form        bankForm
	CloseKey    string
	Why, WhyBad string // to close one
	Closing     string // the account that was chosen to be closed
	Refusal     *page.Refusal
	Status      int
}

// bankRow is an account with what the book says it holds.
type bankRow struct {
	Pool, Name, IBAN, Holder string // no pool for the operating account
	Balance                  money.Amount
	ClosedAt                 time.Time
}

// bankChange is an account that somebody proposed to open or to close.
type bankChange struct {
	ID, Deed, Pool, Name, IBAN, Holder, Note string
	Key, OtherKey                            string
	By                                       party
	At                                       time.Time
	Own, Approves, Withdraws                 bool
}

// bankForm is an account to open as it is typed: "unites", "banque", "iban", "bic",
// "titulaire", "raison" and "cle".
type bankForm struct {
	Key, Pool, Bank, IBAN, BIC, Holder, Note     string
	BankBad, IBANBad, BICBad, HolderBad, NoteBad string
}

// Pools are the kinds of units to choose from.
func (banksView) Pools() []string { return []string{string(ledger.Digital), string(ledger.Paper)} }

func (v banksView) sheet(tabs []page.Tab) page.Sheet {
	return page.Sheet{Template: "treasury/custodian", Title: "tab.treasury-banks", Section: "treasury", Tabs: tabs, Class: "treasury", View: v}
}

func (t treasury) banks(w http.ResponseWriter, r *http.Request) error {
	return t.showBanks(w, r, banksView{})
}

func (t treasury) showBanks(w http.ResponseWriter, r *http.Request, v banksView) error {
	a, tabs, err := t.visit(r, "banks")
	if err != nil {
		return err
	}
	held, err := t.Conversion.HeldAccounts(r.Context(), a)
	if err != nil {
		return err
	}
	for _, x := range held {
		v.Accounts = append(v.Accounts, bankRow{string(x.Pool), x.Custodian, x.IBAN, x.HolderName, x.Balance, x.ClosedAt})
		if x.Pool != "" && x.ClosedAt.IsZero() {
			v.Closable = append(v.Closable, place{Account: x.Account, Name: x.Custodian, Chosen: string(x.Account) == v.Closing})
		}
	}
	open, err := t.Conversion.BankChanges(r.Context(), a, conversion.BankProposed, conversion.BankChangeID{}, listed)
	if err != nil {
		return err
	}
	for _, x := range open {
		row := bankChange{ID: x.ID.String(), Deed: string(x.Deed), Pool: string(x.Pool), Name: x.Custodian, IBAN: x.IBAN, Holder: x.HolderName, Note: x.Note, At: x.ProposedAt,
			Key: t.NewKey(), OtherKey: t.NewKey(), Own: x.ProposedBy == a.ID, Approves: may(a, access.BankAccountApprove), Withdraws: may(a, access.BankAccountWithdraw)}
		if row.By, err = t.doer(r.Context(), x.ProposedBy); err != nil {
			return err
		}
		v.Open = append(v.Open, row)
	}
	v.Proposes = may(a, access.BankAccountPropose)
	for _, key := range []*string{&v.Form.Key, &v.CloseKey} {
		if *key == "" {
			*key = t.NewKey()
		}
	}
	return t.Show(w, r, v.Status, v.sheet(tabs))
}

// codeOfBank is the code of a new account: the pool, and the name of the bank in small
// letters, with a number where the association has, or had, one there.
func codeOfBank(held []conversion.HeldAccount, pool ledger.Pool, bank string) ledger.Account {
	name := site.Slug(bank)
	code := ledger.Guarantee(pool, name)
	for n := 2; slices.ContainsFunc(held, func(x conversion.HeldAccount) bool { return x.Account == code }); n++ {
		code = ledger.Guarantee(pool, name+"-"+string(rune('0'+n%10)))
	}
	return code
}

// proposeBank proposes to open a compte dédié.
func (t treasury) proposeBank(w http.ResponseWriter, r *http.Request) error {
	a, _, err := t.visit(r, "banks")
	if err == nil && !may(a, access.BankAccountPropose) {
		err = access.ErrForbidden
	}
	if err != nil {
		return err
	}
	f := bankForm{Key: site.FormKey(r), Pool: r.PostFormValue("unites"), Bank: strings.TrimSpace(r.PostFormValue("banque")), IBAN: r.PostFormValue("iban"),
		BIC: strings.TrimSpace(r.PostFormValue("bic")), Holder: strings.TrimSpace(r.PostFormValue("titulaire")), Note: strings.TrimSpace(r.PostFormValue("raison"))}
	held, err := t.Conversion.HeldAccounts(r.Context(), a)
	if err != nil {
		return err
	}
	if a, err = t.Proven(r); err == nil {
		_, _, err = t.Runs.ProposeBank(r.Context(), a, f.Key, conversion.ProposeBankInput{Account: codeOfBank(held, ledger.Pool(f.Pool), f.Bank), Custodian: f.Bank,
			IBAN: f.IBAN, BIC: strings.ToUpper(f.BIC), HolderName: f.Holder, Note: f.Note})
	}
	return t.Concluded(w, r, err, banksPath, banksPath, func(status int, refusal *page.Refusal) error {
		bad := make(map[string]bool)
		points(err, bad)
		bad["/custodian"] = bad["/custodian"] || bad["/account"]
		if unsaid := t.tell(r, bad, map[string]beside{"/custodian": {&f.BankBad, "banks.bank-bad"}, "/iban": {&f.IBANBad, "banks.iban-bad"}, "/bic": {&f.BICBad, "banks.bic-bad"},
			"/holder_name": {&f.HolderBad, "banks.holder-bad"}, "/note": {&f.NoteBad, "treasury.reason-missing"}}); unsaid != nil {
			return unsaid
		}
		if f.BankBad+f.IBANBad+f.BICBad+f.HolderBad+f.NoteBad != "" {
			refusal = nil
		}
		return t.showBanks(w, r, banksView{Form: f, Status: status, Refusal: refusal})
	})
}

// proposeClosing proposes to close one.
func (t treasury) proposeClosing(w http.ResponseWriter, r *http.Request) error {
	v := banksView{CloseKey: site.FormKey(r), Closing: r.PostFormValue("compte"), Why: strings.TrimSpace(r.PostFormValue("motif"))}
	a, err := t.Proven(r)
	if err == nil {
		_, _, err = t.Conversion.ProposeBankClosing(r.Context(), a, v.CloseKey, conversion.CloseBankInput{Account: ledger.Account(v.Closing), Note: v.Why})
	}
	return t.Concluded(w, r, err, banksPath, banksPath, func(status int, refusal *page.Refusal) error {
		bad := make(map[string]bool)
		points(err, bad)
		if unsaid := t.tell(r, bad, map[string]beside{"/note": {&v.WhyBad, "treasury.reason-missing"}}); unsaid != nil {
			return unsaid
		}
		if v.Status, v.Refusal = status, refusal; v.WhyBad != "" {
			v.Refusal = nil
		}
		return t.showBanks(w, r, v)
	})
}

// turnBank approves a proposal, or sets it aside.
func (t treasury) turnBank(w http.ResponseWriter, r *http.Request) error {
	if _, _, err := t.visit(r, "banks"); err != nil {
		return err
	}
	var at conversion.BankChangeID
	if err := at.UnmarshalText([]byte(r.PathValue("id"))); err != nil || at.IsZero() {
		return fault.ErrMissing
	}
	a, err := t.Proven(r)
	switch {
	case err != nil:
	case r.PostFormValue("acte") == "approuver":
		_, _, err = t.Conversion.ApproveBank(r.Context(), a, site.FormKey(r), at)
	default:
		_, _, err = t.Conversion.WithdrawBank(r.Context(), a, site.FormKey(r), at)
	}
	return t.Concluded(w, r, err, banksPath, banksPath, func(status int, refusal *page.Refusal) error {
		return t.showBanks(w, r, banksView{Status: status, Refusal: refusal})
	})
}
