// SPDX-License-Identifier: AGPL-3.0-or-later

package main

import (
	"net/netip"
	"net/url"

	"github.com/noria-mlc/noria/web/identity"
)

// wantedOfIssuer says what --oidc-issuer should be, and what must stand beside it:
// TLS, but for an issuer on this machine, and the names that both sides use.
func (c *config) wantedOfIssuer() string {
	if c.OIDCIssuer == "" {
		return ""
	}
	u, err := url.Parse(c.OIDCIssuer)
	if err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" || (u.Scheme != "https" && (u.Scheme != "http" || !loopback(u.Hostname()))) {
		return "https://host, as the issuer itself writes it"
	}
	if c.OIDCClient == "" || c.OIDCName == "" {
		return "oidc-client and oidc-name beside it"
	}
	return ""
}

// loopback says whether a host is this machine.
func loopback(host string) bool {
	a, err := netip.ParseAddr(host)
	return host == "localhost" || (err == nil && a.IsLoopback())
}

// issuer is the one of the configuration.
func (c *config) issuer() identity.Issuer {
	return identity.Issuer{Name: c.OIDCName, URL: c.OIDCIssuer, Client: c.OIDCClient, Secret: c.OIDCSecret}
}
