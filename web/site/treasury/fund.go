// SPDX-License-Identifier: AGPL-3.0-or-later

package treasury

import (
	"net/http"
	"time"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/civil"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/money"
	"github.com/noria-mlc/noria/web/page"
)

// fundView is the guarantee fund as its treasurer reads it.
type fundView struct {
	AsOf      time.Time
	Seq       int64
	Hash      string
	Past      bool
	Date      string // asked for
	Hour      string
	Total     page.FundPool
	Pools     []poolView
	MovesPath string // where euros are moved, "" where the visitor may not
}

// poolView is one pool and what made its gap or surplus.
type poolView struct {
	page.FundPool
	Causes []causeRow
}

type causeRow struct {
	Path      string // of the entry
	Seq       int64
	Kind      string
	At        time.Time
	Amount    money.Amount
	Out       bool   // the euros left the fund
	Reference string // of the bank
}

func (v fundView) sheet(tabs []page.Tab) page.Sheet {
	return page.Sheet{Template: "treasury/fund", Title: "tab.treasury-fund", Section: "treasury", Tabs: tabs, Class: "treasury", View: v}
}

func (t treasury) fund(w http.ResponseWriter, r *http.Request) error {
	a, tabs, err := t.visit(r, "fund")
	if err != nil {
		return err
	}
	q := r.URL.Query()
	v := fundView{Date: q.Get("le"), Hour: q.Get("a")}
	at, err := v.asked(t.Now())
	if err != nil {
		return err
	}
	f, err := t.Conversion.Fund(r.Context(), at)
	if err != nil {
		return err
	}
	v.AsOf, v.Seq, v.Hash, v.Past, v.Total = f.AsOf, f.Head.Seq, f.Head.Hash, !at.IsZero(), poolOf("", f.Total)
	if may(a, access.EurosMove) {
		v.MovesPath = "/tresorerie/fonds/virement"
	}
	for _, p := range f.Pools {
		if p.Circulation == 0 && len(p.Custodians) == 0 {
			continue
		}
		pool, err := t.pool(r, a, p, f.Head.Seq)
		if err != nil {
			return err
		}
		v.Pools = append(v.Pools, pool)
	}
	return t.Show(w, r, 0, v.sheet(tabs))
}

func (t treasury) pool(r *http.Request, a access.Actor, p conversion.FundPool, seq int64) (poolView, error) {
	v := poolView{FundPool: poolOf(string(p.Pool), p.FundSums)}
	causes, err := t.Conversion.Causes(r.Context(), a, p.Pool, seq, 20)
	if err != nil {
		return v, err
	}
	for _, c := range causes {
		v.Causes = append(v.Causes, causeRow{Path: "/controle/ecritures/" + c.Entry.String(), Seq: c.Seq, Kind: string(c.Kind), At: c.At,
			Amount: c.Amount, Out: c.Amount < 0, Reference: c.Reference})
	}
	return v, nil
}

// asked is the past instant that was asked for: an hour of a day in Paris, the
// end of the day where no hour is given, the present where no day is. A day or an
// hour to come, or none, is ErrInvalid.
func (v *fundView) asked(now time.Time) (time.Time, error) {
	if v.Date == "" {
		return time.Time{}, nil
	}
	day, err := civil.Parse(v.Date)
	if err != nil {
		return time.Time{}, fault.ErrInvalid.At("query/le", "must be a day")
	}
	at := day.End().Add(-time.Microsecond)
	if v.Hour != "" {
		if at, err = time.ParseInLocation("2006-01-02 15:04", v.Date+" "+v.Hour, civil.Paris()); err != nil {
			return time.Time{}, fault.ErrInvalid.At("query/a", "must be an hour")
		}
	} else if day == civil.Of(now) {
		return time.Time{}, nil // the day is not over: the present
	}
	return at, nil
}

// moveView is the form that books euros moved between the issuer's own accounts.
type moveView struct {
	From, To []place
	Today    string
	Form     typed
}

func (v moveView) sheet(tabs []page.Tab) page.Sheet {
	return page.Sheet{Template: "treasury/move", Title: "treasury.move", Section: "treasury", Tabs: tabs, Class: "treasury", View: v}
}

func (t treasury) move(w http.ResponseWriter, r *http.Request) error {
	return t.showMove(w, r, typed{})
}

func (t treasury) showMove(w http.ResponseWriter, r *http.Request, f typed) error {
	a, tabs, err := t.visit(r, "fund")
	if err != nil {
		return err
	}
	if err := access.Allow(a, access.EurosMove, a.Holder); err != nil {
		return err
	}
	v := moveView{Today: t.today(), Form: t.again(f)}
	if v.From, err = t.places(r.Context(), false, f.Account); err != nil {
		return err
	}
	if v.To, err = t.places(r.Context(), false, f.To); err != nil {
		return err
	}
	return t.Show(w, r, f.Status, v.sheet(tabs))
}

func (t treasury) moved(w http.ResponseWriter, r *http.Request) error {
	f := t.read(r)
	var day civil.Date
	if err := t.booked(r, &f, &day); err != nil {
		return err
	}
	amount, bad, err := t.Amount(r, "montant")
	if err != nil {
		return err
	}
	if f.AmountBad = bad; bad != "" {
		f.Status = http.StatusUnprocessableEntity
	}
	if f.wrong() {
		return t.showMove(w, r, f)
	}
	a, err := t.Proven(r)
	if err == nil {
		_, _, err = t.Conversion.MoveEuros(r.Context(), a, f.Key, conversion.MoveEurosInput{From: ledger.Account(f.Account), To: ledger.Account(f.To),
			Amount: amount, BankReference: f.Reference, BookedOn: day})
	}
	return t.Concluded(w, r, err, "/tresorerie/fonds", "/tresorerie/fonds/virement", func(status int, refusal *page.Refusal) error {
		f.Status, f.Refusal = status, refusal
		return t.showMove(w, r, f)
	})
}
