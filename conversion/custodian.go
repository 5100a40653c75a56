// SPDX-License-Identifier: AGPL-3.0-or-later

package conversion

import (
	"context"
	"database/sql"
	"time"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/db"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
)

type bankChangeNoun struct{}

// Prefix of a change of the bank accounts.
func (bankChangeNoun) Prefix() string { return "bac_" }

// BankChangeID is the id of a change of the bank accounts.
type BankChangeID = ident.ID[bankChangeNoun]

// BankDeed is what is done about a compte dédié.
type BankDeed string

// The deeds.
const (
	OpenBank  BankDeed = "open"
	CloseBank BankDeed = "close"
)

// BankChangeStatus says how far a change is.
type BankChangeStatus string

// The statuses of a change.
const (
	BankProposed  BankChangeStatus = "proposed"
	BankDone      BankChangeStatus = "done"
	BankWithdrawn BankChangeStatus = "withdrawn"
)

// BankChange is a compte dédié that somebody proposed to open or to close after
// the book was opened. Another person approves it (D9).
type BankChange struct {
	ID     BankChangeID     `json:"id"`
	Deed   BankDeed         `json:"deed"`
	Status BankChangeStatus `json:"status"`
	BankAccount
	Note       string     `json:"note"`
	ProposedBy ident.User `json:"proposed_by"`
	ProposedAt time.Time  `json:"proposed_at"`
	ClosedBy   ident.User `json:"closed_by,omitzero"`
	ClosedAt   time.Time  `json:"closed_at,omitzero"`
}

// HeldAccount is an account of the issuer with what the book says it holds.
type HeldAccount struct {
	BankAccount
	Balance  money.Amount `json:"balance_eur"`
	ClosedAt time.Time    `json:"closed_at,omitzero"`
}

// ProposeBankInput is a compte dédié to open. The codes of its pool and custodian
// are in that of the account, as ledger.Guarantee gives it.
type ProposeBankInput struct {
	Account    ledger.Account `json:"account"`
	Custodian  string         `json:"custodian"` // the bank, as it is shown
	IBAN       string         `json:"iban"`      // upper case, without spaces; ops/run knows the keys of countries
	BIC        string         `json:"bic,omitempty"`
	HolderName string         `json:"holder_name"` // exactly as on the bank's certificate (S5)
	Note       string         `json:"note"`        // why, for whoever approves and for the audit
}

// CloseBankInput is a compte dédié to close.
type CloseBankInput struct {
	Account ledger.Account `json:"account"`
	Note    string         `json:"note"`
}

const (
	sqlCustodians       = `SELECT code, pool, custodian, iban, bic, holder_name, closed_at FROM bank_accounts ORDER BY position`
	sqlBankTaken        = `SELECT COUNT(*) FROM bank_accounts WHERE code = $1 OR iban = $2 AND closed_at IS NULL`
	sqlInsertBankChange = `INSERT INTO bank_account_changes (id, deed, code, pool, custodian, iban, bic, holder_name, note, status, proposed_by, proposed_at, open)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'proposed', $10, $11, 1) ON CONFLICT (code, open) DO NOTHING`
	sqlCloseBankChange = `UPDATE bank_account_changes SET status = $2, closed_by = $3, closed_at = $4, open = NULL WHERE id = $1 AND status = 'proposed'`
	sqlAddBankAccount  = `INSERT INTO bank_accounts (code, position, pool, custodian, iban, bic, holder_name)
		SELECT $1, (SELECT MAX(position) + 1 FROM bank_accounts), $2, $3, $4, $5, $6
		WHERE NOT EXISTS (SELECT 1 FROM bank_accounts WHERE code = $1 OR iban = $4 AND closed_at IS NULL)`
	sqlCloseBankAccount  = `UPDATE bank_accounts SET closed_at = $2 WHERE code = $1 AND closed_at IS NULL`
	sqlBankChangeColumns = `SELECT id, deed, code, pool, custodian, iban, bic, holder_name, note, status, proposed_by, proposed_at, closed_by, closed_at FROM bank_account_changes `
	sqlBankChange        = sqlBankChangeColumns + `WHERE id = $1`
	sqlBankChanges       = sqlBankChangeColumns + `WHERE ($1 = '' OR status = $1) AND (id < $2 OR $2 IS NULL) ORDER BY id DESC LIMIT $3`
	// What counts on an account: conversions that await a transfer to it, and
	// redemptions that a run pays from it.
	sqlBankAwaits = `SELECT (SELECT COUNT(*) FROM conversions WHERE account = $1 AND status = 'awaiting_euros' AND expires_at > $2)
		+ (SELECT COUNT(*) FROM redemption_runs r JOIN redemptions x ON x.run = r.id WHERE r.account = $1 AND x.status IN ('in_run', 'sent'))`
)

// ProposeBank proposes to open a compte dédié; another person approves it. It
// returns ErrForbidden, ErrInvalid, ErrNotOpen, ErrAccountExists for a code that is
// or was one, or an IBAN that is one, and ErrAccountOpen.
func (s *Service) ProposeBank(ctx context.Context, actor access.Actor, key string, in ProposeBankInput) (BankChange, bool, error) {
	pool, dedicated := guaranteePool(in.Account)
	var check fault.Check
	check.That(dedicated, "/account", "must be a guarantee account of a pool, as eur:bank:guarantee:digital:la-nef")
	check.That(printable(in.Custodian, 70), "/custodian", "the bank must be named")
	check.That(printable(in.HolderName, 70), "/holder_name", "the account holder must be named as on the bank's certificate (S5)")
	check.That(validIBAN(in.IBAN), "/iban", "must be an IBAN in capitals without spaces, with right check digits (S7)")
	check.That(in.BIC == "" || validBIC(in.BIC), "/bic", "must be 8 or 11 capitals and digits")
	check.That(printable(in.Note, 200), "/note", "must be 1 to 200 printable characters")
	return execute[BankChange](ctx, s, ledger.Command{Actor: actor, Action: access.BankAccountPropose, Key: key, Input: in}, check.Err(),
		func(tx *ledger.Tx) (ident.Ref, error) {
			if _, err := opened(tx); err != nil {
				return ident.Ref{}, err
			}
			var taken int
			if err := tx.QueryRow(sqlBankTaken, string(in.Account), in.IBAN).Scan(&taken); err != nil {
				return ident.Ref{}, err
			}
			if taken > 0 {
				return ident.Ref{}, ErrAccountExists
			}
			return propose(tx, OpenBank, BankAccount{in.Account, pool, in.Custodian, in.IBAN, in.BIC, in.HolderName}, in.Note)
		})
}

// ProposeBankClosing proposes to close a compte dédié; another person approves it.
// It returns ErrForbidden, ErrInvalid, ErrMissing for what is no open one,
// ErrAccountHolds, ErrAccountAwaits, ErrAccountLast and ErrAccountOpen.
func (s *Service) ProposeBankClosing(ctx context.Context, actor access.Actor, key string, in CloseBankInput) (BankChange, bool, error) {
	var check fault.Check
	check.That(printable(in.Note, 200), "/note", "must be 1 to 200 printable characters")
	return execute[BankChange](ctx, s, ledger.Command{Actor: actor, Action: access.BankAccountPropose, Key: key, Input: in}, check.Err(),
		func(tx *ledger.Tx) (ident.Ref, error) {
			a, err := closable(tx, in.Account)
			if err != nil {
				return ident.Ref{}, err
			}
			return propose(tx, CloseBank, a, in.Note)
		})
}

func propose(tx *ledger.Tx, deed BankDeed, a BankAccount, note string) (ident.Ref, error) {
	c := BankChange{ID: BankChangeID{Bits: tx.NewID()}, Deed: deed, Status: BankProposed, BankAccount: a, Note: note, ProposedBy: tx.Actor().ID, ProposedAt: tx.Now()}
	if err := tx.Guard(ErrAccountOpen, sqlInsertBankChange, c.ID, string(c.Deed), string(c.Account), string(c.Pool), c.Custodian, c.IBAN, c.BIC, c.HolderName, c.Note,
		c.ProposedBy, c.ProposedAt.UnixMicro()); err != nil {
		return ident.Ref{}, err
	}
	return keep(tx, c, c.ID.Ref())
}

// closable returns a compte dédié that can be closed.
func closable(tx *ledger.Tx, code ledger.Account) (BankAccount, error) {
	accounts, err := bankAccounts(tx)
	if err != nil {
		return BankAccount{}, err
	}
	var found BankAccount
	others := 0
	for _, a := range accounts {
		if a.Account == code && a.Pool != "" {
			found = a
		}
	}
	for _, a := range accounts {
		if a.Pool == found.Pool && a.Account != code {
			others++
		}
	}
	if found.Account == "" {
		return BankAccount{}, ledger.ErrMissing
	}
	held, err := tx.Balance(code)
	if err != nil {
		return BankAccount{}, err
	}
	owed, err := tx.Balance(ledger.Backing(found.Pool))
	if err != nil {
		return BankAccount{}, err
	}
	var awaits int
	if err := tx.QueryRow(sqlBankAwaits, string(code), tx.Now().UnixMicro()).Scan(&awaits); err != nil {
		return BankAccount{}, err
	}
	switch {
	case held != 0:
		return BankAccount{}, ErrAccountHolds
	case awaits > 0:
		return BankAccount{}, ErrAccountAwaits
	case others == 0 && (owed != 0 || found.Pool == ledger.Digital):
		return BankAccount{}, ErrAccountLast // digital units have one as long as the currency lives (L1)
	}
	return found, nil
}

// ApproveBank opens or closes the account, as another person than who proposed it
// (D9): from then on it is a compte dédié as those given at the opening, or is
// offered nowhere. It returns ErrForbidden, ErrMissing, ErrSamePerson,
// ErrAccountChange, ErrAccountExists, and the refusals of ProposeBankClosing.
func (s *Service) ApproveBank(ctx context.Context, actor access.Actor, key string, id BankChangeID) (BankChange, bool, error) {
	return execute[BankChange](ctx, s, ledger.Command{Actor: actor, Action: access.BankAccountApprove, Key: key, Input: id}, nil,
		func(tx *ledger.Tx) (ident.Ref, error) {
			c, err := scanBankChange(tx.QueryRow(sqlBankChange, id))
			switch {
			case err != nil:
				return ident.Ref{}, found(err)
			case c.Status != BankProposed:
				return ident.Ref{}, ErrAccountChange
			case c.ProposedBy == tx.Actor().ID:
				return ident.Ref{}, ErrSamePerson
			}
			if c.Deed == CloseBank {
				if _, err := closable(tx, c.Account); err != nil {
					return ident.Ref{}, err
				}
				if err := tx.Guard(ErrAccountChange, sqlCloseBankAccount, string(c.Account), tx.Now().UnixMicro()); err != nil {
					return ident.Ref{}, err
				}
				return c.close(tx, BankDone)
			}
			if err := tx.Guard(ErrAccountExists, sqlAddBankAccount, string(c.Account), string(c.Pool), c.Custodian, c.IBAN, c.BIC, c.HolderName); err != nil {
				return ident.Ref{}, err
			}
			if err := tx.Open(c.Account); err != nil {
				return ident.Ref{}, err
			}
			return c.close(tx, BankDone)
		})
}

// WithdrawBank takes a proposal back, or turns it down. It returns ErrForbidden,
// ErrMissing and ErrAccountChange.
func (s *Service) WithdrawBank(ctx context.Context, actor access.Actor, key string, id BankChangeID) (BankChange, bool, error) {
	return execute[BankChange](ctx, s, ledger.Command{Actor: actor, Action: access.BankAccountWithdraw, Key: key, Input: id}, nil,
		func(tx *ledger.Tx) (ident.Ref, error) {
			c, err := scanBankChange(tx.QueryRow(sqlBankChange, id))
			if err != nil {
				return ident.Ref{}, found(err)
			}
			return c.close(tx, BankWithdrawn)
		})
}

// close ends a change.
func (c *BankChange) close(tx *ledger.Tx, is BankChangeStatus) (ident.Ref, error) {
	c.Status, c.ClosedBy, c.ClosedAt = is, tx.Actor().ID, tx.Now()
	if err := tx.Guard(ErrAccountChange, sqlCloseBankChange, c.ID, string(is), c.ClosedBy, c.ClosedAt.UnixMicro()); err != nil {
		return ident.Ref{}, err
	}
	return keep(tx, *c, c.ID.Ref())
}

// HeldAccounts lists the accounts of the issuer, closed ones as well, with what the
// book says they hold. It returns ErrForbidden and an error of the engine.
func (v *View) HeldAccounts(ctx context.Context, actor access.Actor) ([]HeldAccount, error) {
	if err := access.Allow(actor, access.BankAccountRead, ident.Holder{}); err != nil {
		return nil, err
	}
	var all []HeldAccount
	err := v.journal.Snapshot(ctx, func(r db.Reader) error {
		var err error
		if all, err = custodians(committed{ctx, r}); err != nil {
			return err
		}
		for i := range all {
			b, err := v.journal.Balance(ctx, r, all[i].Account)
			if err != nil {
				return err
			}
			all[i].Balance = b.Amount
		}
		return nil
	})
	return all, err
}

// BankChanges lists changes of a status, any where it is empty, newest first, made
// before one of them where it is given. It returns ErrForbidden.
func (v *View) BankChanges(ctx context.Context, actor access.Actor, status BankChangeStatus, before BankChangeID, most int) ([]BankChange, error) {
	if err := access.Allow(actor, access.BankAccountRead, ident.Holder{}); err != nil {
		return nil, err
	}
	list, err := v.committed(ctx).Query(sqlBankChanges, string(status), before, limit(most))
	return collect(list, err, scanBankChange)
}

// custodians reads the accounts of the issuer, closed ones as well.
func custodians(r rows) ([]HeldAccount, error) {
	list, err := r.Query(sqlCustodians)
	return collect(list, err, func(row db.Row) (HeldAccount, error) {
		var a HeldAccount
		var closed sql.NullInt64
		err := row.Scan(&a.Account, &a.Pool, &a.Custodian, &a.IBAN, &a.BIC, &a.HolderName, &closed)
		a.ClosedAt = instant(closed)
		return a, err
	})
}

func scanBankChange(row db.Row) (BankChange, error) {
	var c BankChange
	var proposed, closed sql.NullInt64
	err := row.Scan(&c.ID, &c.Deed, &c.Account, &c.Pool, &c.Custodian, &c.IBAN, &c.BIC, &c.HolderName, &c.Note, &c.Status, &c.ProposedBy, &proposed, &c.ClosedBy, &closed)
	c.ProposedAt, c.ClosedAt = instant(proposed), instant(closed)
	return c, err
}
