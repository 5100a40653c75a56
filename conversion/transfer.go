// SPDX-License-Identifier: AGPL-3.0-or-later

package conversion

import (
	"context"
	"slices"
	"strings"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/civil"
	"github.com/noria-mlc/noria/ledger/db"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
)

// MoveEurosInput is euros that went from one place of the issuer to another:
// the operating account, a compte dédié, the till of a desk, or that of its dues.
type MoveEurosInput struct {
	From          ledger.Account `json:"from"`
	To            ledger.Account `json:"to"`
	Amount        money.Amount   `json:"amount_eur"`
	BankReference string         `json:"bank_reference"`     // each is booked once
	BookedOn      civil.Date     `json:"booked_on,omitzero"` // value date at the bank; the day of the command where left out
}

// Transfer is euros that were moved.
type Transfer struct {
	Entry         ident.Entry    `json:"entry"`
	From          ledger.Account `json:"from"`
	To            ledger.Account `json:"to"`
	Amount        money.Amount   `json:"amount_eur"`
	BankReference string         `json:"bank_reference"`
}

// MoveEuros books euros that were moved between the issuer's own places: a
// till brought to the bank, commissions moved to the operating account, a
// shortfall made good. It returns ErrInvalid, ErrNotOpen, ErrReferenceUsed,
// ErrInsufficientFunds for a till that does not hold them, and ErrShortfall
// where the euros would leave a pool's fund with less than it owes (G1, G3).
func (s *Service) MoveEuros(ctx context.Context, actor access.Actor, key string, in MoveEurosInput) (Transfer, bool, error) {
	var check fault.Check
	check.That(payable(in.Amount), "/amount_eur", "must be above zero")
	check.That(in.From != in.To, "/to", "must be another account")
	check.That(printable(in.BankReference, 140), "/bank_reference", "must be 1 to 140 printable characters")
	s.checkBooked(&check, in.BookedOn)
	return execute[Transfer](ctx, s, ledger.Command{Actor: actor, Action: access.EurosMove, Key: key, Input: in}, check.Err(),
		func(tx *ledger.Tx) (ident.Ref, error) {
			if _, err := opened(tx); err != nil {
				return ident.Ref{}, err
			}
			if err := ownPlaces(tx, in); err != nil {
				return ident.Ref{}, err
			}
			e, err := tx.Post(ledger.Draft{Kind: ledger.KindTransfer, BookedOn: in.BookedOn, Reference: in.BankReference,
				Postings: []ledger.Posting{{Debit: in.To, Credit: in.From, Amount: in.Amount}}})
			if err != nil {
				return ident.Ref{}, err
			}
			if err := keepsCover(tx, in); err != nil {
				return ident.Ref{}, err
			}
			if err := tx.Guard(ErrReferenceUsed, sqlInsertTransfer, in.BankReference, e.ID, tx.Now().UnixMicro()); err != nil {
				return ident.Ref{}, err
			}
			return keep(tx, Transfer{e.ID, in.From, in.To, in.Amount, in.BankReference}, e.ID.Ref())
		})
}

// ownPlaces returns ErrInvalid unless both accounts are the issuer's own.
func ownPlaces(tx *ledger.Tx, in MoveEurosInput) error {
	banks, err := bankAccounts(tx)
	if err != nil {
		return err
	}
	tills, err := desks(tx)
	if err != nil {
		return err
	}
	providers, err := accountsOf(tx, "eur:provider:")
	if err != nil {
		return err
	}
	dues, err := accountsOf(tx, string(ledger.DuesDesk("")))
	if err != nil {
		return err
	}
	own := func(a ledger.Account) bool {
		return a == ledger.Operating || slices.ContainsFunc(banks, func(b BankAccount) bool { return b.Account == a }) ||
			slices.ContainsFunc(tills, func(d Desk) bool { return d.Account == a || ledger.NotesDesk(d.Slug) == a }) || slices.Contains(providers, a) || slices.Contains(dues, a) && a == in.From
	}
	var check fault.Check
	check.That(own(in.From), "/from", "must be the operating account, a compte dédié, a card provider or the till of a desk")
	check.That(own(in.To), "/to", "must be the operating account, a compte dédié, a card provider or the till of a desk")
	check.That(!strings.HasPrefix(string(in.From), "eur:dues:") || in.To == ledger.Operating, "/to", "dues go to the operating account: they are never money of the fund (P11)")
	return check.Err()
}

// keepsCover returns ErrShortfall where euros left a pool's fund, as it stands
// in this command, with less than it owes.
func keepsCover(tx *ledger.Tx, in MoveEurosInput) error {
	if in.From == ledger.Operating || strings.HasPrefix(string(in.From), "eur:dues:") || (in.To != ledger.Operating && poolOf(in.From) == poolOf(in.To)) {
		return nil
	}
	pool := poolOf(in.From)
	sums := FundSums{}
	for _, prefix := range fundPrefixes() {
		codes, err := accountsOf(tx, prefix)
		if err != nil {
			return err
		}
		for _, code := range codes {
			if poolOf(code) != pool {
				continue
			}
			balance, err := tx.Balance(code)
			if err != nil {
				return err
			}
			sums.note(code, balance)
			if _, ok := guaranteePool(code); ok {
				sums.keepAt(string(code), balance)
			}
		}
	}
	if sums.conclude(); sums.Gap > 0 {
		return ErrShortfall
	}
	return nil
}

// accountsOf lists the accounts that begin with a prefix, those opened by this
// batch included.
func accountsOf(tx *ledger.Tx, prefix string) ([]ledger.Account, error) {
	list, err := tx.Query(sqlAccounts, prefix, prefix+"\x7f")
	return collect(list, err, func(row db.Row) (ledger.Account, error) {
		var a ledger.Account
		return a, row.Scan(&a)
	})
}
