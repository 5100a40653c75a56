// SPDX-License-Identifier: AGPL-3.0-or-later

package project

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"net/url"
	"strings"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/civil"
	"github.com/noria-mlc/noria/ledger/db"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
)

type noun struct{}

// Prefix of a project.
func (noun) Prefix() string { return "prj_" }

// ID is the id of a project.
type ID = ident.ID[noun]

// Service keeps the register, through the ledger's one door.
type Service struct {
	ledger *ledger.Ledger
}

// New returns the service of an open book.
func New(l *ledger.Ledger) *Service { return &Service{ledger: l} }

// The years that a project may be of; a later one than these is no date.
const firstYear, lastYear = 1990, 9999

// Terms are what is told about a project.
type Terms struct {
	Name    string       `json:"name"`    // 1 to 100 characters
	Commune string       `json:"commune"` // 1 to 100 characters
	Year    int          `json:"year"`    // of the loan, not in the future
	Amount  money.Amount `json:"amount_eur"`
	Link    string       `json:"link,omitempty"` // https only
	About   string       `json:"about"`          // a sentence, up to 300 characters
}

// Project is one of the register.
type Project struct {
	ID ID `json:"id"`
	Terms
	Revision int64 `json:"revision"` // 1 at first; a change names the one it was made from
}

// clean takes the blanks off the ends.
func (t Terms) clean() Terms {
	for _, text := range []*string{&t.Name, &t.Commune, &t.Link, &t.About} {
		*text = strings.TrimSpace(*text)
	}
	return t
}

// Check returns ErrInvalid for what cannot be told on a day, with every place that
// is wrong. Add and Change check the same.
func (t Terms) Check(today civil.Date) error {
	var check fault.Check
	check.That(ledger.Printable(t.Name, 100), "/name", "must be 1 to 100 printable characters")
	check.That(ledger.Printable(t.Commune, 100), "/commune", "must be 1 to 100 printable characters")
	check.That(t.Year >= firstYear && t.Year <= lastYear && civil.New(t.Year, 1, 1) <= today, "/year", "must be a year from 1990 to this one")
	check.That(t.Amount > 0 && t.Amount <= money.Max, "/amount_eur", "must be an amount above zero")
	check.That(t.Link == "" || Linkable(t.Link), "/link", "must be an address that begins with https://")
	check.That(ledger.Printable(t.About, 300), "/about", "must be 1 to 300 printable characters")
	return check.Err()
}

// Linkable says whether a text is an address that a page may lead to: https, with
// a host, without a name or a password in it.
func Linkable(text string) bool {
	u, err := url.Parse(text)
	return err == nil && len(text) <= 300 && u.Scheme == "https" && u.Hostname() != "" && u.User == nil && ledger.Printable(text, 300) && !strings.ContainsAny(text, " \"<>\\")
}

// All lists the projects, the latest year first; it is public.
func (s *Service) All(ctx context.Context) ([]Project, error) {
	rows, err := s.ledger.Reader().QueryContext(ctx, sqlAll)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	list := []Project{}
	for rows.Next() {
		p, err := scan(rows)
		if err != nil {
			return nil, err
		}
		list = append(list, p)
	}
	return list, rows.Err()
}

// Of returns a project; it is public. It returns ErrMissing.
func (s *Service) Of(ctx context.Context, id ID) (Project, error) {
	p, err := scan(s.ledger.Reader().QueryRowContext(ctx, sqlOne, id))
	if errors.Is(err, sql.ErrNoRows) {
		return Project{}, ledger.ErrMissing
	}
	return p, err
}

func scan(row db.Row) (Project, error) {
	var p Project
	return p, row.Scan(&p.ID, &p.Name, &p.Commune, &p.Year, &p.Amount, &p.Link, &p.About, &p.Revision)
}

// Add writes a project into the register. It returns ErrForbidden and ErrInvalid.
func (s *Service) Add(ctx context.Context, actor access.Actor, key string, in Terms) (Project, bool, error) {
	in = in.clean()
	c := ledger.Command{Actor: actor, Action: access.ProjectAdd, Key: key, Input: in}
	return s.command(ctx, c, in, func(tx *ledger.Tx) (Project, error) {
		p := Project{ID: ID{Bits: tx.NewID()}, Terms: in, Revision: 1}
		_, err := tx.Exec(sqlInsert, p.ID, in.Name, in.Commune, in.Year, in.Amount, in.Link, in.About, tx.Now().UnixMicro())
		return p, err
	})
}

// ChangeInput is what is told about a project from now on.
type ChangeInput struct {
	Project  ID    `json:"project"`
	Revision int64 `json:"revision"` // that was read
	Terms
}

// Change replaces what is told. It returns ErrForbidden, ErrInvalid, ErrMissing and
// ErrChanged.
func (s *Service) Change(ctx context.Context, actor access.Actor, key string, in ChangeInput) (Project, bool, error) {
	in.Terms = in.clean()
	c := ledger.Command{Actor: actor, Action: access.ProjectChange, Key: key, Input: in}
	return s.command(ctx, c, in.Terms, func(tx *ledger.Tx) (Project, error) {
		if err := known(tx, in.Project); err != nil {
			return Project{}, err
		}
		t := in.Terms
		return Project{in.Project, t, in.Revision + 1},
			tx.Guard(ErrChanged, sqlChange, in.Project, in.Revision, t.Name, t.Commune, t.Year, t.Amount, t.Link, t.About)
	})
}

// Withdraw takes a project off the register. It returns ErrForbidden, ErrMissing
// and ErrChanged.
func (s *Service) Withdraw(ctx context.Context, actor access.Actor, key string, id ID) (bool, error) {
	out, err := s.ledger.Execute(ctx, ledger.Command{Actor: actor, Action: access.ProjectWithdraw, Key: key, Input: id}, func(tx *ledger.Tx) (ident.Ref, error) {
		if err := known(tx, id); err != nil {
			return ident.Ref{}, err
		}
		return id.Ref(), tx.Guard(ErrChanged, sqlWithdraw, id, tx.Now().UnixMicro())
	})
	return out.Replayed, err
}

// known returns ErrMissing for a project that never was.
func known(tx *ledger.Tx, id ID) error {
	var n int
	if err := tx.QueryRow(sqlKnown, id).Scan(&n); err != nil {
		return err
	}
	if n == 0 {
		return ledger.ErrMissing
	}
	return nil
}

// command runs a command that answers with a project.
func (s *Service) command(ctx context.Context, c ledger.Command, terms Terms, do func(*ledger.Tx) (Project, error)) (Project, bool, error) {
	if err := access.Allow(c.Actor, c.Action, ident.Holder{}); err != nil {
		return Project{}, false, err
	}
	if err := terms.Check(civil.Of(s.ledger.Now())); err != nil {
		return Project{}, false, err
	}
	out, err := s.ledger.Execute(ctx, c, func(tx *ledger.Tx) (ident.Ref, error) {
		p, err := do(tx)
		if err != nil {
			return ident.Ref{}, err
		}
		return p.ID.Ref(), tx.Keep(p)
	})
	if err != nil {
		return Project{}, false, err
	}
	var p Project
	return p, out.Replayed, json.Unmarshal(out.Result, &p)
}
