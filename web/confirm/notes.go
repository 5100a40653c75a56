// SPDX-License-Identifier: AGPL-3.0-or-later

package confirm

import (
	"context"
	"encoding/json"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/conversion/paper"
	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/merchant"
)

// Asked is the notes that somebody wants for digital units, and where. Its JSON
// is the message of an intent: what is held for which notes at which desk is read
// from the very text that was signed, so that neither can change under it.
type Asked struct {
	Desk  string         `json:"desk"` // its slug
	Lines []paper.Bundle `json:"lines"`
}

// text writes what is signed. Fields have one order, amounts one form.
func (a Asked) text() (string, error) {
	b, err := json.Marshal(a)
	return string(b), err
}

// Asked returns the notes that an intent is about. It returns ErrChanged for an
// intent that is about none.
func (i Intent) Asked() (Asked, error) {
	var a Asked
	if i.Kind != Notes || json.Unmarshal([]byte(i.Message), &a) != nil {
		return Asked{}, ErrChanged
	}
	return a, nil
}

// Withdrawal returns the withdrawal of notes that a confirmed intent became, and
// a zero id for another intent or one that is not done.
func (i Intent) Withdrawal() paper.MoveID {
	if i.Kind != Notes {
		return paper.MoveID{}
	}
	return paper.MoveID{Bits: i.made}
}

// recapNotes finds out what a wish for notes would hold, as it is to be shown.
func (s *Service) recapNotes(ctx context.Context, actor access.Actor, i Intent, w Wish) (Intent, error) {
	in := paper.AskInput{Desk: w.Notes.Desk, Holder: owner(actor, access.PaperAsk, w.From), Lines: w.Notes.Lines}
	m, err := s.paper.PreviewAsk(ctx, actor, in)
	if wrong := fault.As(err); wrong != nil {
		return Intent{}, wrong.Under("/notes")
	}
	if err != nil {
		return Intent{}, err
	}
	d, err := conversion.DeskNow(ctx, s.ledger.Journal, w.Notes.Desk)
	if err != nil {
		return Intent{}, err
	}
	return i.askedOf(m, d)
}

// ask holds the units that an intent says.
func (s *Service) ask(ctx context.Context, actor access.Actor, key string, i Intent, consent *ledger.Consent) (bool, error) {
	a, err := i.Asked()
	if err != nil {
		return false, err
	}
	_, replayed, err := s.paper.Ask(ctx, actor, key, paper.AskInput{Desk: a.Desk, Holder: ident.HolderOf(i.Payer), Lines: a.Lines, Consent: consent})
	return replayed, err
}

// askedOf is an intent that holds units until a desk hands notes over: it is to
// nobody, and shows the name of the desk.
func (i Intent) askedOf(m paper.Move, d conversion.Desk) (Intent, error) {
	var err error
	i.Payer, i.Amount, i.Name = ident.WalletOf(m.Holder), m.Amount, d.Name
	i.Message, err = Asked{d.Slug, m.Lines}.text()
	return i, err
}

// shown returns the name by which whoever an intent is to goes now, within a
// command: a payee, or a desk. A redemption is to nobody who could change it.
func (i Intent) shown(tx *ledger.Tx) (string, error) {
	switch i.Kind {
	case Redemption:
		return i.Name, nil
	case Notes:
		a, err := i.Asked()
		if err != nil {
			return "", err
		}
		d, err := conversion.DeskWithin(tx, a.Desk)
		return d.Name, err
	}
	return merchant.Payee{Wallet: i.Payee, Merchant: i.Statement.Merchant}.NameNow(tx)
}
