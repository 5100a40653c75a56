// SPDX-License-Identifier: AGPL-3.0-or-later

package observe

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/db"
	"github.com/noria-mlc/noria/ledger/db/dbtest"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/ident"
)

// step executes one command that posts an entry of each kind.
func step(t *testing.T, l *ledger.Ledger, n int, touched ident.Ref, refusal error, kinds ...ledger.Kind) {
	t.Helper()
	actor := access.Actor{ID: ident.User{Bits: ident.Bits{15: 1}}, Grants: []access.Grant{{Role: access.Administrator}}}
	_, err := l.Execute(t.Context(), ledger.Command{Actor: actor, Action: access.HolderCreate, Key: fmt.Sprintf("test-key-%09d", n)},
		func(tx *ledger.Tx) (ident.Ref, error) {
			if refusal != nil {
				return ident.Ref{}, refusal
			}
			for _, kind := range kinds {
				from, to := ledger.Wallet(ident.Holder{Bits: ident.Bits{15: 2}}), ledger.Wallet(ident.Holder{Bits: ident.Bits{15: 3}})
				postings := []ledger.Posting{{Debit: from, Credit: to, Amount: 100}}
				if kind == ledger.KindConversion {
					postings = []ledger.Posting{{Debit: ledger.Desk("d"), Credit: ledger.Backing(ledger.Digital), Amount: 9000},
						{Debit: ledger.Issued(ledger.Digital), Credit: from, Amount: 9000}}
				}
				for _, p := range postings {
					if err := errors.Join(tx.Open(p.Debit), tx.Open(p.Credit)); err != nil {
						return ident.Ref{}, err
					}
				}
				if _, err := tx.Post(ledger.Draft{Kind: kind, Postings: postings}); err != nil {
					return ident.Ref{}, err
				}
			}
			if touched != (ident.Ref{}) {
				tx.Touch(touched)
			}
			return ident.Ref{}, nil
		})
	if !errors.Is(err, refusal) {
		t.Fatal(err)
	}
}

func TestTheJournalIsCounted(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, connect func() *db.DB) {
		l, err := ledger.Open(t.Context(), connect(), ledger.Options{})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(l.Close)
		step(t, l, 1, ident.Ref{}, nil, ledger.KindConversion)
		step(t, l, 2, ident.Ref{}, nil, ledger.KindPayment) // before the position
		from, err := l.Position(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		request, merchant := ident.Ref{Prefix: "prq_", Bits: ident.Bits{15: 4}}, ident.Ref{Prefix: "mer_", Bits: ident.Bits{15: 5}}
		step(t, l, 3, ident.Ref{}, nil, ledger.KindPayment)
		step(t, l, 4, merchant, nil, ledger.KindPayment)
		step(t, l, 5, request, nil, ledger.KindPayment)
		step(t, l, 6, ident.Ref{}, nil, ledger.KindRefund, ledger.KindConversion)
		step(t, l, 3, ident.Ref{}, nil, ledger.KindPayment) // a repeated key
		step(t, l, 7, ident.Ref{}, fault.ErrForbidden)
		step(t, l, 8, ident.Ref{}, nil)

		m := New(Build{}, tick())
		changes, err := l.Changes(t.Context(), from, 100)
		if err != nil || len(changes) != 5 {
			t.Fatalf("%d changes, %v", len(changes), err)
		}
		m.committed(changes)
		gone, cancel := context.WithCancel(t.Context())
		cancel()
		end := ledger.Position{Command: from.Command + 5, Entry: from.Entry + 5}
		if err := m.Follow(gone, l.Journal, end); !errors.Is(err, context.Canceled) {
			t.Errorf("following ended with %v", err)
		}
		shows(t, m,
			`noria_payments_total{channel="direct",result="done"} 2`,
			`noria_payments_total{channel="request",result="done"} 1`,
			`noria_payments_total{channel="refund",result="done"} 1`,
			`noria_payments_total{channel="direct",result="refused"} 0`,
			`noria_payment_duration_seconds_count 0`,
			`noria_commands_total{action="holder.create",result="done"} 5`,
			`noria_commands_total{action="holder.create",result="refused"} 0`,
		)
	})
}

// TestADonePaymentIsCountedOnce: whoever answers it says how long it took, and
// the journal says that it was made.
func TestADonePaymentIsCountedOnce(t *testing.T) {
	m := New(Build{}, tick())
	m.Payment(Direct, Done, time.Second)
	shows(t, m, `noria_payments_total{channel="direct",result="done"} 0`, `noria_payment_duration_seconds_count 1`)
	m.committed([]ledger.Change{{Action: access.PaymentCreate, Entries: []*ledger.Entry{{Kind: ledger.KindPayment}}}})
	shows(t, m, `noria_payments_total{channel="direct",result="done"} 1`, `noria_payment_duration_seconds_count 1`)
}
