// SPDX-License-Identifier: AGPL-3.0-or-later

package conversion

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/db"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
)

// Receivable is what a holder owes since the bank took euros back whose units were
// spent (G6). Owed + Recovered + Waived is always Incurred.
type Receivable struct {
	Holder    ident.Holder `json:"holder"`
	Owed      money.Amount `json:"owed_eur"`
	Incurred  money.Amount `json:"incurred_eur"`
	Recovered money.Amount `json:"recovered_eur"` // by later credits
	Waived    money.Amount `json:"waived_eur"`
	Since     time.Time    `json:"since"`
	Waiver    *Waiver      `json:"waiver,omitempty"` // that awaits a second person
}

type waiverNoun struct{}

// Prefix of a waiver's id.
func (waiverNoun) Prefix() string { return "wvr_" }

// WaiverID is the id of a waiver.
type WaiverID = ident.ID[waiverNoun]

// Waiver is a receivable, or a part of it, that the issuer gives up.
type Waiver struct {
	ID         WaiverID     `json:"id"`
	Holder     ident.Holder `json:"holder"`
	Amount     money.Amount `json:"amount_eur"`
	Reason     string       `json:"reason"`
	ProposedBy ident.User   `json:"proposed_by"`
	ProposedAt time.Time    `json:"proposed_at"`
	Entry      ident.Entry  `json:"entry,omitzero"` // once it was approved
}

// WaiveInput proposes to give up what a holder owes.
type WaiveInput struct {
	Holder ident.Holder `json:"holder"`
	Amount money.Amount `json:"amount_eur"`
	Reason string       `json:"reason"`
}

const (
	sqlIncur = `INSERT INTO receivables (holder, owed, incurred, since) VALUES ($1, $2, $2, $3)
		ON CONFLICT (holder) DO UPDATE SET owed = receivables.owed + excluded.owed, incurred = receivables.incurred + excluded.incurred,
			since = CASE WHEN receivables.owed = 0 THEN excluded.since ELSE receivables.since END`
	sqlRecover           = `UPDATE receivables SET owed = owed - $2, recovered = recovered + $2 WHERE holder = $1 AND owed >= $2`
	sqlWaive             = `UPDATE receivables SET owed = owed - $2, waived = waived + $2 WHERE holder = $1 AND owed >= $2`
	sqlReceivableColumns = `SELECT r.holder, r.owed, r.incurred, r.recovered, r.waived, r.since,
			w.id, COALESCE(w.amount, 0), COALESCE(w.reason, ''), w.proposed_by, w.proposed_at
		FROM receivables r LEFT JOIN waivers w ON w.holder = r.holder AND w.approved_at IS NULL `
	sqlReceivable   = sqlReceivableColumns + `WHERE r.holder = $1`
	sqlReceivables  = sqlReceivableColumns + `WHERE r.owed > 0 ORDER BY r.since, r.holder LIMIT 200`
	sqlEveryDebt    = sqlReceivableColumns + `ORDER BY r.holder`
	sqlInsertWaiver = `INSERT INTO waivers (id, holder, amount, reason, proposed_by, proposed_at)
		SELECT $1, $2, $3, $4, $5, $6 WHERE NOT EXISTS (SELECT 1 FROM waivers w WHERE w.holder = $2 AND w.approved_at IS NULL)`
	sqlWaiver        = `SELECT id, holder, amount, reason, proposed_by, proposed_at, entry FROM waivers WHERE id = $1`
	sqlApproveWaiver = `UPDATE waivers SET entry = $2, approved_by = $3, approved_at = $4 WHERE id = $1 AND approved_at IS NULL AND proposed_by <> $3`
)

// incur notes what a holder owes from now on.
func incur(tx *ledger.Tx, h ident.Holder, amount money.Amount) error {
	if amount == 0 {
		return nil
	}
	tx.Remember(dutiesName, nil)
	_, err := tx.Exec(sqlIncur, h, amount, tx.Now().UnixMicro())
	return err
}

// collectDebt takes what a holder owes out of what they have, in an entry of its
// own: the units are retired and the euros that backed them make the fund whole.
func collectDebt(tx *ledger.Tx, h ident.Holder) error {
	owed, err := tx.Balance(ledger.Receivable(h))
	if err != nil {
		return err
	}
	there, err := tx.Balance(ledger.Wallet(h))
	if err != nil {
		return err
	}
	amount := min(owed, there)
	if amount <= 0 {
		return nil
	}
	if _, err := tx.Post(ledger.Draft{Kind: ledger.KindRecovery, Postings: []ledger.Posting{
		{Debit: ledger.Wallet(h), Credit: ledger.Issued(ledger.Digital), Amount: amount},
		{Debit: ledger.Backing(ledger.Digital), Credit: ledger.Receivable(h), Amount: amount},
	}}); err != nil {
		return err
	}
	tx.Touch(ident.WalletOf(h).Ref())
	return tx.Guard(ErrNothingOwed, sqlRecover, h, amount)
}

// ProposeWaiver asks a second person to give up what a holder owes. It returns
// ErrInvalid, ErrForbidden, ErrNothingOwed where they owe less, and ErrWaiverOpen
// where another proposal awaits approval.
func (s *Service) ProposeWaiver(ctx context.Context, actor access.Actor, key string, in WaiveInput) (Waiver, bool, error) {
	var check fault.Check
	check.That(payable(in.Amount), "/amount_eur", "must be above zero")
	check.That(printable(in.Reason, 200), "/reason", "must be 1 to 200 printable characters")
	return execute[Waiver](ctx, s, ledger.Command{Actor: actor, Action: access.ReceivableWaive, Key: key, Input: in}, check.Err(),
		func(tx *ledger.Tx) (ident.Ref, error) {
			if owed, err := tx.Balance(ledger.Receivable(in.Holder)); err != nil {
				return ident.Ref{}, err
			} else if owed < in.Amount {
				return ident.Ref{}, ErrNothingOwed
			}
			w := Waiver{ID: WaiverID{Bits: tx.NewID()}, Holder: in.Holder, Amount: in.Amount, Reason: in.Reason, ProposedBy: tx.Actor().ID, ProposedAt: tx.Now()}
			if err := tx.Guard(ErrWaiverOpen, sqlInsertWaiver, w.ID, w.Holder, w.Amount, w.Reason, w.ProposedBy, w.ProposedAt.UnixMicro()); err != nil {
				return ident.Ref{}, err
			}
			return keep(tx, w, w.ID.Ref())
		})
}

// ApproveWaiver gives up what a holder owes, as another person than who proposed
// it and than who owes it (D9). The fund stays short of it until the treasurer
// moves euros. It returns ErrMissing, ErrForbidden, ErrSamePerson,
// ErrWaiverApproved, and ErrNothingOwed where later credits paid meanwhile.
func (s *Service) ApproveWaiver(ctx context.Context, actor access.Actor, key string, id WaiverID) (Waiver, bool, error) {
	return execute[Waiver](ctx, s, ledger.Command{Actor: actor, Action: access.WaiverApprove, Key: key, Input: id}, nil,
		func(tx *ledger.Tx) (ident.Ref, error) {
			var w Waiver
			var at sql.NullInt64
			err := tx.QueryRow(sqlWaiver, id).Scan(&w.ID, &w.Holder, &w.Amount, &w.Reason, &w.ProposedBy, &at, &w.Entry)
			switch {
			case err != nil:
				return ident.Ref{}, found(err)
			case !w.Entry.IsZero():
				return ident.Ref{}, ErrWaiverApproved
			case w.ProposedBy == tx.Actor().ID || w.Holder == tx.Actor().Holder:
				return ident.Ref{}, ErrSamePerson
			}
			w.ProposedAt = instant(at)
			if err := tx.Guard(ErrNothingOwed, sqlWaive, w.Holder, w.Amount); err != nil {
				return ident.Ref{}, err
			}
			if err := tx.Open(ledger.LossWaived); err != nil {
				return ident.Ref{}, err
			}
			e, err := tx.Post(ledger.Draft{Kind: ledger.KindWaiver, Reference: w.ID.String(),
				Postings: []ledger.Posting{{Debit: ledger.LossWaived, Credit: ledger.Receivable(w.Holder), Amount: w.Amount}}})
			if err != nil {
				return ident.Ref{}, err
			}
			tx.Remember(dutiesName, nil)
			w.Entry = e.ID
			if err := tx.Guard(ErrWaiverApproved, sqlApproveWaiver, w.ID, w.Entry, tx.Actor().ID, tx.Now().UnixMicro()); err != nil {
				return ident.Ref{}, err
			}
			return keep(tx, w, w.ID.Ref())
		})
}

// Receivables lists what holders owe, the oldest first. It returns ErrForbidden.
func (v *View) Receivables(ctx context.Context, actor access.Actor) ([]Receivable, error) {
	if err := access.Allow(actor, access.ReceivableRead, ident.Holder{}); err != nil {
		return nil, err
	}
	list, err := v.committed(ctx).Query(sqlReceivables)
	return collect(list, err, scanReceivable)
}

// ReceivableOf returns what a holder owes, with zeros for nothing ever. It returns
// ErrForbidden.
func (v *View) ReceivableOf(ctx context.Context, actor access.Actor, h ident.Holder) (Receivable, error) {
	if err := access.Allow(actor, access.ReceivableRead, h); err != nil {
		return Receivable{}, err
	}
	list, err := v.committed(ctx).Query(sqlReceivable, h)
	all, err := collect(list, err, scanReceivable)
	if err != nil || len(all) == 0 {
		return Receivable{Holder: h}, err
	}
	return all[0], nil
}

func scanReceivable(row db.Row) (Receivable, error) {
	var r Receivable
	var w Waiver
	var since, proposed sql.NullInt64
	err := row.Scan(&r.Holder, &r.Owed, &r.Incurred, &r.Recovered, &r.Waived, &since, &w.ID, &w.Amount, &w.Reason, &w.ProposedBy, &proposed)
	r.Since = instant(since)
	if !w.ID.IsZero() {
		w.Holder, w.ProposedAt = r.Holder, instant(proposed)
		r.Waiver = &w
	}
	return r, err
}

// checkReceivables proves that what each holder owes stands on their account.
func (v *View) checkReceivables(ctx context.Context, r db.Reader) error {
	list, err := committed{ctx, r}.Query(sqlEveryDebt)
	all, err := collect(list, err, scanReceivable)
	if err != nil {
		return err
	}
	var owed money.Amount
	for _, d := range all {
		b, err := v.journal.Balance(ctx, r, ledger.Receivable(d.Holder))
		if err != nil {
			return err
		}
		if b.Amount != d.Owed {
			return &ledger.Difference{Where: "receivable of " + d.Holder.String(), What: fmt.Sprintf("owed %s, recomputed %s", d.Owed, b.Amount)}
		}
		owed += d.Owed
	}
	accounts, err := v.journal.Balances(ctx, r, "eur:receivable:")
	if err != nil {
		return err
	}
	for _, b := range accounts {
		owed -= b.Amount
	}
	if owed != 0 {
		return &ledger.Difference{Where: "receivables", What: "an account is of nobody who owes"}
	}
	return nil
}
