// SPDX-License-Identifier: AGPL-3.0-or-later

package conversion

import "github.com/noria-mlc/noria/ledger/fault"

// Refusals of the euro border.
var (
	ErrNotOpen       = fault.New(fault.Refused, "currency-not-open", "the currency has no issuer and dedicated bank account yet (L1)")
	ErrOpenAlready   = fault.New(fault.Refused, "currency-open-already", "the currency was opened before")
	ErrDeskExists    = fault.New(fault.Refused, "desk-exists", "a desk of this name was opened before")
	ErrDeskMissing   = fault.New(fault.Refused, "desk-missing", "no exchange desk was opened yet")
	ErrDeskShort     = fault.New(fault.Refused, "desk-short", "the desk's till does not hold these euros any more")
	ErrSamePerson    = fault.New(fault.Refused, "same-person", "who prepared it cannot approve it (D9)")
	ErrCardDeed      = fault.New(fault.Refused, "card-deed", "this cannot be decided about this payment by card")
	ErrCardDecided   = fault.New(fault.Refused, "card-decided", "this payment by card was decided, or a decision about it awaits a second person")
	ErrReferenceUsed = fault.New(fault.Refused, "bank-reference-used", "this bank reference was booked before")
	ErrShortfall     = fault.New(fault.Refused, "fund-shortfall", "the guarantee fund would not cover the units in circulation (G1)")

	ErrCampaignApproved = fault.New(fault.Refused, "campaign-approved", "the campaign was approved before")
	ErrCampaignClosed   = fault.New(fault.Refused, "campaign-closed", "the campaign has ended")
	ErrBudgetExceeded   = fault.New(fault.Refused, "budget-exceeded", "the campaign would receive more than its budget")
	ErrBudgetExhausted  = fault.New(fault.Refused, "budget-exhausted", "the campaign has not received that much bonus (G4)")
	ErrAllowance        = fault.New(fault.Refused, "allowance-exhausted", "the person's ceiling of bonus is reached (P12)")

	ErrHousehold        = fault.New(fault.Refused, "household-exhausted", "the household's ceiling of bonus is reached (P12)")
	ErrPayer            = fault.New(fault.Refused, "payer-exhausted", "the ceiling of bonus of the paying account is reached (P12)")
	ErrCampaignPaused   = fault.New(fault.Refused, "campaign-paused", "the campaign is paused, or was never approved")
	ErrCampaignRuns     = fault.New(fault.Refused, "campaign-runs", "the campaign is not paused")
	ErrCampaignDraft    = fault.New(fault.Refused, "campaign-draft", "nobody approved the campaign yet")
	ErrCampaignOpen     = fault.New(fault.Refused, "campaign-open", "the campaign may still grant: close it first")
	ErrUnspentDiffers   = fault.New(fault.Refused, "unspent-differs", "this is not what is to go back to the funder")
	ErrAmendmentOpen    = fault.New(fault.Refused, "amendment-open", "another amendment of the campaign awaits approval")
	ErrAmendmentDecided = fault.New(fault.Refused, "amendment-decided", "the amendment was approved or withdrawn before")

	ErrNotReturnable  = fault.New(fault.Refused, "not-returnable", "cash cannot be taken back by a bank")
	ErrNothingOwed    = fault.New(fault.Refused, "nothing-owed", "the holder does not owe that much (G6)")
	ErrWaiverOpen     = fault.New(fault.Refused, "waiver-open", "another waiver of this receivable awaits approval")
	ErrWaiverApproved = fault.New(fault.Refused, "waiver-approved", "the waiver was approved before")
	ErrLoopClosed     = fault.New(fault.Refused, "loop-closed", "the alert was closed before, or there is none")
	ErrBonusWaits     = fault.New(fault.Refused, "bonus-waits", "a part of these units was born of a bonus too recently to be redeemed")

	ErrChannel             = fault.New(fault.Refused, "channel-unavailable", "this way of paying euros is not offered")
	ErrCollectivity        = fault.New(fault.Refused, "collectivity-cannot-hold", "a collectivité does not convert for itself: it may not spend units (P6, P7)")
	ErrQuoteChanged        = fault.New(fault.Refused, "quote-changed", "the conversion would not credit what was expected (P12)")
	ErrConversionExpired   = fault.New(fault.Refused, "conversion-expired", "the euros were awaited until a date that is past")
	ErrConversionCancelled = fault.New(fault.Refused, "conversion-cancelled", "the conversion was cancelled")
	ErrConversionSettled   = fault.New(fault.Refused, "conversion-settled", "the conversion is settled")
	ErrConversionReversed  = fault.New(fault.Refused, "conversion-reversed", "the conversion was reversed")
	ErrConversionAwaiting  = fault.New(fault.Refused, "conversion-awaiting", "the conversion still awaits its euros")
	ErrNotDue              = fault.New(fault.Refused, "conversion-not-due", "the conversion has not expired yet")
	ErrAmountDiffers       = fault.New(fault.Refused, "amount-differs", "the euros received are not the euros awaited")
	ErrReference           = fault.New(fault.Invalid, "reference-invalid", "this is no conversion reference, or its check character is wrong")

	ErrNotRedeemable     = fault.New(fault.Refused, "not-redeemable", "individuals cannot get euros back from units (L5)")
	ErrCommissionChanged = fault.New(fault.Refused, "commission-changed", "the commission was changed since these euros were shown")
	ErrRedemptionSettled = fault.New(fault.Refused, "redemption-settled", "the redemption is settled")
	ErrRedemptionRefused = fault.New(fault.Refused, "redemption-refused", "the redemption was refused")

	ErrRedemptionInRun      = fault.New(fault.Refused, "redemption-in-run", "the redemption is in a run; cancel the run first")
	ErrRedemptionSent       = fault.New(fault.Refused, "redemption-sent", "the transfer was given to the bank; only its return takes it back")
	ErrRedemptionNotSent    = fault.New(fault.Refused, "redemption-not-sent", "this transfer is not at the bank")
	ErrRedemptionUnapproved = fault.New(fault.Refused, "redemption-unapproved", "the exception awaits a second person (L6)")
	ErrRedemptionApproved   = fault.New(fault.Refused, "redemption-approved", "nothing of this redemption awaits approval")

	ErrAccountApproved = fault.New(fault.Refused, "payout-account-approved", "the account was approved before")
	ErrAccountReplaced = fault.New(fault.Refused, "payout-account-replaced", "a later account of the holder counts")
	ErrAccountChanged  = fault.New(fault.Refused, "payout-account-changed", "an account of the run was changed since it was prepared (D10)")
	ErrIBANDiffers     = fault.New(fault.Refused, "iban-differs", "the number read on the certificate is not the one that was written (D9)")

	ErrRunEmpty       = fault.New(fault.Refused, "run-empty", "no redemption can be paid now")
	ErrRunNotDraft    = fault.New(fault.Refused, "run-not-draft", "the run was approved before")
	ErrRunNotApproved = fault.New(fault.Refused, "run-not-approved", "another person must approve the run first (D9)")
	ErrRunNotExported = fault.New(fault.Refused, "run-not-exported", "the file of the run was not given out yet")
	ErrRunExported    = fault.New(fault.Refused, "run-exported", "the file of the run was given out")
	ErrRunCancelled   = fault.New(fault.Refused, "run-cancelled", "the run was cancelled")
	ErrRunLate        = fault.New(fault.Refused, "run-late", "the day of the run is past; cancel it and prepare another one")
	ErrDigestChanged  = fault.New(fault.Refused, "digest-changed", "the content is not the one that was read")
)
