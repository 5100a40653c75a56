// SPDX-License-Identifier: AGPL-3.0-or-later

package identity

import (
	"context"
	"net/netip"
	"time"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ops/job"
)

// From is where a request comes from.
type From struct {
	Network string // the network of the address: see NetworkOf
	Device  string // the browser and the system, in a few words
}

// NetworkOf returns the network that an address counts as: of IPv4 the first 24
// bits, of IPv6 the first 48, which is what one subscriber or neighbourhood has.
func NetworkOf(address netip.Addr) string {
	bits := 24
	if address = address.Unmap(); address.Is6() {
		bits = 48
	}
	p, err := address.WithZone("").Prefix(bits)
	if err != nil {
		return ""
	}
	return p.String()
}

// gate is how often something may be tried: burst times at once, then once in
// every pause. Nobody is locked out for good.
type gate struct {
	purpose string
	burst   int
	pause   time.Duration
}

// The gates of sign-in. The first holds back whoever guesses on one address from
// one network, the second whoever tries many addresses from one network, the
// third, much wider, many networks that guess on one address together.
func signInGates() [3]gate {
	return [3]gate{{"here", 10, time.Minute}, {"network", 100, 6 * time.Second}, {"address", 100, 5 * time.Minute}}
}

// joinGates are those of letters: to one address, and from one network.
func joinGates() [3]gate {
	return [3]gate{{"join here", 3, 10 * time.Minute}, {"join network", 30, time.Minute}, {"join address", 5, time.Hour}}
}

// subjects are what the three gates count.
func (s *Service) subjects(gates [3]gate, email, network string) [3][]byte {
	return [3][]byte{
		s.key.digest(gates[0].purpose, email+"\n"+network),
		s.key.digest(gates[1].purpose, network),
		s.key.digest(gates[2].purpose, email),
	}
}

// attempt counts a try in the book before anything is checked. It returns
// ErrLimited, with the time to wait, where there were too many.
func (s *Service) attempt(ctx context.Context, gates [3]gate, email, network string) error {
	subjects := s.subjects(gates, email, network)
	command := ledger.Command{Actor: job.System(), Action: access.IdentityAttempt, Key: s.newKey(), Input: subjects}
	_, err := s.ledger.Execute(ctx, command, func(tx *ledger.Tx) (ident.Ref, error) {
		now := tx.Now()
		if _, err := tx.Exec(sqlForgetAttempts, now.UnixMicro()); err != nil {
			return ident.Ref{}, err
		}
		for i, g := range gates {
			latest := now.Add(time.Duration(g.burst-1) * g.pause)
			err := tx.Guard(ErrLimited.After(g.pause), sqlAttempt, subjects[i], now.UnixMicro(),
				now.Add(g.pause).UnixMicro(), g.pause.Microseconds(), latest.UnixMicro())
			if err != nil {
				return ident.Ref{}, err
			}
		}
		return ident.Ref{}, nil
	})
	return err
}

// forgive forgets the tries on one address from one network, once a proof held.
func (s *Service) forgive(tx *ledger.Tx, email string, from From) error {
	_, err := tx.Exec(sqlForgive, s.subjects(signInGates(), email, from.Network)[0])
	return err
}
