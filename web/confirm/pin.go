// SPDX-License-Identifier: AGPL-3.0-or-later

package confirm

import (
	"context"
	"strings"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ops/job"
)

// A PIN has this many digits, and this many wrong ones lock it.
const (
	pinDigits = 6
	mostTries = 5
)

// byPIN counts a try in the book and checks the PIN of a bound device. A right
// one forgets the tries, even where the payment is refused then.
func (s *Service) byPIN(ctx context.Context, i Intent, a Answer) (proof, error) {
	d, err := s.device(ctx, i.User, a.Device)
	if missing(err) {
		return proof{}, ErrMethod
	}
	if err != nil {
		return proof{}, err
	}
	err = s.count(ctx, d.ID, func(tx *ledger.Tx) error { return tx.Guard(ErrPINLocked, sqlTryPIN, d.ID, mostTries) })
	if err != nil {
		return proof{}, err
	}
	if len(a.PIN) > 4*pinDigits {
		a.PIN = "" // none is as long
	}
	right, err := s.identity.MatchesPIN(ctx, d.ID.Ref(), a.PIN, d.pin)
	if err != nil {
		return proof{}, err
	}
	if !right {
		return proof{}, ErrPIN
	}
	err = s.count(ctx, d.ID, func(tx *ledger.Tx) error {
		_, err := tx.Exec(sqlForgivePIN, d.ID, d.pin)
		return err
	})
	return proof{method: ByPIN, device: d.ID, use: func(tx *ledger.Tx) error {
		return tx.Guard(ErrMethod, sqlUseDevice, d.ID, d.pin, tx.Now().UnixMicro())
	}}, err
}

// count changes the tries of a device, in a command of its own: what it says
// stands whatever becomes of the payment.
func (s *Service) count(ctx context.Context, id DeviceID, do func(*ledger.Tx) error) error {
	command := ledger.Command{Actor: job.System(), Action: access.IdentityAttempt, Key: s.newKey(), Input: id}
	_, err := s.ledger.Execute(ctx, command, func(tx *ledger.Tx) (ident.Ref, error) { return ident.Ref{}, do(tx) })
	return err
}

// weakPIN says whether a PIN is not six digits, or one that is tried first: few
// different digits, one pattern twice or three times, a row up or down in equal
// steps, a mirror, a column of the keypad.
func weakPIN(pin string) bool {
	if len(pin) != pinDigits || strings.Trim(pin, "0123456789") != "" {
		return true
	}
	different := make(map[byte]bool)
	row := true
	for i := range pinDigits {
		different[pin[i]] = true
		// Steps go round: after 9 comes 0.
		row = row && (i == 0 || (pin[i]-pin[i-1]+10)%10 == (pin[1]-pin[0]+10)%10)
	}
	mirror := pin[0] == pin[5] && pin[1] == pin[4] && pin[2] == pin[3]
	doubles := pin[0] == pin[1] && pin[2] == pin[3] && pin[4] == pin[5]
	if len(different) < 3 || row || mirror || doubles || pin[:3] == pin[3:] || (pin[:2] == pin[2:4] && pin[2:4] == pin[4:]) {
		return true
	}
	for _, tried := range []string{"147258", "258369", "369258", "258147", "741852", "852963", "159357", "357159", "159753", "753159", "147369", "123654", "321456", "456123", "123789", "102030", "112358", "314159", "271828"} {
		if pin == tried {
			return true
		}
	}
	return false
}
