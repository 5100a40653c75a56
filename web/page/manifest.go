// SPDX-License-Identifier: AGPL-3.0-or-later

package page

import (
	"encoding/json"
	"fmt"

	"github.com/noria-mlc/noria/web/asset"
)

// publishManifest makes what a phone reads to put the pages on its home screen:
// the currency's name and the mark. It holds no words, so that one serves all
// languages.
func publishManifest(assets *asset.Set, currency Currency) (string, error) {
	type icon struct {
		Source  string `json:"src"`
		Sizes   string `json:"sizes"`
		Type    string `json:"type"`
		Purpose string `json:"purpose"`
	}
	icons := []icon{{assets.URL("mark.svg"), "any", "image/svg+xml", "any"}, {assets.URL("icon.svg"), "any", "image/svg+xml", "maskable"}}
	for _, size := range []string{"180", "192", "512"} {
		icons = append(icons, icon{"/icone/" + size + ".png", size + "x" + size, "image/png", "any maskable"})
	}
	body, err := json.Marshal(map[string]any{
		"name": currency.Name, "short_name": currency.Name, "id": "/", "start_url": "/", "scope": "/", "display": "standalone",
		"icons": icons,
	})
	if err != nil {
		return "", fmt.Errorf("page: %w", err)
	}
	url, err := assets.Publish("noria.webmanifest", body)
	if err != nil {
		return "", fmt.Errorf("page: %w", err)
	}
	return url, nil
}
