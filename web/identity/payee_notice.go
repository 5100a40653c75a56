// SPDX-License-Identifier: AGPL-3.0-or-later

package identity

import (
	"context"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ops/mail"
	"github.com/noria-mlc/noria/web/locale"
)

// AccountNotice returns what writes to everybody who acts for a holder, at the
// addresses they had proved before, that the account their euros are sent to
// changes (rule D10). It returns an error of the engine.
func (s *Service) AccountNotice(ctx context.Context, language string) (conversion.Tell, error) {
	currency, err := s.currency(ctx)
	if err != nil {
		return nil, err
	}
	speech, err := locale.NewSpeech(language)
	if err != nil {
		return nil, err
	}
	return func(tx *ledger.Tx, a conversion.PayoutAccount) error {
		what, err := accountWords(speech, a)
		if err != nil {
			return err
		}
		addresses, err := actingFor(tx, a.Holder)
		if err != nil {
			return err
		}
		for _, a := range addresses {
			if err := mail.Queue(tx, mail.Letter{To: a.email, Language: language, Template: "security",
				Words: map[string]string{"Currency": currency, "What": what, "Link": s.base + "/compte"}}); err != nil {
				return err
			}
		}
		return nil
	}, nil
}

// accountWords says what happens to an account, which is named by the end of its
// number.
func accountWords(speech *locale.Speech, a conversion.PayoutAccount) (string, error) {
	end := a.IBAN[max(0, len(a.IBAN)-4):]
	switch a.Status {
	case conversion.AccountProposed:
		return speech.Say("letter.payee-proposed", end)
	case conversion.AccountDelayed:
		return speech.Say("letter.payee-delayed", end, speech.Instant(a.EffectiveAt))
	}
	return speech.Say("letter.payee-first", end)
}

// addressee is somebody to write to, in their language.
type addressee struct{ email, language string }

// actingFor returns the addresses of those who act for a holder.
func actingFor(tx *ledger.Tx, holder ident.Holder) ([]addressee, error) {
	rows, err := tx.Query(sqlActingFor, holder)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []addressee
	for rows.Next() {
		var a addressee
		if err := rows.Scan(&a.email, &a.language); err != nil {
			return nil, err
		}
		list = append(list, a)
	}
	return list, rows.Err()
}
