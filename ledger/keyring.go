// SPDX-License-Identifier: AGPL-3.0-or-later

package ledger

import (
	"bytes"
	"crypto/sha256"
	"slices"

	"github.com/noria-mlc/noria/ledger/ident"
)

// keyDigest identifies an idempotency key of an actor: half of a SHA-256, so
// that two keys never meet.
type keyDigest [16]byte

func digestKey(actor ident.User, key string) keyDigest {
	buf := make([]byte, 0, 80)
	buf = append(append(buf, actor.Bits[:]...), key...)
	sum := sha256.Sum256(buf)
	return keyDigest(sum[:16])
}

// keyring finds the command of a key. Clients send random keys, and inserting
// each into a unique index would dirty a page of its own. So the commands table
// is written in order; the keys of recent commands are held here, rebuilt from
// that table at start; and older ones move to the command_keys table in sorted
// groups, a slice in each batch.
type keyring struct {
	recent  map[keyDigest]int64 // digest → command
	order   []indexedKey        // keys of recent commands not yet moved, oldest first
	moving  []indexedKey        // a sorted group on its way into the table
	upto    int64               // last command of the group that is moving
	group   int                 // how many keys move together
	indexed int64               // every command up to this one is in the table
}

type indexedKey struct {
	digest keyDigest
	seq    int64
}

// DefaultKeys is how many keys move together, and half of how many are held.
// Larger groups touch each page of the table less often; smaller ones hold less
// memory: about 80 bytes a key.
const DefaultKeys = 1 << 17

func newKeyring(indexed int64, group int) *keyring {
	return &keyring{recent: make(map[keyDigest]int64), indexed: indexed, group: group}
}

// add notes a committed command.
func (k *keyring) add(digest keyDigest, seq int64) {
	k.recent[digest] = seq
	k.order = append(k.order, indexedKey{digest, seq})
}

// slice returns the next keys to write into the table with a batch of n
// commands, sorted, and advances nothing: moved does, after the commit.
func (k *keyring) slice(n int) []indexedKey {
	if len(k.moving) == 0 {
		if len(k.order) < 2*k.group {
			return nil
		}
		k.moving = slices.Clone(k.order[:k.group])
		k.upto = k.moving[k.group-1].seq
		slices.SortFunc(k.moving, func(a, b indexedKey) int { return bytes.Compare(a.digest[:], b.digest[:]) })
	}
	return k.moving[:min(len(k.moving), 2*n+64)]
}

// indexedAfter returns what head.keys_indexed becomes when n keys of the moving
// group are written.
func (k *keyring) indexedAfter(n int) int64 {
	if n > 0 && n == len(k.moving) {
		return k.upto
	}
	return k.indexed
}

// moved forgets n written keys of the moving group; when the group is through,
// its keys leave the memory.
func (k *keyring) moved(n int) {
	if n == 0 {
		return
	}
	k.moving = k.moving[n:]
	if len(k.moving) > 0 {
		return
	}
	for _, key := range k.order[:k.group] {
		delete(k.recent, key.digest)
	}
	k.order = slices.Clone(k.order[k.group:])
	k.indexed = k.upto
}

// release lets go of every key up to a command: another process wrote them into
// the table.
func (k *keyring) release(indexed int64) {
	if indexed <= k.indexed {
		return
	}
	n := 0
	for n < len(k.order) && k.order[n].seq <= indexed {
		delete(k.recent, k.order[n].digest)
		n++
	}
	k.order = slices.Clone(k.order[n:])
	k.moving, k.indexed = nil, indexed
}
