// SPDX-License-Identifier: AGPL-3.0-or-later

package session

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/ident"
)

// Proof says how the user of a session proved who they are.
type Proof string

// The proofs.
const (
	ByToken    Proof = ""         // a token or a link was shown
	ByPassword Proof = "password" // a password and a one-time code
	ByPasskey  Proof = "passkey"  // a passkey, which no imitation of the site can use
	ByIssuer   Proof = "issuer"   // somebody else vouched for them; never enough to change how they sign in
)

// NeedsPasskey says whether a role can be used only in a session that a passkey
// opened, outside demonstrations: a password and a code can be given away to an
// imitation of the site (ASVS 6.3.3).
func NeedsPasskey(r access.Role) bool {
	switch r {
	case access.Treasurer, access.Approver, access.CollectivityApprover, access.Administrator:
		return true
	}
	return false
}

// Admission is a session to open for somebody whose proof was checked.
type Admission struct {
	User   ident.User
	Proof  Proof
	Issuer string // who vouched for them, where Proof is ByIssuer
	Label  string // the device and roughly where it is, 1 to 60 printable characters
	Secret Secret // drawn by the caller before the command, which may run more than once
}

// Admit opens a session within the command that checked the proof. The session
// names itself as its origin. It returns ErrUnauthenticated where the user does
// not stand, or an error of the engine.
func (s *Service) Admit(tx *ledger.Tx, a Admission) (Issued, error) {
	if !validLabel(a.Label) {
		a.Label = "?"
	}
	lifetime, err := lifetimeOf(tx, a.User)
	if err != nil {
		return Issued{}, err
	}
	t := Token{ID: TokenID{Bits: tx.NewID()}, User: a.User, Kind: Session, Label: a.Label,
		CreatedAt: tx.Now(), ExpiresAt: tx.Now().Add(lifetime)}
	text := a.Secret.Text(Session)
	_, hash, _ := parse(text)
	proof := a.Proof
	if proof == ByIssuer { // what its issuer says, and none of our own proofs
		proof = ByToken
	}
	err = tx.Guard(ErrUnauthenticated, sqlAdmit, t.ID, t.User, hash[:], t.Label, t.CreatedAt.UnixMicro(), t.ExpiresAt.UnixMicro(), string(proof), a.Issuer)
	if err != nil {
		return Issued{}, err
	}
	tx.Touch(a.User.Ref())
	return Issued{Token: t, Text: text}, nil
}

// Enrol lets a citizen in, under an id drawn before, within the command that
// opened their holder. It returns an error of the engine.
func (s *Service) Enrol(tx *ledger.Tx, id ident.User, holder ident.Holder) error {
	if _, err := tx.Exec(sqlInsertUser, id, holder, tx.Now().UnixMicro()); err != nil {
		return err
	}
	_, err := tx.Exec(sqlInsertGrant, id, string(access.Citizen), make([]byte, len(ident.Bits{})))
	return err
}

// Actor returns the actor that a user is, with every grant, for what people
// decide on their own account. It returns ErrUnauthenticated where the user does
// not stand, or an error of the engine.
func (s *Service) Actor(ctx context.Context, id ident.User) (access.Actor, error) {
	u, err := s.user(ctx, id)
	if errors.Is(err, sql.ErrNoRows) || (err == nil && !u.DisabledAt.IsZero()) {
		return access.Actor{}, ErrUnauthenticated
	}
	return u.Actor(), err
}

// Proved returns when and how the user of a session proved who they are: when
// it was opened. Nothing was proved where the principal holds no session.
func (s *Service) Proved(ctx context.Context, p Principal) (time.Time, Proof, error) {
	var at int64
	var proof Proof
	err := s.ledger.Reader().QueryRowContext(ctx, sqlProved, p.Token).Scan(&at, &proof)
	if errors.Is(err, sql.ErrNoRows) {
		return time.Time{}, ByToken, nil
	}
	return time.UnixMicro(at).UTC(), proof, err
}
