// SPDX-License-Identifier: AGPL-3.0-or-later

package conversion

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"time"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/db"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/ident"
)

// LegalBasis says why the issuer may issue without a banking licence (rule L2).
type LegalBasis string

// The legal bases.
const (
	PaperOutsideScope LegalBasis = "paper-outside-scope" // paper titles, outside the law on payments
	LimitedNetwork    LegalBasis = "exclusion-L521-3"    // CMF L521-3 I
	PartnerAgreement  LegalBasis = "partner-agreement"   // under the licence of a partner
)

// Issuer is the legal person that issues the units (rule L1).
type Issuer struct {
	Name       string     `json:"name"`
	SIREN      string     `json:"siren,omitempty"` // nine digits
	RNA        string     `json:"rna,omitempty"`   // W and nine digits
	LegalBasis LegalBasis `json:"legal_basis"`
}

// Unit is how one and several units are called, in French.
type Unit struct {
	Singular string `json:"singular"`
	Plural   string `json:"plural"`
}

// BankAccount is an account of the issuer at a bank. A compte dédié is a
// guarantee account of one pool at one custodian (rule G2).
type BankAccount struct {
	Account    ledger.Account `json:"account"`        // ledger.Operating, or one that ledger.Guarantee gives
	Pool       ledger.Pool    `json:"pool,omitempty"` // of a compte dédié; filled from the code
	Custodian  string         `json:"custodian"`      // the bank, as it is shown: "La Nef"
	IBAN       string         `json:"iban"`           // upper case, without spaces
	BIC        string         `json:"bic,omitempty"`
	HolderName string         `json:"holder_name"` // exactly as on the bank's certificate (rule S5)
}

// Currency is the identity of the book and what its treasurers decided.
type Currency struct {
	Name     string        `json:"name"`
	Code     string        `json:"code"` // two to eight capitals and digits, begins every reference
	Decimals int           `json:"decimals"`
	Unit     Unit          `json:"unit"`
	Issuer   Issuer        `json:"issuer"`
	Accounts []BankAccount `json:"bank_accounts"`
	Desks    []Desk        `json:"desks"`
	Settings Settings      `json:"settings"`
	OpenedAt time.Time     `json:"opened_at"`
}

// OpenCurrencyInput is what is needed to open a currency (rules L1 and L2).
// Settings left out take their usual values.
type OpenCurrencyInput struct {
	Name     string        `json:"name"`
	Code     string        `json:"code"`
	Unit     Unit          `json:"unit"`
	Issuer   Issuer        `json:"issuer"`
	Accounts []BankAccount `json:"bank_accounts"`
	Settings Settings      `json:"settings,omitzero"`
}

// OpenCurrency gives the book its identity and opens the fixed accounts of the
// chart, once. It returns ErrInvalid without the identity of the issuer or
// without at least one compte dédié (L1), for an unknown legal basis (L2), and
// ErrOpenAlready the second time.
func (s *Service) OpenCurrency(ctx context.Context, actor access.Actor, key string, in OpenCurrencyInput) (Currency, bool, error) {
	c := Currency{Name: in.Name, Code: in.Code, Decimals: 2, Unit: in.Unit, Issuer: in.Issuer,
		Desks: []Desk{}, Settings: in.Settings.orUsual()}
	for _, a := range in.Accounts {
		a.Pool, _ = guaranteePool(a.Account)
		c.Accounts = append(c.Accounts, a)
	}
	return execute[Currency](ctx, s, ledger.Command{Actor: actor, Action: access.CurrencyOpen, Key: key, Input: in}, c.check(),
		func(tx *ledger.Tx) (ident.Ref, error) {
			c.OpenedAt = tx.Now()
			if err := c.insert(tx); err != nil {
				return ident.Ref{}, err
			}
			return keep(tx, c, ident.Ref{})
		})
}

func (c *Currency) insert(tx *ledger.Tx) error {
	if err := tx.Guard(ErrOpenAlready, sqlInsertCurrency, c.Name, c.Code, c.Unit.Singular, c.Unit.Plural,
		c.Issuer.Name, c.Issuer.SIREN, c.Issuer.RNA, string(c.Issuer.LegalBasis), c.Settings.TransferDays, c.OpenedAt.UnixMicro()); err != nil {
		return err
	}
	accounts := []ledger.Account{ledger.Operating, ledger.IncomeFees, ledger.IncomeDues, ledger.Redeeming, ledger.SuspenseIn, ledger.SuspenseOut}
	for _, pool := range ledger.Pools() {
		accounts = append(accounts, ledger.Backing(pool), ledger.Issued(pool))
	}
	for i, a := range c.Accounts {
		accounts = append(accounts, a.Account)
		if _, err := tx.Exec(sqlInsertBankAccount, string(a.Account), i, string(a.Pool), a.Custodian, a.IBAN, a.BIC, a.HolderName); err != nil {
			return err
		}
	}
	for _, a := range accounts {
		if err := tx.Open(a); err != nil {
			return err
		}
	}
	return c.Settings.write(tx)
}

func (c *Currency) check() error {
	var check fault.Check
	check.That(printable(c.Name, 60), "/name", "must be 1 to 60 printable characters")
	check.That(validCode(c.Code), "/code", "must be 2 to 8 capitals and digits, beginning with a capital")
	check.That(printable(c.Unit.Singular, 30), "/unit/singular", "must be 1 to 30 printable characters")
	check.That(printable(c.Unit.Plural, 30), "/unit/plural", "must be 1 to 30 printable characters")
	check.That(printable(c.Issuer.Name, 70), "/issuer/name", "the issuer must be named, in at most 70 characters (L1)")
	check.That(c.Issuer.SIREN != "" || c.Issuer.RNA != "", "/issuer/siren", "the issuer must give its SIREN or its RNA number (L1)")
	check.That(c.Issuer.SIREN == "" || digits(c.Issuer.SIREN, 9), "/issuer/siren", "must be nine digits")
	check.That(c.Issuer.RNA == "" || (c.Issuer.RNA[0] == 'W' && digits(c.Issuer.RNA[1:], 9)), "/issuer/rna", "must be W and nine digits")
	switch c.Issuer.LegalBasis {
	case PaperOutsideScope, LimitedNetwork, PartnerAgreement:
	default:
		check.That(false, "/issuer/legal_basis", "must be paper-outside-scope, exclusion-L521-3 or partner-agreement (L2)")
	}
	dedicated := false
	seen := make(map[ledger.Account]bool)
	for _, a := range c.Accounts {
		dedicated = dedicated || a.Pool != ""
		check.That(a.Account == ledger.Operating || a.Pool != "", "/bank_accounts", "an account is the operating one or a guarantee account of a pool")
		check.That(!seen[a.Account], "/bank_accounts", "an account is given once")
		seen[a.Account] = true
		check.That(printable(a.Custodian, 70), "/bank_accounts", "the bank must be named")
		check.That(printable(a.HolderName, 70), "/bank_accounts", "the account holder must be named as on the bank's certificate (S5)")
		check.That(validIBAN(a.IBAN), "/bank_accounts", "the IBAN must be in capitals without spaces, with right check digits (S7)")
		check.That(a.BIC == "" || validBIC(a.BIC), "/bank_accounts", "the BIC must be 8 or 11 capitals and digits")
	}
	check.That(dedicated, "/bank_accounts", "at least one compte dédié of the guarantee fund is needed (L1)")
	c.Settings.check(&check)
	return check.Err()
}

// Currency returns the identity of the book; it is public. It returns
// ErrNotOpen where there is none yet.
func (v *View) Currency(ctx context.Context) (Currency, error) {
	var c Currency
	err := v.journal.Snapshot(ctx, func(r db.Reader) error {
		var err error
		c, err = readCurrency(committed{ctx, r})
		return err
	})
	return c, err
}

func readCurrency(r rows) (Currency, error) {
	c := Currency{Decimals: 2}
	var opened sql.NullInt64
	err := r.QueryRow(sqlCurrency).Scan(&c.Name, &c.Code, &c.Unit.Singular, &c.Unit.Plural,
		&c.Issuer.Name, &c.Issuer.SIREN, &c.Issuer.RNA, &c.Issuer.LegalBasis, &c.Settings.TransferDays, &opened)
	if errors.Is(err, sql.ErrNoRows) {
		return Currency{}, ErrNotOpen
	}
	if err != nil {
		return Currency{}, err
	}
	c.OpenedAt = instant(opened)
	if c.Accounts, err = bankAccounts(r); err != nil {
		return Currency{}, err
	}
	if c.Desks, err = desks(r); err != nil {
		return Currency{}, err
	}
	c.Settings.Commissions, err = commissions(r)
	return c, err
}

func bankAccounts(r rows) ([]BankAccount, error) {
	list, err := r.Query(sqlBankAccounts)
	return collect(list, err, func(row db.Row) (BankAccount, error) {
		var a BankAccount
		return a, row.Scan(&a.Account, &a.Pool, &a.Custodian, &a.IBAN, &a.BIC, &a.HolderName)
	})
}

// terms is the part of the currency that every command needs.
type terms struct {
	code         string
	transferDays int
}

// opened returns the terms, or ErrNotOpen: no money moves before the issuer and
// a compte dédié are known (L1).
func opened(r rows) (terms, error) {
	var t terms
	err := r.QueryRow(sqlTerms).Scan(&t.code, &t.transferDays)
	if errors.Is(err, sql.ErrNoRows) {
		return terms{}, ErrNotOpen
	}
	return t, err
}

// NameIn returns, within a command, what the currency is called. It returns
// ErrNotOpen.
func NameIn(tx *ledger.Tx) (string, error) {
	var name string
	err := tx.QueryRow(sqlName).Scan(&name)
	if errors.Is(err, sql.ErrNoRows) {
		return "", ErrNotOpen
	}
	return name, err
}

// dedicated returns the compte dédié of digital units that is asked for, the
// first one where none is. It returns ErrInvalid for any other account and
// ErrChannel where there is none.
func dedicated(tx rows, asked ledger.Account) (BankAccount, error) {
	accounts, err := bankAccounts(tx)
	if err != nil {
		return BankAccount{}, err
	}
	for _, a := range accounts {
		if a.Pool == ledger.Digital && (asked == "" || asked == a.Account) {
			return a, nil
		}
	}
	if asked != "" {
		return BankAccount{}, fault.ErrInvalid.At("/account", "must be a compte dédié of digital units")
	}
	return BankAccount{}, ErrChannel.With("the currency has no compte dédié for digital units")
}

// guaranteePool returns the pool of a compte dédié's code.
func guaranteePool(a ledger.Account) (ledger.Pool, bool) {
	rest, ok := strings.CutPrefix(string(a), "eur:bank:guarantee:")
	if _, err := ledger.Describe(a); !ok || err != nil {
		return "", false
	}
	pool, _, _ := strings.Cut(rest, ":")
	switch p := ledger.Pool(pool); p {
	case ledger.Digital, ledger.Paper:
		return p, true
	}
	return "", false
}

func validCode(code string) bool {
	return len(code) >= 2 && len(code) <= 8 && code[0] >= 'A' && code[0] <= 'Z' && capitals(code)
}

func validBIC(bic string) bool { return (len(bic) == 8 || len(bic) == 11) && capitals(bic) }

// validIBAN checks the shape and the check digits modulo 97; the layouts of
// countries are known to the bank room.
func validIBAN(iban string) bool {
	if len(iban) < 15 || len(iban) > 34 || !capitals(iban) || !digits(iban[2:4], 2) {
		return false
	}
	rest := 0
	for _, c := range []byte(iban[4:] + iban[:4]) {
		if c >= 'A' {
			rest = (rest*100 + int(c-'A') + 10) % 97
		} else {
			rest = (rest*10 + int(c-'0')) % 97
		}
	}
	return rest == 1
}

// capitals says whether s is made of A to Z and digits.
func capitals(s string) bool {
	for i := range len(s) {
		if (s[i] < 'A' || s[i] > 'Z') && (s[i] < '0' || s[i] > '9') {
			return false
		}
	}
	return true
}

// digits says whether s is n digits.
func digits(s string, n int) bool {
	return len(s) == n && strings.Trim(s, "0123456789") == ""
}
