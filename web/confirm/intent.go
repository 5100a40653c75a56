// SPDX-License-Identifier: AGPL-3.0-or-later

package confirm

import (
	"context"
	"crypto/rand"
	"errors"
	"time"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/db"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
	"github.com/noria-mlc/noria/merchant"
	"github.com/noria-mlc/noria/web/session"
)

// lifetime is how long an intent can be confirmed.
const lifetime = 5 * time.Minute

// What is kept of intents that nobody confirmed: for a day, so that a page that
// comes back late is told the truth; and not more open ones than anybody needs,
// so that payees are not listed by trying (rule D2).
const (
	kept     = 24 * time.Hour
	mostOpen = 50
)

type intentNoun struct{}

// Prefix of an intent's id.
func (intentNoun) Prefix() string { return "int_" }

// ID is the id of an intent.
type ID = ident.ID[intentNoun]

// Kind says what is confirmed.
type Kind string

// The kinds of intent.
const (
	Payment    Kind = "payment"    // to a wallet, a number or a merchant's code
	Request    Kind = "request"    // of a merchant's request
	Redemption Kind = "redemption" // of units into euros
	Notes      Kind = "notes"      // units are held until a desk hands notes over
)

// Status is where an intent stands.
type Status string

// The statuses of an intent.
const (
	Open    Status = "open"
	Expired Status = "expired" // nothing moved, and nothing will
	Done    Status = "done"    // confirmed, and posted
)

// Wish is what somebody wants to be asked to confirm.
type Wish struct {
	Kind    Kind               `json:"kind"`
	From    ident.Wallet       `json:"from,omitzero"`    // the caller's own, or their organisation's, where absent
	To      string             `json:"to,omitempty"`     // of a payment: as merchant.PayInput has it
	Request merchant.RequestID `json:"request,omitzero"` // of a request
	Amount  money.Amount       `json:"amount,omitempty"` // of a request: refused where it asks for another
	Message string             `json:"message,omitempty"`
	Notes   *Asked             `json:"notes,omitempty"` // of notes: which, and at which desk; their amount is what they are worth
}

// Intent is what somebody is asked to confirm.
type Intent struct {
	Statement
	Name      string // of the payee, as it is shown
	Message   string
	Digest    Digest
	CreatedAt time.Time
	Status    Status
	Entry     ident.Entry // once done

	handle string
	salt   [16]byte
	made   ident.Bits // the payment, redemption or withdrawal, once done
}

// pays says whether an intent of this kind becomes a payment to somebody.
func (k Kind) pays() bool { return k == Payment || k == Request }

// Payment returns the payment that a confirmed intent became, and a zero id for
// another intent or one that is not done.
func (i Intent) Payment() merchant.PaymentID {
	if !i.Kind.pays() {
		return merchant.PaymentID{}
	}
	return merchant.PaymentID{Bits: i.made}
}

// Redemption returns the redemption that a confirmed intent became, and a zero id
// for another intent or one that is not done.
func (i Intent) Redemption() conversion.RedemptionID {
	if i.Kind != Redemption {
		return conversion.RedemptionID{}
	}
	return conversion.RedemptionID{Bits: i.made}
}

// Prepare makes the intent of a wish; nothing moves. It says whether an earlier
// call with this key made it; it is then told as it was made. It returns
// ErrRequired for somebody who cannot confirm, ErrTooMany, ErrExpired for a key
// of long ago, what merchant.RecapPayment, merchant.RecapRequest,
// conversion.QuoteRedemption or paper.PreviewAsk return, conversion.ErrNotOpen, and what
// ledger.Execute returns.
func (s *Service) Prepare(ctx context.Context, p session.Principal, key string, w Wish) (Intent, bool, error) {
	if err := s.person(ctx, p); err != nil {
		return Intent{}, false, err
	}
	drawn, closed := s.recap(ctx, p.Actor, w)
	if closed != nil && drawn.Payer.IsZero() {
		return Intent{}, false, closed
	}
	drawn.User = p.Actor.ID
	command := ledger.Command{Actor: p.Actor, Action: access.IntentCreate, Owner: ident.HolderOf(drawn.Payer), Key: key, Input: w}
	out, err := s.ledger.Execute(ctx, command, func(tx *ledger.Tx) (ident.Ref, error) {
		if closed != nil { // a request that was open when this key was used first
			return ident.Ref{}, closed
		}
		i := drawn
		err := i.insert(tx)
		return i.Intent.Ref(), err
	})
	if err != nil {
		return Intent{}, false, err
	}
	i, err := s.Intent(ctx, p, ID{Bits: out.Ref.Bits})
	if errors.Is(err, ledger.ErrForbidden) {
		return Intent{}, true, ErrExpired // long ago: it was forgotten
	}
	if out.Replayed { // a repeated key is answered alike: the present is what Intent tells
		i.Status, i.Entry, i.made = Open, ident.Entry{}, ident.Bits{}
	}
	return i, out.Replayed, err
}

// recap finds out what a wish would do, as it is to be shown.
func (s *Service) recap(ctx context.Context, actor access.Actor, w Wish) (Intent, error) {
	c, err := s.conversion.Currency(ctx)
	if err != nil {
		return Intent{}, err
	}
	i := Intent{Statement: Statement{Kind: w.Kind, Currency: c.Code}}
	var check fault.Check
	check.That((w.To != "") == (w.Kind == Payment), "/to", "must be there for a payment, and for nothing else")
	check.That(w.Request.IsZero() == (w.Kind != Request), "/request", "must be there for a request, and for nothing else")
	check.That(w.Message == "" || w.Kind == Payment, "/message", "goes with a payment only")
	check.That((w.Notes != nil) == (w.Kind == Notes), "/notes", "must be there for notes, and for nothing else")
	check.That(w.Amount == 0 || w.Kind != Notes, "/amount", "is what the notes are worth")
	if err := check.Err(); err != nil {
		return Intent{}, err
	}
	switch w.Kind {
	case Payment:
		r, err := s.merchant.RecapPayment(ctx, actor, merchant.PayInput{From: w.From, To: w.To, Amount: w.Amount, Message: w.Message})
		return i.showing(r, w.Message), err
	case Request:
		r, err := s.merchant.RecapRequest(ctx, actor, w.Request, merchant.PayRequestInput{From: w.From, ExpectAmount: w.Amount})
		i.Request = w.Request
		return i.showing(r, ""), err
	case Redemption:
		r, err := s.conversion.QuoteRedemption(ctx, actor, conversion.RequestRedemptionInput{Holder: owner(actor, access.RedemptionRequest, w.From), Amount: w.Amount})
		i.Payer, i.Amount, i.Euros, i.Name = r.Wallet, r.Amount, r.Euros, c.Issuer.Name
		return i, err
	case Notes:
		return s.recapNotes(ctx, actor, i, w)
	}
	return Intent{}, fault.ErrInvalid.At("/kind", "must be payment, request, redemption or notes")
}

func (i Intent) showing(r merchant.Recap, message string) Intent {
	i.Payer, i.Payee, i.Statement.Merchant, i.Amount = r.From, r.To.Wallet, r.To.Merchant, r.Amount
	i.handle, i.Name, i.Message = r.To.Handle, r.To.Name, message
	return i
}

// owner returns whose units an action is about: the holder of the wallet that was
// named, else the actor, else the one organisation the actor takes it for.
func owner(actor access.Actor, action access.Action, from ident.Wallet) ident.Holder {
	if !from.IsZero() {
		return ident.HolderOf(from)
	}
	found := actor.Holder
	if access.Allow(actor, action, found) == nil {
		return found
	}
	for _, g := range actor.Grants {
		if g.Organisation.IsZero() || access.Allow(actor, action, g.Organisation) != nil || g.Organisation == found {
			continue
		}
		if found != actor.Holder {
			return actor.Holder
		}
		found = g.Organisation
	}
	return found
}

// insert writes a new intent, and forgets those of its user that nobody
// confirmed.
func (i *Intent) insert(tx *ledger.Tx) error {
	now := tx.Now()
	if _, err := tx.Exec(sqlForgetIntents, i.User, now.Add(-kept).UnixMicro()); err != nil {
		return err
	}
	var open int
	if err := tx.QueryRow(sqlOpenIntents, i.User, now.UnixMicro()).Scan(&open); err != nil {
		return err
	}
	if open >= mostOpen {
		return ErrTooMany
	}
	for _, b := range [][]byte{i.Nonce[:], i.salt[:]} {
		if _, err := rand.Read(b); err != nil {
			return err
		}
	}
	i.Intent, i.CreatedAt, i.ExpiresAt = ID{Bits: tx.NewID()}, now, now.Add(lifetime)
	i.Statement.Name, i.Statement.Message = HashText(i.salt, i.Name), HashText(i.salt, i.Message)
	i.Digest = i.Statement.Digest()
	_, err := tx.Exec(sqlInsertIntent, i.Intent, i.User, string(i.Kind), i.Payer, i.Payee, i.Statement.Merchant, i.Request, i.handle, i.Name, i.Message,
		i.salt[:], i.Amount, i.Euros, i.Currency, i.Nonce[:], i.Digest[:], i.CreatedAt.UnixMicro(), i.ExpiresAt.UnixMicro())
	return err
}

// Intent tells where an intent stands, to its own user: the truth for a page
// whose connection was cut. It returns ledger.ErrForbidden for everybody else,
// whether the intent exists or not (rule D2).
func (s *Service) Intent(ctx context.Context, p session.Principal, id ID) (Intent, error) {
	i, err := scanIntent(committed{ctx, s.ledger}.QueryRow(sqlIntent, id))
	if missing(err) || (err == nil && i.User != p.Actor.ID) {
		return Intent{}, ledger.ErrForbidden
	}
	if i.Status == Open && !s.ledger.Now().Before(i.ExpiresAt) {
		i.Status = Expired
	}
	return i, err
}

func scanIntent(r db.Row) (Intent, error) {
	var i Intent
	var salt, nonce, digest, made []byte
	var created, expires int64
	err := r.Scan(&i.Intent, &i.User, &i.Kind, &i.Payer, &i.Payee, &i.Statement.Merchant, &i.Request, &i.handle, &i.Name, &i.Message,
		&salt, &i.Amount, &i.Euros, &i.Currency, &nonce, &digest, &created, &expires, &i.Entry, &made)
	if err != nil {
		return Intent{}, err
	}
	copy(i.salt[:], salt)
	copy(i.Nonce[:], nonce)
	copy(i.Digest[:], digest)
	copy(i.made[:], made)
	i.CreatedAt, i.ExpiresAt, i.Status = time.UnixMicro(created).UTC(), time.UnixMicro(expires).UTC(), Open
	i.Statement.Name, i.Statement.Message = HashText(i.salt, i.Name), HashText(i.salt, i.Message)
	if !i.Entry.IsZero() {
		i.Status = Done
	}
	return i, nil
}
