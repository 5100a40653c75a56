// SPDX-License-Identifier: AGPL-3.0-or-later

package provider

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"syscall"
	"time"
)

// The limits of a request to a provider.
const (
	patience    = 15 * time.Second
	answerLimit = 1 << 20 // bytes
)

// errPlace is why a connection is refused before it is made.
var errPlace = errors.New("this address is not the provider's")

// client sends requests to one host.
type client struct {
	base *url.URL
	http *http.Client
}

// dialing says where connections may go; tests reach a server of their own.
type dialing struct {
	roots   http.RoundTripper // instead of the network, where a test gives one
	private bool              // addresses of our own network are allowed
}

// newClient returns a client of the host of base, which is spoken to by TLS.
func newClient(base string, d dialing) (*client, error) {
	u, err := url.Parse(base)
	if err != nil || u.Scheme != "https" || u.Host == "" || u.User != nil {
		return nil, errPlace
	}
	transport := d.roots
	if transport == nil {
		transport = &http.Transport{DialContext: d.dial(u), TLSHandshakeTimeout: patience, ResponseHeaderTimeout: patience,
			MaxIdleConns: 4, IdleConnTimeout: time.Minute, MaxResponseHeaderBytes: 64 << 10, ForceAttemptHTTP2: true}
	}
	return &client{u, &http.Client{Transport: transport, Timeout: 2 * patience,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}, nil
}

// dial connects to the host of u and to no other one. What its name resolves to
// is looked at when the connection is made, so that a name that changes between
// two questions leads nowhere else.
func (d dialing) dial(u *url.URL) func(ctx context.Context, network, address string) (net.Conn, error) {
	port := u.Port()
	if port == "" {
		port = "443"
	}
	allowed := net.JoinHostPort(u.Hostname(), port)
	dialer := net.Dialer{Timeout: patience, Control: func(_, address string, _ syscall.RawConn) error {
		at, err := netip.ParseAddrPort(address)
		if err != nil || !d.private && !outside(at.Addr()) {
			return errPlace
		}
		return nil
	}}
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		if address != allowed {
			return nil, errPlace
		}
		return dialer.DialContext(ctx, network, address)
	}
}

// outside says whether an address is one of the public network.
func outside(a netip.Addr) bool {
	a = a.Unmap()
	shared := netip.MustParsePrefix("100.64.0.0/10") // of carriers, never of a provider
	return a.IsGlobalUnicast() && !a.IsPrivate() && !shared.Contains(a)
}

// ask sends a request below the base and reads its JSON answer into out.
func (c *client) ask(ctx context.Context, method, path string, header http.Header, body []byte, out any) error {
	u, err := c.base.Parse(path)
	if err != nil || u.Host != c.base.Host || u.Scheme != c.base.Scheme {
		return ErrGateway
	}
	r, err := http.NewRequestWithContext(ctx, method, u.String(), bytes.NewReader(body))
	if err != nil {
		return ErrGateway
	}
	r.Header = header
	answer, err := c.http.Do(r)
	if err != nil {
		return fmt.Errorf("%w: no answer", ErrGateway) // the error of the network holds the address
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(io.LimitReader(answer.Body, answerLimit+1))
	kind, _, _ := mime.ParseMediaType(answer.Header.Get("Content-Type"))
	switch {
	case err != nil || len(text) > answerLimit:
		return fmt.Errorf("%w: the answer cannot be read", ErrGateway)
	case answer.StatusCode < 200 || answer.StatusCode > 299:
		return fmt.Errorf("%w: status %d", ErrGateway, answer.StatusCode)
	case kind != "application/json":
		return fmt.Errorf("%w: the answer is not JSON", ErrGateway)
	}
	if err := json.Unmarshal(text, out); err != nil {
		return fmt.Errorf("%w: the answer is not what was asked for", ErrGateway)
	}
	return nil
}
