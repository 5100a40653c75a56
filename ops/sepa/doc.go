// SPDX-License-Identifier: AGPL-3.0-or-later

// Package sepa owns what the euro payment area prescribes about accounts and
// about asking for a transfer: account numbers (IBAN, RIB), creditor references
// (ISO 11649) and the payload of the EPC069-12 code that a banking application
// reads; the files of credit transfers and direct debits that a bank takes
// (pain.001, pain.008), with the calendar of its business days.
//
// It refuses: account numbers of other countries, of a wrong length or layout,
// with wrong check digits or a wrong RIB key (rule S7); transfers without a
// beneficiary or without an amount, with both a reference and a text, with line
// breaks or invisible characters in a field, or longer than the code may be;
// files that their schema takes and a bank does not: other money than euros, wrong
// sums, characters that banks do not take, addresses in lines (S6), a day on
// which banks do not settle, an id that occurs twice.
// No refusal repeats the value that was refused.
//
// Laws: a parsed IBAN read again, plain or grouped, is itself; no single wrong
// digit passes; a payload read back line by line gives the transfer that
// was written; the same file is written to the same bytes, and every file that
// is written passes CheckFile and its schema; no field can spill into another one; structured logs never
// show an account in full (rule D1).
//
// Drawing the code is the business of web/qr, which must be told to stay within
// version 13.
package sepa
