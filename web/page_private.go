// SPDX-License-Identifier: AGPL-3.0-or-later

package web

import (
	"net/http"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/web/page"
)

// lastMovements is how many movements the wallet page shows.
const lastMovements = 20

// wallet shows the balance and the last movements of the visitor's wallet.
func (p *pages) wallet(w http.ResponseWriter, r *http.Request) error {
	a, err := actor(r)
	if err != nil {
		return err
	}
	owner := walletOf(a)
	if owner.IsZero() {
		return access.ErrForbidden
	}
	renderer, err := p.render(r.Context())
	if err != nil {
		return err
	}
	h, err := p.config.Ledger.Holder(r.Context(), owner)
	if err != nil {
		return err
	}
	held, err := p.config.Ledger.Holding(r.Context(), owner)
	if err != nil {
		return err
	}
	movements, err := p.config.Ledger.Statement(r.Context(), ledger.Wallet(owner), 0, 0, lastMovements)
	if err != nil {
		return err
	}
	v := page.WalletView{Visitor: p.visitor(r), ID: ident.WalletOf(owner).String(), Holder: h.Name, Number: h.Number,
		Booked: held.Booked, Reserved: held.Reserved, Available: held.Available, Version: held.Version, At: p.now()}
	for _, m := range movements {
		line := page.WalletPosting{At: m.At, Entry: m.Entry.String(), Kind: string(m.Kind), Message: m.Message, Amount: m.Amount, Balance: m.Balance}
		if other, ok := ledger.HolderOf(m.Counterparty); ok && other != owner {
			named, err := p.config.Ledger.Holder(r.Context(), other)
			if err != nil {
				return err
			}
			line.Counterparty = named.Name
		}
		v.Postings = append(v.Postings, line)
	}
	return renderer.Wallet(w, v)
}
