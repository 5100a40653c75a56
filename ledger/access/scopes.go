// SPDX-License-Identifier: AGPL-3.0-or-later

package access

import (
	"encoding/json"
	"slices"
	"strings"
)

// Use is one thing that a token may be used for: what the API calls a scope.
type Use string

// The uses of a token. What people decide about each other (approvals, users,
// rights, tokens, settings) is part of no use but Everything.
const (
	Everything  Use = "all"
	Reading     Use = "read"
	Payments    Use = "payments"
	Requests    Use = "requests"
	Conversions Use = "conversions"
	Payouts     Use = "payouts"
	Bank        Use = "bank"
	Exports     Use = "exports"
)

// UseList lists every use, the widest first.
func UseList() []Use {
	return []Use{Everything, Reading, Payments, Requests, Conversions, Payouts, Bank, Exports}
}

// uses says which actions belong to a use. The golden file testdata/uses.golden
// shows it for auditors.
var uses = map[Use][]Action{
	Reading: {HolderRead, WalletRead, CampaignRead, ConversionRead, RedemptionRead, RequestRead, PaymentRead,
		MerchantReceipt, BatchRead, UserRead},
	Payments: {PaymentCreate, PaymentRead, PaymentRefund, RequestRead, WalletRead},
	Requests: {RequestCreate, RequestCancel, RequestRead, MerchantReceipt, PaymentRead},
	Conversions: {CampaignRead, ConversionQuote, ConversionTransfer, ConversionDesk, ConversionCancel, ConversionRead,
		RedemptionRequest, RedemptionRead},
	Payouts: {InstructionCreate, BatchCreate, BatchRead},
	Bank: {CampaignFund, CampaignRead, ConversionSettle, ConversionRead, RedemptionSettle, RedemptionRefuse, RedemptionRead,
		EurosMove, BatchFund, BatchRead},
	Exports: {Export, JournalRead},
}

// Scopes says what somebody may be asked to do through a token: a list of uses,
// sorted and separated by blanks. The zero value is no narrowing at all.
type Scopes string

// ScopesOf makes the scopes of a list of uses. It says false for an empty list,
// a use that does not exist and one that is given twice; Everything stands alone.
func ScopesOf(list []Use) (Scopes, bool) {
	words := make([]string, 0, len(list))
	for _, u := range list {
		if !slices.Contains(UseList(), u) || slices.Contains(words, string(u)) {
			return "", false
		}
		words = append(words, string(u))
	}
	if len(words) == 0 || (len(words) > 1 && slices.Contains(words, string(Everything))) {
		return "", false
	}
	slices.Sort(words)
	return Scopes(strings.Join(words, " ")), true
}

// List returns the uses, sorted; Everything where nothing is narrowed.
func (s Scopes) List() []Use {
	if s == "" {
		return []Use{Everything}
	}
	var list []Use
	for word := range strings.FieldsSeq(string(s)) {
		list = append(list, Use(word))
	}
	return list
}

// Narrow says whether the scopes leave anything out.
func (s Scopes) Narrow() bool { return s != "" && s != Scopes(Everything) }

// Covers says whether an action may be taken within the scopes.
func (s Scopes) Covers(action Action) bool {
	if !s.Narrow() {
		return true
	}
	for word := range strings.FieldsSeq(string(s)) {
		if slices.Contains(uses[Use(word)], action) {
			return true
		}
	}
	return false
}

// MarshalJSON writes the uses as a list.
func (s Scopes) MarshalJSON() ([]byte, error) { return json.Marshal(s.List()) }

// UnmarshalJSON reads what MarshalJSON wrote. It returns ErrForbidden for a list
// that is none of scopes: what cannot be read allows nothing.
func (s *Scopes) UnmarshalJSON(b []byte) error {
	var list []Use
	if err := json.Unmarshal(b, &list); err != nil {
		return err
	}
	read, ok := ScopesOf(list)
	if !ok {
		return ErrForbidden
	}
	*s = read
	return nil
}

// UseTable writes each use with its actions, for auditors.
func UseTable() string {
	var b strings.Builder
	for _, u := range UseList() {
		b.WriteString(string(u) + ":")
		if u == Everything {
			b.WriteString(" whatever the user may do")
		}
		list := slices.Clone(uses[u])
		slices.Sort(list)
		for _, a := range list {
			b.WriteString(" " + string(a))
		}
		b.WriteString("\n")
	}
	return b.String()
}
