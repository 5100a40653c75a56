// SPDX-License-Identifier: AGPL-3.0-or-later

package ledger

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"math/big"
	"strconv"
	"time"

	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/ident"
)

// HolderKind is the class of a holder; rules L5, L10, P6 and P14 depend on it.
type HolderKind string

// The kinds of holder.
const (
	Individual   HolderKind = "individual"
	Professional HolderKind = "professional"
	Collectivity HolderKind = "collectivity"
	Association  HolderKind = "association"
)

// Valid says whether the kind is one of the four.
func (k HolderKind) Valid() bool {
	switch k {
	case Individual, Professional, Collectivity, Association:
		return true
	}
	return false
}

// Holder is somebody who can hold units. The name is personal data and stands
// in the holders table only.
type Holder struct {
	ID       ident.Holder `json:"id"`
	Kind     HolderKind   `json:"kind"`
	Name     string       `json:"name"`
	Number   string       `json:"number"` // eight digits, the last a check digit
	OpenedAt time.Time    `json:"-"`
}

// Wallet returns the id of the holder's wallet.
func (h Holder) Wallet() ident.Wallet { return ident.WalletOf(h.ID) }

// NewHolder is what is needed to open a holder's wallet.
type NewHolder struct {
	Kind HolderKind `json:"kind"`
	Name string     `json:"name"`
}

const (
	sqlInsertHolder   = `INSERT INTO holders (id, kind, name, number, opened_at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (number) DO NOTHING`
	sqlHolderColumns  = `SELECT id, kind, name, number, opened_at FROM holders `
	sqlHolder         = sqlHolderColumns + `WHERE id = $1`
	sqlHolderByNumber = sqlHolderColumns + `WHERE number = $1`
	sqlHolders        = sqlHolderColumns + `WHERE id > $1 ORDER BY id LIMIT $2`
)

// OpenHolder is the part of a command that makes a holder with a wallet, for
// commands that open one on the way.
func (tx *Tx) OpenHolder(n NewHolder) (Holder, error) {
	var check fault.Check
	check.That(n.Kind.Valid(), "/kind", "must be individual, professional, collectivity or association")
	check.That(validName(n.Name), "/name", "must be 1 to 100 printable characters")
	if err := check.Err(); err != nil {
		return Holder{}, err
	}
	h := Holder{ID: ident.Holder{Bits: tx.NewID()}, Kind: n.Kind, Name: n.Name, OpenedAt: tx.Now()}
	if err := tx.Open(Wallet(h.ID)); err != nil {
		return Holder{}, err
	}
	for range 20 {
		number, err := newNumber()
		if err != nil {
			return Holder{}, err
		}
		inserted, err := tx.Exec(sqlInsertHolder, h.ID, string(h.Kind), h.Name, number, tx.Now().UnixMicro())
		if err != nil {
			return Holder{}, err
		}
		if inserted == 1 {
			h.Number = number
			return h, nil
		}
	}
	return Holder{}, errors.New("no free holder number was found in twenty draws")
}

// Holder reads a holder as this batch left it, or returns ErrMissing.
func (tx *Tx) Holder(id ident.Holder) (Holder, error) { return scanHolder(tx.QueryRow(sqlHolder, id)) }

// CreateHolder opens a holder with a wallet. It returns ErrInvalid with every
// wrong field, and what Execute returns.
func (l *Ledger) CreateHolder(ctx context.Context, actor access.Actor, key string, n NewHolder) (Holder, Outcome, error) {
	out, err := l.Execute(ctx, Command{Actor: actor, Action: access.HolderCreate, Key: key, Input: n},
		func(tx *Tx) (ident.Ref, error) {
			h, err := tx.OpenHolder(n)
			return h.ID.Ref(), err
		})
	if err != nil {
		return Holder{}, Outcome{}, err
	}
	h, err := l.Holder(ctx, ident.Holder{Bits: out.Ref.Bits})
	return h, out, err
}

// Holder reads a holder, or returns ErrMissing.
func (j *Journal) Holder(ctx context.Context, id ident.Holder) (Holder, error) {
	return scanHolder(j.db.Reader().QueryRowContext(ctx, sqlHolder, id))
}

// HolderByNumber finds a holder by the exact number, or returns ErrMissing.
// There is no search by part of a number or name (rule D2).
func (j *Journal) HolderByNumber(ctx context.Context, number string) (Holder, error) {
	if !validNumber(number) {
		return Holder{}, ErrMissing
	}
	return scanHolder(j.db.Reader().QueryRowContext(ctx, sqlHolderByNumber, number))
}

// Holders lists at most limit holders after an id, oldest first.
func (j *Journal) Holders(ctx context.Context, after ident.Holder, limit int) ([]Holder, error) {
	rows, err := j.db.Reader().QueryContext(ctx, sqlHolders, after.Bits[:], limit)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []Holder
	for rows.Next() {
		h, err := scanHolder(rows)
		if err != nil {
			return nil, err
		}
		list = append(list, h)
	}
	return list, rows.Err()
}

func scanHolder(row interface{ Scan(...any) error }) (Holder, error) {
	var h Holder
	var opened int64
	err := row.Scan(&h.ID, &h.Kind, &h.Name, &h.Number, &opened)
	if errors.Is(err, sql.ErrNoRows) {
		return Holder{}, ErrMissing
	}
	h.OpenedAt = time.UnixMicro(opened).UTC()
	return h, err
}

func validName(name string) bool { return Printable(name, 100) }

// newNumber draws seven digits and adds a check digit. Numbers are drawn and not
// counted, so that trying neighbours of a known one finds nobody (D2).
func newNumber() (string, error) {
	n, err := rand.Int(rand.Reader, big.NewInt(9_000_000))
	if err != nil {
		return "", err
	}
	digits := strconv.FormatInt(n.Int64()+1_000_000, 10)
	return digits + string(checkDigit(digits)), nil
}

func validNumber(number string) bool {
	if len(number) != 8 {
		return false
	}
	for i := range len(number) {
		if number[i] < '0' || number[i] > '9' {
			return false
		}
	}
	return checkDigit(number[:7]) == number[7]
}

// checkDigit computes the Luhn digit of seven digits: it finds any one wrong
// digit and most exchanges of neighbours.
func checkDigit(digits string) byte {
	sum := 0
	for i := range len(digits) {
		d := int(digits[i] - '0')
		if (len(digits)-i)%2 == 1 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return byte('0' + (10-sum%10)%10)
}
