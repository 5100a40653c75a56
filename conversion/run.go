// SPDX-License-Identifier: AGPL-3.0-or-later

package conversion

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"strconv"
	"strings"
	"time"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/civil"
	"github.com/noria-mlc/noria/ledger/db"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
)

type runNoun struct{}

// Prefix of a run's id.
func (runNoun) Prefix() string { return "rrn_" }

// RunID is the id of a redemption run.
type RunID = ident.ID[runNoun]

// MaxRunLines is how many transfers a run may have.
const MaxRunLines = 5000

// RunStatus is how far a run is.
type RunStatus string

// The statuses of a run.
const (
	RunDraft     RunStatus = "draft"
	RunApproved  RunStatus = "approved"  // by another person, on its digest (D9)
	RunExported  RunStatus = "exported"  // its file was given out; the redemptions are sent
	RunCancelled RunStatus = "cancelled" // before it was exported; the redemptions wait for another run
)

// Run is transfers that are given to the bank together. The answers of commands
// have no lines: those name accounts, which the audit trail does not keep.
type Run struct {
	ID          RunID          `json:"id"`
	Status      RunStatus      `json:"status"`
	Account     ledger.Account `json:"account"` // the compte dédié that pays
	ExecuteOn   civil.Date     `json:"execute_on"`
	Count       int            `json:"count"`
	Total       money.Amount   `json:"total_eur"`
	Digest      string         `json:"digest"` // SHA-256 of the content, in hexadecimal: what is approved
	PreparedAt  time.Time      `json:"prepared_at"`
	ApprovedAt  time.Time      `json:"approved_at,omitzero"`
	ExportedAt  time.Time      `json:"exported_at,omitzero"` // of the first time
	CancelledAt time.Time      `json:"cancelled_at,omitzero"`
	Lines       []RunLine      `json:"lines,omitempty"`
	Waiting     []Waiting      `json:"waiting,omitempty"` // redemptions that could not be put in

	preparedBy ident.User
}

// PreparedBy is who prepared the run, and may not approve it (rule D9).
func (r Run) PreparedBy() ident.User { return r.preparedBy }

// RunLine is one transfer of a run.
type RunLine struct {
	N          int              `json:"n"` // from 1
	Redemption RedemptionID     `json:"redemption"`
	Holder     ident.Holder     `json:"holder"`
	Status     RedemptionStatus `json:"status"` // of the redemption now
	EndToEnd   string           `json:"end_to_end"`
	Euros      money.Amount     `json:"amount_eur"`
	IBAN       string           `json:"iban"`
	BIC        string           `json:"bic,omitempty"`
	Name       string           `json:"name"`

	attempt int
	payee   PayoutAccountID
	run     RunID // that the redemption is in now
}

// WaitReason is why a redemption is not in a run.
type WaitReason string

// The reasons.
const (
	NoAccount       WaitReason = "no-account"       // the holder gave no account
	AccountInDelay  WaitReason = "account-delayed"  // it was changed less than 48 hours ago (D10)
	AccountReturned WaitReason = "account-returned" // the bank sent the euros back from it
	NotApproved     WaitReason = "not-approved"     // an exception awaits a second person (L6)
	NothingToPay    WaitReason = "nothing-to-pay"   // the commission takes it all
)

// Waiting is a redemption that stays as it is, and why.
type Waiting struct {
	Redemption RedemptionID `json:"redemption"`
	Reason     WaitReason   `json:"reason"`
}

// PrepareRunInput says what to put in a run.
type PrepareRunInput struct {
	Account     ledger.Account `json:"account,omitempty"`     // the compte dédié that pays; the first of digital units where left out
	ExecuteOn   civil.Date     `json:"execute_on,omitzero"`   // a business day of banks; the next one but today where left out
	Redemptions []RedemptionID `json:"redemptions,omitempty"` // all that are requested where left out
}

// Banking is what the room above knows of banks.
type Banking struct {
	Day  func(today civil.Date) civil.Date // the usual day of a run that is prepared today
	Fits func(Run, BankAccount) error      // refuses a run that a bank would not take
}

// PrepareRun puts redemptions that can be paid into a run, oldest first; the
// others are told with their reasons. It returns ErrInvalid, ErrForbidden,
// ErrNotOpen, ErrRunEmpty where none can be paid, the refusals of SettleRedemption
// for one that was named and is not requested, and what Fits returns.
func (s *Service) PrepareRun(ctx context.Context, actor access.Actor, key string, in PrepareRunInput, banking Banking) (Run, bool, error) {
	var check fault.Check
	check.That(len(in.Redemptions) <= MaxRunLines, "/redemptions", "must be at most 5 000")
	return execute[Run](ctx, s, ledger.Command{Actor: actor, Action: access.RunPrepare, Key: key, Input: in}, check.Err(),
		func(tx *ledger.Tx) (ident.Ref, error) {
			if _, err := opened(tx); err != nil {
				return ident.Ref{}, err
			}
			bank, err := dedicated(tx, in.Account)
			if err != nil {
				return ident.Ref{}, err
			}
			if in.ExecuteOn != 0 && in.ExecuteOn < tx.Today() {
				return ident.Ref{}, fault.ErrInvalid.At("/execute_on", "must not be past")
			}
			r := Run{ID: RunID{Bits: tx.NewID()}, Status: RunDraft, Account: bank.Account, ExecuteOn: in.ExecuteOn, PreparedAt: tx.Now()}
			if r.ExecuteOn == 0 {
				r.ExecuteOn = banking.Day(tx.Today())
			}
			if err := r.gather(tx, in.Redemptions); err != nil {
				return ident.Ref{}, err
			}
			if err := banking.Fits(r, bank); err != nil {
				return ident.Ref{}, err
			}
			return r.insert(tx)
		})
}

// gather fills in the lines: each redemption that is requested and can be paid.
func (r *Run) gather(tx *ledger.Tx, asked []RedemptionID) error {
	wanted := make([]Redemption, 0, len(asked))
	for _, id := range asked {
		red, err := redemptionOf(tx, id)
		if err != nil {
			return err
		}
		if err := red.stands(RedemptionRequested); err != nil {
			return err
		}
		wanted = append(wanted, red)
	}
	if len(asked) == 0 {
		list, err := tx.Query(sqlRequested, 2*MaxRunLines)
		if wanted, err = collect(list, err, scanRedemption); err != nil {
			return err
		}
	}
	for _, red := range wanted {
		if r.Count == MaxRunLines {
			break
		}
		payee, err := lastPayee(tx, red.Holder)
		if err != nil {
			return err
		}
		if reason := red.waits(payee, tx.Now()); reason != "" {
			r.Waiting = append(r.Waiting, Waiting{red.ID, reason})
			continue
		}
		r.Count++
		r.Total += red.Euros
		r.Lines = append(r.Lines, RunLine{N: r.Count, Redemption: red.ID, Holder: red.Holder, Status: RedemptionInRun, EndToEnd: red.EndToEnd(),
			Euros: red.Euros, IBAN: payee.IBAN, BIC: payee.BIC, Name: payee.Name, attempt: red.Attempt, payee: payee.ID})
	}
	if r.Count == 0 {
		return ErrRunEmpty
	}
	if r.Total > money.Max {
		return fault.ErrInvalid.At("/redemptions", "must add up to 999999999.99 at most")
	}
	r.Digest = hex.EncodeToString(r.digest())
	return nil
}

// waits returns why a redemption cannot be paid now, or nothing.
func (red *Redemption) waits(payee PayoutAccount, now time.Time) WaitReason {
	switch {
	case red.Exception != "" && red.ApprovedAt.IsZero():
		return NotApproved
	case red.Euros == 0:
		return NothingToPay
	case payee.ID.IsZero():
		return NoAccount
	case now.Before(payee.EffectiveAt):
		return AccountInDelay
	case payee.ID == red.notTo:
		return AccountReturned
	}
	return ""
}

func (r *Run) insert(tx *ledger.Tx) (ident.Ref, error) {
	if _, err := tx.Exec(sqlInsertRun, r.ID, string(r.Account), r.ExecuteOn, r.Count, r.Total, r.digest(), tx.Actor().ID, r.PreparedAt.UnixMicro()); err != nil {
		return ident.Ref{}, err
	}
	for _, l := range r.Lines {
		if _, err := tx.Exec(sqlInsertRunLine, r.ID, l.N, l.Redemption, l.attempt, l.payee, l.IBAN, l.BIC, l.Name, l.Euros); err != nil {
			return ident.Ref{}, err
		}
		if err := tx.Guard(ErrRedemptionInRun, sqlPutInRun, l.Redemption, r.ID); err != nil {
			return ident.Ref{}, err
		}
		tx.Touch(l.Redemption.Ref())
	}
	return r.kept(tx)
}

// kept stores the run as the answer, without its lines.
func (r Run) kept(tx *ledger.Tx) (ident.Ref, error) {
	r.Lines = nil
	return keep(tx, r, r.ID.Ref())
}

// digest returns the SHA-256 of all that is approved: one line for the run and
// one for each of its transfers, fields parted by tabs, which no field can hold.
func (r *Run) digest() []byte {
	h := sha256.New()
	write := func(fields ...string) { h.Write([]byte(strings.Join(fields, "\t") + "\n")) }
	write("noria redemption run 1", r.ID.String(), string(r.Account), r.ExecuteOn.String())
	for _, l := range r.Lines {
		write(strconv.Itoa(l.N), l.EndToEnd, l.Euros.Format(), l.IBAN, l.BIC, l.Name)
	}
	return h.Sum(nil)
}

// RedemptionRun returns a run with its lines. It returns ErrForbidden and ErrMissing.
func (v *View) RedemptionRun(ctx context.Context, actor access.Actor, id RunID) (Run, error) {
	if err := access.Allow(actor, access.RunRead, ident.Holder{}); err != nil {
		return Run{}, err
	}
	var r Run
	err := v.journal.Snapshot(ctx, func(reader db.Reader) error {
		var err error
		r, err = runOf(committed{ctx, reader}, id)
		return err
	})
	return r, err
}

// RedemptionRuns lists at most limit runs with an id below before, newest first, without
// their lines. It returns ErrForbidden.
func (v *View) RedemptionRuns(ctx context.Context, actor access.Actor, before RunID, asked int) ([]Run, error) {
	if err := access.Allow(actor, access.RunRead, ident.Holder{}); err != nil {
		return nil, err
	}
	list, err := v.committed(ctx).Query(sqlRuns, before, limit(asked))
	return collect(list, err, scanRun)
}

// runOf reads a run with its lines.
func runOf(r rows, id RunID) (Run, error) {
	run, err := scanRun(r.QueryRow(sqlRun, id))
	if err != nil {
		return Run{}, found(err)
	}
	list, err := r.Query(sqlRunLines, id)
	run.Lines, err = collect(list, err, scanRunLine)
	return run, err
}

func scanRun(row db.Row) (Run, error) {
	var r Run
	var digest []byte
	var prepared, approved, exported, cancelled sql.NullInt64
	err := row.Scan(&r.ID, &r.Account, &r.ExecuteOn, &r.Count, &r.Total, &digest, &r.Status, &r.preparedBy, &prepared, &approved, &exported, &cancelled)
	r.Digest = hex.EncodeToString(digest)
	r.PreparedAt, r.ApprovedAt, r.ExportedAt, r.CancelledAt = instant(prepared), instant(approved), instant(exported), instant(cancelled)
	return r, err
}

func scanRunLine(row db.Row) (RunLine, error) {
	var l RunLine
	err := row.Scan(&l.N, &l.Redemption, &l.attempt, &l.payee, &l.IBAN, &l.BIC, &l.Name, &l.Euros, &l.Holder, &l.Status, &l.run)
	l.EndToEnd = endToEnd(l.Redemption, l.attempt)
	return l, err
}
