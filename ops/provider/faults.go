// SPDX-License-Identifier: AGPL-3.0-or-later

package provider

import "github.com/noria-mlc/noria/ledger/fault"

// Refusals of card payments.
var (
	ErrSignature = fault.New(fault.Forbidden, "hook-signature", "the signature of the hook is missing, wrong or too old")
	ErrHook      = fault.New(fault.Malformed, "hook-malformed", "the hook names no payment")
	ErrGateway   = fault.New(fault.Unavailable, "provider-unavailable", "the card provider does not answer as it should")
)
