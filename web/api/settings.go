// SPDX-License-Identifier: AGPL-3.0-or-later

package api

import (
	"context"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/money"
)

// commissionBody is the commission on one kind of holder's redemptions.
type commissionBody struct {
	Rate    money.Rate   `json:"rate"`
	Minimum money.Amount `json:"minimum_eur,omitzero" required:"false"`
	Fixed   money.Amount `json:"fixed_eur,omitzero" required:"false"`
}

// settings are what the treasurers decide, with its history.
func (r *routes) settings() {
	const tag = "currency"
	private(r, get("/v1/settings", "What the treasurers decided about euros", tag), func(ctx context.Context, _ access.Actor, _ *struct{}) (*shown[conversion.Settings], error) {
		c, err := r.Conversion.Currency(ctx)
		return show(c.Settings, err)
	})
	private(r, create("/v1/settings", "Decide commissions and delays; what is left out takes its usual value", tag),
		func(ctx context.Context, actor access.Actor, in *struct {
			Keyed
			Body struct {
				Commissions struct {
					Professional *commissionBody `json:"professional,omitempty" required:"false"`
					Association  *commissionBody `json:"association,omitempty" required:"false"`
					Collectivity *commissionBody `json:"collectivity,omitempty" required:"false"`
				} `json:"commissions,omitzero" required:"false"`
				TransferDays int `json:"transfer_days,omitzero" required:"false" minimum:"1" maximum:"90"`
			}
		}) (*done[conversion.Settings], error) {
			key, err := in.key()
			if err != nil {
				return nil, err
			}
			wish := conversion.Settings{Commissions: make(map[ledger.HolderKind]conversion.Commission), TransferDays: in.Body.TransferDays}
			for kind, c := range map[ledger.HolderKind]*commissionBody{ledger.Professional: in.Body.Commissions.Professional,
				ledger.Association: in.Body.Commissions.Association, ledger.Collectivity: in.Body.Commissions.Collectivity} {
				if c != nil {
					wish.Commissions[kind] = conversion.Commission(*c)
				}
			}
			s, replayed, err := r.Conversion.ChangeSettings(ctx, actor, key, wish)
			if err != nil {
				return nil, err
			}
			return answered(s, replayed, "/v1/settings"), nil
		})
	private(r, get("/v1/settings/changes", "What was decided, newest first", tag), func(ctx context.Context, actor access.Actor, in *Page) (*shown[list[conversion.SettingsChange]], error) {
		var before conversion.SettingsChangeID
		if before.UnmarshalText([]byte(in.Cursor)) != nil {
			return nil, ledger.ErrCursor
		}
		items, err := r.Conversion.SettingsChanges(ctx, actor, before, in.Limit)
		return show(listOf(items, in.Limit, func(c conversion.SettingsChange) string { return c.ID.String() }), err)
	})
}
