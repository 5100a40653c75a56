// SPDX-License-Identifier: AGPL-3.0-or-later

package conversion

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/ident"
)

// Decision is settings that somebody decided, and when they began to hold.
type Decision struct {
	Command  int64 // number in the audit trail
	At       time.Time
	By       ident.User
	Opening  bool // the currency was opened with them
	Settings Settings
	Wait     *int // days that value born of a bonus waits, where it was that which was decided; nil otherwise

	// Kept is what the command kept where neither was decided: settings of another
	// room, which knows how to read them. It is nil otherwise.
	Kept json.RawMessage
}

// Decisions lists what the settings were, newest first, as the audit trail keeps
// it. It returns ErrForbidden.
func (v *View) Decisions(ctx context.Context, actor access.Actor, most int) ([]Decision, error) {
	if err := access.Allow(actor, access.JournalRead, ident.Holder{}); err != nil {
		return nil, err
	}
	records, err := v.journal.SettingsRecords(ctx, limit(most))
	if err != nil {
		return nil, err
	}
	var list []Decision
	for _, r := range records {
		d := Decision{Command: r.Number, At: r.At, By: r.Actor, Opening: r.Action == access.CurrencyOpen}
		whole := struct {
			Settings *Settings `json:"settings"`
		}{&d.Settings}
		into := any(&d.Settings)
		if d.Opening {
			into = &whole
		}
		var days int
		if json.Unmarshal(r.Result, &days) == nil { // what SetBonusWait keeps
			d.Wait = &days
			list = append(list, d)
			continue
		}
		if err := json.Unmarshal(r.Result, into); err != nil {
			return nil, fmt.Errorf("settings of command %d: %w", r.Number, err)
		}
		if d.Settings.TransferDays == 0 { // which no settings are
			d.Settings, d.Kept = Settings{}, r.Result
		}
		list = append(list, d)
	}
	return list, nil
}
