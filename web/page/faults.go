// SPDX-License-Identifier: AGPL-3.0-or-later

package page

import "errors"

// Faults of whoever fills a view; none is a refusal for a person to read.
var (
	ErrCurrency = errors.New("page: a currency has a name and the words of its unit")
	ErrView     = errors.New("page: the view misses what its page cannot do without")
	ErrAsset    = errors.New("page: a page asks for an asset that is not in the set")
)
