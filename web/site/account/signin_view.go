// SPDX-License-Identifier: AGPL-3.0-or-later

package account

import "github.com/noria-mlc/noria/web/page"

// signInView is the page where somebody signs in.
//
// The password's form is posted to /connexion/mot-de-passe with the fields
// "adresse", "mot-de-passe" and "suite"; that of a token to /connexion with
// "jeton" and "suite". Signing out is posted to /deconnexion.
type signInView struct {
	Status   int    // of the answer; 0 is 200, 401 when something was refused
	Next     string // where to go afterwards; kept inside the site
	Again    bool   // somebody signed in is to prove who they are once more
	Email    string // as typed, when the form comes back
	Refused  string // sentence beside the password, "" otherwise
	Problem  string // sentence beside the token, "" otherwise
	Reminded string // sentence above everything, "" otherwise
	Phone    string // of the association, for whoever lost theirs; "" where it gave none
	Dial     string // the same, as a telephone takes it
	Issuer   string // what people call the issuer of identities, "" for none

	// Where passkeys can be used: their form is posted to /connexion/cle with the
	// fields "etat", "reponse" and "suite".
	Passkey page.PasskeyForm
}

// sheet is the page.
func (v signInView) sheet() page.Sheet {
	v.Next = page.ReturnPath(v.Next)
	return page.Sheet{Template: "account/signin", Script: v.Passkey.Script(), Title: "signin.title", Section: "signin", Class: "signin", View: v}
}

// codeView asks for the code that follows a password.
//
// The form is posted to /connexion/code with the fields "etape" (Begun), "code"
// and "suite".
type codeView struct {
	Status  int
	Next    string
	Begun   string // what the service gave for the password
	Problem string // sentence beside the code, "" otherwise
}

// sheet is the page.
func (v codeView) sheet() page.Sheet {
	v.Next = page.ReturnPath(v.Next)
	return page.Sheet{Template: "account/code", Title: "signin.code-title", Section: "signin", Class: "signin", View: v}
}
