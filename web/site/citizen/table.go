// SPDX-License-Identifier: AGPL-3.0-or-later

package citizen

import (
	"bytes"
	"encoding/csv"
	"strings"

	"github.com/noria-mlc/noria/ledger/civil"
	"github.com/noria-mlc/noria/ledger/money"
)

// table is a list of movements as a spreadsheet of France opens it: semicolons,
// decimal commas, and the mark by which it knows UTF-8.
type table struct {
	body bytes.Buffer
	rows *csv.Writer
}

// newTable begins a table with its headings, which semicolons separate.
func newTable(head string) *table {
	t := &table{}
	t.body.WriteString("\ufeff")
	t.rows = csv.NewWriter(&t.body)
	t.rows.Comma, t.rows.UseCRLF = ';', true
	t.write(strings.Split(head, ";"))
	return t
}

// add writes a movement; words name its kind.
func (t *table) add(l historyLine, words string) {
	at := l.At.In(civil.Paris())
	t.write([]string{at.Format("02/01/2006"), at.Format("15:04:05"), words, harmless(l.Name), harmless(l.Message), harmless(l.Reference),
		decimal(l.Amount), decimal(l.Balance), l.Entry})
}

// write appends a row; a buffer takes every one.
func (t *table) write(row []string) { _ = t.rows.Write(row) }

func (t *table) bytes() []byte {
	t.rows.Flush()
	return t.body.Bytes()
}

// harmless keeps a text that people wrote from being computed by a spreadsheet
// (ASVS 1.2.10): what would begin a formula is marked as text.
func harmless(text string) string {
	if strings.IndexAny(text, "=+-@\t\r") == 0 {
		return "'" + text
	}
	return text
}

// decimal writes an amount without separators of thousands, so that it is read
// as a number.
func decimal(a money.Amount) string { return strings.Replace(a.Format(), ".", ",", 1) }
