// SPDX-License-Identifier: AGPL-3.0-or-later

package page

import "net/http"

// Moved says whether money moved in an act that went wrong; its values are
// those of money_moved in the contract.
type Moved string

// The three answers. The zero value means that nothing is known and is shown as
// MovedUnknown.
const (
	MovedNo      Moved = "no"
	MovedYes     Moved = "yes"
	MovedUnknown Moved = "unknown"
)

// Key is the key of the answer's words; with "-why" added, that of the sentence
// after it.
func (m Moved) Key() string {
	switch m {
	case MovedNo, MovedYes:
		return "moved." + string(m)
	}
	return "moved.unknown"
}

// FaultView is an error page: what happened, whether money moved, what to do.
type FaultView struct {
	Visitor Visitor
	Status  int    // of the answer; 0 is 500
	Code    string // of the refusal, for its words; "" takes those of the status
	Title   string // overrides the words of the code
	Advice  string // overrides the words of the code
	Moved   Moved
	Trace   string // id that the association can find in the logs, "" for none
	Back    string // where the button leads, kept inside the site; "" is the home page
}

// Fault writes an error page with its status.
func (r *Renderer) Fault(w http.ResponseWriter, v FaultView) error {
	v.Status = statusOr(v.Status, http.StatusInternalServerError)
	title, advice, known := r.Speech.Problem(v.Code)
	if !known {
		v.Code = codeOf(v.Status)
		title, advice, _ = r.Speech.Problem(v.Code)
	}
	if v.Title == "" {
		v.Title = title
	}
	if v.Advice == "" {
		v.Advice = advice
	}
	v.Back = ReturnPath(v.Back)
	return r.render(w, v.Status, "fault", Sheet{Title: v.Title, Class: "fault", Visitor: v.Visitor, View: v})
}

// codeOf is the code whose words suit a status that came without one.
func codeOf(status int) string {
	switch status {
	case http.StatusBadRequest:
		return "malformed"
	case http.StatusUnauthorized:
		return "unauthenticated"
	case http.StatusForbidden:
		return "forbidden"
	case http.StatusNotFound:
		return "missing"
	case http.StatusMethodNotAllowed:
		return "method-not-allowed"
	case http.StatusRequestEntityTooLarge:
		return "body-too-large"
	case http.StatusUnprocessableEntity:
		return "invalid"
	case http.StatusTooManyRequests:
		return "limited"
	case http.StatusServiceUnavailable:
		return "unavailable"
	}
	return "internal"
}
