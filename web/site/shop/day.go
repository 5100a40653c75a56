// SPDX-License-Identifier: AGPL-3.0-or-later

package shop

import (
	"encoding/csv"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/noria-mlc/noria/ledger/civil"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/money"
	"github.com/noria-mlc/noria/merchant"
	"github.com/noria-mlc/noria/web/locale"
	"github.com/noria-mlc/noria/web/page"
	"github.com/noria-mlc/noria/web/problem"
)

const (
	// shownReceipts is how many receipts the page of a day lists.
	shownReceipts = 200
	// countedReceipts is how many the chart and the file hold.
	countedReceipts = 20_000
)

// dayOf reads a day of a shop: that of "jour", or today.
func (c shop) dayOf(r *http.Request, s stand) (merchant.Takings, error) {
	day := civil.Of(c.Now())
	if text := r.FormValue("jour"); text != "" {
		var err error
		if day, err = civil.Parse(text); err != nil {
			return merchant.Takings{}, fault.ErrInvalid.At("query/jour", "must be a day, YYYY-MM-DD")
		}
	}
	return c.Merchant.Takings(r.Context(), s.actor, s.ID, day, countedReceipts)
}

// day shows what came and went on one day: today to a cashier, any to the owner.
func (c shop) day(w http.ResponseWriter, r *http.Request) error {
	s, err := c.stand(r)
	if err != nil {
		return err
	}
	day, err := c.dayOf(r, s)
	if err != nil {
		return err
	}
	v := dayView{frame: s.frame("/caisse/journee"), Day: day.Day.Start(), Date: day.Day.String(), Today: day.Day == civil.Of(c.Now()),
		Count: day.Count, Received: day.Received, Refunds: day.Refunds, Refunded: day.Refunded, Net: day.Received - day.Refunded}
	if v.Owner {
		v.Before = v.In("/caisse/journee?jour=" + (day.Day - 1).String())
		if !v.Today {
			v.After = v.In("/caisse/journee?jour=" + (day.Day + 1).String())
		}
	}
	v.CSV = v.In("/caisse/journee/csv?jour=" + v.Date)
	if v.Chart, err = c.hours(r, day); err != nil {
		return err
	}
	for _, m := range s.all {
		if len(s.all) < 2 {
			break
		}
		of, err := c.Merchant.Takings(r.Context(), s.actor, m.ID, day.Day, 0)
		if err != nil {
			return err
		}
		v.Tills = append(v.Tills, tillOfDay{m.Name, of.Count, of.Received, of.Refunded})
	}
	for _, receipt := range day.Last[:min(shownReceipts, len(day.Last))] {
		v.Receipts = append(v.Receipts, dayReceipt{ID: receipt.Payment.String(), At: receipt.At, Amount: signedOf(receipt), MatchCode: receipt.MatchCode, Refund: receipt.Refund})
	}
	v.More = len(day.Last) > shownReceipts
	return c.Show(w, r, 0, v.sheet())
}

// signedOf is what a receipt added to the till.
func signedOf(r merchant.Receipt) money.Amount {
	if r.Refund {
		return -r.Amount
	}
	return r.Amount
}

// hours draws what was received in each hour, from the first that received
// anything to the last.
func (c shop) hours(r *http.Request, day merchant.Takings) (page.Chart, error) {
	var of [24]money.Amount
	first, last := 24, -1
	for _, receipt := range day.Last {
		if receipt.Refund {
			continue
		}
		h := receipt.At.In(civil.Paris()).Hour()
		of[h] += receipt.Amount
		first, last = min(first, h), max(last, h)
	}
	title, err := c.Say(r, "shopday.chart")
	if err != nil {
		return page.Chart{}, err
	}
	chart := page.Chart{Title: title}
	for h := first; h <= last; h++ {
		words, err := c.Say(r, "shopday.hour", strconv.Itoa(h))
		if err != nil {
			return page.Chart{}, err
		}
		chart.Bars = append(chart.Bars, page.Bar{Words: words, Amount: of[h]})
	}
	return chart, nil
}

// dayCSV sends the receipts of a day as a file for a spreadsheet, oldest first.
func (c shop) dayCSV(w http.ResponseWriter, r *http.Request) error {
	s, err := c.stand(r)
	if err != nil {
		return err
	}
	day, err := c.dayOf(r, s)
	if err != nil {
		return err
	}
	var head []string
	for _, key := range []string{"shopday.csv-day", "shopday.csv-hour", "shopday.csv-kind", "shopday.csv-amount", "shopday.csv-code", "shopday.csv-payment"} {
		words, err := c.Say(r, key)
		if err != nil {
			return err
		}
		head = append(head, words)
	}
	kinds := map[bool]string{}
	for refund, key := range map[bool]string{false: "shopday.paid", true: "shopday.refund"} {
		if kinds[refund], err = c.Say(r, key); err != nil {
			return err
		}
	}
	w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	w.Header().Set("Content-Disposition", fmt.Sprintf(`attachment; filename="caisse-%s-%s.csv"`, s.Code, day.Day))
	if _, err := w.Write([]byte("\ufeff")); err != nil { // spreadsheets take it for another encoding otherwise
		return err
	}
	out := csv.NewWriter(w)
	out.Comma = ';'
	rows := [][]string{head}
	for i := len(day.Last) - 1; i >= 0; i-- {
		receipt := day.Last[i]
		at := receipt.At.In(civil.Paris())
		rows = append(rows, []string{at.Format(time.DateOnly), at.Format("15:04:05"), kinds[receipt.Refund],
			written(signedOf(receipt), problem.Speaks(r.Context())), receipt.MatchCode, receipt.Payment.String()})
	}
	return out.WriteAll(rows)
}

// written is an amount as a spreadsheet of that language reads it: without
// groups, with an ordinary minus.
func written(a money.Amount, lang string) string {
	sign := ""
	if a < 0 {
		sign, a = "-", -a
	}
	point := ","
	if lang == locale.Languages()[1] {
		point = "."
	}
	return fmt.Sprintf("%s%d%s%02d", sign, int64(a)/100, point, int64(a)%100)
}
