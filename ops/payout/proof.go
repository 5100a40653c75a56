// SPDX-License-Identifier: AGPL-3.0-or-later

package payout

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/csv"
	"errors"
	"strconv"
	"strings"

	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/civil"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
)

// Proof writes what the comptable public keeps of an executed batch, as CSV
// (rule P10): the batch with its total and digest, each transfer with its date
// and bank reference, each line with its reference and the date of crediting,
// and the sums, which equal the transfers. Holders are named by number only
// (P9). It returns ErrForbidden, ErrMissing or ErrNotExecuted.
func (v *View) Proof(ctx context.Context, actor access.Actor, id BatchID) ([]byte, error) {
	b, err := v.Batch(ctx, actor, id)
	if err != nil {
		return nil, err
	}
	if b.Status != Executed {
		return nil, ErrNotExecuted
	}
	transfers, err := v.fundings(ctx, id)
	if err != nil {
		return nil, err
	}
	collectivity, err := v.number(ctx, b.Collectivity)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	w := csv.NewWriter(&out)
	rows := [][]string{
		{"record", "n", "reference", "holder", "amount_eur", "status", "problem", "date", "detail"},
		{"batch", string(b.Purpose), b.ID.String(), collectivity, b.TotalEUR.Format(), string(b.Status), "", civil.Of(b.ExecutedAt).String(), b.Digest},
		{"period", "", b.Period, "", "", "", "", "", ""},
	}
	for i, t := range transfers {
		rows = append(rows, []string{"transfer", strconv.Itoa(i + 1), t.BankReference, "", t.AmountEUR.Format(), "received", "", t.ReceivedOn.String(), string(t.Account)})
	}
	for _, l := range b.Lines {
		holder := l.given
		if !l.holder.IsZero() {
			if holder, err = v.number(ctx, l.holder); err != nil {
				return nil, err
			}
		}
		rows = append(rows, []string{"line", strconv.Itoa(l.N), l.Reference, holder, l.AmountEUR.Format(), string(l.Status), string(l.Problem),
			civil.Of(l.SettledAt).String(), l.Entry.String()})
	}
	rows = append(rows, total("received", b.ReceivedEUR), total("paid", b.PaidEUR), total("returned", b.ReturnedEUR))
	for _, row := range rows {
		for i := range row {
			row[i] = guarded(row[i])
		}
		if err := w.Write(row); err != nil {
			return nil, err
		}
	}
	w.Flush()
	return out.Bytes(), w.Error()
}

func total(status string, amount money.Amount) []string {
	return []string{"total", "", "", "", amount.Format(), status, "", "", ""}
}

// number returns the number of a holder.
func (v *View) number(ctx context.Context, h ident.Holder) (string, error) {
	holder, err := v.journal.Holder(ctx, h)
	if errors.Is(err, fault.ErrMissing) {
		return h.String(), nil
	}
	return holder.Number, err
}

// guarded keeps a spreadsheet from taking a text for a formula.
func guarded(cell string) string {
	if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
		return "'" + cell
	}
	return cell
}

func (v *View) fundings(ctx context.Context, id BatchID) ([]Funding, error) {
	rows, err := v.journal.Reader().QueryContext(ctx, sqlFundings, id)
	if err != nil {
		return nil, err
	}
	return scanFundings(rows)
}

func scanFundings(rows *sql.Rows) ([]Funding, error) {
	defer rows.Close()
	var list []Funding
	for rows.Next() {
		var f Funding
		if err := rows.Scan(&f.BankReference, &f.AmountEUR, &f.Account, &f.ReceivedOn, &f.Entry); err != nil {
			return nil, err
		}
		list = append(list, f)
	}
	return list, rows.Err()
}
