// SPDX-License-Identifier: AGPL-3.0-or-later

package citizen

import (
	"net/http"
	"strconv"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/money"
	"github.com/noria-mlc/noria/web/problem"
)

const (
	// historyPage is how many movements a page shows.
	historyPage = 25
	// historyReach is how many movements one page looks through at most; a page
	// that stops there says so and goes on from there.
	historyReach = 5_000
)

// history shows the movements of the wallet that a filter takes, page by page.
// The place in the list stands in the address: "avant" a posting are the older
// ones, "apres" a posting the newer ones.
func (c citizen) history(w http.ResponseWriter, r *http.Request) error {
	o, err := c.owner(r)
	if err != nil {
		return err
	}
	q := r.URL.Query()
	f, wrong := readFilter(q)
	v := historyView{filter: f, Problems: wrong, At: c.Now()}
	if len(wrong) > 0 {
		return c.present(w, r, http.StatusUnprocessableEntity, o, "history", v.sheet())
	}
	older, err := cursor(q.Get("avant"))
	if err != nil {
		return err
	}
	newer, err := cursor(q.Get("apres"))
	if err != nil {
		return err
	}
	if newer > 0 {
		err = c.readNewer(r, o, &v, newer)
	} else {
		err = c.readOlder(r, o, &v, older)
	}
	if err != nil {
		return err
	}
	v.balance()
	return c.present(w, r, 0, o, "history", v.sheet())
}

// cursor reads a place in the list, "" being its newest end. It returns
// ledger.ErrCursor for what is no place.
func cursor(text string) (int64, error) {
	if text == "" {
		return 0, nil
	}
	n, err := strconv.ParseInt(text, 36, 64)
	if err != nil || n <= 0 {
		return 0, ledger.ErrCursor
	}
	return n, nil
}

// readOlder fills a page with the movements before a place.
func (c citizen) readOlder(r *http.Request, o owner, v *historyView, before int64) error {
	seen, last := 0, int64(0)
	err := c.matching(r, o, v.filter, before, func(l historyLine, taken bool) bool {
		if seen == historyReach {
			v.Older, v.Cut = last, true
			return false
		}
		seen, last = seen+1, l.posting
		if !taken {
			return true
		}
		if len(v.Lines) == historyPage {
			v.Older = v.Lines[historyPage-1].posting
			return false
		}
		v.Lines = append(v.Lines, l)
		return true
	})
	if before > 0 {
		v.Newer = before
		if len(v.Lines) > 0 {
			v.Newer = v.Lines[0].posting
		}
	}
	return err
}

// readNewer fills a page with the last movements after a place. Where there are
// fewer than a page holds, it is the first page.
func (c citizen) readNewer(r *http.Request, o owner, v *historyView, after int64) error {
	err := c.matching(r, o, v.filter, 0, func(l historyLine, taken bool) bool {
		if l.posting <= after {
			return false
		}
		if taken {
			v.Lines = append(v.Lines, l)
		}
		return true
	})
	if err != nil {
		return err
	}
	if len(v.Lines) <= historyPage {
		v.Lines = nil
		return c.readOlder(r, o, v, 0)
	}
	v.Lines = v.Lines[len(v.Lines)-historyPage:]
	v.Newer, v.Older = v.Lines[0].posting, v.Lines[historyPage-1].posting
	return nil
}

// matching gives the movements before a place to see, newest first, and whether
// the filter takes each, until see wants no more or the period is over.
func (c citizen) matching(r *http.Request, o owner, f filter, before int64, see func(l historyLine, taken bool) bool) error {
	names := c.namer(r, o.ID)
	renderer, err := c.Render(r.Context())
	if err != nil {
		return err
	}
	return c.statement(r.Context(), ledger.Wallet(o.ID), before, func(m ledger.Movement, kind string) (bool, error) {
		if f.before(m) {
			return false, nil
		}
		l := historyLine{posting: m.Posting, At: m.At, Entry: m.Entry.String(), Kind: kind, Message: m.Message, Reference: m.Reference,
			Amount: m.Amount, Balance: m.Balance}
		if !f.takes(m, kind) {
			return see(l, false), nil
		}
		var err error
		if l.Name, err = names(m.Counterparty); err != nil {
			return false, err
		}
		return see(l, f.finds(l.Name, l.Message, l.Reference, renderer.Movement(kind))), nil
	})
}

// historyFile sends every movement that the filter takes as a table that
// spreadsheets open.
func (c citizen) historyFile(w http.ResponseWriter, r *http.Request) error {
	o, err := c.owner(r)
	if err != nil {
		return err
	}
	f, wrong := readFilter(r.URL.Query())
	if len(wrong) > 0 {
		return c.history(w, r) // which says what is wrong
	}
	renderer, err := c.Render(r.Context())
	if err != nil {
		return err
	}
	head, err := renderer.Say("history.columns")
	if err != nil {
		return err
	}
	file := newTable(head)
	err = c.matching(r, o, f, 0, func(l historyLine, taken bool) bool {
		if taken {
			file.add(l, renderer.Movement(l.Kind))
		}
		return true
	})
	if err != nil {
		return err
	}
	name, err := renderer.Say("history.file")
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="`+name+`.csv"`)
	w.Header().Set("Content-Language", problem.Speaks(r.Context()))
	w.Header().Set("Cache-Control", "no-store")
	_, err = w.Write(file.bytes())
	return err
}

// balance adds the page up: what came in, what went out, and where every
// movement is shown the balances between which they stand (U4).
func (v *historyView) balance() {
	for _, l := range v.Lines {
		if l.Amount > 0 {
			v.In += l.Amount
		} else {
			v.Out += l.Amount
		}
	}
	if n := len(v.Lines); n > 0 && v.whole() {
		v.Closing, v.Opening = v.Lines[0].Balance, v.Lines[n-1].Balance-v.Lines[n-1].Amount
	}
}

// Sum is what the movements shown come to.
func (v historyView) Sum() money.Amount { return v.In + v.Out }
