// SPDX-License-Identifier: AGPL-3.0-or-later

package identity

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"strings"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/ident"
)

// recoveryCodes is how many recovery codes a person has.
const recoveryCodes = 10

// recoveryAlphabet is Crockford's base 32 in lower case: no i, l, o, u.
const recoveryAlphabet = "0123456789abcdefghjkmnpqrstvwxyz"

// newRecoveryCodes draws the codes, 80 bits each, written in groups of four.
func newRecoveryCodes() []string {
	list := make([]string, recoveryCodes)
	for i := range list {
		var b [10]byte
		if _, err := rand.Read(b[:]); err != nil {
			panic("identity: no randomness: " + err.Error())
		}
		text := base32.NewEncoding(recoveryAlphabet).WithPadding(base32.NoPadding).EncodeToString(b[:])
		list[i] = text[:4] + "-" + text[4:8] + "-" + text[8:12] + "-" + text[12:]
	}
	return list
}

// recoveryDigest is what the book keeps of a code, however it was typed. Eighty
// random bits need no slower hash.
func recoveryDigest(code string) []byte {
	bare := strings.NewReplacer("-", "", " ", "", "\u00a0", "", "o", "0", "i", "1", "l", "1").Replace(strings.ToLower(code))
	sum := sha256.Sum256([]byte("noria recovery v1\n" + bare))
	return sum[:]
}

// putRecoveryCodes replaces the codes of a user.
func putRecoveryCodes(tx *ledger.Tx, user ident.User, codes []string) error {
	if _, err := tx.Exec(sqlDropRecovery, user); err != nil {
		return err
	}
	for _, code := range codes {
		if _, err := tx.Exec(sqlPutRecovery, user, recoveryDigest(code)); err != nil {
			return err
		}
	}
	return nil
}
