// SPDX-License-Identifier: AGPL-3.0-or-later

package identity

import (
	"errors"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
	"github.com/noria-mlc/noria/ops/mail"
	"github.com/noria-mlc/noria/web/locale"
)

// returned is what was taken back of a conversion.
type returned struct {
	holder      ident.Holder
	reference   string
	taken, owed money.Amount
}

// tellReturned is the covenant of this room: whoever loses units because the euros
// of a conversion went back is written to, whoever booked it and by whatever way
// (G6).
func (s *Service) tellReturned(tx *ledger.Tx) error {
	for _, e := range tx.Posted() {
		if (e.Kind != ledger.KindChargeback && e.Kind != ledger.KindReversal) || e.Reverses.IsZero() {
			continue
		}
		made, err := tx.Entry(e.Reverses)
		if err != nil {
			return err
		}
		if made.Kind != ledger.KindConversion {
			continue
		}
		if err := s.writeReturned(tx, takenBack(made, e)); err != nil {
			return err
		}
	}
	return nil
}

// takenBack compares the entry of a conversion with the one that took it back.
func takenBack(made, e *ledger.Entry) returned {
	r := returned{reference: made.Reference}
	if r.reference == "" {
		r.reference = e.Reference
	}
	for _, l := range made.Lines {
		if h, ok := ledger.HolderOf(l.Credit); ok {
			r.holder, r.owed = h, r.owed+l.Amount
		}
	}
	for _, l := range e.Lines {
		if l.Debit == ledger.Wallet(r.holder) {
			r.taken, r.owed = r.taken+l.Amount, r.owed-l.Amount
		}
	}
	return r
}

// writeReturned queues the letters to those who act for the holder.
func (s *Service) writeReturned(tx *ledger.Tx, r returned) error {
	if r.holder.IsZero() {
		return nil
	}
	addressees, err := actingFor(tx, r.holder)
	if err != nil || len(addressees) == 0 {
		return err
	}
	currency, err := conversion.NameIn(tx)
	if err != nil {
		return err
	}
	for _, a := range addressees {
		speech, err := locale.NewSpeech(a.language)
		if err != nil {
			return err
		}
		words := map[string]string{"Currency": currency, "Reference": r.reference, "Taken": speech.Amount(r.taken), "Owed": "", "Link": s.base + "/portefeuille"}
		if r.owed > 0 {
			words["Owed"] = speech.Amount(r.owed)
		}
		err = mail.Queue(tx, mail.Letter{To: a.email, Language: a.language, Template: "returned", Words: words})
		if err != nil && !errors.Is(err, mail.ErrInvalid) && !errors.Is(err, mail.ErrAddress) {
			return err // a letter that cannot be written holds up no command
		}
	}
	return nil
}
