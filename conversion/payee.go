// SPDX-License-Identifier: AGPL-3.0-or-later

package conversion

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"time"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/db"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/ident"
)

type payeeNoun struct{}

// Prefix of a payout account's id.
func (payeeNoun) Prefix() string { return "pac_" }

// PayoutAccountID is the id of a payout account.
type PayoutAccountID = ident.ID[payeeNoun]

// AccountDelay is how long after a change nothing is paid (rule D10).
const AccountDelay = 48 * time.Hour

// PayoutAccountStatus is how far a payout account is.
type PayoutAccountStatus string

// The statuses of a payout account.
const (
	AccountProposed  PayoutAccountStatus = "proposed"  // written by staff, awaits a second person (D9)
	AccountDelayed   PayoutAccountStatus = "delayed"   // will be paid to from EffectiveAt on (D10)
	AccountEffective PayoutAccountStatus = "effective" // is paid to
	AccountReplaced  PayoutAccountStatus = "replaced"  // another one came after it
)

// PayoutAccount is where a holder's euros are sent. In the answer to a command,
// which the audit trail keeps, the number is masked and the name left out: both
// are personal data.
type PayoutAccount struct {
	ID          PayoutAccountID     `json:"id"`
	Holder      ident.Holder        `json:"holder"`
	Status      PayoutAccountStatus `json:"status"`
	IBAN        string              `json:"iban"`
	BIC         string              `json:"bic,omitempty"`
	Name        string              `json:"name,omitempty"` // of the account's holder, exactly as on the RIB (S5)
	Staff       bool                `json:"staff"`          // whether staff wrote it
	SetAt       time.Time           `json:"set_at"`
	ApprovedAt  time.Time           `json:"approved_at,omitzero"`
	EffectiveAt time.Time           `json:"effective_at,omitzero"`

	setBy ident.User
}

// Masked returns the account with all but the ends of its number hidden and
// without its name.
func (a PayoutAccount) Masked() PayoutAccount {
	if len(a.IBAN) > 8 {
		a.IBAN = a.IBAN[:4] + " •••• " + a.IBAN[len(a.IBAN)-4:]
	}
	a.Name = ""
	return a
}

// SetPayoutAccountInput says where a holder's euros are to be sent.
type SetPayoutAccountInput struct {
	Holder ident.Holder `json:"holder"`
	IBAN   string       `json:"iban"` // upper case, without spaces; ops/run knows the keys of countries
	BIC    string       `json:"bic,omitempty"`
	Name   string       `json:"name"`
}

// Tell tells people about a change within its command, so that both stand or
// fall together; the room above knows how they are reached.
type Tell func(tx *ledger.Tx, a PayoutAccount) error

// SetPayoutAccount writes where a holder's euros are sent. The first account of
// a holder holds at once, another one 48 hours later, and nothing is paid
// meanwhile (D10). What staff write awaits a second person (D9). tell may be
// nil. It returns ErrNotRedeemable for an individual who is not staff's exception
// (L5), ErrInvalid, ErrMissing, ErrForbidden and ErrNotOpen.
func (s *Service) SetPayoutAccount(ctx context.Context, actor access.Actor, key string, in SetPayoutAccountInput, tell Tell) (PayoutAccount, bool, error) {
	if err := access.Allow(actor, access.PayoutAccountSet, in.Holder); err != nil {
		return PayoutAccount{}, false, err
	}
	var check fault.Check
	check.That(validIBAN(in.IBAN), "/iban", "must be an IBAN in capitals without spaces, with right check digits (S7)")
	check.That(in.BIC == "" || validBIC(in.BIC), "/bic", "must be 8 or 11 capitals and digits")
	check.That(printable(in.Name, 70), "/name", "must be the name on the bank's certificate, 1 to 70 characters (S5)")
	h, err := s.ledger.Holder(ctx, in.Holder)
	if err != nil {
		return PayoutAccount{}, false, err
	}
	staff := access.Allow(ofTheirOwn(actor), access.PayoutAccountSet, in.Holder) != nil
	if h.Kind == ledger.Individual && !staff {
		return PayoutAccount{}, false, ErrNotRedeemable
	}
	return execute[PayoutAccount](ctx, s, ledger.Command{Actor: actor, Action: access.PayoutAccountSet, Owner: in.Holder, Key: key, Input: in}, check.Err(),
		func(tx *ledger.Tx) (ident.Ref, error) {
			if _, err := opened(tx); err != nil {
				return ident.Ref{}, err
			}
			a := PayoutAccount{ID: PayoutAccountID{Bits: tx.NewID()}, Holder: in.Holder, IBAN: in.IBAN, BIC: in.BIC, Name: in.Name,
				Staff: staff, SetAt: tx.Now(), Status: AccountProposed}
			if !staff {
				if err := a.approve(tx); err != nil {
					return ident.Ref{}, err
				}
			}
			if _, err := tx.Exec(sqlInsertPayee, a.ID, a.Holder, a.IBAN, a.BIC, a.Name, tx.Actor().ID, a.SetAt.UnixMicro(), digit(staff),
				micros(a.ApprovedAt), micros(a.EffectiveAt)); err != nil {
				return ident.Ref{}, err
			}
			return a.told(tx, tell)
		})
}

// ApprovePayoutAccountInput names the account that staff wrote, with the number
// that the second person read on the certificate.
type ApprovePayoutAccountInput struct {
	Account PayoutAccountID `json:"account"`
	IBAN    string          `json:"iban"`
}

// ApprovePayoutAccount approves what a member of staff wrote, by another person
// who read the same number (D9). It returns ErrMissing, ErrSamePerson,
// ErrIBANDiffers, ErrAccountApproved and ErrAccountReplaced.
func (s *Service) ApprovePayoutAccount(ctx context.Context, actor access.Actor, key string, in ApprovePayoutAccountInput, tell Tell) (PayoutAccount, bool, error) {
	return execute[PayoutAccount](ctx, s, ledger.Command{Actor: actor, Action: access.PayoutAccountApprove, Key: key, Input: in}, nil,
		func(tx *ledger.Tx) (ident.Ref, error) {
			a, err := scanPayee(tx.QueryRow(sqlPayee, in.Account))
			if err != nil {
				return ident.Ref{}, found(err)
			}
			later, err := lastPayee(tx, a.Holder)
			switch {
			case err != nil:
				return ident.Ref{}, err
			case !a.ApprovedAt.IsZero():
				return ident.Ref{}, ErrAccountApproved
			case a.ID.String() < later.ID.String():
				return ident.Ref{}, ErrAccountReplaced
			case a.setBy == tx.Actor().ID || a.Holder == tx.Actor().Holder:
				return ident.Ref{}, ErrSamePerson
			case a.IBAN != in.IBAN:
				return ident.Ref{}, ErrIBANDiffers
			}
			if err := a.approve(tx); err != nil {
				return ident.Ref{}, err
			}
			if err := tx.Guard(ErrAccountApproved, sqlApprovePayee, a.ID, tx.Actor().ID, a.ApprovedAt.UnixMicro(), a.EffectiveAt.UnixMicro()); err != nil {
				return ident.Ref{}, err
			}
			return a.told(tx, tell)
		})
}

// approve says from when on the account holds.
func (a *PayoutAccount) approve(tx *ledger.Tx) error {
	before, err := lastPayee(tx, a.Holder)
	if err != nil {
		return err
	}
	a.ApprovedAt, a.EffectiveAt, a.Status = tx.Now(), tx.Now(), AccountEffective
	if !before.ID.IsZero() {
		a.EffectiveAt, a.Status = tx.Now().Add(AccountDelay), AccountDelayed
	}
	return nil
}

// told tells about the change and keeps the answer.
func (a *PayoutAccount) told(tx *ledger.Tx, tell Tell) (ident.Ref, error) {
	if tell != nil {
		if err := tell(tx, *a); err != nil {
			return ident.Ref{}, err
		}
	}
	return keep(tx, a.Masked(), a.ID.Ref())
}

// ofTheirOwn returns the actor without the roles whose right is everybody's
// affairs: with what is left they act for themselves or for their organisation.
func ofTheirOwn(actor access.Actor) access.Actor {
	actor.Grants = slices.DeleteFunc(slices.Clone(actor.Grants), func(g access.Grant) bool {
		return access.ScopeOf(g.Role, access.PayoutAccountSet) == access.All
	})
	return actor
}

// PayoutAccounts lists the payout accounts of a holder, newest first: the first
// approved one counts. It returns ErrForbidden.
func (v *View) PayoutAccounts(ctx context.Context, actor access.Actor, holder ident.Holder) ([]PayoutAccount, error) {
	if err := access.Allow(actor, access.PayoutAccountRead, holder); err != nil {
		return nil, err
	}
	return v.AccountsOf(ctx, holder)
}

// SetBy returns who wrote the account.
func (a PayoutAccount) SetBy() ident.User { return a.setBy }

// OpenPayoutAccounts lists the accounts that staff wrote and that await a second
// person (D9), oldest first. It returns ErrForbidden.
func (v *View) OpenPayoutAccounts(ctx context.Context, actor access.Actor) ([]PayoutAccount, error) {
	if err := access.Allow(actor, access.PayoutAccountRead, ident.Holder{}); err != nil {
		return nil, err
	}
	list, err := v.committed(ctx).Query(sqlOpenPayees)
	all, err := collect(list, err, scanPayee)
	for i := range all {
		all[i].Status = AccountProposed
	}
	return all, err
}

// PayoutAccount reads one account. It returns ErrForbidden and ErrMissing.
func (v *View) PayoutAccount(ctx context.Context, actor access.Actor, id PayoutAccountID) (PayoutAccount, error) {
	if err := access.Allow(actor, access.PayoutAccountRead, ident.Holder{}); err != nil {
		return PayoutAccount{}, err
	}
	a, err := scanPayee(v.committed(ctx).QueryRow(sqlPayee, id))
	if err != nil {
		return PayoutAccount{}, found(err)
	}
	all, err := v.AccountsOf(ctx, a.Holder)
	for _, one := range all {
		if one.ID == id {
			return one, err
		}
	}
	return a, err
}

// AccountsOf lists the same for whoever was allowed to ask, such as the copy of a
// person's own data (D7). It returns an error of the engine.
func (v *View) AccountsOf(ctx context.Context, holder ident.Holder) ([]PayoutAccount, error) {
	list, err := v.committed(ctx).Query(sqlPayees, holder, 200)
	all, err := collect(list, err, scanPayee)
	if err != nil {
		return nil, err
	}
	now, later := v.now(), false
	for i := range all {
		a := &all[i]
		a.Status = a.status(now, later)
		later = later || !a.ApprovedAt.IsZero()
	}
	return all, nil
}

// status is that at an instant; later says whether another one was approved
// after it.
func (a *PayoutAccount) status(now time.Time, later bool) PayoutAccountStatus {
	switch {
	case later:
		return AccountReplaced
	case a.ApprovedAt.IsZero():
		return AccountProposed
	case now.Before(a.EffectiveAt):
		return AccountDelayed
	}
	return AccountEffective
}

// lastPayee returns the last approved account of a holder, a zero one where
// there is none.
func lastPayee(r rows, holder ident.Holder) (PayoutAccount, error) {
	a, err := scanPayee(r.QueryRow(sqlLastPayee, holder))
	if errors.Is(err, sql.ErrNoRows) {
		return PayoutAccount{}, nil
	}
	return a, err
}

func scanPayee(row db.Row) (PayoutAccount, error) {
	var a PayoutAccount
	var staff int64
	var set, approved, effective sql.NullInt64
	err := row.Scan(&a.ID, &a.Holder, &a.IBAN, &a.BIC, &a.Name, &a.setBy, &set, &staff, &approved, &effective)
	a.Staff, a.SetAt, a.ApprovedAt, a.EffectiveAt = staff == 1, instant(set), instant(approved), instant(effective)
	return a, err
}

// digit writes a truth as 1 or 0.
func digit(b bool) int {
	if b {
		return 1
	}
	return 0
}
