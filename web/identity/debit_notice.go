// SPDX-License-Identifier: AGPL-3.0-or-later

package identity

import (
	"context"
	"errors"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ops/debit"
	"github.com/noria-mlc/noria/ops/mail"
	"github.com/noria-mlc/noria/web/locale"
)

// DebitNotice returns what writes to everybody who acts for a holder about their
// direct debits, in the language of each: what is to be debited (S2), what a bank
// sent back (S4), a mandate that is void (S1). Whoever has no address reads it on
// their pages. It returns an error of the engine.
func (s *Service) DebitNotice(ctx context.Context) (debit.Tell, error) {
	currency, err := s.currency(ctx)
	if err != nil {
		return nil, err
	}
	return func(tx *ledger.Tx, n debit.News) error {
		if n.Debit.Reason == "MD07" {
			return nil // whoever would read it has died
		}
		people, err := reachedFor(tx, n.Mandate.Holder)
		if err != nil {
			return err
		}
		for _, p := range people {
			speech, err := locale.NewSpeech(p.language)
			if err != nil {
				return err
			}
			words, err := debitWords(speech, n)
			if err != nil {
				return err
			}
			words["Currency"], words["Link"] = currency, s.base+"/prelevements/"+n.Mandate.ID.String()
			err = mail.Queue(tx, mail.Letter{To: p.email, Language: p.language, Template: "debit", Words: words})
			if err != nil && !errors.Is(err, mail.ErrInvalid) && !errors.Is(err, mail.ErrAddress) {
				return err // a letter that cannot be written holds up no command
			}
		}
		return nil
	}, nil
}

// debitWords are the subject, the news and the mandate that a letter is about.
func debitWords(speech *locale.Speech, n debit.News) (map[string]string, error) {
	euros, day := speech.Amount(n.Debit.Euros), ""
	if n.Debit.CollectOn != 0 {
		day = speech.Day(n.Debit.CollectOn.Start())
	}
	var subject, what said
	after := said{"letter.debit-other", nil}
	switch n.Event {
	case debit.Announced:
		subject, what = said{"letter.debit-announced-subject", []any{euros, day}}, said{"letter.debit-announced", []any{euros, day, n.Mandate.IBAN}}
		after = said{"letter.debit-stop", nil}
	case debit.SentBack:
		subject, what = said{"letter.debit-returned-subject", []any{euros}}, said{"letter.debit-returned", []any{euros, day, n.Mandate.IBAN}}
		after = said{afterReturn(n), nil}
	default:
		subject, what = said{"letter.debit-void-subject", nil}, said{"letter.debit-void", []any{n.Mandate.IBAN}}
	}
	words := make(map[string]string)
	for place, text := range map[string]said{"Subject": subject, "What": what, "After": after,
		"Mandate": {"letter.debit-mandate", []any{n.Mandate.RUM, speech.Day(n.Mandate.SignedOn.Start()), n.By, n.Creditor.ICS}}} {
		var err error
		if words[place], err = speech.Say(text.key, text.places...); err != nil {
			return nil, err
		}
	}
	if n.Event != debit.SentBack {
		return words, nil
	}
	reason, err := speech.Say("bankreason." + n.Debit.Reason)
	if err != nil {
		return nil, err
	}
	words["What"] += " " + reason
	if !n.Debit.Conversion.IsZero() {
		back, err := speech.Say("letter.debit-taken-back")
		if err != nil {
			return nil, err
		}
		words["What"] += " " + back
	}
	return words, nil
}

// said is a text of the locale with its places.
type said struct {
	key    string
	places []any
}

// afterReturn says what follows for the mandate.
func afterReturn(n debit.News) string {
	switch n.Mandate.Status {
	case debit.Active:
		if n.Mandate.Rhythm != debit.Once {
			return "letter.debit-goes-on"
		}
	case debit.Suspended:
		return "letter.debit-suspended"
	}
	return "letter.debit-other"
}

// reached is somebody with an address that they proved.
type reached struct{ email, language string }

// reachedFor returns those who act for a holder.
func reachedFor(tx *ledger.Tx, holder ident.Holder) ([]reached, error) {
	rows, err := tx.Query(sqlReachedFor, holder)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []reached
	for rows.Next() {
		var r reached
		if err := rows.Scan(&r.email, &r.language); err != nil {
			return nil, err
		}
		list = append(list, r)
	}
	return list, rows.Err()
}
