// SPDX-License-Identifier: AGPL-3.0-or-later

package conversion

import (
	"context"
	"database/sql"
	"time"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/db"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/membership"
	"github.com/noria-mlc/noria/ledger/money"
)

type cardDecisionNoun struct{}

// Prefix of a decision about a payment by card.
func (cardDecisionNoun) Prefix() string { return "cdn_" }

// CardDecisionID is the id of a decision about a payment by card.
type CardDecisionID = ident.ID[cardDecisionNoun]

// CardDeed is what is decided about a payment by card.
type CardDeed string

// The deeds. What moves euros or units is proposed by one person and approved by
// another one (D9).
const (
	CardCredit   CardDeed = "credit"   // its euros leave suspense and become units of a member
	CardReturned CardDeed = "returned" // its euros leave suspense: they went back to the payer at the provider
	CardNoted    CardDeed = "noted"    // somebody looked, and nothing is booked
)

// CardDecisionStatus says how far a decision is.
type CardDecisionStatus string

// The statuses of a decision.
const (
	CardProposed  CardDecisionStatus = "proposed"
	CardDone      CardDecisionStatus = "done"
	CardWithdrawn CardDecisionStatus = "withdrawn"
)

// CardDecision is what somebody decided about a payment by card.
type CardDecision struct {
	ID         CardDecisionID     `json:"id"`
	Provider   string             `json:"provider"`
	Payment    string             `json:"payment"`
	Deed       CardDeed           `json:"deed"`
	Holder     ident.Holder       `json:"holder,omitzero"` // who is credited
	Amount     money.Amount       `json:"amount_eur"`
	Odd        string             `json:"odd"` // why somebody had to look
	Note       string             `json:"note"`
	Status     CardDecisionStatus `json:"status"`
	Conversion ID                 `json:"conversion,omitzero"` // that credits, once done
	ProposedBy ident.User         `json:"proposed_by"`
	ProposedAt time.Time          `json:"proposed_at"`
	ClosedBy   ident.User         `json:"closed_by,omitzero"`
	ClosedAt   time.Time          `json:"closed_at,omitzero"`
}

// DecideCardInput is a decision about the payment of a conversion.
type DecideCardInput struct {
	Conversion ID           `json:"conversion"`
	Deed       CardDeed     `json:"deed"`
	Holder     ident.Holder `json:"holder,omitzero"` // of a credit: who; whoever asked where left out
	Note       string       `json:"note"`            // why, for whoever approves and for the audit
}

const (
	sqlInsertCardDecision = `INSERT INTO card_decisions (id, provider, payment, kind, holder, amount, odd, note, status, proposed_by, proposed_at, open)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'proposed', $9, $10, 1) ON CONFLICT (provider, payment, open) DO NOTHING`
	sqlCloseCardDecision = `UPDATE card_decisions SET status = $2, closed_by = $3, closed_at = $4, made = $5, open = NULL
		WHERE id = $1 AND status = 'proposed'`
	sqlCardDecisionColumns = `SELECT id, provider, payment, kind, holder, amount, odd, note, status, made, proposed_by, proposed_at, closed_by, closed_at
		FROM card_decisions `
	sqlCardDecision  = sqlCardDecisionColumns + `WHERE id = $1`
	sqlCardDecisions = sqlCardDecisionColumns + `
		WHERE ($1 = '' OR status = $1) AND ($2 = '' OR payment = $2) AND (id < $3 OR $3 IS NULL) ORDER BY id DESC LIMIT $4`
	// Whoever is credited by hand has the payment from then on: what its provider
	// takes back later is theirs.
	sqlMoveCheckout = `UPDATE checkouts SET conversion = $2 WHERE conversion = $1`
)

// allows says whether a deed is one for a checkout as it stands. Euros in
// suspense are credited or went back; about all else a person can only say that
// they looked, since the book holds no euros of it, or has credited them.
func (k Checkout) allows(d CardDeed) bool {
	if k.Reason == "" {
		return false
	}
	return (k.Outcome == CheckoutSuspense) == (d != CardNoted)
}

// DecideCard proposes to credit the euros of an odd payment by card to a member,
// or says that they went back to the payer at the provider; another person
// approves. Where nothing can be booked it says that somebody looked, at once. It
// returns ErrForbidden, ErrInvalid, ErrMissing, ErrCollectivity, ErrCardDeed for
// what this payment does not allow, and ErrCardDecided where a proposal is open.
func (s *Service) DecideCard(ctx context.Context, actor access.Actor, key string, in DecideCardInput) (CardDecision, bool, error) {
	var check fault.Check
	check.That(in.Deed == CardCredit || in.Deed == CardReturned || in.Deed == CardNoted, "/deed", "must be credit, returned or noted")
	check.That(in.Deed == CardCredit || in.Holder.IsZero(), "/holder", "goes with a credit only")
	check.That(printable(in.Note, 200), "/note", "must be 1 to 200 printable characters")
	return execute[CardDecision](ctx, s, ledger.Command{Actor: actor, Action: access.CheckoutDecide, Key: key, Input: in}, check.Err(),
		func(tx *ledger.Tx) (ident.Ref, error) {
			k, err := scanCheckout(tx.QueryRow(sqlCheckout, in.Conversion))
			if err != nil {
				return ident.Ref{}, found(err)
			}
			if !k.allows(in.Deed) {
				return ident.Ref{}, ErrCardDeed
			}
			d := CardDecision{ID: CardDecisionID{Bits: tx.NewID()}, Provider: k.Provider, Payment: k.Payment, Deed: in.Deed, Holder: in.Holder, Amount: k.Received,
				Odd: k.Reason, Note: in.Note, Status: CardProposed, ProposedBy: tx.Actor().ID, ProposedAt: tx.Now()}
			if err := d.address(tx, k); err != nil {
				return ident.Ref{}, err
			}
			if err := tx.Guard(ErrCardDecided, sqlInsertCardDecision, d.ID, d.Provider, d.Payment, string(d.Deed), d.Holder, d.Amount, d.Odd, d.Note,
				d.ProposedBy, d.ProposedAt.UnixMicro()); err != nil {
				return ident.Ref{}, err
			}
			if d.Deed == CardNoted {
				if err := k.resolve(tx, k.Outcome, k.Received); err != nil {
					return ident.Ref{}, err
				}
				return d.close(tx, CardDone)
			}
			return keep(tx, d, d.ID.Ref())
		})
}

// address finds out who a credit is for.
func (d *CardDecision) address(tx *ledger.Tx, k Checkout) error {
	if d.Deed != CardCredit {
		return nil
	}
	if d.Holder.IsZero() {
		c, err := conversionOf(tx, k.Conversion, tx.Now())
		if err != nil {
			return err
		}
		d.Holder = c.Holder
	}
	h, err := tx.Holder(d.Holder)
	if err == nil && h.Kind == ledger.Collectivity {
		err = ErrCollectivity
	}
	return err
}

// resolve notes that nobody needs to look at a checkout any more.
func (k *Checkout) resolve(tx *ledger.Tx, is CheckoutOutcome, received money.Amount) error {
	was := k.Outcome
	k.Outcome, k.Reason, k.Received = is, "", received
	return tx.Guard(ErrCardDecided, sqlSetCheckout, k.Conversion, string(was), string(is), k.Reason, received, k.Entry, tx.Now().UnixMicro())
}

// close ends a decision.
func (d *CardDecision) close(tx *ledger.Tx, is CardDecisionStatus) (ident.Ref, error) {
	d.Status, d.ClosedBy, d.ClosedAt = is, tx.Actor().ID, tx.Now()
	if err := tx.Guard(ErrCardDecided, sqlCloseCardDecision, d.ID, string(is), d.ClosedBy, d.ClosedAt.UnixMicro(), d.Conversion); err != nil {
		return ident.Ref{}, err
	}
	return keep(tx, *d, d.ID.Ref())
}

// ApproveCard carries a decision out, as another person than who proposed it and
// than who is credited (D9). A credit has the bonus of that day (P12) and needs a
// membership (L9). It returns ErrForbidden, ErrMissing, ErrSamePerson,
// ErrCardDecided where it is closed or the provider settled the payment meanwhile,
// ErrInsufficientFunds where the provider's account was emptied, and what Convert
// returns of members.
func (s *Service) ApproveCard(ctx context.Context, actor access.Actor, key string, id CardDecisionID) (CardDecision, bool, error) {
	return execute[CardDecision](ctx, s, ledger.Command{Actor: actor, Action: access.CheckoutApprove, Key: key, Input: id}, nil,
		func(tx *ledger.Tx) (ident.Ref, error) {
			d, err := scanCardDecision(tx.QueryRow(sqlCardDecision, id))
			if err != nil {
				return ident.Ref{}, found(err)
			}
			if d.Status != CardProposed {
				return ident.Ref{}, ErrCardDecided
			}
			if d.ProposedBy == tx.Actor().ID || d.Deed == CardCredit && d.Holder == tx.Actor().Holder {
				return ident.Ref{}, ErrSamePerson
			}
			k, err := scanCheckout(tx.QueryRow(sqlCheckoutByPayment, d.Provider, d.Payment))
			if err != nil {
				return ident.Ref{}, found(err)
			}
			if !k.allows(d.Deed) || k.Received != d.Amount {
				return ident.Ref{}, ErrCardDecided
			}
			if d.Deed == CardReturned {
				if _, err := tx.Reverse(k.Entry); err != nil {
					return ident.Ref{}, err
				}
				if err := k.resolve(tx, CheckoutRefunded, 0); err != nil {
					return ident.Ref{}, err
				}
				return d.close(tx, CardDone)
			}
			if d.Conversion, err = k.credit(tx, d.Holder); err != nil {
				return ident.Ref{}, err
			}
			return d.close(tx, CardDone)
		})
}

// credit turns the euros of a payment into units of a holder: by its own
// conversion where that awaits them still and is theirs, else by another one,
// which the payment belongs to from then on. The euros leave suspense last, so
// that the provider's account never holds less than it did.
func (k *Checkout) credit(tx *ledger.Tx, h ident.Holder) (ID, error) {
	c, err := conversionOf(tx, k.Conversion, tx.Now())
	if err != nil {
		return ID{}, err
	}
	if c.Holder == h && c.Status != Settled && c.Status != Reversed {
		if c.stored == AwaitingEuros {
			if err := c.giveBack(tx, sqlUnreserve); err != nil {
				return ID{}, err
			}
		}
		c.Euros = k.Received
		err = c.settleAnew(tx, transferred{account: ledger.Provider(k.Provider), reference: k.Payment})
	} else {
		c, err = k.convert(tx, h)
	}
	if err != nil {
		return ID{}, err
	}
	if _, err := tx.Reverse(k.Entry); err != nil {
		return ID{}, err
	}
	if err := k.resolve(tx, CheckoutCredited, k.Received); err != nil {
		return ID{}, err
	}
	if c.ID != k.Conversion {
		err = k.move(tx, c.ID)
	}
	return c.ID, err
}

// move gives a payment to another conversion. Its own one awaits nothing any more:
// there is no page left on which it could be paid.
func (k *Checkout) move(tx *ledger.Tx, to ID) error {
	was, err := conversionOf(tx, k.Conversion, tx.Now())
	if err != nil {
		return err
	}
	if was.stored == AwaitingEuros {
		if err := was.close(tx, Cancelled); err != nil {
			return err
		}
	}
	return tx.Guard(ErrCardDecided, sqlMoveCheckout, k.Conversion, to)
}

// convert makes a conversion of the euros of a payment, and settles it.
func (k *Checkout) convert(tx *ledger.Tx, id ident.Holder) (Conversion, error) {
	t, err := opened(tx)
	if err != nil {
		return Conversion{}, err
	}
	h, err := tx.Holder(id)
	if err != nil {
		return Conversion{}, err
	}
	if err := membership.Check(tx.QueryRow, h.ID, tx.Today()); err != nil {
		return Conversion{}, err
	}
	offers, err := offersOn(tx, h.ID, tx.Today())
	if err != nil {
		return Conversion{}, err
	}
	q, err := quoted(QuoteInput{Euros: k.Received, Kind: h.Kind, Day: tx.Today(), Offers: offers})
	if err != nil {
		return Conversion{}, err
	}
	c := Conversion{ID: ID{Bits: tx.NewID()}, Status: AwaitingEuros, Holder: h.ID, Wallet: h.Wallet(), Channel: ByCard, Account: ledger.Provider(k.Provider),
		Euros: q.Euros, Bonus: q.Bonus, Credited: q.Credited, Campaign: q.Campaign, Reasons: q.Reasons, CreatedAt: tx.Now(), ExpiresAt: tx.Now().Add(cardPatience)}
	if err := c.take(tx, offers); err != nil {
		return Conversion{}, err
	}
	if err := c.insert(tx, t.code); err != nil {
		return Conversion{}, err
	}
	return c, c.settle(tx, transferred{account: c.Account, reference: k.Payment})
}

// WithdrawCard takes a proposal back, or turns it down. It returns ErrForbidden,
// ErrMissing and ErrCardDecided.
func (s *Service) WithdrawCard(ctx context.Context, actor access.Actor, key string, id CardDecisionID) (CardDecision, bool, error) {
	return execute[CardDecision](ctx, s, ledger.Command{Actor: actor, Action: access.CheckoutWithdraw, Key: key, Input: id}, nil,
		func(tx *ledger.Tx) (ident.Ref, error) {
			d, err := scanCardDecision(tx.QueryRow(sqlCardDecision, id))
			if err != nil {
				return ident.Ref{}, found(err)
			}
			return d.close(tx, CardWithdrawn)
		})
}

// CardDecisionFilter says which decisions to list, those of a status and of a
// payment, any where they are empty, made before one of them where it is given.
type CardDecisionFilter struct {
	Status  CardDecisionStatus
	Payment string
	Before  CardDecisionID
	Limit   int
}

// CardDecisions lists decisions about payments by card, newest first. It returns
// ErrForbidden.
func (v *View) CardDecisions(ctx context.Context, actor access.Actor, f CardDecisionFilter) ([]CardDecision, error) {
	if err := access.Allow(actor, access.CheckoutRead, ident.Holder{}); err != nil {
		return nil, err
	}
	list, err := v.committed(ctx).Query(sqlCardDecisions, string(f.Status), f.Payment, f.Before, limit(f.Limit))
	return collect(list, err, scanCardDecision)
}

// CardDecision reads one of them. It returns ErrForbidden and ErrMissing.
func (v *View) CardDecision(ctx context.Context, actor access.Actor, id CardDecisionID) (CardDecision, error) {
	if err := access.Allow(actor, access.CheckoutRead, ident.Holder{}); err != nil {
		return CardDecision{}, err
	}
	d, err := scanCardDecision(v.committed(ctx).QueryRow(sqlCardDecision, id))
	return d, found(err)
}

func scanCardDecision(row db.Row) (CardDecision, error) {
	var d CardDecision
	var proposed int64
	var closed sql.NullInt64
	err := row.Scan(&d.ID, &d.Provider, &d.Payment, &d.Deed, &d.Holder, &d.Amount, &d.Odd, &d.Note, &d.Status, &d.Conversion,
		&d.ProposedBy, &proposed, &d.ClosedBy, &closed)
	d.ProposedAt = time.UnixMicro(proposed).UTC()
	if closed.Valid {
		d.ClosedAt = time.UnixMicro(closed.Int64).UTC()
	}
	return d, err
}
