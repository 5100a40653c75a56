// SPDX-License-Identifier: AGPL-3.0-or-later

package identity

import (
	"context"
	"errors"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ops/fonte"
	"github.com/noria-mlc/noria/ops/mail"
	"github.com/noria-mlc/noria/web/locale"
)

// FonteNotice returns what writes to everybody who acts for a holder, each in their
// language, that a rule of fonte was decided: its rate, its first day and when
// units are first taken (L12). It returns an error of the engine.
func (s *Service) FonteNotice(ctx context.Context) (fonte.Tell, error) {
	currency, err := s.currency(ctx)
	if err != nil {
		return nil, err
	}
	return func(tx *ledger.Tx, h ident.Holder, r fonte.Rule) error {
		people, err := readSpoken(tx, sqlSpokenFor, h)
		if err != nil {
			return err
		}
		for _, p := range people {
			words, err := fonteWords(p.language, r)
			if err != nil {
				return err
			}
			words["Currency"], words["Link"] = currency, s.base+"/comment-ca-marche"
			err = mail.Queue(tx, mail.Letter{To: p.address, Language: p.language, Template: "fonte", Words: words})
			if err != nil && !errors.Is(err, mail.ErrInvalid) && !errors.Is(err, mail.ErrAddress) {
				return err // a letter that cannot be written holds up no command
			}
		}
		return nil
	}, nil
}

// fonteWords are what a letter about a rule tells.
func fonteWords(language string, r fonte.Rule) (map[string]string, error) {
	speech, err := locale.NewSpeech(language)
	if err != nil {
		return nil, err
	}
	day := speech.Day(r.FirstDay.Start())
	what, exempt := "letter.fonte-month", said{"letter.fonte-exempt", []any{speech.Amount(r.Exempt)}}
	switch r.Period {
	case fonte.Quarter:
		what = "letter.fonte-quarter"
	case fonte.HalfYear:
		what = "letter.fonte-half-year"
	}
	if r.Exempt == 0 {
		exempt = said{"letter.fonte-whole", nil}
	}
	words := map[string]string{"Day": day}
	for place, text := range map[string]said{
		"What":   {what, []any{day, speech.Rate(r.Rate.Hundredths()), r.ReceiverName}},
		"Exempt": exempt,
		"Next":   {"letter.fonte-next", []any{speech.Day(r.NextTaking.Start())}},
	} {
		if words[place], err = speech.Say(text.key, text.places...); err != nil {
			return nil, err
		}
	}
	return words, nil
}
