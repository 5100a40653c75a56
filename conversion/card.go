// SPDX-License-Identifier: AGPL-3.0-or-later

package conversion

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"time"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/db"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
)

// cardPatience is how long the bonus of a conversion by card is kept: who leaves
// the page of the provider blocks no budget for longer.
const cardPatience = time.Hour

// offered says whether euros can come by the channel: by card where a provider
// is named, never by a debit that somebody asks for outside a run.
func (in ConvertInput) offered() bool {
	switch in.Channel {
	case AtDesk, ByTransfer:
		return in.Provider == ""
	case ByCard:
		_, err := ledger.Describe(ledger.Provider(in.Provider))
		return err == nil
	}
	return false
}

// CheckoutOutcome says what became of a checkout.
type CheckoutOutcome string

// The outcomes of a checkout.
const (
	CheckoutOpen     CheckoutOutcome = "open"     // nothing was paid yet, as far as is known
	CheckoutCredited CheckoutOutcome = "credited" // its conversion was settled by it
	CheckoutSuspense CheckoutOutcome = "suspense" // its euros came and credit nothing; somebody must look
	CheckoutRefunded CheckoutOutcome = "refunded" // the euros went back to the payer
	CheckoutClosed   CheckoutOutcome = "closed"   // no euros came, or none that the book knows of
)

// Checkout is the payment of a conversion at a card provider. There is one at
// most for a conversion, and one conversion at most for a payment.
type Checkout struct {
	Conversion ID              `json:"conversion"`
	Provider   string          `json:"provider"`
	Payment    string          `json:"payment"` // its id at the provider
	URL        string          `json:"url"`     // where the payer pays
	Outcome    CheckoutOutcome `json:"outcome"`
	Reason     string          `json:"reason,omitempty"` // why a person must look at it: one of the Odd, "" for nothing
	Received   money.Amount    `json:"received_eur"`     // what the provider kept for the currency
	Entry      ident.Entry     `json:"entry,omitzero"`   // of euros in suspense
	CreatedAt  time.Time       `json:"created_at"`
}

// The reasons for which a person must look at a checkout.
const (
	OddCurrency  = "currency"   // it was paid in other money: nothing is booked
	OddReference = "reference"  // the provider knows it under another reference
	OddAmount    = "amount"     // other euros than those awaited
	OddSettled   = "settled"    // its conversion was settled otherwise before
	OddPartial   = "partial"    // a part went back to the payer after the units were issued
	OddAfterward = "afterwards" // its payment differs from what was booked before
	OddLess      = "less"       // a part of euros in suspense went back to the payer
	OddDisputed  = "disputed"   // the payer disputes it: its euros may be taken back
)

// PaymentStatus says how far a payment at a provider is.
type PaymentStatus string

// The statuses of a payment.
const (
	PaymentOpen PaymentStatus = "open" // it may still be paid
	PaymentPaid PaymentStatus = "paid" // the provider has the money, less what it refunded
	PaymentOver PaymentStatus = "over" // it can never be paid any more
)

// CardPayment is a payment as its provider tells it when asked, never as a hook
// claims.
type CardPayment struct {
	Provider  string        `json:"provider"`
	Payment   string        `json:"payment"`
	Reference string        `json:"reference"` // of the conversion, as given when the checkout was made
	Currency  string        `json:"currency"`  // "EUR"
	Amount    money.Amount  `json:"amount_eur"`
	Refunded  money.Amount  `json:"refunded_eur"`
	Disputed  bool          `json:"disputed,omitempty"` // the payer asked their bank for it back
	Status    PaymentStatus `json:"status"`
}

// key is the same for the same state of a payment: however often it is read, it
// is booked once.
func (p CardPayment) key() (string, error) {
	text, err := json.Marshal(p)
	sum := sha256.Sum256(text)
	return "card:" + hex.EncodeToString(sum[:20]), err
}

const (
	sqlInsertCheckout = `INSERT INTO checkouts (conversion, provider, payment, url, outcome, created_at) VALUES ($1, $2, $3, $4, 'open', $5)
		ON CONFLICT (conversion) DO NOTHING`
	sqlCheckoutColumns     = `SELECT conversion, provider, payment, url, outcome, reason, received, entry, created_at FROM checkouts `
	sqlCheckout            = sqlCheckoutColumns + `WHERE conversion = $1`
	sqlCheckoutByPayment   = sqlCheckoutColumns + `WHERE provider = $1 AND payment = $2`
	sqlCheckoutByReference = sqlCheckoutColumns + `WHERE provider = $1 AND conversion = (SELECT id FROM conversions WHERE reference = $2)`
	sqlOpenCheckouts       = sqlCheckoutColumns + `WHERE outcome = 'open' AND created_at <= $1 AND conversion > $2 ORDER BY conversion LIMIT $3`
	sqlWatchedCheckouts    = sqlCheckoutColumns + `WHERE outcome = 'suspense' AND reason <> '' AND conversion > $1 ORDER BY conversion LIMIT $2`
	sqlOddCheckouts        = sqlCheckoutColumns + `WHERE reason <> '' ORDER BY conversion DESC LIMIT $1`
	sqlSetCheckout         = `UPDATE checkouts SET outcome = $3, reason = $4, received = $5, entry = $6, read_at = $7
		WHERE conversion = $1 AND outcome = $2`
	// What was given up is awaited again: its euros came although nobody counted on them.
	sqlReopenConversion = `UPDATE conversions SET status = 'awaiting_euros', euros = $2, bonus = $3, campaign = $4, period = $5, closed_at = NULL, reason = ''
		WHERE id = $1 AND status IN ('awaiting_euros', 'expired', 'cancelled')`
)

// CheckoutInput is a checkout that a provider made for a conversion.
type CheckoutInput struct {
	Conversion ID     `json:"conversion"`
	Provider   string `json:"provider"`
	Payment    string `json:"payment"`
	URL        string `json:"url"`
}

// RecordCheckout notes the checkout of a conversion by card; the first that is
// noted stays. It returns ErrForbidden, ErrMissing, ErrChannel for a conversion
// that is not paid by this provider, and the refusals of Settle for one that
// awaits nothing.
func (s *Service) RecordCheckout(ctx context.Context, actor access.Actor, in CheckoutInput) (Checkout, error) {
	k, _, err := execute[Checkout](ctx, s, ledger.Command{Actor: actor, Action: access.CheckoutRecord, Key: "checkout:" + in.Conversion.String() + ":" + digest(in.Payment), Input: in}, nil,
		func(tx *ledger.Tx) (ident.Ref, error) {
			c, err := conversionOf(tx, in.Conversion, tx.Now())
			if err != nil {
				return ident.Ref{}, err
			}
			if err := c.awaits(); err != nil {
				return ident.Ref{}, err
			}
			if c.Channel != ByCard || c.Account != ledger.Provider(in.Provider) {
				return ident.Ref{}, ErrChannel
			}
			if _, err := tx.Exec(sqlInsertCheckout, c.ID, in.Provider, in.Payment, in.URL, tx.Now().UnixMicro()); err != nil {
				return ident.Ref{}, err
			}
			k, err := scanCheckout(tx.QueryRow(sqlCheckout, c.ID))
			if err != nil {
				return ident.Ref{}, err
			}
			return keep(tx, k, c.ID.Ref())
		})
	return k, err
}

func digest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:8])
}

// Checkout returns the checkout of a conversion. It returns ErrMissing.
func (v *View) Checkout(ctx context.Context, id ID) (Checkout, error) {
	k, err := scanCheckout(v.committed(ctx).QueryRow(sqlCheckout, id))
	return k, found(err)
}

// CheckoutOf returns the checkout that a provider knows under an id. It returns
// ErrMissing.
func (v *View) CheckoutOf(ctx context.Context, provider, payment string) (Checkout, error) {
	k, err := scanCheckout(v.committed(ctx).QueryRow(sqlCheckoutByPayment, provider, payment))
	return k, found(err)
}

// CheckoutByReference returns the checkout at a provider of the conversion with a
// reference. It returns ErrReference and ErrMissing.
func (v *View) CheckoutByReference(ctx context.Context, provider, text string) (Checkout, error) {
	reference, err := ParseReference(text)
	if err != nil {
		return Checkout{}, err
	}
	k, err := scanCheckout(v.committed(ctx).QueryRow(sqlCheckoutByReference, provider, reference))
	return k, found(err)
}

// OpenCheckouts lists at most limit open checkouts made before an instant, with
// a conversion above after, oldest first.
func (v *View) OpenCheckouts(ctx context.Context, before time.Time, after ID, limit int) ([]Checkout, error) {
	list, err := v.committed(ctx).Query(sqlOpenCheckouts, before.UnixMicro(), after.Bits[:], limit)
	return collect(list, err, scanCheckout)
}

// WatchedCheckouts lists at most limit checkouts whose euros are in suspense, with a
// conversion above after, oldest first: what their provider tells may change until
// somebody decides about them.
func (v *View) WatchedCheckouts(ctx context.Context, after ID, limit int) ([]Checkout, error) {
	list, err := v.committed(ctx).Query(sqlWatchedCheckouts, after.Bits[:], limit)
	return collect(list, err, scanCheckout)
}

// OddCheckouts lists at most limit checkouts that a person must look at, newest
// first. It returns ErrForbidden.
func (v *View) OddCheckouts(ctx context.Context, actor access.Actor, most int) ([]Checkout, error) {
	if err := access.Allow(actor, access.CheckoutRead, ident.Holder{}); err != nil {
		return nil, err
	}
	list, err := v.committed(ctx).Query(sqlOddCheckouts, limit(most))
	return collect(list, err, scanCheckout)
}

// SettleCard books a payment as its provider tells it. The first time that it is
// paid it credits its conversion, where amount, currency and reference are those
// awaited, although the conversion expired or was cancelled meanwhile: its bonus
// is then what may still be given on that day. Euros that can credit nothing go
// to suspense, with the reason. A payment that was refunded as a whole takes its
// conversion back. The same state of a payment is booked once, however often and
// in whatever order it is told. tell is called where a payment changed after it was
// booked; it may be nil.
//
// It returns ErrForbidden, ErrMissing for a payment that no checkout knows, and
// the refusals of Reverse for a refund whose units are spent.
func (s *Service) SettleCard(ctx context.Context, actor access.Actor, p CardPayment, tell TellCard) (Checkout, error) {
	key, err := p.key()
	if err != nil {
		return Checkout{}, err
	}
	k, _, err := execute[Checkout](ctx, s, ledger.Command{Actor: actor, Action: access.CheckoutSettle, Key: key, Input: p}, nil,
		func(tx *ledger.Tx) (ident.Ref, error) {
			k, err := scanCheckout(tx.QueryRow(sqlCheckoutByPayment, p.Provider, p.Payment))
			if err != nil {
				return ident.Ref{}, found(err)
			}
			c, err := conversionOf(tx, k.Conversion, tx.Now())
			if err != nil {
				return ident.Ref{}, err
			}
			was := k
			if err := k.book(tx, &c, p); err != nil {
				return ident.Ref{}, err
			}
			if err := k.changed(tx, was, tell); err != nil {
				return ident.Ref{}, err
			}
			return keep(tx, k, c.ID.Ref())
		})
	return k, err
}

// book brings a checkout from what is known of it to what its provider tells.
func (k *Checkout) book(tx *ledger.Tx, c *Conversion, p CardPayment) error {
	was := k.Outcome
	switch {
	case was == CheckoutOpen && p.Status == PaymentOver:
		k.Outcome = CheckoutClosed
	case was == CheckoutOpen && p.Status == PaymentPaid:
		if err := k.pay(tx, c, p); err != nil {
			return err
		}
	case was == CheckoutCredited && p.Status == PaymentPaid && p.Refunded > 0:
		if err := k.refund(tx, c, p); err != nil {
			return err
		}
	case was == CheckoutCredited && p.Disputed && k.Reason != OddDisputed:
		k.Reason = OddDisputed
	case was == CheckoutSuspense && !k.Entry.IsZero():
		if unchanged, err := k.again(tx, c, p); unchanged || err != nil {
			return err
		}
	default:
		return nil // this was booked before, or nothing was paid yet
	}
	return tx.Guard(ledger.ErrMissing, sqlSetCheckout, k.Conversion, string(was), string(k.Outcome), k.Reason, k.Received, k.Entry, tx.Now().UnixMicro())
}

// pay books the first euros of a checkout.
func (k *Checkout) pay(tx *ledger.Tx, c *Conversion, p CardPayment) error {
	kept := p.Amount - p.Refunded
	switch {
	case p.Currency != "EUR":
		k.Outcome, k.Reason = CheckoutClosed, OddCurrency
		return nil
	case kept <= 0:
		k.Outcome = CheckoutRefunded
		return nil
	case kept > money.Max:
		k.Outcome, k.Reason = CheckoutClosed, OddAmount
		return nil
	}
	account := ledger.Provider(k.Provider)
	if err := tx.Open(account); err != nil {
		return err
	}
	k.Received = kept
	switch {
	case p.Reference != c.Reference:
		k.Reason = OddReference
	case kept != c.Euros:
		k.Reason = OddAmount
	case c.Status == Settled || c.Status == Reversed:
		k.Reason = OddSettled
	default:
		k.Outcome = CheckoutCredited
		return c.settleLate(tx, transferred{account: account, reference: k.Payment})
	}
	e, err := tx.Post(ledger.Draft{Kind: ledger.KindTransfer, Reference: c.Reference,
		Postings: []ledger.Posting{{Debit: account, Credit: ledger.SuspenseIn, Amount: kept}}})
	if err != nil {
		return err
	}
	k.Outcome, k.Entry = CheckoutSuspense, e.ID
	return nil
}

// refund takes back what a refunded payment had credited. A part that went back
// is left to a person: the book takes conversions back as a whole.
func (k *Checkout) refund(tx *ledger.Tx, c *Conversion, p CardPayment) error {
	switch {
	case p.Currency != "EUR":
		k.Reason = OddAfterward
		return nil
	case p.Refunded < p.Amount:
		k.Reason = OddPartial
		return nil
	case c.Status == Settled:
		if err := c.takeBack(tx, "CARD", k.Provider+" "+p.Payment); err != nil {
			return err
		}
	}
	k.Outcome, k.Reason, k.Received = CheckoutRefunded, "", 0
	return nil
}

// settleLate settles a conversion whose euros came, and where it was given up
// meanwhile gives it the bonus of today first (P12, G4): nothing was kept for it
// since.
func (c *Conversion) settleLate(tx *ledger.Tx, euros transferred) error {
	if c.Status == AwaitingEuros {
		return c.settle(tx, euros)
	}
	if c.stored == AwaitingEuros {
		if err := c.giveBack(tx, sqlUnreserve); err != nil {
			return err
		}
	}
	return c.settleAnew(tx, euros)
}

// settleAnew settles a conversion for which nothing is kept any more, with the
// bonus of today.
func (c *Conversion) settleAnew(tx *ledger.Tx, euros transferred) error {
	h, err := tx.Holder(c.Holder)
	if err != nil {
		return err
	}
	offers, err := offersOn(tx, h.ID, tx.Today())
	if err != nil {
		return err
	}
	q, err := quoted(QuoteInput{Euros: c.Euros, Kind: h.Kind, Day: tx.Today(), Offers: offers})
	if err != nil {
		return err
	}
	c.Bonus, c.Credited, c.Campaign, c.Reasons, c.period, c.Reason = q.Bonus, q.Credited, q.Campaign, q.Reasons, "", ""
	if err := c.take(tx, offers); err != nil {
		return err
	}
	if err := tx.Guard(ErrConversionSettled, sqlReopenConversion, c.ID, c.Euros, c.Bonus, c.Campaign, c.period); err != nil {
		return err
	}
	return c.settle(tx, euros)
}

func scanCheckout(row db.Row) (Checkout, error) {
	var k Checkout
	var created int64
	err := row.Scan(&k.Conversion, &k.Provider, &k.Payment, &k.URL, &k.Outcome, &k.Reason, &k.Received, &k.Entry, &created)
	k.CreatedAt = time.UnixMicro(created).UTC()
	return k, err
}
