// SPDX-License-Identifier: AGPL-3.0-or-later

package identity

import (
	"context"
	"errors"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ops/alert"
	"github.com/noria-mlc/noria/ops/mail"
	"github.com/noria-mlc/noria/web/locale"
)

// FundNotice returns what writes to every treasurer, each in their language, that
// the guarantee fund crossed a threshold (G1, G6). It returns an error of the
// engine.
func (s *Service) FundNotice(ctx context.Context) (alert.Tell, error) {
	currency, err := s.currency(ctx)
	if err != nil {
		return nil, err
	}
	return func(tx *ledger.Tx, n alert.News) error {
		people, err := readSpoken(tx, sqlSpokenRole, string(access.Treasurer))
		if err != nil {
			return err
		}
		for _, p := range people {
			words, err := fundWords(p.language, n)
			if err != nil {
				return err
			}
			words["Currency"], words["Link"] = currency, s.base+"/tresorerie/fonds"
			err = mail.Queue(tx, mail.Letter{To: p.address, Language: p.language, Template: "fund", Words: words})
			if err != nil && !errors.Is(err, mail.ErrInvalid) && !errors.Is(err, mail.ErrAddress) {
				return err // a letter that cannot be written holds up no command
			}
		}
		return nil
	}, nil
}

// fundWords are the subject of a letter about the fund and what it tells.
func fundWords(language string, n alert.News) (map[string]string, error) {
	speech, err := locale.NewSpeech(language)
	if err != nil {
		return nil, err
	}
	subject, what := said{"letter.fund-awaited-subject", []any{n.Figures.AwaitedDays}}, said{"letter.fund-awaited", []any{n.Figures.AwaitedDays}}
	switch n.Kind {
	case alert.Gap:
		gap := speech.Amount(n.Figures.Gap)
		subject, what = said{"letter.fund-gap-subject", []any{gap}}, said{"letter.fund-gap", []any{gap, speech.Amount(*n.Thresholds.Gap)}}
	case alert.Coverage:
		part := speech.Percent(n.Figures.Part())
		subject, what = said{"letter.fund-coverage-subject", []any{part}}, said{"letter.fund-coverage", []any{part, speech.Rate(n.Thresholds.Coverage.Hundredths())}}
	default:
		what.places = append(what.places, *n.Thresholds.AwaitedDays)
	}
	words := make(map[string]string)
	for place, text := range map[string]said{"Subject": subject, "What": what} {
		if words[place], err = speech.Say(text.key, text.places...); err != nil {
			return nil, err
		}
	}
	return words, nil
}
