// SPDX-License-Identifier: AGPL-3.0-or-later

package problem

import (
	"context"
	"encoding/hex"
	"math/rand/v2"
	"net/http"
	"strings"
)

// call is what a problem document needs to know of the request.
type call struct{ trace, language, method, path string }

type callKey struct{}

// Cookie returns the name of the cookie that keeps the language a visitor chose.
// Over TLS its prefix makes browsers refuse it from any other host (ASVS 3.3.1).
func Cookie(secure bool) string {
	if secure {
		return "__Host-langue"
	}
	return "langue"
}

// speaks is the language of a request: the one its visitor chose, or the one its
// browser asks for.
func speaks(r *http.Request) string {
	for _, secure := range []bool{true, false} {
		if chosen, err := r.Cookie(Cookie(secure)); err == nil {
			return Language(chosen.Value)
		}
	}
	return Language(r.Header.Get("Accept-Language"))
}

// Speaks is the language to answer a request in: "fr" or "en".
func Speaks(ctx context.Context) string { return callOf(ctx).language }

// Begin gives a request its trace id and language; every handler stands behind
// it. The trace id also goes out as a header, on good answers too.
func Begin(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c := call{trace: newTrace(), language: speaks(r), method: r.Method, path: logged(r.URL.Path)}
		w.Header()["X-Trace-Id"] = []string{c.trace}
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), callKey{}, c)))
	})
}

// logged is a path as a log may have it: ids stay, of thirty characters; what is
// longer may be the secret of a link.
func logged(path string) string {
	parts := strings.Split(path, "/")
	for i, part := range parts {
		if len(part) > 30 {
			parts[i] = "***"
		}
	}
	return strings.Join(parts, "/")
}

// newTrace draws an id that finds a request in the log; it is no secret.
func newTrace() string {
	var b [8]byte
	n := rand.Uint64()
	for i := range b {
		b[i] = byte(n >> (8 * i))
	}
	return hex.EncodeToString(b[:])
}

func callOf(ctx context.Context) call {
	c, ok := ctx.Value(callKey{}).(call)
	if !ok {
		c.language = "fr"
	}
	return c
}
