// SPDX-License-Identifier: AGPL-3.0-or-later

package conversion

import (
	"context"
	"database/sql"
	"encoding/json"
	"time"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/db"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
)

// Commission is what the issuer keeps of a redemption, in euros (rule L10): a
// share, plus a fixed part, at least a minimum.
type Commission struct {
	Rate    money.Rate   `json:"rate"`
	Minimum money.Amount `json:"minimum_eur"`
	Fixed   money.Amount `json:"fixed_eur"`
}

// On returns the commission on an amount: half a cent is rounded up, and it is
// never above the amount, so that commission and euros paid always make the
// amount (L10).
func (c Commission) On(amount money.Amount) money.Amount {
	return min(max(c.Rate.HalfUp(amount)+c.Fixed, c.Minimum), amount)
}

// Gain is what changing 100.00 euros with a bonus, paying an accomplice and
// redeeming gains under this commission; zero where it gains nothing.
func (c Commission) Gain(bonus money.Rate) money.Amount { return loopGain(bonus, c) }

// Settings is what the treasurers decide about the euro border.
type Settings struct {
	Commissions  map[ledger.HolderKind]Commission `json:"commissions,omitempty"`   // of each kind that may redeem
	TransferDays int                              `json:"transfer_days,omitempty"` // how long a conversion by transfer awaits its euros
}

// redeemers are the kinds of holder that may redeem (L5, L10). An association is
// treated as a professional.
func redeemers() []ledger.HolderKind {
	return []ledger.HolderKind{ledger.Professional, ledger.Association, ledger.Collectivity}
}

// orUsual fills in what was left out: 5 % for professionals and associations,
// nothing for collectivités (P5), 14 days.
func (s Settings) orUsual() Settings {
	full := Settings{Commissions: make(map[ledger.HolderKind]Commission), TransferDays: s.TransferDays}
	if full.TransferDays == 0 {
		full.TransferDays = 14
	}
	five := Commission{Rate: money.MustParseRate("0.05")}
	for kind, usual := range map[ledger.HolderKind]Commission{ledger.Professional: five, ledger.Association: five, ledger.Collectivity: {}} {
		full.Commissions[kind] = usual
	}
	for kind, c := range s.Commissions {
		full.Commissions[kind] = c
	}
	return full
}

func (s Settings) check(check *fault.Check) {
	check.That(s.TransferDays >= 1 && s.TransferDays <= 90, "/settings/transfer_days", "must be 1 to 90 days")
	for kind, c := range s.Commissions {
		check.That(kind.Valid() && kind != ledger.Individual, "/settings/commissions", "individuals do not redeem (L5)")
		check.That(c.Minimum >= 0 && c.Minimum <= money.Max && c.Fixed >= 0 && c.Fixed <= money.Max,
			"/settings/commissions", "a commission has amounts of zero or more")
	}
}

// ChangeSettings replaces what the treasurers decided; what is left out takes
// its usual value. Redemptions already asked for keep their commission. It
// returns ErrInvalid and ErrNotOpen.
func (s *Service) ChangeSettings(ctx context.Context, actor access.Actor, key string, in Settings) (Settings, bool, error) {
	full := in.orUsual()
	var check fault.Check
	full.check(&check)
	return execute[Settings](ctx, s, ledger.Command{Actor: actor, Action: access.CurrencySet, Key: key, Input: in}, check.Err(),
		func(tx *ledger.Tx) (ident.Ref, error) {
			if _, err := opened(tx); err != nil {
				return ident.Ref{}, err
			}
			if err := full.write(tx); err != nil {
				return ident.Ref{}, err
			}
			if err := full.note(tx); err != nil {
				return ident.Ref{}, err
			}
			return keep(tx, full, ident.Ref{})
		})
}

func (s Settings) write(tx *ledger.Tx) error {
	if err := tx.Guard(ErrNotOpen, sqlSetTransferDays, s.TransferDays); err != nil {
		return err
	}
	for _, kind := range redeemers() {
		c := s.Commissions[kind]
		if _, err := tx.Exec(sqlSetCommission, string(kind), c.Rate, c.Minimum, c.Fixed); err != nil {
			return err
		}
	}
	return nil
}

// note adds the settings to their history.
func (s Settings) note(tx *ledger.Tx) error {
	text, err := json.Marshal(s)
	if err != nil {
		return err
	}
	id := SettingsChangeID{Bits: tx.NewID()}
	_, err = tx.Exec(sqlInsertSettings, id, string(text), tx.Actor().ID, tx.Now().UnixMicro())
	return err
}

type settingsNoun struct{}

// Prefix of a change of settings.
func (settingsNoun) Prefix() string { return "set_" }

// SettingsChangeID is the id of a change of settings.
type SettingsChangeID = ident.ID[settingsNoun]

// SettingsChange is what was decided at an instant (L10: the commission that the
// issuer voted).
type SettingsChange struct {
	ID        SettingsChangeID `json:"id"`
	Settings  Settings         `json:"settings"`
	ChangedBy ident.User       `json:"changed_by"`
	ChangedAt time.Time        `json:"changed_at"`
}

// SettingsChanges lists what was decided after the opening, newest first, below
// an id. It returns ErrForbidden.
func (v *View) SettingsChanges(ctx context.Context, actor access.Actor, before SettingsChangeID, asked int) ([]SettingsChange, error) {
	if err := access.Allow(actor, access.SettingsRead, ident.Holder{}); err != nil {
		return nil, err
	}
	list, err := v.committed(ctx).Query(sqlSettingsBefore, before, limit(asked))
	return collect(list, err, func(row db.Row) (SettingsChange, error) {
		var c SettingsChange
		var text string
		var at sql.NullInt64
		if err := row.Scan(&c.ID, &text, &c.ChangedBy, &at); err != nil {
			return SettingsChange{}, err
		}
		c.ChangedAt = instant(at)
		return c, json.Unmarshal([]byte(text), &c.Settings)
	})
}

func commissions(r rows) (map[ledger.HolderKind]Commission, error) {
	type voted struct {
		kind ledger.HolderKind
		Commission
	}
	list, err := r.Query(sqlCommissions)
	all, err := collect(list, err, func(row db.Row) (voted, error) {
		var c voted
		return c, row.Scan(&c.kind, &c.Rate, &c.Minimum, &c.Fixed)
	})
	of := make(map[ledger.HolderKind]Commission, len(all))
	for _, c := range all {
		of[c.kind] = c.Commission
	}
	return of, err
}
