// SPDX-License-Identifier: AGPL-3.0-or-later

package run

import (
	"context"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ops/sepa"
)

// ProposeBank proposes to open a compte dédié, the number as people write it, checked
// by the rules of its country (S7). It returns ErrForbidden before anything else, and
// what conversion.ProposeBank returns.
func (s *Service) ProposeBank(ctx context.Context, actor access.Actor, key string, in conversion.ProposeBankInput) (conversion.BankChange, bool, error) {
	if err := access.Allow(actor, access.BankAccountPropose, ident.Holder{}); err != nil {
		return conversion.BankChange{}, false, err
	}
	var check fault.Check
	iban, err := sepa.ParseIBAN(in.IBAN)
	check.That(err == nil, "/iban", "must be an IBAN with right length, check digits and key (S7)")
	check.That(sepa.ValidName(in.HolderName), "/holder_name", "must be the name on the bank's certificate, 1 to 70 characters (S5)")
	if err == nil {
		in.IBAN = iban.String()
		check.That(sepa.ValidBIC(in.BIC, iban), "/bic", "must be a BIC, which accounts outside the EEA need")
	}
	if err := check.Err(); err != nil {
		return conversion.BankChange{}, false, err
	}
	return s.euros.ProposeBank(ctx, actor, key, in)
}
