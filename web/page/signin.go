// SPDX-License-Identifier: AGPL-3.0-or-later

package page

import "net/http"

// SignInView is the page where an access token is exchanged for a session.
//
// The form is posted to /connexion with the fields "jeton" and "suite". Signing
// out is posted to /deconnexion.
type SignInView struct {
	Visitor Visitor
	Status  int    // of the answer; 0 is 200, 401 when a token was refused
	Next    string // where to go afterwards; kept inside the site
	Problem string // sentence beside the field, "" otherwise
}

// SignIn writes the sign-in page.
func (r *Renderer) SignIn(w http.ResponseWriter, v SignInView) error {
	v.Next = ReturnPath(v.Next)
	return r.render(w, statusOr(v.Status, http.StatusOK), "signin",
		sheet{Title: "Connexion", Section: "signin", Class: "signin", Visitor: v.Visitor, View: v})
}
