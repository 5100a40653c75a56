// SPDX-License-Identifier: AGPL-3.0-or-later

package confirm

import (
	"context"
	"time"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/web/identity"
	"github.com/noria-mlc/noria/web/session"
)

// refundProof is how long after a proof of who they are somebody can give payments
// back: a counter is left alone for longer than that.
const refundProof = 5 * time.Minute

// Refund decides whether a caller may give a payment back from the wallet that
// received it. A refund leads to its payer and to nobody else, and needs no intent;
// but it takes units out of a wallet, so that whoever is signed in proved who they
// are within five minutes: it returns identity.ErrStale. A program may from an
// organisation's wallet; from a person's it returns ErrRequired. Tokens of a
// demonstration may. Where the action would be refused anyway it returns that
// refusal.
func (s *Service) Refund(ctx context.Context, p session.Principal, payee ident.Holder) error {
	return s.Commit(ctx, p, access.PaymentRefund, payee)
}

// Commit decides, in the same manner, whether a caller may bind a holder to
// something whose amount and payee are not theirs to choose freely: a refund, dues
// in units (access.DuesPay), both within five minutes of a proof, or direct debits
// of their own account to come (access.MandateSign, access.MandateAmend), within
// session.Freshness of one.
func (s *Service) Commit(ctx context.Context, p session.Principal, action access.Action, holder ident.Holder) error {
	if err := access.Allow(p.Actor, action, holder); err != nil || p.Demo {
		return err
	}
	if p.Kind == session.Session {
		within := refundProof
		if action == access.MandateSign || action == access.MandateAmend {
			within = session.Freshness
		}
		recent, err := s.sessions.Recently(ctx, p, within)
		if err == nil && !recent {
			err = identity.ErrStale
		}
		return err
	}
	h, err := s.ledger.Holder(ctx, holder)
	if err == nil && h.Kind == ledger.Individual {
		err = ErrRequired
	}
	return err
}
