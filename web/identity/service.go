// SPDX-License-Identifier: AGPL-3.0-or-later

package identity

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"strings"
	"time"

	"github.com/go-webauthn/webauthn/webauthn"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ops/mail"
	"github.com/noria-mlc/noria/web/session"
)

// Options of the identities of a service.
type Options struct {
	Key        Key    // see LoadKey
	BaseURL    string // of the pages: links lead there, and passkeys belong to its host
	Conversion *conversion.Service
	Issuer     Issuer    // of identities, beside our own proofs; none where zero
	Breached   *Breached // passwords that nobody may choose; none but the usual ones where nil

	// Ended are told, within the command, when every way to sign in of a user ends:
	// rooms that keep devices of theirs forget them.
	Ended []func(*ledger.Tx, ident.User) error
}

// currency is what letters call the currency; the house's name until it is open.
func (s *Service) currency(ctx context.Context) (string, error) {
	c, err := s.conversion.Currency(ctx)
	if errors.Is(err, conversion.ErrNotOpen) {
		return "Noria", nil
	}
	return c.Name, err
}

// Service checks proofs. It is safe for concurrent use.
type Service struct {
	ledger     *ledger.Ledger
	sessions   *session.Service
	conversion *conversion.Service
	key        Key
	base       string
	hasher     hasher
	party      *webauthn.WebAuthn // nil where passkeys cannot be
	issuer     *issuer            // nil where there is none
	breached   *Breached          // nil where there is none
	ended      []func(*ledger.Tx, ident.User) error
}

// New returns the identities of a book. Those whose conversions are taken back are
// written to from now on.
func New(l *ledger.Ledger, sessions *session.Service, o Options) *Service {
	s := &Service{ledger: l, sessions: sessions, conversion: o.Conversion, key: o.Key,
		base: strings.TrimSuffix(o.BaseURL, "/"), hasher: make(hasher, hashAtOnce), party: relyingParty(o.BaseURL),
		issuer: newIssuer(o.Issuer, o.BaseURL, l.Now), breached: o.Breached, ended: o.Ended}
	l.Covenant("identity", s.tellReturned)
	return s
}

// identity is how one user proves who they are.
type identity struct {
	user     ident.User
	email    string
	password string // PHC string, empty for none
	totp     []byte // sealed
	language string // of letters: fr or en
}

// find reads the identity that a query selects, or returns sql.ErrNoRows.
func (s *Service) find(ctx context.Context, query string, arg any) (identity, error) {
	var i identity
	err := s.ledger.Reader().QueryRowContext(ctx, query, arg).Scan(&i.user, &i.email, &i.password, &i.totp, &i.language)
	return i, err
}

// fold is an address as identities are found by it: nobody has two accounts that
// differ by capitals. It returns mail.ErrAddress.
func fold(email string) (string, error) {
	address, err := mail.Address(email)
	return strings.ToLower(address), err
}

// newKey makes the idempotency key of a command that is made once.
func (s *Service) newKey() string {
	return ident.Ref{Prefix: "identity_", Bits: s.ledger.NewID()}.String()
}

// spend uses up a text that holds once and ends at an instant. It returns
// ErrEnded where it was used before.
func spend(tx *ledger.Tx, text string, until time.Time) error {
	if _, err := tx.Exec(sqlForgetSpent, tx.Now().UnixMicro()); err != nil {
		return err
	}
	sum := sha256.Sum256([]byte(text))
	return tx.Guard(ErrEnded, sqlSpend, sum[:], until.UnixMicro())
}

// missing says that an error is about a row that is not there.
func missing(err error) bool { return errors.Is(err, sql.ErrNoRows) }
