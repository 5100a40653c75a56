// SPDX-License-Identifier: AGPL-3.0-or-later

package api

import (
	"context"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/conversion/paper"
	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/ident"
)

// PaperMovePath names a movement of notes.
type PaperMovePath struct {
	ID paper.MoveID `path:"id"`
}

// PaperCountPath names a count of notes.
type PaperCountPath struct {
	ID paper.CountID `path:"id"`
}

const paperTag = "paper"

// paper adds the routes of notes.
func (r *routes) paper() {
	private(r, get("/v1/paper", "All notes: kinds, stocks, numbers, what the two funds owe each other, tills", paperTag),
		func(ctx context.Context, actor access.Actor, _ *struct{}) (*shown[paper.Holdings], error) {
			p, err := r.Paper.Position(ctx, actor)
			return show(p, err)
		})
	private(r, get("/v1/paper/moves", "List movements of notes, newest first", paperTag), func(ctx context.Context, actor access.Actor, in *struct {
		Page
		Place  string `query:"place" required:"false"`
		Status string `query:"status" required:"false" enum:"open,done,undone"`
	}) (*shown[list[paper.Move]], error) {
		f := paper.MoveFilter{Place: paper.Place(in.Place), Status: paper.Status(in.Status), Limit: in.Limit}
		if f.Before.UnmarshalText([]byte(in.Cursor)) != nil {
			return nil, ledger.ErrCursor
		}
		items, err := r.Paper.Moves(ctx, actor, f)
		return show(listOf(items, in.Limit, func(m paper.Move) string { return m.ID.String() }), err)
	})
	private(r, get("/v1/paper/moves/{id}", "Read a movement of notes", paperTag), func(ctx context.Context, actor access.Actor, in *PaperMovePath) (*shown[paper.Move], error) {
		m, err := r.Paper.Move(ctx, actor, in.ID)
		return show(m, err)
	})
	moves(r, "/v1/paper/prints", "Put a print run into the vault", r.Paper.Print)
	moves(r, "/v1/paper/transfers", "Give notes out, for another person to receive", r.Paper.Send)
	moves(r, "/v1/paper/sales", "Sell notes at a desk", r.Paper.Sell)
	moves(r, "/v1/paper/deposits", "Take notes back for digital units", r.Paper.Deposit)
	moves(r, "/v1/paper/destructions", "Sign a destruction as its first witness", r.Paper.Destroy)
	moves(r, "/v1/paper/write-offs", "Book notes that were lost, found, or destroyed in somebody's hands", r.Paper.WriteOff)
	private(r, create("/v1/paper/withdrawals", "Hold digital units until a desk hands the notes over", paperTag), func(ctx context.Context, actor access.Actor, in *struct {
		Keyed
		Body struct {
			Desk   string         `json:"desk,omitempty"`
			Holder ident.Holder   `json:"holder"`
			Lines  []paper.Bundle `json:"lines"`
		}
	}) (*done[paper.Move], error) {
		return paperMoved(in.key())(func(key string) (paper.Move, bool, error) {
			if err := r.direct(ctx, access.PaperAsk, ident.WalletOf(in.Body.Holder)); err != nil {
				return paper.Move{}, false, err
			}
			return r.Paper.Ask(ctx, actor, key, paper.AskInput{Desk: in.Body.Desk, Holder: in.Body.Holder, Lines: in.Body.Lines})
		})
	})
	closes(r, "/v1/paper/moves/{id}/undoings", "Take a sale back on its own day", r.Paper.Undo)
	closes(r, "/v1/paper/moves/{id}/handovers", "Hand the notes of a withdrawal over", r.Paper.HandOver)
	closes(r, "/v1/paper/moves/{id}/recalls", "Take back a destruction that no second witness signed", r.Paper.Recall)
	closes(r, "/v1/paper/moves/{id}/renouncements", "Give the units of a withdrawal back", func(ctx context.Context, actor access.Actor, key string, id paper.MoveID) (paper.Move, bool, error) {
		m, replayed, err := r.Paper.Renounce(ctx, actor, key, id)
		return m, replayed, Concealed(actor, access.PaperAsk, err)
	})
	closes(r, "/v1/paper/moves/{id}/signatures", "Sign a destruction as its second witness", r.Paper.Witness)
	private(r, create("/v1/paper/moves/{id}/receipts", "Receive notes that were on their way", paperTag), func(ctx context.Context, actor access.Actor, in *struct {
		Keyed
		PaperMovePath
		Body struct {
			Received []int64 `json:"received,omitempty" required:"false" doc:"Of each line; none for all that was sent"`
			Note     string  `json:"note,omitempty" required:"false" maxLength:"140"`
		}
	}) (*done[paper.Move], error) {
		return paperMoved(in.key())(func(key string) (paper.Move, bool, error) {
			return r.Paper.Receive(ctx, actor, key, paper.ReceiveInput{Move: in.ID, Received: in.Body.Received, Note: in.Body.Note})
		})
	})
	r.paperCounts()
	r.paperEuros()
}

// moves adds a route that makes a movement of notes.
func moves[I any](r *routes, path, summary string, do func(context.Context, access.Actor, string, I) (paper.Move, bool, error)) {
	private(r, create(path, summary, paperTag), func(ctx context.Context, actor access.Actor, in *struct {
		Keyed
		Body I
	}) (*done[paper.Move], error) {
		return paperMoved(in.key())(func(key string) (paper.Move, bool, error) { return do(ctx, actor, key, in.Body) })
	})
}

// closes adds a route that ends a movement of notes.
func closes(r *routes, path, summary string, do func(context.Context, access.Actor, string, paper.MoveID) (paper.Move, bool, error)) {
	private(r, create(path, summary, paperTag), func(ctx context.Context, actor access.Actor, in *struct {
		Keyed
		PaperMovePath
		Body *empty
	}) (*done[paper.Move], error) {
		return paperMoved(in.key())(func(key string) (paper.Move, bool, error) { return do(ctx, actor, key, in.ID) })
	})
}

// paperMoved runs a command that answers a movement of notes.
func paperMoved(key string, err error) func(func(string) (paper.Move, bool, error)) (*done[paper.Move], error) {
	return func(do func(string) (paper.Move, bool, error)) (*done[paper.Move], error) {
		if err != nil {
			return nil, err
		}
		m, replayed, err := do(key)
		if err != nil {
			return nil, err
		}
		return answered(m, replayed, "/v1/paper/moves/"+m.ID.String()), nil
	}
}

// paperCounts adds the routes of counts.
func (r *routes) paperCounts() {
	private(r, get("/v1/paper/counts", "List counts of notes, newest first", paperTag), func(ctx context.Context, actor access.Actor, in *struct {
		Page
		Status string `query:"status" required:"false" enum:"equal,open,explained"`
	}) (*shown[list[paper.Count]], error) {
		var before paper.CountID
		if before.UnmarshalText([]byte(in.Cursor)) != nil {
			return nil, ledger.ErrCursor
		}
		items, err := r.Paper.Counts(ctx, actor, in.Status, before, in.Limit)
		return show(listOf(items, in.Limit, func(c paper.Count) string { return c.ID.String() }), err)
	})
	private(r, get("/v1/paper/counts/{id}", "Read a count of notes", paperTag), func(ctx context.Context, actor access.Actor, in *PaperCountPath) (*shown[paper.Count], error) {
		c, err := r.Paper.OneCount(ctx, actor, in.ID)
		return show(c, err)
	})
	private(r, create("/v1/paper/counts", "Count the notes of a desk", paperTag), func(ctx context.Context, actor access.Actor, in *struct {
		Keyed
		Body paper.CountInput
	}) (*done[paper.Count], error) {
		key, err := in.key()
		if err != nil {
			return nil, err
		}
		c, replayed, err := r.Paper.Count(ctx, actor, key, in.Body)
		if err != nil {
			return nil, err
		}
		return answered(c, replayed, "/v1/paper/counts/"+c.ID.String()), nil
	})
	private(r, create("/v1/paper/counts/{id}/explanations", "Explain the difference of a count", paperTag), func(ctx context.Context, actor access.Actor, in *struct {
		Keyed
		PaperCountPath
		Body struct {
			Note string `json:"note" minLength:"1" maxLength:"140"`
			Book bool   `json:"book" doc:"Whether the book follows the count"`
		}
	}) (*done[paper.Count], error) {
		key, err := in.key()
		if err != nil {
			return nil, err
		}
		c, replayed, err := r.Paper.Explain(ctx, actor, key, paper.ExplainInput{Count: in.ID, Note: in.Body.Note, Book: in.Body.Book})
		if err != nil {
			return nil, err
		}
		return answered(c, replayed, "/v1/paper/counts/"+c.ID.String()), nil
	})
}

// paperEuros adds the routes of the euros that desks took for notes.
func (r *routes) paperEuros() {
	private(r, create("/v1/paper/remittances", "Book a desk's euros for notes that were brought to the bank", paperTag), func(ctx context.Context, actor access.Actor, in *struct {
		Keyed
		Body paper.RemitInput
	}) (*done[paper.Remittance], error) {
		key, err := in.key()
		if err != nil {
			return nil, err
		}
		m, replayed, err := r.Paper.Remit(ctx, actor, key, in.Body)
		if err != nil {
			return nil, err
		}
		return answered(m, replayed, "/v1/paper"), nil
	})
	private(r, create("/v1/paper/differences", "Explain euros that a desk's till lacked or had too many", paperTag), func(ctx context.Context, actor access.Actor, in *struct {
		Keyed
		Body paper.DifferenceInput
	}) (*done[paper.Remittance], error) {
		key, err := in.key()
		if err != nil {
			return nil, err
		}
		m, replayed, err := r.Paper.ExplainTill(ctx, actor, key, in.Body)
		if err != nil {
			return nil, err
		}
		return answered(m, replayed, "/v1/paper"), nil
	})
	private(r, create("/v1/paper/settlements", "Book the transfer that settles what one fund owes the other", paperTag), func(ctx context.Context, actor access.Actor, in *struct {
		Keyed
		Body paper.SettleInput
	}) (*done[conversion.Transfer], error) {
		key, err := in.key()
		if err != nil {
			return nil, err
		}
		m, replayed, err := r.Paper.Settle(ctx, actor, key, in.Body)
		if err != nil {
			return nil, err
		}
		return answered(m, replayed, "/v1/paper"), nil
	})
}
