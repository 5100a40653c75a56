// SPDX-License-Identifier: AGPL-3.0-or-later

package export

import (
	"bufio"
	"context"
	"io"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/db"
)

// pageSize is how many entries are read at once.
const pageSize = 2000

// bufferSize is how many bytes are handed to the writer at once.
const bufferSize = 64 << 10

// Options of an export.
type Options struct {
	Code     string                // of the local unit, as "ROUE"
	Issuer   string                // name of the association, for the first line
	Progress func(done, all int64) // told how many entries are written; may be nil
}

// book is one state of the books, being written.
type book struct {
	journal *ledger.Journal
	reader  db.Reader
	head    ledger.Head
	out     *bufio.Writer
	options Options
}

// write runs an export on one state of the book. It returns what the engine or
// the writer returns.
func write(ctx context.Context, j *ledger.Journal, w io.Writer, o Options, export func(*book) error) error {
	return j.Snapshot(ctx, func(r db.Reader) error {
		head, err := j.Head(ctx, r)
		if err != nil {
			return err
		}
		b := &book{journal: j, reader: r, head: head, out: bufio.NewWriterSize(w, bufferSize), options: o}
		if err := export(b); err != nil {
			return err
		}
		return b.out.Flush()
	})
}

// each gives every entry of the book in order. It returns errShort where one is
// missing.
func (b *book) each(ctx context.Context, see func(*ledger.Entry) error) error {
	for done := int64(0); done < b.head.Seq; {
		page, err := b.journal.Entries(ctx, b.reader, done, pageSize)
		if err != nil {
			return err
		}
		if len(page) == 0 {
			return errShort
		}
		for _, e := range page {
			if done++; e.Seq != done || len(e.Lines) == 0 {
				return errShort
			}
			if err := see(e); err != nil {
				return err
			}
		}
		if b.options.Progress != nil {
			b.options.Progress(done, b.head.Seq)
		}
	}
	return nil
}
