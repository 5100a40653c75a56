// SPDX-License-Identifier: AGPL-3.0-or-later

package paper

import (
	"context"
	"database/sql"
	"encoding/json"
	"time"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/db"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
)

type countNoun struct{}

// Prefix of a count's id.
func (countNoun) Prefix() string { return "ppc_" }

// CountID is the id of a count.
type CountID = ident.ID[countNoun]

// Heap is how many notes of one kind were counted.
type Heap struct {
	Series  string       `json:"series"`
	Face    money.Amount `json:"face"`
	Counted int64        `json:"counted"`
}

// Counted is what a count found of one kind of note, beside what the book says.
type Counted struct {
	Series   string       `json:"series"`
	Face     money.Amount `json:"face"`
	Expected int64        `json:"expected"`
	Counted  int64        `json:"counted"`
}

// Count is what was counted at a desk. It is equal to the book, or open until a
// treasurer explains the difference.
type Count struct {
	ID          CountID    `json:"id"`
	Desk        string     `json:"desk"`
	Status      string     `json:"status"` // "equal", "open" or "explained"
	Lines       []Counted  `json:"lines"`
	Note        string     `json:"note,omitempty"`
	CountedBy   ident.User `json:"counted_by"`
	CountedAt   time.Time  `json:"counted_at"`
	ExplainedBy ident.User `json:"explained_by,omitzero"`
	ExplainedAt time.Time  `json:"explained_at,omitzero"`
}

// CountInput is what was counted; a kind of note that is left out was counted
// as none.
type CountInput struct {
	Desk  string `json:"desk,omitempty"`
	Lines []Heap `json:"lines"`
}

// Count compares the notes of a desk with the book. Nothing moves. It returns
// ErrInvalid, ErrForbidden and conversion.ErrDeskMissing.
func (s *Service) Count(ctx context.Context, actor access.Actor, key string, in CountInput) (Count, bool, error) {
	var check fault.Check
	for i, l := range in.Lines {
		at := checkNote(&check, i, l.Series, l.Face)
		check.That(l.Counted >= 0 && l.Counted <= most, at+"/counted", "must be zero to a thousand million")
	}
	return execute[Count](ctx, s, ledger.Command{Actor: actor, Action: access.PaperCount, Key: key, Input: in}, check.Err(),
		func(tx *ledger.Tx) (ident.Ref, error) {
			d, err := conversion.DeskWithin(tx, in.Desk)
			if err != nil {
				return ident.Ref{}, err
			}
			c := Count{ID: CountID{Bits: tx.NewID()}, Desk: d.Slug, Status: "equal", CountedBy: actor.ID, CountedAt: tx.Now()}
			if err := c.compare(tx, in.Lines); err != nil {
				return ident.Ref{}, err
			}
			text, err := json.Marshal(c.Lines)
			if err != nil {
				return ident.Ref{}, err
			}
			if _, err := tx.Exec(sqlInsertCount, c.ID, c.Desk, c.Status, string(text), c.CountedBy, c.CountedAt.UnixMicro()); err != nil {
				return ident.Ref{}, err
			}
			return c.ID.Ref(), tx.Keep(c)
		})
}

// compare puts what was counted beside what the book says, for every kind of note.
func (c *Count) compare(tx *ledger.Tx, counted []Heap) error {
	var p Holdings
	if err := p.read(tx); err != nil {
		return err
	}
	c.Lines = []Counted{}
	for _, d := range p.Denominations {
		l := Counted{Series: d.Series, Face: d.Face}
		for _, x := range p.Of(At(c.Desk)) {
			if x.Series == d.Series && x.Face == d.Face {
				l.Expected = x.Quantity
			}
		}
		for _, x := range counted {
			if x.Series == d.Series && x.Face == d.Face {
				l.Counted += x.Counted
			}
		}
		if l.Counted != l.Expected {
			c.Status = "open"
		}
		if l.Counted != 0 || l.Expected != 0 {
			c.Lines = append(c.Lines, l)
		}
	}
	return nil
}

// ExplainInput explains the difference of a count.
type ExplainInput struct {
	Count CountID `json:"count"`
	Note  string  `json:"note"`
	Book  bool    `json:"book"` // the book follows the count: what is missing is lost, what is too much was found again
}

// Explain closes the difference of a count: the book follows it, or it was an
// error of counting and nothing moves. It returns ErrInvalid, ErrForbidden,
// ErrMissing, ErrClosed, ErrStock where more was counted than was ever lost or
// the desk has changed since, and conversion.ErrSamePerson.
func (s *Service) Explain(ctx context.Context, actor access.Actor, key string, in ExplainInput) (Count, bool, error) {
	var check fault.Check
	check.That(printable(in.Note, 140), "/note", "must be 1 to 140 printable characters")
	return execute[Count](ctx, s, ledger.Command{Actor: actor, Action: access.PaperWriteOff, Key: key, Input: in}, check.Err(),
		func(tx *ledger.Tx) (ident.Ref, error) {
			c, err := scanCount(tx.QueryRow(sqlCount, in.Count))
			if err != nil {
				return ident.Ref{}, found(err)
			}
			if c.CountedBy == actor.ID {
				return ident.Ref{}, conversion.ErrSamePerson
			}
			c.Status, c.Note, c.ExplainedBy, c.ExplainedAt = "explained", in.Note, actor.ID, tx.Now()
			if err := tx.Guard(ErrClosed, sqlExplain, c.ID, c.Note, c.ExplainedBy, c.ExplainedAt.UnixMicro()); err != nil {
				return ident.Ref{}, err
			}
			if in.Book {
				if err := c.follow(tx); err != nil {
					return ident.Ref{}, err
				}
			}
			return c.ID.Ref(), tx.Keep(c)
		})
}

// follow makes the book what was counted, by movements of their own.
func (c *Count) follow(tx *ledger.Tx) error {
	for _, x := range c.Lines {
		l := Bundle{Series: x.Series, Face: x.Face, Quantity: x.Expected - x.Counted}
		m := Move{Kind: Loss, Status: Done, From: At(c.Desk), To: Lost, Note: c.Note}
		if l.Quantity == 0 {
			continue
		}
		if l.Quantity < 0 {
			l.Quantity = -l.Quantity
			m.Kind, m.From, m.To = Find, Lost, At(c.Desk)
		}
		m.Lines, m.Amount = []Bundle{l}, l.value()
		if err := shift(tx, m.From, m.To, l); err != nil {
			return err
		}
		if _, err := m.insert(tx); err != nil {
			return err
		}
	}
	return nil
}

// Counts lists counts of a status, newest first. It returns ErrForbidden.
func (v *View) Counts(ctx context.Context, actor access.Actor, status string, before CountID, asked int) ([]Count, error) {
	if err := access.Allow(actor, access.PaperRead, ident.Holder{}); err != nil {
		return nil, err
	}
	list, err := committed{ctx, v.journal.Reader()}.Query(sqlCounts, status, before, limit(asked))
	return collect(list, err, scanCount)
}

// OneCount returns a count. It returns ErrMissing and ErrForbidden.
func (v *View) OneCount(ctx context.Context, actor access.Actor, id CountID) (Count, error) {
	if err := access.Allow(actor, access.PaperRead, ident.Holder{}); err != nil {
		return Count{}, err
	}
	c, err := scanCount(committed{ctx, v.journal.Reader()}.QueryRow(sqlCount, id))
	return c, found(err)
}

func scanCount(row db.Row) (Count, error) {
	var c Count
	var text string
	var counted int64
	var explained sql.NullInt64
	if err := row.Scan(&c.ID, &c.Desk, &c.Status, &text, &c.Note, &c.CountedBy, &counted, &c.ExplainedBy, &explained); err != nil {
		return Count{}, err
	}
	c.CountedAt = time.UnixMicro(counted).UTC()
	if explained.Valid {
		c.ExplainedAt = time.UnixMicro(explained.Int64).UTC()
	}
	return c, json.Unmarshal([]byte(text), &c.Lines)
}
