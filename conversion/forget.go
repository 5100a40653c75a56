// SPDX-License-Identifier: AGPL-3.0-or-later

package conversion

import (
	"encoding/hex"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/db"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
)

const (
	// An account that euros were sent to is part of the piece of that transfer, which
	// accounting law keeps for ten years.
	sqlForgetPayees = `DELETE FROM payout_accounts WHERE holder = $1
		AND NOT EXISTS (SELECT 1 FROM redemption_lines l WHERE l.payee = payout_accounts.id)`
	sqlForgetStanding = `DELETE FROM standing_references WHERE holder = $1`
	sqlForgetCheckout = `UPDATE checkouts SET url = '' WHERE conversion IN (SELECT id FROM conversions WHERE holder = $1)`
	sqlForgetCards    = `UPDATE card_decisions SET note = '' WHERE holder = $1 OR EXISTS (SELECT 1 FROM checkouts k JOIN conversions c ON c.id = k.conversion
		WHERE c.holder = $1 AND k.provider = card_decisions.provider AND k.payment = card_decisions.payment)`

	// What a person's bonuses took of ceilings that they shared, by household and by
	// paying account.
	sqlShares = `SELECT DISTINCT household AS who FROM conversions WHERE holder = $1 AND household LIKE 'household %'
		UNION SELECT DISTINCT payer AS who FROM conversions WHERE holder = $1 AND payer <> ''`
	sqlShareOf = `SELECT campaign, period, CAST(SUM(bonus) AS BIGINT) FROM conversions
		WHERE holder = $1 AND (household = $2 OR payer = $2) AND campaign IS NOT NULL AND status IN ('settled', 'awaiting_euros')
		GROUP BY campaign, period`
	sqlPartShare = `INSERT INTO shared_allowances (campaign, who, period, cap, used)
		SELECT campaign, $4, period, cap, $5 FROM shared_allowances WHERE campaign = $1 AND who = $2 AND period = $3 AND used >= $5`
	sqlDropShares    = `DELETE FROM shared_allowances WHERE who = $1 AND used = 0`
	sqlMoveHousehold = `UPDATE conversions SET household = $3 WHERE holder = $1 AND household = $2`
	sqlMovePayer     = `UPDATE conversions SET payer = $3 WHERE holder = $1 AND payer = $2`
)

// Forget takes out of the euro border, within a command, what names a person (D6):
// where they live, the account that euros would be sent to, the reference of their
// standing order, the page where they paid by card, the words of decisions about it, and the household and the
// paying account that their bonuses counted against. What they were granted stays
// counted, under a name that was drawn. It returns an error of the engine.
func Forget(tx *ledger.Tx, h ident.Holder) error {
	if err := ForgetResidence(tx, h); err != nil {
		return err
	}
	for _, query := range []string{sqlForgetPayees, sqlForgetStanding, sqlForgetCheckout, sqlForgetCards} {
		if _, err := tx.Exec(query, h); err != nil {
			return err
		}
	}
	list, err := tx.Query(sqlShares, h)
	shares, err := collect(list, err, func(row db.Row) (string, error) {
		var who string
		return who, row.Scan(&who)
	})
	if err != nil {
		return err
	}
	for _, who := range shares {
		if err := part(tx, h, who); err != nil {
			return err
		}
	}
	return nil
}

// part gives what a person took of one shared ceiling a name of its own.
func part(tx *ledger.Tx, h ident.Holder, who string) error {
	type share struct {
		campaign CampaignID
		period   string
		used     money.Amount
	}
	list, err := tx.Query(sqlShareOf, h, who)
	all, err := collect(list, err, func(row db.Row) (share, error) {
		var s share
		return s, row.Scan(&s.campaign, &s.period, &s.used)
	})
	if err != nil {
		return err
	}
	// The first word says which ceiling it is, and amendments go by it.
	drawn, kind, move := tx.NewID(), "alone ", sqlMoveHousehold
	if len(who) > 6 && who[:6] == "payer " {
		kind, move = "payer ", sqlMovePayer
	}
	left := kind + hex.EncodeToString(drawn[:])
	for _, s := range all {
		n, err := tx.Exec(sqlPartShare, s.campaign, who, s.period, left, s.used)
		if err != nil {
			return err
		}
		if n == 1 { // a campaign without such a ceiling counts nothing
			if _, err := tx.Exec(sqlReturnShared, s.campaign, who, s.period, s.used); err != nil {
				return err
			}
		}
	}
	if _, err := tx.Exec(move, h, who, left); err != nil {
		return err
	}
	_, err = tx.Exec(sqlDropShares, who)
	return err
}
