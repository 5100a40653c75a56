// SPDX-License-Identifier: AGPL-3.0-or-later

package main

import (
	"context"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
	banking "github.com/noria-mlc/noria/ops/run"
)

// bankIsAsked gives the organisations an account to be paid to, and puts the
// shop's second redemption into a run that two people agreed on: whoever looks
// can fetch its file, and send it by that.
func (s *story) bankIsAsked(ctx context.Context) error {
	bank := banking.New(s.app.conversion, s.app.ledger.Now)
	for _, p := range []struct{ token, iban, name string }{
		{"merchant", "FR7630004000031234567890143", "EPICERIE DU RHONE SARL"},
		{"bookshop", "FR1420041010050500013M02606", "LIBRAIRIE DES HALLES"},
		{"collectivity", "FR7630006000011234567890189", "GRAND AVIGNON TRESORERIE"},
	} {
		holder := s.holders[p.token].ID
		if _, _, err := bank.SetAccount(ctx, owner(holder), key("payout-account:"+p.token), conversion.SetPayoutAccountInput{
			Holder: holder, IBAN: p.iban, Name: p.name}, nil); err != nil {
			return err
		}
	}
	r, _, err := s.app.conversion.RequestRedemption(ctx, s.actors["merchant"], key("redemption-in-run"), conversion.RequestRedemptionInput{
		Holder: s.holders["merchant"].ID, Amount: money.MustParse("3.00")})
	if err != nil {
		return err
	}
	prepared, _, err := bank.Prepare(ctx, s.actors["treasurer"], key("run"), conversion.PrepareRunInput{Redemptions: []conversion.RedemptionID{r.ID}})
	if err != nil {
		return err
	}
	_, _, err = s.app.conversion.ApproveRun(ctx, s.actors["approver"], key("run-approval"), conversion.ApproveRunInput{
		Run: prepared.ID, Digest: prepared.Digest})
	return err
}

// owner is whoever signs for an organisation of the story.
func owner(organisation ident.Holder) access.Actor {
	return access.Actor{ID: operator().ID, Grants: []access.Grant{{Role: access.MerchantOwner, Organisation: organisation}}}
}
