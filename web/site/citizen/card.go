// SPDX-License-Identifier: AGPL-3.0-or-later

package citizen

import (
	"errors"
	"net/http"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/ledger/fault"
)

// made makes a conversion, by card with the page where it is paid.
func (c citizen) made(r *http.Request, o owner, key string, in conversion.ConvertInput) (conversion.Conversion, error) {
	if in.Channel == conversion.ByCard {
		made, _, err := c.Provider.Convert(r.Context(), o.Actor, key, in)
		return made, err
	}
	made, _, err := c.Conversion.Convert(r.Context(), o.Actor, key, in)
	return made, err
}

// checkout returns the page where an awaited conversion is paid by card, "" for
// none. Whoever comes back from it may be faster than the hook, so the provider is
// asked; that it does not answer is no reason to show nothing.
func (c citizen) checkout(r *http.Request, found conversion.Conversion) (conversion.Conversion, string, error) {
	if found.Channel != conversion.ByCard || found.Status != conversion.AwaitingEuros {
		return found, "", nil
	}
	k, err := c.Conversion.Checkout(r.Context(), found.ID)
	if errors.Is(err, fault.ErrMissing) {
		return found, "", nil
	}
	if err != nil {
		return found, "", err
	}
	if err := c.Provider.Refresh(r.Context(), found.ID); err != nil {
		c.Log.Info("checkout not read again", "conversion", found.ID.String(), "error", err)
		return found, k.URL, nil
	}
	a, err := c.owner(r)
	if err != nil {
		return found, "", err
	}
	found, err = c.Conversion.Conversion(r.Context(), a.Actor, found.ID)
	return found, k.URL, err
}
