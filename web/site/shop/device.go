// SPDX-License-Identifier: AGPL-3.0-or-later

package shop

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"net/http"
	"strings"

	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/merchant"
	"github.com/noria-mlc/noria/web/live"
	"github.com/noria-mlc/noria/web/session"
	"github.com/noria-mlc/noria/web/site"
)

// deviceLifetime is how long a browser keeps the secret of a screen, in seconds:
// thirteen months, renewed by every visit. It ends when the owner takes the
// screen off.
const deviceLifetime = 400 * 24 * 60 * 60

// deviceCookie is the name of the cookie of a screen.
func deviceCookie(s *site.Site) string {
	if strings.HasPrefix(s.BaseURL, "https:") {
		return "__Host-noria-ecran"
	}
	return "noria-ecran"
}

// setDevice gives the browser the secret of a screen.
func setDevice(w http.ResponseWriter, s *site.Site, secret string) {
	http.SetCookie(w, &http.Cookie{Name: deviceCookie(s), Value: secret, Path: "/", MaxAge: deviceLifetime,
		Secure: strings.HasPrefix(s.BaseURL, "https:"), HttpOnly: true, SameSite: http.SameSiteStrictMode})
}

// secretOf is the secret that a browser brings, "" where it is none of ours.
func secretOf(s *site.Site, r *http.Request) string {
	c, err := r.Cookie(deviceCookie(s))
	if err != nil {
		return ""
	}
	if raw, err := base64.RawURLEncoding.DecodeString(c.Value); err != nil || len(raw) != sha256.Size {
		return ""
	}
	return c.Value
}

// newSecret draws the secret of a device that is none yet.
func newSecret() string {
	drawn := session.NewSecret()
	return base64.RawURLEncoding.EncodeToString(drawn[:])
}

// become is the secret that a device has once it is paired by a form: another
// than the one it came with, so that who saw that one before knows nothing, and
// the same for a form that is sent twice.
func become(secret, formKey string) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte("noria screen v1\n" + formKey))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// digestOf is what the book knows of a secret.
func digestOf(secret string) [sha256.Size]byte { return sha256.Sum256([]byte(secret)) }

// device returns the screen that a browser is. It returns
// merchant.ErrScreenUnknown.
func device(s *site.Site, r *http.Request) (merchant.Screen, error) {
	secret := secretOf(s, r)
	if secret == "" {
		return merchant.Screen{}, merchant.ErrScreenUnknown
	}
	return s.Merchant.ScreenOf(r.Context(), digestOf(secret))
}

// Live says which screen opens a live connection below /ecran, and nobody else:
// a session does not count there.
func Live(s *site.Site, r *http.Request) (live.Session, error) {
	found, err := device(s, r)
	if err != nil {
		return live.Session{}, err
	}
	digest := digestOf(secretOf(s, r))
	return live.Session{Actor: found.Actor(), Renew: func(ctx context.Context) (access.Actor, error) {
		again, err := s.Merchant.ScreenOf(ctx, digest)
		return again.Actor(), err
	}}, nil
}

// stranger says whether an error only means that a browser is no screen.
func stranger(err error) bool { return errors.Is(err, merchant.ErrScreenUnknown) }
