// SPDX-License-Identifier: AGPL-3.0-or-later

package public

import (
	"net/http"

	"github.com/noria-mlc/noria/web/page"
)

// offlineSheet is the page that a phone keeps and shows when it has no network.
// Nothing on it depends on who asks.
func offlineSheet() page.Sheet {
	return page.Sheet{Template: "public/offline", Title: "offline.title", Class: "guide"}
}

// offline shows the page to keep, as to somebody who is not signed in: it would
// still be there after the next person takes the phone.
func (p public) offline(w http.ResponseWriter, r *http.Request) error {
	renderer, err := p.Render(r.Context())
	if err != nil {
		return err
	}
	return renderer.Show(w, 0, offlineSheet())
}
