// SPDX-License-Identifier: AGPL-3.0-or-later

package push

import (
	"net/url"
	"strings"
)

// endpointLimit is how many bytes an endpoint may have.
const endpointLimit = 500

// makers lists the push services of the makers of browsers.
func makers() []string {
	return []string{"fcm.googleapis.com", "updates.push.services.mozilla.com", "notify.windows.com", "web.push.apple.com"}
}

// known says whether an endpoint is an address of a service that may be called:
// over TLS, on its usual port, under a name of the list or below one, and written
// in the one way that such addresses are.
func (s *Service) known(endpoint string) bool {
	if len(endpoint) > endpointLimit || strings.ContainsFunc(endpoint, func(c rune) bool { return c <= ' ' || c > '~' || c == '\\' }) {
		return false
	}
	u, err := url.Parse(endpoint)
	if err != nil || u.Scheme != "https" || u.User != nil || u.Opaque != "" || strings.Contains(endpoint, "#") || len(u.Path) < 2 {
		return false
	}
	host, port, _ := strings.Cut(u.Host, ":")
	if port != "" && port != "443" || strings.HasSuffix(u.Host, ":") {
		return false
	}
	for _, name := range s.hosts {
		if host == name || strings.HasSuffix(host, "."+name) {
			return true
		}
	}
	return false
}
