// SPDX-License-Identifier: AGPL-3.0-or-later

package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
	"github.com/noria-mlc/noria/merchant"
)

// simulate keeps the two citizens paying the shop, a payment every second or
// so, until ctx ends. Who runs dry changes euros at the desk.
func (s *story) simulate(ctx context.Context) {
	s.running.Go(func() {
		ticker := time.NewTicker(900 * time.Millisecond)
		defer ticker.Stop()
		for n := 0; ; n++ {
			select {
			case <-ctx.Done():
				return
			case <-ticker.C:
			}
			if err := s.simulated(ctx, n); err != nil && ctx.Err() == nil {
				s.log.Error("simulated payment", "error", err)
			}
		}
	})
}

func (s *story) simulated(ctx context.Context, n int) error {
	who := []string{"citizen", "citizen2"}[n%2]
	k := fmt.Sprintf("demo-simulated-%s", ident.Ref{Prefix: "k", Bits: s.app.ledger.NewID()})
	_, _, err := s.app.merchant.Pay(ctx, s.actors[who], k, merchant.PayInput{To: s.shop.Code, Amount: money.Amount(100 + rand.IntN(1900))})
	if !errors.Is(err, ledger.ErrInsufficientFunds) {
		return err
	}
	_, _, err = s.app.conversion.Convert(ctx, s.actors["desk"], k+"-change", conversion.ConvertInput{
		Holder: s.holders[who].ID, Euros: 10_000, Channel: conversion.AtDesk})
	return err
}
