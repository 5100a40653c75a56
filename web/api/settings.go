// SPDX-License-Identifier: AGPL-3.0-or-later

package api

import (
	"context"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
)

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
			Body conversion.Settings
		}) (*done[conversion.Settings], error) {
			key, err := in.key()
			if err != nil {
				return nil, err
			}
			s, replayed, err := r.Conversion.ChangeSettings(ctx, actor, key, in.Body)
			if err != nil {
				return nil, err
			}
			return answered(s, replayed, "/v1/settings"), nil
		})
	private(r, get("/v1/settings/bonus-wait", "Days for which value born of a bonus waits before a professional may redeem it", tag), func(ctx context.Context, _ access.Actor, _ *struct{}) (*shown[bonusWait], error) {
		days, err := r.Conversion.BonusWait(ctx)
		return show(bonusWait{days}, err)
	})
	private(r, create("/v1/settings/bonus-wait", "Decide how long value born of a bonus waits", tag), func(ctx context.Context, actor access.Actor, in *struct {
		Keyed
		Body struct {
			Days int `json:"days" minimum:"0" maximum:"366" doc:"0: not at all"`
		}
	}) (*done[bonusWait], error) {
		return keyed(in.Keyed, actor, access.CurrencySet, func(key string) (bonusWait, bool, error) {
			days, replayed, err := r.Conversion.SetBonusWait(ctx, actor, key, in.Body.Days)
			return bonusWait{days}, replayed, err
		}, func(bonusWait) string { return "/v1/settings/bonus-wait" })
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

// bonusWait is how long value born of a bonus waits.
type bonusWait struct {
	Days int `json:"days"`
}
