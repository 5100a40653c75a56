// SPDX-License-Identifier: AGPL-3.0-or-later

package asset

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"path"
	"strconv"
	"strings"
	"sync"
)

// Prefix is the path below which every asset is served.
const Prefix = "/asset/"

// Set holds files ready to be sent, each under an address that carries the hash
// of its bytes. It is safe for concurrent use.
type Set struct {
	mutex sync.RWMutex
	urls  map[string]string // file name → address
	files map[string]file   // address → file
}

// file is one answer: its type, its bytes, and the same bytes compressed.
type file struct {
	kind   string
	plain  []byte
	packed []byte
}

// Publish adds a file and returns its address. Publishing the same bytes twice
// gives the same address; other bytes under the same name give another address
// and leave the first one served. It returns ErrKind for a name that does not
// end in .css, .js, .svg or .webmanifest.
func (s *Set) Publish(name string, body []byte) (string, error) {
	kind := contentType(name)
	if kind == "" {
		return "", fmt.Errorf("%w: %s", ErrKind, name)
	}
	packed, err := pack(body)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(body)
	extension := path.Ext(name)
	url := Prefix + strings.TrimSuffix(name, extension) + "-" + hex.EncodeToString(sum[:8]) + extension

	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.urls[name] = url
	s.files[url] = file{kind, body, packed}
	return url, nil
}

// URL is the address of a file by its name ("noria.css"), or "" when the set
// has no such file. Where several files were published under one name it is the
// address of the last one.
func (s *Set) URL(name string) string {
	s.mutex.RLock()
	defer s.mutex.RUnlock()
	return s.urls[name]
}

// Body is the bytes of a file by its name, nil when the set has no such file.
func (s *Set) Body(name string) []byte {
	s.mutex.RLock()
	defer s.mutex.RUnlock()
	return s.files[s.urls[name]].plain
}

// ServeHTTP sends a file, compressed where the browser accepts it, to be kept
// for a year without asking again. Any path it does not hold is 404, any method
// but GET and HEAD 405.
func (s *Set) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	header := w.Header()
	header.Set("X-Content-Type-Options", "nosniff")
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		header.Set("Allow", "GET, HEAD")
		refuse(w, http.StatusMethodNotAllowed)
		return
	}
	s.mutex.RLock()
	found, ok := s.files[r.URL.Path]
	s.mutex.RUnlock()
	if !ok {
		refuse(w, http.StatusNotFound)
		return
	}
	body := found.plain
	if acceptsGzip(r.Header.Values("Accept-Encoding")) {
		header.Set("Content-Encoding", "gzip")
		body = found.packed
	}
	header.Set("Content-Type", found.kind)
	header.Set("Content-Length", strconv.Itoa(len(body)))
	header.Set("Cache-Control", "public, max-age=31536000, immutable")
	header.Set("Cross-Origin-Resource-Policy", "same-origin")
	header.Add("Vary", "Accept-Encoding")
	if r.Method == http.MethodHead {
		return
	}
	// A failed write means that the browser has gone: there is nobody to tell.
	_, _ = w.Write(body)
}

// refuse answers without a body worth keeping.
func refuse(w http.ResponseWriter, status int) {
	w.Header().Set("Cache-Control", "no-store")
	http.Error(w, http.StatusText(status), status)
}

// contentType is the type to announce for a file name, or "" for a file that
// does not belong here.
func contentType(name string) string {
	switch path.Ext(name) {
	case ".css":
		return "text/css; charset=utf-8"
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".webmanifest":
		return "application/manifest+json"
	case ".svg":
		return "image/svg+xml"
	}
	return ""
}

// pack compresses a file as small as gzip can.
func pack(body []byte) ([]byte, error) {
	var packed bytes.Buffer
	writer, err := gzip.NewWriterLevel(&packed, gzip.BestCompression)
	if err != nil {
		return nil, fmt.Errorf("asset: %w", err)
	}
	if _, err := writer.Write(body); err != nil {
		return nil, fmt.Errorf("asset: %w", err)
	}
	if err := writer.Close(); err != nil {
		return nil, fmt.Errorf("asset: %w", err)
	}
	return packed.Bytes(), nil
}

// acceptsGzip reads the Accept-Encoding headers: gzip, or anything, unless its
// weight is zero. What is said of gzip by name wins over what is said of "*".
func acceptsGzip(headers []string) bool {
	accepted := false
	for _, coding := range strings.Split(strings.Join(headers, ","), ",") {
		name, parameters, _ := strings.Cut(coding, ";")
		switch strings.ToLower(strings.TrimSpace(name)) {
		case "gzip":
			return !weighsNothing(parameters)
		case "*":
			accepted = !weighsNothing(parameters)
		}
	}
	return accepted
}

// weighsNothing says whether the parameters of a coding give it the weight zero.
func weighsNothing(parameters string) bool {
	_, weight, found := strings.Cut(parameters, "=")
	return found && strings.Trim(strings.TrimSpace(weight), "0.") == ""
}
