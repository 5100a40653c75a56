// SPDX-License-Identifier: AGPL-3.0-or-later

package conversion

import (
	"context"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
)

// DeskWithin returns the desk of a slug, or the only one where none is named, as
// a command sees it. It returns ErrNotOpen, ErrDeskMissing and ErrInvalid.
func DeskWithin(tx *ledger.Tx, slug string) (Desk, error) {
	if _, err := opened(tx); err != nil {
		return Desk{}, err
	}
	return deskNamed(tx, slug)
}

// DeskNow is DeskWithin as committed, for what is shown before a command.
func DeskNow(ctx context.Context, j *ledger.Journal, slug string) (Desk, error) {
	now := committed{ctx, j.Reader()}
	if _, err := opened(now); err != nil {
		return Desk{}, err
	}
	return deskNamed(now, slug)
}

// OpenWithin returns ErrNotOpen where no money may move yet (L1).
func OpenWithin(tx *ledger.Tx) error {
	_, err := opened(tx)
	return err
}

// RedeemWithin asks, within another command, for the euros of units that this
// command has just put into the wallet of h. It returns ErrNotRedeemable for an
// individual (L5).
func RedeemWithin(tx *ledger.Tx, h ledger.Holder, amount money.Amount) (RedemptionID, error) {
	if h.Kind == ledger.Individual {
		return RedemptionID{}, ErrNotRedeemable
	}
	ref, err := request(tx, h, RequestRedemptionInput{Holder: h.ID, Amount: amount}, ExceptionInput{})
	return RedemptionID{Bits: ref.Bits}, err
}

// ReferenceWithin keeps the bank reference of euros that a command moved. It
// returns ErrReferenceUsed.
func ReferenceWithin(tx *ledger.Tx, reference string, entry ident.Entry) error {
	return tx.Guard(ErrReferenceUsed, sqlInsertTransfer, reference, entry, tx.Now().UnixMicro())
}

// DedicatedWithin returns the compte dédié of a pool that is asked for, the first
// one where none is. It returns ErrInvalid where there is no such account.
func DedicatedWithin(tx *ledger.Tx, pool ledger.Pool, asked ledger.Account) (BankAccount, error) {
	accounts, err := bankAccounts(tx)
	if err != nil {
		return BankAccount{}, err
	}
	for _, a := range accounts {
		if a.Pool == pool && (asked == "" || asked == a.Account) {
			return a, nil
		}
	}
	return BankAccount{}, fault.ErrInvalid.At("/account", "must be a compte dédié of this pool")
}
