// SPDX-License-Identifier: AGPL-3.0-or-later

package merchant

import (
	"context"
	"slices"
	"time"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/civil"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
)

// Receipt is a payment received by a merchant, as a till shows it: without the
// payer (rules D1, D5).
type Receipt struct {
	Seq       int64        `json:"seq"` // number of the entry in the journal
	Payment   PaymentID    `json:"payment"`
	Amount    money.Amount `json:"amount"`
	MatchCode string       `json:"match_code"`
	At        time.Time    `json:"at"`
	Refund    bool         `json:"refund,omitempty"` // given back; in Takings only

	payer ident.Holder // for whom a screen greets; no list has it
}

// ReceiptOf returns the receipt that an entry is, with the holder who was paid,
// and false for an entry that is no payment.
func ReceiptOf(e *ledger.Entry) (Receipt, ident.Holder, bool) {
	p, ok := Describe(e)
	if !ok || e.Kind != ledger.KindPayment {
		return Receipt{}, ident.Holder{}, false
	}
	return Receipt{Seq: e.Seq, Payment: p.ID, Amount: p.Amount, MatchCode: p.MatchCode, At: p.At, payer: ident.HolderOf(p.From)}, ident.HolderOf(p.To), true
}

// Received lists the payments that a merchant received after an entry's number,
// in rising order: the newest limit of them, and whether older ones were left
// out. Units that came by conversion, payout or refund are no receipts. It
// returns ErrForbidden.
func (s *Service) Received(ctx context.Context, actor access.Actor, id ID, after int64, limit int) ([]Receipt, bool, error) {
	m, err := s.till(ctx, actor, id)
	if err != nil {
		return nil, false, err
	}
	return s.receiptsAfter(ctx, m, after, limit)
}

// receiptsAfter is Received for who was allowed to read.
func (s *Service) receiptsAfter(ctx context.Context, m Merchant, after int64, limit int) ([]Receipt, bool, error) {
	var list []Receipt
	err := s.walk(ctx, m,
		func(v ledger.Movement) bool { return v.Seq <= after || len(list) > limit },
		func(r Receipt) {
			if !r.Refund {
				list = append(list, r)
			}
		})
	if err != nil {
		return nil, false, err
	}
	more := len(list) > limit
	list = list[:min(limit, len(list))]
	slices.Reverse(list)
	return list, more, nil
}

// Takings is what a merchant received on one day.
type Takings struct {
	Day      civil.Date   `json:"day"`
	Count    int          `json:"count"`    // payments
	Received money.Amount `json:"received"` // by them
	Refunds  int          `json:"refunds"`
	Refunded money.Amount `json:"refunded"` // given back on the day, for payments of any day
	Last     []Receipt    `json:"last"`     // newest first, refunds included
	Seq      int64        `json:"seq"`      // the journal's last entry that was looked at
}

// Takings sums up a day of a merchant and lists its last receipts, at most
// limit. A cashier sees today only (rule D3); past days are for those who may
// see what the merchant's wallet holds. It returns ErrForbidden.
func (s *Service) Takings(ctx context.Context, actor access.Actor, id ID, day civil.Date, limit int) (Takings, error) {
	m, err := s.till(ctx, actor, id)
	if err != nil {
		return Takings{}, err
	}
	if day != civil.Of(s.ledger.Now()) {
		if err := access.Allow(actor, access.WalletRead, m.Holder); err != nil {
			return Takings{}, err
		}
	}
	head, err := s.ledger.Head(ctx, s.ledger.Reader())
	if err != nil {
		return Takings{}, err
	}
	sum := Takings{Day: day, Seq: head.Seq, Last: []Receipt{}}
	start, end := day.Start(), day.End()
	err = s.walk(ctx, m,
		func(v ledger.Movement) bool { return v.At.Before(start) },
		func(r Receipt) {
			if r.Seq <= head.Seq && r.At.Before(end) {
				sum.add(r, limit)
			}
		})
	return sum, err
}

// longestDays is how many days can be summed up at once.
const longestDays = 31

// Days sums up each of the last days of a merchant, today first, for those who
// may see what the merchant's wallet holds. The receipts themselves are left
// out. It returns ErrForbidden and ErrInvalid.
func (s *Service) Days(ctx context.Context, actor access.Actor, id ID, count int) ([]Takings, error) {
	m, err := s.till(ctx, actor, id)
	if err != nil {
		return nil, err
	}
	if err := access.Allow(actor, access.WalletRead, m.Holder); err != nil {
		return nil, err
	}
	if count < 1 || count > longestDays {
		return nil, fault.ErrInvalid.At("/count", "must be 1 to 31")
	}
	today := civil.Of(s.ledger.Now())
	days := make([]Takings, count)
	for i := range days {
		days[i] = Takings{Day: today - civil.Date(i), Last: []Receipt{}}
	}
	start := days[count-1].Day.Start()
	err = s.walk(ctx, m,
		func(v ledger.Movement) bool { return v.At.Before(start) },
		func(r Receipt) {
			if i := int(today - civil.Of(r.At)); i >= 0 && i < count {
				days[i].add(r, 0)
			}
		})
	return days, err
}

func (t *Takings) add(r Receipt, limit int) {
	if r.Refund {
		t.Refunds++
		t.Refunded += r.Amount
	} else {
		t.Count++
		t.Received += r.Amount
	}
	if len(t.Last) < limit {
		t.Last = append(t.Last, r)
	}
}

// till reads a merchant whose receipts the actor may see, or returns
// ErrForbidden whether it exists or not (rule D2).
func (s *Service) till(ctx context.Context, actor access.Actor, id ID) (Merchant, error) {
	return s.readable(ctx, actor, access.MerchantReceipt, id)
}

// readable reads a merchant on whose affairs the actor may take an action, or
// returns ErrForbidden whether it exists or not (rule D2).
func (s *Service) readable(ctx context.Context, actor access.Actor, action access.Action, id ID) (Merchant, error) {
	m, err := s.Merchant(ctx, id)
	if err != nil {
		return Merchant{}, hidden(actor, action, err)
	}
	return m, access.Allow(actor, action, m.Holder)
}

// walkPage is how many movements are read at once.
const walkPage = 200

// walk gives the receipts and refunds of a merchant, newest first, until stop
// says that a movement of the holder's wallet is the end.
func (s *Service) walk(ctx context.Context, m Merchant, stop func(ledger.Movement) bool, see func(Receipt)) error {
	all, err := s.MerchantOf(ctx, m.Holder)
	if err != nil {
		return err
	}
	var before int64
	for {
		page, err := s.ledger.Statement(ctx, ledger.Wallet(m.Holder), before, 0, walkPage)
		if err != nil {
			return err
		}
		for _, v := range page {
			if stop(v) {
				return nil
			}
			r, payment, ok := receipt(v)
			if !ok {
				continue
			}
			of, err := s.received(ctx, all, payment)
			if err != nil {
				return err
			}
			if of == m.ID {
				see(r)
			}
		}
		if len(page) < walkPage {
			return nil
		}
		before = page[len(page)-1].Posting
	}
}

// receipt returns what a till shows of a movement of its holder's wallet, with
// the payment that says whose receipt it is.
func receipt(v ledger.Movement) (Receipt, ident.Entry, bool) {
	id := PaymentOf(v.Entry)
	r := Receipt{Seq: v.Seq, Payment: id, Amount: v.Amount, MatchCode: MatchCode(id), At: v.At}
	r.payer, _ = ledger.HolderOf(v.Counterparty)
	switch {
	case v.Kind == ledger.KindPayment && v.Amount > 0:
		return r, v.Entry, true
	case v.Kind == ledger.KindRefund && v.Amount < 0:
		r.Amount, r.Refund = -v.Amount, true
		return r, v.Reverses, true
	}
	return Receipt{}, ident.Entry{}, false
}

// MerchantPaid returns which merchant of the payee a payment was made to: the one
// whose code or request was paid, and the oldest where the payment went to the
// holder; no merchant where the holder has none.
func (s *Service) MerchantPaid(ctx context.Context, payee ident.Holder, payment PaymentID) (ID, error) {
	all, err := s.MerchantOf(ctx, payee)
	if err != nil {
		return ID{}, err
	}
	return s.received(ctx, all, EntryOf(payment))
}

// received returns which of a holder's merchants a payment was made to.
func (s *Service) received(ctx context.Context, all []Merchant, payment ident.Entry) (ID, error) {
	if len(all) == 0 {
		return ID{}, nil
	}
	if len(all) > 1 {
		var named Named
		var request RequestID
		err := s.ledger.Reader().QueryRowContext(ctx, sqlAttributed, payment).Scan(&named.ID, &named.Name, &request)
		if err == nil || !noRows(err) {
			return named.ID, err
		}
	}
	return all[0].ID, nil
}
