// SPDX-License-Identifier: AGPL-3.0-or-later

package identity

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"

	"golang.org/x/crypto/chacha20poly1305"
)

// Key is the secret of the service that is not in the book: it seals the secrets
// of one-time codes, links and forms, and hides what is counted. Whoever loses
// it keeps the book, passwords and passkeys; codes of authenticators have to be
// set up anew. It does not show itself in logs and messages.
type Key [chacha20poly1305.KeySize]byte

// NewKey draws a key.
func NewKey() Key {
	var k Key
	if _, err := rand.Read(k[:]); err != nil {
		panic("identity: no randomness: " + err.Error())
	}
	return k
}

// LoadKey reads the key in a file, and draws it where there is no such file yet.
// Several processes on one book need the same key; where they begin together on
// one folder, the first one's counts. It returns an error where the file cannot be
// read or written, or holds something else.
func LoadKey(path string) (Key, error) {
	b, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		if err := drawKey(path); err != nil {
			return Key{}, err
		}
		b, err = os.ReadFile(path)
	}
	if err != nil {
		return Key{}, err
	}
	if len(b) != len(Key{}) {
		return Key{}, fmt.Errorf("%s holds %d bytes, and no key of %d", path, len(b), len(Key{}))
	}
	return Key(b), nil
}

// drawKey writes a fresh key under a name of its own and then gives it the right
// one, which fails where another process was faster: nobody reads half a key.
func drawKey(path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(path), "identity-*.tmp") // of mode 0600
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	k := NewKey()
	_, err = f.Write(k[:])
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Link(f.Name(), path); !errors.Is(err, fs.ErrExist) {
		return err
	}
	return nil
}

// String says that there is a key, and not which.
func (Key) String() string { return "[key]" }

// GoString says that there is a key, and not which.
func (Key) GoString() string { return "[key]" }

// LogValue says that there is a key, and not which.
func (Key) LogValue() slog.Value { return slog.StringValue("[key]") }

// MarshalText says that there is a key, and not which.
func (Key) MarshalText() ([]byte, error) { return []byte("[key]"), nil }

// digest is a keyed hash of what was counted: without the key nobody can tell
// which address or network it was.
func (k Key) digest(purpose, text string) []byte {
	mac := hmac.New(sha256.New, k[:])
	mac.Write([]byte(purpose + "\n" + text))
	return mac.Sum(nil)
}

// Derive returns another secret for one purpose, the same each time: nothing of
// the key can be told from it.
func (k Key) Derive(purpose string) []byte { return k.digest("derive", purpose) }

// seal encrypts bytes for one purpose.
func (k Key) seal(purpose string, plain []byte) []byte {
	box, err := chacha20poly1305.NewX(k[:])
	if err != nil {
		panic("identity: " + err.Error())
	}
	nonce := make([]byte, box.NonceSize(), box.NonceSize()+len(plain)+box.Overhead())
	if _, err := rand.Read(nonce); err != nil {
		panic("identity: no randomness: " + err.Error())
	}
	return box.Seal(nonce, nonce, plain, []byte(purpose))
}

// open decrypts what seal made for the same purpose, or returns ErrEnded.
func (k Key) open(purpose string, sealed []byte) ([]byte, error) {
	box, err := chacha20poly1305.NewX(k[:])
	if err != nil {
		panic("identity: " + err.Error())
	}
	if len(sealed) < box.NonceSize() {
		return nil, ErrEnded
	}
	plain, err := box.Open(nil, sealed[:box.NonceSize()], sealed[box.NonceSize():], []byte(purpose))
	if err != nil {
		return nil, ErrEnded
	}
	return plain, nil
}

// write seals v as a text that can stand in an address or a form.
func (k Key) write(purpose string, v any) (string, error) {
	plain, err := json.Marshal(v)
	if err != nil {
		return "", err
	}
	return base64.RawURLEncoding.EncodeToString(k.seal(purpose, plain)), nil
}

// read opens what write made for the same purpose, or returns ErrEnded.
func (k Key) read(purpose, text string, v any) error {
	sealed, err := base64.RawURLEncoding.DecodeString(text)
	// One text only stands for what is sealed: what was used up is known by its text.
	if err != nil || base64.RawURLEncoding.EncodeToString(sealed) != text {
		return ErrEnded
	}
	plain, err := k.open(purpose, sealed)
	if err != nil {
		return err
	}
	return json.Unmarshal(plain, v)
}
