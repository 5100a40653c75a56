// SPDX-License-Identifier: AGPL-3.0-or-later

package main

import (
	"errors"
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
