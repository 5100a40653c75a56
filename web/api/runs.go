// SPDX-License-Identifier: AGPL-3.0-or-later

package api

import (
	"context"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/civil"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
	"github.com/noria-mlc/noria/ops/run"
	"github.com/noria-mlc/noria/ops/sepa"
)

type RunPath struct {
	ID conversion.RunID `path:"id"`
}

// Versioned is the version of a file for the bank.
type Versioned struct {
	Version sepa.CreditVersion `query:"version" default:"09" enum:"03,09" doc:"Of pain.001.001"`
}

// bankFile is a file for the bank.
type bankFile struct {
	ContentType string `header:"Content-Type"`
	Disposition string `header:"Content-Disposition"`
	Exported    string `header:"Noria-Exported-At" doc:"When the file was given out for the first time"`
	Again       string `header:"Noria-Already-Exported" doc:"true where it had been given out before"`
	Body        []byte
}

// orders is a route that gives out a file for the bank.
func orders(path, summary, tag string) huma.Operation {
	op := get(path, summary, tag)
	op.Responses = map[string]*huma.Response{"200": {Description: "A pain.001 file", Content: map[string]*huma.MediaType{"application/xml": {}}}}
	return op
}

func written(f run.File, err error) (*bankFile, error) {
	if err != nil {
		return nil, err
	}
	out := &bankFile{ContentType: "application/xml; charset=utf-8", Disposition: `attachment; filename="` + f.Name + `"`, Body: f.Bytes}
	if !f.ExportedAt.IsZero() {
		out.Exported = f.ExportedAt.Format(time.RFC3339Nano)
	}
	if f.Again {
		out.Again = "true"
	}
	return out, nil
}

// runs are redemptions that are paid together.
func (r *routes) runs() {
	const tag = "redemptions"
	private(r, create("/v1/redemption-runs", "Put redemptions that can be paid into a run", tag),
		func(ctx context.Context, actor access.Actor, in *struct {
			Keyed
			Body struct {
				Account     ledger.Account            `json:"account,omitempty" required:"false" doc:"The compte dédié that pays"`
				ExecuteOn   civil.Date                `json:"execute_on,omitzero" required:"false" doc:"A business day of banks; the next one where absent"`
				Redemptions []conversion.RedemptionID `json:"redemptions,omitempty" required:"false" maxItems:"2000" doc:"All that can be paid where absent"`
			}
		}) (*done[conversion.Run], error) {
			return inRun(in.key())(func(key string) (conversion.Run, bool, error) {
				return r.Runs.Prepare(ctx, actor, key, conversion.PrepareRunInput(in.Body))
			})
		})
	private(r, get("/v1/redemption-runs", "List runs without their transfers, newest first", tag), func(ctx context.Context, actor access.Actor, in *Page) (*shown[list[conversion.Run]], error) {
		var before conversion.RunID
		if before.UnmarshalText([]byte(in.Cursor)) != nil {
			return nil, ledger.ErrCursor
		}
		items, err := r.Conversion.RedemptionRuns(ctx, actor, before, in.Limit)
		return show(listOf(items, in.Limit, func(d conversion.Run) string { return d.ID.String() }), err)
	})
	private(r, get("/v1/redemption-runs/{id}", "Read a run with its transfers", tag), func(ctx context.Context, actor access.Actor, in *RunPath) (*shown[conversion.Run], error) {
		d, err := r.Conversion.RedemptionRun(ctx, actor, in.ID)
		return show(d, err)
	})
	private(r, create("/v1/redemption-runs/{id}/approvals", "Approve a run by its digest, as another person than its author", tag),
		func(ctx context.Context, actor access.Actor, in *struct {
			Keyed
			RunPath
			Body struct {
				Digest string `json:"digest" minLength:"1" maxLength:"128"`
			}
		}) (*done[conversion.Run], error) {
			return inRun(in.key())(func(key string) (conversion.Run, bool, error) {
				return r.Conversion.ApproveRun(ctx, actor, key, conversion.ApproveRunInput{Run: in.ID, Digest: in.Body.Digest})
			})
		})
	private(r, create("/v1/redemption-runs/{id}/cancellations", "Give up a run whose file was not given out", tag),
		func(ctx context.Context, actor access.Actor, in *struct {
			Keyed
			RunPath
			Body *empty
		}) (*done[conversion.Run], error) {
			return inRun(in.key())(func(key string) (conversion.Run, bool, error) { return r.Conversion.CancelRun(ctx, actor, key, in.ID) })
		})
	private(r, create("/v1/redemption-runs/{id}/settlements", "Say that the bank booked all that is left of a run", tag),
		func(ctx context.Context, actor access.Actor, in *struct {
			Keyed
			RunPath
			Body struct {
				BankReference string         `json:"bank_reference" minLength:"1" maxLength:"70"`
				Account       ledger.Account `json:"account,omitempty" required:"false"`
				Paid          *money.Amount  `json:"paid_eur,omitempty" required:"false" doc:"Where given, must be what is left"`
			}
		}) (*done[conversion.Run], error) {
			return inRun(in.key())(func(key string) (conversion.Run, bool, error) {
				return r.Conversion.SettleRun(ctx, actor, key, conversion.SettleRunInput{Run: in.ID, BankReference: in.Body.BankReference,
					Account: in.Body.Account, Paid: in.Body.Paid})
			})
		})
	private(r, orders("/v1/redemption-runs/{id}/pain.001", "The file of an approved run; the first time its redemptions become sent", tag),
		func(ctx context.Context, actor access.Actor, in *struct {
			RunPath
			Versioned
		}) (*bankFile, error) {
			return written(r.Runs.Export(ctx, actor, in.ID, in.Version))
		})
	private(r, get("/v1/fund/proposals", "What should move so that each pool's accounts hold what is owed", "fund"),
		func(ctx context.Context, actor access.Actor, _ *struct{}) (*shown[conversion.Position], error) {
			p, err := r.Conversion.Position(ctx, actor)
			return show(p, err)
		})
	private(r, orders("/v1/fund/proposals/pain.001", "The file of the proposed bank transfers; nothing is booked", "fund"),
		func(ctx context.Context, actor access.Actor, in *Versioned) (*bankFile, error) {
			return written(r.Runs.FundFile(ctx, actor, in.Version))
		})
}

// inRun runs a command that answers a run.
func inRun(key string, err error) func(func(string) (conversion.Run, bool, error)) (*done[conversion.Run], error) {
	return func(do func(string) (conversion.Run, bool, error)) (*done[conversion.Run], error) {
		if err != nil {
			return nil, err
		}
		d, replayed, err := do(key)
		if err != nil {
			return nil, err
		}
		return answered(d, replayed, "/v1/redemption-runs/"+d.ID.String()), nil
	}
}

// exceptions are redemptions of individuals (L6), and what comes back from banks.
func (r *routes) exceptions() {
	const tag = "redemptions"
	private(r, create("/v1/redemption-exceptions", "Ask for euros in the name of an individual, for a reason that the rules list", tag),
		func(ctx context.Context, actor access.Actor, in *struct {
			Keyed
			Body struct {
				Holder    ident.Holder         `json:"holder"`
				Amount    money.Amount         `json:"amount"`
				Exception conversion.Exception `json:"exception" enum:"wind-down,issuer-error,returned-change,visitor"`
				Note      string               `json:"note" minLength:"1" maxLength:"200"`
			}
		}) (*done[conversion.Redemption], error) {
			return redeemed(in.key())(func(key string) (conversion.Redemption, bool, error) {
				return r.Conversion.RequestException(ctx, actor, key, conversion.ExceptionInput(in.Body))
			})
		})
	private(r, create("/v1/redemptions/{id}/approvals", "Let an individual be paid, as another person than who asked", tag),
		func(ctx context.Context, actor access.Actor, in *struct {
			Keyed
			RedemptionPath
			Body *empty
		}) (*done[conversion.Redemption], error) {
			return redeemed(in.key())(func(key string) (conversion.Redemption, bool, error) {
				return r.Conversion.ApproveException(ctx, actor, key, in.ID)
			})
		})
	private(r, create("/v1/redemptions/{id}/returns", "Say that the bank did not pay, or sent the euros back", tag),
		func(ctx context.Context, actor access.Actor, in *struct {
			Keyed
			RedemptionPath
			Body struct {
				Code          string                 `json:"code" pattern:"^[A-Z]{2}[0-9]{2}$" doc:"The bank's reason, as AC04"`
				BankReference string                 `json:"bank_reference" minLength:"1" maxLength:"70"`
				Then          conversion.AfterReturn `json:"then" enum:"give-back,send-again,new-account"`
			}
		}) (*done[conversion.Redemption], error) {
			return redeemed(in.key())(func(key string) (conversion.Redemption, bool, error) {
				return r.Conversion.ReturnRedemption(ctx, actor, key, conversion.ReturnRedemptionInput{Redemption: in.ID, Code: in.Body.Code,
					BankReference: in.Body.BankReference, Then: in.Body.Then})
			})
		})
}
