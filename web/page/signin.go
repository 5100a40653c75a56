// SPDX-License-Identifier: AGPL-3.0-or-later

package page

import (
	"fmt"
	"net/http"
)

// SignInView is the page where somebody signs in.
//
// The password's form is posted to /connexion/mot-de-passe with the fields
// "adresse", "mot-de-passe" and "suite"; that of a token to /connexion with
// "jeton" and "suite". Signing out is posted to /deconnexion.
type SignInView struct {
	Visitor  Visitor
	Status   int    // of the answer; 0 is 200, 401 when something was refused
	Next     string // where to go afterwards; kept inside the site
	Again    bool   // somebody signed in is to prove who they are once more
	Email    string // as typed, when the form comes back
	Refused  string // sentence beside the password, "" otherwise
	Problem  string // sentence beside the token, "" otherwise
	Reminded string // sentence above everything, "" otherwise

	// Where passkeys can be used: their form is posted to /connexion/cle with the
	// fields "etat", "reponse" and "suite".
	Passkey PasskeyForm
}

// PasskeyForm is what a page asks the browser about a passkey. The zero value
// shows nothing.
type PasskeyForm struct {
	Action  string // where the answer is posted
	Options string // JSON for the browser
	State   string // for the form that comes back
	Problem string // sentence beside the button, "" otherwise
}

// script is the module of a page with the form.
func (f PasskeyForm) script() string {
	if f.Options == "" {
		return ""
	}
	return "passkey.js"
}

// SignIn writes the sign-in page.
func (r *Renderer) SignIn(w http.ResponseWriter, v SignInView) error {
	v.Next = ReturnPath(v.Next)
	return r.render(w, statusOr(v.Status, http.StatusOK), "signin",
		Sheet{Script: v.Passkey.script(), Title: "signin.title", Section: "signin", Class: "signin", Visitor: v.Visitor, View: v})
}

// CodeView asks for the code that follows a password.
//
// The form is posted to /connexion/code with the fields "etape" (Begun), "code"
// and "suite".
type CodeView struct {
	Visitor Visitor
	Status  int
	Next    string
	Begun   string // what the service gave for the password
	Problem string // sentence beside the code, "" otherwise
}

// Code writes the page of the second step. It returns ErrView where no first
// step was made.
func (r *Renderer) Code(w http.ResponseWriter, v CodeView) error {
	if v.Begun == "" {
		return fmt.Errorf("%w: code", ErrView)
	}
	v.Next = ReturnPath(v.Next)
	return r.render(w, statusOr(v.Status, http.StatusOK), "signin-code",
		Sheet{Title: "signin.code-title", Section: "signin", Class: "signin", Visitor: v.Visitor, View: v})
}
