// SPDX-License-Identifier: AGPL-3.0-or-later

package session

import (
	"log/slog"
	"time"

	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/ident"
)

type tokenNoun struct{}

// Prefix of a token's id.
func (tokenNoun) Prefix() string { return "tok_" }

// TokenID is the id of a token. It is no secret.
type TokenID = ident.ID[tokenNoun]

// How long tokens last.
const (
	SessionLifetime = 12 * time.Hour       // of a session, whatever is done in it; see DeviceLifetime
	LinkLifetime    = 24 * time.Hour       // of the first administrator's link
	DefaultLifetime = 365 * 24 * time.Hour // of an api token where nothing is said
	LongestLifetime = 5 * DefaultLifetime
)

// Token is what is known of a token, without its text. Instants are UTC.
type Token struct {
	ID        TokenID    `json:"id"`
	User      ident.User `json:"user"`
	Kind      Kind       `json:"kind"`
	Label     string     `json:"label"`
	Demo      bool       `json:"demo,omitempty"`
	CreatedAt time.Time  `json:"created_at"`
	ExpiresAt time.Time  `json:"expires_at"`
	UsedAt    time.Time  `json:"used_at,omitzero"` // when a session was last opened with it
	RevokedAt time.Time  `json:"revoked_at,omitzero"`
	SeenAt    time.Time  `json:"seen_at,omitzero"` // when a session was last used, to within a minute, a day for a citizen's device

	Scopes       access.Scopes `json:"scopes,omitempty"`      // of an api token
	Organisation ident.Holder  `json:"organisation,omitzero"` // the only one it is for
}

// Issued is a token with its text. Text is empty where the token was made by an
// earlier request with the same key: its text was shown then, and is not known
// any more.
type Issued struct {
	Token
	Text string `json:"token,omitempty"`
}

// String names the token and hides its text.
func (i Issued) String() string { return i.ID.String() }

// GoString names the token and hides its text.
func (i Issued) GoString() string { return i.ID.String() }

// LogValue names the token and hides its text.
func (i Issued) LogValue() slog.Value { return slog.StringValue(i.ID.String()) }
