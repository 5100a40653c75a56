// SPDX-License-Identifier: AGPL-3.0-or-later

package conversion

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/civil"
	"github.com/noria-mlc/noria/ledger/db"
	"github.com/noria-mlc/noria/ledger/money"
)

const (
	sqlTakeShared = `INSERT INTO shared_allowances (campaign, who, period, cap, used) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (campaign, who, period) DO UPDATE SET used = shared_allowances.used + excluded.used
		WHERE shared_allowances.used + excluded.used <= shared_allowances.cap`
	sqlReturnShared = `UPDATE shared_allowances SET used = used - $4 WHERE campaign = $1 AND who = $2 AND period = $3`
	sqlSharedUsed   = `SELECT campaign, period, used FROM shared_allowances WHERE who = $1`
	sqlStandingOf   = `SELECT campaign, period, household AS who, bonus FROM conversions
			WHERE campaign IS NOT NULL AND household <> '' AND status IN ('settled', 'awaiting_euros')
		UNION ALL SELECT campaign, period, payer AS who, bonus FROM conversions
			WHERE campaign IS NOT NULL AND payer <> '' AND status IN ('settled', 'awaiting_euros')`
	sqlSharedStanding = `SELECT campaign, period, who, CAST(SUM(bonus) AS BIGINT) AS bonus FROM (` + sqlStandingOf + `) x GROUP BY campaign, period, who`
	sqlWrongShared    = `SELECT a.campaign, a.who, a.used, a.cap, COALESCE(s.bonus, 0)
		FROM shared_allowances a LEFT JOIN (` + sqlSharedStanding + `) s ON s.campaign = a.campaign AND s.who = a.who AND s.period = a.period
		WHERE a.used <> COALESCE(s.bonus, 0) OR a.used > a.cap`
)

// payerDigest names a paying account without keeping its number (D1). A digest of
// an account number can be found by trying all of them, so it is treated as
// personal data all the same.
func payerDigest(iban string) string {
	text := strings.ToUpper(strings.Join(strings.Fields(iban), ""))
	if text == "" {
		return ""
	}
	sum := sha256.Sum256([]byte("noria payer v1\n" + text))
	return "payer " + hex.EncodeToString(sum[:])
}

// paidFrom completes offers with what the account that pays has used of its
// ceilings. It changes nothing where the account is not known.
func paidFrom(r rows, offers []Offer, iban string, day civil.Date) error {
	digest := payerDigest(iban)
	if digest == "" {
		return nil
	}
	type spent struct {
		campaign CampaignID
		period   string
		used     money.Amount
	}
	list, err := r.Query(sqlSharedUsed, digest)
	all, err := collect(list, err, func(row db.Row) (spent, error) {
		var s spent
		return s, row.Scan(&s.campaign, &s.period, &s.used)
	})
	if err != nil {
		return err
	}
	for i := range offers {
		offers[i].payer, offers[i].PayerKnown = digest, true
		for _, s := range all {
			if s.campaign == offers[i].Campaign.ID && s.period == offers[i].Campaign.period(day) {
				offers[i].PayerUsed = s.used
			}
		}
	}
	return nil
}

// takeShared reserves a bonus from the ceilings of the household and of the
// paying account, by updates that change nothing beyond the rule (P12).
func (c *Conversion) takeShared(tx *ledger.Tx, o *Offer) error {
	c.household, c.payer = o.household, o.payer
	if most := o.Campaign.HouseholdCap; most > 0 {
		if err := tx.Guard(ErrHousehold, sqlTakeShared, c.Campaign, c.household, c.period, most, c.Bonus); err != nil {
			return err
		}
	}
	if most := o.Campaign.PayerCap; most > 0 && c.payer != "" {
		return tx.Guard(ErrPayer, sqlTakeShared, c.Campaign, c.payer, c.period, most, c.Bonus)
	}
	return nil
}

// returnShared gives a bonus back to the same ceilings.
func (c *Conversion) returnShared(tx *ledger.Tx) error {
	for _, who := range []string{c.household, c.payer} {
		if who == "" {
			continue
		}
		if _, err := tx.Exec(sqlReturnShared, c.Campaign, who, c.period, c.Bonus); err != nil {
			return err
		}
	}
	return nil
}

// checkShared proves that what each household and paying account used of a
// ceiling is the sum of the bonuses that stand (P12).
func checkShared(r rows) error {
	type wrong struct {
		campaign                CampaignID
		who                     string
		used, ceiling, standing money.Amount
	}
	list, err := r.Query(sqlWrongShared)
	all, err := collect(list, err, func(row db.Row) (wrong, error) {
		var w wrong
		return w, row.Scan(&w.campaign, &w.who, &w.used, &w.ceiling, &w.standing)
	})
	if err != nil || len(all) == 0 {
		return err
	}
	kind, _, _ := strings.Cut(all[0].who, " ") // the rest is personal data
	return &ledger.Difference{Where: fmt.Sprintf("shared allowance (%s) in campaign %s", kind, all[0].campaign),
		What: fmt.Sprintf("used %s of %s, recomputed %s", all[0].used, all[0].ceiling, all[0].standing)}
}
