// SPDX-License-Identifier: AGPL-3.0-or-later

package people

import (
	"sync"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ops/payout"
	"github.com/noria-mlc/noria/web/identity"
	"github.com/noria-mlc/noria/web/session"
)

// Services are what people's accounts are made of.
type Services struct {
	Ledger     *ledger.Ledger
	Session    *session.Service
	Identity   *identity.Service
	Conversion *conversion.Service
	Payout     *payout.Service
}

// Service answers for people's accounts. It is safe for concurrent use.
type Service struct {
	Services

	mu    sync.Mutex
	hour  int64               // of the looks that are remembered
	looks map[glance]struct{} // written down in this hour
}

// New returns the service of a book.
func New(s Services) *Service { return &Service{Services: s, looks: make(map[glance]struct{})} }

// newKey makes the idempotency key of a command that is made once.
func (s *Service) newKey() string {
	return ident.Ref{Prefix: "people_", Bits: s.Ledger.NewID()}.String()
}
