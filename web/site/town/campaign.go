// SPDX-License-Identifier: AGPL-3.0-or-later

package town

import (
	"net/http"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/money"
	"github.com/noria-mlc/noria/web/page"
	"github.com/noria-mlc/noria/web/site"
)

// campaign shows a campaign: its money, its terms, its report.
func (t town) campaign(w http.ResponseWriter, r *http.Request) error {
	return t.showCampaign(w, r, 0, nil)
}

func (t town) showCampaign(w http.ResponseWriter, r *http.Request, status int, refusal *page.Refusal) error {
	s, err := t.sit(r)
	if err != nil {
		return err
	}
	var id conversion.CampaignID
	if err := pathID(r, &id); err != nil {
		return err
	}
	c, err := t.Conversion.Campaign(r.Context(), s.Actor, id)
	if err != nil {
		return concealed(err)
	}
	report, err := t.Conversion.Report(r.Context(), s.Actor, id)
	if err != nil {
		return concealed(err)
	}
	v := campaignView{by: s, gauge: gauge{c}, Report: report, Refusal: refusal}
	if v.PreparedName, err = t.named(r, c.PreparedBy); err != nil {
		return err
	}
	if v.ApprovedName, err = t.named(r, c.ApprovedBy); err != nil {
		return err
	}
	if v.Amendments, err = t.Amendments(r.Context(), s.Actor, c); err != nil {
		return err
	}
	v.Deeds = site.Deeds(s.Actor, c)
	if c.Status == conversion.CampaignDraft && c.PreparedBy != s.ID && access.Allow(s.Actor, access.CampaignApprove, c.Funder) == nil {
		v.Key = t.NewKey()
	}
	return t.Show(w, r, status, v.sheet())
}

// approveCampaign opens a campaign, as another person than who prepared it.
func (t town) approveCampaign(w http.ResponseWriter, r *http.Request) error {
	s, err := t.sit(r)
	if err != nil {
		return err
	}
	var id conversion.CampaignID
	if err := pathID(r, &id); err != nil {
		return err
	}
	back := "/collectivite/campagnes/" + id.String()
	if err := access.Allow(s.Actor, access.CampaignApprove, s.Town.ID); err != nil {
		return err
	}
	if _, err := t.Proven(r); err != nil {
		if site.ProveFirst(w, r, err, back) {
			return nil
		}
		return err
	}
	if _, _, err = t.Conversion.ApproveCampaign(r.Context(), s.Actor, site.FormKey(r), id); err != nil {
		status, refusal, err := t.Refused(w, r, concealed(err))
		if err != nil || status == http.StatusForbidden {
			return orForbidden(err)
		}
		return t.showCampaign(w, r, status, refusal)
	}
	http.Redirect(w, r, back, http.StatusSeeOther)
	return nil
}

// orForbidden is an error, or that the visitor may not do this.
func orForbidden(err error) error {
	if err == nil {
		return access.ErrForbidden
	}
	return err
}

// campaignView is a campaign as its funder sees it.
type campaignView struct {
	by seat
	gauge
	Report       conversion.Report
	PreparedName string
	ApprovedName string
	Amendments   []page.Amendment
	Deeds        []page.Deed
	Key          string // of the approval; "" where the visitor cannot give it
	Refusal      *page.Refusal
}

func (v campaignView) sheet() page.Sheet {
	sheet := v.by.sheet("campaign", "town-campaign.title", "town-home", v)
	if v.Status == conversion.CampaignActive {
		sheet.Refresh = 60
	}
	return sheet
}

// Terms are everything that the convention states (P12).
func (v campaignView) Terms() []page.Fact { return site.TermsOf(v.Campaign) }

// Unspent is what is to go back to the funder.
func (v campaignView) Unspent() money.Amount { return v.Campaign.Unspent() }

// Signs says whether the budget may be granted before it is paid (G4).
func (v campaignView) Signs() bool { return v.BudgetMode == conversion.OnceSigned }

// percent is a rate as the number that stands before "%".
func percent(r money.Rate) money.Amount { return r.Floor(100_00) }

// Months are the figures of the report by month.
func (v campaignView) Months() []conversion.ReportMonth { return v.Report.Months }
