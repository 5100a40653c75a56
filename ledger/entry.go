// SPDX-License-Identifier: AGPL-3.0-or-later

package ledger

import (
	"crypto/sha256"
	"encoding/binary"
	"hash"
	"time"

	"github.com/noria-mlc/noria/ledger/civil"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
)

// Kind says why an entry was made.
type Kind string

// The kinds of entry.
const (
	KindConversion  Kind = "conversion"  // euros in, units issued
	KindReversal    Kind = "reversal"    // the opposite of an earlier entry (B2)
	KindFunding     Kind = "funding"     // euros received from a collectivité
	KindPayment     Kind = "payment"     // units from holder to holder
	KindRefund      Kind = "refund"      // units back for a payment
	KindReservation Kind = "reservation" // units handed in, held
	KindRelease     Kind = "release"     // held units given back
	KindRedemption  Kind = "redemption"  // units retired, euros out
	KindPayout      Kind = "payout"      // euros of a collectivité become units of a payee
	KindReturn      Kind = "return"      // euros of a refused line, owed back
	KindTransfer    Kind = "transfer"    // euros between the association's own accounts
	KindPledge      Kind = "pledge"      // euros that a funder signed and did not pay yet, or their lapse (G4)
	KindUnspent     Kind = "unspent"     // bonus money sent back to its funder
	KindChargeback  Kind = "chargeback"  // euros that the bank took back, with the units that are left (G6)
	KindRecovery    Kind = "recovery"    // units of a later credit against what a holder owes (G6)
	KindWaiver      Kind = "waiver"      // what a holder owes, given up (G6)
	KindExchange    Kind = "exchange"    // notes become digital units, or the other way round (G2)
	KindDues        Kind = "dues"        // euros of a membership, income of the association (P11)
	KindGift        Kind = "gift"        // euros of the issuer become units of an association
	KindFonte       Kind = "fonte"       // a share of idle units for an association, by a voted rule (L12)
)

// converts says whether entries of this kind may issue or retire units.
func (k Kind) converts() bool {
	switch k {
	case KindConversion, KindRedemption, KindPayout, KindReversal, KindChargeback, KindRecovery, KindExchange, KindGift:
		return true
	}
	return false
}

// Draft is an entry that a command wants to post.
type Draft struct {
	Kind      Kind
	BookedOn  civil.Date // value date; zero means the day of the command
	Postings  []Posting
	Reverses  ident.Entry // the entry that this one corrects or refunds, if any
	Message   string      // words of the payer; outside the hash chain, may be forgotten (D6)
	Reference string      // the caller's own reference; likewise
}

// Entry is one balanced, dated, attributed change as it stands in the journal.
type Entry struct {
	Seq       int64 // number in the journal, without gap, in commit order
	ID        ident.Entry
	Kind      Kind
	At        time.Time // UTC, microseconds, never before the entry before it
	BookedOn  civil.Date
	Command   int64       // number of the command that made it
	Reverses  ident.Entry // zero for none
	Lines     []Line
	Message   string
	Reference string
	Hash      [sha256.Size]byte

	reverses int64 // number of Reverses
	first    int64 // number of the first posting
}

// chain computes the hash of an entry from the one before it. Everything that
// an auditor may rely on is covered: number, id, kind, instants, the command
// with its actor and action, the entry it reverses, and each posting's accounts
// by code with the amount and both balances afterwards.
type chain struct {
	hash hash.Hash
	buf  []byte
}

func newChain() *chain { return &chain{hash: sha256.New(), buf: make([]byte, 0, 512)} }

func (c *chain) number(n int64) { c.buf = binary.BigEndian.AppendUint64(c.buf, uint64(n)) }

func (c *chain) text(s string) {
	c.buf = binary.BigEndian.AppendUint32(c.buf, uint32(len(s)))
	c.buf = append(c.buf, s...)
}

// next returns the hash of e after the entry whose hash is before.
func (c *chain) next(before [sha256.Size]byte, e *Entry, actor ident.User, action string) [sha256.Size]byte {
	c.buf = append(c.buf[:0], "noria entry v1\n"...)
	c.buf = append(c.buf, before[:]...)
	c.number(e.Seq)
	c.buf = append(c.buf, e.ID.Bits[:]...)
	c.text(string(e.Kind))
	c.number(e.At.UnixMicro())
	c.number(int64(e.BookedOn))
	c.number(e.Command)
	c.buf = append(c.buf, actor.Bits[:]...)
	c.text(action)
	c.number(e.reverses)
	c.number(int64(len(e.Lines)))
	for i := range e.Lines {
		l := &e.Lines[i]
		c.number(l.ID)
		c.text(string(l.Debit))
		c.text(string(l.Credit))
		c.number(int64(l.Amount))
		c.number(int64(l.DebitBalance))
		c.number(int64(l.CreditBalance))
	}
	c.hash.Reset()
	c.hash.Write(c.buf)
	var sum [sha256.Size]byte
	c.hash.Sum(sum[:0])
	return sum
}

// Amount returns the sum of the entry's postings in a unit.
func (e *Entry) Amount(unit money.Unit) money.Amount {
	var total money.Amount
	for _, l := range e.Lines {
		if l.Unit == unit {
			total += l.Amount
		}
	}
	return total
}
