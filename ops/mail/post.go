// SPDX-License-Identifier: AGPL-3.0-or-later

package mail

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/ident"
)

// A letter is tried again after a minute, then twice as long each time, and given
// up when it was tried this often: after about three days.
const (
	firstPause = time.Minute
	tries      = 12
)

// Envelope is a letter ready to be sent.
type Envelope struct {
	ID            string // the same each time this letter is sent
	To            string
	Subject, Text string
	Written       time.Time
}

// Carrier takes letters away: a mail server, or a folder.
type Carrier interface {
	Carry(ctx context.Context, e Envelope) error
}

// Post sends what is queued.
type Post struct {
	ledger  *ledger.Ledger
	carrier Carrier
	log     *slog.Logger
}

// New returns the post of a book.
func New(l *ledger.Ledger, c Carrier, log *slog.Logger) *Post {
	return &Post{ledger: l, carrier: c, log: log}
}

// Due says whether a letter is to be sent; it only reads.
func (p *Post) Due(ctx context.Context) (bool, error) {
	var due bool
	err := p.ledger.Reader().QueryRowContext(ctx, sqlDue, p.ledger.Now().UnixMicro()).Scan(&due)
	return due, err
}

// queued is a letter as it waits in the book.
type queued struct {
	id       ident.Bits
	letter   Letter
	written  time.Time
	attempts int
}

// SendDue sends every letter that is due, and returns how many went. A letter
// that cannot be sent now is put off and harms no other. It returns an error of
// the engine, or that of ctx.
func (p *Post) SendDue(ctx context.Context, actor access.Actor) (int, error) {
	var sent int
	var after ident.Bits
	now := p.ledger.Now().UnixMicro()
	for {
		list, err := p.next(ctx, now, after)
		if err != nil || len(list) == 0 {
			return sent, err
		}
		for _, q := range list {
			after = q.id
			ok, err := p.send(ctx, actor, q)
			if err != nil {
				return sent, err
			}
			if ok {
				sent++
			}
		}
	}
}

func (p *Post) next(ctx context.Context, now int64, after ident.Bits) ([]queued, error) {
	rows, err := p.ledger.Reader().QueryContext(ctx, sqlNext, now, after[:])
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []queued
	for rows.Next() {
		var q queued
		var id []byte
		var words string
		var written int64
		if err := rows.Scan(&id, &q.letter.To, &q.letter.Language, &q.letter.Template, &words, &written, &q.attempts); err != nil {
			return nil, err
		}
		copy(q.id[:], id)
		q.written = time.UnixMicro(written).UTC()
		if err := json.Unmarshal([]byte(words), &q.letter.Words); err != nil {
			return nil, fmt.Errorf("letter: %w", err)
		}
		list = append(list, q)
	}
	return list, rows.Err()
}

// send carries one letter and takes it out of the book, or puts it off. It says
// whether the letter went.
func (p *Post) send(ctx context.Context, actor access.Actor, q queued) (bool, error) {
	id := hex.EncodeToString(q.id[:])
	subject, text, err := q.letter.render()
	if err == nil {
		err = p.carrier.Carry(ctx, Envelope{ID: id, To: q.letter.To, Subject: subject, Text: text, Written: q.written})
	}
	if ctx.Err() != nil {
		return false, ctx.Err()
	}
	switch {
	case err == nil:
		return true, p.change(ctx, actor, step{id, "sent", q.attempts + 1}, sqlDelete, q.id[:])
	case q.attempts+1 >= tries:
		p.log.Error("letter given up", "letter", id, "template", q.letter.Template, "error", err)
		return false, p.change(ctx, actor, step{id, "given-up", q.attempts + 1}, sqlDelete, q.id[:])
	}
	p.log.Warn("letter put off", "letter", id, "template", q.letter.Template, "attempt", q.attempts+1, "error", err)
	due := p.ledger.Now().Add(firstPause << q.attempts).UnixMicro()
	return false, p.change(ctx, actor, step{id, "put-off", q.attempts + 1}, sqlPut, q.id[:], due, q.attempts)
}

// step is the input of a command about a letter, as the audit trail keeps it:
// neither the address nor the words.
type step struct {
	Letter  string `json:"letter"`
	Step    string `json:"step"`
	Attempt int    `json:"attempt"`
}

// change runs the command that ends or puts off a letter. Another run that was
// faster is as good.
func (p *Post) change(ctx context.Context, actor access.Actor, s step, query string, args ...any) error {
	key := fmt.Sprintf("mail:%s:%s:%d", s.Letter, s.Step, s.Attempt)
	_, err := p.ledger.Execute(ctx, ledger.Command{Actor: actor, Action: access.MailSend, Key: key, Input: s},
		func(tx *ledger.Tx) (ident.Ref, error) { return ident.Ref{}, tx.Guard(fault.ErrMissing, query, args...) })
	if errors.Is(err, fault.ErrMissing) {
		return nil
	}
	return err
}
