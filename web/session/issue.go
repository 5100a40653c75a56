// SPDX-License-Identifier: AGPL-3.0-or-later

package session

import (
	"context"
	"database/sql"
	"encoding/hex"
	"errors"
	"slices"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ops/job"
)

// CreateToken makes an api token for whoever asks, and for nobody else. The text
// is in the answer and nowhere else: where an earlier request with this key made
// the token, Text is empty. It returns ledger.ErrForbidden for another user,
// ErrWithheld for somebody whose session leaves out a role that the token would
// carry, fault.ErrInvalid with every wrong field, ErrUserMissing, or what
// ledger.Execute returns.
func (s *Service) CreateToken(ctx context.Context, actor access.Actor, key string, in CreateTokenInput) (Issued, bool, error) {
	if err := access.Allow(actor, access.TokenCreate, actor.Holder); err != nil {
		return Issued{}, false, err
	}
	if in.User.IsZero() {
		in.User = actor.ID
	}
	if in.User != actor.ID || in.Secret != nil {
		return Issued{}, false, ledger.ErrForbidden
	}
	u, err := s.user(ctx, in.User)
	if errors.Is(err, sql.ErrNoRows) {
		return Issued{}, false, ErrUserMissing
	}
	if err != nil {
		return Issued{}, false, err
	}
	// The token speaks with the grants in the book: a session that was opened by
	// less than a passkey must not come to more by making one.
	if len(actor.Grants) < len(u.Grants) {
		return Issued{}, false, ErrWithheld
	}
	within := func(g access.Grant) bool { return g.Organisation == in.Organisation }
	if !in.Organisation.IsZero() && !slices.ContainsFunc(u.Grants, within) {
		return Issued{}, false, fault.ErrInvalid.At("/organisation", "must be one in which the user has a role")
	}
	return s.make(ctx, ledger.Command{Actor: actor, Action: access.TokenCreate, Owner: actor.Holder, Key: key}, in)
}

// IssueToken makes an api token for any user, as the system: for demonstrations,
// benches and tests, and for no route. Where the secret was chosen, repeating the
// key gives the text again. It returns fault.ErrInvalid with every wrong field,
// ErrSecretChosen, ErrSecretTaken, ErrUserMissing, or what ledger.Execute returns.
func (s *Service) IssueToken(ctx context.Context, key string, in CreateTokenInput) (Issued, bool, error) {
	return s.make(ctx, ledger.Command{Actor: job.System(), Action: access.TokenIssue, Key: key}, in)
}

// make runs the command that makes an api token.
func (s *Service) make(ctx context.Context, command ledger.Command, in CreateTokenInput) (Issued, bool, error) {
	if in.ExpiresIn == 0 {
		in.ExpiresIn = DefaultLifetime
	}
	if in.Scopes == "" {
		in.Scopes = access.Scopes(access.Everything)
	}
	var check fault.Check
	scopes, ok := access.ScopesOf(in.Scopes.List())
	check.That(ok && scopes == in.Scopes, "/scopes", "must be scopes that exist, none twice, and all alone")
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
	command.Input = struct {
		CreateTokenInput
		Chosen string `json:"chosen,omitempty"`
	}{in, chosen}
	issued, replayed, err := s.issue(ctx, command, secret.Text(API), func(tx *ledger.Tx) (draft, error) {
		return draft{user: in.User, kind: API, label: in.Label, demo: in.Secret != nil, lifetime: in.ExpiresIn,
			scopes: in.Scopes, organisation: in.Organisation}, nil
	})
	if replayed && in.Secret == nil {
		issued.Text = ""
	}
	return issued, replayed, err
}

// OpenSession exchanges an api token or a link for a session, which ends twelve
// hours later, and not after an api token that opened it. A token that is narrowed
// by scopes or to an organisation opens none. The same token and key
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
	if f.revoked || f.narrowed { // a session would be able to do more
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

	scopes       access.Scopes
	organisation ident.Holder
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
		return t.ID.Ref(), nil
	})
	if err != nil {
		return Issued{}, false, err
	}
	// The label is what a person wrote: it stands in the row, which can be
	// forgotten, and not with the command, which cannot (D6).
	if out.Replayed {
		t, err = scanToken(s.ledger.Reader().QueryRowContext(ctx, sqlToken, TokenID{Bits: out.Ref.Bits}))
		t.UsedAt, t.RevokedAt, t.SeenAt = time.Time{}, time.Time{}, time.Time{} // as it was answered first
	}
	return Issued{Token: t, Text: text}, out.Replayed, err
}

func insertToken(tx *ledger.Tx, d draft, text string) (Token, error) {
	t := Token{ID: TokenID{Bits: tx.NewID()}, User: d.user, Kind: d.kind, Label: d.label, Demo: d.demo,
		CreatedAt: tx.Now(), ExpiresAt: tx.Now().Add(d.lifetime), Scopes: d.scopes, Organisation: d.organisation}
	scopes := d.scopes
	if scopes == "" {
		scopes = access.Scopes(access.Everything)
	}
	_, hash, _ := parse(text)
	n, err := tx.Exec(sqlInsertToken, t.ID, t.User, string(t.Kind), d.origin, hash[:], t.Label, t.Demo, t.CreatedAt.UnixMicro(), t.ExpiresAt.UnixMicro(),
		string(scopes), d.organisation.Bits[:])
	if err != nil || n == 1 {
		return t, err
	}
	if err := stands(tx, t.User); err != nil {
		return Token{}, err
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
