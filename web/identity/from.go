// SPDX-License-Identifier: AGPL-3.0-or-later

package identity

import (
	"net/http"
	"net/netip"
	"strings"
)

// FromRequest says where a request comes from. Whom a trusted server in front
// speaks for was settled before: see package web.
func FromRequest(r *http.Request) From {
	at, err := netip.ParseAddrPort(r.RemoteAddr)
	address := at.Addr()
	if err != nil {
		address = netip.Addr{}
	}
	f := From{Device: device(r.UserAgent())}
	if address.IsValid() {
		f.Network = NetworkOf(address)
	}
	return f
}

// device names a browser and a system, so that people know their own again. It
// is a hint for them and decides nothing.
func device(agent string) string {
	pick := func(names ...string) string {
		for i := 0; i < len(names); i += 2 {
			if strings.Contains(agent, names[i]) {
				return names[i+1]
			}
		}
		return ""
	}
	browser := pick("Firefox/", "Firefox", "Edg/", "Edge", "OPR/", "Opera", "Chrome/", "Chrome", "Safari/", "Safari")
	system := pick("Android", "Android", "iPhone", "iPhone", "iPad", "iPad", "Windows", "Windows", "Mac OS X", "macOS", "Linux", "Linux")
	return strings.TrimSpace(browser + " " + system)
}
