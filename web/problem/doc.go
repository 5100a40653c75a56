// SPDX-License-Identifier: AGPL-3.0-or-later

// Package problem turns refusals into answers: it is the only place where the
// kind of a fault becomes an HTTP status, and where an error that is no fault
// becomes an opaque 500.
//
// A problem document (RFC 9457) says what happened, where, and whether money
// moved. It never repeats an offending value and never shows the text of an
// unexpected error: that goes to the log, under the trace id that the caller is
// given. Law: every answer of 400 and above that this service makes is written
// here.
package problem
