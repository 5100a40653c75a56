// SPDX-License-Identifier: AGPL-3.0-or-later

package treasury

import (
	"context"

	"github.com/noria-mlc/noria/conversion"
	notes "github.com/noria-mlc/noria/conversion/paper"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ops/debit"
	"github.com/noria-mlc/noria/ops/fonte"
	"github.com/noria-mlc/noria/ops/gift"
	"github.com/noria-mlc/noria/ops/payout"
	"github.com/noria-mlc/noria/web/site"
)

// campaignsAt are the campaigns that await a second person.
func (t treasury) campaignsAt(ctx context.Context, a access.Actor) ([]paper, error) {
	list, err := t.Conversion.Campaigns(ctx, a, conversion.CampaignFilter{Limit: 200})
	return rowsOf(list, err, func(c conversion.Campaign) bool { return c.Status == conversion.CampaignDraft }, func(c conversion.Campaign) (paper, error) {
		return t.owned(ctx, a, paper{Path: inboxPath + "/campagnes/" + c.ID.String(), Name: c.Name, At: c.CreatedAt, Amount: c.Budget}, c.Funder, c.PreparedBy)
	})
}

// amendmentsAt are the other terms that await a second person.
func (t treasury) amendmentsAt(ctx context.Context, a access.Actor) ([]paper, error) {
	list, err := t.Conversion.OpenAmendments(ctx, a)
	return rowsOf(list, err, every, func(m conversion.Amendment) (paper, error) {
		c, err := t.Conversion.Campaign(ctx, a, m.Campaign)
		if err != nil {
			return paper{}, err
		}
		return t.owned(ctx, a, paper{Path: "/avenants/" + m.ID.String(), Name: c.Name, At: m.ProposedAt, Amount: m.Terms.Budget}, c.Funder, m.ProposedBy)
	})
}

// batchesAt are the batches of a status.
func (t treasury) batchesAt(ctx context.Context, a access.Actor, status payout.Status) ([]paper, error) {
	list, err := t.Payout.At(ctx, a, status, payout.BatchID{}, listed)
	return rowsOf(list, err, every, func(b payout.Batch) (paper, error) {
		return t.owned(ctx, a, paper{Path: inboxPath + "/lots/" + b.ID.String(), Name: b.Period, Purpose: string(b.Purpose), At: b.CreatedAt,
			Amount: b.TotalEUR - b.ReceivedEUR}, b.Collectivity, b.PreparedBy)
	})
}

// runsAt are the runs of redemptions that await a second person.
func (t treasury) runsAt(ctx context.Context, a access.Actor) ([]paper, error) {
	list, err := t.Conversion.RedemptionRuns(ctx, a, conversion.RunID{}, 200)
	return rowsOf(list, err, func(r conversion.Run) bool { return r.Status == conversion.RunDraft }, func(r conversion.Run) (paper, error) {
		return t.prepared(ctx, a, paper{Path: runPath(r.ID), From: r.ExecuteOn.Start(), At: r.PreparedAt, Amount: r.Total}, r.PreparedBy())
	})
}

// exceptionsAt are the redemptions of individuals that await a second person (L6).
func (t treasury) exceptionsAt(ctx context.Context, a access.Actor) ([]paper, error) {
	list, err := t.Conversion.OpenExceptions(ctx, a)
	return rowsOf(list, err, every, func(x conversion.Redemption) (paper, error) {
		return t.owned(ctx, a, paper{Path: "/tresorerie/reconversions/" + x.ID.String(), Name: x.Note, Word: "exception." + string(x.Exception), At: x.RequestedAt,
			Amount: x.Euros}, x.Holder, x.RequestedBy())
	})
}

// payeesAt are the accounts that staff wrote and that await a second person.
func (t treasury) payeesAt(ctx context.Context, a access.Actor) ([]paper, error) {
	list, err := t.Conversion.OpenPayoutAccounts(ctx, a)
	return rowsOf(list, err, every, func(x conversion.PayoutAccount) (paper, error) {
		return t.owned(ctx, a, paper{Path: payeePath(x.ID), Name: x.Masked().IBAN, At: x.SetAt}, x.Holder, x.SetBy())
	})
}

// debitsAt are the runs of debits that await a second person.
func (t treasury) debitsAt(ctx context.Context, a access.Actor) ([]paper, error) {
	list, err := t.Debit.Runs(ctx, a)
	return rowsOf(list, err, func(d debit.Run) bool { return d.Status == conversion.RunDraft }, func(d debit.Run) (paper, error) {
		return t.prepared(ctx, a, paper{Path: debitRunPath(d.ID), From: d.PreparedAt, At: d.PreparedAt, Amount: d.Total}, d.PreparedBy())
	})
}

// cardsAt are the decisions about odd payments by card that await a second person.
func (t treasury) cardsAt(ctx context.Context, a access.Actor) ([]paper, error) {
	list, err := t.Conversion.CardDecisions(ctx, a, conversion.CardDecisionFilter{Status: conversion.CardProposed, Limit: 200})
	return rowsOf(list, err, every, func(d conversion.CardDecision) (paper, error) {
		k, err := t.Conversion.CheckoutOf(ctx, d.Provider, d.Payment)
		if err != nil {
			return paper{}, err
		}
		row := paper{Path: "/tresorerie/cartes/" + k.Conversion.String(), Name: d.Note, Word: "carddeed." + string(d.Deed), At: d.ProposedAt, Amount: d.Amount}
		if d.Holder.IsZero() {
			return t.prepared(ctx, a, row, d.ProposedBy)
		}
		return t.owned(ctx, a, row, d.Holder, d.ProposedBy)
	})
}

// waiversAt are the debts to give up that await a second person.
func (t treasury) waiversAt(ctx context.Context, a access.Actor) ([]paper, error) {
	list, err := t.Conversion.Receivables(ctx, a)
	return rowsOf(list, err, func(d conversion.Receivable) bool { return d.Waiver != nil }, func(d conversion.Receivable) (paper, error) {
		return t.owned(ctx, a, paper{Path: "/tresorerie/impayes/" + d.Holder.String(), Name: d.Waiver.Reason, At: d.Waiver.ProposedAt, Amount: d.Waiver.Amount}, d.Holder, d.Waiver.ProposedBy)
	})
}

// giftsAt are the rounds of gifts that await a second person.
func (t treasury) giftsAt(ctx context.Context, a access.Actor) ([]paper, error) {
	list, err := t.Gift.Rounds(ctx, a, 200)
	return rowsOf(list, err, func(x gift.Round) bool { return x.Status == gift.Draft }, func(x gift.Round) (paper, error) {
		return t.prepared(ctx, a, paper{Path: "/tresorerie/dons", From: x.From.Start(), Until: x.Until.Start(), At: x.PreparedAt, Amount: x.Total}, x.PreparedBy())
	})
}

// fontesAt are the rules of fonte that await a second person.
func (t treasury) fontesAt(ctx context.Context, a access.Actor) ([]paper, error) {
	list, err := t.Fonte.Rules(ctx, a)
	return rowsOf(list, err, func(x fonte.Rule) bool { return x.Status == fonte.Draft }, func(x fonte.Rule) (paper, error) {
		told := site.FonteOf(x)
		return t.prepared(ctx, a, paper{Path: fontePath, Fonte: &told, At: x.PreparedAt}, x.PreparedBy)
	})
}

// destructionsAt are the notes to destroy that await a second witness.
func (t treasury) destructionsAt(ctx context.Context, a access.Actor) ([]paper, error) {
	list, err := t.Paper.Moves(ctx, a, notes.MoveFilter{Status: notes.Open, Limit: 200})
	return rowsOf(list, err, func(m notes.Move) bool { return m.Kind == notes.Destruction }, func(m notes.Move) (paper, error) {
		return t.prepared(ctx, a, paper{Path: noteMovePath(m.ID), Name: m.Note, At: m.CreatedAt, Amount: m.Amount}, m.CreatedBy)
	})
}

// banksAt are the comptes dédiés to open or to close that await a second person.
func (t treasury) banksAt(ctx context.Context, a access.Actor) ([]paper, error) {
	list, err := t.Conversion.BankChanges(ctx, a, conversion.BankProposed, conversion.BankChangeID{}, 200)
	return rowsOf(list, err, every, func(x conversion.BankChange) (paper, error) {
		return t.prepared(ctx, a, paper{Path: banksPath, Word: "banks.deed-" + string(x.Deed), Name: x.Custodian, At: x.ProposedAt}, x.ProposedBy)
	})
}
