// SPDX-License-Identifier: AGPL-3.0-or-later

package identity

import (
	"context"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/civil"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/membership"
	"github.com/noria-mlc/noria/ops/mail"
	"github.com/noria-mlc/noria/web/locale"
)

// spoken is an address and the language of letters to it.
type spoken struct{ address, language string }

func readSpoken(tx *ledger.Tx, query string, args ...any) ([]spoken, error) {
	rows, err := tx.Query(query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []spoken
	for rows.Next() {
		var s spoken
		if err := rows.Scan(&s.address, &s.language); err != nil {
			return nil, err
		}
		s.language = language(s.language)
		list = append(list, s)
	}
	return list, rows.Err()
}

// MembershipNotice returns what writes to everybody who acts for a holder, each
// in their language, that their membership ends (L9). It returns an error of the
// engine.
func (s *Service) MembershipNotice(ctx context.Context) (membership.Tell, error) {
	currency, err := s.currency(ctx)
	if err != nil {
		return nil, err
	}
	return func(tx *ledger.Tx, h ident.Holder, until civil.Date) error {
		people, err := readSpoken(tx, sqlSpokenFor, h)
		if err != nil {
			return err
		}
		for _, p := range people {
			speech, err := locale.NewSpeech(p.language)
			if err != nil {
				return err
			}
			if err := mail.Queue(tx, mail.Letter{To: p.address, Language: p.language, Template: "membership",
				Words: map[string]string{"Currency": currency, "Day": speech.Day(until.Start()), "Link": s.base + "/adhesion"}}); err != nil {
				return err
			}
		}
		return nil
	}, nil
}
