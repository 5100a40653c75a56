// SPDX-License-Identifier: AGPL-3.0-or-later

package push

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/url"
	"time"
)

// tokenLifetime is how long a push service may take a token for (RFC 8292: at
// most a day).
const tokenLifetime = time.Hour

// key is what this server is known by to push services (RFC 8292).
type key struct {
	private *ecdsa.PrivateKey
	public  string // base64url of the uncompressed point
}

// keyOf makes the key out of a secret, the same one each time. It panics where
// the curve does not take its own points: a broken law.
func keyOf(seed []byte) key {
	for digest := sha256.Sum256(append([]byte("noria push\n"), seed...)); ; digest = sha256.Sum256(digest[:]) {
		private, err := ecdsa.ParseRawPrivateKey(elliptic.P256(), digest[:])
		if err != nil {
			continue // one number in four billion is none of the curve
		}
		point, err := private.PublicKey.Bytes()
		if err != nil {
			panic("push: " + err.Error())
		}
		return key{private, encode(point)}
	}
}

// PublicKey is what a browser subscribes with (applicationServerKey), base64url.
func (s *Service) PublicKey() string { return s.key.public }

func encode(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

// authorization is the header of a knock at an endpoint: a token for the origin
// of that endpoint, signed by the key.
func (s *Service) authorization(endpoint string, now time.Time) (string, error) {
	u, err := url.Parse(endpoint)
	if err != nil {
		return "", err
	}
	claims, err := json.Marshal(map[string]any{"aud": u.Scheme + "://" + u.Host, "exp": now.Add(tokenLifetime).Unix(), "sub": s.subject})
	if err != nil {
		return "", err
	}
	text := encode([]byte(`{"typ":"JWT","alg":"ES256"}`)) + "." + encode(claims)
	digest := sha256.Sum256([]byte(text))
	first, second, err := ecdsa.Sign(rand.Reader, s.key.private, digest[:])
	if err != nil {
		return "", err
	}
	signature := make([]byte, 64)
	first.FillBytes(signature[:32])
	second.FillBytes(signature[32:])
	return "vapid t=" + text + "." + encode(signature) + ", k=" + s.key.public, nil
}
