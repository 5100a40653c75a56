// SPDX-License-Identifier: AGPL-3.0-or-later

package conversion

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/civil"
	"github.com/noria-mlc/noria/ledger/db"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
)

type amendmentNoun struct{}

// Prefix of an amendment's id.
func (amendmentNoun) Prefix() string { return "amd_" }

// AmendmentID is the id of an amendment.
type AmendmentID = ident.ID[amendmentNoun]

// AmendmentStatus is how far an amendment is.
type AmendmentStatus string

// The statuses of an amendment.
const (
	AmendmentProposed  AmendmentStatus = "proposed"
	AmendmentApproved  AmendmentStatus = "approved"
	AmendmentWithdrawn AmendmentStatus = "withdrawn"
)

// AmendedTerms are the terms that an amendment may change, all of them stated:
// the rate, the funder and who is eligible are another convention.
type AmendedTerms struct {
	Budget       money.Amount `json:"budget_eur"`
	EndsOn       civil.Date   `json:"ends_on"`
	PerPersonCap money.Amount `json:"per_person_cap"`
	HouseholdCap money.Amount `json:"household_cap"`
	PayerCap     money.Amount `json:"payer_cap"`
	Minimum      money.Amount `json:"minimum_eur"`
	Maximum      money.Amount `json:"maximum_eur"`
}

// Terms are those of the campaign that an amendment may change.
func (c *Campaign) Terms() AmendedTerms {
	return AmendedTerms{c.Budget, c.EndsOn, c.PerPersonCap, c.HouseholdCap, c.PayerCap, c.Minimum, c.Maximum}
}

// with is the campaign under other terms.
func (c Campaign) with(t AmendedTerms) Campaign {
	c.Budget, c.EndsOn, c.PerPersonCap, c.HouseholdCap, c.PayerCap, c.Minimum, c.Maximum =
		t.Budget, t.EndsOn, t.PerPersonCap, t.HouseholdCap, t.PayerCap, t.Minimum, t.Maximum
	return c
}

// Amendment is a change of a campaign's terms, and who decided it.
type Amendment struct {
	ID         AmendmentID     `json:"id"`
	Campaign   CampaignID      `json:"campaign"`
	Status     AmendmentStatus `json:"status"`
	Before     AmendedTerms    `json:"before"`
	Terms      AmendedTerms    `json:"terms"`
	Reason     string          `json:"reason"`
	ProposedBy ident.User      `json:"proposed_by"`
	ProposedAt time.Time       `json:"proposed_at"`
	DecidedBy  ident.User      `json:"decided_by,omitzero"`
	DecidedAt  time.Time       `json:"decided_at,omitzero"`
}

// AmendInput proposes other terms.
type AmendInput struct {
	Campaign CampaignID   `json:"campaign"`
	Terms    AmendedTerms `json:"terms"`
	Reason   string       `json:"reason"`
}

const (
	sqlInsertAmendment = `INSERT INTO campaign_amendments (id, campaign, status, before, terms, reason, proposed_by, proposed_at)
		SELECT $1, $2, 'proposed', $3, $4, $5, $6, $7 WHERE NOT EXISTS
			(SELECT 1 FROM campaign_amendments a WHERE a.campaign = $2 AND a.status = 'proposed')`
	sqlAmendmentColumns = `SELECT id, campaign, status, before, terms, reason, proposed_by, proposed_at, decided_by, decided_at FROM campaign_amendments `
	sqlAmendment        = sqlAmendmentColumns + `WHERE id = $1`
	sqlAmendments       = sqlAmendmentColumns + `WHERE campaign = $1 ORDER BY id DESC LIMIT 200`
	sqlOpenAmendments   = sqlAmendmentColumns + `WHERE status = 'proposed' ORDER BY id LIMIT 200`
	sqlDecideAmendment  = `UPDATE campaign_amendments SET status = $2, decided_by = $3, decided_at = $4
		WHERE id = $1 AND status = 'proposed' AND ($2 = 'withdrawn' OR proposed_by <> $3)`
	sqlAmendCampaign = `UPDATE campaigns SET budget = $2, ends_on = $3, per_person_cap = $4, household_cap = $5, payer_cap = $6,
			minimum = $7, maximum = $8, version = version + 1
		WHERE id = $1 AND received <= $2 AND closed_at IS NULL`
	sqlDropAllowances = `DELETE FROM allowances WHERE campaign = $1`
	sqlDropShared     = `DELETE FROM shared_allowances WHERE campaign = $1`
	// A ceiling below what somebody received before leaves them nothing more.
	sqlFillAllowances = `INSERT INTO allowances (campaign, holder, period, cap, used)
		SELECT campaign, holder, period, CASE WHEN bonus > $2 THEN bonus ELSE CAST($2 AS BIGINT) END, bonus FROM (` + sqlStanding + `) s WHERE campaign = $1`
	sqlFillShared = `INSERT INTO shared_allowances (campaign, who, period, cap, used)
		SELECT campaign, who, period, CASE WHEN bonus > $2 THEN bonus ELSE CAST($2 AS BIGINT) END, bonus
		FROM (` + sqlSharedStanding + `) s WHERE campaign = $1 AND who LIKE $3`
)

// AmendCampaign proposes other terms for an approved campaign; another person
// approves them. It returns ErrInvalid, ErrMissing, ErrForbidden,
// ErrCampaignDraft, ErrCampaignClosed, and ErrAmendmentOpen where a proposal
// awaits its approval.
func (s *Service) AmendCampaign(ctx context.Context, actor access.Actor, key string, in AmendInput) (Amendment, bool, error) {
	now, err := s.campaign(ctx, in.Campaign)
	if err != nil {
		return Amendment{}, false, err
	}
	if err := access.Allow(actor, access.CampaignAmend, now.Funder); err != nil {
		return Amendment{}, false, err
	}
	var check fault.Check
	check.That(printable(in.Reason, 200), "/reason", "must be 1 to 200 printable characters")
	after := now.with(in.Terms)
	form := check.Err()
	if form == nil {
		form = fault.As(after.check(ledger.Collectivity)).Under("/terms")
	}
	return execute[Amendment](ctx, s, ledger.Command{Actor: actor, Action: access.CampaignAmend, Owner: now.Funder, Key: key, Input: in}, form,
		func(tx *ledger.Tx) (ident.Ref, error) {
			c, err := campaignOf(tx, in.Campaign, tx.Today())
			if err != nil {
				return ident.Ref{}, err
			}
			if err := c.amendable(tx, in.Terms); err != nil {
				return ident.Ref{}, err
			}
			if in.Terms == c.Terms() { // asked here, where a repeated key was answered before
				return ident.Ref{}, fault.ErrInvalid.At("/terms", "must change something")
			}
			a := Amendment{ID: AmendmentID{Bits: tx.NewID()}, Campaign: c.ID, Status: AmendmentProposed, Before: c.Terms(), Terms: in.Terms,
				Reason: in.Reason, ProposedBy: tx.Actor().ID, ProposedAt: tx.Now()}
			before, terms, err := a.texts()
			if err != nil {
				return ident.Ref{}, err
			}
			if err := tx.Guard(ErrAmendmentOpen, sqlInsertAmendment, a.ID, a.Campaign, before, terms, a.Reason, a.ProposedBy, a.ProposedAt.UnixMicro()); err != nil {
				return ident.Ref{}, err
			}
			tx.Touch(c.ID.Ref())
			return keep(tx, a, a.ID.Ref())
		})
}

// amendable returns why other terms cannot hold now: the campaign is a draft or
// over, its new end is past, or its budget would be below what was received.
func (c *Campaign) amendable(tx *ledger.Tx, t AmendedTerms) error {
	switch {
	case c.ApprovedAt.IsZero():
		return ErrCampaignDraft
	case !c.ClosedAt.IsZero() || c.Returned > 0:
		return ErrCampaignClosed
	case t.EndsOn < tx.Today():
		return fault.ErrInvalid.At("/terms/ends_on", "must not be past")
	case t.Budget < c.Received+c.Due-c.lapsable():
		return fault.ErrInvalid.At("/terms/budget_eur", "must not be below what was received, granted or reserved")
	}
	return nil
}

// lapsable is what was signed and is neither paid nor promised to anybody.
func (c *Campaign) lapsable() money.Amount { return min(c.Due, max(0, c.Remaining)) }

// ApproveAmendment makes proposed terms hold, as another person (D9). It returns
// ErrMissing, ErrForbidden, ErrSamePerson, ErrAmendmentDecided, and what
// AmendCampaign returns where the terms can no longer hold.
func (s *Service) ApproveAmendment(ctx context.Context, actor access.Actor, key string, id AmendmentID) (Amendment, bool, error) {
	return s.decide(ctx, actor, access.CampaignApprove, key, id, func(tx *ledger.Tx, a *Amendment, c *Campaign) error {
		if a.ProposedBy == tx.Actor().ID {
			return ErrSamePerson
		}
		if err := c.amendable(tx, a.Terms); err != nil {
			return err
		}
		a.Status = AmendmentApproved
		return c.amend(tx, a.Terms)
	})
}

// WithdrawAmendment gives a proposal up, as who proposed it or who would approve
// it. It returns ErrMissing, ErrForbidden and ErrAmendmentDecided.
func (s *Service) WithdrawAmendment(ctx context.Context, actor access.Actor, key string, id AmendmentID) (Amendment, bool, error) {
	return s.decide(ctx, actor, access.CampaignWithdraw, key, id, func(_ *ledger.Tx, a *Amendment, _ *Campaign) error {
		a.Status = AmendmentWithdrawn
		return nil
	})
}

func (s *Service) decide(ctx context.Context, actor access.Actor, action access.Action, key string, id AmendmentID,
	do func(*ledger.Tx, *Amendment, *Campaign) error) (Amendment, bool, error) {
	found, err := s.amendment(ctx, id)
	if err != nil {
		return Amendment{}, false, err
	}
	c, err := s.campaign(ctx, found.Campaign)
	if err != nil {
		return Amendment{}, false, err
	}
	return execute[Amendment](ctx, s, ledger.Command{Actor: actor, Action: action, Owner: c.Funder, Key: key, Input: id}, nil,
		func(tx *ledger.Tx) (ident.Ref, error) {
			a, err := amendmentOf(tx, id)
			if err != nil {
				return ident.Ref{}, err
			}
			if a.Status != AmendmentProposed {
				return ident.Ref{}, ErrAmendmentDecided
			}
			c, err := campaignOf(tx, a.Campaign, tx.Today())
			if err != nil {
				return ident.Ref{}, err
			}
			if err := do(tx, &a, &c); err != nil {
				return ident.Ref{}, err
			}
			a.DecidedBy, a.DecidedAt = tx.Actor().ID, tx.Now()
			if err := tx.Guard(ErrAmendmentDecided, sqlDecideAmendment, a.ID, string(a.Status), a.DecidedBy, a.DecidedAt.UnixMicro()); err != nil {
				return ident.Ref{}, err
			}
			tx.Touch(c.ID.Ref())
			return keep(tx, a, a.ID.Ref())
		})
}

// amend writes the terms, books what was signed more or less, and counts the
// ceilings anew from the bonuses that stand.
func (c *Campaign) amend(tx *ledger.Tx, t AmendedTerms) error {
	if c.BudgetMode == OnceSigned {
		if err := c.lapse(tx, c.Budget-t.Budget); err != nil {
			return err
		}
	}
	if err := tx.Guard(ErrBudgetExceeded, sqlAmendCampaign, c.ID, t.Budget, t.EndsOn, t.PerPersonCap, t.HouseholdCap, t.PayerCap, t.Minimum, t.Maximum); err != nil {
		return err
	}
	if err := c.pledge(tx, t.Budget-c.Budget); err != nil {
		return err
	}
	return c.recount(tx, t)
}

func (c *Campaign) recount(tx *ledger.Tx, t AmendedTerms) error {
	for _, drop := range []string{sqlDropAllowances, sqlDropShared} {
		if _, err := tx.Exec(drop, c.ID); err != nil {
			return err
		}
	}
	if t.PerPersonCap > 0 {
		if _, err := tx.Exec(sqlFillAllowances, c.ID, t.PerPersonCap); err != nil {
			return err
		}
	}
	if t.HouseholdCap > 0 {
		for _, who := range []string{"alone %", "household %"} {
			if _, err := tx.Exec(sqlFillShared, c.ID, t.HouseholdCap, who); err != nil {
				return err
			}
		}
	}
	if t.PayerCap > 0 {
		if _, err := tx.Exec(sqlFillShared, c.ID, t.PayerCap, "payer %"); err != nil {
			return err
		}
	}
	return nil
}

// Amendments lists the changes of a campaign's terms, newest first. It returns
// ErrMissing and ErrForbidden.
func (v *View) Amendments(ctx context.Context, actor access.Actor, id CampaignID) ([]Amendment, error) {
	if _, err := v.Campaign(ctx, actor, id); err != nil {
		return nil, err
	}
	list, err := v.committed(ctx).Query(sqlAmendments, id)
	return collect(list, err, scanAmendment)
}

// Amendment returns a change of a campaign's terms. It returns ErrMissing and
// ErrForbidden.
func (v *View) Amendment(ctx context.Context, actor access.Actor, id AmendmentID) (Amendment, error) {
	a, err := v.amendment(ctx, id)
	if err != nil {
		return Amendment{}, err
	}
	_, err = v.Campaign(ctx, actor, a.Campaign)
	return a, err
}

// OpenAmendments lists every proposal that awaits a second person, oldest first.
// It returns ErrForbidden.
func (v *View) OpenAmendments(ctx context.Context, actor access.Actor) ([]Amendment, error) {
	if err := access.Allow(actor, access.CampaignRead, ident.Holder{}); err != nil {
		return nil, err
	}
	list, err := v.committed(ctx).Query(sqlOpenAmendments)
	return collect(list, err, scanAmendment)
}

func (v *View) amendment(ctx context.Context, id AmendmentID) (Amendment, error) {
	return amendmentOf(v.committed(ctx), id)
}

func amendmentOf(r rows, id AmendmentID) (Amendment, error) {
	a, err := scanAmendment(r.QueryRow(sqlAmendment, id))
	return a, found(err)
}

func scanAmendment(row db.Row) (Amendment, error) {
	var a Amendment
	var before, terms string
	var proposed, decided sql.NullInt64
	if err := row.Scan(&a.ID, &a.Campaign, &a.Status, &before, &terms, &a.Reason, &a.ProposedBy, &proposed, &a.DecidedBy, &decided); err != nil {
		return Amendment{}, err
	}
	a.ProposedAt, a.DecidedAt = instant(proposed), instant(decided)
	if err := errors.Join(json.Unmarshal([]byte(before), &a.Before), json.Unmarshal([]byte(terms), &a.Terms)); err != nil {
		return Amendment{}, fmt.Errorf("amendment %s: %w", a.ID, err)
	}
	return a, nil
}

// texts are the terms as they are stored.
func (a *Amendment) texts() (string, string, error) {
	one, err := json.Marshal(a.Before)
	if err != nil {
		return "", "", err
	}
	other, err := json.Marshal(a.Terms)
	return string(one), string(other), err
}
