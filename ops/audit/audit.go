// SPDX-License-Identifier: AGPL-3.0-or-later

package audit

import (
	"context"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/merchant"
	"github.com/noria-mlc/noria/ops/payout"
)

// Sources are the rooms that an auditor's question may lead to.
type Sources struct {
	Journal    *ledger.Journal
	Conversion *conversion.View
	Merchant   *merchant.Service
	Payout     *payout.View
}

// View answers auditors. It is safe for concurrent use.
type View struct{ Sources }

// New returns a view of a book.
func New(s Sources) *View { return &View{s} }

func allowed(a access.Actor) error { return access.Allow(a, access.JournalRead, ident.Holder{}) }

// Entries lists entries, newest first. It returns ErrForbidden.
func (v *View) Entries(ctx context.Context, actor access.Actor, f ledger.EntryFilter) ([]*ledger.Entry, ledger.Edges, error) {
	if err := allowed(actor); err != nil {
		return nil, ledger.Edges{}, err
	}
	return v.Journal.Browse(ctx, f)
}

// Account lists the movements of an account before one of them, newest first. It
// returns ErrForbidden and ledger.ErrChart.
func (v *View) Account(ctx context.Context, actor access.Actor, account ledger.Account, before int64, limit int) ([]ledger.Movement, error) {
	if err := allowed(actor); err != nil {
		return nil, err
	}
	if _, err := ledger.Describe(account); err != nil {
		return nil, err
	}
	return v.Journal.Statement(ctx, account, before, 0, limit)
}

// Entry proves an entry and lists those that correct it or give it back. It
// returns ErrForbidden and ErrMissing.
func (v *View) Entry(ctx context.Context, actor access.Actor, id ident.Entry) (ledger.Proof, []*ledger.Entry, error) {
	if err := allowed(actor); err != nil {
		return ledger.Proof{}, nil, err
	}
	p, err := v.Journal.Prove(ctx, id)
	if err != nil {
		return ledger.Proof{}, nil, err
	}
	later, err := v.Journal.Reversers(ctx, p.Entry.Seq)
	return p, later, err
}

// Commands lists the audit trail, newest first. It returns ErrForbidden.
func (v *View) Commands(ctx context.Context, actor access.Actor, f ledger.RecordFilter) ([]ledger.Record, ledger.Edges, error) {
	if err := allowed(actor); err != nil {
		return nil, ledger.Edges{}, err
	}
	return v.Journal.Records(ctx, f)
}

// Command reads one command and the entries it made. It returns ErrForbidden and
// ErrMissing.
func (v *View) Command(ctx context.Context, actor access.Actor, number int64) (ledger.Record, []*ledger.Entry, error) {
	if err := allowed(actor); err != nil {
		return ledger.Record{}, nil, err
	}
	record, err := v.Journal.Record(ctx, number)
	if err != nil {
		return ledger.Record{}, nil, err
	}
	made, err := v.Journal.EntriesOf(ctx, number)
	return record, made, err
}
