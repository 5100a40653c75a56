// SPDX-License-Identifier: AGPL-3.0-or-later

package conversion

import (
	"context"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/ident"
)

const (
	sqlPauseCampaign = `UPDATE campaigns SET paused_at = $2, version = version + 1
		WHERE id = $1 AND paused_at IS NULL AND closed_at IS NULL AND approved_at IS NOT NULL`
	sqlResumeCampaign = `UPDATE campaigns SET paused_at = NULL, version = version + 1 WHERE id = $1 AND paused_at IS NOT NULL AND closed_at IS NULL`
	sqlCloseCampaign  = `UPDATE campaigns SET closed_at = $2, version = version + 1 WHERE id = $1 AND closed_at IS NULL AND approved_at IS NOT NULL`
)

// PauseCampaign stops the grants of a campaign until it is resumed; what is
// reserved stays so. It returns ErrMissing, ErrForbidden, ErrCampaignPaused for
// one that is paused or was never approved, and ErrCampaignClosed.
func (s *Service) PauseCampaign(ctx context.Context, actor access.Actor, key string, id CampaignID) (Campaign, bool, error) {
	return s.turn(ctx, actor, access.CampaignPause, key, id, func(tx *ledger.Tx, c *Campaign) error {
		return tx.Guard(ErrCampaignPaused, sqlPauseCampaign, id, tx.Now().UnixMicro())
	})
}

// ResumeCampaign lets a paused campaign grant again: the right of those who
// approve. It returns ErrMissing, ErrForbidden, ErrCampaignRuns for one that is
// not paused, and ErrCampaignClosed.
func (s *Service) ResumeCampaign(ctx context.Context, actor access.Actor, key string, id CampaignID) (Campaign, bool, error) {
	return s.turn(ctx, actor, access.CampaignResume, key, id, func(tx *ledger.Tx, c *Campaign) error {
		return tx.Guard(ErrCampaignRuns, sqlResumeCampaign, id)
	})
}

// CloseCampaign ends a campaign before its last day, for good. What is reserved
// may still be granted when its euros come. It returns ErrMissing, ErrForbidden,
// ErrCampaignDraft for one that nobody approved, and ErrCampaignClosed.
func (s *Service) CloseCampaign(ctx context.Context, actor access.Actor, key string, id CampaignID) (Campaign, bool, error) {
	return s.turn(ctx, actor, access.CampaignClose, key, id, func(tx *ledger.Tx, c *Campaign) error {
		return tx.Guard(ErrCampaignDraft, sqlCloseCampaign, id, tx.Now().UnixMicro())
	})
}

// turn runs do on a campaign that is not closed, and answers with it.
func (s *Service) turn(ctx context.Context, actor access.Actor, action access.Action, key string, id CampaignID,
	do func(*ledger.Tx, *Campaign) error) (Campaign, bool, error) {
	c, err := s.campaign(ctx, id)
	if err != nil {
		return Campaign{}, false, err
	}
	return execute[Campaign](ctx, s, ledger.Command{Actor: actor, Action: action, Owner: c.Funder, Key: key, Input: id}, nil,
		func(tx *ledger.Tx) (ident.Ref, error) {
			c, err := campaignOf(tx, id, tx.Today())
			if err != nil {
				return ident.Ref{}, err
			}
			if c.Status == CampaignClosed {
				return ident.Ref{}, ErrCampaignClosed
			}
			if err := do(tx, &c); err != nil {
				return ident.Ref{}, err
			}
			return keepCampaign(tx, id)
		})
}
