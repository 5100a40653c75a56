// SPDX-License-Identifier: AGPL-3.0-or-later

package identity

import (
	"net/http/httptest"
	"testing"
)

// TestASVS413ForwardedAddressesAreOfThisMachineOnly spoofs X-Forwarded-For: from
// elsewhere it counts for nothing, and from a server in front only its last part,
// which that server wrote itself.
func TestASVS413ForwardedAddressesAreOfThisMachineOnly(t *testing.T) {
	for name, c := range map[string]struct {
		remote    string
		forwarded []string
		want      string
	}{
		"nobody in front":                    {"203.0.113.9:4000", nil, "203.0.113.0/24"},
		"a client says so itself":            {"203.0.113.9:4000", []string{"198.51.100.1"}, "203.0.113.0/24"},
		"a neighbour says so":                {"10.0.0.2:4000", []string{"198.51.100.1"}, "10.0.0.0/24"},
		"the server in front":                {"127.0.0.1:4000", []string{"198.51.100.1"}, "198.51.100.0/24"},
		"the server in front, by IPv6":       {"[::1]:4000", []string{"2001:db8:1:2::3"}, "2001:db8:1::/48"},
		"a client's part before the last":    {"127.0.0.1:4000", []string{"192.0.2.66, 198.51.100.1"}, "198.51.100.0/24"},
		"a client's header before the last":  {"127.0.0.1:4000", []string{"192.0.2.66", "198.51.100.1"}, "198.51.100.0/24"},
		"what is no address":                 {"127.0.0.1:4000", []string{"evil.example"}, "127.0.0.0/24"},
		"an address that maps into this one": {"[::ffff:203.0.113.9]:4000", []string{"198.51.100.1"}, "203.0.113.0/24"},
	} {
		r := httptest.NewRequest("GET", "/", nil)
		r.RemoteAddr = c.remote
		r.Header["X-Forwarded-For"] = c.forwarded
		r.Header.Set("Forwarded", "for=192.0.2.77")
		r.Header.Set("X-Real-Ip", "192.0.2.77")
		if got := FromRequest(r).Network; got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}
