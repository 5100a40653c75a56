// SPDX-License-Identifier: AGPL-3.0-or-later

package web

import (
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// thisMachine are the addresses of a server in front on the same machine.
func thisMachine() []netip.Prefix {
	return []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("::1/128")}
}

// forwarded gives each request the address of whoever sent it, where servers in
// front that are trusted say so. No header but X-Forwarded-For is read (ASVS 4.1.3).
func forwarded(trusted []netip.Prefix, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if at, ok := sender(r, trusted); ok {
			known := *r
			known.RemoteAddr = netip.AddrPortFrom(at, 0).String()
			r = &known
		}
		next.ServeHTTP(w, r)
	})
}

// sender returns the right-most address that is no trusted server's: each of those
// wrote down whom it was asked by, to the right of what it was told. What stands
// further left anybody could have written. It returns false where the request came
// from whoever sent it.
func sender(r *http.Request, trusted []netip.Prefix) (netip.Addr, bool) {
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}, false
	}
	at := peer.Addr().Unmap()
	if !believed(at, trusted) {
		return netip.Addr{}, false
	}
	named := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for _, text := range slices.Backward(named) {
		next, ok := addressOf(strings.TrimSpace(text))
		if !ok {
			break // nobody who is trusted writes that: the last address that is known counts
		}
		if at = next; !believed(at, trusted) {
			break
		}
	}
	return at, at != peer.Addr().Unmap()
}

// addressOf reads an address, with a port or without.
func addressOf(text string) (netip.Addr, bool) {
	if at, err := netip.ParseAddrPort(text); err == nil {
		return at.Addr().Unmap().WithZone(""), true
	}
	at, err := netip.ParseAddr(strings.Trim(text, "[]"))
	return at.Unmap().WithZone(""), err == nil
}

func believed(at netip.Addr, trusted []netip.Prefix) bool {
	return slices.ContainsFunc(trusted, func(p netip.Prefix) bool { return p.Contains(at) })
}
