// SPDX-License-Identifier: AGPL-3.0-or-later

package session

import (
	"context"
	"database/sql"
	"encoding/hex"
	"errors"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ops/job"
)

// CreateToken makes an api token for a user. The text is in the answer and
// nowhere else: where an earlier request with this key made the token, Text is
// empty, unless the caller chose the secret. It returns fault.ErrInvalid with
// every wrong field, ErrSecretChosen, ErrSecretTaken, ErrUserMissing, or what
// ledger.Execute returns.
func (s *Service) CreateToken(ctx context.Context, actor access.Actor, key string, in CreateTokenInput) (Issued, bool, error) {
	if err := access.Allow(actor, access.TokenCreate, ident.Holder{}); err != nil {
		return Issued{}, false, err
	}
	if in.ExpiresIn == 0 {
		in.ExpiresIn = DefaultLifetime
	}
	var check fault.Check
	check.That(validLabel(in.Label), "/label", "must be 1 to 60 printable characters")
	check.That(in.ExpiresIn >= time.Minute && in.ExpiresIn <= LongestLifetime, "/expires_in", "must be from a minute to five years")
	if err := check.Err(); err != nil {
		return Issued{}, false, err
	}
	if in.Secret != nil && !s.demo {
		return Issued{}, false, ErrSecretChosen
	}
	secret, chosen := NewSecret(), ""
	if in.Secret != nil {
		secret = *in.Secret
		_, d, _ := parse(secret.Text(API))
		chosen = hex.EncodeToString(d[:])
	}
	input := struct {
		CreateTokenInput
		Chosen string `json:"chosen,omitempty"`
	}{in, chosen}
	command := ledger.Command{Actor: actor, Action: access.TokenCreate, Key: key, Input: input}
	issued, replayed, err := s.issue(ctx, command, secret.Text(API), func(tx *ledger.Tx) (draft, error) {
		return draft{user: in.User, kind: API, label: in.Label, demo: in.Secret != nil, lifetime: in.ExpiresIn}, nil
	})
	if replayed && in.Secret == nil {
		issued.Text = ""
	}
	return issued, replayed, err
}

// OpenSession exchanges an api token or a link for a session, which ends twelve
// hours later, and not after an api token that opened it. The same token and key
// give the same session again. It returns ErrUnauthenticated for any token that
// cannot open a session, or what ledger.Execute returns.
func (s *Service) OpenSession(ctx context.Context, text, key string) (Issued, bool, error) {
	kind, d, ok := parse(text)
	if !ok || kind == Session {
		return Issued{}, false, ErrUnauthenticated
	}
	f, err := s.find(ctx, d)
	if err != nil {
		return Issued{}, false, err
	}
	if f.revoked {
		return Issued{}, false, ErrUnauthenticated
	}
	// Whether it has expired, or is a link that was used, is decided under the
	// key: the browser may have sent the form twice.
	command := ledger.Command{Actor: f.Actor, Action: access.SessionOpen, Owner: f.Actor.Holder, Key: key, Input: f.Token}
	return s.issue(ctx, command, derive(text, key).Text(Session), func(tx *ledger.Tx) (draft, error) {
		if err := tx.Guard(ErrUnauthenticated, sqlUse, f.Token, tx.Now().UnixMicro()); err != nil {
			return draft{}, err
		}
		lifetime := SessionLifetime
		if f.Kind == API {
			lifetime = min(lifetime, f.ExpiresAt.Sub(tx.Now()))
		}
		return draft{user: f.Actor.ID, kind: Session, origin: f.Token, demo: f.Demo, lifetime: lifetime}, nil
	})
}

// Bootstrap makes the first administrator of a book and a link to come in with,
// which lasts a day and holds once. While nobody has come in it may be called
// again: the former link is revoked and the user stays. Once anybody has, it
// changes nothing and says false. It returns ErrSecretTaken, or what
// ledger.Execute returns.
func (s *Service) Bootstrap(ctx context.Context, secret Secret) (Issued, bool, error) {
	var setUp int
	if err := s.ledger.Reader().QueryRowContext(ctx, sqlSetUp).Scan(&setUp); err != nil || setUp > 0 {
		return Issued{}, false, err
	}
	id := s.ledger.NewID()
	command := ledger.Command{Actor: job.System(), Action: access.UserBootstrap, Key: "bootstrap:" + hex.EncodeToString(id[:])}
	issued, _, err := s.issue(ctx, command, secret.Text(Link), func(tx *ledger.Tx) (draft, error) {
		user, err := firstAdministrator(tx)
		return draft{user: user, kind: Link, label: "first administrator", lifetime: LinkLifetime}, err
	})
	if errors.Is(err, errSetUp) {
		return Issued{}, false, nil
	}
	return issued, err == nil, err
}

// firstAdministrator returns the administrator of a book that nobody came into,
// made where there is none, and revokes the former links.
func firstAdministrator(tx *ledger.Tx) (ident.User, error) {
	var setUp int
	if err := tx.QueryRow(sqlSetUp).Scan(&setUp); err != nil {
		return ident.User{}, err
	}
	if setUp > 0 {
		return ident.User{}, errSetUp
	}
	if _, err := tx.Exec(sqlRevokeLinks, tx.Now().UnixMicro()); err != nil {
		return ident.User{}, err
	}
	var user ident.User
	err := tx.QueryRow(sqlFirstAdministrator).Scan(&user)
	if err == nil || !errors.Is(err, sql.ErrNoRows) {
		return user, err
	}
	h, err := tx.OpenHolder(ledger.NewHolder{Kind: ledger.Individual, Name: "Administration"})
	if err != nil {
		return ident.User{}, err
	}
	u, err := insertUser(tx, CreateUserInput{Holder: h.ID, Grants: []access.Grant{{Role: access.Administrator}}})
	return u.ID, err
}

// draft is a token that a command wants to write.
type draft struct {
	user     ident.User
	kind     Kind
	origin   TokenID
	label    string
	demo     bool
	lifetime time.Duration
}

// issue runs a command that makes a token with a text and returns both.
func (s *Service) issue(ctx context.Context, c ledger.Command, text string, do func(*ledger.Tx) (draft, error)) (Issued, bool, error) {
	var t Token
	out, err := s.ledger.Execute(ctx, c, func(tx *ledger.Tx) (ident.Ref, error) {
		d, err := do(tx)
		if err != nil {
			return ident.Ref{}, err
		}
		if t, err = insertToken(tx, d, text); err != nil {
			return ident.Ref{}, err
		}
		tx.Touch(d.user.Ref())
		return t.ID.Ref(), tx.Keep(t)
	})
	if err != nil {
		return Issued{}, false, err
	}
	err = answer(out, &t)
	return Issued{Token: t, Text: text}, out.Replayed, err
}

func insertToken(tx *ledger.Tx, d draft, text string) (Token, error) {
	t := Token{ID: TokenID{Bits: tx.NewID()}, User: d.user, Kind: d.kind, Label: d.label, Demo: d.demo,
		CreatedAt: tx.Now(), ExpiresAt: tx.Now().Add(d.lifetime)}
	_, hash, _ := parse(text)
	n, err := tx.Exec(sqlInsertToken, t.ID, t.User, string(t.Kind), d.origin, hash[:], t.Label, t.Demo, t.CreatedAt.UnixMicro(), t.ExpiresAt.UnixMicro())
	if err != nil || n == 1 {
		return t, err
	}
	var stands int
	if err := tx.QueryRow(sqlUserStands, t.User).Scan(&stands); err != nil {
		return Token{}, err
	}
	if stands == 0 {
		return Token{}, ErrUserMissing
	}
	return Token{}, ErrSecretTaken
}

func validLabel(label string) bool {
	if n := utf8.RuneCountInString(label); n == 0 || n > 60 || !utf8.ValidString(label) {
		return false
	}
	for _, r := range label {
		if !unicode.IsPrint(r) {
			return false
		}
	}
	return true
}
