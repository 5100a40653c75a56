// SPDX-License-Identifier: AGPL-3.0-or-later

package locale

// problemEN holds the English words of refusals, one line per code, in
// alphabetical order; problem_fr.go holds the same codes.
func problemEN(code string) (words, bool) {
	switch code {
	case "account-not-dedicated":
		return words{"This bank account is not a dedicated one", "Choose a dedicated account of digital units."}, true
	case "account-unknown":
		return words{"The chart of accounts has no such account", "Check the code of the account, character by character."}, true
	case "address-known":
		return words{"This address has an account", "Ask the person for their member number, or leave the address empty."}, true
	case "affairs-open":
		return words{"Something is still under way", "Wait until it ends, or cancel it, then try again."}, true
	case "allowance-exhausted":
		return words{"Your share of the bonus is used up", "You can convert euros without a bonus, or wait for the next period."}, true
	case "already-reversed":
		return words{"This entry was reversed before", "Look at the statement: the reversal is there."}, true
	case "amendment-decided":
		return words{"The amendment was approved or withdrawn before", "Reload the page: the history shows the decision."}, true
	case "amendment-open":
		return words{"Another amendment awaits approval", "Have it approved or withdraw it, then try again."}, true
	case "amount-differs":
		return words{"The euros received are not those awaited", "Compare the bank statement with the amount awaited, to the cent."}, true
	case "amount-overflow":
		return words{"This account cannot hold that much", "Choose a smaller amount."}, true
	case "bank-account-awaits":
		return words{"Euros are awaited on this account", "Wait until changes and transfers under way are settled, then try again."}, true
	case "bank-account-decided":
		return words{"This proposal is closed already", "Reload the page: it was carried out or set aside."}, true
	case "bank-account-exists":
		return words{"This account exists already", "The short name or the IBAN is that of an account of the association. Check the bank certificate."}, true
	case "bank-account-holds":
		return words{"This account is not empty", "First transfer what it holds to another dedicated account, and record the transfer."}, true
	case "bank-account-last":
		return words{"This is the last dedicated account of these units", "Open another one before you close this one: the guarantee fund always has an account."}, true
	case "bank-account-proposed":
		return words{"Something is proposed about this account already", "Another person approves it or sets it aside before a new one is made."}, true
	case "bank-reference-used":
		return words{"This bank transfer was booked before", "Check the reference on the bank statement: each transfer counts once."}, true
	case "batch-line-already-paid":
		return words{"This line has already been paid", "Take the line out of the batch. The earlier payment stands."}, true
	case "batch-line-settled":
		return words{"This line is already paid or returned", "Reload the batch to see where each line stands."}, true
	case "batch-not-approved":
		return words{"The batch is not waiting for euros", "A second person must approve the batch first, and it is funded once."}, true
	case "batch-not-draft":
		return words{"The batch has been approved", "Its content no longer changes: prepare a new batch for what is missing."}, true
	case "batch-not-executed":
		return words{"The batch is not executed yet", "Wait until every line is paid or returned, then ask for the proof."}, true
	case "batch-not-funded":
		return words{"The euros of the batch have not all arrived", "Record the transfer of the public body, then try again."}, true
	case "batch-withdrawn":
		return words{"This batch was withdrawn", "Nothing was paid. Prepare a new batch."}, true
	case "beneficiaries-full":
		return words{"Your list of beneficiaries is full", "Remove somebody you do not pay any more, then try again."}, true
	case "body-too-large":
		return words{"What was sent is too large", "Send less: at most 64 KiB, file uploads apart."}, true
	case "bonus-waits":
		return words{"A part of these units comes from too recent a bonus", "Redeem the free part, or wait for the day that is told. You can spend all of it."}, true
	case "budget-exceeded":
		return words{"The campaign would exceed its budget", "Read the agreement again: payments stay within the voted budget."}, true
	case "budget-exhausted":
		return words{"The campaign’s budget is not enough", "You can convert euros without a bonus. The public body may pay more of its budget."}, true
	case "busy":
		return words{"The service is very busy", "Wait a few seconds and try again."}, true
	case "campaign-approved":
		return words{"The campaign was approved before", "It is approved once only: look at it."}, true
	case "campaign-closed":
		return words{"The bonus campaign is over", "You can convert euros without a bonus."}, true
	case "campaign-draft":
		return words{"Nobody approved the campaign yet", "A second person must approve it first."}, true
	case "campaign-open":
		return words{"The campaign may still give bonuses", "Wait for its last day, or close it first."}, true
	case "campaign-paused":
		return words{"The campaign is on hold", "Somebody who approves for the public body or the association can resume it."}, true
	case "campaign-runs":
		return words{"The campaign is not on hold", "Reload the page to see how far it is."}, true
	case "cancelled":
		return words{"The request was interrupted", "Try again."}, true
	case "card-decided":
		return words{"This card payment has its decision already", "Reload the page: a proposal may await a second person, or the provider has given the euros back."}, true
	case "card-deed":
		return words{"This decision does not fit this payment", "Reload the page to see what can be decided."}, true
	case "channel-unavailable":
		return words{"This way of paying euros is not offered", "Convert euros at a desk or by bank transfer."}, true
	case "closing":
		return words{"The service is restarting", "Wait a few seconds and try again."}, true
	case "code-refused":
		return words{"This code is not the right one", "Wait for the next code of your app, or take a recovery code that was not used."}, true
	case "collectivity-cannot-hold":
		return words{"A public body does not convert for itself", "It funds a campaign or a batch of payments: the association credits the payees."}, true
	case "collectivity-cannot-spend":
		return words{"A public body does not spend directly", "Pay euros to the association: it credits the payee who asked for it."}, true
	case "commission-changed":
		return words{"The commission changed in the meantime", "Start again: you will see the exact amount in euros before you confirm."}, true
	case "confirmation-method":
		return words{"This way of confirming is not offered here", "Choose one of the ways shown, or add a passkey to your account."}, true
	case "confirmation-refused":
		return words{"Your passkey did not confirm this payment", "Check the amount and the payee, then confirm again."}, true
	case "confirmation-required":
		return words{"This payment awaits your confirmation", "Sign in with your passkey or your password, then confirm the amount and the payee."}, true
	case "confirmation-too-fast":
		return words{"The confirmation came too fast", "Take the time to read the amount and the name of the payee, then confirm."}, true
	case "conversion-awaiting":
		return words{"This conversion still awaits its euros", "Record the transfer first, or cancel the request."}, true
	case "conversion-cancelled":
		return words{"This conversion was cancelled", "Ask for a new one. If you have already sent the euros, tell the association: they are not lost."}, true
	case "conversion-expired":
		return words{"This conversion has expired", "Ask for a new one. If you have already sent the euros, tell the association: they are not lost."}, true
	case "conversion-not-due":
		return words{"This conversion has not expired yet", "Wait for the date shown, or cancel the request."}, true
	case "conversion-reversed":
		return words{"This conversion was reversed", "Look at the statement: the reversal is there."}, true
	case "conversion-settled":
		return words{"This conversion is already settled", "Look at your wallet: the amount is there."}, true
	case "cross-origin":
		return words{"This request comes from another site", "Open the service at its own address and try again."}, true
	case "csv-invalid":
		return words{"The file has wrong lines", "Correct the lines pointed at and send the whole file again: nothing was written."}, true
	case "currency-not-open":
		return words{"The currency is not open yet", "The association must first declare who it is and its dedicated account."}, true
	case "currency-open-already":
		return words{"The currency is open already", "Its identity is recorded: look at the page of the currency."}, true
	case "cursor-invalid":
		return words{"This page of the list is unknown", "Start the list again."}, true
	case "data-folder-locked":
		return words{"The service is already open elsewhere", "An administrator must stop the other process."}, true
	case "database-encoding":
		return words{"The database has the wrong encoding", "An administrator must create it with ENCODING 'UTF8'."}, true
	case "database-login":
		return words{"The database server refused the service", "An administrator must check the user and the password."}, true
	case "database-missing":
		return words{"The server has no such database", "An administrator must create it first."}, true
	case "database-unreachable":
		return words{"The database does not answer", "Nothing was written. Wait a few seconds and try again."}, true
	case "database-url":
		return words{"The address of the database is not usable", "An administrator must give a postgres:// address."}, true
	case "debit-creditor-missing":
		return words{"The association does not collect direct debits yet", "Its treasurer must enter the SEPA creditor identifier first."}, true
	case "debit-file-unwritable":
		return words{"The bank would refuse this file", "Mend the lines that are named, then prepare another run."}, true
	case "debit-not-sent":
		return words{"This debit is not at the bank", "Reload the run to see how far each debit is."}, true
	case "desk-exists":
		return words{"A desk of this name exists", "Choose another short name."}, true
	case "desk-missing":
		return words{"No exchange desk is open", "The association must open a desk first, or convert by bank transfer."}, true
	case "desk-short":
		return words{"The till of the desk no longer holds these euros", "They went to the bank: give them back by transfer, with the treasurer."}, true
	case "devices-full":
		return words{"Ten devices are bound to your account already", "First remove one that you no longer use, then try again."}, true
	case "digest-changed":
		return words{"The content has changed since you read it", "Read the list and its total again, then approve again."}, true
	case "disk-full":
		return words{"The service has no room left to write", "Tell the association. Balances are intact."}, true
	case "dues-cancelled":
		return words{"These dues were cancelled before", "Read the list of dues again."}, true
	case "dues-no-account":
		return words{"Dues are not taken in units here", "Pay them in euros at a desk or by transfer."}, true
	case "dues-paid":
		return words{"This year is paid already", "The membership is valid: nothing more is due."}, true
	case "dues-rate-missing":
		return words{"No dues were decided for this year", "The treasurers decide the dues of this kind of account first."}, true
	case "dues-too-little":
		return words{"The dues are more than that", "The amount is at least what was decided for the year; more is welcome."}, true
	case "dues-year":
		return words{"Dues of this year cannot be paid", "Dues are paid for the current year or the next one."}, true
	case "ease-exceeded":
		return words{"This payment needs a full confirmation", "Confirm with your passkey, your PIN or a code from your app."}, true
	case "erasure-ended":
		return words{"This erasure has ended", "It was done or cancelled. Reload the page to see where it stands."}, true
	case "erasure-open":
		return words{"The erasure was asked for already", "It happens on its date. You can still cancel it."}, true
	case "erasure-second-person":
		return words{"Another person must approve", "An erasure at once is decided by two, and never by the person concerned."}, true
	case "export-code":
		return words{"The currency’s code does not suit the export", "Choose 1 to 20 visible characters, without quotes, other than EUR."}, true
	case "fonte-announced":
		return words{"Another rule of demurrage is announced", "End it first, then approve this one."}, true
	case "fonte-approved":
		return words{"This rule of demurrage was approved before", "It is announced or in force: there is nothing else to do."}, true
	case "fonte-ended":
		return words{"This rule of demurrage is over", "It was ended, withdrawn or replaced: read the list of rules again."}, true
	case "fonte-notice":
		return words{"The notice of this demurrage is too short", "Between the approval and the first day there must be 30 days at least, and the notice that is stated: choose a later first day."}, true
	case "forbidden":
		return words{"You may not do this", "Sign in with another account, or ask the association for this right."}, true
	case "fund-shortfall":
		return words{"The guarantee fund does not cover this", "A treasurer must first top up the guarantee fund."}, true
	case "gift-approved":
		return words{"These gifts were approved before", "They remain to be given."}, true
	case "gift-closed":
		return words{"This round of gifts is closed", "It was given or given up: read the list again."}, true
	case "gift-not-admitted":
		return words{"This association cannot be chosen", "Choose another one from the list."}, true
	case "gift-not-approved":
		return words{"These gifts are not approved", "Another person must approve them first."}, true
	case "gift-nothing":
		return words{"There is nothing to give for this period", "No member who chose an association changed euros in it."}, true
	case "gift-overlap":
		return words{"Another round covers a part of this period", "Choose dates after the last round, or give that one up."}, true
	case "grant-given":
		return words{"This person has this role already", "Reload the list of their roles: there is nothing to do."}, true
	case "grant-missing":
		return words{"This person does not have this role", "Reload the list of their roles: it may have been withdrawn before."}, true
	case "handles-too-many":
		return words{"Too many numbers were tried", "Wait a minute, and check the number or the code before you try again."}, true
	case "holder-kind":
		return words{"There is no such kind of account", "Choose individual, professional, collectivity or association."}, true
	case "hook-malformed":
		return words{"This notification names no payment", "The payment provider must send it again in the agreed form."}, true
	case "hook-signature":
		return words{"The signature of this notification does not hold", "Check the signing key at the provider and in the configuration."}, true
	case "household-exhausted":
		return words{"The household has received all its bonus", "You can convert euros without a bonus, or wait for the next period."}, true
	case "iban-differs":
		return words{"This account number is not the one that was written", "Read the bank certificate again: whoever wrote a wrong number should correct it."}, true
	case "idempotency-key-malformed":
		return words{"The idempotency key cannot be read", "Send a key of 16 to 64 visible characters."}, true
	case "idempotency-key-missing":
		return words{"The request has no idempotency key", "Send an Idempotency-Key header of 16 to 64 visible characters."}, true
	case "idempotency-key-reused":
		return words{"This key was used for another request", "Use a new key for a new request."}, true
	case "identity-exists":
		return words{"This person can sign in already", "To give them access again, open a recovery instead."}, true
	case "instruction-revoked":
		return words{"This instruction was revoked before", "The person may sign a new one."}, true
	case "insufficient-funds":
		return words{"The available balance is too small", "Convert euros, or pay a smaller amount."}, true
	case "intent-changed":
		return words{"What you were shown has changed", "Start again: you will see the present amount and payee before you confirm."}, true
	case "intent-expired":
		return words{"The time to confirm is over", "Start again: you will have five minutes to confirm."}, true
	case "internal":
		return words{"The service met an error", "Reload the page. If it comes back, give the reference to the association."}, true
	case "invalid":
		return words{"Something in the request is wrong", "Correct the fields that are pointed at and send it again."}, true
	case "issuer-linked":
		return words{"This identity, or your account, has a link already", "First take the present link off, on the page of your account."}, true
	case "issuer-refused":
		return words{"Your identity was not confirmed", "Begin again, or sign in another way."}, true
	case "issuer-unavailable":
		return words{"This identity service does not answer", "Try again in a while, or sign in another way."}, true
	case "issuer-unlinked":
		return words{"No account is linked to this identity", "Sign in another way, then link it on the page of your account."}, true
	case "job-probe":
		return words{"This probe records nothing", "There is nothing to do: the service only checks that it can write."}, true
	case "job-running":
		return words{"This job is already running", "Wait until it ends, a minute at most, then try again."}, true
	case "job-unknown":
		return words{"There is no job of this name", "Check the name of the job."}, true
	case "last-administrator":
		return words{"This is the last administrator", "Give this role to another person first."}, true
	case "last-grant":
		return words{"This is the person’s last role", "To shut them out, disable their account instead."}, true
	case "last-proof":
		return words{"This is your last way to sign in", "Add another passkey first, or a password with an authenticator app."}, true
	case "limited":
		return words{"Too many requests", "Wait a minute and try again."}, true
	case "loop-closed":
		return words{"This alert was closed before", "Reload the page to see the open alerts."}, true
	case "mail-address":
		return words{"This is not an e-mail address", "Check it, letter by letter."}, true
	case "mail-words":
		return words{"A letter cannot hold these characters", "Take out line breaks and control characters."}, true
	case "malformed":
		return words{"The request cannot be read", "Check how it is written and send it again."}, true
	case "mandate-ended":
		return words{"This direct debit mandate does not hold any more", "Cancel the run and prepare another one, or have a new mandate signed."}, true
	case "mandate-once":
		return words{"A mandate for one debit cannot be changed", "Cancel it, then sign another one."}, true
	case "media-type":
		return words{"This kind of content is not accepted", "Send JSON (application/json), or CSV (text/csv) where a file is expected."}, true
	case "membership-ended":
		return words{"The membership has ended", "Renew it on the page “Membership” or at a desk; euros can be changed again right away."}, true
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
	case "move-unfinished":
		return words{"The book is still being moved", "An administrator must finish the move."}, true
	case "no-book":
		return words{"There is no book yet", "An administrator must first open the service."}, true
	case "not-a-person":
		return words{"Only the account of an individual is erased", "For an organisation, close the access of its users instead."}, true
	case "not-recoverable":
		return words{"This account cannot be recovered this way", "There must be one user with a verified address. Otherwise invite the person."}, true
	case "not-redeemable":
		return words{"This account cannot be redeemed for euros", "Redemption is for professionals and public bodies."}, true
	case "not-refundable":
		return words{"This movement cannot be refunded", "Only a payment can be refunded."}, true
	case "not-returnable":
		return words{"A bank does not take cash back", "Only a direct debit, a card, a transfer or a cheque can be returned."}, true
	case "nothing-owed":
		return words{"The person does not owe that much", "Reload the page: a credit may have paid a part of the debt."}, true
	case "nothing-to-transfer":
		return words{"No transfer is needed", "The dedicated accounts hold what is owed: there is no file to give to the bank."}, true
	case "one-volunteer":
		return words{"Two volunteers are needed", "Another person of the association must approve, and never the person concerned."}, true
	case "outcome-unknown":
		return words{"We do not know yet whether it was done", "Send the same request again in a moment: it will not be done twice."}, true
	case "own-grant":
		return words{"Nobody gives themselves a role that decides over money", "Ask another administrator to give you this role."}, true
	case "pairing-code":
		return words{"This code pairs no screen", "Read the code again on the shop’s account. It holds for ten minutes and once: make another one if needed."}, true
	case "paper-closed":
		return words{"This movement of notes is over", "Reload the page to see where it stands."}, true
	case "paper-difference-none":
		return words{"This desk’s till does not have that difference", "Read the difference again, and its direction: euros lacked, or there were too many."}, true
	case "paper-invalid":
		return words{"This paper is no readable PDF", "Attach a PDF file of 2 MiB at most, as the supplier sent it."}, true
	case "paper-nothing-owed":
		return words{"Less than that is owed between the two funds in this direction", "Read the amount owed again: a transfer settles exchanges already made."}, true
	case "paper-numbers-needed":
		return words{"These notes are new: their numbers are needed", "Write the first number of the bundle."}, true
	case "paper-numbers-used":
		return words{"Notes with these numbers were printed before", "Read the delivery note again: numbers always follow the last ones printed."}, true
	case "paper-stock-short":
		return words{"These notes are not at this place", "Count the stock and compare it with what is shown, value by value."}, true
	case "paper-undo-late":
		return words{"A sale of notes is undone on its own day only", "Take the notes back for digital units: the member loses nothing."}, true
	case "passkeys-full":
		return words{"You have twenty passkeys already", "First remove one that you no longer use, then try again."}, true
	case "passkeys-off":
		return words{"Passkeys are not available here", "Open the service by its domain name, or sign in with a password."}, true
	case "password-breached":
		return words{"This password is known from a data breach", "Choose another one that you never used: three or four unrelated words will do."}, true
	case "password-weak":
		return words{"This password is too easy to guess", "Take 12 characters or more: three or four unrelated words will do."}, true
	case "payee-membership-ended":
		return words{"Whoever is paid is no member any more", "They can be paid as soon as they renew their membership."}, true
	case "payee-unknown":
		return words{"There is no such payee", "Check the number or the code, character by character."}, true
	case "payer-exhausted":
		return words{"This bank account has brought all its bonus", "You can convert euros without a bonus, or wait for the next period."}, true
	case "payout-account-approved":
		return words{"This bank account is approved already", "See the list of accounts: it says from when on the account holds."}, true
	case "payout-account-changed":
		return words{"A bank account was changed since this was prepared", "Cancel this run and prepare another one: the redemption concerned will wait."}, true
	case "payout-account-replaced":
		return words{"A later bank account replaces this one", "See the list of accounts and approve the last one, if it waits."}, true
	case "pin-locked":
		return words{"The PIN of this device is locked", "Sign in again with your passkey or your password, then choose a new PIN."}, true
	case "pin-weak":
		return words{"This PIN is too easy to guess", "Choose six digits without a sequence or a repetition, and no date of birth."}, true
	case "pin-wrong":
		return words{"This PIN is wrong", "Try again. After five mistakes the PIN is locked on this device."}, true
	case "posting-invalid":
		return words{"This posting is not valid", "Check the accounts and the amount."}, true
	case "project-changed":
		return words{"This project changed in between", "Reload the list: somebody changed or withdrew it."}, true
	case "proof-ended":
		return words{"This link or page was used before, or is too old", "Begin again: a link works only once."}, true
	case "proof-refused":
		return words{"These do not open a session", "Check the address and the password, or try another passkey."}, true
	case "proof-stale":
		return words{"First confirm that it is you", "Sign in again, then make this change within five minutes."}, true
	case "provider-unavailable":
		return words{"Paying by card is not possible for the moment", "Nothing was debited. Try again in a few minutes, or choose a bank transfer."}, true
	case "push-endpoint":
		return words{"This browser cannot receive notices", "Try with an up-to-date Firefox, Chrome, Edge or Safari."}, true
	case "quote-changed":
		return words{"The bonus has changed meanwhile", "Read the new figures, and confirm if you agree."}, true
	case "recovery-early":
		return words{"This code does not hold yet", "A delay protects the person against a request made in their place. Come back a little later."}, true
	case "recovery-ended":
		return words{"This recovery does not hold any more", "It was used or cancelled, or is too old. Ask the association to begin again."}, true
	case "recovery-office":
		return words{"An administrator must approve", "This account has a role that decides: ask an administrator."}, true
	case "recovery-open":
		return words{"A recovery is under way", "Finish it, or cancel it before you open another."}, true
	case "redemption-approved":
		return words{"Nothing of this redemption awaits approval", "Look at it to see how far it is."}, true
	case "redemption-in-run":
		return words{"This redemption is in a run of transfers", "Cancel the run first, or wait until the bank pays."}, true
	case "redemption-not-sent":
		return words{"This transfer was not given to the bank", "Check the reference of the transfer and how far the redemption is."}, true
	case "redemption-refused":
		return words{"This redemption was refused", "The units are back in the wallet. A new one may be asked for."}, true
	case "redemption-sent":
		return words{"The transfer of this redemption is at the bank", "If it comes back, record the return: the units are given back or the transfer is made again."}, true
	case "redemption-settled":
		return words{"This redemption is already settled", "The euros were sent: look at the statement."}, true
	case "redemption-unapproved":
		return words{"This exception awaits a second person", "Somebody else must approve it before anything is paid."}, true
	case "reference-invalid":
		return words{"This conversion reference is wrong", "Copy it again from the request: its last character is a check."}, true
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
	case "requests-too-many":
		return words{"You have many requests already", "Cancel those that are not needed any more, or wait until others are paid."}, true
	case "role-withheld":
		return words{"This session does not carry all your roles", "Sign in with your passkey, then make the token."}, true
	case "roles-held":
		return words{"This person still has roles", "Withdraw them first: an account that acts for others is not erased."}, true
	case "run-cancelled":
		return words{"This run is cancelled", "Prepare another one: its redemptions wait."}, true
	case "run-empty":
		return words{"No redemption can be paid now", "Each one that waits says what it lacks: a bank account, a delay or an approval."}, true
	case "run-exported":
		return words{"The file of this run was given out already", "It cannot be cancelled: record what the bank pays or sends back."}, true
	case "run-late":
		return words{"The day of this run is past", "Cancel it and prepare another one, with a business day to come."}, true
	case "run-not-approved":
		return words{"This run is not approved", "Somebody else must approve it before its file is given out."}, true
	case "run-not-draft":
		return words{"This run was approved already", "Its content does not change any more: fetch its file, or cancel it."}, true
	case "run-not-exported":
		return words{"The file of this run was not given out yet", "Fetch it and give it to the bank before you record the payment."}, true
	case "same-person":
		return words{"Another person must approve", "Who prepares cannot approve. Tell the second person."}, true
	case "same-wallet":
		return words{"You cannot pay yourself", "Choose another payee."}, true
	case "schema-newer":
		return words{"The book comes from a newer version", "An administrator must install that version."}, true
	case "schema-older":
		return words{"The book needs migrations", "An administrator must run the migration."}, true
	case "screen-revoked":
		return words{"This screen was taken off before", "It shows nothing any more. Reload the list of screens."}, true
	case "screen-unknown":
		return words{"This device is not a counter screen", "Pair it with a code made at the till, at the address /ecran."}, true
	case "screens-full":
		return words{"This shop already has twenty screens", "Take off a screen that is not used any more, then try again."}, true
	case "secret-chosen":
		return words{"A token’s secret is not chosen", "Let the service make the token. Only a demonstration sets one."}, true
	case "secret-taken":
		return words{"This secret belongs to another token", "Make a new token."}, true
	case "set-up":
		return words{"The service is set up already", "Sign in with a token, or ask an administrator for one."}, true
	case "thresholds-changed":
		return words{"These thresholds changed in between", "Somebody else has just set them. Compare, then save again if you wish."}, true
	case "timeout":
		return words{"Sending took too long", "Check your connection and try again with the same idempotency key."}, true
	case "token-revoked":
		return words{"This token was revoked before", "It opens nothing any more. Make a new token if needed."}, true
	case "too-many-grants":
		return words{"This person has 20 roles already", "First withdraw a role that is not needed any more."}, true
	case "too-many-intents":
		return words{"Too many payments await your confirmation", "Confirm those you began, or wait a few minutes."}, true
	case "too-many-lines":
		return words{"The batch has too many lines", "Split it: a batch has at most 5,000 lines."}, true
	case "too-many-tries":
		return words{"Too many tries", "Wait a few minutes before you try again. Your account is not blocked elsewhere."}, true
	case "transfer-file-refused":
		return words{"A bank would refuse this file", "Correct what is marked, then try again."}, true
	case "unauthenticated":
		return words{"You are not signed in", "Sign in, then go on where you were."}, true
	case "unavailable":
		return words{"The service is not available right now", "Wait a few seconds and try again."}, true
	case "unspent-differs":
		return words{"This is not the amount to send back to the funder", "Reload the campaign: what is left may have changed."}, true
	case "user-missing":
		return words{"There is no such active user", "Check the id, or create the user."}, true
	case "user-stands":
		return words{"This account is not disabled", "Reload the person’s page. An account that was erased cannot be opened again."}, true
	case "waiver-approved":
		return words{"The waiver was approved before", "Reload the page to see the debt."}, true
	case "waiver-open":
		return words{"Another waiver awaits approval", "A second person must decide first."}, true
	case "wallet-moved":
		return words{"The wallet moved meanwhile", "Try again in a moment."}, true
	case "wallet-not-empty":
		return words{"The wallet is not empty", "First spend or give away what it holds, then try again."}, true
	}
	return words{}, false
}
