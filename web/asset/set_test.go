// SPDX-License-Identifier: AGPL-3.0-or-later

package asset_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/noria-mlc/noria/web/asset"
)

// names lists the files that pages ask for by name.
func names() []string {
	return []string{"noria.css", "mark.svg", "icon.svg", "live.js", "signal.js", "writing.js", "sound.js", "countdown.js",
		"fund.js", "wallet.js", "till.js", "request.js", "pay.js", "stale.js"}
}

func mustLoad(t *testing.T) *asset.Set {
	t.Helper()
	set, err := asset.Load()
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// ask sends one request to the set and returns the answer.
func ask(set *asset.Set, method, path, encoding string) *http.Response {
	request := httptest.NewRequest(method, path, nil)
	if encoding != "" {
		request.Header.Set("Accept-Encoding", encoding)
	}
	recorder := httptest.NewRecorder()
	set.ServeHTTP(recorder, request)
	return recorder.Result()
}

func body(t *testing.T, answer *http.Response) []byte {
	t.Helper()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestAssetsAreServedForEverUnderTheirHash(t *testing.T) {
	set := mustLoad(t)
	hashed := regexp.MustCompile(`^/asset/[a-z]+-[0-9a-f]{16}\.(css|js|svg)$`)
	kinds := map[string]string{"css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8", "svg": "image/svg+xml"}
	for _, name := range names() {
		url := set.URL(name)
		if !hashed.MatchString(url) {
			t.Fatalf("%s has the address %q", name, url)
		}
		plain := ask(set, http.MethodGet, url, "")
		if plain.StatusCode != http.StatusOK || plain.Header.Get("Content-Encoding") != "" {
			t.Fatalf("%s: status %d, encoding %q", name, plain.StatusCode, plain.Header.Get("Content-Encoding"))
		}
		_, extension, _ := strings.Cut(name, ".")
		for key, want := range map[string]string{
			"Content-Type":           kinds[extension],
			"Cache-Control":          "public, max-age=31536000, immutable",
			"Vary":                   "Accept-Encoding",
			"X-Content-Type-Options": "nosniff",
		} {
			if got := plain.Header.Get(key); got != want {
				t.Errorf("%s: %s is %q, want %q", name, key, got, want)
			}
		}
		packed := ask(set, http.MethodGet, url, "gzip, deflate, br")
		if packed.Header.Get("Content-Encoding") != "gzip" || packed.Header.Get("Content-Type") != kinds[extension] {
			t.Fatalf("%s was not compressed: %v", name, packed.Header)
		}
		bytesOnWire := body(t, packed)
		if got := packed.Header.Get("Content-Length"); got != strconv.Itoa(len(bytesOnWire)) {
			t.Errorf("%s: Content-Length %s for %d bytes", name, got, len(bytesOnWire))
		}
		reader, err := gzip.NewReader(bytes.NewReader(bytesOnWire))
		if err != nil {
			t.Fatal(err)
		}
		unpacked, err := io.ReadAll(reader)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(unpacked, body(t, plain)) {
			t.Errorf("%s: the compressed bytes are not the plain ones", name)
		}
		head := ask(set, http.MethodHead, url, "")
		if head.StatusCode != http.StatusOK || len(body(t, head)) != 0 || head.Header.Get("Content-Length") == "0" {
			t.Errorf("%s: HEAD gave %d with %v", name, head.StatusCode, head.Header)
		}
	}
}

func TestAssetsRefuse(t *testing.T) {
	set := mustLoad(t)
	css := set.URL("noria.css")
	cases := []struct {
		method, path string
		status       int
	}{
		{http.MethodGet, "/asset/noria.css", http.StatusNotFound},
		{http.MethodGet, "/asset/", http.StatusNotFound},
		{http.MethodGet, css + "/", http.StatusNotFound},
		{http.MethodGet, strings.Replace(css, "-", "-0", 1), http.StatusNotFound},
		{http.MethodGet, "/asset/../load.go", http.StatusNotFound},
		{http.MethodPost, css, http.StatusMethodNotAllowed},
		{http.MethodDelete, css, http.StatusMethodNotAllowed},
	}
	for _, c := range cases {
		answer := ask(set, c.method, c.path, "gzip")
		if answer.StatusCode != c.status {
			t.Errorf("%s %s: status %d, want %d", c.method, c.path, answer.StatusCode, c.status)
		}
		if got := answer.Header.Get("Cache-Control"); got != "no-store" {
			t.Errorf("%s %s: a refusal may be cached: %q", c.method, c.path, got)
		}
	}
	if url := set.URL("absent.css"); url != "" {
		t.Errorf("an absent file has the address %q", url)
	}
}

func TestGzipOnlyWhereItIsAccepted(t *testing.T) {
	set := mustLoad(t)
	for encoding, want := range map[string]string{
		"": "", "identity": "", "br": "", "gzip;q=0": "", "gzip; q=0.0, *": "", "*;q=0": "",
		"gzip": "gzip", "GZIP": "gzip", "br, gzip;q=0.5": "gzip", "*": "gzip", "deflate, *;q=0.1": "gzip",
	} {
		if got := ask(set, http.MethodGet, set.URL("noria.css"), encoding).Header.Get("Content-Encoding"); got != want {
			t.Errorf("Accept-Encoding %q gave %q, want %q", encoding, got, want)
		}
	}
}

func TestPublishKeepsWhatWasServed(t *testing.T) {
	set := mustLoad(t)
	first, err := set.Publish("theme.css", []byte(":root{}"))
	if err != nil {
		t.Fatal(err)
	}
	again, err := set.Publish("theme.css", []byte(":root{}"))
	if err != nil || again != first {
		t.Errorf("the same bytes have the addresses %q and %q, %v", first, again, err)
	}
	second, err := set.Publish("theme.css", []byte(":root{--a:b}"))
	if err != nil || second == first {
		t.Errorf("other bytes have the same address %q, %v", second, err)
	}
	if got := string(body(t, ask(set, http.MethodGet, first, ""))); got != ":root{}" {
		t.Errorf("the first file is now %q", got)
	}
	for _, name := range []string{"a.html", "a", "a.js.map", ""} {
		if _, err := set.Publish(name, nil); !errors.Is(err, asset.ErrKind) {
			t.Errorf("publishing %q: %v, want ErrKind", name, err)
		}
	}
}

func TestModulesImportHashedAddresses(t *testing.T) {
	set := mustLoad(t)
	statement := regexp.MustCompile(`from\s+"([^"]*)"`)
	seen := 0
	for _, name := range names() {
		if !strings.HasSuffix(name, ".js") {
			continue
		}
		for _, found := range statement.FindAllStringSubmatch(string(body(t, ask(set, http.MethodGet, set.URL(name), ""))), -1) {
			seen++
			address, relative := strings.CutPrefix(found[1], "./")
			if answer := ask(set, http.MethodGet, asset.Prefix+address, ""); !relative || answer.StatusCode != http.StatusOK {
				t.Errorf("%s imports %q, which is not served", name, found[1])
			}
		}
	}
	if seen < 12 {
		t.Errorf("only %d imports were looked at", seen)
	}
}

// TestWeight holds the budgets of the bar, section 8: scripts of one page at
// most 15 kB compressed, the sheet at most 12 kB.
func TestWeight(t *testing.T) {
	set := mustLoad(t)
	weight := func(name string) int { return len(body(t, ask(set, http.MethodGet, set.URL(name), "gzip"))) }
	scripts := 0
	for _, name := range names() {
		if strings.HasSuffix(name, ".js") {
			scripts += weight(name)
		}
	}
	if scripts > 15_000 {
		t.Errorf("all scripts together weigh %d bytes, at most 15 000", scripts)
	}
	if css := weight("noria.css"); css > 12_000 {
		t.Errorf("the sheet weighs %d bytes, at most 12 000", css)
	}
	if mark := weight("mark.svg"); mark > 2_000 {
		t.Errorf("the mark weighs %d bytes, at most 2 000", mark)
	}
}

// TestNothingThatThePolicyRefuses reads the sources for what the content
// security policy and Trusted Types would stop in a browser, and for other
// hosts.
func TestNothingThatThePolicyRefuses(t *testing.T) {
	set := mustLoad(t)
	forbidden := regexp.MustCompile(`innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|eval\(|new Function|` +
		`setAttribute\("(style|on[a-z]+|src|href)"|javascript:|@import|url\(|srcdoc|localStorage|sessionStorage|indexedDB`)
	outside := regexp.MustCompile(`(https?:)?//[a-z0-9.-]+\.[a-z]{2,}`)
	for _, name := range names() {
		text := string(body(t, ask(set, http.MethodGet, set.URL(name), "")))
		if found := forbidden.FindString(text); found != "" {
			t.Errorf("%s holds %q", name, found)
		}
		for _, found := range outside.FindAllString(text, -1) {
			if found != "http://www.w3.org" {
				t.Errorf("%s names another host: %q", name, found)
			}
		}
	}
}
