// SPDX-License-Identifier: AGPL-3.0-or-later

package provider

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"time"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/ledger/money"
)

// Gateway speaks to one provider.
type Gateway interface {
	// Name is that of the provider in the chart of accounts and in the address of
	// its hooks: small letters.
	Name() string
	// Create makes a checkout. The same order made again gives the same checkout,
	// or another one that nobody has seen.
	Create(ctx context.Context, o Order) (Made, error)
	// Read tells what became of a payment. It returns ErrGateway.
	Read(ctx context.Context, payment string) (conversion.CardPayment, error)
	// Hint checks the signature of a hook at an instant and returns what it points
	// to. It returns ErrSignature and ErrHook.
	Hint(header http.Header, body []byte, now time.Time) (Hint, error)
}

// Order is what somebody is to pay.
type Order struct {
	Key       string       // the same for every attempt at one checkout
	Reference string       // of the conversion
	Euros     money.Amount // in cents of euro
	Title     string       // what the payer reads
	Back      string       // address of the page that the payer comes back to
	Until     time.Time    // when the bonus is no longer kept
}

// Made is a checkout at a provider.
type Made struct {
	Payment string // its id at the provider
	URL     string // where the payer pays
}

// Hint is what a hook points to: the payment, or the reference of its
// conversion, or nothing that matters here.
type Hint struct{ Payment, Reference string }

// signed returns the HMAC-SHA256 of a body in hexadecimal.
func signed(key string, parts ...[]byte) string {
	mac := hmac.New(sha256.New, []byte(key))
	for _, p := range parts {
		mac.Write(p)
	}
	return hex.EncodeToString(mac.Sum(nil))
}

// same compares two signatures in a time that does not depend on where they
// differ.
func same(a, b string) bool { return a != "" && hmac.Equal([]byte(a), []byte(b)) }
