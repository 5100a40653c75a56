// SPDX-License-Identifier: AGPL-3.0-or-later

package main

import (
	"context"
	"errors"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/civil"
	"github.com/noria-mlc/noria/ledger/money"
	"github.com/noria-mlc/noria/ops/fonte"
)

// fonteIsAnnounced announces a fonte of 2 % a quarter for the gardens (L12). Its
// first day is the first one of a quarter that leaves thrice the notice: nothing is
// taken meanwhile, and a story cut short goes on in time.
func (s *story) fonteIsAnnounced(ctx context.Context) error {
	terms := fonte.RuleTerms{Rate: money.MustParseRate("0.02"), Period: fonte.Quarter, Receiver: s.holders["garden"].ID,
		Kinds: []ledger.HolderKind{ledger.Individual, ledger.Professional}, Exempt: money.MustParse("50.00"), NoticeDays: fonte.LeastNotice}
	terms.FirstDay = quarterAfter(s.script.began + 3*fonte.LeastNotice)
	r, _, err := s.app.fonte.Prepare(ctx, s.actors["treasurer"], key("fonte"), terms)
	if err == nil {
		_, _, err = s.app.fonte.Approve(ctx, s.actors["approver"], key("fonte-approval"), r.ID)
	}
	if errors.Is(err, fonte.ErrNotice) || errors.Is(err, fonte.ErrAnnounced) {
		return nil // a folder of an older demonstration: its quarter has begun, or another fonte was announced in the pages
	}
	return err
}

// quarterAfter is the first day of a quarter on or after a day.
func quarterAfter(day civil.Date) civil.Date {
	for !(fonte.RuleTerms{Period: fonte.Quarter, FirstDay: day}).Begins() {
		day++
	}
	return day
}
