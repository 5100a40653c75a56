// SPDX-License-Identifier: AGPL-3.0-or-later

package merchant

import (
	"context"
	"strings"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/ident"
)

// Arrival is a receipt as the screen at the counter shows it, turned towards the
// customer: with the payer's first name, by which a payer knows that the green
// screen is theirs, and nothing else of them (rule D1).
type Arrival struct {
	Receipt
	Payer string `json:"payer,omitempty"` // first name of a person, name of anybody else
}

// namedArrivals is how many arrivals carry a name: the newest.
const namedArrivals = 20

// Arrivals lists what Received lists, for a screen of the merchant. It returns
// ErrForbidden.
func (s *Service) Arrivals(ctx context.Context, actor access.Actor, id ID, after int64, limit int) ([]Arrival, bool, error) {
	m, err := s.readable(ctx, actor, access.ScreenWatch, id)
	if err != nil {
		return nil, false, err
	}
	receipts, more, err := s.receiptsAfter(ctx, m, after, limit)
	if err != nil {
		return nil, false, err
	}
	list := make([]Arrival, 0, len(receipts))
	for i, r := range receipts {
		a := Arrival{Receipt: r}
		if len(receipts)-i <= namedArrivals {
			if a.Payer, err = s.calledName(ctx, r.payer); err != nil {
				return nil, false, err
			}
		}
		list = append(list, a)
	}
	return list, more, nil
}

// calledName is how a payer is called at a counter.
func (s *Service) calledName(ctx context.Context, payer ident.Holder) (string, error) {
	if payer.IsZero() {
		return "", nil
	}
	h, err := s.ledger.Holder(ctx, payer)
	if err != nil {
		return "", err
	}
	if h.Kind != ledger.Individual {
		return h.Name, nil
	}
	first, _, _ := strings.Cut(strings.TrimSpace(h.Name), " ")
	return first, nil
}

// AskedNow returns the newest request of a merchant that can be paid now, for a
// screen of the merchant. It returns ErrForbidden, or ErrMissing where nothing
// is asked.
func (s *Service) AskedNow(ctx context.Context, actor access.Actor, id ID) (PaymentRequest, error) {
	if _, err := s.readable(ctx, actor, access.ScreenWatch, id); err != nil {
		return PaymentRequest{}, err
	}
	return scanRequest(s.ledger.Reader().QueryRowContext(ctx, sqlRequestAsked, id, s.ledger.Now().UnixMicro()))
}
