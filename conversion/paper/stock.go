// SPDX-License-Identifier: AGPL-3.0-or-later

package paper

import (
	"context"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/db"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
)

// Denomination is a kind of note.
type Denomination struct {
	Series     string       `json:"series"`
	Face       money.Amount `json:"face"`
	LastNumber int64        `json:"last_number"` // that was printed
}

// Stock is how many notes of a kind are at a place.
type Stock struct {
	Place    Place        `json:"place"`
	Series   string       `json:"series"`
	Face     money.Amount `json:"face"`
	Quantity int64        `json:"quantity"`
	Value    money.Amount `json:"value"`
}

// Range is numbers of new notes and where they are, or were brought.
type Range struct {
	Place  Place        `json:"place"`
	Series string       `json:"series"`
	Face   money.Amount `json:"face"`
	First  int64        `json:"first"`
	Last   int64        `json:"last"`
}

// Owed is what one fund owes the other for units that were exchanged (G2).
type Owed struct {
	By     ledger.Pool  `json:"by,omitempty"` // empty where nothing is owed
	To     ledger.Pool  `json:"to,omitempty"`
	Amount money.Amount `json:"amount_eur"`
}

// Till is the euros that a desk took for notes and has not brought to the bank.
type Till struct {
	Desk        string       `json:"desk"`
	Amount      money.Amount `json:"amount_eur"`
	Unexplained money.Amount `json:"unexplained_eur"` // lacked at remittances; below zero for too much
}

// Holdings is all notes, as they are now.
type Holdings struct {
	Denominations []Denomination `json:"denominations"`
	Stocks        []Stock        `json:"stocks"`
	Ranges        []Range        `json:"ranges"`
	Circulation   money.Amount   `json:"circulation"`
	Owed          Owed           `json:"owed"`
	Tills         []Till         `json:"tills"`
}

// Of is what a place has.
func (p Holdings) Of(place Place) []Stock {
	var list []Stock
	for _, s := range p.Stocks {
		if s.Place == place {
			list = append(list, s)
		}
	}
	return list
}

// Position reads all notes. It returns ErrForbidden.
func (v *View) Position(ctx context.Context, actor access.Actor) (Holdings, error) {
	if err := access.Allow(actor, access.PaperRead, ident.Holder{}); err != nil {
		return Holdings{}, err
	}
	var p Holdings
	err := v.journal.Snapshot(ctx, func(r db.Reader) error {
		if err := p.read(committed{ctx, r}); err != nil {
			return err
		}
		return p.balances(ctx, v.journal, r)
	})
	return p, err
}

func (p *Holdings) read(now rows) error {
	list, err := now.Query(sqlDenominations)
	if p.Denominations, err = collect(list, err, func(row db.Row) (Denomination, error) {
		var d Denomination
		return d, row.Scan(&d.Series, &d.Face, &d.LastNumber)
	}); err != nil {
		return err
	}
	list, err = now.Query(sqlStocks)
	if p.Stocks, err = collect(list, err, func(row db.Row) (Stock, error) {
		var s Stock
		err := row.Scan(&s.Place, &s.Series, &s.Face, &s.Quantity)
		s.Value = s.Face * money.Amount(s.Quantity)
		return s, err
	}); err != nil {
		return err
	}
	list, err = now.Query(sqlRanges)
	p.Ranges, err = collect(list, err, func(row db.Row) (Range, error) {
		var x Range
		return x, row.Scan(&x.Place, &x.Series, &x.Face, &x.First, &x.Last)
	})
	return err
}

// balances reads what the ledger says of notes.
func (p *Holdings) balances(ctx context.Context, j *ledger.Journal, r db.Reader) error {
	issued, err := j.Balance(ctx, r, ledger.Issued(ledger.Paper))
	if err != nil {
		return err
	}
	p.Circulation = issued.Amount
	between, err := j.Balance(ctx, r, ledger.Between(ledger.Digital))
	if err != nil {
		return err
	}
	p.Owed = owed(between.Amount)
	tills, err := j.Balances(ctx, r, string(ledger.NotesDesk("")))
	if err != nil {
		return err
	}
	p.Tills = []Till{}
	for _, b := range tills {
		slug := string(b.Account[len(ledger.NotesDesk("")):])
		unexplained, err := j.Balance(ctx, r, ledger.Unexplained(slug))
		if err != nil {
			return err
		}
		p.Tills = append(p.Tills, Till{slug, b.Amount, unexplained.Amount})
	}
	return nil
}

// owed says what the digital fund is owed, below zero where it owes.
func owed(digital money.Amount) Owed {
	switch {
	case digital > 0:
		return Owed{ledger.Paper, ledger.Digital, digital}
	case digital < 0:
		return Owed{ledger.Digital, ledger.Paper, -digital}
	}
	return Owed{}
}
