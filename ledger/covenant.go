// SPDX-License-Identifier: AGPL-3.0-or-later

package ledger

import (
	"errors"

	"github.com/noria-mlc/noria/ledger/money"
)

// Covenant is what follows from the entries of every command, whatever room asked
// for it, in the same transaction: units credited to somebody who owes euros are
// taken at once (G6). Like do, it may run more than once and touches only its Tx;
// a refusal refuses the command.
type Covenant func(*Tx) error

// Covenant makes something follow from the entries of every command from now on;
// one of the same name is replaced.
func (l *Ledger) Covenant(name string, do Covenant) {
	l.gate.Lock()
	defer l.gate.Unlock()
	next := make(map[string]Covenant, 1)
	if now := l.covenants.Load(); now != nil {
		for k, v := range *now {
			next[k] = v
		}
	}
	next[name] = do
	l.covenants.Store(&next)
}

// honour runs the covenants of a command that posted entries.
func (tx *Tx) honour() error {
	all := tx.batch.ledger.covenants.Load()
	if all == nil || len(tx.batch.entries) == tx.entries {
		return nil
	}
	for _, do := range *all {
		if err := do(tx); err != nil {
			return err
		}
	}
	return nil
}

// Posted returns the entries of this command so far, in their order.
func (tx *Tx) Posted() []*Entry { return tx.batch.entries[tx.entries:] }

// Turnover returns the cumulative debits and credits of an account at this point
// of the batch, zeros where it was never opened. Neither ever decreases.
func (tx *Tx) Turnover(code Account) (Turnover, error) {
	a, err := tx.batch.account(code)
	if errors.Is(err, ErrChart) {
		return Turnover{}, nil
	}
	if err != nil {
		return Turnover{}, err
	}
	return Turnover{a.debits, a.credits}, nil
}

// Turnover is the cumulative debits and credits of an account.
type Turnover struct{ Debits, Credits money.Amount }

// Recall returns what Remember kept under a name earlier in this batch, nil
// for nothing: for what a covenant would otherwise read once for each command.
func (tx *Tx) Recall(name string) any { return tx.batch.memo[name] }

// Remember keeps a value for the rest of the batch; nil forgets it. A command
// that changes what the value was read from forgets it first; it is forgotten
// too where a command is undone.
func (tx *Tx) Remember(name string, v any) {
	if v == nil {
		delete(tx.batch.memo, name)
		return
	}
	if tx.batch.memo == nil {
		tx.batch.memo = make(map[string]any, 1)
	}
	tx.batch.memo[name] = v
}
