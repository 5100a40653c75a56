// SPDX-License-Identifier: AGPL-3.0-or-later

package account

import (
	"time"

	"github.com/noria-mlc/noria/web/identity"
	"github.com/noria-mlc/noria/web/page"
)

// accountView is somebody's own page: how they sign in, and where they are
// signed in. Its forms are posted below /compte.
type accountView struct {
	Status   int
	Email    string // "" where nothing was set up: the page then asks for one
	Typed    string // the address that was refused, for the form that comes back
	Sent     bool   // the letter to a new address was sent
	Trouble  string // sentence about what was refused, "" otherwise
	Password bool
	Recovery int
	Withheld bool // a role waits for a passkey
	Fresh    bool // changes can be made now, without signing in again
	Notices  bool // hints can be asked for
	Member   bool // there is a membership to read
	Gives    bool // and a gift of the association to direct
	Device   string
	Passkeys []accountKey
	Sessions []accountSession
	Language string           // of letters
	Cases    []ownCase        // recoveries that are under way, which the person can cancel
	Passkey  page.PasskeyForm // to add one; only while Fresh
	Issuer   string           // what people call the issuer of identities, "" for none
	Links    []identity.Link
}

// ownCase is a recovery of one's own account that is under way.
type ownCase struct {
	ID, Key string
	At      time.Time
}

// accountKey is a passkey.
type accountKey struct {
	ID, Name  string
	BackedUp  bool
	CreatedAt time.Time
}

// accountSession is a session that holds.
type accountSession struct {
	ID, Label string // the label says which device, "" where a token opened it
	This      bool   // the page was asked for in it
	Since     time.Time
}

// sheet is the page.
func (v accountView) sheet() page.Sheet {
	return page.Sheet{Template: "account/account", Script: v.Passkey.Script(), Title: "account.title", Section: "account", Class: "account", View: v}
}
