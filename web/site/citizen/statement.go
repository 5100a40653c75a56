// SPDX-License-Identifier: AGPL-3.0-or-later

package citizen

import (
	"context"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/web/locale"
)

// chunk is how many movements are read at once.
const chunk = 200

// statement gives the movements of an account to see, newest first, from before
// the posting numbered before (0 for the newest) until see wants no more. Kind
// is that of the entry, or locale.BonusKind for the later of the two movements
// that one conversion made.
func (c citizen) statement(ctx context.Context, account ledger.Account, before int64, see func(m ledger.Movement, kind string) (bool, error)) error {
	var held *ledger.Movement // waits for the one before it in time
	give := func(earlier *ledger.Movement) (bool, error) {
		if held == nil {
			return true, nil
		}
		kind := string(held.Kind)
		if earlier != nil && held.Kind == ledger.KindConversion && held.Entry == earlier.Entry {
			kind = locale.BonusKind
		}
		return see(*held, kind)
	}
	for {
		list, err := c.Ledger.Statement(ctx, account, before, 0, chunk)
		if err != nil {
			return err
		}
		for i := range list {
			more, err := give(&list[i])
			if err != nil || !more {
				return err
			}
			held = &list[i]
		}
		if len(list) < chunk {
			_, err := give(nil)
			return err
		}
		before = list[len(list)-1].Posting
	}
}
