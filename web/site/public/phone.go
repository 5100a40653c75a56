// SPDX-License-Identifier: AGPL-3.0-or-later

package public

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"strings"
	"sync"

	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/web/asset"
)

// icons keeps the pictures that were drawn, by size.
type icons struct {
	mutex sync.Mutex
	drawn map[string][]byte
}

// iconSize is the size of each picture that the manifest and the layout name.
func iconSize(name string) int {
	return map[string]int{"180.png": 180, "192.png": 192, "512.png": 512}[name]
}

// icon shows the mark as a picture, in the currency's colour. It is drawn once.
func (p public) icon(w http.ResponseWriter, r *http.Request) error {
	name := r.PathValue("nom")
	size := iconSize(name)
	if size == 0 {
		return fault.ErrMissing
	}
	p.icons.mutex.Lock()
	defer p.icons.mutex.Unlock()
	if p.icons.drawn[name] == nil {
		body, err := asset.Icon(p.Accent, size)
		if err != nil {
			return err
		}
		if p.icons.drawn == nil {
			p.icons.drawn = map[string][]byte{}
		}
		p.icons.drawn[name] = body
	}
	w.Header().Set("Content-Type", "image/png")
	w.Header().Set("Cache-Control", "public, max-age=86400")
	_, err := w.Write(p.icons.drawn[name])
	return err
}

// hint is what a browser shows when it is woken: words of this server's, the same
// for everybody, and the page to open.
type hint struct {
	Title string `json:"title"`
	Body  string `json:"body"`
	Lang  string `json:"lang"`
	Icon  string `json:"icon"`
	Path  string `json:"path"`
}

// worker sends the script that a browser keeps, with the list of what it keeps
// for lost networks, the page for that and the files that page names, and with
// the words of a hint.
func (p public) worker(w http.ResponseWriter, r *http.Request) error {
	voice, err := p.Render(r.Context()) // publishes the currency's colours
	if err != nil {
		return err
	}
	words := hint{Lang: voice.Lang(), Icon: "/icone/192.png", Path: "/portefeuille"}
	if words.Title, err = voice.Say("push.hint-title"); err != nil {
		return err
	}
	if words.Body, err = voice.Say("push.hint"); err != nil {
		return err
	}
	said, err := json.Marshal(words)
	if err != nil {
		return err
	}
	kept := []string{"/hors-ligne"}
	for _, name := range []string{asset.Sheet, "theme.css", "mark.svg", "install.js"} {
		kept = append(kept, p.Assets().URL(name))
	}
	list, err := json.Marshal(kept)
	if err != nil {
		return err
	}
	script := p.Assets().Body("worker.js")
	sum := sha256.Sum256(append(list, script...))
	w.Header().Set("Content-Type", "text/javascript; charset=utf-8")
	w.Header().Set("Cache-Control", "no-cache")
	_, err = w.Write([]byte(strings.Join([]string{`self.release = "noria-` + hex.EncodeToString(sum[:8]) + `";`,
		"self.kept = " + string(list) + ";", "self.hint = " + string(said) + ";", string(script)}, "\n")))
	return err
}
