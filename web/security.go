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
// cached unless a handler says otherwise. What is no page opens no window, so
// that it does without the opener's policy.
func headers(secure bool, next http.Handler) http.Handler {
	fixed := map[string][]string{
		"Content-Security-Policy":      {page.ContentSecurityPolicy},
		"Reporting-Endpoints":          {page.ReportingEndpoints},
		"X-Content-Type-Options":       {"nosniff"},
		"Referrer-Policy":              {"same-origin"},
		"Cross-Origin-Opener-Policy":   {"same-origin"},
		"Cross-Origin-Resource-Policy": {"same-origin"},
		"Cache-Control":                {"no-store"},
	}
	if secure {
		fixed["Strict-Transport-Security"] = []string{"max-age=31536000"}
	}
	data := maps.Clone(fixed)
	data["Content-Security-Policy"] = []string{"default-src 'none'; frame-ancestors 'none'"}
	delete(data, "Cross-Origin-Opener-Policy")
	delete(data, "Reporting-Endpoints")
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/v1/") {
			maps.Copy(w.Header(), data)
		} else {
			maps.Copy(w.Header(), fixed)
		}
		next.ServeHTTP(w, r)
	})
}

// panicked is the error of a handler that panicked, with its stack for the log.
type panicked struct{ value any }

// Error writes the value and the stack.
func (p panicked) Error() string { return fmt.Sprintf("panic: %v\n%s", p.value, debug.Stack()) }
