// SPDX-License-Identifier: AGPL-3.0-or-later

package paper

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/db"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
)

type moveNoun struct{}

// Prefix of a movement's id.
func (moveNoun) Prefix() string { return "ppm_" }

// MoveID is the id of a movement of notes.
type MoveID = ident.ID[moveNoun]

// Kind says why notes moved.
type Kind string

// The kinds of movement.
const (
	Print       Kind = "print"
	Transfer    Kind = "transfer" // open until another person receives it
	Sale        Kind = "sale"
	Deposit     Kind = "deposit"     // notes became digital units
	Withdrawal  Kind = "withdrawal"  // digital units become notes; open until they are handed over
	Destruction Kind = "destruction" // open until a second witness signs
	Loss        Kind = "loss"        // of notes in stock
	Find        Kind = "find"
	Gone        Kind = "gone" // proved to be destroyed in somebody's hands: nothing moves, they stay owed (B9)
)

// Status is how far a movement is.
type Status string

// The statuses of a movement.
const (
	Open   Status = "open"
	Done   Status = "done"
	Undone Status = "undone"
)

// Move is a movement of notes.
type Move struct {
	ID         MoveID                  `json:"id"`
	Kind       Kind                    `json:"kind"`
	Status     Status                  `json:"status"`
	From       Place                   `json:"from"`
	To         Place                   `json:"to"`
	Amount     money.Amount            `json:"amount"` // at face value
	Lines      []Bundle                `json:"lines"`
	Holder     ident.Holder            `json:"holder,omitzero"`
	Means      conversion.Means        `json:"means,omitempty"` // of a sale
	Note       string                  `json:"note,omitempty"`
	Entry      ident.Entry             `json:"entry,omitzero"`
	Redemption conversion.RedemptionID `json:"redemption,omitzero"` // asked for together with a deposit
	CreatedBy  ident.User              `json:"created_by"`
	CreatedAt  time.Time               `json:"created_at"`
	ClosedBy   ident.User              `json:"closed_by,omitzero"`
	ClosedAt   time.Time               `json:"closed_at,omitzero"`
}

// insert writes a movement and its lines under a fresh id, and keeps it as the
// command's answer.
func (m *Move) insert(tx *ledger.Tx) (ident.Ref, error) {
	m.ID, m.CreatedBy, m.CreatedAt = MoveID{Bits: tx.NewID()}, tx.Actor().ID, tx.Now()
	if _, err := tx.Exec(sqlInsertMove, m.ID, string(m.Kind), string(m.Status), string(m.From), string(m.To), m.Amount, m.Holder,
		string(m.Means), m.Note, m.Entry, m.Redemption, m.CreatedBy, m.CreatedAt.UnixMicro()); err != nil {
		return ident.Ref{}, err
	}
	for i := range m.Lines {
		l := &m.Lines[i]
		l.Received = 0
		if m.Status == Done {
			l.Received = l.Quantity
		}
		if _, err := tx.Exec(sqlInsertLine, m.ID, i+1, l.Series, l.Face, l.Quantity, l.First, l.Received); err != nil {
			return ident.Ref{}, err
		}
	}
	return m.ID.Ref(), tx.Keep(m)
}

// close ends a movement that has a status. A refusal is ErrClosed.
func (m *Move) close(tx *ledger.Tx, was, is Status) (ident.Ref, error) {
	m.Status, m.ClosedBy, m.ClosedAt = is, tx.Actor().ID, tx.Now()
	if err := tx.Guard(ErrClosed, sqlCloseMove, m.ID, string(is), m.ClosedBy, m.ClosedAt.UnixMicro(), m.Entry, string(m.From), m.Note, string(was)); err != nil {
		return ident.Ref{}, err
	}
	return m.ID.Ref(), tx.Keep(m)
}

// second returns ErrClosed unless the movement is of a kind and status, and
// conversion.ErrSamePerson where the actor is who began it (D9).
func (m *Move) second(tx *ledger.Tx, kind Kind, status Status) error {
	switch {
	case m.Kind != kind:
		return ledger.ErrMissing
	case m.Status != status:
		return ErrClosed
	case m.CreatedBy == tx.Actor().ID:
		return conversion.ErrSamePerson
	}
	return nil
}

// rows is what movements are read from.
type rows interface {
	Query(query string, args ...any) (*sql.Rows, error)
	QueryRow(query string, args ...any) *sql.Row
}

// committed reads what is committed.
type committed struct {
	ctx    context.Context
	reader db.Reader
}

func (c committed) Query(query string, args ...any) (*sql.Rows, error) {
	return c.reader.QueryContext(c.ctx, query, args...)
}

func (c committed) QueryRow(query string, args ...any) *sql.Row {
	return c.reader.QueryRowContext(c.ctx, query, args...)
}

func moveOf(r rows, id MoveID) (Move, error) {
	m, err := scanMove(r.QueryRow(sqlMove, id))
	if err != nil {
		return Move{}, found(err)
	}
	list, err := r.Query(sqlLines, id)
	m.Lines, err = collect(list, err, func(row db.Row) (Bundle, error) {
		var l Bundle
		return l, row.Scan(&l.Series, &l.Face, &l.Quantity, &l.First, &l.Received)
	})
	return m, err
}

func scanMove(row db.Row) (Move, error) {
	var m Move
	var created int64
	var closed sql.NullInt64
	err := row.Scan(&m.ID, &m.Kind, &m.Status, &m.From, &m.To, &m.Amount, &m.Holder, &m.Means, &m.Note, &m.Entry, &m.Redemption,
		&m.CreatedBy, &created, &m.ClosedBy, &closed)
	m.CreatedAt = time.UnixMicro(created).UTC()
	if closed.Valid {
		m.ClosedAt = time.UnixMicro(closed.Int64).UTC()
	}
	return m, err
}

// Move returns a movement, to staff and to the member whose withdrawal it is. It
// returns ErrMissing and ErrForbidden.
func (v *View) Move(ctx context.Context, actor access.Actor, id MoveID) (Move, error) {
	now := committed{ctx, v.journal.Reader()}
	if err := access.Allow(actor, access.PaperRead, ident.Holder{}); err == nil {
		return moveOf(now, id)
	}
	m, err := moveOf(now, id)
	if err == nil && m.Kind == Withdrawal && access.Allow(actor, access.PaperAsk, m.Holder) == nil {
		return m, nil
	}
	if err != nil && !errors.Is(err, ledger.ErrMissing) {
		return Move{}, err
	}
	return Move{}, access.ErrForbidden // nobody learns whether a thing of somebody else's exists (D2)
}

// MoveFilter says which movements to list: of a kind, a place, a status and a
// holder, any where they are zero; with an id below Before.
type MoveFilter struct {
	Kind   Kind
	Place  Place
	Status Status
	Holder ident.Holder
	Before MoveID
	Limit  int
}

// Moves lists movements with their lines, newest first. It returns ErrForbidden.
func (v *View) Moves(ctx context.Context, actor access.Actor, f MoveFilter) ([]Move, error) {
	if err := access.Allow(actor, access.PaperRead, ident.Holder{}); err != nil {
		return nil, err
	}
	return v.moves(ctx, f)
}

// Asked lists the withdrawals of a holder, newest first, with an id below before
// where it is not zero. It returns ErrForbidden.
func (v *View) Asked(ctx context.Context, actor access.Actor, h ident.Holder, before MoveID, most int) ([]Move, error) {
	if err := access.Allow(actor, access.PaperAsk, h); err != nil {
		return nil, err
	}
	if h.IsZero() {
		return nil, access.ErrForbidden // everybody's are none of a member's
	}
	return v.moves(ctx, MoveFilter{Kind: Withdrawal, Holder: h, Before: before, Limit: most})
}

// Offered lists the kinds of notes that a member may ask for, the largest first:
// those of which some are in the vault, on their way or at a desk. How many, and
// where, is told to nobody but staff. It returns ErrForbidden.
func (v *View) Offered(ctx context.Context, actor access.Actor, h ident.Holder) ([]Denomination, error) {
	if err := access.Allow(actor, access.PaperAsk, h); err != nil {
		return nil, err
	}
	list, err := committed{ctx, v.journal.Reader()}.Query(sqlOffered)
	return collect(list, err, func(row db.Row) (Denomination, error) {
		var d Denomination
		return d, row.Scan(&d.Series, &d.Face)
	})
}

func (v *View) moves(ctx context.Context, f MoveFilter) ([]Move, error) {
	now := committed{ctx, v.journal.Reader()}
	list, err := now.Query(sqlMoves, string(f.Place), string(f.Status), f.Holder, f.Before, limit(f.Limit), string(f.Kind))
	all, err := collect(list, err, scanMove)
	for i := range all {
		if err != nil {
			break
		}
		all[i], err = moveOf(now, all[i].ID)
	}
	return all, err
}
