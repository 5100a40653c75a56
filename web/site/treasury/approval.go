// SPDX-License-Identifier: AGPL-3.0-or-later

package treasury

import (
	"net/http"
	"time"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/money"
	"github.com/noria-mlc/noria/ops/payout"
	"github.com/noria-mlc/noria/web/api"
	"github.com/noria-mlc/noria/web/page"
	"github.com/noria-mlc/noria/web/site"
)

// campaignView is a campaign as a second person reads it before approving.
type campaignView struct {
	ID, Name        string
	Status          string
	Funder          party
	Budget          money.Amount
	Terms           []page.Fact
	Money           []page.Fact
	Amendments      []page.Amendment
	Deeds           []page.Deed
	Warnings        []conversion.Warning
	By, ApprovedBy  party
	At, ApprovedAt  time.Time
	Own             bool // the visitor prepared it
	Approves, Funds bool
	Places          []place
	Form            typed
}

// Path is the address of the page.
func (v campaignView) Path() string { return "/tresorerie/approbations/campagnes/" + v.ID }

func (v campaignView) sheet(tabs []page.Tab) page.Sheet {
	return page.Sheet{Template: "treasury/campaign", Title: v.Name, Section: "treasury", Tabs: tabs, Class: "treasury", View: v}
}

func (t treasury) campaign(w http.ResponseWriter, r *http.Request) error {
	return t.showCampaign(w, r, typed{})
}

func (t treasury) showCampaign(w http.ResponseWriter, r *http.Request, f typed) error {
	a, tabs, err := t.visit(r, "approvals")
	if err != nil {
		return err
	}
	at, err := campaignID(r)
	if err != nil {
		return err
	}
	c, err := t.Conversion.Campaign(r.Context(), a, at)
	if err != nil {
		return err
	}
	v := campaignView{ID: c.ID.String(), Name: c.Name, Status: string(c.Status), Budget: c.Budget, Terms: site.TermsOf(c), Money: site.MoneyOf(c),
		Deeds: site.Deeds(a, c), Warnings: c.Warnings, At: c.CreatedAt, ApprovedAt: c.ApprovedAt, Own: c.PreparedBy == a.ID, Form: t.again(f)}
	if v.Amendments, err = t.Amendments(r.Context(), a, c); err != nil {
		return err
	}
	v.Approves = c.Status == conversion.CampaignDraft && may(a, access.CampaignApprove)
	v.Funds = (c.Status != conversion.CampaignClosed && c.Received < c.Budget || c.Due > 0) && may(a, access.CampaignFund)
	if v.Funder, err = t.party(r.Context(), c.Funder); err != nil {
		return err
	}
	if v.By, err = t.doer(r.Context(), c.PreparedBy); err != nil {
		return err
	}
	if v.ApprovedBy, err = t.doer(r.Context(), c.ApprovedBy); err != nil {
		return err
	}
	if v.Places, err = t.places(r.Context(), true, f.Account); err != nil {
		return err
	}
	return t.Show(w, r, f.Status, v.sheet(tabs))
}

func campaignID(r *http.Request) (conversion.CampaignID, error) {
	var at conversion.CampaignID
	if err := at.UnmarshalText([]byte(r.PathValue("id"))); err != nil || at.IsZero() {
		return at, fault.ErrMissing
	}
	return at, nil
}

func (t treasury) approveCampaign(w http.ResponseWriter, r *http.Request) error {
	at, err := campaignID(r)
	if err != nil {
		return err
	}
	f := t.read(r)
	a, err := t.Proven(r)
	if err == nil {
		_, _, err = t.Conversion.ApproveCampaign(r.Context(), a, f.Key, at)
		err = api.Concealed(a, access.CampaignApprove, err)
	}
	path := "/tresorerie/approbations/campagnes/" + at.String()
	return t.Concluded(w, r, err, path, path, func(status int, refusal *page.Refusal) error {
		f.Status, f.Refusal = status, refusal
		return t.showCampaign(w, r, f)
	})
}

// received reads the amount and the reference of a transfer that came.
func (t treasury) received(r *http.Request) (typed, money.Amount, error) {
	f := t.read(r)
	if err := t.referenced(r, &f); err != nil {
		return f, 0, err
	}
	amount, bad, err := t.Amount(r, "montant")
	if f.AmountBad = bad; bad != "" {
		f.Status = http.StatusUnprocessableEntity
	}
	return f, amount, err
}

func (t treasury) fundCampaign(w http.ResponseWriter, r *http.Request) error {
	at, err := campaignID(r)
	if err != nil {
		return err
	}
	f, amount, err := t.received(r)
	if err != nil {
		return err
	}
	if f.wrong() {
		return t.showCampaign(w, r, f)
	}
	a, err := t.Proven(r)
	if err == nil {
		_, _, err = t.Conversion.FundCampaign(r.Context(), a, f.Key, conversion.FundCampaignInput{Campaign: at, Amount: amount,
			BankReference: f.Reference, Account: ledger.Account(f.Account)})
	}
	path := "/tresorerie/approbations/campagnes/" + at.String()
	return t.Concluded(w, r, err, path, path, func(status int, refusal *page.Refusal) error {
		f.Status, f.Refusal = status, refusal
		return t.showCampaign(w, r, f)
	})
}

// batchView is a batch as a second person reads it before approving.
type batchView struct {
	ID, Period, Purpose   string
	Status                string
	Digest                string
	Collectivity          party
	Total, Received, Left money.Amount
	Count, Problems       int
	Lines                 []lineRow
	More                  int // lines that are not shown
	By, ApprovedBy        party
	At                    time.Time
	Own, Approves, Funds  bool
	Places                []place
	Today                 string
	Form                  typed
}

// lineRow is a line. Payees are told by number: what an official chose is
// sensitive (rule D5).
type lineRow struct {
	N         int
	Reference string
	Number    string
	Amount    money.Amount
	Status    string
	Problem   string
}

// shownLines is how many lines of a batch a page shows.
const shownLines = 60

// Path is the address of the page.
func (v batchView) Path() string { return "/tresorerie/approbations/lots/" + v.ID }

func (v batchView) sheet(tabs []page.Tab) page.Sheet {
	return page.Sheet{Template: "treasury/batch", Title: "treasury.batch", Section: "treasury", Tabs: tabs, Class: "treasury", View: v}
}

func (t treasury) batch(w http.ResponseWriter, r *http.Request) error {
	return t.showBatch(w, r, typed{})
}

func (t treasury) showBatch(w http.ResponseWriter, r *http.Request, f typed) error {
	a, tabs, err := t.visit(r, "approvals")
	if err != nil {
		return err
	}
	at, err := batchID(r)
	if err != nil {
		return err
	}
	b, err := t.Payout.Batch(r.Context(), a, at)
	if err != nil {
		return err
	}
	v := batchView{ID: b.ID.String(), Period: b.Period, Purpose: string(b.Purpose), Status: string(b.Status), Digest: b.Digest, Total: b.TotalEUR,
		Received: b.ReceivedEUR, Left: b.TotalEUR - b.ReceivedEUR, Count: len(b.Lines), At: b.CreatedAt, Own: b.PreparedBy == a.ID, Today: t.today(),
		Approves: b.Status == payout.Drafted && may(a, access.BatchApprove), Funds: b.Status == payout.Approved && may(a, access.BatchFund), Form: t.again(f)}
	for _, l := range b.Lines {
		if l.Problem != "" {
			v.Problems++
		}
		if len(v.Lines) == shownLines {
			v.More++
			continue
		}
		row := lineRow{N: l.N, Reference: l.Reference, Number: l.Holder, Amount: l.AmountEUR, Status: string(l.Status), Problem: string(l.Problem)}
		if h, err := t.payee(r, l.Holder); err == nil {
			row.Number = h.Number
		}
		v.Lines = append(v.Lines, row)
	}
	if v.Collectivity, err = t.party(r.Context(), b.Collectivity); err != nil {
		return err
	}
	if v.By, err = t.doer(r.Context(), b.PreparedBy); err != nil {
		return err
	}
	approver, err := t.Payout.ApprovedBy(r.Context(), a, at)
	if err != nil {
		return err
	}
	if v.ApprovedBy, err = t.doer(r.Context(), approver); err != nil {
		return err
	}
	if v.Places, err = t.places(r.Context(), true, f.Account); err != nil {
		return err
	}
	return t.Show(w, r, f.Status, v.sheet(tabs))
}

// payee finds whom a line names.
func (t treasury) payee(r *http.Request, text string) (ledger.Holder, error) {
	h, err := parseHolder(text)
	if err != nil {
		return ledger.Holder{}, err
	}
	return t.Ledger.Holder(r.Context(), h)
}

func batchID(r *http.Request) (payout.BatchID, error) {
	var at payout.BatchID
	if err := at.UnmarshalText([]byte(r.PathValue("id"))); err != nil || at.IsZero() {
		return at, fault.ErrMissing
	}
	return at, nil
}

func (t treasury) approveBatch(w http.ResponseWriter, r *http.Request) error {
	at, err := batchID(r)
	if err != nil {
		return err
	}
	f := t.read(r)
	a, err := t.Proven(r)
	if err == nil {
		_, _, err = t.Payout.Approve(r.Context(), a, f.Key, at, payout.ApproveInput{Digest: r.PostFormValue("empreinte")})
	}
	path := "/tresorerie/approbations/lots/" + at.String()
	return t.Concluded(w, r, err, path, path, func(status int, refusal *page.Refusal) error {
		f.Status, f.Refusal = status, refusal
		return t.showBatch(w, r, f)
	})
}

func (t treasury) fundBatch(w http.ResponseWriter, r *http.Request) error {
	at, err := batchID(r)
	if err != nil {
		return err
	}
	f, amount, err := t.received(r)
	if err != nil {
		return err
	}
	day, bad, err := t.Date(r, "date")
	if err != nil {
		return err
	}
	if f.DateBad = bad; bad != "" {
		f.Status = http.StatusUnprocessableEntity
	}
	if f.wrong() {
		return t.showBatch(w, r, f)
	}
	a, err := t.Proven(r)
	if err == nil {
		_, _, err = t.Payout.Fund(r.Context(), a, f.Key, at, payout.FundInput{AmountEUR: amount, BankReference: f.Reference,
			Account: ledger.Account(f.Account), ReceivedOn: day})
	}
	path := "/tresorerie/approbations/lots/" + at.String()
	return t.Concluded(w, r, err, path, path, func(status int, refusal *page.Refusal) error {
		f.Status, f.Refusal = status, refusal
		return t.showBatch(w, r, f)
	})
}
