// SPDX-License-Identifier: AGPL-3.0-or-later

package identity

import (
	"context"
	"errors"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ops/mail"
	"github.com/noria-mlc/noria/web/locale"
)

// CardNotice returns what writes to every treasurer, each in their language, that a
// payment by card changed at its provider after it was booked. The letter names
// nobody. It returns an error of the engine, and a notice that tells nobody before
// the currency is open.
func (s *Service) CardNotice(ctx context.Context) (conversion.TellCard, error) {
	currency, err := s.currency(ctx)
	if errors.Is(err, conversion.ErrNotOpen) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return func(tx *ledger.Tx, n conversion.CardNews) error {
		people, err := readSpoken(tx, sqlSpokenRole, string(access.Treasurer))
		if err != nil {
			return err
		}
		for _, p := range people {
			words, err := cardWords(p.language, n)
			if err != nil {
				return err
			}
			words["Currency"], words["Link"] = currency, s.base+"/tresorerie/cartes/"+n.Now.Conversion.String()
			err = mail.Queue(tx, mail.Letter{To: p.address, Language: p.language, Template: "card", Words: words})
			if err != nil && !errors.Is(err, mail.ErrInvalid) && !errors.Is(err, mail.ErrAddress) {
				return err // a letter that cannot be written holds up no command
			}
		}
		return nil
	}, nil
}

// cardWords are the subject of a letter about a payment and what it tells.
func cardWords(language string, n conversion.CardNews) (map[string]string, error) {
	speech, err := locale.NewSpeech(language)
	if err != nil {
		return nil, err
	}
	what := said{"letter.card-refunded", []any{speech.Amount(n.Was.Received)}}
	switch n.Now.Reason {
	case conversion.OddLess:
		what = said{"letter.card-less", []any{speech.Amount(n.Was.Received - n.Now.Received), speech.Amount(n.Now.Received)}}
	case conversion.OddPartial:
		what = said{"letter.card-partial", nil}
	case conversion.OddDisputed:
		what = said{"letter.card-disputed", []any{speech.Amount(n.Now.Received)}}
	case conversion.OddAfterward:
		what = said{"letter.card-afterwards", nil}
	}
	words := make(map[string]string)
	for place, text := range map[string]said{"Subject": {"letter.card-subject", nil}, "What": what} {
		if words[place], err = speech.Say(text.key, text.places...); err != nil {
			return nil, err
		}
	}
	return words, nil
}
