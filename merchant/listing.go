// SPDX-License-Identifier: AGPL-3.0-or-later

package merchant

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/ident"
)

// Category is what kind of shop a shop is.
type Category string

// Categories lists the kinds of shop, as the directory offers them.
func Categories() []Category {
	return []Category{"food", "restaurant", "market", "craft", "culture", "health", "home", "leisure", "services", "other"}
}

// Listing is what a shop chose to say of itself in the public directory (D1:
// nothing of it is taken from elsewhere).
type Listing struct {
	Merchant  ID        `json:"merchant"`
	Name      string    `json:"name"` // of the merchant
	Code      string    `json:"code"` // of the merchant
	Category  Category  `json:"category"`
	Town      string    `json:"town"`
	Address   string    `json:"address,omitempty"`
	About     string    `json:"about,omitempty"`
	ChangedAt time.Time `json:"changed_at"`
}

// ListInput is what a shop says of itself. All of it empty takes the shop out of
// the directory.
type ListInput struct {
	Merchant ID       `json:"merchant"`
	Category Category `json:"category,omitempty"`
	Town     string   `json:"town,omitempty"`    // 1 to 60 printable characters
	Address  string   `json:"address,omitempty"` // at most 120
	About    string   `json:"about,omitempty"`   // at most 280
}

// leaves says whether the shop leaves the directory.
func (in ListInput) leaves() bool { return in == ListInput{Merchant: in.Merchant} }

// List puts a shop of the actor's into the public directory, changes what is
// said of it there, or takes it out. It returns ErrForbidden, ErrInvalid with
// every wrong field, and what Execute returns.
func (s *Service) List(ctx context.Context, actor access.Actor, key string, in ListInput) (bool, error) {
	m, err := s.Merchant(ctx, in.Merchant)
	if err != nil {
		return false, hidden(actor, access.MerchantList, err)
	}
	if err := access.Allow(actor, access.MerchantList, m.Holder); err != nil {
		return false, err
	}
	if !in.leaves() {
		var check fault.Check
		check.That(slices.Contains(Categories(), in.Category), "/category", "must be a kind of shop")
		check.That(printable(in.Town, 60) && in.Town == strings.TrimSpace(in.Town), "/town", "must be 1 to 60 printable characters")
		check.That(in.Address == "" || printable(in.Address, 120), "/address", "must be at most 120 printable characters")
		check.That(in.About == "" || printable(in.About, 280), "/about", "must be at most 280 printable characters")
		if err := check.Err(); err != nil {
			return false, err
		}
	}
	out, err := s.ledger.Execute(ctx, ledger.Command{Actor: actor, Action: access.MerchantList, Owner: m.Holder, Key: key, Input: in},
		func(tx *ledger.Tx) (ident.Ref, error) {
			var err error
			if in.leaves() {
				_, err = tx.Exec(sqlUnlist, m.ID)
			} else {
				_, err = tx.Exec(sqlList, m.ID, string(in.Category), in.Town, in.Address, in.About, tx.Now().UnixMicro())
			}
			return m.ID.Ref(), err
		})
	return out.Replayed, err
}

// listingsLimit is how many shops the directory shows: more than any currency
// has in one town, and a bound on what a page weighs.
const listingsLimit = 500

// Listings reads the public directory, by town and name: every shop of a
// category and a town, where they are given.
func (s *Service) Listings(ctx context.Context, category Category, town string) ([]Listing, error) {
	rows, err := s.ledger.Reader().QueryContext(ctx, sqlListings, string(category), town, listingsLimit)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []Listing
	for rows.Next() {
		var l Listing
		var changed int64
		if err := rows.Scan(&l.Merchant, &l.Name, &l.Code, &l.Category, &l.Town, &l.Address, &l.About, &changed); err != nil {
			return nil, err
		}
		l.ChangedAt = time.UnixMicro(changed).UTC()
		list = append(list, l)
	}
	return list, rows.Err()
}

// Listed counts the shops in the directory.
func (s *Service) Listed(ctx context.Context) (int64, error) {
	var n int64
	err := s.ledger.Reader().QueryRowContext(ctx, sqlListed).Scan(&n)
	return n, err
}
