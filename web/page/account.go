// SPDX-License-Identifier: AGPL-3.0-or-later

package page

import (
	"net/http"
	"time"
)

// AccountView is somebody's own page: how they sign in, and where they are
// signed in. Its forms are posted below /compte.
type AccountView struct {
	Visitor  Visitor
	Status   int
	Email    string // "" where nothing was set up: the page then asks for one
	Sent     bool   // the letter to a new address was sent
	Trouble  string // sentence about what was refused, "" otherwise
	Password bool
	Recovery int
	Withheld bool // a role waits for a passkey
	Fresh    bool // changes can be made now, without signing in again
	Device   string
	Passkeys []AccountKey
	Sessions []AccountSession
	Passkey  PasskeyForm // to add one; only while Fresh
}

// AccountKey is a passkey.
type AccountKey struct {
	ID, Name  string
	BackedUp  bool
	CreatedAt time.Time
}

// AccountSession is a session that holds.
type AccountSession struct {
	ID, Label string // the label says which device, "" where a token opened it
	This      bool   // the page was asked for in it
	Since     time.Time
}

// Account writes somebody's own page.
func (r *Renderer) Account(w http.ResponseWriter, v AccountView) error {
	return r.render(w, statusOr(v.Status, http.StatusOK), "account",
		Sheet{Script: v.Passkey.script(), Title: "account.title", Section: "account", Class: "account", Visitor: v.Visitor, View: v})
}
