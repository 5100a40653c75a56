// SPDX-License-Identifier: AGPL-3.0-or-later

package merchant

import (
	"context"
	"errors"
	"sync"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/ident"
)

// directoryLimit is how many resolved payees are remembered; about 200 bytes
// each.
const directoryLimit = 131_072

// payee is whom a written handle names. Merchant is set where the handle was a
// merchant's code.
type payee struct {
	holder   ident.Holder
	kind     ledger.HolderKind
	merchant Merchant
}

// directory resolves payees and remembers them. It cannot be stale in a way that
// matters: wallets, numbers and codes are never given to another holder, a
// holder's kind never changes, and what was not found is not remembered.
type directory struct {
	ledger *ledger.Ledger
	mu     sync.RWMutex
	known  map[string]payee
	kinds  map[ident.Holder]ledger.HolderKind
}

func newDirectory(l *ledger.Ledger) *directory {
	return &directory{ledger: l, known: make(map[string]payee), kinds: make(map[ident.Holder]ledger.HolderKind)}
}

// find resolves the id of a wallet, the number of a holder, or the code or number
// of a merchant. It returns ErrPayeeUnknown for anything else (rule D2).
func (d *directory) find(ctx context.Context, to string) (payee, error) {
	if len(to) > 64 {
		return payee{}, ErrPayeeUnknown
	}
	d.mu.RLock()
	p, ok := d.known[to]
	d.mu.RUnlock()
	if ok {
		return p, nil
	}
	p, err := d.look(ctx, to)
	if errors.Is(err, fault.ErrMissing) {
		return payee{}, ErrPayeeUnknown
	}
	if err != nil {
		return payee{}, err
	}
	d.keep(func() { d.known[to], d.kinds[p.holder] = p, p.kind })
	return p, nil
}

// keep changes what is remembered, all of which is let go when it is too much.
func (d *directory) keep(change func()) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.known)+len(d.kinds) >= directoryLimit {
		clear(d.known)
		clear(d.kinds)
	}
	change()
}

// look reads whom a handle names, or returns ErrMissing.
func (d *directory) look(ctx context.Context, to string) (payee, error) {
	var wallet ident.Wallet
	if wallet.UnmarshalText([]byte(to)) == nil && !wallet.IsZero() {
		return described(d.ledger.Holder(ctx, ident.HolderOf(wallet)))
	}
	if code, ok := readCode(to, merchantCodeLength); ok {
		return d.shop(ctx, sqlMerchantByCode, code)
	}
	if isMerchantNumber(to) {
		return d.shop(ctx, sqlMerchantByNumber, to)
	}
	return described(d.ledger.HolderByNumber(ctx, to))
}

// shop reads a payee who is named as a merchant.
func (d *directory) shop(ctx context.Context, query, arg string) (payee, error) {
	m, err := scanMerchant(d.ledger.Reader().QueryRowContext(ctx, query, arg))
	if err != nil {
		return payee{}, err
	}
	p, err := described(d.ledger.Holder(ctx, m.Holder))
	p.merchant = m
	return p, err
}

func described(h ledger.Holder, err error) (payee, error) {
	return payee{holder: h.ID, kind: h.Kind}, err
}

// kind returns the kind of a holder, or ErrForbidden where there is no such
// holder.
func (d *directory) kind(ctx context.Context, h ident.Holder) (ledger.HolderKind, error) {
	d.mu.RLock()
	kind, ok := d.kinds[h]
	d.mu.RUnlock()
	if ok {
		return kind, nil
	}
	found, err := d.ledger.Holder(ctx, h)
	if errors.Is(err, fault.ErrMissing) {
		return "", fault.ErrForbidden
	}
	if err != nil {
		return "", err
	}
	// Who pays today is paid tomorrow, mostly by their number.
	d.keep(func() { d.kinds[h], d.known[found.Number] = found.Kind, payee{holder: h, kind: found.Kind} })
	return found.Kind, nil
}
