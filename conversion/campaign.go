// SPDX-License-Identifier: AGPL-3.0-or-later

package conversion

import (
	"context"
	"database/sql"
	"slices"
	"strings"
	"time"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/civil"
	"github.com/noria-mlc/noria/ledger/db"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
)

type campaignNoun struct{}

// Prefix of a campaign's id.
func (campaignNoun) Prefix() string { return "cmp_" }

// CampaignID is the id of a campaign.
type CampaignID = ident.ID[campaignNoun]

// CampaignStatus is how far a campaign is.
type CampaignStatus string

// The statuses of a campaign.
const (
	CampaignDraft  CampaignStatus = "draft"  // prepared by one person, awaits another (D9)
	CampaignActive CampaignStatus = "active" // approved; grants between its dates
	CampaignPaused CampaignStatus = "paused" // grants nothing until it is resumed
	CampaignClosed CampaignStatus = "closed" // its last day is past, or somebody closed it
)

// Period is the time over which a person's ceiling counts.
type Period string

// The periods.
const (
	PerMonth    Period = "month"    // a calendar month in Paris
	PerCampaign Period = "campaign" // the whole campaign
)

// Exhaustion is what happens when the budget does not cover a whole bonus.
type Exhaustion string

// The rules for an exhausted budget (P12).
const (
	Partial Exhaustion = "partial" // the bonus is limited to what remains
	Refuse  Exhaustion = "refuse"  // no bonus
)

// Convention is the agreement by which a funder pays a bonus.
type Convention struct {
	Reference string     `json:"reference,omitempty"`
	Date      civil.Date `json:"date,omitzero"`
}

// Campaign is a convention by which a funder pays a bonus on conversions
// (P12). Amounts are euros; a ceiling or maximum of zero is none.
type Campaign struct {
	ID              CampaignID          `json:"id"`
	Status          CampaignStatus      `json:"status"`
	Funder          ident.Holder        `json:"funder"`
	Name            string              `json:"name"`
	Rate            money.Rate          `json:"rate"`
	Budget          money.Amount        `json:"budget_eur"` // announced; what is received never exceeds it
	StartsOn        civil.Date          `json:"starts_on"`  // first day, in Paris
	EndsOn          civil.Date          `json:"ends_on"`    // last day, included
	PerPersonCap    money.Amount        `json:"per_person_cap,omitzero"`
	PerPersonPeriod Period              `json:"per_person_period"`
	Minimum         money.Amount        `json:"minimum_eur"`
	Maximum         money.Amount        `json:"maximum_eur,omitzero"`
	EligibleKinds   []ledger.HolderKind `json:"eligible_kinds"`
	WhenExhausted   Exhaustion          `json:"when_exhausted"`
	Convention      Convention          `json:"convention,omitzero"`
	Received        money.Amount        `json:"received_eur"`
	Granted         money.Amount        `json:"granted_eur"`
	Reserved        money.Amount        `json:"reserved_eur"`  // promised to conversions that await their euros
	Remaining       money.Amount        `json:"remaining_eur"` // received + due − granted − reserved − returned
	Rules
	Due          money.Amount `json:"due_eur"`        // signed and not paid yet (G4)
	Returned     money.Amount `json:"returned_eur"`   // sent back to the funder
	BreakEvenFee string       `json:"break_even_fee"` // the commission from which a loop gains nothing, floored to four decimals
	PausedAt     time.Time    `json:"paused_at,omitzero"`
	ClosedAt     time.Time    `json:"closed_at,omitzero"` // before its last day
	Warnings     []Warning    `json:"warnings"`
	PreparedBy   ident.User   `json:"prepared_by"`
	ApprovedBy   ident.User   `json:"approved_by,omitzero"`
	CreatedAt    time.Time    `json:"created_at"`
	ApprovedAt   time.Time    `json:"approved_at,omitzero"`
	Version      int64        `json:"version"` // rises with every change
}

// CreateCampaignInput is what a funder or treasurer proposes. EligibleKinds
// left out means individuals only (P14), WhenExhausted partial, PerPersonPeriod
// the whole campaign.
type CreateCampaignInput struct {
	Funder          ident.Holder        `json:"funder"`
	Name            string              `json:"name"`
	Rate            money.Rate          `json:"rate"`
	Budget          money.Amount        `json:"budget_eur"`
	StartsOn        civil.Date          `json:"starts_on"`
	EndsOn          civil.Date          `json:"ends_on"`
	PerPersonCap    money.Amount        `json:"per_person_cap,omitzero"`
	PerPersonPeriod Period              `json:"per_person_period,omitempty"`
	Minimum         money.Amount        `json:"minimum_eur,omitzero"`
	Maximum         money.Amount        `json:"maximum_eur,omitzero"`
	EligibleKinds   []ledger.HolderKind `json:"eligible_kinds,omitempty"`
	WhenExhausted   Exhaustion          `json:"when_exhausted,omitempty"`
	Convention      Convention          `json:"convention,omitzero"`
	Rules
	Draft DraftID `json:"draft,omitzero"` // saved before, used up by this
}

// Check tells every wrong field of the terms, as CreateCampaign would. It returns
// ErrInvalid.
func (in CreateCampaignInput) Check() error {
	c := in.draft()
	return c.check(ledger.Collectivity)
}

// CreateCampaign prepares a campaign as a draft. The funder is a collectivité
// or an association. It returns ErrInvalid with every wrong field, ErrMissing
// for an unknown funder or draft and ErrNotOpen.
func (s *Service) CreateCampaign(ctx context.Context, actor access.Actor, key string, in CreateCampaignInput) (Campaign, bool, error) {
	if err := access.Allow(actor, access.CampaignCreate, in.Funder); err != nil {
		return Campaign{}, false, err
	}
	funder, err := s.ledger.Holder(ctx, in.Funder)
	if err != nil {
		return Campaign{}, false, err
	}
	c := in.draft()
	return execute[Campaign](ctx, s, ledger.Command{Actor: actor, Action: access.CampaignCreate, Owner: in.Funder, Key: key, Input: in}, c.check(funder.Kind),
		func(tx *ledger.Tx) (ident.Ref, error) {
			if _, err := opened(tx); err != nil {
				return ident.Ref{}, err
			}
			if c.EndsOn < tx.Today() {
				return ident.Ref{}, fault.ErrInvalid.At("/ends_on", "must not be past")
			}
			c.ID, c.PreparedBy, c.CreatedAt = CampaignID{Bits: tx.NewID()}, actor.ID, tx.Now()
			if err := c.insert(tx); err != nil {
				return ident.Ref{}, err
			}
			if err := tx.Open(c.grant()); err != nil {
				return ident.Ref{}, err
			}
			if !in.Draft.IsZero() {
				if err := tx.Guard(ledger.ErrMissing, sqlDeleteDraft, in.Draft, in.Funder); err != nil {
					return ident.Ref{}, err
				}
			}
			return keepCampaign(tx, c.ID)
		})
}

// draft fills in what was left out.
func (in CreateCampaignInput) draft() Campaign {
	c := Campaign{
		Funder: in.Funder, Name: in.Name, Rate: in.Rate, Budget: in.Budget, StartsOn: in.StartsOn, EndsOn: in.EndsOn,
		PerPersonCap: in.PerPersonCap, PerPersonPeriod: in.PerPersonPeriod, Minimum: in.Minimum, Maximum: in.Maximum,
		EligibleKinds: slices.Clone(in.EligibleKinds), WhenExhausted: in.WhenExhausted, Convention: in.Convention, Rules: in.Rules.orUsual(), Version: 1,
	}
	if c.PerPersonPeriod == "" {
		c.PerPersonPeriod = PerCampaign
	}
	if len(c.EligibleKinds) == 0 {
		c.EligibleKinds = []ledger.HolderKind{ledger.Individual}
	}
	if c.WhenExhausted == "" {
		c.WhenExhausted = Partial
	}
	return c
}

func (c *Campaign) check(funder ledger.HolderKind) error {
	var check fault.Check
	check.That(funder == ledger.Collectivity || funder == ledger.Association, "/funder", "must be a collectivité or an association")
	check.That(printable(c.Name, 100), "/name", "must be 1 to 100 printable characters")
	check.That(!c.Rate.IsZero(), "/rate", "must be above zero")
	check.That(payable(c.Budget), "/budget_eur", "must be above zero")
	check.That(c.StartsOn > 0, "/starts_on", "must be a date")
	check.That(c.EndsOn >= c.StartsOn && c.EndsOn > 0, "/ends_on", "must not be before the first day")
	check.That(c.PerPersonCap >= 0 && c.PerPersonCap <= money.Max, "/per_person_cap", "must be zero or more")
	check.That(c.PerPersonPeriod == PerMonth || c.PerPersonPeriod == PerCampaign, "/per_person_period", "must be month or campaign")
	check.That(c.Minimum >= 0 && c.Minimum <= money.Max, "/minimum_eur", "must be zero or more")
	check.That(c.Maximum >= 0 && c.Maximum <= money.Max && (c.Maximum == 0 || c.Maximum >= c.Minimum), "/maximum_eur", "must not be below the minimum")
	check.That(c.WhenExhausted == Partial || c.WhenExhausted == Refuse, "/when_exhausted", "must be partial or refuse")
	check.That(c.Convention.Reference == "" || printable(c.Convention.Reference, 100), "/convention/reference", "must be at most 100 printable characters")
	c.Rules.check(&check)
	for i, kind := range c.EligibleKinds {
		check.That(kind.Valid() && kind != ledger.Collectivity, "/eligible_kinds", "must be individual, professional or association")
		check.That(!slices.Contains(c.EligibleKinds[:i], kind), "/eligible_kinds", "a kind is given once")
	}
	return check.Err()
}

func (c *Campaign) insert(tx *ledger.Tx) error {
	kinds := make([]string, len(c.EligibleKinds))
	for i, k := range c.EligibleKinds {
		kinds[i] = string(k)
	}
	_, err := tx.Exec(sqlInsertCampaign, c.ID, c.Funder, c.Name, c.Rate, c.Budget, c.StartsOn, c.EndsOn,
		c.PerPersonCap, string(c.PerPersonPeriod), c.Minimum, c.Maximum, strings.Join(kinds, " "), string(c.WhenExhausted),
		c.Convention.Reference, c.Convention.Date, c.PreparedBy, c.CreatedAt.UnixMicro(),
		c.HouseholdCap, c.PayerCap, strings.Join(c.Communes, " "), c.Priority, string(c.BudgetMode))
	return err
}

// ApproveCampaign makes a draft active. It returns ErrMissing, ErrSamePerson
// where the actor prepared it (D9), ErrCampaignApproved, and ErrCampaignClosed
// where its last day is past.
func (s *Service) ApproveCampaign(ctx context.Context, actor access.Actor, key string, id CampaignID) (Campaign, bool, error) {
	c, err := s.campaign(ctx, id)
	if err != nil {
		return Campaign{}, false, err
	}
	return execute[Campaign](ctx, s, ledger.Command{Actor: actor, Action: access.CampaignApprove, Owner: c.Funder, Key: key, Input: id}, nil,
		func(tx *ledger.Tx) (ident.Ref, error) {
			c, err := campaignOf(tx, id, tx.Today())
			switch {
			case err != nil:
				return ident.Ref{}, err
			case c.PreparedBy == actor.ID:
				return ident.Ref{}, ErrSamePerson
			case !c.ApprovedAt.IsZero():
				return ident.Ref{}, ErrCampaignApproved
			case tx.Today() > c.EndsOn:
				return ident.Ref{}, ErrCampaignClosed
			}
			if err := tx.Guard(ErrCampaignApproved, sqlApproveCampaign, id, actor.ID, tx.Now().UnixMicro()); err != nil {
				return ident.Ref{}, err
			}
			if err := c.pledge(tx, c.Budget-c.Received); err != nil {
				return ident.Ref{}, err
			}
			return keepCampaign(tx, id)
		})
}

// Campaign returns a campaign with its present figures. It returns ErrMissing
// and ErrForbidden.
func (v *View) Campaign(ctx context.Context, actor access.Actor, id CampaignID) (Campaign, error) {
	c, err := v.campaign(ctx, id)
	if err != nil {
		return Campaign{}, err
	}
	if err := access.Allow(actor, access.CampaignRead, c.Funder); err != nil {
		return Campaign{}, err
	}
	return c, nil
}

// CampaignFilter says which campaigns to list: those of a funder, or all where
// it is zero; at most Limit (50, at most 200) with an id below Before, newest
// first.
type CampaignFilter struct {
	Funder ident.Holder
	Before CampaignID
	Limit  int
}

// Campaigns lists campaigns, newest first. It returns ErrForbidden.
func (v *View) Campaigns(ctx context.Context, actor access.Actor, f CampaignFilter) ([]Campaign, error) {
	if err := access.Allow(actor, access.CampaignRead, f.Funder); err != nil {
		return nil, err
	}
	return readCampaigns(v.committed(ctx), civil.Of(v.now()), sqlCampaigns, f.Funder, f.Before, limit(f.Limit))
}

func (v *View) campaign(ctx context.Context, id CampaignID) (Campaign, error) {
	return campaignOf(v.committed(ctx), id, civil.Of(v.now()))
}

func campaignOf(r rows, id CampaignID, today civil.Date) (Campaign, error) {
	list, err := readCampaigns(r, today, sqlCampaign, id)
	if err != nil {
		return Campaign{}, err
	}
	if len(list) == 0 {
		return Campaign{}, ledger.ErrMissing
	}
	return list[0], nil
}

// readCampaigns runs a query of campaign columns and adds what is computed: the
// status of today, what remains, and the warnings under today's commissions.
func readCampaigns(r rows, today civil.Date, query string, args ...any) ([]Campaign, error) {
	list, err := r.Query(query, args...)
	campaigns, err := collect(list, err, func(row db.Row) (Campaign, error) { return scanCampaign(row) })
	if err != nil || len(campaigns) == 0 {
		return campaigns, err
	}
	voted, err := commissions(r)
	if err != nil {
		return nil, err
	}
	for i := range campaigns {
		campaigns[i].Status = campaigns[i].statusOn(today)
		campaigns[i].Warnings = campaigns[i].warnings(voted[ledger.Professional])
	}
	return campaigns, nil
}

// statusOn is the status on a day: nothing has to run for a campaign to close.
func (c *Campaign) statusOn(day civil.Date) CampaignStatus {
	switch {
	case day > c.EndsOn || !c.ClosedAt.IsZero():
		return CampaignClosed
	case c.ApprovedAt.IsZero():
		return CampaignDraft
	case !c.PausedAt.IsZero():
		return CampaignPaused
	}
	return CampaignActive
}

// scanCampaign reads the columns of sqlCampaignColumns, then more.
func scanCampaign(row db.Row, more ...any) (Campaign, error) {
	var c Campaign
	var kinds, communes string
	var created, approved, paused, closed sql.NullInt64
	err := row.Scan(append([]any{&c.ID, &c.Funder, &c.Name, &c.Rate, &c.Budget, &c.StartsOn, &c.EndsOn,
		&c.PerPersonCap, &c.PerPersonPeriod, &c.Minimum, &c.Maximum, &kinds, &c.WhenExhausted,
		&c.Convention.Reference, &c.Convention.Date, &c.Received, &c.Granted, &c.Reserved,
		&c.PreparedBy, &created, &c.ApprovedBy, &approved, &c.Version,
		&c.HouseholdCap, &c.PayerCap, &communes, &c.Priority, &c.BudgetMode, &c.Due, &c.Returned, &paused, &closed}, more...)...)
	if err != nil {
		return Campaign{}, err
	}
	for _, k := range strings.Fields(kinds) {
		c.EligibleKinds = append(c.EligibleKinds, ledger.HolderKind(k))
	}
	c.Remaining = c.Received - c.Granted - c.Reserved - c.Returned
	c.Received -= c.Due // the row counts what was signed as received: it may be spent
	c.Communes, c.BreakEvenFee = strings.Fields(communes), breakEven(c.Rate)
	c.CreatedAt, c.ApprovedAt, c.PausedAt, c.ClosedAt = instant(created), instant(approved), instant(paused), instant(closed)
	return c, nil
}

// keepCampaign answers with the campaign as this command leaves it.
func keepCampaign(tx *ledger.Tx, id CampaignID) (ident.Ref, error) {
	c, err := campaignOf(tx, id, tx.Today())
	if err != nil {
		return ident.Ref{}, err
	}
	return keep(tx, c, id.Ref())
}

// grant is the account of the campaign's money that is not granted yet (G4).
func (c *Campaign) grant() ledger.Account { return ledger.GrantOf(c.ID.String()) }

// period names the span in which a bonus of that day counts against a person's
// ceiling.
func (c *Campaign) period(day civil.Date) string {
	if c.PerPersonPeriod == PerMonth {
		return day.Month()
	}
	return string(PerCampaign)
}
