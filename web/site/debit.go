// SPDX-License-Identifier: AGPL-3.0-or-later

package site

import "github.com/noria-mlc/noria/ops/debit"

// MandateShape is the kind of the component status for the status of a mandate.
func MandateShape(status string) string {
	switch debit.MandateStatus(status) {
	case debit.Active:
		return "done"
	case debit.Suspended:
		return "bad"
	}
	return "ended"
}

// DebitShape is the kind of the component status for the status of a debit.
func DebitShape(status string) string {
	switch debit.Status(status) {
	case debit.Collected:
		return "done"
	case debit.Returned:
		return "bad"
	case debit.Cancelled:
		return "ended"
	}
	return "wait"
}
