// SPDX-License-Identifier: AGPL-3.0-or-later

package push

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"strconv"
	"syscall"
	"time"
)

// lifetime is how many seconds a push service keeps a hint for a browser that is
// away: what is older is seen in the wallet.
const lifetime = 12 * 60 * 60

// errAddress says that a name led to an address that is not to be called.
var errAddress = errors.New("push: not a public address")

// caller is the one way out: no proxy, no redirect, no patience, and public
// addresses only, checked where the connection is made, after the name was
// looked up.
func caller(o Options) *http.Client {
	dial := o.Dial
	if dial == nil {
		dialer := &net.Dialer{Timeout: 5 * time.Second, Control: func(_, address string, _ syscall.RawConn) error { return guard(address) }}
		dial = dialer.DialContext
	}
	return &http.Client{
		Timeout:       10 * time.Second,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{
			DialContext: dial, TLSClientConfig: &tls.Config{RootCAs: o.Roots, MinVersion: tls.VersionTLS12},
			TLSHandshakeTimeout: 5 * time.Second, ResponseHeaderTimeout: 5 * time.Second, IdleConnTimeout: time.Minute,
			MaxConnsPerHost: 8, MaxResponseHeaderBytes: 16 << 10, ForceAttemptHTTP2: true,
		},
	}
}

// guard returns errAddress unless an address and port are public and the usual
// port of TLS.
func guard(address string) error {
	at, err := netip.ParseAddrPort(address)
	if err != nil || at.Port() != 443 || !public(at.Addr().Unmap()) {
		return errAddress
	}
	return nil
}

// public says whether an address is one of the open network.
func public(a netip.Addr) bool {
	if !a.IsGlobalUnicast() || a.IsPrivate() {
		return false
	}
	// Shared by providers, set apart for protocols, tests and the future, and the
	// ways in which an address of version 6 stands for another one.
	for _, text := range []string{"0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "198.18.0.0/15", "198.51.100.0/24",
		"203.0.113.0/24", "240.0.0.0/4", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "2002::/16", "fec0::/10"} {
		if netip.MustParsePrefix(text).Contains(a) {
			return false
		}
	}
	return true
}

// knock tells the service behind an endpoint that something is new, and nothing
// else. It says whether the endpoint has ended; what else goes wrong is an error.
func (s *Service) knock(ctx context.Context, endpoint string) (bool, error) {
	if !s.known(endpoint) {
		return true, nil
	}
	authorization, err := s.authorization(endpoint, s.ledger.Now())
	if err != nil {
		return false, err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, endpoint, http.NoBody)
	if err != nil {
		return false, err
	}
	r.Header.Set("Authorization", authorization)
	r.Header.Set("TTL", strconv.Itoa(lifetime))
	r.Header.Set("Topic", "noria")
	r.Header.Set("User-Agent", "noria")
	answer, err := s.client.Do(r)
	if err != nil {
		return false, err
	}
	answer.Body.Close()
	switch {
	case answer.StatusCode == http.StatusNotFound || answer.StatusCode == http.StatusGone:
		return true, nil
	case answer.StatusCode >= 300:
		return false, fmt.Errorf("push service answers %d", answer.StatusCode)
	}
	return false, nil
}
