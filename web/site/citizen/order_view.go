// SPDX-License-Identifier: AGPL-3.0-or-later

package citizen

import (
	"strings"
	"time"

	"github.com/noria-mlc/noria/ledger/money"
	"github.com/noria-mlc/noria/web/page"
)

// orderView is one conversion of euros. Its cancellation is posted to
// /change/{ID}/annulation with the field "cle".
type orderView struct {
	ID, Wallet             string
	Status                 string // of the conversion
	Channel                string
	Euros, Bonus, Credited money.Amount
	Reference              string // what is written on the transfer
	Checkout               string // where it is paid by card, "" for nowhere
	Payee, IBAN, BIC       string // of the transfer, "" where none is awaited
	Entry                  string // that put the units into the wallet, "" before
	CreatedAt, ClosedAt    time.Time
	ExpiresAt              time.Time
	Key                    string
	Steps                  []page.Step
	Refusal                *page.Refusal
}

// Open says that the euros are awaited.
func (v orderView) Open() bool { return v.Status == "awaiting_euros" }

// ByCard says that it is paid by card.
func (v orderView) ByCard() bool { return v.Channel == "card" }

// Kind is the shape of the status.
func (v orderView) Kind() string {
	switch v.Status {
	case "settled":
		return "done"
	case "awaiting_euros":
		return "wait"
	case "reversed":
		return "bad"
	}
	return "ended"
}

// copied is a text that is read in one way and copied in another.
type copied struct{ Key, Shown, Value string }

// Fields are what has to be written on the transfer.
func (v orderView) Fields() []copied {
	fields := []copied{{"payee", v.Payee, v.Payee}, {"iban", grouped(v.IBAN), v.IBAN}}
	if v.BIC != "" {
		fields = append(fields, copied{"bic", v.BIC, v.BIC})
	}
	return append(fields, copied{"reference", v.Reference, v.Reference})
}

// grouped writes an IBAN in fours, as it is printed.
func grouped(iban string) string {
	var b strings.Builder
	for i, c := range iban {
		if i > 0 && i%4 == 0 {
			b.WriteByte(' ')
		}
		b.WriteRune(c)
	}
	return b.String()
}

func (v orderView) sheet() page.Sheet {
	s := page.Sheet{Template: "citizen/order", Title: "order.title", Class: "order", View: v}
	if v.Open() {
		s.Script, s.Imports, s.Refresh = "awaited.js", page.Modules("copy.js"), 30
	}
	return s
}
