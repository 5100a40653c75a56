// SPDX-License-Identifier: AGPL-3.0-or-later

package api

import (
	"bytes"
	"context"
	"encoding/json"
	"mime"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/civil"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
	"github.com/noria-mlc/noria/ops/payout"
	"github.com/noria-mlc/noria/web/problem"
)

// uploadLimit is the largest batch file.
const uploadLimit = 2 << 20

type BatchPath struct {
	ID payout.BatchID `path:"id"`
}

type InstructionPath struct {
	ID payout.InstructionID `path:"id"`
}

// batchLines is the JSON body of a batch.
type batchLines struct {
	Collectivity ident.Holder   `json:"collectivity,omitzero" required:"false" doc:"The caller's own where absent"`
	Period       string         `json:"period" pattern:"^[0-9]{4}-(0[1-9]|1[0-2])$"`
	Purpose      payout.Purpose `json:"purpose" enum:"indemnity,subsidy,invoice"`
	Lines        []batchLine    `json:"lines" minItems:"1" maxItems:"5000"`
}

type batchLine struct {
	Reference string       `json:"reference" minLength:"1" maxLength:"35"`
	Holder    string       `json:"holder" minLength:"1" maxLength:"40" doc:"Id or number of a holder"`
	Amount    money.Amount `json:"amount_eur"`
}

// newBatch is a batch in either form: JSON, or CSV with its head in the query.
type newBatch struct {
	Keyed
	ContentType  string         `header:"Content-Type"`
	Collectivity ident.Holder   `query:"collectivity" required:"false" doc:"Of a CSV file"`
	Period       string         `query:"period" required:"false" doc:"Of a CSV file" pattern:"^[0-9]{4}-(0[1-9]|1[0-2])$"`
	Purpose      payout.Purpose `query:"purpose" required:"false" doc:"Of a CSV file" enum:"indemnity,subsidy,invoice"`
	RawBody      []byte
}

func (r *routes) payouts() {
	const tag = "payouts"
	private(r, create("/v1/instructions", "Record an official's written choice", tag), func(ctx context.Context, actor access.Actor, in *struct {
		Keyed
		Body struct {
			Official     ident.Holder           `json:"official"`
			Collectivity ident.Holder           `json:"collectivity,omitzero" required:"false"`
			Kind         payout.InstructionKind `json:"kind" enum:"amount,share"`
			Value        string                 `json:"value" minLength:"1" maxLength:"12" doc:"Euros such as 120.00, or a rate of the net to pay such as 0.25"`
			From         civil.Date             `json:"from"`
			Until        civil.Date             `json:"until,omitzero" required:"false"`
			SignedOn     civil.Date             `json:"signed_on"`
		}
	}) (*done[payout.Instruction], error) {
		key, err := in.key()
		if err != nil {
			return nil, err
		}
		input := payout.InstructInput(in.Body)
		input.Collectivity = subjectOf(actor, access.InstructionCreate, input.Collectivity)
		i, replayed, err := r.Payout.Instruct(ctx, actor, key, input)
		if err != nil {
			return nil, err
		}
		return answered(i, replayed, "/v1/instructions/"+i.ID.String()), nil
	})
	private(r, get("/v1/instructions/{id}", "Read an official's choice", tag), func(ctx context.Context, actor access.Actor, in *InstructionPath) (*shown[payout.Instruction], error) {
		i, err := r.Payout.Instruction(ctx, actor, in.ID)
		return show(i, err)
	})
	private(r, create("/v1/instructions/{id}/revocations", "Revoke an official's choice", tag), func(ctx context.Context, actor access.Actor, in *struct {
		Keyed
		InstructionPath
		Body *empty
	}) (*done[payout.Instruction], error) {
		key, err := in.key()
		if err != nil {
			return nil, err
		}
		i, replayed, err := r.Payout.Revoke(ctx, actor, key, in.ID)
		if err != nil {
			return nil, err
		}
		return answered(i, replayed, "/v1/instructions/"+i.ID.String()), nil
	})
	op := create("/v1/payout-batches", "Draft a batch of indemnities, subsidies or invoices, from JSON or text/csv", tag)
	op.MaxBodyBytes = uploadLimit
	op.RequestBody = &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{
		"application/json": {Schema: huma.SchemaFromType(r.huma.OpenAPI().Components.Schemas, typeOf[batchLines]())},
		"text/csv":         {Schema: &huma.Schema{Type: huma.TypeString, Description: "reference,holder,amount_eur"}},
	}}
	op.SkipValidateBody = true
	private(r, op, r.draftBatch)
	private(r, get("/v1/payout-batches", "List batches without their lines, oldest first", tag), func(ctx context.Context, actor access.Actor, in *struct {
		Page
		Collectivity ident.Holder `query:"collectivity" required:"false"`
	}) (*shown[list[payout.Batch]], error) {
		var after payout.BatchID
		if after.UnmarshalText([]byte(in.Cursor)) != nil {
			return nil, ledger.ErrCursor
		}
		items, err := r.Payout.Batches(ctx, actor, subjectOf(actor, access.BatchRead, in.Collectivity), after, in.Limit)
		return show(listOf(items, in.Limit, func(b payout.Batch) string { return b.ID.String() }), err)
	})
	private(r, get("/v1/payout-batches/{id}", "Read a batch", tag), func(ctx context.Context, actor access.Actor, in *BatchPath) (*shown[payout.Batch], error) {
		b, err := r.Payout.Batch(ctx, actor, in.ID)
		return show(b, err)
	})
	private(r, create("/v1/payout-batches/{id}/approvals", "Approve a batch by its digest, as another person than its author", tag),
		func(ctx context.Context, actor access.Actor, in *struct {
			Keyed
			BatchPath
			Body struct {
				Digest string `json:"digest" minLength:"1" maxLength:"128"`
			}
		}) (*done[payout.Batch], error) {
			return batched(in.key())(func(key string) (payout.Batch, bool, error) {
				return r.Payout.Approve(ctx, actor, key, in.ID, payout.ApproveInput(in.Body))
			})
		})
	private(r, create("/v1/payout-batches/{id}/fundings", "Book the euros received for a batch", tag),
		func(ctx context.Context, actor access.Actor, in *struct {
			Keyed
			BatchPath
			Body struct {
				Amount        money.Amount   `json:"amount_eur"`
				BankReference string         `json:"bank_reference" minLength:"1" maxLength:"70"`
				Account       ledger.Account `json:"account,omitempty" required:"false"`
				ReceivedOn    civil.Date     `json:"received_on,omitzero" required:"false"`
			}
		}) (*done[payout.Batch], error) {
			return batched(in.key())(func(key string) (payout.Batch, bool, error) {
				return r.Payout.Fund(ctx, actor, key, in.ID, payout.FundInput{AmountEUR: in.Body.Amount,
					BankReference: in.Body.BankReference, Account: in.Body.Account, ReceivedOn: in.Body.ReceivedOn})
			})
		})
	proof := get("/v1/payout-batches/{id}/proof", "Proof for the comptable public, as CSV (P10)", tag)
	proof.Responses = map[string]*huma.Response{"200": {Description: "A CSV file", Content: map[string]*huma.MediaType{"text/csv": {}}}}
	private(r, proof, func(ctx context.Context, actor access.Actor, in *BatchPath) (*csvFile, error) {
		file, err := r.Payout.Proof(ctx, actor, in.ID)
		return &csvFile{ContentType: "text/csv; charset=utf-8", Disposition: `attachment; filename="` + in.ID.String() + `.csv"`, Body: file}, err
	})
}

type csvFile struct {
	ContentType string `header:"Content-Type"`
	Disposition string `header:"Content-Disposition"`
	Body        []byte
}

func (r *routes) draftBatch(ctx context.Context, actor access.Actor, in *newBatch) (*done[payout.Batch], error) {
	media, _, _ := mime.ParseMediaType(in.ContentType)
	return batched(in.key())(func(key string) (payout.Batch, bool, error) {
		switch media {
		case "text/csv":
			head := payout.DraftInput{Collectivity: subjectOf(actor, access.BatchCreate, in.Collectivity), Period: in.Period, Purpose: in.Purpose}
			return r.Payout.DraftCSV(ctx, actor, key, head, bytes.NewReader(in.RawBody))
		case "", "application/json":
			if err := in.inBody(); err != nil {
				return payout.Batch{}, false, err
			}
			draft, err := r.readBatch(actor, in.RawBody)
			if err != nil {
				return payout.Batch{}, false, err
			}
			return r.Payout.Draft(ctx, actor, key, draft)
		}
		return payout.Batch{}, false, problem.Plain(ctx, http.StatusUnsupportedMediaType, "media-type")
	})
}

// inBody refuses a head in the address of a batch whose body has one.
func (in *newBatch) inBody() error {
	var check fault.Check
	check.That(in.Collectivity.IsZero(), "query/collectivity", "belongs to a CSV file")
	check.That(in.Period == "", "query/period", "belongs to a CSV file")
	check.That(in.Purpose == "", "query/purpose", "belongs to a CSV file")
	return check.Err()
}

// readBatch reads and checks a JSON batch by the schema of its document.
func (r *routes) readBatch(actor access.Actor, raw []byte) (payout.DraftInput, error) {
	var loose any
	if err := unmarshal(raw, &loose); err != nil {
		return payout.DraftInput{}, fault.ErrMalformed.At("", "must be JSON")
	}
	registry := r.huma.OpenAPI().Components.Schemas
	path, found := huma.NewPathBuffer(nil, 0), huma.ValidateResult{}
	path.Push("body")
	huma.Validate(registry, registry.Schema(typeOf[batchLines](), true, ""), path, huma.ModeWriteToServer, loose, &found)
	if len(found.Errors) > 0 {
		f := fault.ErrInvalid
		for _, err := range found.Errors {
			if detail, ok := err.(*huma.ErrorDetail); ok {
				f = f.At(pointer(detail), detail.Message)
			}
		}
		return payout.DraftInput{}, f
	}
	var body batchLines
	if err := json.Unmarshal(raw, &body); err != nil {
		return payout.DraftInput{}, fault.ErrInvalid.At("", "a field has the wrong form")
	}
	draft := payout.DraftInput{Collectivity: subjectOf(actor, access.BatchCreate, body.Collectivity), Period: body.Period, Purpose: body.Purpose}
	for _, l := range body.Lines {
		draft.Lines = append(draft.Lines, payout.LineInput{Reference: l.Reference, Holder: l.Holder, AmountEUR: l.Amount})
	}
	return draft, nil
}

// batched runs a command that answers a batch.
func batched(key string, err error) func(func(string) (payout.Batch, bool, error)) (*done[payout.Batch], error) {
	return func(run func(string) (payout.Batch, bool, error)) (*done[payout.Batch], error) {
		if err != nil {
			return nil, err
		}
		b, replayed, err := run(key)
		if err != nil {
			return nil, err
		}
		return answered(b, replayed, "/v1/payout-batches/"+b.ID.String()), nil
	}
}
