// SPDX-License-Identifier: AGPL-3.0-or-later

package treasury

import (
	"strconv"

	"github.com/noria-mlc/noria/ledger"
)

// What the templates write of the views. A status has a shape beside its words.

// LateText is how many are late, as text.
func (w wait) LateText() string { return strconv.Itoa(w.Late) }

// DaysText is the number of days, as text.
func (s standing) DaysText() string { return strconv.Itoa(s.Days) }

// DaysText is the number of days, as text.
func (r awaitedRow) DaysText() string { return strconv.Itoa(r.Days) }

// DaysText is the number of days, as text.
func (r decisionRow) DaysText() string { return strconv.Itoa(r.Days) }

// MoreText is the number of lines left out, as text.
func (v batchView) MoreText() string { return strconv.Itoa(v.More) }

// SeqText writes the number of the last entry that counts.
func (v fundView) SeqText() string { return strconv.FormatInt(v.Seq, 10) }

// ShortHash is the beginning of its hash, enough to compare by eye.
func (v fundView) ShortHash() string { return v.Hash[:min(16, len(v.Hash))] }

// StatusKind is the shape of the conversion's state.
func (v conversionView) StatusKind() string {
	switch v.Status {
	case "awaiting_euros":
		return "wait"
	case "settled":
		return "done"
	}
	return "ended"
}

// StatusKind is the shape of the redemption's state.
func (v redemptionView) StatusKind() string {
	switch v.Status {
	case "settled":
		return "done"
	case "refused":
		return "bad"
	}
	return "wait"
}

// StatusKind is the shape of the campaign's state.
func (v campaignView) StatusKind() string {
	switch v.Status {
	case "active":
		return "done"
	case "closed":
		return "ended"
	}
	return "wait"
}

// StatusKind is the shape of the batch's state.
func (v batchView) StatusKind() string {
	if v.Status == "executed" {
		return "done"
	}
	return "wait"
}

// Words is the key of what a cause is called.
func (c causeRow) Words() string {
	switch {
	case c.Kind == string(ledger.KindRedemption):
		return "fee"
	case c.Kind == string(ledger.KindTransfer) && c.Out:
		return "left"
	case c.Kind == string(ledger.KindTransfer):
		return "came"
	}
	return "other"
}
