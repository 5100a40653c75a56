// SPDX-License-Identifier: AGPL-3.0-or-later

package live

import (
	"slices"
	"strings"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
)

// Wallets names the wallet topics that a change concerns: those of every holder
// whose wallet or reserve a posting touched.
func Wallets(c ledger.Change) []string {
	var topics []string
	for _, e := range c.Entries {
		for _, l := range e.Lines {
			for _, a := range [...]ledger.Account{l.Debit, l.Credit} {
				if h, ok := ledger.HolderOf(a); ok {
					topics = appendNew(topics, "wallet:"+ident.WalletOf(h).String())
				}
			}
		}
	}
	return topics
}

// Fund names the fund's topic where a posting of the change touched euros or the
// units in circulation.
func Fund(c ledger.Change) []string {
	for _, e := range c.Entries {
		for _, l := range e.Lines {
			if l.Unit == money.EUR || issued(l.Debit) || issued(l.Credit) {
				return []string{"fund"}
			}
		}
	}
	return nil
}

func issued(a ledger.Account) bool { return strings.HasPrefix(string(a), "loc:issued:") }

// Subjects maps a change to the topics of the things that it made or touched:
// those whose ids have the noun's prefix, each between Prefix and Suffix.
type Subjects struct {
	Prefix string // "payment-request:"
	Noun   string // "prq_"
	Suffix string // "/payments", or nothing
}

// Concerns names the topics of a change's Ref and Subjects.
func (s Subjects) Concerns(c ledger.Change) []string {
	var topics []string
	if c.Ref.Prefix == s.Noun {
		topics = append(topics, s.Prefix+c.Ref.String()+s.Suffix)
	}
	for _, id := range c.Subjects {
		if strings.HasPrefix(id, s.Noun) {
			topics = appendNew(topics, s.Prefix+id+s.Suffix)
		}
	}
	return topics
}

func appendNew(topics []string, topic string) []string {
	if slices.Contains(topics, topic) {
		return topics
	}
	return append(topics, topic)
}
