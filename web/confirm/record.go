// SPDX-License-Identifier: AGPL-3.0-or-later

package confirm

import (
	"context"
	"errors"
	"time"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/db"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/web/session"
)

// record writes a confirmation, within the command that posts its entry.
func record(tx *ledger.Tx, p session.Principal, i Intent, proved proof, e ident.Entry) error {
	a := proved.assertion
	_, err := tx.Exec(sqlInsertConfirmation, e, i.Intent, i.User, p.Token, string(proved.method), string(i.Kind), i.Payer, i.Payee,
		i.Statement.Merchant, i.Request, i.Statement.Name[:], i.Statement.Message[:], i.Amount, i.Euros, i.Currency, i.Nonce[:],
		i.ExpiresAt.UnixMicro(), i.Digest[:], proved.device,
		a.RelyingParty, a.Credential, a.PublicKey, a.AuthenticatorData, a.ClientData, a.Signature, tx.Now().UnixMicro())
	return err
}

// Proof reads how an entry was confirmed, for an auditor or a treasurer, and for
// whoever may read the payments of the payer. It returns ledger.ErrForbidden for
// everybody else, whether it was confirmed or not (rule D2), and
// ledger.ErrMissing for an entry that nobody confirmed.
func (s *Service) Proof(ctx context.Context, actor access.Actor, entry ident.Entry) (Proof, error) {
	everybody := access.Allow(actor, access.PaymentRead, ident.Holder{}) == nil
	p, err := scanProof(committed{ctx, s.ledger}.QueryRow(sqlConfirmation, entry))
	switch {
	case missing(err) && everybody:
		return Proof{}, fault.ErrMissing
	case missing(err):
		return Proof{}, ledger.ErrForbidden
	case err != nil:
		return Proof{}, err
	case !everybody && access.Allow(actor, access.PaymentRead, ident.HolderOf(p.Payer)) != nil:
		return Proof{}, ledger.ErrForbidden
	}
	return p, nil
}

func scanProof(r db.Row) (Proof, error) {
	var p Proof
	var name, message, nonce, digest []byte
	var expires, confirmed int64
	err := r.Scan(&p.Entry, &p.Intent, &p.User, &p.Session, &p.Method, &p.Kind, &p.Payer, &p.Payee, &p.Merchant, &p.Request,
		&name, &message, &p.Amount, &p.Euros, &p.Currency, &nonce, &expires, &digest, &p.Device,
		&p.RelyingParty, &p.Credential, &p.PublicKey, &p.AuthenticatorData, &p.ClientData, &p.Signature, &confirmed)
	copy(p.Name[:], name)
	copy(p.Message[:], message)
	copy(p.Nonce[:], nonce)
	copy(p.Digest[:], digest)
	p.ExpiresAt, p.ConfirmedAt = time.UnixMicro(expires).UTC(), time.UnixMicro(confirmed).UTC()
	return p, err
}

// page is how many confirmations are read at once.
const page = 500

// VerifyAll checks every confirmation that r sees against itself and against the
// entry that it confirmed, and returns how many there are. It returns a
// *ledger.Difference for the first that does not hold, or an error of the engine.
// It works beside a running server.
func VerifyAll(ctx context.Context, j *ledger.Journal, r db.Reader) (int, error) {
	checked := 0
	after := make([]byte, len(ident.Bits{}))
	for {
		list, err := proofs(ctx, r, after)
		if err != nil {
			return checked, err
		}
		for _, p := range list {
			e, err := j.Entry(ctx, p.Entry)
			if errors.Is(err, ledger.ErrMissing) {
				return checked, &ledger.Difference{Where: "confirmation of " + p.Entry.String(), What: "there is no such entry"}
			}
			if err != nil {
				return checked, err
			}
			if err := VerifyEntry(p, e); err != nil {
				return checked, &ledger.Difference{Where: "confirmation of " + p.Entry.String(), What: err.Error()}
			}
			checked++
		}
		if len(list) < page {
			return checked, nil
		}
		last := list[len(list)-1].Entry.Bits
		after = last[:]
	}
}

func proofs(ctx context.Context, r db.Reader, after []byte) ([]Proof, error) {
	rows, err := r.QueryContext(ctx, sqlConfirmations, after, page)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []Proof
	for rows.Next() {
		p, err := scanProof(rows)
		if err != nil {
			return nil, err
		}
		list = append(list, p)
	}
	return list, rows.Err()
}
