// SPDX-License-Identifier: AGPL-3.0-or-later

package confirm

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/base64"
	"net/http"
	"time"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/db"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/web/identity"
	"github.com/noria-mlc/noria/web/session"
)

// deviceLifetime is how long a device stays bound (ASVS 7.3.2).
const deviceLifetime = 90 * 24 * time.Hour

type deviceNoun struct{}

// Prefix of a device's id.
func (deviceNoun) Prefix() string { return "dev_" }

// DeviceID is the id of a bound device. It is no secret.
type DeviceID = ident.ID[deviceNoun]

// Device is one that a person bound, as their own page shows it.
type Device struct {
	ID        DeviceID
	Label     string // the browser and the system, and roughly where
	Locked    bool   // after five wrong PINs, until another is chosen
	CreatedAt time.Time
	ExpiresAt time.Time
	UsedAt    time.Time // zero where never

	user ident.User
	pin  string
}

// mostDevices is how many devices one person can have bound at a time.
const mostDevices = 10

// Bound is a device that was just bound, with the text of its cookie, which is
// shown to nobody else and kept nowhere.
type Bound struct {
	ID   DeviceID
	text string
}

// Bind binds the device that a person signed in from within the last five
// minutes, by a passkey or a password with its code, and gives it a PIN. It
// returns ErrPINWeak, ErrDevices, identity.ErrStale, or what ledger.Execute returns.
func (s *Service) Bind(ctx context.Context, c identity.Change, pin string, from identity.From) (Bound, error) {
	id := DeviceID{Bits: s.ledger.NewID()}
	hash, err := s.pin(ctx, c, id, pin)
	if err != nil {
		return Bound{}, err
	}
	var secret [32]byte
	if _, err := rand.Read(secret[:]); err != nil {
		return Bound{}, err
	}
	b := Bound{ID: id, text: base64.RawURLEncoding.EncodeToString(secret[:])}
	digest := sha256.Sum256([]byte(b.text))
	err = s.identity.Secure(ctx, c, "letter.device-bound", func(tx *ledger.Tx) error {
		var held int
		if err := tx.QueryRow(sqlDevicesHeld, c.Principal.Actor.ID, tx.Now().UnixMicro()).Scan(&held); err != nil {
			return err
		}
		if held >= mostDevices {
			return ErrDevices
		}
		_, err := tx.Exec(sqlInsertDevice, id, c.Principal.Actor.ID, digest[:], from.Label(), hash, tx.Now().UnixMicro(), tx.Now().Add(deviceLifetime).UnixMicro())
		return err
	})
	if err != nil {
		return Bound{}, err
	}
	return b, nil
}

// SetPIN gives a bound device another PIN, and unlocks it, within five minutes of
// a sign-in. It returns ErrPINWeak, identity.ErrStale, ledger.ErrForbidden for a
// device that is not the person's, or what ledger.Execute returns.
func (s *Service) SetPIN(ctx context.Context, c identity.Change, id DeviceID, pin string) error {
	hash, err := s.pin(ctx, c, id, pin)
	if err != nil {
		return err
	}
	return s.identity.Secure(ctx, c, "letter.pin-set", func(tx *ledger.Tx) error {
		return tx.Guard(ledger.ErrForbidden, sqlSetPIN, id, c.Principal.Actor.ID, hash, tx.Now().UnixMicro())
	})
}

// pin hashes a PIN, for somebody who just proved who they are.
func (s *Service) pin(ctx context.Context, c identity.Change, id DeviceID, pin string) (string, error) {
	if weakPIN(pin) {
		return "", ErrPINWeak
	}
	if err := s.identity.Fresh(ctx, c.Principal); err != nil {
		return "", err
	}
	return s.identity.HashPIN(ctx, id.Ref(), pin)
}

// Devices lists the devices that a person bound and that hold now, oldest first.
// It returns an error of the engine.
func (s *Service) Devices(ctx context.Context, p session.Principal) ([]Device, error) {
	return DevicesOf(ctx, s.ledger, p.Actor.ID)
}

// DevicesOf lists the devices that a user bound and that hold now, for whoever was
// allowed to ask. It returns an error of the engine.
func DevicesOf(ctx context.Context, l *ledger.Ledger, user ident.User) ([]Device, error) {
	rows, err := l.Reader().QueryContext(ctx, sqlDevices, user, l.Now().UnixMicro())
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []Device
	for rows.Next() {
		d, err := scanDevice(rows)
		if err != nil {
			return nil, err
		}
		list = append(list, d)
	}
	return list, rows.Err()
}

// Here returns the device that a request comes from, by the text of its cookie,
// and whether this person bound it and it holds. It returns an error of the
// engine.
func (s *Service) Here(ctx context.Context, p session.Principal, text string) (Device, bool, error) {
	d, err := s.device(ctx, p.Actor.ID, text)
	if missing(err) {
		return Device{}, false, nil
	}
	return d, err == nil, err
}

// RevokeDevice unbinds a device of a person's own, at once; from any session of
// theirs, since the device may be lost. It returns ledger.ErrForbidden for one
// that is not theirs or was revoked before, session.ErrUnauthenticated, or what
// ledger.Execute returns.
func (s *Service) RevokeDevice(ctx context.Context, p session.Principal, id DeviceID) error {
	actor, err := s.sessions.Actor(ctx, p.Actor.ID)
	if err != nil {
		return err
	}
	command := ledger.Command{Actor: actor, Action: access.IdentityChange, Owner: actor.Holder, Key: s.newKey(), Input: id}
	_, err = s.ledger.Execute(ctx, command, func(tx *ledger.Tx) (ident.Ref, error) {
		return id.Ref(), tx.Guard(ledger.ErrForbidden, sqlRevokeDevice, id, p.Actor.ID, tx.Now().UnixMicro())
	})
	return err
}

// device finds a bound device of a user by the text of its cookie, or returns
// sql.ErrNoRows, for another user's device too.
func (s *Service) device(ctx context.Context, user ident.User, text string) (Device, error) {
	digest := sha256.Sum256([]byte(text))
	d, err := scanDevice(committed{ctx, s.ledger}.QueryRow(sqlDevice, digest[:], s.ledger.Now().UnixMicro()))
	if err == nil && d.user != user {
		return Device{}, sql.ErrNoRows
	}
	return d, err
}

func scanDevice(r db.Row) (Device, error) {
	var d Device
	var tries int
	var created, expires int64
	var used *int64
	err := r.Scan(&d.ID, &d.user, &d.Label, &d.pin, &tries, &created, &expires, &used)
	d.Locked, d.CreatedAt, d.ExpiresAt = tries >= mostTries, time.UnixMicro(created).UTC(), time.UnixMicro(expires).UTC()
	if used != nil {
		d.UsedAt = time.UnixMicro(*used).UTC()
	}
	return d, err
}

// CookieName returns the name of the cookie by which a bound device is known.
func (s *Service) CookieName() string {
	if s.secure {
		return "__Host-noria-device"
	}
	return "noria-device"
}

// SetCookie gives the browser what makes it known again. It is of use with a
// session of the same person only, and with the PIN.
func (s *Service) SetCookie(w http.ResponseWriter, b Bound) {
	http.SetCookie(w, &http.Cookie{Name: s.CookieName(), Value: b.text, Path: "/", MaxAge: int(deviceLifetime.Seconds()), Secure: s.secure,
		HttpOnly: true, SameSite: http.SameSiteStrictMode})
}

// DeviceOf returns the text of the device's cookie that a request carries, or
// nothing.
func (s *Service) DeviceOf(r *http.Request) string {
	c, err := r.Cookie(s.CookieName())
	if err != nil {
		return ""
	}
	return c.Value
}

// EndDevices unbinds every device of a person whose factors all end, as after the
// loss of a phone. It is part of the command that ends them.
func EndDevices(tx *ledger.Tx, user ident.User) error {
	_, err := tx.Exec(sqlEndDevices, user, tx.Now().UnixMicro())
	return err
}
