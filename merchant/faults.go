// SPDX-License-Identifier: AGPL-3.0-or-later

package merchant

import "github.com/noria-mlc/noria/ledger/fault"

// Refusals of trade.
var (
	ErrPayeeUnknown     = fault.New(fault.Invalid, "payee-unknown", "there is no such payee").At("/to", "must be the exact id of a wallet, number of a holder, code or number of a merchant")
	ErrSameWallet       = fault.New(fault.Refused, "same-wallet", "payer and payee are the same")
	ErrCannotSpend      = fault.New(fault.Refused, "collectivity-cannot-spend", "a collectivité pays euros to the association, which credits the payee (P6)")
	ErrWhichMerchant    = fault.New(fault.Invalid, "merchant-ambiguous", "the organisation has no merchant or several").At("/merchant", "must name the merchant")
	ErrCollectivity     = fault.New(fault.Invalid, "merchant-holder", "a merchant belongs to a professional or an association").At("/holder", "must be a professional or an association")
	ErrRequestExpired   = fault.New(fault.Refused, "request-expired", "the payment request has expired")
	ErrRequestCancelled = fault.New(fault.Refused, "request-cancelled", "the payment request was cancelled")
	ErrRequestPaid      = fault.New(fault.Refused, "request-already-paid", "the payment request was paid before")
	ErrRequestAmount    = fault.New(fault.Refused, "request-amount-differs", "the payment request asks for another amount")
	ErrRefundExceeds    = fault.New(fault.Refused, "refund-exceeds-payment", "the refunds of a payment may not exceed it")
	errNothingDue       = ErrRequestExpired.With("no request is due")
	ErrTooManyRequests  = fault.New(fault.Limited, "requests-too-many", "as many requests as a person may have open, or make in a day")
	ErrTooManyTries     = fault.New(fault.Limited, "handles-too-many", "too many numbers or codes were looked up in a short time (D2)")
	ErrTooManySaved     = fault.New(fault.Refused, "beneficiaries-full", "no more beneficiaries can be kept")
	ErrPairing          = fault.New(fault.Refused, "pairing-code", "the code is wrong, was used, or its ten minutes are over")
	ErrScreens          = fault.New(fault.Refused, "screens-full", "a merchant has twenty screens at most")
	ErrScreenRevoked    = fault.New(fault.Refused, "screen-revoked", "the screen was taken off before")
	ErrScreenUnknown    = fault.New(fault.Unauthenticated, "screen-unknown", "the device is no screen, or none any more")
	ErrNotRefundable    = fault.New(fault.Refused, "not-refundable", "a refund is not refunded")
)
