// SPDX-License-Identifier: AGPL-3.0-or-later

package people

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/noria-mlc/noria/ledger/db"
)

// What becomes of the words of a table when a person of it is forgotten.
const (
	erased = "erased" // deleted or emptied: TestD6ErasureLeavesTheNameNowhere writes a name there first
	kept   = "kept"   // for the reason given
	none   = "none"   // nobody's: states, amounts, words about the association or an organisation
)

// fate is what becomes of the words of one table.
type fate struct{ how, texts, why string }

// fates lists every table of the book, with every column of text. Who adds a table
// or a column says here what becomes of the people in it.
func fates() map[string]fate {
	return map[string]fate{
		"beneficiaries":       {erased, "handle label", ""},
		"card_decisions":      {erased, "kind note odd payment provider status", "that its euros were credited or sent back stays, without words"},
		"checkouts":           {erased, "outcome payment provider reason url", "the page of the provider goes; its id of the payment proves the euros"},
		"conversions":         {erased, "account bank_reference channel household means payer period reason reference status", "household and payer are drawn anew; the rest proves the euros"},
		"devices":             {erased, "label pin", ""},
		"holders":             {erased, "kind name number", "a pseudonym"},
		"identities":          {erased, "email language password", ""},
		"intents":             {erased, "currency handle kind message payee_name", "what was confirmed stays, without words"},
		"letters":             {erased, "language recipient template words", ""},
		"mandates":            {erased, "bic iban name rhythm rum status", "kept where euros were collected: it proves the debit, thirteen months for the bank, ten years for the accounts"},
		"memos":               {erased, "message reference", ""},
		"oidc_links":          {erased, "issuer subject", ""},
		"passkeys":            {erased, "name record", ""},
		"payout_accounts":     {erased, "bic iban name", "kept where euros were sent to it: ten years"},
		"personal_requests":   {erased, "code reference status", ""},
		"push_subscriptions":  {erased, "endpoint label", ""},
		"recovery_cases":      {erased, "outcome reason way", ""},
		"recovery_codes":      {erased, "", ""},
		"residences":          {erased, "commune household", ""},
		"shared_allowances":   {erased, "period who", "what was granted stays counted, under a drawn name"},
		"standing_references": {erased, "reference", ""},
		"tokens":              {erased, "issuer kind label proof scopes", ""},
		"handle_tries":        {erased, "", ""},
		"gift_choices":        {erased, "", ""},

		"campaign_amendments": {kept, "before reason status terms", "words of staff about a campaign"},
		"commands":            {kept, "action key result subjects", "the trail of the book holds ids; IBAN masked"},
		"confirmations":       {kept, "currency kind method relying_party", "proof of a payment, ten years: digests whose salt is gone"},
		"debits":              {kept, "period reason sequence status", "ids of a mandate; codes of banks"},
		"erasures":            {kept, "outcome", "proof that somebody was forgotten: ids"},
		"instructions":        {kept, "kind value", "what an official chose to be paid: ids, ten years"},
		"looks":               {kept, "role what", "the trail of looks (D8): ids"},
		"loops":               {kept, "linked note", "words of staff about a redemption"},
		"paper_moves":         {kept, "from_place kind means note status to_place", "minutes of stock: ids of holders"},
		"payment_requests":    {kept, "code reference status", "what a shop calls its own sale"},
		"payout_lines":        {kept, "drafted given problem reference status", "what two people of a collectivité approved by its digest: ids and references, ten years"},
		"payout_paid":         {kept, "period purpose reference", "the same"},
		"payout_papers":       {kept, "", "the paper that was approved, ten years"},
		"redemption_lines":    {kept, "bic iban name", "the transfer that was sent, ten years"},
		"redemption_returns":  {kept, "bank_reference code", "ids; codes of banks"},
		"redemptions":         {kept, "bank_reference exception exception_note reason status", "why an exception was granted (L10), ten years"},
		"standing_payments":   {kept, "bank_reference", "each line of the bank once"},
		"users":               {kept, "disabled_for", "ids, so that who approved what stays provable (D9)"},
		"waivers":             {kept, "reason", "why a debt was given up, by two people"},
		"chargebacks":         {kept, "account bank_reference code", "ids; codes of banks"},
		"dues":                {kept, "account bank_reference reason way", "income of the association, ten years: ids"},
		"fonte_notices":       {kept, "", "that notice was given (L12): ids"},
		"fonte_takings":       {kept, "", "why units left a wallet (L12), ten years: ids"},
		"memberships":         {kept, "", "a day of an id, so that what was paid stays provable"},

		"accounts": {none, "code unit", ""}, "allowances": {none, "period", ""}, "balances": {none, "", ""}, "bonus_lots": {none, "", ""}, "bonus_wait": {none, "", ""},
		"bank_account_changes": {kept, "bic code custodian deed holder_name iban note pool status", "accounts of the association; who decided, ten years"},
		"bank_accounts":        {none, "bic code custodian holder_name iban pool", "of the association"}, "campaign_drafts": {none, "terms", ""},
		"campaign_returns": {none, "bank_reference", ""}, "campaigns": {none, "budget_mode communes convention_reference eligible_kinds name period rate when_exhausted", ""},
		"command_keys": {none, "", ""}, "commissions": {none, "kind rate", ""}, "contact": {none, "email phone", "of the association"},
		"currency":   {none, "code issuer_name issuer_rna issuer_siren legal_basis name unit_plural unit_singular", ""},
		"dues_rates": {none, "kind", ""}, "gift_associations": {none, "", "of associations"}, "gift_lines": {none, "", "of associations"},
		"gift_rounds": {none, "account bank_reference rate status", ""}, "membership_rules": {none, "kinds", ""}, "meter_settings": {none, "", ""},
		"debit_creditor": {none, "account ics", ""}, "debit_runs": {none, "account digest ics status", ""}, "desks": {none, "name slug", ""},
		"ease_settings": {none, "", ""}, "ease_used": {none, "", ""}, "entries": {none, "kind", ""}, "euro_transfers": {none, "bank_reference", ""},
		"fonte_approvals": {none, "", ""}, "fonte_ends": {none, "", ""}, "fonte_periods": {none, "", ""}, "fonte_rules": {none, "kinds period rate", ""},
		"fund_alerts": {none, "kind", ""}, "fund_thresholds": {none, "coverage", ""}, "funded_projects": {none, "about commune link name", "of what a bank financed"},
		"fundings": {none, "bank_reference", ""}, "goose_db_version": {none, "", ""}, "grants": {none, "role", ""}, "head": {none, "", ""},
		"jobs": {none, "name outcome problem", ""}, "listings": {none, "about address category town", "of shops"}, "marks": {none, "", ""},
		"merchant_numbers": {none, "number", ""}, "merchants": {none, "code name", "of shops"}, "paper_counts": {none, "counted desk note status", ""},
		"paper_denominations": {none, "series", ""}, "paper_lines": {none, "series", ""}, "paper_ranges": {none, "place series", ""}, "paper_stocks": {none, "place series", ""},
		"payment_merchants": {none, "", ""}, "payout_batches": {none, "period purpose status", ""}, "payout_fundings": {none, "account bank_reference", ""},
		"people_settings": {none, "", ""}, "postings": {none, "", ""}, "push_cursor": {none, "", ""}, "receivables": {none, "", ""}, "redemption_runs": {none, "account status", ""},
		"refunds": {none, "", ""}, "reversals": {none, "", ""}, "screens": {none, "code label", "of shops"}, "settings_changes": {none, "settings", ""},
		"sign_in_attempts": {none, "", "keyed digests, an hour"}, "spent_proofs": {none, "", "digests, a day"}, "sqlite_sequence": {none, "", ""},
	}
}

// TestD6EveryTableSaysWhatBecomesOfPeople reads the schema: a table or a column of
// text that nobody thought of fails.
func TestD6EveryTableSaysWhatBecomesOfPeople(t *testing.T) {
	each(t, func(w *town) {
		columns := `SELECT m.name, COALESCE(p.name, ''), CASE WHEN p.type = 'TEXT' THEN 'text' ELSE '' END FROM sqlite_schema m JOIN pragma_table_info(m.name) p WHERE m.type = 'table'`
		if w.db.Engine() != db.SQLite {
			columns = `SELECT table_name, column_name, CASE WHEN data_type = 'text' THEN 'text' ELSE '' END FROM information_schema.columns WHERE table_schema = 'public'`
		}
		rows, err := w.Ledger.Reader().QueryContext(w.Context(), columns)
		must(t, err)
		found := make(map[string][]string)
		for rows.Next() {
			var table, column, kind string
			must(t, rows.Scan(&table, &column, &kind))
			list := found[table]
			if kind == "text" && !strings.HasPrefix(table, "sqlite_") {
				list = append(list, column)
			}
			found[table] = list
		}
		must(t, errors.Join(rows.Err(), rows.Close()))
		for table, texts := range found {
			f, told := fates()[table]
			slices.Sort(texts)
			if got := strings.Join(texts, " "); !told || got != f.texts {
				t.Errorf("%s: what becomes of %q when somebody is forgotten? The list says %q", table, got, f.texts)
			}
			if f.how == kept && f.why == "" {
				t.Errorf("%s is kept for no reason", table)
			}
		}
		if len(found) < 70 {
			t.Errorf("%d tables", len(found))
		}
	})
}
