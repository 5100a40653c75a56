// SPDX-License-Identifier: AGPL-3.0-or-later

package identity

import (
	"bytes"
	"encoding/base64"
	"errors"
	"testing"
)

// TestASVS9SealedTextsHoldForOnePurposeOnly changes what the key sealed, by a bit
// anywhere, by its purpose and by its key: nothing of that is read (ASVS 9.1, 9.2.2,
// 11.3.2).
func TestASVS9SealedTextsHoldForOnePurposeOnly(t *testing.T) {
	key := NewKey()
	text, err := key.write("halfway", "amina@example.org")
	if err != nil {
		t.Fatal(err)
	}
	var read string
	if err := key.read("halfway", text, &read); err != nil || read != "amina@example.org" {
		t.Fatalf("%q, %v", read, err)
	}
	sealed, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil || bytes.Contains(sealed, []byte("amina")) {
		t.Fatalf("%v, or what is sealed can be read", err)
	}
	again, err := key.write("halfway", "amina@example.org")
	if err != nil || again == text {
		t.Errorf("%v, or two seals are the same", err)
	}
	for at := range sealed {
		changed := bytes.Clone(sealed)
		changed[at] ^= 1
		if err := key.read("halfway", base64.RawURLEncoding.EncodeToString(changed), &read); !errors.Is(err, ErrEnded) {
			t.Errorf("byte %d changed: %v", at, err)
		}
	}
	for name, err := range map[string]error{
		"another purpose": key.read("invitation", text, &read),
		"another key":     NewKey().read("halfway", text, &read),
		"cut":             key.read("halfway", text[:20], &read),
		"nothing":         key.read("halfway", "", &read),
	} {
		if !errors.Is(err, ErrEnded) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
