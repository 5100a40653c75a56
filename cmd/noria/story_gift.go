// SPDX-License-Identifier: AGPL-3.0-or-later

package main

import (
	"context"
	"strconv"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/money"
	"github.com/noria-mlc/noria/ops/dues"
	"github.com/noria-mlc/noria/ops/gift"
)

// giftIsChosen lets members choose the association that a share of what they change
// is given to, has one choose it, and decides the dues of the year. Nobody needs a
// membership: a demonstration that is started again a year later must still run.
func (s *story) giftIsChosen(ctx context.Context) error {
	garden, _, err := s.app.ledger.CreateHolder(ctx, operator(), key("holder:garden"), ledger.NewHolder{Kind: ledger.Association, Name: "Jardins partagés de la Barthelasse"})
	if err != nil {
		return err
	}
	gifts := gift.New(s.app.ledger)
	if _, err := gifts.Admit(ctx, s.actors["treasurer"], key("gift-admitted"), gift.AdmitInput{Association: garden.ID, Admitted: true}); err != nil {
		return err
	}
	if _, _, err := gifts.Choose(ctx, s.actors["citizen"], key("gift-chosen"), gift.ChooseInput{Holder: s.holders["citizen"].ID, Association: garden.ID}); err != nil {
		return err
	}
	year := s.app.ledger.Now().Year()
	_, _, err = s.app.dues.SetRates(ctx, s.actors["treasurer"], key("dues-"+strconv.Itoa(year)), dues.RatesInput{Year: year, Rates: []dues.KindAmount{
		{Kind: ledger.Individual, Amount: money.MustParse("12.00")}, {Kind: ledger.Professional, Amount: money.MustParse("40.00")}}})
	return err
}
