// SPDX-License-Identifier: AGPL-3.0-or-later

package session

import (
	"time"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/ident"
)

// Class is how long sessions of a user last: that of the strictest role the user
// has (ASVS 7.3.1, 7.3.2).
type Class int

// The classes of sessions, the most patient first.
const (
	Device  Class = iota // a citizen's own: DevicePause at rest, DeviceLifetime at most
	Counter              // of a shop: SessionLifetime
	Office               // of the association and of collectivités: OfficePause at rest, SessionLifetime at most
)

// How long sessions rest before they end, and how long a citizen's lasts.
const (
	OfficePause    = 15 * time.Minute
	DevicePause    = 30 * 24 * time.Hour
	DeviceLifetime = 90 * 24 * time.Hour
)

// classOf returns the class that a role asks for.
func classOf(r access.Role) Class {
	switch r {
	case access.Citizen:
		return Device
	case access.MerchantOwner, access.Cashier:
		return Counter
	}
	return Office
}

// lifetime is how long a session of the class lasts, whatever is done in it.
func (c Class) lifetime() time.Duration {
	if c == Device {
		return DeviceLifetime
	}
	return SessionLifetime
}

// pause is how long a session of the class may rest.
func (c Class) pause() time.Duration {
	switch c {
	case Device:
		return DevicePause
	case Office:
		return OfficePause
	}
	return SessionLifetime
}

// lifetimeOf returns how long a session lasts that a user opens by a proof.
func lifetimeOf(tx *ledger.Tx, user ident.User) (time.Duration, error) {
	rows, err := tx.Query(sqlRolesOf, user)
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	class := Device
	for rows.Next() {
		var role access.Role
		if err := rows.Scan(&role); err != nil {
			return 0, err
		}
		class = max(class, classOf(role))
	}
	return class.lifetime(), rows.Err()
}
