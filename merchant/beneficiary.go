// SPDX-License-Identifier: AGPL-3.0-or-later

package merchant

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"time"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/ident"
)

// How many beneficiaries a holder may keep, and how often one may be looked up
// by a handle: triesAtOnce times, then once in every triesPause.
const (
	maxBeneficiaries = 200
	triesAtOnce      = 20
	triesPause       = time.Minute
)

// Beneficiary is somebody whom a holder pays again.
type Beneficiary struct {
	Handle   string       // number of the holder or code of the merchant: what a payment is addressed to
	Name     string       // displayed name of the shop or the person (rule D1)
	Label    string       // the owner's own words for them, "" for none
	Holder   ident.Holder // who is paid
	Merchant ID           // where the handle is a merchant's code
}

// SaveInput names somebody to keep, by an exact handle (rule D2).
type SaveInput struct {
	Owner ident.Holder `json:"owner"`
	To    string       `json:"to"`              // id of a wallet, number of a holder or code of a merchant
	Label string       `json:"label,omitempty"` // at most 60 printable characters
}

// Beneficiaries lists whom a holder keeps. It returns ErrForbidden.
func (s *Service) Beneficiaries(ctx context.Context, actor access.Actor, owner ident.Holder) ([]Beneficiary, error) {
	if err := access.Allow(actor, access.BeneficiaryRead, owner); err != nil {
		return nil, err
	}
	rows, err := s.ledger.Reader().QueryContext(ctx, sqlBeneficiaries, owner)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []Beneficiary
	for rows.Next() {
		var b Beneficiary
		var shop string
		if err := rows.Scan(&b.Handle, &b.Holder, &b.Merchant, &b.Label, &b.Name, &shop); err != nil {
			return nil, err
		}
		if shop != "" {
			b.Name = shop
		}
		list = append(list, b)
	}
	return list, rows.Err()
}

// SaveBeneficiary keeps somebody; one who is kept already gets the new label.
// Every look-up counts, whether it finds somebody or not, so that numbers cannot
// be tried one after the other (rule D2).
//
// It returns ErrForbidden, ErrInvalid, ErrTooManyTries, ErrPayeeUnknown in the
// same words whatever is wrong with the handle, ErrSameWallet for oneself,
// ErrTooManySaved, and what Execute returns.
func (s *Service) SaveBeneficiary(ctx context.Context, actor access.Actor, key string, in SaveInput) (bool, error) {
	if err := access.Allow(actor, access.BeneficiarySave, in.Owner); err != nil {
		return false, err
	}
	if err := labelled(in.Label); err != nil {
		return false, err
	}
	in.To = strings.TrimSpace(in.To)
	if err := s.try(ctx, actor, key, in); err != nil {
		return false, err
	}
	b, err := s.beneficiary(ctx, in)
	if err != nil {
		return false, err
	}
	out, err := s.ledger.Execute(ctx, ledger.Command{Actor: actor, Action: access.BeneficiarySave, Owner: in.Owner, Key: key, Input: in},
		func(tx *ledger.Tx) (ident.Ref, error) {
			return b.Holder.Ref(), tx.Guard(ErrTooManySaved, sqlSaveBeneficiary,
				in.Owner, b.Handle, b.Holder, b.Merchant, in.Label, tx.Now().UnixMicro(), maxBeneficiaries)
		})
	return out.Replayed, err
}

// try counts a look-up in the book before anything is looked up, once for a key.
func (s *Service) try(ctx context.Context, actor access.Actor, key string, in SaveInput) error {
	_, err := s.ledger.Execute(ctx, ledger.Command{Actor: actor, Action: access.BeneficiaryTry, Owner: in.Owner, Key: tryKey(key), Input: in},
		func(tx *ledger.Tx) (ident.Ref, error) {
			now := tx.Now()
			return in.Owner.Ref(), tx.Guard(ErrTooManyTries.After(triesPause), sqlTryHandle, in.Owner, now.UnixMicro(),
				now.Add(triesPause).UnixMicro(), triesPause.Microseconds(), now.Add((triesAtOnce-1)*triesPause).UnixMicro())
		})
	return err
}

// tryKey is the key of the look-up that comes before a command.
func tryKey(key string) string {
	sum := sha256.Sum256([]byte(key))
	return "try/" + hex.EncodeToString(sum[:16])
}

// beneficiary finds whom a handle names, under the handle that is kept.
func (s *Service) beneficiary(ctx context.Context, in SaveInput) (Beneficiary, error) {
	p, err := s.known.find(ctx, in.To)
	if err != nil {
		return Beneficiary{}, err
	}
	if p.holder == in.Owner {
		return Beneficiary{}, ErrSameWallet
	}
	b := Beneficiary{Holder: p.holder, Handle: p.merchant.Code, Merchant: p.merchant.ID}
	if b.Handle == "" {
		h, err := s.ledger.Holder(ctx, p.holder)
		if err != nil {
			return Beneficiary{}, err
		}
		b.Handle = h.Number
	}
	return b, nil
}

// KeptInput names one of the beneficiaries of a holder.
type KeptInput struct {
	Owner  ident.Holder `json:"owner"`
	Handle string       `json:"handle"`
	Label  string       `json:"label,omitempty"` // of RenameBeneficiary: at most 60 printable characters
}

// RenameBeneficiary gives another label, "" for none. It returns ErrForbidden,
// ErrInvalid, ErrMissing, and what Execute returns.
func (s *Service) RenameBeneficiary(ctx context.Context, actor access.Actor, key string, in KeptInput) (bool, error) {
	if err := access.Allow(actor, access.BeneficiarySave, in.Owner); err != nil {
		return false, err
	}
	if err := labelled(in.Label); err != nil {
		return false, err
	}
	out, err := s.ledger.Execute(ctx, ledger.Command{Actor: actor, Action: access.BeneficiarySave, Owner: in.Owner, Key: key, Input: in},
		func(tx *ledger.Tx) (ident.Ref, error) {
			return in.Owner.Ref(), tx.Guard(fault.ErrMissing, sqlRenameBeneficiary, in.Owner, in.Handle, in.Label)
		})
	return out.Replayed, err
}

// RemoveBeneficiary forgets one. It returns ErrForbidden, ErrMissing, and what
// Execute returns.
func (s *Service) RemoveBeneficiary(ctx context.Context, actor access.Actor, key string, in KeptInput) (bool, error) {
	in.Label = ""
	out, err := s.ledger.Execute(ctx, ledger.Command{Actor: actor, Action: access.BeneficiaryRemove, Owner: in.Owner, Key: key, Input: in},
		func(tx *ledger.Tx) (ident.Ref, error) {
			return in.Owner.Ref(), tx.Guard(fault.ErrMissing, sqlDropBeneficiary, in.Owner, in.Handle)
		})
	return out.Replayed, err
}

func labelled(label string) error {
	var check fault.Check
	check.That(label == "" || printable(label, 60), "/label", "must be at most 60 printable characters")
	return check.Err()
}
