// SPDX-License-Identifier: AGPL-3.0-or-later

package api

import (
	"context"
	"slices"
	"strconv"
	"time"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/civil"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
)

// holderBody is a holder as the API shows it.
type holderBody struct {
	ID     ident.Holder      `json:"id"`
	Kind   ledger.HolderKind `json:"kind"`
	Name   string            `json:"name"`
	Number string            `json:"number" doc:"What others pay to"`
	Wallet ident.Wallet      `json:"wallet"`
}

func holderOf(h ledger.Holder) holderBody {
	return holderBody{ID: h.ID, Kind: h.Kind, Name: h.Name, Number: h.Number, Wallet: h.Wallet()}
}

type newHolder struct {
	Keyed
	Body struct {
		Kind ledger.HolderKind `json:"kind" enum:"individual,professional,collectivity,association"`
		Name string            `json:"name" minLength:"1" maxLength:"100"`
	}
}

type Page struct {
	Limit  int    `query:"limit" default:"50" minimum:"1" maximum:"200"`
	Cursor string `query:"cursor" maxLength:"64"`
}

type holderList struct {
	Items      []holderBody `json:"items"`
	NextCursor string       `json:"next_cursor,omitempty"`
}

type me struct {
	User   ident.User     `json:"user"`
	Holder holderBody     `json:"holder"`
	Roles  []access.Role  `json:"roles"`
	Grants []access.Grant `json:"grants" doc:"Roles with the organisation each is held in"`
}

type WalletPath struct {
	ID ident.Wallet `path:"id"`
}

type walletBody struct {
	ID        ident.Wallet `json:"id"`
	Holder    ident.Holder `json:"holder"`
	Booked    money.Amount `json:"booked"`
	Reserved  money.Amount `json:"reserved"`
	Available money.Amount `json:"available"`
	Version   int64        `json:"version"`
	Seq       int64        `json:"seq"`
}

type postingList struct {
	Items      []postingBody `json:"items"`
	NextCursor string        `json:"next_cursor,omitempty"`
}

type postingBody struct {
	Seq          int64        `json:"seq"`
	Entry        ident.Entry  `json:"entry"`
	Kind         ledger.Kind  `json:"kind"`
	At           time.Time    `json:"at"`
	BookedOn     civil.Date   `json:"booked_on"`
	Counterparty string       `json:"counterparty" doc:"Display name (D1)"`
	Amount       money.Amount `json:"amount" doc:"Signed" pattern:"^-?(0|[1-9][0-9]{0,8})\\.[0-9]{2}$"`
	Balance      money.Amount `json:"balance" doc:"Afterwards"`
	Message      string       `json:"message"`
	Reference    string       `json:"reference"`
}

func (r *routes) holders() {
	private(r, get("/v1/me", "Who I am", "holders"), func(ctx context.Context, actor access.Actor, _ *struct{}) (*shown[me], error) {
		h, err := r.Ledger.Holder(ctx, actor.Holder)
		if err != nil {
			return nil, err
		}
		m := me{User: actor.ID, Holder: holderOf(h), Roles: []access.Role{}, Grants: actor.Grants}
		for _, g := range actor.Grants {
			if !slices.Contains(m.Roles, g.Role) {
				m.Roles = append(m.Roles, g.Role)
			}
		}
		return show(m, nil)
	})
	private(r, create("/v1/holders", "Open a holder with a wallet", "holders"), func(ctx context.Context, actor access.Actor, in *newHolder) (*done[holderBody], error) {
		key, err := in.key()
		if err != nil {
			return nil, err
		}
		h, out, err := r.Ledger.CreateHolder(ctx, actor, key, ledger.NewHolder{Kind: in.Body.Kind, Name: in.Body.Name})
		if err != nil {
			return nil, err
		}
		return answered(holderOf(h), out.Replayed, "/v1/holders/"+h.ID.String()), nil
	})
	private(r, get("/v1/holders", "List holders, oldest first", "holders"), r.listHolders)
	private(r, get("/v1/holders/{id}", "Read a holder", "holders"), func(ctx context.Context, actor access.Actor, in *struct {
		ID ident.Holder `path:"id"`
	}) (*shown[holderBody], error) {
		if err := access.Allow(actor, access.HolderRead, in.ID); err != nil {
			return nil, err
		}
		h, err := r.Ledger.Holder(ctx, in.ID)
		if err == nil {
			err = r.People.Looked(ctx, actor, in.ID, "identity")
		}
		return show(holderOf(h), err)
	})
	private(r, get("/v1/wallets/{id}", "Balance of a wallet: booked, reserved, available", "wallets"),
		func(ctx context.Context, actor access.Actor, in *WalletPath) (*shown[walletBody], error) {
			w, err := r.wallet(ctx, actor, in.ID)
			return show(w, err)
		})
	private(r, get("/v1/wallets/{id}/postings", "Statement of a wallet, newest first", "wallets"), r.postings)
}

func (r *routes) listHolders(ctx context.Context, actor access.Actor, in *Page) (*shown[holderList], error) {
	if err := access.Allow(actor, access.HolderRead, ident.Holder{}); err != nil {
		return nil, err
	}
	var after ident.Holder
	if after.UnmarshalText([]byte(in.Cursor)) != nil {
		return nil, ledger.ErrCursor
	}
	holders, err := r.Ledger.Holders(ctx, after, in.Limit)
	list := holderList{Items: make([]holderBody, 0, len(holders))}
	for _, h := range holders {
		list.Items = append(list.Items, holderOf(h))
	}
	if len(holders) == in.Limit {
		list.NextCursor = holders[in.Limit-1].ID.String()
	}
	return show(list, err)
}

// wallet reads a wallet that the actor may see; one that does not exist is
// refused in the same words as a foreign one (D2).
func (r *routes) wallet(ctx context.Context, actor access.Actor, id ident.Wallet) (walletBody, error) {
	holder := ident.HolderOf(id)
	if err := access.Allow(actor, access.WalletRead, holder); err != nil {
		return walletBody{}, err
	}
	if _, err := r.Ledger.Holder(ctx, holder); err != nil {
		return walletBody{}, err
	}
	if err := r.People.Looked(ctx, actor, holder, "wallet"); err != nil {
		return walletBody{}, err
	}
	w, err := r.Ledger.Holding(ctx, holder)
	return walletBody{ID: id, Holder: holder, Booked: w.Booked, Reserved: w.Reserved, Available: w.Available,
		Version: w.Version, Seq: w.Seq}, err
}

func (r *routes) postings(ctx context.Context, actor access.Actor, in *struct {
	WalletPath
	Page
}) (*shown[postingList], error) {
	holder := ident.HolderOf(in.ID)
	if err := access.Allow(actor, access.WalletRead, holder); err != nil {
		return nil, err
	}
	if _, err := r.Ledger.Holder(ctx, holder); err != nil {
		return nil, err
	}
	if err := r.People.Looked(ctx, actor, holder, "statement"); err != nil {
		return nil, err
	}
	var before int64
	if in.Cursor != "" {
		n, err := strconv.ParseInt(in.Cursor, 36, 64)
		if err != nil || n <= 0 {
			return nil, ledger.ErrCursor
		}
		before = n
	}
	movements, err := r.Ledger.Statement(ctx, ledger.Wallet(holder), before, 0, in.Limit)
	if err != nil {
		return nil, err
	}
	list := postingList{Items: make([]postingBody, 0, len(movements))}
	names := r.namer(ctx)
	for _, m := range movements {
		name, err := names(m.Counterparty)
		if err != nil {
			return nil, err
		}
		list.Items = append(list.Items, postingBody{Seq: m.Seq, Entry: m.Entry, Kind: m.Kind, At: m.At, BookedOn: m.BookedOn,
			Counterparty: name, Amount: m.Amount, Balance: m.Balance, Message: m.Message, Reference: m.Reference})
	}
	if len(movements) == in.Limit {
		list.NextCursor = strconv.FormatInt(movements[in.Limit-1].Posting, 36)
	}
	return show(list, nil)
}

// namer returns a function that gives the display name of the other side of a
// movement, reading each holder once.
func (r *routes) namer(ctx context.Context) func(ledger.Account) (string, error) {
	known := make(map[ledger.Account]string)
	return func(a ledger.Account) (string, error) {
		if name, ok := known[a]; ok {
			return name, nil
		}
		id, ok := ledger.HolderOf(a)
		if !ok {
			c, err := r.Conversion.Currency(ctx)
			known[a] = c.Name
			return c.Name, err
		}
		h, err := r.Ledger.Holder(ctx, id)
		known[a] = h.Name
		return h.Name, err
	}
}
