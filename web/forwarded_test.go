// SPDX-License-Identifier: AGPL-3.0-or-later

package web

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"testing"

	"github.com/noria-mlc/noria/web/identity"
)

// TestASVS413ForwardedAddressesAreOfTrustedServersOnly spoofs X-Forwarded-For: from
// elsewhere it counts for nothing, and from a server in front only its last part,
// which that server wrote itself; where that names another trusted server, the part
// that this one wrote.
func TestASVS413ForwardedAddressesAreOfTrustedServersOnly(t *testing.T) {
	inner := append(thisMachine(), netip.MustParsePrefix("10.1.0.0/16"), netip.MustParsePrefix("2001:db8:ff::/48"))
	for name, c := range map[string]struct {
		trusted   []netip.Prefix
		remote    string
		forwarded []string
		want      string
	}{
		"nobody in front":                    {thisMachine(), "203.0.113.9:4000", nil, "203.0.113.0/24"},
		"a client says so itself":            {thisMachine(), "203.0.113.9:4000", []string{"198.51.100.1"}, "203.0.113.0/24"},
		"a neighbour says so":                {thisMachine(), "10.0.0.2:4000", []string{"198.51.100.1"}, "10.0.0.0/24"},
		"the server in front":                {thisMachine(), "127.0.0.1:4000", []string{"198.51.100.1"}, "198.51.100.0/24"},
		"the server in front, by IPv6":       {thisMachine(), "[::1]:4000", []string{"2001:db8:1:2::3"}, "2001:db8:1::/48"},
		"the server in front, mapped":        {thisMachine(), "[::ffff:127.0.0.1]:4000", []string{"198.51.100.1"}, "198.51.100.0/24"},
		"a client's part before the last":    {thisMachine(), "127.0.0.1:4000", []string{"192.0.2.66, 198.51.100.1"}, "198.51.100.0/24"},
		"a client's header before the last":  {thisMachine(), "127.0.0.1:4000", []string{"192.0.2.66", "198.51.100.1"}, "198.51.100.0/24"},
		"a client who names this machine":    {thisMachine(), "127.0.0.1:4000", []string{"127.0.0.1, 198.51.100.1"}, "198.51.100.0/24"},
		"what is no address":                 {thisMachine(), "127.0.0.1:4000", []string{"evil.example"}, "127.0.0.0/24"},
		"nothing":                            {thisMachine(), "127.0.0.1:4000", []string{""}, "127.0.0.0/24"},
		"with a port":                        {thisMachine(), "127.0.0.1:4000", []string{"198.51.100.1:99"}, "198.51.100.0/24"},
		"an address that maps into this one": {thisMachine(), "[::ffff:203.0.113.9]:4000", []string{"198.51.100.1"}, "203.0.113.0/24"},
		"nobody is trusted":                  {nil, "127.0.0.1:4000", []string{"198.51.100.1"}, "127.0.0.0/24"},
		"another machine that is trusted":    {inner, "10.1.2.3:4000", []string{"198.51.100.1"}, "198.51.100.0/24"},
		"two servers in a row":               {inner, "127.0.0.1:4000", []string{"192.0.2.66, 198.51.100.1, 10.1.2.3"}, "198.51.100.0/24"},
		"two servers, two headers":           {inner, "[2001:db8:ff::1]:4000", []string{"192.0.2.66, 198.51.100.1", "10.1.2.3"}, "198.51.100.0/24"},
		"rubbish behind a trusted server":    {inner, "127.0.0.1:4000", []string{"198.51.100.1, rubbish, 10.1.2.3"}, "10.1.2.0/24"},
		"a trusted server's own request":     {inner, "127.0.0.1:4000", []string{"10.1.2.3"}, "10.1.2.0/24"},
	} {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.RemoteAddr = c.remote
		r.Header["X-Forwarded-For"] = c.forwarded
		r.Header.Set("Forwarded", "for=192.0.2.77")
		r.Header.Set("X-Real-Ip", "192.0.2.77")
		var got string
		forwarded(c.trusted, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { got = identity.FromRequest(r).Network })).ServeHTTP(httptest.NewRecorder(), r)
		if got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}
