// SPDX-License-Identifier: AGPL-3.0-or-later

package main

import (
	"context"

	"github.com/noria-mlc/noria/conversion/paper"
	"github.com/noria-mlc/noria/ledger/money"
)

// notesAreSold prints notes, brings some to the desk, sells 50 of them to a
// citizen and takes 20 back for digital units, so that one fund owes the other.
func (s *story) notesAreSold(ctx context.Context) error {
	of := func(face string, quantity, first int64) paper.Bundle {
		return paper.Bundle{Series: "2026", Face: money.MustParse(face), Quantity: quantity, First: first}
	}
	if _, _, err := s.paper.Print(ctx, s.actors["treasurer"], key("notes-printed"), paper.PrintInput{
		Lines: []paper.Bundle{of("1.00", 2000, 1), of("5.00", 2000, 1), of("10.00", 1000, 1)}, Note: "Livraison de l’imprimeur"}); err != nil {
		return err
	}
	sent, _, err := s.paper.Send(ctx, s.actors["treasurer"], key("notes-sent"), paper.SendInput{From: paper.Vault, To: paper.At("avignon-centre"),
		Lines: []paper.Bundle{of("1.00", 100, 1), of("5.00", 100, 1), of("10.00", 50, 1)}})
	if err != nil {
		return err
	}
	if _, _, err := s.paper.Receive(ctx, s.actors["desk"], key("notes-received"), paper.ReceiveInput{Move: sent.ID}); err != nil {
		return err
	}
	if _, _, err := s.paper.Sell(ctx, s.actors["desk"], key("notes-sold"), paper.SellInput{Holder: s.holders["citizen2"].ID,
		Lines: []paper.Bundle{of("5.00", 6, 0), of("10.00", 2, 0)}}); err != nil {
		return err
	}
	_, _, err = s.paper.Deposit(ctx, s.actors["desk"], key("notes-exchanged"), paper.DepositInput{Holder: s.holders["citizen2"].ID,
		Lines: []paper.Bundle{of("5.00", 4, 0)}})
	return err
}
