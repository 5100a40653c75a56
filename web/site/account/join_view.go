// SPDX-License-Identifier: AGPL-3.0-or-later

package account

import (
	"html/template"

	"github.com/noria-mlc/noria/web/page"
)

// joinView is the form of somebody who wants to join, or the words that follow.
//
// The form is posted to /rejoindre with the fields "nom" and "adresse".
type joinView struct {
	Status       int
	Sent         bool // the letter was sent, whatever it says
	Name         string
	Email        string
	NameProblem  string // sentence beside the name, "" otherwise
	EmailProblem string // sentence beside the address, "" otherwise
}

// sheet is the page.
func (v joinView) sheet() page.Sheet {
	return page.Sheet{Template: "account/join", Title: "join.tab", Section: "join", Class: "signin", View: v}
}

// setupView is where somebody chooses a password with one-time codes: behind the
// link of a letter, or on their own page.
//
// The form is posted to Action with the fields "mot-de-passe", "application"
// (Sealed) and "code".
type setupView struct {
	Status          int
	Action          string // where the form is posted
	Regained        bool   // after a loss: what was chosen before ends
	Name            string // whose account it is, "" on their own page
	Email           string
	Sealed          string           // the authenticator's secret, for the form that comes back
	Secret          string           // for whoever types it
	QR              template.HTML    // a drawing of ours, not of anybody's words
	PasswordProblem string           // sentence beside the password, "" otherwise
	CodeProblem     string           // sentence beside the code, "" otherwise
	Passkey         page.PasskeyForm // posted with "etat" and "reponse"
}

// sheet is the page.
func (v setupView) sheet() page.Sheet {
	return page.Sheet{Template: "account/setup", Script: v.Passkey.Script(), Title: "setup.title", Section: "join", Class: "signin", View: v}
}

// recoveryView shows recovery codes, once.
type recoveryView struct {
	Codes []string
	Next  string // where the button leads; kept inside the site
}

// sheet is the page.
func (v recoveryView) sheet() page.Sheet {
	v.Next = page.ReturnPath(v.Next)
	return page.Sheet{Template: "account/recovery", Title: "recovery.title", Class: "signin", View: v}
}
