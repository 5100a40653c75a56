// SPDX-License-Identifier: AGPL-3.0-or-later

package main

import (
	"context"
	"errors"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/money"
	"github.com/noria-mlc/noria/ops/gift"
)

// giftIsChosen lets members choose the association that a share of what they change
// is given to, and has two of them choose one each.
func (s *story) giftIsChosen(ctx context.Context) error {
	for _, c := range []struct{ by, step, token, name string }{
		{"citizen", "", "garden", "Jardins partagés de la Barthelasse"}, {"citizen2", ":citizen2", "recycling", "Recyclerie des Papes"},
	} {
		h, err := s.join(ctx, person{token: c.token, name: c.name, kind: ledger.Association})
		if err != nil {
			return err
		}
		if _, err := s.gift.Admit(ctx, s.actors["treasurer"], key("gift-admitted"+c.step), gift.AdmitInput{Association: h.ID, Admitted: true}); err != nil {
			return err
		}
		if _, _, err := s.gift.Choose(ctx, s.actors[c.by], key("gift-chosen"+c.step), gift.ChooseInput{Holder: s.holders[c.by].ID, Association: h.ID}); err != nil {
			return err
		}
	}
	return nil
}

// giftIsGiven gives 3 % of what was changed until the day of the story: 1.80 of the
// 60 € that Amina changed, 11.25 of Bruno's 375 €. The euros leave the operating
// account, so that the fund covers the units from the first instant (G1).
func (s *story) giftIsGiven(ctx context.Context) error {
	began := s.script.began
	r, _, err := s.gift.Prepare(ctx, s.actors["treasurer"], key("gift-round"), gift.PrepareInput{From: began, Until: began, Rate: money.MustParseRate("0.03")})
	if errors.Is(err, gift.ErrNothing) || errors.Is(err, gift.ErrOverlap) {
		return nil // a story that goes on another day has nothing of its first one, or it was given in the pages
	}
	if err != nil {
		return err
	}
	if _, _, err := s.gift.Approve(ctx, s.actors["approver"], key("gift-round-approval"), r.ID); err != nil {
		return err
	}
	_, _, err = s.gift.Give(ctx, s.actors["treasurer"], key("gift-round-given"), gift.GiveInput{Round: r.ID, BankReference: "DON 3 POUR CENT 1"})
	return err
}
