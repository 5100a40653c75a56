// SPDX-License-Identifier: AGPL-3.0-or-later

package main

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strings"
)

// errEverybody is why a network of everybody is no server in front.
var errEverybody = errors.New("this network is everybody")

// proxies are the servers in front that are believed; an empty list, and not nil,
// where none is.
func (c *config) proxies() ([]netip.Prefix, error) {
	list := []netip.Prefix{}
	for text := range strings.FieldsFuncSeq(c.Proxies, func(r rune) bool { return r == ',' || r == ' ' }) {
		if at, err := netip.ParseAddr(text); err == nil {
			list = append(list, netip.PrefixFrom(at, at.BitLen()))
			continue
		}
		p, err := netip.ParsePrefix(text)
		if err != nil {
			return nil, err
		}
		if p.Bits() == 0 {
			return nil, errEverybody
		}
		list = append(list, p.Masked())
	}
	return list, nil
}

// inClear returns an error where other machines would reach the public listener
// without TLS: an https base URL says that a server in front speaks it (ASVS 12.2.1).
func (c *config) inClear() error {
	host, _, err := net.SplitHostPort(c.Addr)
	if err != nil || loopback(host) || strings.HasPrefix(c.BaseURL, "https:") {
		return err
	}
	return fmt.Errorf("addr = %q would be reached from other machines in clear: listen on 127.0.0.1, or give base-url the https:// address of the server in front that speaks TLS", c.Addr)
}
