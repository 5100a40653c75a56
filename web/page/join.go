// SPDX-License-Identifier: AGPL-3.0-or-later

package page

import (
	"fmt"
	"html/template"
	"net/http"
)

// JoinView is the form of somebody who wants to join, or the words that follow.
//
// The form is posted to /rejoindre with the fields "nom" and "adresse".
type JoinView struct {
	Visitor      Visitor
	Status       int
	Sent         bool // the letter was sent, whatever it says
	Name         string
	Email        string
	NameProblem  string // sentence beside the name, "" otherwise
	EmailProblem string // sentence beside the address, "" otherwise
}

// Join writes the page of joining.
func (r *Renderer) Join(w http.ResponseWriter, v JoinView) error {
	return r.render(w, statusOr(v.Status, http.StatusOK), "join",
		Sheet{Title: "join.tab", Section: "join", Class: "signin", Visitor: v.Visitor, View: v})
}

// SetupView is where somebody chooses a password with one-time codes: behind the
// link of a letter, or on their own page.
//
// The form is posted to Action with the fields "mot-de-passe", "application"
// (Sealed) and "code".
type SetupView struct {
	Visitor         Visitor
	Status          int
	Action          string // where the form is posted
	Name            string // whose account it is, "" on their own page
	Email           string
	Sealed          string        // the authenticator's secret, for the form that comes back
	Secret          string        // for whoever types it
	QR              template.HTML // a drawing of ours, not of anybody's words
	PasswordProblem string        // sentence beside the password, "" otherwise
	CodeProblem     string        // sentence beside the code, "" otherwise
	Passkey         PasskeyForm   // posted with "etat" and "reponse"
}

// Setup writes the page of a password. It returns ErrView where it could not be
// posted.
func (r *Renderer) Setup(w http.ResponseWriter, v SetupView) error {
	if v.Action == "" || v.Sealed == "" {
		return fmt.Errorf("%w: setup", ErrView)
	}
	return r.render(w, statusOr(v.Status, http.StatusOK), "join-setup",
		Sheet{Script: v.Passkey.script(), Title: "setup.title", Section: "join", Class: "signin", Visitor: v.Visitor, View: v})
}

// RecoveryView shows recovery codes, once.
type RecoveryView struct {
	Visitor Visitor
	Codes   []string
	Next    string // where the button leads; kept inside the site
}

// Recovery writes the page of recovery codes. It returns ErrView without codes.
func (r *Renderer) Recovery(w http.ResponseWriter, v RecoveryView) error {
	if len(v.Codes) == 0 {
		return fmt.Errorf("%w: recovery codes", ErrView)
	}
	v.Next = ReturnPath(v.Next)
	return r.render(w, http.StatusOK, "join-recovery",
		Sheet{Title: "recovery.title", Class: "signin", Visitor: v.Visitor, View: v})
}
