// SPDX-License-Identifier: AGPL-3.0-or-later

package citizen

import (
	"net/http"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/web/site"
)

// lastMovements is how many movements the wallet page shows.
const lastMovements = 20

// wallet shows the balance and the last movements of the visitor's wallet.
func (c citizen) wallet(w http.ResponseWriter, r *http.Request) error {
	a, err := site.Actor(r)
	if err != nil {
		return err
	}
	owner := site.WalletOf(a)
	if owner.IsZero() {
		return access.ErrForbidden
	}
	h, err := c.Ledger.Holder(r.Context(), owner)
	if err != nil {
		return err
	}
	held, err := c.Ledger.Holding(r.Context(), owner)
	if err != nil {
		return err
	}
	movements, err := c.Ledger.Statement(r.Context(), ledger.Wallet(owner), 0, 0, lastMovements)
	if err != nil {
		return err
	}
	v := walletView{ID: ident.WalletOf(owner).String(), Holder: h.Name, Number: h.Number,
		Booked: held.Booked, Reserved: held.Reserved, Available: held.Available, Version: held.Version, At: c.Now()}
	for _, m := range movements {
		line := walletPosting{At: m.At, Entry: m.Entry.String(), Kind: string(m.Kind), Message: m.Message, Amount: m.Amount, Balance: m.Balance}
		if other, ok := ledger.HolderOf(m.Counterparty); ok && other != owner {
			named, err := c.Ledger.Holder(r.Context(), other)
			if err != nil {
				return err
			}
			line.Counterparty = named.Name
		}
		v.Postings = append(v.Postings, line)
	}
	return c.Show(w, r, 0, v.sheet())
}
