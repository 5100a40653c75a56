// SPDX-License-Identifier: AGPL-3.0-or-later

package confirm

import (
	"context"
	"errors"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/web/identity"
	"github.com/noria-mlc/noria/web/session"
)

// Options returns what the browser is handed to have a passkey of the intent's
// user sign the digest: JSON whose challenge is the digest and nothing else. It
// returns identity.ErrPasskeysOff, or identity.ErrProof for somebody without
// passkeys.
func (s *Service) Options(ctx context.Context, i Intent) (string, error) {
	return s.identity.BeginAssertion(ctx, i.User, i.Digest[:])
}

// byPasskey checks a signature over the digest.
func (s *Service) byPasskey(ctx context.Context, i Intent, response string) (proof, error) {
	a, err := s.identity.Assert(ctx, i.User, i.Digest[:], response)
	if err != nil {
		return proof{}, refused(err)
	}
	return proof{method: ByPasskey, assertion: a, use: func(tx *ledger.Tx) error { return refused(a.Use(tx)) }}, nil
}

// refused says of a confirmation what identity says of a sign-in.
func refused(err error) error {
	if errors.Is(err, identity.ErrProof) {
		return ErrProof
	}
	return err
}

// Methods returns how an open intent can be confirmed by this caller from this
// device, the best first; device is the text of its cookie, or empty. Where there
// is none, the person has to set up a passkey or a PIN.
func (s *Service) Methods(ctx context.Context, p session.Principal, i Intent, device string) ([]Method, error) {
	if p.Demo {
		return []Method{ByDemo}, nil
	}
	list := []Method{}
	keys, err := s.identity.Passkeys(ctx, i.User)
	if err != nil {
		return nil, err
	}
	if keys > 0 {
		list = append(list, ByPasskey)
	}
	d, err := s.device(ctx, i.User, device)
	switch {
	case err == nil && !d.Locked:
		list = append(list, ByPIN)
	case missing(err):
		codes, err := s.identity.HasCodes(ctx, i.User)
		if err != nil {
			return nil, err
		}
		if codes {
			list = append(list, ByTOTP)
		}
	case err != nil:
		return nil, err
	}
	if err := easy(committed{ctx, s.ledger}, i); err == nil {
		return append([]Method{ByEase}, list...), nil
	} else if !errors.Is(err, ErrEase) {
		return nil, err
	}
	return list, nil
}
