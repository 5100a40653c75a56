// SPDX-License-Identifier: AGPL-3.0-or-later

package identity

import (
	"context"
	"errors"
	"maps"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ops/mail"
	"github.com/noria-mlc/noria/web/locale"
)

// Notice is a letter that tells somebody about their account, ready to be written
// within the command that it is about. It is written in the person's language; to
// somebody without a verified address it is not written at all.
type Notice struct {
	to     string
	lang   string
	words  map[string]string
	speech *locale.Speech
	base   string
}

// Notice prepares letters to a user. It returns an error of the engine.
func (s *Service) Notice(ctx context.Context, user ident.User) (Notice, error) {
	i, err := s.find(ctx, sqlByUser, user)
	if err != nil && !missing(err) {
		return Notice{}, err
	}
	return s.notice(ctx, i)
}

func (s *Service) notice(ctx context.Context, i identity) (Notice, error) {
	currency, err := s.currency(ctx)
	if err != nil {
		return Notice{}, err
	}
	speech, err := locale.NewSpeech(i.language)
	if err != nil {
		return Notice{}, err
	}
	return Notice{to: i.email, lang: i.language, speech: speech, base: s.base,
		words: map[string]string{"Currency": currency, "Link": s.base + "/compte"}}, nil
}

// Reachable says whether there is an address to write to.
func (n Notice) Reachable() bool { return n.to != "" }

// Say returns words in the person's language. It returns locale.ErrWords.
func (n Notice) Say(key string, places ...any) (string, error) { return n.speech.Say(key, places...) }

// Send queues the letter about a change on the account: words of the locale, with
// its places filled in. It returns an error of the engine.
func (n Notice) Send(tx *ledger.Tx, words string, places ...any) error {
	what, err := n.Say(words, places...)
	if err != nil {
		return err
	}
	return n.Letter(tx, "security", "", map[string]string{"What": what})
}

// Letter queues a letter of another template whose link leads to a path of the
// service, the account's page where that is empty.
func (n Notice) Letter(tx *ledger.Tx, template, path string, words map[string]string) error {
	if n.to == "" {
		return nil
	}
	all := maps.Clone(n.words)
	maps.Copy(all, words)
	if path != "" {
		all["Link"] = n.base + path
	}
	err := mail.Queue(tx, mail.Letter{To: n.to, Language: n.lang, Template: template, Words: all})
	if errors.Is(err, mail.ErrInvalid) || errors.Is(err, mail.ErrAddress) {
		return nil // a letter that cannot be written holds up no command
	}
	return err
}

// At is the notice for another address of the same person.
func (n Notice) At(email string) Notice {
	n.to = email
	return n
}

// language is what letters are written in: fr or en.
func language(asked string) string {
	if asked == "en" {
		return "en"
	}
	return "fr"
}
