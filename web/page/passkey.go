// SPDX-License-Identifier: AGPL-3.0-or-later

package page

// PasskeyForm is what a page asks the browser about a passkey. The zero value
// shows nothing.
type PasskeyForm struct {
	Action  string // where the answer is posted
	Options string // JSON for the browser
	State   string // for the form that comes back
	Problem string // sentence beside the button, "" otherwise
}

// Script is the module of a page with the form.
func (f PasskeyForm) Script() string {
	if f.Options == "" {
		return ""
	}
	return "passkey.js"
}
