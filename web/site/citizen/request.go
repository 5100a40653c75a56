// SPDX-License-Identifier: AGPL-3.0-or-later

package citizen

import (
	"errors"
	"net/http"
	"strconv"

	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/merchant"
	"github.com/noria-mlc/noria/web/page"
	"github.com/noria-mlc/noria/web/qr"
	"github.com/noria-mlc/noria/web/site"
)

// requestsPage is how many requests a page lists.
const requestsPage = 20

// usualDays is how many days a request can be paid unless another time of
// requestDays is chosen.
const usualDays = 7

// requestDays are the times that a request can be given, in days.
func requestDays() []int { return []int{1, usualDays, 30} }

// asker is whoever may ask others for money.
func (c citizen) asker(r *http.Request) (owner, error) {
	o, err := c.owner(r)
	if err == nil {
		err = access.Allow(o.Actor, access.RequestAsk, o.ID)
	}
	return o, err
}

// requests shows the form that asks, and what was asked.
func (c citizen) requests(w http.ResponseWriter, r *http.Request) error {
	o, err := c.asker(r)
	if err != nil {
		return err
	}
	return c.showRequests(w, r, 0, o, requestsView{})
}

func (c citizen) showRequests(w http.ResponseWriter, r *http.Request, status int, o owner, v requestsView) error {
	var before merchant.RequestID
	if text := r.URL.Query().Get("avant"); text != "" && before.UnmarshalText([]byte(text)) != nil {
		return fault.ErrMissing
	}
	found, err := c.Merchant.Asked(r.Context(), o.Actor, o.ID, before, requestsPage+1)
	if err != nil {
		return err
	}
	if len(found) > requestsPage {
		found = found[:requestsPage]
		v.Older = found[requestsPage-1].ID.String()
	}
	for _, f := range found {
		v.Requests = append(v.Requests, lineOf(f))
	}
	v.Days = requestDays()
	if v.Chosen == 0 {
		v.Chosen = usualDays
	}
	if v.Key == "" {
		v.Key = c.NewKey()
	}
	return c.present(w, r, status, o, "requests", v.sheet())
}

func lineOf(p merchant.PaymentRequest) requestLine {
	return requestLine{ID: p.ID.String(), Amount: p.Amount, Reference: p.Reference, Status: string(p.Status), CreatedAt: p.CreatedAt, ExpiresAt: p.ExpiresAt}
}

// ask makes a request of the amount typed.
func (c citizen) ask(w http.ResponseWriter, r *http.Request) error {
	o, err := c.asker(r)
	if err != nil {
		return err
	}
	v := requestsView{Key: site.FormKey(r), Chosen: usualDays, Entered: r.PostFormValue("montant"), Reference: r.PostFormValue("motif")}
	for _, days := range requestDays() {
		if r.PostFormValue("jours") == strconv.Itoa(days) {
			v.Chosen = days
		}
	}
	amount, advice, err := c.Amount(r, "montant")
	if err != nil {
		return err
	}
	if v.Problem = advice; advice != "" {
		return c.showRequests(w, r, http.StatusUnprocessableEntity, o, v)
	}
	made, _, err := c.Merchant.Ask(r.Context(), o.Actor, v.Key, merchant.AskInput{Wallet: o.Wallet, Amount: amount,
		Reference: v.Reference, ExpiresIn: v.Chosen * 86_400})
	if err == nil {
		http.Redirect(w, r, "/demandes/"+made.ID.String(), http.StatusSeeOther)
		return nil
	}
	if points(err, "/reference") {
		v.Wrong = true
		return c.showRequests(w, r, http.StatusUnprocessableEntity, o, v)
	}
	status, refusal, err := c.Refused(w, r, err)
	if err != nil {
		return err
	}
	v.Refusal, v.Key = refusal, c.NewKey()
	return c.showRequests(w, r, status, o, v)
}

// points says whether a refusal is about one field.
func points(err error, pointer string) bool {
	f := fault.As(err)
	return f != nil && len(f.Fields) == 1 && f.Fields[0].Pointer == pointer
}

// asked reads the request of the path, which must be the visitor's own.
func (c citizen) asked(r *http.Request) (owner, merchant.PaymentRequest, error) {
	o, err := c.asker(r)
	if err != nil {
		return o, merchant.PaymentRequest{}, err
	}
	var id merchant.RequestID
	if id.UnmarshalText([]byte(r.PathValue("id"))) != nil || id.IsZero() {
		return o, merchant.PaymentRequest{}, access.ErrForbidden
	}
	found, err := c.Merchant.PaymentRequest(r.Context(), o.Actor, id)
	// Others' requests and those that do not exist are refused alike (rule D2).
	if errors.Is(err, fault.ErrMissing) || err == nil && (!found.Personal() || found.Holder != o.ID) {
		err = access.ErrForbidden
	}
	return o, found, err
}

// request shows one request: the link and the code to give to whoever pays.
func (c citizen) request(w http.ResponseWriter, r *http.Request) error {
	o, found, err := c.asked(r)
	if err != nil {
		return err
	}
	return c.showRequest(w, r, 0, o, found, nil)
}

func (c citizen) showRequest(w http.ResponseWriter, r *http.Request, status int, o owner, found merchant.PaymentRequest, refusal *page.Refusal) error {
	v := requestView{requestLine: lineOf(found), Code: found.Code, Name: found.Payee, URL: c.payURL(found), Key: c.NewKey(),
		MatchCode: found.MatchCode, PaidAt: found.PaidAt, Refusal: refusal}
	if !found.Payment.IsZero() {
		v.Entry = merchant.EntryOf(found.Payment).String()
	}
	return c.present(w, r, status, o, "requests", v.sheet())
}

// payURL is the page on which a request is paid.
func (c citizen) payURL(p merchant.PaymentRequest) string {
	return c.BaseURL + "/payer/" + p.ID.String()
}

// requestCode draws the code that leads there.
func (c citizen) requestCode(w http.ResponseWriter, r *http.Request) error {
	_, found, err := c.asked(r)
	if err != nil {
		return err
	}
	title, err := c.Say(r, "requests.code-title", found.Payee)
	if err != nil {
		return err
	}
	svg, err := qr.SVG(c.payURL(found), title)
	if err != nil {
		return err
	}
	return picture(w, svg)
}

// withdraw cancels a request that nobody paid yet.
func (c citizen) withdraw(w http.ResponseWriter, r *http.Request) error {
	o, found, err := c.asked(r)
	if err != nil {
		return err
	}
	_, _, err = c.Merchant.CancelRequest(r.Context(), o.Actor, site.FormKey(r), found.ID)
	if err == nil {
		http.Redirect(w, r, "/demandes/"+found.ID.String(), http.StatusSeeOther)
		return nil
	}
	status, refusal, err := c.Refused(w, r, err)
	if err != nil {
		return err
	}
	if found, err = c.Merchant.PaymentRequest(r.Context(), o.Actor, found.ID); err != nil {
		return err
	}
	return c.showRequest(w, r, status, o, found, refusal)
}
