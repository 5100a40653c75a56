// SPDX-License-Identifier: AGPL-3.0-or-later

package web

import (
	"fmt"
	"maps"
	"net/http"
	"runtime/debug"
	"strings"

	"github.com/noria-mlc/noria/web/page"
)

// headers protects every answer (ASVS 3.4). Pages and API answers are never
// cached unless a handler says otherwise.
func headers(secure bool, next http.Handler) http.Handler {
	fixed := map[string][]string{
		"Content-Security-Policy":      {page.ContentSecurityPolicy},
		"X-Content-Type-Options":       {"nosniff"},
		"Referrer-Policy":              {"same-origin"},
		"Cross-Origin-Opener-Policy":   {"same-origin"},
		"Cross-Origin-Resource-Policy": {"same-origin"},
		"Cache-Control":                {"no-store"},
	}
	if secure {
		fixed["Strict-Transport-Security"] = []string{"max-age=31536000"}
	}
	document := []string{"default-src 'none'; frame-ancestors 'none'"} // what is no page loads nothing
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		maps.Copy(h, fixed)
		if strings.HasPrefix(r.URL.Path, "/v1/") {
			h["Content-Security-Policy"] = document
		}
		next.ServeHTTP(w, r)
	})
}

// panicked is the error of a handler that panicked, with its stack for the log.
type panicked struct{ value any }

// Error writes the value and the stack.
func (p panicked) Error() string { return fmt.Sprintf("panic: %v\n%s", p.value, debug.Stack()) }
