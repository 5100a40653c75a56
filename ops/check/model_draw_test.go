// SPDX-License-Identifier: AGPL-3.0-or-later

package check_test

import (
	"fmt"
	"math"
	"strings"

	"pgregory.net/rapid"

	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
)

// person is somebody who acts.
type person struct {
	name string
	access.Actor
}

// String is how a failing sequence names a person.
func (p person) String() string { return p.name }

// chance says yes once in two to the power of halvings.
func (w *world) chance(label string, halvings int) bool {
	return rapid.Custom(func(t *rapid.T) bool {
		for range halvings {
			if !rapid.Bool().Draw(t, label) {
				return false
			}
		}
		return true
	}).Draw(w.rt, label+"?")
}

// index draws a place in a list of n, each as likely: rapid's own integers
// prefer small ones, and would seldom reach the end of a list.
func (w *world) index(label string, n int) int {
	return rapid.Custom(func(t *rapid.T) int {
		v := 0
		for range 12 {
			v *= 2
			if rapid.Bool().Draw(t, label) {
				v++
			}
		}
		return v * n / (1 << 12)
	}).Draw(w.rt, label)
}

// sample draws one of some values, each as likely.
func sample[T any](w *world, label string, values ...T) T { return values[w.index(label, len(values))] }

// choose draws a thing, mostly one that fits and mostly a young one; nil is one
// that does not exist.
func choose[T any](w *world, label string, all []*T, fits func(*T) bool) *T {
	if len(all) == 0 || w.chance(label+" does not exist", 5) {
		return nil
	}
	list := all
	if !w.chance(label+" in any state", 3) {
		list = nil
		for _, v := range all {
			if fits(v) {
				list = append(list, v)
			}
		}
		if len(list) == 0 {
			list = all
		}
	}
	return list[len(list)-1-w.index(label, len(list))]
}

func whichever[T any](*T) bool { return true }

// unknown are the bits of an id that nothing has.
func unknown() ident.Bits { return ident.Bits{0: 1, 15: 0xee} }

// who draws an actor, mostly one who may do it.
func (w *world) who(action access.Action, owner ident.Holder) person {
	return w.whoever("who", func(p person) bool { return w.may(p.Actor, action, owner) })
}

func (w *world) whoever(label string, may func(person) bool) person {
	var able []person
	for _, p := range w.people {
		if may(p) {
			able = append(able, p)
		}
	}
	if len(able) == 0 || w.chance("anybody", 3) {
		able = w.people
	}
	return able[w.index(label, len(able))]
}

// newKey draws an idempotency key: mostly a fresh one, now and then one that
// the actor used before, or none at all.
func (w *world) newKey(by person) string {
	if used := w.used[by.ID]; len(used) > 0 && w.chance("used key", 4) {
		return used[w.index("key", len(used))]
	}
	if w.chance("malformed key", 6) {
		return sample(w, "key", "", "fifteen-letters", "with a space in it", strings.Repeat("k", 65), "non-ascii-letter-é")
	}
	return w.freshKey()
}

func (w *world) freshKey() string {
	w.keys++
	return fmt.Sprintf("model-key-%06d", w.keys)
}

func wellFormed(key string) bool {
	return len(key) >= 16 && len(key) <= 64 && !strings.ContainsFunc(key, func(r rune) bool { return r <= ' ' || r > '~' })
}

// amount draws a sum, mostly one up to top, now and then one that cannot be.
func (w *world) amount(label string, top money.Amount) money.Amount {
	switch {
	case w.chance(label+" impossible", 4):
		return sample(w, label, 0, -1, -100_00, money.Max+1, math.MinInt64, math.MaxInt64)
	case w.chance(label+" largest", 7):
		return money.Max
	case w.chance(label+" round", 1):
		return max(1, top/money.Amount(1+w.index(label+" part", 8)))
	}
	return money.Amount(rapid.Int64Range(1, int64(max(1, top))).Draw(w.rt, label))
}

// share draws a sum near what is there.
func (w *world) share(label string, there money.Amount) money.Amount {
	if there > 0 && w.chance(label+" near all", 2) {
		return there + money.Amount(w.index(label+" over", 3)) - 1
	}
	return w.amount(label, there)
}

func payable(a money.Amount) bool { return a > 0 && a <= 999_999_999_99 }

// text draws a text of at most so many characters, and says whether it is one
// that may be kept.
func (w *world) text(label string, most int) (string, bool) {
	if w.chance(label+" bad", 4) {
		return sample(w, label, "", "tab\there", "line\nend", "\u200b", strings.Repeat("é", most+1)), false
	}
	return sample(w, label, "Marché", "x", strings.Repeat("é", most), "a b"), true
}
