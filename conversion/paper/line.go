// SPDX-License-Identifier: AGPL-3.0-or-later

package paper

import (
	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/money"
	"strconv"
)

// Place is where notes are.
type Place string

// The places besides the desks.
const (
	Vault     Place = "vault"
	Transit   Place = "transit" // given out by one person and received by nobody yet
	Public    Place = "public"  // in people's hands: in circulation
	Destroyed Place = "destroyed"
	Lost      Place = "lost" // from stock
	Printer   Place = "printer"
)

// At is the stock of a desk.
func At(slug string) Place { return Place("desk:" + slug) }

// strict says whether the numbers of new notes are known at a place.
func (p Place) strict() bool { return p == Vault || p == Transit || p == Lost }

// Bundle is some notes of one kind.
type Bundle struct {
	Series   string       `json:"series"`
	Face     money.Amount `json:"face"` // units of one note
	Quantity int64        `json:"quantity"`
	First    int64        `json:"first_number,omitempty"` // of new notes, which follow each other; 0 for others
	Received int64        `json:"received,omitempty"`     // of them, once they were received
}

// most is how many notes a line has at most.
const most = 1_000_000_000

// value is what the notes are worth at face value.
func (l Bundle) value() money.Amount { return l.Face * money.Amount(l.Quantity) }

// checkLines checks the form of lines and returns what they are worth.
func checkLines(check *fault.Check, lines []Bundle) money.Amount {
	check.That(len(lines) > 0 && len(lines) <= 50, "/lines", "must be 1 to 50 lines")
	var sum money.Amount
	for i, l := range lines {
		at := checkNote(check, i, l.Series, l.Face)
		check.That(l.Quantity > 0 && l.Quantity <= most, at+"/quantity", "must be 1 to a thousand million")
		check.That(l.First >= 0 && l.First <= most, at+"/first_number", "must be up to a thousand million")
		if check.Err() != nil {
			continue
		}
		sum += l.value()
		if sum > money.Max {
			break
		}
	}
	check.That(sum <= money.Max, "/lines", "must be less notes")
	return sum
}

// checkNote checks what says which note a line is about, and returns where the
// line is.
func checkNote(check *fault.Check, i int, series string, face money.Amount) string {
	at := "/lines/" + strconv.Itoa(i)
	check.That(printable(series, 20), at+"/series", "must be 1 to 20 printable characters")
	check.That(face > 0 && face <= 1_000_00, at+"/face", "must be above zero, up to 1000.00")
	return at
}

// shift moves notes from a place to another, with their numbers where they are
// known. It returns ErrStock and ErrFresh.
func shift(tx *ledger.Tx, from, to Place, l Bundle) error {
	if err := tx.Guard(ErrStock, sqlTake, string(from), l.Series, l.Face, l.Quantity); err != nil {
		return err
	}
	if _, err := tx.Exec(sqlPut, string(to), l.Series, l.Face, l.Quantity); err != nil {
		return err
	}
	if l.First > 0 {
		return cut(tx, from, to, l)
	}
	if !from.strict() {
		return nil
	}
	var left, fresh int64
	if err := tx.QueryRow(sqlQuantity, string(from), l.Series, l.Face).Scan(&left); err != nil {
		return err
	}
	if err := tx.QueryRow(sqlFresh, string(from), l.Series, l.Face).Scan(&fresh); err != nil {
		return err
	}
	if left < fresh {
		return ErrFresh
	}
	return nil
}

// cut takes numbers out of the range that they are in. It returns ErrStock where
// the place does not have all of them.
func cut(tx *ledger.Tx, from, to Place, l Bundle) error {
	last := l.First + l.Quantity - 1
	var low, high int64
	err := tx.QueryRow(sqlRangeAround, string(from), l.Series, l.Face, l.First, last).Scan(&low, &high)
	if found(err) == ledger.ErrMissing {
		return ErrStock
	}
	if err != nil {
		return err
	}
	if err := tx.Guard(ErrStock, sqlDeleteRange, string(from), l.Series, l.Face, low, high); err != nil {
		return err
	}
	for _, part := range []struct {
		first, last int64
		place       Place
	}{{low, l.First - 1, from}, {l.First, last, to}, {last + 1, high, from}} {
		if part.first > part.last {
			continue
		}
		if _, err := tx.Exec(sqlInsertRange, l.Series, l.Face, part.first, part.last, string(part.place)); err != nil {
			return err
		}
	}
	return nil
}

// shiftAll moves lines from a place to another.
func shiftAll(tx *ledger.Tx, from, to Place, lines []Bundle) error {
	for _, l := range lines {
		if err := shift(tx, from, to, l); err != nil {
			return err
		}
	}
	return nil
}
