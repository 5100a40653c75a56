// SPDX-License-Identifier: AGPL-3.0-or-later

package export

import (
	"context"
	"encoding/hex"
	"io"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/civil"
	"github.com/noria-mlc/noria/ledger/money"
)

// Hledger writes the whole journal for hledger, which accepts it with "check
// --strict". Debits are positive and credits negative; an account's name is its
// code below assets, liabilities or revenues; a transaction is an entry, with
// the entry's id as its code and its kind as its description, dated by its
// value date. It returns ErrCode, or what the engine or the writer returns.
func Hledger(ctx context.Context, j *ledger.Journal, w io.Writer, o Options) error {
	local, err := commodity(o.Code)
	if err != nil {
		return err
	}
	return write(ctx, j, w, o, func(b *book) error {
		balances, err := b.journal.Balances(ctx, b.reader, "")
		if err != nil {
			return err
		}
		h := &hledger{book: b, local: local, tallies: make(map[ledger.Account]*tally, len(balances))}
		h.preamble(balances)
		if err := b.each(ctx, h.entry); err != nil {
			return err
		}
		h.assertions(balances)
		return nil
	})
}

// hledger is a journal being written. Errors of the writer stay in the buffer
// until the end.
type hledger struct {
	*book
	local   string // commodity of the local unit, quoted where needed
	tallies map[ledger.Account]*tally
	first   civil.Date // earliest value date
	last    civil.Date // latest value date
	line    []byte
}

// preamble declares the commodities and every account of the book.
func (h *hledger) preamble(balances []ledger.Balance) {
	h.text("; Journal of ", visible(h.options.Issuer), "\n",
		"; Written by Noria: ", strconv.FormatInt(h.head.Seq, 10), " entries, hash of the last ", h.head.Hash, "\n",
		"; Check it with: hledger -f FILE check --strict\n\n",
		"commodity 1000.00 EUR\ncommodity 1000.00 ", h.local, "\n\n")
	for _, b := range balances {
		h.text("account ", name(b.Account, b.Spec), "\n")
	}
}

// entry writes one transaction.
func (h *hledger) entry(e *ledger.Entry) error {
	h.text("\n", e.BookedOn.String(), " * (", e.ID.String(), ") ", string(e.Kind), "\n",
		"    ; seq:", strconv.FormatInt(e.Seq, 10), ", command:", strconv.FormatInt(e.Command, 10), ", at:", e.At.Format(time.RFC3339Nano), "\n",
		"    ; hash:", hex.EncodeToString(e.Hash[:]), "\n")
	if !e.Reverses.IsZero() {
		h.text("    ; reverses:", e.Reverses.String(), "\n")
	}
	for _, l := range e.Lines {
		for _, side := range [2]struct {
			account ledger.Account
			amount  money.Amount
		}{{l.Debit, l.Amount}, {l.Credit, -l.Amount}} {
			t, err := h.tally(side.account)
			if err != nil {
				return err
			}
			h.posting(t, side.amount)
			h.text("\n")
			if err := t.add(monthOf(e.BookedOn), side.amount); err != nil {
				return err
			}
		}
	}
	if h.first == 0 || e.BookedOn < h.first {
		h.first = e.BookedOn
	}
	h.last = max(h.last, e.BookedOn)
	return nil
}

// posting writes the account and the amount of one line.
func (h *hledger) posting(t *tally, a money.Amount) {
	h.text("    ", t.name, "  ")
	h.amount(t, a)
}

func (h *hledger) amount(t *tally, a money.Amount) {
	h.line = a.Append(h.line[:0])
	h.line = append(append(h.line, ' '), h.commodity(t)...)
	h.out.Write(h.line)
}

func (h *hledger) commodity(t *tally) string {
	if t.unit == money.EUR {
		return string(money.EUR)
	}
	return h.local
}

func (h *hledger) text(parts ...string) {
	for _, p := range parts {
		h.out.WriteString(p)
	}
}

// name turns an account's code into a name whose first part tells hledger what
// sort of account it is.
func name(a ledger.Account, s ledger.Spec) string {
	switch {
	case strings.HasPrefix(string(a), "eur:cost:"):
		return "expenses:" + string(a)
	case s.Side == ledger.Debit:
		return "assets:" + string(a)
	case strings.HasPrefix(string(a), "eur:income:"):
		return "revenues:" + string(a)
	}
	return "liabilities:" + string(a)
}

// commodity writes the code of the local unit as a journal needs it: in quotes
// unless it is letters only. It returns ErrCode.
func commodity(code string) (string, error) {
	if n := utf8.RuneCountInString(code); n == 0 || n > 20 || !utf8.ValidString(code) || strings.EqualFold(code, string(money.EUR)) {
		return "", ErrCode
	}
	letters := true
	for _, r := range code {
		if !unicode.IsPrint(r) || unicode.IsSpace(r) && r != ' ' || r == '"' || r == ';' {
			return "", ErrCode
		}
		letters = letters && (r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z')
	}
	switch {
	case strings.TrimSpace(code) != code:
		return "", ErrCode
	case letters:
		return code, nil
	}
	return `"` + code + `"`, nil
}

// visible keeps a text on its line.
func visible(s string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return ' '
		}
		return r
	}, s)
}
