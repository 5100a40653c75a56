// SPDX-License-Identifier: AGPL-3.0-or-later

package conversion

import (
	"context"
	"errors"
	"time"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/civil"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/membership"
	"github.com/noria-mlc/noria/ledger/money"
)

type conversionNoun struct{}

// Prefix of a conversion's id.
func (conversionNoun) Prefix() string { return "cnv_" }

// ID is the id of a conversion.
type ID = ident.ID[conversionNoun]

// Channel is the way by which the euros come.
type Channel string

// The channels. Each has an own function that brings the euros: Convert for those
// of a desk, Settle, SettleCard, and the runs of direct debits.
const (
	AtDesk     Channel = "desk"     // cash at an exchange desk, settled at once
	ByTransfer Channel = "transfer" // a bank transfer, awaited
	ByCard     Channel = "card"     // a payment at a card provider
	ByDebit    Channel = "debit"    // a SEPA direct debit under a mandate
)

// Means is how the euros of a conversion at a desk were handed over.
type Means string

// The means. One that is not told is cash.
const (
	Cash   Means = "cash"
	Cheque Means = "cheque"
	Card   Means = "card" // the card terminal of the desk
)

// Status is how far a conversion is.
type Status string

// The statuses of a conversion.
const (
	Settled       Status = "settled"        // the units are in the wallet
	AwaitingEuros Status = "awaiting_euros" // its bonus is reserved, no unit exists
	Expired       Status = "expired"        // the euros did not come in time
	Cancelled     Status = "cancelled"
	Reversed      Status = "reversed" // was settled; the whole was taken back
)

// Payee is where the euros of a transfer go: a compte dédié.
type Payee struct {
	Name string `json:"name"`
	IBAN string `json:"iban"`
	BIC  string `json:"bic,omitempty"`
}

// Conversion is euros that become units, at par, and the bonus that comes with
// them.
type Conversion struct {
	ID            ID             `json:"id"`
	Status        Status         `json:"status"`
	Holder        ident.Holder   `json:"holder"`
	Wallet        ident.Wallet   `json:"wallet"`
	Channel       Channel        `json:"channel"`
	Means         Means          `json:"means,omitempty"` // at a desk, where it was told
	Euros         money.Amount   `json:"euros"`
	Bonus         money.Amount   `json:"bonus"`
	Credited      money.Amount   `json:"credited"`
	Campaign      CampaignID     `json:"campaign,omitzero"`
	Reasons       []Reason       `json:"reasons,omitempty"` // why the bonus is what it is; when made only
	Reference     string         `json:"reference"`         // what the payer writes on the transfer
	Account       ledger.Account `json:"account"`           // the till or compte dédié that receives the euros
	Pay           *Payee         `json:"pay,omitempty"`     // while a transfer is awaited
	ExpiresAt     time.Time      `json:"expires_at,omitzero"`
	BankReference string         `json:"bank_reference,omitempty"`
	Reason        string         `json:"reason,omitempty"`  // why it was cancelled or reversed
	Entry         ident.Entry    `json:"entry,omitzero"`    // the entry that issued the units
	Reversal      ident.Entry    `json:"reversal,omitzero"` // the entry that took them back
	CreatedAt     time.Time      `json:"created_at"`
	ClosedAt      time.Time      `json:"closed_at,omitzero"` // settled, cancelled, expired or reversed

	stored    Status     // without regard to the time
	period    string     // in which its bonus counts against the ceiling
	createdBy ident.User // who asked
	household string     // whose ceiling the bonus counts against, "" where none was recorded
	payer     string     // digest of the account that pays, "" where it is not known
}

// ConvertInput asks for a conversion. Desk is the slug of the desk that takes
// the cash; it may be left out where there is one only. Expect is what the person
// was told they would be credited with; zero expects nothing.
type ConvertInput struct {
	Holder  ident.Holder `json:"holder"`
	Euros   money.Amount `json:"euros"`
	Channel Channel      `json:"channel"`
	Desk    string       `json:"desk,omitempty"`
	Expect  money.Amount `json:"expect,omitempty"`
	Means   Means        `json:"means,omitempty"` // at a desk only
	// Provider is who takes the card: set by ops/provider, never by callers.
	Provider string `json:"provider,omitempty"`

	PayerIBAN string `json:"payer_iban,omitempty"` // the account that pays, where it is known: a ceiling may be its own (P12)
}

// QuoteRequest asks what a conversion would give now.
type QuoteRequest struct {
	Holder ident.Holder
	Euros  money.Amount
}

// Quote tells what a conversion would give now; nothing is reserved. It returns
// ErrForbidden, ErrMissing, ErrInvalid, ErrNotOpen and ErrCollectivity.
func (v *View) Quote(ctx context.Context, actor access.Actor, in QuoteRequest) (Quoted, error) {
	h, err := v.converter(ctx, actor, access.ConversionQuote, in)
	if err != nil {
		return Quoted{}, err
	}
	if _, err := v.Currency(ctx); err != nil {
		return Quoted{}, err
	}
	day := civil.Of(v.now())
	offers, err := offersOn(v.committed(ctx), h.ID, day)
	if err != nil {
		return Quoted{}, err
	}
	q, err := quoted(QuoteInput{Euros: in.Euros, Kind: h.Kind, Day: day, Offers: offers})
	if err != nil || q.Campaign.IsZero() {
		return q, err
	}
	for i := range offers {
		if offers[i].Campaign.ID != q.Campaign {
			continue
		}
		funder, err := v.journal.Holder(ctx, offers[i].Campaign.Funder)
		if err != nil {
			return Quoted{}, err
		}
		q.Funder = funder.Name
	}
	return q, nil
}

// quoted is Quote, or ErrInvalid where the units would be more than can be
// written: what is booked must be answered.
func quoted(in QuoteInput) (Quoted, error) {
	q := Quote(in)
	if !payable(q.Credited) {
		return Quoted{}, fault.ErrInvalid.At("/euros", "must be less: with the bonus the units would exceed 999999999.99")
	}
	return q, nil
}

// converter returns the holder who converts, after the checks that quoting and
// converting share. The kind of a holder never changes, so it can be read
// before the command.
func (v *View) converter(ctx context.Context, actor access.Actor, action access.Action, in QuoteRequest) (ledger.Holder, error) {
	if err := access.Allow(actor, action, in.Holder); err != nil {
		return ledger.Holder{}, err
	}
	if !payable(in.Euros) {
		return ledger.Holder{}, fault.ErrInvalid.At("/euros", "must be 0.01 or more")
	}
	h, err := v.journal.Holder(ctx, in.Holder)
	if err != nil {
		return ledger.Holder{}, err
	}
	if h.Kind == ledger.Collectivity {
		return ledger.Holder{}, ErrCollectivity
	}
	return h, nil
}

// action is what an actor must be allowed to do for a channel.
func (c Channel) action() (access.Action, error) {
	switch c {
	case AtDesk:
		return access.ConversionDesk, nil
	case ByTransfer, ByCard, ByDebit:
		return access.ConversionTransfer, nil
	}
	return "", fault.ErrInvalid.At("/channel", "must be desk, transfer, card or debit")
}

// Convert makes a conversion. At a desk the euros are there and the units are
// issued at once; by transfer the bonus is reserved, from the budget and from
// the person's ceiling, until the euros come or the time is over. The quote is
// computed within the command, so budget and ceilings are kept to the cent
// whatever happens at the same time (P12).
//
// It returns ErrForbidden, ErrInvalid, ErrMissing, ErrNotOpen, ErrCollectivity,
// ErrDeskMissing, ErrChannel for a channel that is not offered, membership.ErrEnded
// for somebody who is no member any more (L9), and
// ErrQuoteChanged where Expect was stated and is not what would be credited.
func (s *Service) Convert(ctx context.Context, actor access.Actor, key string, in ConvertInput) (Conversion, bool, error) {
	action, err := in.Channel.action()
	if err != nil {
		return Conversion{}, false, err
	}
	h, err := s.converter(ctx, actor, action, QuoteRequest{Holder: in.Holder, Euros: in.Euros})
	if err != nil {
		return Conversion{}, false, err
	}
	if !in.offered() {
		return Conversion{}, false, ErrChannel
	}
	if in.Means != "" && (in.Channel != AtDesk || in.Means != Cash && in.Means != Cheque && in.Means != Card) {
		return Conversion{}, false, fault.ErrInvalid.At("/means", "must be cash, cheque or card, at a desk")
	}
	return execute[Conversion](ctx, s, ledger.Command{Actor: actor, Action: action, Owner: in.Holder, Key: key, Input: in,
		Accounts: []ledger.Account{ledger.Backing(ledger.Digital), ledger.Issued(ledger.Digital), ledger.Wallet(in.Holder)}}, nil,
		func(tx *ledger.Tx) (ident.Ref, error) { return convert(tx, h, in) })
}

// convert is the part of Convert inside the door.
func convert(tx *ledger.Tx, h ledger.Holder, in ConvertInput) (ident.Ref, error) {
	t, err := opened(tx)
	if err != nil {
		return ident.Ref{}, err
	}
	if err := membership.Check(tx.QueryRow, h.ID, tx.Today()); err != nil {
		return ident.Ref{}, err
	}
	offers, err := offersOn(tx, h.ID, tx.Today())
	if err == nil {
		err = paidFrom(tx, offers, in.PayerIBAN, tx.Today())
	}
	if err != nil {
		return ident.Ref{}, err
	}
	q, err := quoted(QuoteInput{Euros: in.Euros, Kind: h.Kind, Day: tx.Today(), Offers: offers})
	if err != nil {
		return ident.Ref{}, err
	}
	if in.Expect != 0 && in.Expect != q.Credited {
		return ident.Ref{}, ErrQuoteChanged
	}
	c := Conversion{
		ID: ID{Bits: tx.NewID()}, Status: AwaitingEuros, Holder: h.ID, Wallet: h.Wallet(), Channel: in.Channel, Means: in.Means,
		Euros: q.Euros, Bonus: q.Bonus, Credited: q.Credited, Campaign: q.Campaign, Reasons: q.Reasons, CreatedAt: tx.Now(),
	}
	switch in.Channel {
	case AtDesk:
		desk, err := deskNamed(tx, in.Desk)
		if err != nil {
			return ident.Ref{}, err
		}
		c.Account = desk.Account
	case ByCard:
		c.Account, c.ExpiresAt = ledger.Provider(in.Provider), tx.Now().Add(cardPatience)
	default:
		bank, err := dedicated(tx, "")
		if err != nil {
			return ident.Ref{}, err
		}
		c.Account, c.Pay = bank.Account, &Payee{Name: bank.HolderName, IBAN: bank.IBAN, BIC: bank.BIC}
		c.ExpiresAt = (tx.Today() + civil.Date(t.transferDays)).End()
	}
	if err := c.take(tx, offers); err != nil {
		return ident.Ref{}, err
	}
	if err := c.insert(tx, t.code); err != nil {
		return ident.Ref{}, err
	}
	if in.Channel == AtDesk {
		if err := c.settle(tx, transferred{account: c.Account}); err != nil {
			return ident.Ref{}, err
		}
	}
	return keep(tx, c, c.ID.Ref())
}

// insert writes the awaiting conversion under a fresh reference.
func (c *Conversion) insert(tx *ledger.Tx, code string) error {
	for range 20 {
		reference, err := newReference(tx, code)
		if err != nil {
			return err
		}
		inserted, err := tx.Exec(sqlInsertConversion, c.ID, reference, c.Holder, string(c.Channel), c.Euros, c.Bonus, c.Campaign,
			c.period, string(c.Account), tx.Actor().ID, c.CreatedAt.UnixMicro(), micros(c.ExpiresAt), string(c.Means), c.household, c.payer)
		if err != nil {
			return err
		}
		if inserted == 1 {
			c.Reference = reference
			return nil
		}
	}
	return errors.New("no free reference was found in twenty draws")
}

// transferred says where euros came to, under which reference of the bank and
// with which value date, where it gave them.
type transferred struct {
	account   ledger.Account
	reference string
	on        civil.Date
}

// settle issues the units of an awaiting conversion from where the euros came
// to; its bonus was reserved before (rules L8 and G4: principal and bonus are
// legs of their own).
func (c *Conversion) settle(tx *ledger.Tx, euros transferred) error {
	postings := Issue(euros.account, c.Holder, c.Euros)
	if c.Bonus > 0 {
		if err := tx.Guard(ErrBudgetExhausted, sqlGrant, c.Campaign, c.Bonus); err != nil {
			return err
		}
		postings = append(postings, Issue(ledger.GrantOf(c.Campaign.String()), c.Holder, c.Bonus)...)
		tx.Touch(c.Campaign.Ref())
	}
	e, err := tx.Post(ledger.Draft{Kind: ledger.KindConversion, BookedOn: euros.on, Postings: postings, Reference: c.Reference})
	if err != nil {
		return err
	}
	if c.Bonus > 0 {
		if err := bear(tx, c.Holder, c.Bonus); err != nil {
			return err
		}
	}
	c.Status, c.Account, c.BankReference, c.Entry, c.ClosedAt, c.Pay = Settled, euros.account, euros.reference, e.ID, tx.Now(), nil
	return tx.Guard(ErrConversionSettled, sqlSettleConversion, c.ID, string(euros.account), euros.reference, e.ID, tx.Now().UnixMicro(), tx.Today())
}
