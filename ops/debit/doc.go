// SPDX-License-Identifier: AGPL-3.0-or-later

// Package debit owns the way of euros by SEPA direct debit: what members signed
// (mandates), the debits that follow from it and are told beforehand, the runs in
// which a treasurer sends them to the bank, and what banks send back.
//
// It refuses: a mandate with a wrong account (S7); a debit under a mandate that
// ended (ErrMandateEnded) or was not used for 36 months, which it closes as void
// (S1); a day sooner than the notice that was agreed (S2); a run approved by who
// prepared it or on another content than was read (D9); units before the bank
// collected; a return of a debit that was never sent (ErrDebitNotSent).
//
// Laws: a mandate is debited once for each period, and once a day at most where it
// follows the balance; its reference is unique and never given again; units are
// issued once, when the bank collected; the same run gives the same file, byte for
// byte; whoever signed revokes alone and at once. Units bought by debit stay
// recognisable by the channel of their conversion (G6). No answer that the audit
// trail keeps has an account's number or the name of its holder (D1).
package debit
