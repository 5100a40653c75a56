// SPDX-License-Identifier: AGPL-3.0-or-later

package api

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/civil"
	"github.com/noria-mlc/noria/ops/debit"
	"github.com/noria-mlc/noria/ops/sepa"
)

type DebitRunPath struct {
	ID debit.RunID `path:"id"`
}

type DebitPath struct {
	ID debit.ID `path:"id"`
}

// The document tells the runs and lines of this noun from those of others by name.
type (
	DebitRun  debit.Run
	DebitLine debit.Line
)

// DebitRunDetail is a run of debits with its debits.
type DebitRunDetail struct {
	DebitRun
	Items []DebitLine `json:"items"`
}

func placeOfDebitRun(d DebitRun) string { return "/v1/debit-runs/" + d.ID.String() }

// onDebitRun runs a command that answers a run of debits.
func onDebitRun(k Keyed, actor access.Actor, action access.Action, do func(key string) (debit.Run, bool, error)) (*done[DebitRun], error) {
	return keyed(k, actor, action, func(key string) (DebitRun, bool, error) {
		d, replayed, err := do(key)
		return DebitRun(d), replayed, err
	}, placeOfDebitRun)
}

func placeOfDebit(d debit.Debit) string { return "/v1/debits/" + d.ID.String() }

// debitRuns are debits that go to the bank together, and what the bank does with
// each.
func (r *routes) debitRuns() {
	const tag = "direct debits"
	private(r, create("/v1/debit-runs", "Put the debits whose day is near into a run", tag), func(ctx context.Context, actor access.Actor, in *struct {
		Keyed
		Body *empty
	}) (*done[DebitRun], error) {
		return onDebitRun(in.Keyed, actor, access.DebitPrepare, func(key string) (debit.Run, bool, error) { return r.Debit.Prepare(ctx, actor, key) })
	})
	private(r, get("/v1/debit-runs", "List the last runs of debits, newest first", tag), func(ctx context.Context, actor access.Actor, _ *struct{}) (*shown[list[DebitRun]], error) {
		all, err := r.Debit.Runs(ctx, actor)
		items := make([]DebitRun, 0, len(all))
		for _, d := range all {
			items = append(items, DebitRun(d))
		}
		return show(whole(items), err)
	})
	private(r, get("/v1/debit-runs/{id}", "Read a run of debits with its debits", tag), func(ctx context.Context, actor access.Actor, in *DebitRunPath) (*shown[DebitRunDetail], error) {
		d, err := r.Debit.Run(ctx, actor, in.ID)
		out := DebitRunDetail{DebitRun: DebitRun(d.Run), Items: make([]DebitLine, 0, len(d.Items))}
		for _, l := range d.Items {
			out.Items = append(out.Items, DebitLine(l))
		}
		return show(out, err)
	})
	private(r, create("/v1/debit-runs/{id}/approvals", "Approve a run of debits by its digest, as another person than its author", tag),
		func(ctx context.Context, actor access.Actor, in *struct {
			Keyed
			DebitRunPath
			Body struct {
				Digest string `json:"digest" minLength:"1" maxLength:"128"`
			}
		}) (*done[DebitRun], error) {
			return onDebitRun(in.Keyed, actor, access.DebitApprove, func(key string) (debit.Run, bool, error) {
				return r.Debit.Approve(ctx, actor, key, in.ID, in.Body.Digest)
			})
		})
	private(r, create("/v1/debit-runs/{id}/cancellations", "Give up a run of debits whose file was not given out", tag), func(ctx context.Context, actor access.Actor, in *struct {
		Keyed
		DebitRunPath
		Body *empty
	}) (*done[DebitRun], error) {
		return onDebitRun(in.Keyed, actor, access.DebitPrepare, func(key string) (debit.Run, bool, error) { return r.Debit.Cancel(ctx, actor, key, in.ID) })
	})
	op := orders("/v1/debit-runs/{id}/pain.008", "The file of an approved run; the first time its debits become sent", tag)
	op.Responses["200"] = &huma.Response{Description: "A pain.008 file", Content: map[string]*huma.MediaType{"application/xml": {}}}
	private(r, op, func(ctx context.Context, actor access.Actor, in *struct {
		DebitRunPath
		Version sepa.DebitVersion `query:"version" default:"08" enum:"02,08" doc:"Of pain.008.001"`
	}) (*bankFile, error) {
		file, err := r.Debit.File(ctx, actor, in.ID, in.Version)
		if err != nil {
			return nil, err
		}
		return &bankFile{ContentType: "application/xml; charset=utf-8", Disposition: `attachment; filename="` + debit.FileName(in.ID, in.Version) + `"`, Body: file}, nil
	})
	private(r, get("/v1/debits/{id}", "Read a debit", tag), func(ctx context.Context, actor access.Actor, in *DebitPath) (*shown[debit.Debit], error) {
		d, err := r.Debit.Debit(ctx, actor, in.ID)
		return show(d, Concealed(actor, access.MandateRead, err))
	})
	private(r, create("/v1/debits/{id}/collections", "Say that the bank collected a debit: its units are issued", tag),
		func(ctx context.Context, actor access.Actor, in *struct {
			Keyed
			DebitPath
			Body struct {
				BankReference string     `json:"bank_reference" minLength:"1" maxLength:"140"`
				BookedOn      civil.Date `json:"booked_on,omitzero" required:"false"`
			}
		}) (*done[debit.Debit], error) {
			return keyed(in.Keyed, actor, access.DebitSettle, func(key string) (debit.Debit, bool, error) {
				return r.Debit.Collect(ctx, actor, key, debit.CollectInput{Debit: in.ID, BankReference: in.Body.BankReference, BookedOn: in.Body.BookedOn})
			}, placeOfDebit)
		})
	private(r, create("/v1/debits/{id}/returns", "Say that the bank sent a debit back: units are taken back, and the mandate goes the way of the reason", tag),
		func(ctx context.Context, actor access.Actor, in *struct {
			Keyed
			DebitPath
			Body struct {
				Code          string `json:"code" pattern:"^[A-Z]{2}[0-9]{2}$" doc:"The bank's reason, as AM04"`
				BankReference string `json:"bank_reference,omitempty" required:"false" maxLength:"100"`
			}
		}) (*done[debit.Debit], error) {
			return keyed(in.Keyed, actor, access.DebitSettle, func(key string) (debit.Debit, bool, error) {
				return r.Debit.Return(ctx, actor, key, debit.ReturnInput{Debit: in.ID, Code: in.Body.Code, BankReference: in.Body.BankReference})
			}, placeOfDebit)
		})
}
