// SPDX-License-Identifier: AGPL-3.0-or-later

package main

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"sync"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/civil"
	"github.com/noria-mlc/noria/ledger/membership"
	"github.com/noria-mlc/noria/ledger/money"
	"github.com/noria-mlc/noria/ops/dues"
)

// membersPayDues has the members of the story pay the dues of the year, and lets
// only members change euros (L9). Théo has not paid since he joined and is refused
// at the border; whoever comes new has two months. What is held is spent as before.
//
// The years are those of the calendar: a demonstration that is started again in
// another one has that year's dues paid, so that its people go on changing.
func (s *story) membersPayDues(ctx context.Context) error {
	year, _, _ := yearMonth(civil.Of(s.app.ledger.Now()))
	if _, _, err := s.app.dues.SetRates(ctx, s.actors["treasurer"], key("dues-"+strconv.Itoa(year)), dues.RatesInput{Year: year, Rates: []dues.KindAmount{
		{Kind: ledger.Individual, Amount: money.MustParse("12.00")}, {Kind: ledger.Professional, Amount: money.MustParse("40.00")}}}); err != nil {
		return err
	}
	if err := s.allPayDues(ctx, year); err != nil {
		return err
	}
	association, err := s.join(ctx, person{token: "association", name: "Association La Roue", kind: ledger.Association})
	if err != nil {
		return err
	}
	_, _, err = s.app.membership.Decide(ctx, s.actors["treasurer"], key("membership"), membership.Condition{On: true, Since: s.script.began - joined,
		GraceDays: 60, ReminderDays: 30, MaySpend: true, Kinds: []ledger.HolderKind{ledger.Individual, ledger.Professional}, Account: association.ID})
	return err
}

// allPayDues has everybody but Théo pay, all at once: they share a commit, and the
// demonstration begins sooner.
func (s *story) allPayDues(ctx context.Context, year int) error {
	var paying sync.WaitGroup
	everybody := cast()
	failed := make([]error, len(everybody))
	for i, p := range everybody {
		if p.token != lapsed().token && p.kind != ledger.Collectivity {
			paying.Go(func() { failed[i] = s.payDues(ctx, p, year) })
		}
	}
	paying.Wait()
	return errors.Join(failed...)
}

// payDues records a transfer to the operating account, or the euros that the
// treasurer, who records nothing for himself (D9), handed over at the desk.
func (s *story) payDues(ctx context.Context, p person, year int) error {
	by, in := "treasurer", dues.PayInput{Holder: s.holders[p.token].ID, Year: year, Way: dues.ByTransfer,
		BankReference: "COTISATION " + strconv.Itoa(year) + " " + strings.ToUpper(p.token)}
	if p.token == by {
		by, in.Way, in.BankReference, in.Desk = "desk", dues.AtDesk, "", "avignon-centre"
	}
	_, _, err := s.app.dues.Pay(ctx, s.actors[by], key("dues-"+strconv.Itoa(year)+":"+p.token), in)
	if errors.Is(err, dues.ErrPaid) {
		return nil // somebody at the demonstration paid this year's in the last one
	}
	return err
}
