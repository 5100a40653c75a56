// SPDX-License-Identifier: AGPL-3.0-or-later

package main

import (
	"context"

	"github.com/noria-mlc/noria/ledger/money"
	"github.com/noria-mlc/noria/ops/alert"
	"github.com/noria-mlc/noria/ops/project"
)

// fundIsWatched sets what the treasurers are told of (nothing is crossed), and
// registers two projects that the bank of the fund financed.
func (s *story) fundIsWatched(ctx context.Context) error {
	gap, coverage, days := money.MustParse("100.00"), money.MustParseRate("0.98"), 10
	if _, _, err := s.app.alert.Decide(ctx, s.actors["treasurer"], key("alerts"), alert.DecideInput{Thresholds: alert.Thresholds{Gap: &gap, Coverage: &coverage, AwaitedDays: &days}}); err != nil {
		return err
	}
	year, _, _ := yearMonth(s.script.began)
	for _, p := range []struct {
		step string
		project.Terms
	}{
		{"orchard", project.Terms{Name: "Verger partagé de la Barthelasse", Commune: "Avignon", Year: year - 2, Amount: money.MustParse("18000.00"),
			About: "Quarante arbres fruitiers, et un atelier de jus ouvert aux voisins."}},
		{"mill", project.Terms{Name: "Moulin coopératif des Sorgues", Commune: "Le Thor", Year: year - 1, Amount: money.MustParse("40000.00"), Link: "https://example.org/moulin",
			About: "Une farine de blés du Vaucluse, moulue sur meule et vendue en circuit court."}},
	} {
		if _, _, err := s.app.project.Add(ctx, s.actors["treasurer"], key("project:"+p.step), p.Terms); err != nil {
			return err
		}
	}
	return nil
}
