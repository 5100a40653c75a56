// SPDX-License-Identifier: AGPL-3.0-or-later

package identity

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"
)

// The cost of a password: 46 MiB once over, the floor of ASVS 5.0 (appendix C),
// for two at once at most, so that two hundred sign-ins do not exhaust memory.
const (
	hashMemory = 46 << 10 // KiB
	hashTime   = 1
	hashLanes  = 1
	hashSalt   = 16
	hashLength = 32
	hashAtOnce = 2
)

// Passwords are this long, in characters.
const (
	shortestPassword = 12
	longestPassword  = 128
)

// hasher computes argon2id, a few at once.
type hasher chan struct{}

// hash writes a password as a PHC string with a fresh salt. It returns the error
// of ctx where that ends while waiting.
func (h hasher) hash(ctx context.Context, password string) (string, error) {
	salt := make([]byte, hashSalt)
	if _, err := rand.Read(salt); err != nil {
		return "", err
	}
	sum, err := h.sum(ctx, password, salt)
	return phc(salt, sum), err
}

func phc(salt, sum []byte) string {
	base := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, hashMemory, hashTime, hashLanes,
		base.EncodeToString(salt), base.EncodeToString(sum))
}

func (h hasher) sum(ctx context.Context, password string, salt []byte) ([]byte, error) {
	select {
	case h <- struct{}{}:
		defer func() { <-h }()
		return argon2.IDKey([]byte(password), salt, hashTime, hashMemory, hashLanes, hashLength), nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// matches says whether a password is the one of a PHC string. Where that is
// empty, or not of today's cost, it takes as long and says no.
func (h hasher) matches(ctx context.Context, password, stored string) (bool, error) {
	base := base64.RawStdEncoding
	salt, want := make([]byte, hashSalt), make([]byte, hashLength)
	known := false
	if parts := strings.Split(stored, "$"); len(parts) == 6 {
		s, err1 := base.DecodeString(parts[4])
		w, err2 := base.DecodeString(parts[5])
		if err1 == nil && err2 == nil && len(w) == hashLength && phc(s, w) == stored {
			salt, want, known = s, w, true
		}
	}
	got, err := h.sum(ctx, password, salt)
	return err == nil && subtle.ConstantTimeCompare(got, want) == 1 && known, err
}

// checkPassword returns what the function of this name does, and ErrBreached for a
// password of the list that the operator gave. A list that cannot be read lets
// nothing pass: it returns an error of the system.
func (s *Service) checkPassword(password string, own ...string) error {
	if err := checkPassword(password, own...); err != nil || s.breached == nil {
		return err
	}
	held, err := s.breached.Holds(password)
	if err == nil && held {
		err = ErrBreached.At("/password", "must not be known from a breach")
	}
	return err
}

// checkPassword returns ErrPassword for a password that is not 12 to 128
// characters long, that everybody thinks of, or that is little more than one of
// the person's own words.
func checkPassword(password string, own ...string) error {
	n := utf8.RuneCountInString(password)
	switch {
	case !utf8.ValidString(password) || n < shortestPassword || n > longestPassword:
		return ErrPassword.At("/password", "must be 12 to 128 characters")
	case common(password):
		return ErrPassword.At("/password", "must not be one that is tried first")
	}
	rest := strings.ToLower(password)
	for _, text := range own {
		local, _, _ := strings.Cut(strings.ToLower(text), "@")
		for _, word := range strings.FieldsFunc(local, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
			if utf8.RuneCountInString(word) >= 4 {
				rest = strings.ReplaceAll(rest, word, "")
			}
		}
	}
	if rest != strings.ToLower(password) && utf8.RuneCountInString(rest) < 8 {
		return ErrPassword.At("/password", "must not be little more than the person's own name or address")
	}
	return nil
}

// common says whether a password is one that is tried first: a word or a short
// sentence of the list with digits and signs around it, a few characters over
// and over, or a row of the keyboard or the alphabet.
func common(password string) bool {
	lower := strings.ToLower(password)
	for size := 1; size <= 4; size++ {
		if runes := []rune(lower); repeats(runes, size) {
			return true
		}
	}
	bare, letters := only(lower, unicode.IsLetter, unicode.IsDigit), only(lower, unicode.IsLetter)
	for _, row := range strings.Fields(rows) {
		for _, line := range [2]string{row + row, backwards(row + row)} {
			if strings.Contains(line, bare) || (letters != "" && strings.Contains(line, letters)) {
				return true
			}
		}
	}
	if letters == "" {
		return false
	}
	for letters != "" { // one word of the list after another
		rest := letters
		for _, word := range strings.Fields(tried) {
			if after, found := strings.CutPrefix(letters, word); found && len(after) < len(rest) {
				rest = after
			}
		}
		if rest == letters {
			return false
		}
		letters = rest
	}
	return true
}

// repeats says whether runes are the first few over and over.
func repeats(runes []rune, size int) bool {
	for i := range runes {
		if runes[i] != runes[i%size] {
			return false
		}
	}
	return true
}

func backwards(text string) string {
	runes := []rune(text)
	for i, j := 0, len(runes)-1; i < j; i, j = i+1, j-1 {
		runes[i], runes[j] = runes[j], runes[i]
	}
	return string(runes)
}

// only keeps the runes that are of one of the kinds.
func only(text string, kinds ...func(rune) bool) string {
	return strings.Map(func(r rune) rune {
		for _, is := range kinds {
			if is(r) {
				return r
			}
		}
		return -1
	}, text)
}
