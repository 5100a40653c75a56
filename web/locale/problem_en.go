// SPDX-License-Identifier: AGPL-3.0-or-later

package locale

// problemEN holds the English words of refusals, one line per code, in
// alphabetical order; problem_fr.go holds the same codes.
func problemEN(code string) (words, bool) {
	switch code {
	case "allowance-exhausted":
		return words{"Your share of the bonus is used up", "You can convert euros without a bonus, or wait for the next period."}, true
	case "already-reversed":
		return words{"This entry was reversed before", "Look at the statement: the reversal is there."}, true
	case "amount-overflow":
		return words{"This account cannot hold that much", "Choose a smaller amount."}, true
	case "batch-line-already-paid":
		return words{"This line has already been paid", "Take the line out of the batch. The earlier payment stands."}, true
	case "body-too-large":
		return words{"What was sent is too large", "Send less: at most 64 KiB, file uploads apart."}, true
	case "busy":
		return words{"The service is very busy", "Wait a few seconds and try again."}, true
	case "campaign-closed":
		return words{"The bonus campaign is over", "You can convert euros without a bonus."}, true
	case "cancelled":
		return words{"The request was interrupted", "Try again."}, true
	case "closing":
		return words{"The service is restarting", "Wait a few seconds and try again."}, true
	case "collectivity-cannot-spend":
		return words{"A public body does not spend directly", "Pay euros to the association: it credits the payee who asked for it."}, true
	case "conversion-expired":
		return words{"This conversion has expired", "Ask for a new one. If you have already sent the euros, tell the association: they are not lost."}, true
	case "conversion-settled":
		return words{"This conversion is already settled", "Look at your wallet: the amount is there."}, true
	case "currency-not-open":
		return words{"The currency is not open yet", "The association must first declare who it is and its dedicated account."}, true
	case "cursor-invalid":
		return words{"This page of the list is unknown", "Start the list again."}, true
	case "data-folder-locked":
		return words{"The service is already open elsewhere", "An administrator must stop the other process."}, true
	case "digest-changed":
		return words{"The content has changed since you read it", "Read the list and its total again, then approve again."}, true
	case "disk-full":
		return words{"The service has no room left to write", "Tell the association. Balances are intact."}, true
	case "forbidden":
		return words{"You may not do this", "Sign in with another account, or ask the association for this right."}, true
	case "fund-shortfall":
		return words{"The guarantee fund does not cover this", "A treasurer must first top up the guarantee fund."}, true
	case "holder-kind":
		return words{"There is no such kind of account", "Choose individual, professional, collectivity or association."}, true
	case "idempotency-key-malformed":
		return words{"The idempotency key cannot be read", "Send a key of 16 to 64 visible characters."}, true
	case "idempotency-key-missing":
		return words{"The request has no idempotency key", "Send an Idempotency-Key header of 16 to 64 visible characters."}, true
	case "idempotency-key-reused":
		return words{"This key was used for another request", "Use a new key for a new request."}, true
	case "idempotency-key-running":
		return words{"This request is still running", "Wait a few seconds and ask again with the same key."}, true
	case "insufficient-funds":
		return words{"The available balance is too small", "Convert euros, or pay a smaller amount."}, true
	case "internal":
		return words{"The service met an error", "Reload the page. If it comes back, give the reference to the association."}, true
	case "invalid":
		return words{"Something in the request is wrong", "Correct the fields that are pointed at and send it again."}, true
	case "limited":
		return words{"Too many requests", "Wait a minute and try again."}, true
	case "malformed":
		return words{"The request cannot be read", "Check how it is written and send it again."}, true
	case "merchant-ambiguous":
		return words{"Name the merchant", "Your organisation has several merchants, or none: choose the one that collects."}, true
	case "merchant-holder":
		return words{"This account cannot hold a merchant", "A merchant belongs to a professional or an association."}, true
	case "method-not-allowed":
		return words{"This address is not used that way", "Use one of the methods named in the Allow header."}, true
	case "mirror-broken":
		return words{"The entry would break the guarantee", "Tell the association: each unit must have its euro."}, true
	case "missing":
		return words{"There is no such thing", "Check the address, or start again from the home page."}, true
	case "no-book":
		return words{"There is no book yet", "An administrator must first open the service."}, true
	case "not-redeemable":
		return words{"This account cannot be redeemed for euros", "Redemption is for professionals and public bodies."}, true
	case "not-refundable":
		return words{"This movement cannot be refunded", "Only a payment can be refunded."}, true
	case "payee-unknown":
		return words{"There is no such payee", "Check the number or the code, character by character."}, true
	case "posting-invalid":
		return words{"This posting is not valid", "Check the accounts and the amount."}, true
	case "refund-exceeds-payment":
		return words{"The refund is larger than the payment", "Choose an amount no larger than what is left to refund."}, true
	case "request-already-paid":
		return words{"This request has already been paid", "Do not pay again: look at your wallet."}, true
	case "request-amount-differs":
		return words{"The amount differs from the request", "Reload to see the amount asked for."}, true
	case "request-cancelled":
		return words{"The merchant cancelled this request", "Ask for a new code."}, true
	case "request-expired":
		return words{"This payment request has expired", "Ask the merchant for a new code."}, true
	case "same-person":
		return words{"Another person must approve", "Who prepares cannot approve. Tell the second person."}, true
	case "same-wallet":
		return words{"You cannot pay yourself", "Choose another payee."}, true
	case "schema-newer":
		return words{"The book comes from a newer version", "An administrator must install that version."}, true
	case "schema-older":
		return words{"The book needs migrations", "An administrator must run the migration."}, true
	case "unauthenticated":
		return words{"You are not signed in", "Sign in, then go on where you were."}, true
	case "unavailable":
		return words{"The service is not available right now", "Wait a few seconds and try again."}, true
	}
	return words{}, false
}
