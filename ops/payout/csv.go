// SPDX-License-Identifier: AGPL-3.0-or-later

package payout

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/money"
)

// columns of a batch file. Others are refused, so that no more about a person is
// sent than is needed (rule P9).
func columns() []string { return []string{"reference", "holder", "amount_eur"} }

// maxFile is how many bytes of a file are read at most.
const maxFile = 1 << 20

// ReadCSV reads the lines of a batch file: UTF-8 with or without a byte order
// mark, a header with the columns reference, holder and amount_eur in any order,
// parted by commas or semicolons; in files with semicolons an amount may have a
// decimal comma. Empty lines are skipped.
//
// It returns ErrCSV that names every wrong line with its number, ErrTooManyLines,
// or an error of the reader.
func ReadCSV(file io.Reader) ([]LineInput, error) {
	c, err := readFile(file)
	if err != nil {
		return nil, err
	}
	if c.order == nil && len(c.wrong) == 0 {
		c.refuse(1, "the file is empty")
	}
	switch {
	case len(c.lines) > MaxLines:
		return nil, ErrTooManyLines
	case len(c.wrong) > 0:
		f := *ErrCSV
		f.Fields = c.wrong
		return nil, &f
	case len(c.lines) == 0:
		return nil, ErrCSV.At("line/2", "the file has no line")
	}
	return c.lines, nil
}

// Row is a line of a file as it was written, right or wrong, for a page where it
// can be mended.
type Row struct{ Reference, Holder, Amount string }

// ReadRows reads a batch file as ReadCSV does, and leaves its lines as they are.
// It returns ErrCSV for a file whose header or letters cannot be read,
// ErrTooManyLines, or an error of the reader.
func ReadRows(file io.Reader) ([]Row, error) {
	c, err := readFile(file)
	switch {
	case err != nil:
		return nil, err
	case c.bad || c.order == nil || c.garbled:
		return nil, ErrCSV
	case len(c.rows) > MaxLines:
		return nil, ErrTooManyLines
	}
	return c.rows, nil
}

func readFile(file io.Reader) (*csvFile, error) {
	raw, err := io.ReadAll(io.LimitReader(file, maxFile+1))
	if err != nil {
		return nil, err
	}
	if len(raw) > maxFile {
		return nil, ErrTooManyLines
	}
	c := &csvFile{}
	text := strings.TrimPrefix(string(raw), "\ufeff")
	for i, line := range strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n") {
		c.line(i+1, line)
	}
	return c, nil
}

// csvFile is a file being read.
type csvFile struct {
	comma rune
	order []int // place of each column in a line
	bad   bool  // the header cannot be used
	lines []LineInput
	wrong []fault.Field

	rows    []Row // the lines as they are written
	garbled bool  // a line is not UTF-8
}

func (c *csvFile) refuse(n int, detail string) {
	c.wrong = append(c.wrong, fault.Field{Pointer: fmt.Sprintf("line/%d", n), Code: ErrCSV.Code, Detail: detail})
}

// line reads the line numbered n.
func (c *csvFile) line(n int, text string) {
	if c.bad || strings.TrimSpace(text) == "" {
		return
	}
	if !utf8.ValidString(text) {
		c.refuse(n, "is not UTF-8")
		c.garbled = true
		return
	}
	if c.order == nil {
		c.header(n, text)
		return
	}
	fields, err := c.split(text)
	c.row(fields)
	if err != nil || len(fields) != len(c.order) {
		c.refuse(n, fmt.Sprintf("must have %d fields", len(c.order)))
		return
	}
	l := LineInput{Reference: fields[c.order[0]], Holder: fields[c.order[1]]}
	amount := fields[c.order[2]]
	if c.comma == ';' {
		amount = strings.Replace(amount, ",", ".", 1)
	}
	l.AmountEUR, err = money.Parse(amount)
	if err != nil {
		l.AmountEUR = 0
	}
	for _, w := range wrong(l) {
		c.refuse(n, w.column+" "+w.detail)
	}
	c.lines = append(c.lines, l)
}

// row keeps a line as it is written, with what is missing left empty.
func (c *csvFile) row(fields []string) {
	at := func(column int) string {
		if place := c.order[column]; place < len(fields) {
			return fields[place]
		}
		return ""
	}
	c.rows = append(c.rows, Row{at(0), at(1), at(2)})
}

// header finds the separator and the place of each column.
func (c *csvFile) header(n int, text string) {
	c.comma = ','
	if strings.Contains(text, ";") {
		c.comma = ';'
	}
	names, err := c.split(strings.ToLower(text))
	for _, column := range columns() {
		if at := slices.Index(names, column); at >= 0 {
			c.order = append(c.order, at)
		}
	}
	if err != nil || len(c.order) != len(columns()) || len(names) != len(columns()) {
		c.bad = true
		c.refuse(n, "the header must be reference, holder, amount_eur and no other column")
	}
}

// split parts one line into its trimmed fields.
func (c *csvFile) split(text string) ([]string, error) {
	r := csv.NewReader(strings.NewReader(text))
	r.Comma, r.FieldsPerRecord = c.comma, -1
	fields, err := r.Read()
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	for i := range fields {
		fields[i] = strings.TrimSpace(fields[i])
	}
	return fields, nil
}
