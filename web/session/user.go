// SPDX-License-Identifier: AGPL-3.0-or-later

package session

import (
	"time"

	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/ident"
)

// User is somebody who can sign in. Instants are UTC.
type User struct {
	ID         ident.User     `json:"id"`
	Holder     ident.Holder   `json:"holder"` // whose wallet is "my wallet"
	Grants     []access.Grant `json:"grants"`
	CreatedAt  time.Time      `json:"created_at"`
	DisabledAt time.Time      `json:"disabled_at,omitzero"`
}

// Actor is the user as an actor with every grant.
func (u User) Actor() access.Actor {
	return access.Actor{ID: u.ID, Holder: u.Holder, Grants: u.Grants}
}

// Principal is who a token stands for. It is shared between requests: Actor's
// grants must not be changed.
type Principal struct {
	Actor     access.Actor
	Token     TokenID
	Kind      Kind
	ExpiresAt time.Time
	Demo      bool // for show: the token was made for a demonstration, or is used in one
	Withheld  bool // a role was left out, because it needs a session opened by a passkey
}

// CreateUserInput is what is needed to let somebody in: an existing holder and
// one grant at least.
type CreateUserInput struct {
	Holder ident.Holder   `json:"holder"`
	Grants []access.Grant `json:"grants"`
}

// CreateTokenInput is what is needed to make an api token.
type CreateTokenInput struct {
	User         ident.User    `json:"user"`                  // whoever asks where zero
	Label        string        `json:"label"`                 // what it is for, 1 to 60 printable characters
	ExpiresIn    time.Duration `json:"expires_in"`            // DefaultLifetime where zero, LongestLifetime at most
	Scopes       access.Scopes `json:"scopes,omitempty"`      // access.Everything where zero
	Organisation ident.Holder  `json:"organisation,omitzero"` // the only one it is for; zero for all that the user may do
	Secret       *Secret       `json:"-"`                     // of a demonstration; drawn where nil
}
