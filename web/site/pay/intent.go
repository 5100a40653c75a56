// SPDX-License-Identifier: AGPL-3.0-or-later

package pay

import (
	"errors"
	"net/http"
	"net/url"
	"slices"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/merchant"
	"github.com/noria-mlc/noria/web/api"
	"github.com/noria-mlc/noria/web/confirm"
	"github.com/noria-mlc/noria/web/identity"
	"github.com/noria-mlc/noria/web/page"
	"github.com/noria-mlc/noria/web/session"
)

// intentPath is the address of the page of an intent.
func intentPath(id confirm.ID) string { return "/payer/confirmation/" + id.String() }

// intent shows where an intent stands: the form while it is open, the receipt
// once it is done, the way to begin again when it has ended.
func (c pay) intent(w http.ResponseWriter, r *http.Request) error {
	p, i, err := c.own(r)
	if err != nil {
		return err
	}
	return c.showIntent(w, r, 0, p, i, intentView{})
}

// own reads the intent of the path, for the person that it asks.
func (c pay) own(r *http.Request) (session.Principal, confirm.Intent, error) {
	p, err := api.Present(r.Context())
	if err != nil {
		return p, confirm.Intent{}, err
	}
	var id confirm.ID
	if id.UnmarshalText([]byte(r.PathValue("intent"))) != nil || id.IsZero() {
		return p, confirm.Intent{}, fault.ErrMissing
	}
	i, err := c.Confirm.Intent(r.Context(), p, id)
	return p, i, err
}

func (c pay) showIntent(w http.ResponseWriter, r *http.Request, status int, p session.Principal, i confirm.Intent, v intentView) error {
	if i.Status == confirm.Done {
		return c.showDone(w, r, p, i)
	}
	held, err := c.Ledger.Holding(r.Context(), ident.HolderOf(i.Payer))
	if err != nil {
		return err
	}
	v.ID, v.Kind, v.Digest, v.Name, v.Message = i.Intent.String(), string(i.Kind), i.Digest.String(), i.Name, i.Message
	v.Amount, v.Euros, v.Available, v.Status = i.Amount, i.Euros, held.Available, string(i.Status)
	v.CreatedAt, v.ExpiresAt, v.Now = i.CreatedAt, i.ExpiresAt, c.Now()
	if err := c.surround(r, p, i, &v); err != nil {
		return err
	}
	if v.Open() {
		if err := c.offer(r, p, i, &v); err != nil {
			return err
		}
	}
	return c.Show(w, r, status, v.sheet())
}

// surround reads what the page tells beside the intent: how its request stands,
// where the euros of a redemption go, and where to begin again.
func (c pay) surround(r *http.Request, p session.Principal, i confirm.Intent, v *intentView) error {
	switch i.Kind {
	case confirm.Request:
		request, err := c.Merchant.PaymentRequest(r.Context(), p.Actor, i.Request)
		v.Request, v.RequestStatus, v.Version, v.Reference = i.Request.String(), string(request.Status), request.Version(), request.Reference
		v.Again = "/payer/" + v.Request
		return err
	case confirm.Redemption:
		v.Again = "/caisse/reconversion"
		return c.destination(r, p, i, v)
	case confirm.Notes:
		asked, err := i.Asked()
		v.Again, v.Message, v.Lines = "/billets", "", asked.Lines
		return err
	}
	v.Again = "/payer"
	if i.Statement.Merchant.IsZero() {
		return nil
	}
	m, err := c.Merchant.Merchant(r.Context(), i.Statement.Merchant)
	v.Again += "?a=" + url.QueryEscape(m.Code)
	return err
}

// destination reads where the euros of a redemption go: the newest account that
// holds, or will.
func (c pay) destination(r *http.Request, p session.Principal, i confirm.Intent, v *intentView) error {
	list, err := c.Conversion.PayoutAccounts(r.Context(), p.Actor, ident.HolderOf(i.Payer))
	if errors.Is(err, access.ErrForbidden) {
		return nil
	}
	if err != nil {
		return err
	}
	at := slices.IndexFunc(list, func(a conversion.PayoutAccount) bool {
		return a.Status == conversion.AccountEffective || a.Status == conversion.AccountDelayed
	})
	if at < 0 {
		return nil
	}
	v.IBAN = list[at].Masked().IBAN
	if list[at].Status == conversion.AccountDelayed {
		v.PaidFrom = list[at].EffectiveAt
	}
	return nil
}

// offer adds how an open intent can be confirmed from here.
func (c pay) offer(r *http.Request, p session.Principal, i confirm.Intent, v *intentView) error {
	device := c.Confirm.DeviceOf(r)
	methods, err := c.Confirm.Methods(r.Context(), p, i, device)
	if err != nil {
		return err
	}
	for _, m := range methods {
		switch m {
		case confirm.ByEase, confirm.ByDemo:
			v.Click = true
			return nil // nothing easier is needed
		case confirm.ByPasskey:
			options, err := c.Confirm.Options(r.Context(), i)
			if err != nil {
				return err
			}
			v.Passkey = page.PasskeyForm{Action: intentPath(i.Intent), Options: options}
		case confirm.ByPIN:
			v.PIN = true
		case confirm.ByTOTP:
			v.TOTP = true
		}
	}
	here, ok, err := c.Confirm.Here(r.Context(), p, device)
	v.Locked = ok && here.Locked
	v.Devices = "/compte/appareils?suite=" + url.QueryEscape(intentPath(i.Intent))
	return err
}

// showDone shows the receipt of a payment; a redemption goes on among the others
// of its shop, with its dated steps, and notes on the page of what was asked for.
func (c pay) showDone(w http.ResponseWriter, r *http.Request, p session.Principal, i confirm.Intent) error {
	if i.Kind == confirm.Notes {
		http.Redirect(w, r, "/billets/"+i.Withdrawal().String(), http.StatusSeeOther)
		return nil
	}
	if i.Kind == confirm.Redemption {
		next, err := c.steps(r, i)
		if err == nil {
			http.Redirect(w, r, next, http.StatusSeeOther)
		}
		return err
	}
	paid, err := c.Merchant.Payment(r.Context(), p.Actor, i.Payment())
	if err != nil {
		return err
	}
	held, err := c.Ledger.Holding(r.Context(), ident.HolderOf(i.Payer))
	if err != nil {
		return err
	}
	v := receiptView{Receipt: page.Receipt{Payment: paid.ID.String(), Merchant: i.Name, Amount: paid.Amount, Reference: i.Message,
		At: paid.At, MatchCode: paid.MatchCode, Balance: held.Available}, Replayed: r.URL.Query().Has("encore")}
	if i.Kind == confirm.Request {
		request, err := c.Merchant.PaymentRequest(r.Context(), p.Actor, i.Request)
		if err != nil {
			return err
		}
		v.Reference = request.Reference
	}
	return c.Show(w, r, 0, v.sheet())
}

// steps is the page of the redemptions of a shop.
func (c pay) steps(r *http.Request, i confirm.Intent) (string, error) {
	shops, err := c.Merchant.MerchantOf(r.Context(), ident.HolderOf(i.Payer))
	if err != nil || len(shops) < 2 {
		return "/caisse/reconversion", err
	}
	return "/caisse/reconversion?commerce=" + url.QueryEscape(shops[0].Code), nil
}

// confirm confirms the intent of the path. Whatever else a form holds is not
// read. The answer is the page of the intent, which tells the truth.
func (c pay) confirm(w http.ResponseWriter, r *http.Request) error {
	p, i, err := c.own(r)
	if err != nil {
		return err
	}
	answer := confirm.Answer{Digest: r.PostFormValue("empreinte"), Assertion: r.PostFormValue("reponse"), PIN: r.PostFormValue("pin"),
		Code: r.PostFormValue("code"), Device: c.Confirm.DeviceOf(r), From: identity.FromRequest(r)}
	_, replayed, err := c.Confirmed(r.Context(), p, i.Intent, answer)
	if err == nil {
		next := intentPath(i.Intent)
		if replayed {
			next += "?encore=1"
		}
		http.Redirect(w, r, next, http.StatusSeeOther)
		return nil
	}
	if errors.Is(err, access.ErrForbidden) {
		return err
	}
	status, refusal, other := c.Refused(w, r, err)
	if other != nil {
		return other
	}
	v := intentView{Refusal: refusal}
	switch {
	case errors.Is(err, confirm.ErrPIN):
		v.PINProblem = refusal.Title
	case errors.Is(err, identity.ErrCode):
		v.CodeProblem = refusal.Title
	case errors.Is(err, confirm.ErrExpired), errors.Is(err, merchant.ErrRequestPaid), errors.Is(err, merchant.ErrRequestExpired), errors.Is(err, merchant.ErrRequestCancelled):
		v.Refusal = nil // the page says so by itself
	}
	now, err := c.Confirm.Intent(r.Context(), p, i.Intent)
	if err != nil {
		return err
	}
	return c.showIntent(w, r, status, p, now, v)
}
