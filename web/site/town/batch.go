// SPDX-License-Identifier: AGPL-3.0-or-later

package town

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/money"
	"github.com/noria-mlc/noria/ops/payout"
	"github.com/noria-mlc/noria/web/page"
	"github.com/noria-mlc/noria/web/site"
)

// batch shows a batch with its lines and what it waits for.
func (t town) batch(w http.ResponseWriter, r *http.Request) error {
	return t.showBatch(w, r, 0, nil)
}

func (t town) showBatch(w http.ResponseWriter, r *http.Request, status int, refusal *page.Refusal) error {
	s, b, err := t.read(r)
	if err != nil {
		return err
	}
	v := batchView{by: s, batchLine: batchLine{b}, Refusal: refusal}
	names, err := t.who(r, s)
	if err != nil {
		return err
	}
	before, there, err := t.Payout.Previous(r.Context(), s.Actor, payout.DraftInput{Collectivity: s.Town.ID, Purpose: b.Purpose, Period: b.Period})
	if err != nil {
		return err
	}
	names.vouch(b)
	names.vouch(before)
	for _, l := range b.Lines {
		person, err := names.of(r, l.Holder)
		if err != nil {
			return err
		}
		v.Payees = append(v.Payees, payeeLine{l, person})
	}
	for _, n := range []struct {
		into *string
		of   func() (string, error)
	}{
		{&v.PreparedName, func() (string, error) { return t.named(r, b.PreparedBy) }},
		{&v.ApprovedName, func() (string, error) { return t.named(r, b.ApprovedBy) }},
		{&v.AskedName, func() (string, error) { return t.named(r, b.Asked) }},
	} {
		if *n.into, err = n.of(); err != nil {
			return err
		}
	}
	if b.Status == payout.Approved {
		if err := t.account(r, &v); err != nil {
			return err
		}
	}
	if b.Status == payout.Drafted {
		v.Key = t.NewKey()
		v.Decides = b.PreparedBy != s.ID && access.Allow(s.Actor, access.BatchApprove, s.Town.ID) == nil
	}
	if there && b.Purpose == payout.Indemnity {
		v.Before, v.BeforeTotal = before.Period, before.TotalEUR
		for _, c := range payout.Changes(before, b) {
			person, err := names.of(r, c.Holder)
			if err != nil {
				return err
			}
			v.Changes = append(v.Changes, change{c, person})
		}
	}
	return t.Show(w, r, status, v.sheet())
}

// read returns the batch of the path.
func (t town) read(r *http.Request) (seat, payout.Batch, error) {
	s, err := t.sit(r)
	if err != nil {
		return s, payout.Batch{}, err
	}
	var id payout.BatchID
	if err := pathID(r, &id); err != nil {
		return s, payout.Batch{}, err
	}
	b, err := t.Payout.Batch(r.Context(), s.Actor, id)
	return s, b, err
}

// account adds the bank account that the euros of the batch go to.
func (t town) account(r *http.Request, v *batchView) error {
	c, err := t.Conversion.Currency(r.Context())
	if err != nil {
		return err
	}
	for _, a := range c.Accounts {
		if a.Pool == ledger.Digital {
			v.Payee, v.IBAN = a.HolderName, grouped(a.IBAN)
			return nil
		}
	}
	return nil
}

// grouped writes an IBAN in groups of four.
func grouped(iban string) string {
	var b strings.Builder
	for i, c := range iban {
		if i > 0 && i%4 == 0 {
			b.WriteByte(' ')
		}
		b.WriteRune(c)
	}
	return b.String()
}

// approveBatch approves the content that was shown, as another person than who
// prepared it.
func (t town) approveBatch(w http.ResponseWriter, r *http.Request) error {
	s, b, err := t.read(r)
	if err != nil {
		return err
	}
	if err := access.Allow(s.Actor, access.BatchApprove, s.Town.ID); err != nil {
		return err
	}
	back := "/collectivite/versements/" + b.ID.String()
	if _, err := t.Proven(r); err != nil {
		if site.ProveFirst(w, r, err, back) {
			return nil
		}
		return err
	}
	_, _, err = t.Payout.Approve(r.Context(), s.Actor, site.FormKey(r), b.ID, payout.ApproveInput{Digest: r.PostFormValue("empreinte")})
	return t.decided(w, r, back, err)
}

// withdraw gives a draft up.
func (t town) withdraw(w http.ResponseWriter, r *http.Request) error {
	s, b, err := t.read(r)
	if err != nil {
		return err
	}
	_, err = t.Payout.Withdraw(r.Context(), s.Actor, site.FormKey(r), b.ID)
	return t.decided(w, r, "/collectivite/versements/"+b.ID.String(), err)
}

// decided leads back to the batch, or shows it with what was refused.
func (t town) decided(w http.ResponseWriter, r *http.Request, back string, err error) error {
	if err == nil {
		http.Redirect(w, r, back, http.StatusSeeOther)
		return nil
	}
	status, refusal, err := t.Refused(w, r, err)
	if err != nil {
		return err
	}
	return t.showBatch(w, r, status, refusal)
}

// proof is what the comptable public keeps, as a file (P10).
func (t town) proof(w http.ResponseWriter, r *http.Request) error {
	s, b, err := t.read(r)
	if err != nil {
		return err
	}
	file, err := t.Payout.Proof(r.Context(), s.Actor, b.ID)
	if err != nil {
		return err
	}
	return attach(w, "text/csv; charset=utf-8", b.ID.String()+".csv", file)
}

// paper is the PDF of a batch, as a file that no browser opens in place.
func (t town) paper(w http.ResponseWriter, r *http.Request) error {
	s, b, err := t.read(r)
	if err != nil {
		return err
	}
	file, err := t.Payout.PaperOf(r.Context(), s.Actor, b.ID)
	if err != nil {
		return err
	}
	// What others wrote runs nothing and opens nothing, even where a browser shows it.
	w.Header().Set("Content-Security-Policy", "sandbox; default-src 'none'; frame-ancestors 'none'")
	return attach(w, "application/pdf", b.ID.String()+".pdf", file)
}

// attach sends a file under a name of ours.
func attach(w http.ResponseWriter, media, name string, file []byte) error {
	w.Header().Set("Content-Type", media)
	w.Header().Set("Content-Disposition", `attachment; filename="`+name+`"`)
	w.Header().Set("Content-Length", strconv.Itoa(len(file)))
	_, err := w.Write(file)
	return err
}

// payeeLine is a line with whom it is for.
type payeeLine struct {
	payout.Line
	Who page.Person
}

// State is the shape of the line's status.
func (l payeeLine) State() string {
	switch l.Status {
	case payout.Paid:
		return "done"
	case payout.Returned:
		return "bad"
	}
	if l.Problem != "" {
		return "info"
	}
	return "wait"
}

// batchView is a batch as those of its collectivité see it.
type batchView struct {
	by seat
	batchLine
	Payees       []payeeLine
	PreparedName string
	ApprovedName string
	AskedName    string
	Before       string
	BeforeTotal  money.Amount
	Changes      []change
	Payee        string // holder of the bank account that the euros go to
	IBAN         string
	Key          string // "" where there is nothing to decide
	Decides      bool   // the visitor may approve
	Refusal      *page.Refusal
}

func (v batchView) sheet() page.Sheet {
	return v.by.sheet("batch", "town-batch.title", "town-home", v)
}

// Path is the address of the batch.
func (v batchView) Path() string { return "/collectivite/versements/" + v.ID.String() }

// Gives says whether the visitor may give the draft up.
func (v batchView) Gives() bool { return v.Key != "" }

// stage is one stage of a batch.
type stage struct {
	Key, State, Name string
	At               time.Time
}

// Stages are how far the batch is.
func (v batchView) Stages() []stage {
	list := []stage{{Key: "prepared", State: "done", Name: v.PreparedName, At: v.CreatedAt}, {Key: "approved", State: "todo"}, {Key: "funded", State: "todo"}, {Key: "executed", State: "todo"}}
	reached := map[payout.Status]int{payout.Drafted: 1, payout.Approved: 2, payout.Funded: 3, payout.Executed: 4}[v.Status]
	for i := 1; i < reached; i++ {
		list[i].State = "done"
	}
	if v.Status == payout.Withdrawn {
		return append(list[:1], stage{Key: "withdrawn", State: "failed"})
	}
	if reached < len(list) {
		list[reached].State = "now"
	}
	list[1].Name, list[1].At, list[3].At = v.ApprovedName, v.ApprovedAt, v.ExecutedAt
	return list
}
