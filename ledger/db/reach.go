// SPDX-License-Identifier: AGPL-3.0-or-later

package db

import (
	"crypto/tls"
	"net/netip"
	"net/url"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
)

// hop is one way to try a server: a host, encrypted or in clear.
type hop struct {
	host string
	tls  *tls.Config // nil in clear
}

// near says whether a hop stays on this machine: a socket in a folder, or a
// loopback address.
func (h hop) near() bool {
	if strings.HasPrefix(h.host, "/") || strings.HasPrefix(h.host, "@") || strings.EqualFold(h.host, "localhost") {
		return true
	}
	address, err := netip.ParseAddr(h.host)
	return err == nil && address.Unmap().IsLoopback()
}

// reach reads how a server is reached. Over a network that is encrypted (ASVS
// 12.3.1): where the URL says nothing, or prefers encryption, the driver would go
// on in clear with whoever answers that they have none, and here it goes on with
// nobody. A URL that says sslmode=disable, or allow, is the operator's written
// choice: the hosts that may be reached in clear come back with it, to be said
// aloud. It returns ErrDatabaseURL, in whose words no password is.
func reach(database string) (*pgx.ConnConfig, []string, error) {
	config, err := pgx.ParseConfig(database)
	if err != nil || !strings.HasPrefix(database, "postgres://") && !strings.HasPrefix(database, "postgresql://") {
		return nil, nil, ErrDatabaseURL // the parser's own words may repeat the password
	}
	var clear []string
	encrypted := make(map[string]bool)
	for _, h := range hops(config) {
		switch {
		case h.near():
		case h.tls != nil:
			encrypted[h.host] = true
		case encrypted[h.host]: // what was preferred comes first: see sslmode=prefer
			if database, err = requiring(database); err != nil {
				return nil, nil, err
			}
			if config, err = pgx.ParseConfig(database); err != nil {
				return nil, nil, ErrDatabaseURL
			}
			return config, nil, nil
		case !slices.Contains(clear, h.host):
			clear = append(clear, h.host)
		}
	}
	return config, clear, nil
}

// hops lists how the driver tries a server, in its order.
func hops(config *pgx.ConnConfig) []hop {
	list := []hop{{config.Host, config.TLSConfig}}
	for _, f := range config.Fallbacks {
		list = append(list, hop{f.Host, f.TLSConfig})
	}
	return list
}

// requiring returns a URL with encryption required. Several hosts are more than a
// URL of net/url holds, so that only what stands behind the question mark is read.
func requiring(database string) (string, error) {
	place, query, _ := strings.Cut(database, "?")
	settings, err := url.ParseQuery(query)
	if err != nil {
		return "", ErrDatabaseURL
	}
	settings.Set("sslmode", "require")
	return place + "?" + settings.Encode(), nil
}
