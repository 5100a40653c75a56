// SPDX-License-Identifier: AGPL-3.0-or-later

package payout

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
)

// workers is how many lines wait for the committer at once, so that one commit
// carries many.
const workers = 64

// Execute settles every pending line of a funded batch: the holder of a valid
// line is credited, the euros of another go to the account of those to be
// returned (rule P8). Each line is a command of its own with a key that follows
// from batch and line, so that after an interruption a second call goes on where
// the first one stopped. An executed batch is returned as it is.
//
// It returns ErrForbidden, ErrMissing, ErrNotFunded, or the error that stopped
// it, after which some lines may be settled.
func (s *Service) Execute(ctx context.Context, actor access.Actor, id BatchID) (Batch, error) {
	if err := access.Allow(actor, access.BatchExecute, ident.Holder{}); err != nil {
		return Batch{}, err
	}
	b, err := s.load(ctx, id)
	if err != nil || b.Status == Executed {
		return b, err
	}
	if b.Status != Funded {
		return Batch{}, ErrNotFunded
	}
	if err := s.settleAll(ctx, actor, b); err != nil {
		return Batch{}, fmt.Errorf("batch %s: %w", id, err)
	}
	return s.load(ctx, id)
}

// ExecuteDue executes every funded batch and returns how many. One that cannot
// be finished does not keep the others from being executed.
func (s *Service) ExecuteDue(ctx context.Context, actor access.Actor) (int, error) {
	if err := access.Allow(actor, access.BatchExecute, ident.Holder{}); err != nil {
		return 0, err
	}
	due, err := s.due(ctx)
	if err != nil {
		return 0, err
	}
	executed := 0
	var failed []error
	for _, id := range due {
		if _, err := s.Execute(ctx, actor, id); err != nil {
			failed = append(failed, err)
			continue
		}
		executed++
	}
	return executed, errors.Join(failed...)
}

func (v *View) due(ctx context.Context) ([]BatchID, error) {
	rows, err := v.journal.Reader().QueryContext(ctx, sqlFundedIDs)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var due []BatchID
	for rows.Next() {
		var id BatchID
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		due = append(due, id)
	}
	return due, rows.Err()
}

// settleAll runs the pending lines, those of one holder in their order and those
// of different holders at once, until all are through or one fails.
func (s *Service) settleAll(ctx context.Context, actor access.Actor, b Batch) error {
	queue := make(chan []Line)
	stop := make(chan struct{})
	var once sync.Once
	var failure error
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			for group := range queue {
				if err := s.settleGroup(ctx, actor, b, group); err != nil {
					once.Do(func() { failure = err; close(stop) })
					return
				}
			}
		})
	}
feed:
	for _, group := range groups(b.Lines) {
		select {
		case queue <- group:
		case <-stop:
			break feed
		}
	}
	close(queue)
	wg.Wait()
	return failure
}

// groups collects the pending lines by holder, in the order of the batch.
func groups(lines []Line) [][]Line {
	var list [][]Line
	place := make(map[string]int, len(lines))
	for _, l := range lines {
		if l.Status != Pending {
			continue
		}
		i, ok := place[l.Holder]
		if !ok {
			i = len(list)
			place[l.Holder] = i
			list = append(list, nil)
		}
		list[i] = append(list[i], l)
	}
	return list
}

func (s *Service) settleGroup(ctx context.Context, actor access.Actor, b Batch, group []Line) error {
	for _, l := range group {
		if err := ctx.Err(); err != nil {
			return err
		}
		accounts := []ledger.Account{ledger.Payer(b.Collectivity)}
		if !l.holder.IsZero() {
			accounts = append(accounts, ledger.Wallet(l.holder))
		}
		_, err := s.ledger.Execute(ctx, ledger.Command{
			Actor: actor, Action: access.BatchExecute, Owner: b.Collectivity,
			Key: fmt.Sprintf("payout/%s/%d", b.ID, l.N), Input: settling{b.ID, l.N}, Accounts: accounts,
		}, func(tx *ledger.Tx) (ident.Ref, error) { return b.ID.Ref(), b.settle(tx, l) })
		if err != nil && !errors.Is(err, errNotPending) {
			return fmt.Errorf("line %d: %w", l.N, err)
		}
	}
	return nil
}

type settling struct {
	Batch BatchID `json:"batch"`
	Line  int     `json:"line"`
}

// settle pays one line or sets its euros aside, with every fact that may have
// changed since the draft looked at again.
func (b *Batch) settle(tx *ledger.Tx, l Line) error {
	problem := l.drafted
	if !problem.final() {
		var err error
		if problem, err = b.examine(tx.QueryRow, l, 0, tx.Today()); err != nil {
			return err
		}
	}
	if problem == "" {
		fresh, err := tx.Exec(sqlInsertPaid, b.Collectivity, string(b.Purpose), b.Period, l.holder, l.Reference, l.AmountEUR, b.ID, l.N)
		if err != nil {
			return err
		}
		if fresh == 0 {
			problem = AlreadyPaid
		}
	}
	status, paid, returned := Paid, l.AmountEUR, money.Amount(0)
	draft := ledger.Draft{Kind: ledger.KindPayout, Reference: l.Reference}
	if problem == "" {
		draft.Postings = conversion.Issue(ledger.Payer(b.Collectivity), l.holder, l.AmountEUR)
	} else {
		status, paid, returned = Returned, 0, l.AmountEUR
		draft.Kind = ledger.KindReturn
		draft.Postings = []ledger.Posting{{Debit: ledger.Payer(b.Collectivity), Credit: ledger.ToReturn(b.Collectivity), Amount: l.AmountEUR}}
	}
	now := tx.Now().UnixMicro()
	if err := tx.Guard(errNotPending, sqlSettleBatch, paid, returned, now, b.ID); err != nil {
		return err
	}
	e, err := tx.Post(draft)
	if err != nil {
		return err
	}
	return tx.Guard(errNotPending, sqlSettleLine, string(status), string(problem), e.ID, now, b.ID, l.N)
}
