// SPDX-License-Identifier: AGPL-3.0-or-later

package api

import (
	"context"
	"errors"
	"time"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/civil"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/money"
	"github.com/noria-mlc/noria/ops/sepa"
)

// currencyBody is what anybody may know of the currency.
type currencyBody struct {
	Name     string          `json:"name"`
	Code     string          `json:"code"`
	Decimals int             `json:"decimals"`
	Unit     conversion.Unit `json:"unit"`
	Issuer   issuerBody      `json:"issuer"`
}

type issuerBody struct {
	Name       string                `json:"name"`
	SIREN      string                `json:"siren,omitempty"`
	RNA        string                `json:"rna,omitempty"`
	LegalBasis conversion.LegalBasis `json:"legal_basis"`
}

func currencyOf(c conversion.Currency) currencyBody {
	return currencyBody{Name: c.Name, Code: c.Code, Decimals: c.Decimals, Unit: c.Unit, Issuer: issuerBody(c.Issuer)}
}

type newCurrency struct {
	Keyed
	Body conversion.OpenCurrencyInput
}

type newDesk struct {
	Keyed
	Body conversion.OpenDeskInput
}

type euroTransfer struct {
	Keyed
	Body struct {
		From          ledger.Account `json:"from" doc:"An operating, guarantee or desk account"`
		To            ledger.Account `json:"to"`
		Amount        money.Amount   `json:"amount_eur"`
		BankReference string         `json:"bank_reference" minLength:"1" maxLength:"70"`
		BookedOn      civil.Date     `json:"booked_on,omitzero" required:"false" doc:"Value date at the bank; today where absent"`
	}
}

func (r *routes) currency() {
	public(r, get("/v1/currency", "The currency and its issuer", "currency"), func(ctx context.Context, _ *struct{}) (*shown[currencyBody], error) {
		c, err := r.Conversion.Currency(ctx)
		return show(currencyOf(c), err)
	})
	private(r, create("/v1/currency", "Open the currency, once", "currency"), func(ctx context.Context, actor access.Actor, in *newCurrency) (*done[currencyBody], error) {
		key, err := in.key()
		if err != nil {
			return nil, err
		}
		if in.Body.Accounts, err = CheckedAccounts(in.Body.Accounts); err != nil {
			return nil, err
		}
		c, replayed, err := r.Conversion.OpenCurrency(ctx, actor, key, in.Body)
		if err != nil {
			return nil, err
		}
		return answered(currencyOf(c), replayed, "/v1/currency"), nil
	})
	private(r, create("/v1/desks", "Open an exchange desk", "currency"), func(ctx context.Context, actor access.Actor, in *newDesk) (*done[conversion.Desk], error) {
		key, err := in.key()
		if err != nil {
			return nil, err
		}
		d, replayed, err := r.Conversion.OpenDesk(ctx, actor, key, in.Body)
		if err != nil {
			return nil, err
		}
		return answered(d, replayed, "/v1/desks"), nil
	})
	private(r, get("/v1/desks", "List the exchange desks", "currency"), func(ctx context.Context, _ access.Actor, _ *struct{}) (*shown[list[conversion.Desk]], error) {
		c, err := r.Conversion.Currency(ctx)
		return show(whole(c.Desks), err)
	})
	public(r, get("/v1/fund", "The guarantee fund, now or at a past instant", "fund"), func(ctx context.Context, in *struct {
		At time.Time `query:"at" doc:"Instant, RFC 3339"`
	}) (*shown[conversion.Fund], error) {
		f, err := r.Conversion.Fund(ctx, in.At)
		return show(f, err)
	})
	private(r, create("/v1/fund/transfers", "Book a transfer between the association's own euro accounts", "fund"),
		func(ctx context.Context, actor access.Actor, in *euroTransfer) (*done[conversion.Transfer], error) {
			key, err := in.key()
			if err != nil {
				return nil, err
			}
			t, replayed, err := r.Conversion.MoveEuros(ctx, actor, key, conversion.MoveEurosInput(in.Body))
			if err != nil {
				return nil, err
			}
			return answered(t, replayed, "/v1/fund"), nil
		})
}

// CheckedAccounts reads each IBAN as banks write it (rule S7), and refuses an
// account whose transfer code could not be drawn. It returns fault.ErrInvalid with every wrong field.
func CheckedAccounts(accounts []conversion.BankAccount) ([]conversion.BankAccount, error) {
	var check fault.Check
	for i, a := range accounts {
		iban, err := sepa.ParseIBAN(a.IBAN)
		check.That(err == nil, "/bank_accounts/"+itoa(i)+"/iban", "must be an IBAN with right check digits")
		if err != nil {
			continue
		}
		_, err = sepa.Transfer{Name: a.HolderName, IBAN: iban, BIC: a.BIC, Amount: 1, Text: "X"}.Payload()
		check.That(!errors.Is(err, sepa.ErrBIC) && !errors.Is(err, sepa.ErrBICMissing), "/bank_accounts/"+itoa(i)+"/bic", "must be a BIC, which banks outside the EEA need")
		check.That(err == nil || errors.Is(err, sepa.ErrBIC) || errors.Is(err, sepa.ErrBICMissing), "/bank_accounts/"+itoa(i)+"/holder_name", "must be 1 to 70 printable characters")
		accounts[i].IBAN = iban.String()
	}
	return accounts, check.Err()
}
