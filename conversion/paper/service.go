// SPDX-License-Identifier: AGPL-3.0-or-later

package paper

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"unicode"
	"unicode/utf8"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/db"
	"github.com/noria-mlc/noria/ledger/ident"
)

// View reads the notes of a book. It works beside a running server.
type View struct{ journal *ledger.Journal }

// NewView returns the reading half.
func NewView(j *ledger.Journal) *View { return &View{j} }

// Service changes the notes of a book, through the ledger's one door. It embeds
// the View that reads them.
type Service struct {
	*View
	ledger *ledger.Ledger
}

// New returns the service of an open book.
func New(l *ledger.Ledger) *Service { return &Service{NewView(l.Journal), l} }

// execute runs a command whose input has the given form error, nil where it is
// well formed. The right is checked before the form.
func execute[T any](ctx context.Context, s *Service, c ledger.Command, form error, do func(*ledger.Tx) (ident.Ref, error)) (T, bool, error) {
	var thing T
	if err := access.Allow(c.Actor, c.Action, c.Owner); err != nil {
		return thing, false, err
	}
	if form != nil {
		return thing, false, form
	}
	out, err := s.ledger.Execute(ctx, c, do)
	if err != nil {
		return thing, false, err
	}
	if err := json.Unmarshal(out.Result, &thing); err != nil {
		return thing, false, fmt.Errorf("stored answer %s: %w", out.Ref, err)
	}
	return thing, out.Replayed, nil
}

// collect scans every row of a list.
func collect[T any](list *sql.Rows, err error, scan func(db.Row) (T, error)) ([]T, error) {
	if err != nil {
		return nil, err
	}
	defer list.Close()
	things := []T{}
	for list.Next() {
		thing, err := scan(list)
		if err != nil {
			return nil, err
		}
		things = append(things, thing)
	}
	return things, list.Err()
}

// found turns the absence of a row into ErrMissing.
func found(err error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return ledger.ErrMissing
	}
	return err
}

// printable says whether s is 1 to limit printable characters, not all blank.
func printable(s string, limit int) bool {
	visible := false
	for _, r := range s {
		if !unicode.IsPrint(r) {
			return false
		}
		visible = visible || !unicode.IsSpace(r)
	}
	return visible && utf8.ValidString(s) && utf8.RuneCountInString(s) <= limit
}

// limit bounds the length of a list, 50 where none is asked.
func limit(asked int) int {
	if asked <= 0 {
		return 50
	}
	return min(asked, 200)
}
