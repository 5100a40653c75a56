// SPDX-License-Identifier: AGPL-3.0-or-later

package ident

import (
	"bytes"
	"crypto/rand"
	"database/sql/driver"
	"encoding/binary"
	"errors"
	"fmt"
	"sync"
	"time"
)

// ErrSyntax says that a text is not an id of the wanted noun.
var ErrSyntax = errors.New("not an id of this kind")

// alphabet is Crockford's base 32 in lower case: no i, l, o, u.
const alphabet = "0123456789abcdefghjkmnpqrstvwxyz"

// textLen is the length of 128 bits in base 32.
const textLen = 26

// Bits are the 128 bits of an id, without its noun.
type Bits [16]byte

// Noun is implemented by one empty struct for each kind of id.
type Noun interface{ Prefix() string }

// ID is the id of one noun.
type ID[N Noun] struct{ Bits Bits }

// Maker makes ids in strictly rising order. It is safe for concurrent use.
type Maker struct {
	now  func() time.Time
	mu   sync.Mutex
	last Bits
}

// NewMaker returns a maker that reads the time from now.
func NewMaker(now func() time.Time) *Maker { return &Maker{now: now} }

// Next returns 128 fresh bits: 48 bits of milliseconds, then 80 random bits;
// within one millisecond the former bits plus a random step.
func (m *Maker) Next() Bits {
	var b Bits
	if _, err := rand.Read(b[6:]); err != nil {
		panic("ident: no randomness: " + err.Error())
	}
	ms := uint64(m.now().UnixMilli())
	m.mu.Lock()
	defer m.mu.Unlock()
	if last := binary.BigEndian.Uint64(m.last[:8]) >> 16; ms <= last {
		step := uint64(binary.BigEndian.Uint32(b[12:])) + 1
		low := binary.BigEndian.Uint64(m.last[8:])
		high := binary.BigEndian.Uint64(m.last[:8])
		if low+step < low {
			high++
		}
		binary.BigEndian.PutUint64(b[:8], high)
		binary.BigEndian.PutUint64(b[8:], low+step)
	} else {
		b[0], b[1], b[2] = byte(ms>>40), byte(ms>>32), byte(ms>>24)
		b[3], b[4], b[5] = byte(ms>>16), byte(ms>>8), byte(ms)
		b[6] &= 0x7f // headroom for the steps
	}
	m.last = b
	return b
}

// Of makes the id of a noun from bits.
func Of[N Noun](b Bits) ID[N] { return ID[N]{b} }

// Parse reads an id of a noun; it returns ErrSyntax for anything else.
func Parse[N Noun](s string) (ID[N], error) {
	var n N
	prefix := n.Prefix()
	if len(s) != len(prefix)+textLen || s[:len(prefix)] != prefix {
		return ID[N]{}, ErrSyntax
	}
	b, err := decode(s[len(prefix):])
	if err != nil {
		return ID[N]{}, err
	}
	return ID[N]{b}, nil
}

// MustParse is Parse for tests and stored constants; it panics on a bad text.
func MustParse[N Noun](s string) ID[N] {
	id, err := Parse[N](s)
	if err != nil {
		panic(fmt.Sprintf("ident: %q: %v", s, err))
	}
	return id
}

// String writes the prefix and 26 letters and digits.
func (id ID[N]) String() string {
	var n N
	return n.Prefix() + encode(id.Bits)
}

// IsZero says whether the id is no id.
func (id ID[N]) IsZero() bool { return id.Bits == Bits{} }

// Ref returns the id without its Go type.
func (id ID[N]) Ref() Ref {
	var n N
	return Ref{n.Prefix(), id.Bits}
}

// MarshalText writes the id; a zero id is the empty text.
func (id ID[N]) MarshalText() ([]byte, error) {
	if id.IsZero() {
		return nil, nil
	}
	return []byte(id.String()), nil
}

// UnmarshalText reads an id of the noun, or the empty text as no id; it returns
// ErrSyntax.
func (id *ID[N]) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*id = ID[N]{}
		return nil
	}
	v, err := Parse[N](string(b))
	if err != nil {
		return err
	}
	*id = v
	return nil
}

// Value stores the 16 bytes, or null for no id.
func (id ID[N]) Value() (driver.Value, error) {
	if id.IsZero() {
		return nil, nil
	}
	return id.Bits[:], nil
}

// Scan reads 16 stored bytes, or null as no id.
func (id *ID[N]) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		*id = ID[N]{}
		return nil
	case []byte:
		if len(v) == len(id.Bits) {
			copy(id.Bits[:], v)
			return nil
		}
	}
	return fmt.Errorf("%T is no stored id", src)
}

// Ref is an id whose noun is known at run time only.
type Ref struct {
	Prefix string
	Bits   Bits
}

// String writes the prefix and 26 letters and digits; a zero ref is empty.
func (r Ref) String() string {
	if r.Prefix == "" {
		return ""
	}
	return r.Prefix + encode(r.Bits)
}

// IsZero says whether the ref names nothing.
func (r Ref) IsZero() bool { return r.Prefix == "" }

// Pack writes a ref as its prefix followed by 16 bytes, for storage.
func (r Ref) Pack() []byte {
	if r.IsZero() {
		return nil
	}
	return append([]byte(r.Prefix), r.Bits[:]...)
}

// Unpack reads a packed ref; nothing gives the zero ref. It returns ErrSyntax.
func Unpack(b []byte) (Ref, error) {
	if len(b) == 0 {
		return Ref{}, nil
	}
	if len(b) <= len(Bits{}) {
		return Ref{}, ErrSyntax
	}
	cut := len(b) - len(Bits{})
	if !bytes.HasSuffix(b[:cut], []byte("_")) {
		return Ref{}, ErrSyntax
	}
	return Ref{string(b[:cut]), Bits(b[cut:])}, nil
}

// Typed returns the ref as an id of a noun; it returns ErrSyntax where the ref
// names another noun.
func Typed[N Noun](r Ref) (ID[N], error) {
	var n N
	if r.Prefix != n.Prefix() {
		return ID[N]{}, ErrSyntax
	}
	return ID[N]{r.Bits}, nil
}

func encode(b Bits) string {
	var out [textLen]byte
	high, low := binary.BigEndian.Uint64(b[:8]), binary.BigEndian.Uint64(b[8:])
	for i := textLen - 1; i >= 0; i-- {
		out[i] = alphabet[low&31]
		low = low>>5 | high<<59
		high >>= 5
	}
	return string(out[:])
}

func decode(s string) (Bits, error) {
	var high, low uint64
	for i := range len(s) {
		v := bytes.IndexByte([]byte(alphabet), s[i])
		if v < 0 || (i == 0 && v > 7) {
			return Bits{}, ErrSyntax
		}
		high = high<<5 | low>>59
		low = low<<5 | uint64(v)
	}
	var b Bits
	binary.BigEndian.PutUint64(b[:8], high)
	binary.BigEndian.PutUint64(b[8:], low)
	return b, nil
}
