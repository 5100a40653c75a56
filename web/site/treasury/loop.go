// SPDX-License-Identifier: AGPL-3.0-or-later

package treasury

import (
	"errors"
	"net/http"
	"strconv"
	"time"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/web/page"
	"github.com/noria-mlc/noria/web/site"
)

// loopsView is the chains of change, payment and redemption to look at.
type loopsView struct {
	Rows    []loopRow
	All     bool // those that were closed too
	Closes  bool
	Looks   bool // the visitor may look into changes
	Reads   bool // and into the journal
	Refusal *page.Refusal
	Status  int
	rank    string // of the form that was sent
	note    string
	problem string
}

// loopRow is one chain with its entries.
type loopRow struct {
	conversion.Loop
	Rank, Key             string
	From, To              party
	ChangedAt, RedeemedAt time.Time
	Note, Problem         string // as typed
	ClosedNote            string
}

func (v loopsView) sheet(tabs []page.Tab) page.Sheet {
	return page.Sheet{Template: "treasury/loops", Title: "tab.treasury-loops", Section: "treasury", Tabs: tabs, Class: "treasury", View: v}
}

func (t treasury) loops(w http.ResponseWriter, r *http.Request) error {
	return t.showLoops(w, r, loopsView{})
}

func (t treasury) showLoops(w http.ResponseWriter, r *http.Request, v loopsView) error {
	a, tabs, err := t.visit(r, "loops")
	if err != nil {
		return err
	}
	v.All, v.Closes = r.URL.Query().Get("toutes") != "", may(a, access.LoopClose)
	v.Looks, v.Reads = may(a, access.ConversionRead), may(a, access.JournalRead)
	all, err := t.Conversion.Loops(r.Context(), a, v.All)
	if err != nil {
		return err
	}
	for i, l := range all {
		row := loopRow{Loop: l, Rank: strconv.Itoa(i), Key: t.NewKey(), ClosedNote: l.Note}
		if row.From, err = t.party(r.Context(), l.Payer); err != nil {
			return err
		}
		if row.To, err = t.party(r.Context(), l.Payee); err != nil {
			return err
		}
		if row.ChangedAt, err = t.posted(r, l.Changed); err != nil {
			return err
		}
		if row.RedeemedAt, err = t.posted(r, l.Redeemed); err != nil {
			return err
		}
		if row.Rank == v.rank {
			row.Note, row.Problem = v.note, v.problem
		}
		v.Rows = append(v.Rows, row)
	}
	return t.Show(w, r, v.Status, v.sheet(tabs))
}

// posted is when an entry was, zero for none.
func (t treasury) posted(r *http.Request, id ident.Entry) (time.Time, error) {
	if id.IsZero() {
		return time.Time{}, nil
	}
	e, err := t.Ledger.Entry(r.Context(), id)
	if err != nil {
		return time.Time{}, err
	}
	return e.At, nil
}

// closeLoop files an alert with what somebody found out.
func (t treasury) closeLoop(w http.ResponseWriter, r *http.Request) error {
	var in conversion.CloseLoopInput
	v := loopsView{rank: r.PostFormValue("rang")}
	v.note = r.PostFormValue("mot-" + v.rank)
	in.Note = v.note
	a, err := t.Proven(r)
	if err == nil {
		err = access.Allow(a, access.LoopClose, ident.Holder{})
	}
	if err == nil {
		for field, id := range map[string]interface{ UnmarshalText([]byte) error }{"reconversion": &in.Redemption, "change": &in.Conversion, "paiement": &in.Payment} {
			if id.UnmarshalText([]byte(r.PostFormValue(field))) != nil {
				return fault.ErrMissing
			}
		}
		_, _, err = t.Conversion.CloseLoop(r.Context(), a, site.FormKey(r), in)
	}
	cause := err
	return t.Concluded(w, r, err, "/tresorerie/boucles", "/tresorerie/boucles", func(status int, refusal *page.Refusal) error {
		v.Status, v.Refusal = status, refusal
		if errors.Is(cause, fault.ErrInvalid) {
			v.Refusal = nil
			if v.problem, err = t.Say(r, "loops.note-bad"); err != nil {
				return err
			}
		}
		return t.showLoops(w, r, v)
	})
}
