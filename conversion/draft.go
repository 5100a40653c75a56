// SPDX-License-Identifier: AGPL-3.0-or-later

package conversion

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/db"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
)

type draftNoun struct{}

// Prefix of the id of saved terms.
func (draftNoun) Prefix() string { return "cdr_" }

// DraftID is the id of saved terms.
type DraftID = ident.ID[draftNoun]

// SavedDraft is terms of a campaign that somebody is writing. They may be
// incomplete and grant nothing; CreateCampaign uses them up.
type SavedDraft struct {
	ID      DraftID
	Terms   CreateCampaignInput
	SavedBy ident.User
	SavedAt time.Time
}

// SaveDraftInput is terms to keep: under a new id where ID is zero.
type SaveDraftInput struct {
	ID    DraftID             `json:"id,omitzero"`
	Terms CreateCampaignInput `json:"terms"`
}

// longestTerms is how many bytes saved terms may have.
const longestTerms = 4096

// SaveDraft keeps terms, complete or not, for the funder they name. It returns
// ErrForbidden, ErrInvalid where they are too long to keep, and ErrMissing where
// they were sent or given up.
func (s *Service) SaveDraft(ctx context.Context, actor access.Actor, key string, in SaveDraftInput) (DraftID, error) {
	terms, err := json.Marshal(in.Terms)
	if err != nil {
		return DraftID{}, err
	}
	if len(terms) > longestTerms {
		return DraftID{}, fault.ErrInvalid.At("/name", "must be shorter")
	}
	out, err := s.ledger.Execute(ctx, ledger.Command{Actor: actor, Action: access.CampaignCreate, Owner: in.Terms.Funder, Key: key, Input: in},
		func(tx *ledger.Tx) (ident.Ref, error) {
			id, now := in.ID, tx.Now().UnixMicro()
			if !id.IsZero() {
				return id.Ref(), tx.Guard(ledger.ErrMissing, sqlUpdateDraft, id, in.Terms.Funder, string(terms), actor.ID, now)
			}
			id = DraftID{Bits: tx.NewID()}
			_, err := tx.Exec(sqlInsertDraft, id, in.Terms.Funder, string(terms), actor.ID, now)
			return id.Ref(), err
		})
	return DraftID{Bits: out.Ref.Bits}, err
}

// DropDraft gives terms up. It returns ErrForbidden and ErrMissing.
func (s *Service) DropDraft(ctx context.Context, actor access.Actor, key string, id DraftID) error {
	d, err := s.draft(ctx, id)
	if err != nil {
		return err
	}
	_, err = s.ledger.Execute(ctx, ledger.Command{Actor: actor, Action: access.CampaignCreate, Owner: d.Terms.Funder, Key: key, Input: id},
		func(tx *ledger.Tx) (ident.Ref, error) {
			return id.Ref(), tx.Guard(ledger.ErrMissing, sqlDeleteDraft, id, d.Terms.Funder)
		})
	return err
}

// Draft reads terms for those who may send them. It returns ErrMissing and
// ErrForbidden.
func (v *View) Draft(ctx context.Context, actor access.Actor, id DraftID) (SavedDraft, error) {
	d, err := v.draft(ctx, id)
	if err != nil {
		return SavedDraft{}, err
	}
	if err := access.Allow(actor, access.CampaignCreate, d.Terms.Funder); err != nil {
		return SavedDraft{}, err
	}
	return d, nil
}

// Drafts lists the terms that are being written for a funder, newest first. It
// returns ErrForbidden.
func (v *View) Drafts(ctx context.Context, actor access.Actor, funder ident.Holder) ([]SavedDraft, error) {
	if err := access.Allow(actor, access.CampaignCreate, funder); err != nil {
		return nil, err
	}
	list, err := v.committed(ctx).Query(sqlDraftsOf, funder)
	return collect(list, err, scanDraft)
}

func (v *View) draft(ctx context.Context, id DraftID) (SavedDraft, error) {
	d, err := scanDraft(v.committed(ctx).QueryRow(sqlDraft, id))
	return d, found(err)
}

func scanDraft(row db.Row) (SavedDraft, error) {
	var d SavedDraft
	var funder ident.Holder
	var terms string
	var saved int64
	if err := row.Scan(&d.ID, &funder, &terms, &d.SavedBy, &saved); err != nil {
		return SavedDraft{}, err
	}
	if err := json.Unmarshal([]byte(terms), &d.Terms); err != nil {
		return SavedDraft{}, fmt.Errorf("saved terms %s: %w", d.ID, err)
	}
	d.Terms.Funder, d.SavedAt = funder, time.UnixMicro(saved).UTC()
	return d, nil
}

// Simulation is what terms would have cost on the conversions of a past month.
type Simulation struct {
	Month string // "2026-03"
	Few   bool   // fewer than five people would have received a bonus: nothing more is told (D4)
	// Cost is rounded up to whole tens of euros, so that two simulations do not
	// tell one person's conversion apart (D4); no budget bounds it.
	Cost   money.Amount
	People int
}

// ten is the step in which a simulated cost is told.
const ten money.Amount = 10_00

// Simulate tells what terms would have cost in the last whole month: every
// conversion that stands, with or without another bonus, under the rate, limits,
// ceilings, communes and kinds of the terms, whatever their dates and budget. It returns
// ErrForbidden.
func (v *View) Simulate(ctx context.Context, actor access.Actor, terms CreateCampaignInput) (Simulation, error) {
	if err := access.Allow(actor, access.CampaignCreate, terms.Funder); err != nil {
		return Simulation{}, err
	}
	first, last := lastMonth(v.now())
	list, err := v.committed(ctx).Query(sqlConverted, first, last)
	made, err := collect(list, err, func(row db.Row) (converted, error) {
		var c converted
		return c, row.Scan(&c.holder, &c.kind, &c.euros)
	})
	if err != nil {
		return Simulation{}, err
	}
	c := terms.draft()
	c.StartsOn, c.EndsOn, c.Remaining = first, last, money.Max
	used, shared := make(map[ident.Holder]money.Amount), make(map[string]money.Amount)
	homes := make(map[ident.Holder]Residence)
	total := money.Amount(0)
	for _, m := range made {
		home, known := homes[m.holder]
		if !known {
			if home, err = residenceOf(v.committed(ctx), m.holder); err != nil {
				return Simulation{}, err
			}
			homes[m.holder] = home
		}
		offer := Offer{Campaign: c, Used: used[m.holder], HouseholdUsed: shared[home.Household], Commune: home.Commune}
		bonus, _ := offer.bonus(QuoteInput{Euros: m.euros, Kind: m.kind, Day: first})
		if bonus > 0 {
			used[m.holder] += bonus
			shared[home.Household] += bonus
			total += bonus
		}
	}
	s := Simulation{Month: first.Month(), Few: len(used) < smallGroup}
	if !s.Few {
		s.People, s.Cost = len(used), (total+ten-1)/ten*ten
	}
	return s, nil
}

// converted is one conversion as a simulation needs it.
type converted struct {
	holder ident.Holder
	kind   ledger.HolderKind
	euros  money.Amount
}
