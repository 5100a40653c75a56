// SPDX-License-Identifier: AGPL-3.0-or-later

package conversion

import (
	"context"
	"database/sql"
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/ident"
)

// AfterReturn is what becomes of a redemption whose euros came back.
type AfterReturn string

// What can become of it.
const (
	GiveBack   AfterReturn = "give-back"   // the units go back to the holder
	SendAgain  AfterReturn = "send-again"  // the next run tries again
	NewAccount AfterReturn = "new-account" // a run tries again once the holder gave another account
)

// ReturnRedemptionInput says that the bank did not pay, or sent the euros back.
type ReturnRedemptionInput struct {
	Redemption    RedemptionID `json:"redemption"`
	Code          string       `json:"code"`           // the bank's reason, as AC04
	BankReference string       `json:"bank_reference"` // of the line that brought the euros back, or of the refusal
	Then          AfterReturn  `json:"then"`
}

// ReturnRedemption takes back what a sent or settled redemption did: the euros
// stand on the compte dédié again where they had left it, and the units are held
// again, or given back. It returns ErrMissing, ErrInvalid, ErrRedemptionNotSent,
// ErrRedemptionInRun and ErrRedemptionRefused.
func (s *Service) ReturnRedemption(ctx context.Context, actor access.Actor, key string, in ReturnRedemptionInput) (Redemption, bool, error) {
	var check fault.Check
	check.That(reasonCode(in.Code), "/code", "must be two capitals and two digits, as AC04")
	check.That(printable(in.BankReference, 140), "/bank_reference", "must be 1 to 140 printable characters")
	check.That(in.Then == GiveBack || in.Then == SendAgain || in.Then == NewAccount, "/then", "must be give-back, send-again or new-account")
	return execute[Redemption](ctx, s, ledger.Command{Actor: actor, Action: access.RedemptionReturn, Key: key, Input: in}, check.Err(),
		func(tx *ledger.Tx) (ident.Ref, error) {
			r, err := redemptionOf(tx, in.Redemption)
			if err != nil {
				return ident.Ref{}, err
			}
			switch r.Status {
			case RedemptionRequested:
				return ident.Ref{}, ErrRedemptionNotSent
			case RedemptionInRun:
				return ident.Ref{}, ErrRedemptionInRun
			case RedemptionRefused:
				return ident.Ref{}, ErrRedemptionRefused
			}
			if err := r.takeBack(tx, in); err != nil {
				return ident.Ref{}, err
			}
			return keep(tx, r, r.ID.Ref())
		})
}

// takeBack undoes a redemption that was sent or settled.
func (r *Redemption) takeBack(tx *ledger.Tx, in ReturnRedemptionInput) error {
	retired, back := r.sent, ident.Entry{}
	switch {
	case r.Status == RedemptionSettled && retired.IsZero():
		retired = r.Entry // settled by hand: one entry did all
	case r.Status == RedemptionSettled:
		paid, err := tx.Entry(r.Entry)
		if err != nil {
			return err
		}
		e, err := tx.Post(ledger.Draft{Kind: ledger.KindReturn, Reference: in.BankReference,
			Postings: []ledger.Posting{{Debit: paid.Lines[0].Credit, Credit: ledger.Redeeming, Amount: r.Euros}}})
		if err != nil {
			return err
		}
		back = e.ID
	}
	reversal, err := tx.Reverse(retired)
	if err != nil {
		return err
	}
	if _, err := tx.Exec(sqlInsertReturn, r.ID, r.Attempt, in.Code, in.BankReference, retired, reversal.ID, back, tx.Actor().ID, tx.Now().UnixMicro()); err != nil {
		return err
	}
	was := r.Attempt
	if err := r.afterReturn(tx, in); err != nil {
		return err
	}
	return tx.Guard(ErrRedemptionNotSent, sqlReturnRedemption, r.ID, was, string(r.Status), r.Attempt, r.Reason, r.Entry, micros(r.ClosedAt), r.notTo)
}

// afterReturn gives the units back or makes the redemption wait for a run.
func (r *Redemption) afterReturn(tx *ledger.Tx, in ReturnRedemptionInput) error {
	run := r.Run
	r.BankReference, r.Run, r.sent = "", RunID{}, ident.Entry{}
	if in.Then == GiveBack {
		e, err := tx.Post(ledger.Draft{Kind: ledger.KindRelease, Reference: r.ID.String(), Postings: r.release()})
		if err != nil {
			return err
		}
		r.Status, r.Reason, r.Entry, r.ClosedAt = RedemptionRefused, in.Code, e.ID, tx.Now()
		return nil
	}
	r.Status, r.Entry, r.ClosedAt = RedemptionRequested, ident.Entry{}, time.Time{}
	r.Attempt++
	if in.Then == SendAgain {
		return nil
	}
	err := tx.QueryRow(sqlPayeeInRun, run, r.ID).Scan(&r.notTo)
	if errors.Is(err, sql.ErrNoRows) { // paid by hand, to the account known then
		var payee PayoutAccount
		payee, err = lastPayee(tx, r.Holder)
		r.notTo = payee.ID
	}
	return err
}

// release gives held units back.
func (r *Redemption) release() []ledger.Posting {
	return []ledger.Posting{{Debit: ledger.Reserved(r.Holder), Credit: ledger.Wallet(r.Holder), Amount: r.Amount}}
}

// reasonCode says whether a text has the form of a bank's reason.
func reasonCode(code string) bool {
	return len(code) == 4 && capitals(code) && strings.Trim(code[:2], "0123456789") == code[:2] && digits(code[2:], 2)
}

// endToEnd is the id that a transfer carries through the banks: that of the
// redemption in their characters, with the number of the attempt from the second
// on, so that no two transfers ever have the same.
func endToEnd(id RedemptionID, attempt int) string {
	text := strings.Replace(id.String(), "_", "-", 1)
	if attempt > 1 {
		text += "-" + strconv.Itoa(attempt)
	}
	return text
}

// EndToEnd is the id that the redemption's transfer carries, or will carry,
// through the banks: at most 35 of their characters.
func (r *Redemption) EndToEnd() string { return endToEnd(r.ID, r.Attempt) }

// ParseEndToEnd reads the id of a transfer as it stands on a bank's statement,
// and the attempt. It returns false for a text that is none.
func ParseEndToEnd(text string) (RedemptionID, int, bool) {
	var id RedemptionID
	parts := strings.Split(strings.ToLower(strings.TrimSpace(text)), "-")
	if len(parts) < 2 || len(parts) > 3 || id.UnmarshalText([]byte(parts[0]+"_"+parts[1])) != nil || id.IsZero() {
		return RedemptionID{}, 0, false
	}
	attempt := 1
	if len(parts) == 3 {
		n, err := strconv.Atoi(parts[2])
		if err != nil || n < 2 || parts[2] != strconv.Itoa(n) {
			return RedemptionID{}, 0, false
		}
		attempt = n
	}
	return id, attempt, true
}
