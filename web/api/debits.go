// SPDX-License-Identifier: AGPL-3.0-or-later

package api

import (
	"context"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/civil"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
)

// keyed runs a command of one keyed request and answers with what became of it.
func keyed[T any](k Keyed, actor access.Actor, action access.Action, do func(key string) (T, bool, error), place func(T) string) (*done[T], error) {
	key, err := k.key()
	if err != nil {
		return nil, err
	}
	thing, replayed, err := do(key)
	if err != nil {
		return nil, Concealed(actor, action, err)
	}
	return answered(thing, replayed, place(thing)), nil
}

func placeOfCampaign(c conversion.Campaign) string { return "/v1/campaigns/" + c.ID.String() }

func placeOfAmendment(a conversion.Amendment) string {
	return "/v1/campaigns/" + a.Campaign.String() + "/amendments"
}

// campaignTurns are what happens to a campaign after its approval.
func (r *routes) campaignTurns() {
	const tag = "campaigns"
	turn := func(path, words string, action access.Action, do func(context.Context, access.Actor, string, conversion.CampaignID) (conversion.Campaign, bool, error)) {
		private(r, create("/v1/campaigns/{id}/"+path, words, tag), func(ctx context.Context, actor access.Actor, in *struct {
			Keyed
			CampaignPath
			Body *empty
		}) (*done[conversion.Campaign], error) {
			return keyed(in.Keyed, actor, action, func(key string) (conversion.Campaign, bool, error) { return do(ctx, actor, key, in.ID) }, placeOfCampaign)
		})
	}
	turn("pauses", "Pause a campaign", access.CampaignPause, r.Conversion.PauseCampaign)
	turn("resumptions", "Let a paused campaign grant again", access.CampaignResume, r.Conversion.ResumeCampaign)
	turn("closings", "Close a campaign for good", access.CampaignClose, r.Conversion.CloseCampaign)
	private(r, create("/v1/campaigns/{id}/returns", "Book unspent euros sent back to the funder", tag), func(ctx context.Context, actor access.Actor, in *struct {
		Keyed
		CampaignPath
		Body struct {
			Amount        money.Amount   `json:"amount_eur"`
			BankReference string         `json:"bank_reference" minLength:"1" maxLength:"140"`
			Account       ledger.Account `json:"account,omitempty" required:"false"`
		}
	}) (*done[conversion.Campaign], error) {
		return keyed(in.Keyed, actor, access.CampaignReturn, func(key string) (conversion.Campaign, bool, error) {
			return r.Conversion.ReturnUnspent(ctx, actor, key, conversion.ReturnUnspentInput{Campaign: in.ID, Amount: in.Body.Amount,
				BankReference: in.Body.BankReference, Account: in.Body.Account})
		}, placeOfCampaign)
	})
	private(r, get("/v1/campaigns/{id}/amendments", "The changes of a campaign's terms", tag), func(ctx context.Context, actor access.Actor, in *CampaignPath) (*shown[list[conversion.Amendment]], error) {
		items, err := r.Conversion.Amendments(ctx, actor, in.ID)
		return show(list[conversion.Amendment]{Items: items}, Concealed(actor, access.CampaignRead, err))
	})
	private(r, create("/v1/campaigns/{id}/amendments", "Propose other terms", tag), func(ctx context.Context, actor access.Actor, in *struct {
		Keyed
		CampaignPath
		Body struct {
			Terms  conversion.AmendedTerms `json:"terms"`
			Reason string                  `json:"reason" minLength:"1" maxLength:"200"`
		}
	}) (*done[conversion.Amendment], error) {
		return keyed(in.Keyed, actor, access.CampaignAmend, func(key string) (conversion.Amendment, bool, error) {
			return r.Conversion.AmendCampaign(ctx, actor, key, conversion.AmendInput{Campaign: in.ID, Terms: in.Body.Terms, Reason: in.Body.Reason})
		}, placeOfAmendment)
	})
	decision := func(path, words string, action access.Action, do func(context.Context, access.Actor, string, conversion.AmendmentID) (conversion.Amendment, bool, error)) {
		private(r, create("/v1/amendments/{id}/"+path, words, tag), func(ctx context.Context, actor access.Actor, in *struct {
			Keyed
			ID   conversion.AmendmentID `path:"id"`
			Body *empty
		}) (*done[conversion.Amendment], error) {
			return keyed(in.Keyed, actor, action, func(key string) (conversion.Amendment, bool, error) { return do(ctx, actor, key, in.ID) }, placeOfAmendment)
		})
	}
	decision("approvals", "Approve other terms, as another person", access.CampaignApprove, r.Conversion.ApproveAmendment)
	decision("withdrawals", "Give other terms up", access.CampaignWithdraw, r.Conversion.WithdrawAmendment)
}

// debits are the euros that a bank took back, and what is owed since then.
func (r *routes) debits() {
	const tag = "returned debits"
	private(r, create("/v1/conversions/{id}/chargebacks", "Book euros that the bank took back", tag), func(ctx context.Context, actor access.Actor, in *struct {
		Keyed
		ID   conversion.ID `path:"id"`
		Body struct {
			Code          string         `json:"code" minLength:"4" maxLength:"4" doc:"Return code of the bank, such as MD06"`
			BankReference string         `json:"bank_reference" minLength:"1" maxLength:"140"`
			Account       ledger.Account `json:"account,omitempty" required:"false"`
			BookedOn      civil.Date     `json:"booked_on,omitzero" required:"false"`
		}
	}) (*done[conversion.Chargeback], error) {
		return keyed(in.Keyed, actor, access.DebitReturn, func(key string) (conversion.Chargeback, bool, error) {
			return r.Conversion.ChargeBack(ctx, actor, key, conversion.ChargeBackInput{Conversion: in.ID, Code: in.Body.Code,
				BankReference: in.Body.BankReference, Account: in.Body.Account, BookedOn: in.Body.BookedOn})
		}, func(b conversion.Chargeback) string { return "/v1/conversions/" + b.Conversion.String() })
	})
	private(r, get("/v1/receivables", "What holders owe since a debit was returned", tag), func(ctx context.Context, actor access.Actor, _ *struct{}) (*shown[list[conversion.Receivable]], error) {
		items, err := r.Conversion.Receivables(ctx, actor)
		return show(list[conversion.Receivable]{Items: items}, err)
	})
	private(r, create("/v1/receivables/{id}/waivers", "Propose to give a receivable up", tag), func(ctx context.Context, actor access.Actor, in *struct {
		Keyed
		Holder ident.Holder `path:"id"`
		Body   struct {
			Amount money.Amount `json:"amount_eur"`
			Reason string       `json:"reason" minLength:"1" maxLength:"200"`
		}
	}) (*done[conversion.Waiver], error) {
		return keyed(in.Keyed, actor, access.ReceivableWaive, func(key string) (conversion.Waiver, bool, error) {
			return r.Conversion.ProposeWaiver(ctx, actor, key, conversion.WaiveInput{Holder: in.Holder, Amount: in.Body.Amount, Reason: in.Body.Reason})
		}, func(conversion.Waiver) string { return "/v1/receivables" })
	})
	private(r, create("/v1/waivers/{id}/approvals", "Give a receivable up, as another person", tag), func(ctx context.Context, actor access.Actor, in *struct {
		Keyed
		ID   conversion.WaiverID `path:"id"`
		Body *empty
	}) (*done[conversion.Waiver], error) {
		return keyed(in.Keyed, actor, access.WaiverApprove, func(key string) (conversion.Waiver, bool, error) {
			return r.Conversion.ApproveWaiver(ctx, actor, key, in.ID)
		},
			func(conversion.Waiver) string { return "/v1/receivables" })
	})
	private(r, get("/v1/loops", "Chains of change, payment and redemption to look at", tag), func(ctx context.Context, actor access.Actor, _ *struct{}) (*shown[list[conversion.Loop]], error) {
		items, err := r.Conversion.Loops(ctx, actor, false)
		return show(list[conversion.Loop]{Items: items}, err)
	})
	private(r, create("/v1/loops/closings", "File an alert with what was found out", tag), func(ctx context.Context, actor access.Actor, in *struct {
		Keyed
		Body struct {
			Redemption conversion.RedemptionID `json:"redemption"`
			Conversion conversion.ID           `json:"conversion"`
			Payment    ident.Entry             `json:"payment"`
			Note       string                  `json:"note" minLength:"1" maxLength:"200"`
		}
	}) (*done[loopNote], error) {
		return keyed(in.Keyed, actor, access.LoopClose, func(key string) (loopNote, bool, error) {
			note, replayed, err := r.Conversion.CloseLoop(ctx, actor, key, conversion.CloseLoopInput(in.Body))
			return loopNote{note}, replayed, err
		}, func(loopNote) string { return "/v1/loops" })
	})
	private(r, get("/v1/holders/{id}/chargebacks", "Payments of a holder that a bank took back", tag), func(ctx context.Context, actor access.Actor, in *struct {
		Holder ident.Holder `path:"id"`
	}) (*shown[list[conversion.Chargeback]], error) {
		items, err := r.Conversion.Chargebacks(ctx, actor, in.Holder)
		if err == nil {
			_, err = r.Ledger.Holder(ctx, in.Holder)
		}
		if err == nil {
			err = r.People.Looked(ctx, actor, in.Holder, "receivable")
		}
		return show(list[conversion.Chargeback]{Items: items}, err)
	})
	private(r, get("/v1/holders/{id}/free", "What a wallet may redeem now", "redemptions"), func(ctx context.Context, actor access.Actor, in *struct {
		Holder ident.Holder `path:"id"`
	}) (*shown[conversion.FreePart], error) {
		free, err := r.Conversion.FreeOf(ctx, actor, in.Holder)
		return show(free, err)
	})
}

// loopNote is what was found out about an alert.
type loopNote struct {
	Note string `json:"note"`
}

// homes are where holders live, as the association noted it (P12).
func (r *routes) homes() {
	const tag = "holders"
	private(r, get("/v1/holders/{id}/residence", "Household and commune of a holder", tag), func(ctx context.Context, actor access.Actor, in *struct {
		Holder ident.Holder `path:"id"`
	}) (*shown[conversion.Residence], error) {
		home, err := r.Conversion.ResidenceOf(ctx, actor, in.Holder)
		if err == nil {
			_, err = r.Ledger.Holder(ctx, in.Holder)
		}
		if err == nil {
			err = r.People.Looked(ctx, actor, in.Holder, "residence")
		}
		return show(home, err)
	})
	private(r, create("/v1/holders/{id}/residence", "Note where a holder lives", tag), func(ctx context.Context, actor access.Actor, in *struct {
		Keyed
		Holder ident.Holder `path:"id"`
		Body   struct {
			Household string `json:"household,omitempty" required:"false" maxLength:"60" doc:"Any key that the association gives; a household of its own where absent"`
			Commune   string `json:"commune,omitempty" required:"false" doc:"INSEE code"`
		}
	}) (*done[conversion.Residence], error) {
		return keyed(in.Keyed, actor, access.ResidenceSet, func(key string) (conversion.Residence, bool, error) {
			return r.Conversion.SetResidence(ctx, actor, key, conversion.Residence{Holder: in.Holder, Household: in.Body.Household, Commune: in.Body.Commune})
		}, func(h conversion.Residence) string { return "/v1/holders/" + h.Holder.String() + "/residence" })
	})
}
