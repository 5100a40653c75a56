// SPDX-License-Identifier: AGPL-3.0-or-later

package ledger

import "github.com/noria-mlc/noria/ledger/ident"

// Consent is a person's confirmation of one command, given to the room whose
// command it is: that room knows neither who asked for it nor how. It is used up
// within the command that posts, so that it is neither used twice nor used for
// nothing.
type Consent struct {
	// Intent names what was confirmed. It is part of the command's input, so that
	// the key of a confirmed command never answers for one that was not.
	Intent string `json:"intent"`

	// Use uses the consent up, given what the command made and the entry that it
	// posted. Its refusal is the command's.
	Use func(tx *Tx, made ident.Ref, e ident.Entry) error `json:"-"`
}

// Take uses up a consent within its command; there is nothing to do where the
// command needed none.
func (c *Consent) Take(tx *Tx, made ident.Ref, e ident.Entry) error {
	if c == nil {
		return nil
	}
	return c.Use(tx, made, e)
}
