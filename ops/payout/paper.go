// SPDX-License-Identifier: AGPL-3.0-or-later

package payout

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"slices"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/ident"
)

// MaxPaper is how many bytes the paper of a batch may have.
const MaxPaper = 2 << 20

// piece is how many bytes of a paper one row holds.
const piece = 16 << 10

// paperDigest returns the SHA-256 of a paper in hexadecimal, "" where there is
// none. What a file is follows from its content, whatever its name says. It
// returns ErrPaper.
func paperDigest(paper []byte) (string, error) {
	if len(paper) == 0 {
		return "", nil
	}
	end := paper[max(0, len(paper)-1024):]
	if len(paper) > MaxPaper || !bytes.HasPrefix(paper, []byte("%PDF-")) || !bytes.Contains(end, []byte("%%EOF")) {
		return "", ErrPaper
	}
	sum := sha256.Sum256(paper)
	return hex.EncodeToString(sum[:]), nil
}

func insertPaper(tx *ledger.Tx, id BatchID, paper []byte) error {
	n := 0
	for part := range slices.Chunk(paper, piece) {
		n++
		if _, err := tx.Exec(sqlInsertPaper, id, n, part); err != nil {
			return err
		}
	}
	return nil
}

// PaperOf returns the PDF that came with a batch, as it was approved. It returns
// ErrForbidden, ErrMissing where there is none, and ErrDigestChanged where it is
// not what the batch says.
func (v *View) PaperOf(ctx context.Context, actor access.Actor, id BatchID) ([]byte, error) {
	b, err := v.Batch(ctx, actor, id)
	if err != nil {
		return nil, err
	}
	if b.Paper == "" {
		return nil, fault.ErrMissing
	}
	rows, err := v.journal.Reader().QueryContext(ctx, sqlPaper, id)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var paper []byte
	for rows.Next() {
		var part []byte
		if err := rows.Scan(&part); err != nil {
			return nil, err
		}
		paper = append(paper, part...)
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	if sum := sha256.Sum256(paper); hex.EncodeToString(sum[:]) != b.Paper {
		return nil, ErrDigestChanged
	}
	return paper, nil
}

// nullDigest stores no digest as null.
func nullDigest(text string) any {
	raw, err := hex.DecodeString(text)
	if err != nil || len(raw) == 0 {
		return nil
	}
	return raw
}

// nullUser stores nobody as null.
func nullUser(u ident.User) any {
	if u.IsZero() {
		return nil
	}
	return u
}
