// SPDX-License-Identifier: AGPL-3.0-or-later

package identity

import (
	"context"
	"encoding/json"
	"time"

	"github.com/go-webauthn/webauthn/webauthn"

	"github.com/noria-mlc/noria/ledger/db"
	"github.com/noria-mlc/noria/ledger/ident"
)

type keyNoun struct{}

// Prefix of a passkey's id.
func (keyNoun) Prefix() string { return "psk_" }

// KeyID is the id of a passkey. It is no secret.
type KeyID = ident.ID[keyNoun]

// KeyView is one passkey of a person, as their own page shows it.
type KeyView struct {
	ID        KeyID
	Name      string
	BackedUp  bool // it is kept by the person's phone or browser maker too
	CreatedAt time.Time
	UsedAt    time.Time // zero where never
}

// Keys lists the passkeys of a user, oldest first, for the copy of their data. It
// returns an error of the engine.
func (s *Service) Keys(ctx context.Context, user ident.User) ([]KeyView, error) {
	keys, err := s.passkeys(ctx, user)
	list := []KeyView{}
	for _, k := range keys {
		list = append(list, k.KeyView)
	}
	return list, err
}

// stored is a passkey as the book has it.
type stored struct {
	KeyView
	id     ident.Bits
	user   ident.User
	stored webauthn.Credential
}

// passkey reads a passkey by the id that its authenticator gave it, or returns
// sql.ErrNoRows.
func (s *Service) passkey(ctx context.Context, credential []byte) (stored, error) {
	return scanPasskey(s.ledger.Reader().QueryRowContext(ctx, sqlPasskey, credential))
}

// passkeys are those of a user, oldest first.
func (s *Service) passkeys(ctx context.Context, user ident.User) ([]stored, error) {
	rows, err := s.ledger.Reader().QueryContext(ctx, sqlPasskeys, user)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []stored
	for rows.Next() {
		k, err := scanPasskey(rows)
		if err != nil {
			return nil, err
		}
		list = append(list, k)
	}
	return list, rows.Err()
}

func scanPasskey(row db.Row) (stored, error) {
	var k stored
	var record string
	var created int64
	var used *int64
	if err := row.Scan(&k.ID, &k.user, &record, &k.BackedUp, &k.Name, &created, &used); err != nil {
		return stored{}, err
	}
	k.id, k.CreatedAt = k.ID.Bits, time.UnixMicro(created).UTC()
	if used != nil {
		k.UsedAt = time.UnixMicro(*used).UTC()
	}
	return k, json.Unmarshal([]byte(record), &k.stored)
}
