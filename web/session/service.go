// SPDX-License-Identifier: AGPL-3.0-or-later

package session

import (
	"time"

	"github.com/noria-mlc/noria/ledger"
)

// Options of the sessions of a service.
type Options struct {
	// Secure says that the base URL is https: the cookie is then bound to the
	// host and never sent in clear.
	Secure bool

	// Demo says that this is a demonstration: secrets may be chosen, and tokens
	// made with a chosen secret hold. Elsewhere they do not, even in a book that
	// a demonstration made.
	Demo bool

	// Shared says that other processes write the book too: what was read of it is
	// then believed for half a minute only, unless Forget is called.
	Shared bool

	// Now is the clock; the book's where nil.
	Now func() time.Time
}

// Service lets users in and knows who they are. It is safe for concurrent use.
type Service struct {
	ledger *ledger.Ledger
	now    func() time.Time
	secure bool
	demo   bool
	cache  *cache
}

// New returns the sessions of a book.
func New(l *ledger.Ledger, o Options) *Service {
	if o.Now == nil {
		o.Now = l.Now
	}
	var life time.Duration
	if o.Shared {
		life = sharedLifetime
	}
	return &Service{ledger: l, now: o.Now, secure: o.Secure, demo: o.Demo, cache: newCache(cacheLimit, life)}
}

// Forget has every token read anew from the book. Whoever follows the journal
// calls it when another process has revoked something; without it that holds
// after half a minute.
func (s *Service) Forget() { s.cache.forget() }
