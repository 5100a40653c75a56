// SPDX-License-Identifier: AGPL-3.0-or-later

package town

import (
	"errors"
	"net/http"

	"github.com/noria-mlc/noria/ledger/civil"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/money"
	"github.com/noria-mlc/noria/ops/payout"
	"github.com/noria-mlc/noria/web/page"
	"github.com/noria-mlc/noria/web/site"
)

// edit shows an empty batch of indemnities, or a copy of the last one.
func (t town) edit(w http.ResponseWriter, r *http.Request) error {
	s, err := t.preparer(r)
	if err != nil {
		return err
	}
	v := editView{seat: s, Period: r.FormValue("mois"), Key: t.NewKey()}
	if v.Period == "" {
		v.Period = civil.Of(t.Now()).Month()
	}
	if _, err := civil.Parse(v.Period + "-01"); err != nil {
		v.Period = civil.Of(t.Now()).Month()
	}
	if r.FormValue("copie") != "" {
		before, there, err := t.Payout.Previous(r.Context(), s.Actor, v.input(nil))
		if err != nil {
			return err
		}
		if v.Copied = there; there {
			if v.Lines, err = t.linesOf(r, before); err != nil {
				return err
			}
		}
		v.NothingToCopy = !there
	}
	return t.showEdit(w, r, 0, v)
}

// showEdit completes the form and shows it.
func (t town) showEdit(w http.ResponseWriter, r *http.Request, status int, v editView) error {
	var err error
	if v.Approvers, err = t.approvers(r, v.seat, r.PostFormValue("approbateur")); err != nil {
		return err
	}
	spare := 0
	if len(v.Lines) == 0 || r.PostFormValue("acte") == "ajouter" {
		spare = spareRows
	}
	v.Lines = numbered(v.Lines, spare)
	return t.Show(w, r, status, v.sheet())
}

// edited reads a file into the form, adds lines, checks the batch or drafts it.
func (t town) edited(w http.ResponseWriter, r *http.Request) error {
	s, err := t.preparer(r)
	if err != nil {
		return err
	}
	v := editView{seat: s}
	if err := r.ParseMultipartForm(1 << 20); err != nil && !errors.Is(err, http.ErrNotMultipart) {
		return tooLarge(err)
	}
	v.Period, v.Key, v.Lines = r.PostFormValue("mois"), site.FormKey(r), typedLines(r)
	if _, err := civil.Parse(v.Period + "-01"); err != nil {
		if v.PeriodProblem, err = t.Say(r, "town-edit.month-bad"); err != nil {
			return err
		}
		return t.showEdit(w, r, http.StatusUnprocessableEntity, v)
	}
	switch r.PostFormValue("acte") {
	case "lire":
		return t.load(w, r, v)
	case "ajouter":
		return t.showEdit(w, r, 0, v)
	}
	return t.examine(w, r, v)
}

// tooLarge is what is said of a form above its limit.
func tooLarge(err error) error {
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		return payout.ErrPaper
	}
	return fault.ErrMalformed
}

// load replaces the lines by those of a file.
func (t town) load(w http.ResponseWriter, r *http.Request, v editView) error {
	file, _, err := r.FormFile("fichier")
	if err == nil {
		var rows []payout.Row
		rows, err = payout.ReadRows(file)
		err = errors.Join(err, file.Close())
		if len(rows) > mostRows {
			err = payout.ErrTooManyLines
		}
		if err == nil && len(rows) > 0 {
			v.Lines = nil
			for _, row := range rows {
				v.Lines = append(v.Lines, editedLine{Reference: row.Reference, Number: row.Holder, Amount: row.Amount})
			}
			return t.examine(w, r, v)
		}
	}
	key := "town-edit.file-bad"
	if errors.Is(err, payout.ErrTooManyLines) {
		key = "town-edit.file-long"
	}
	if v.FileProblem, err = t.Say(r, key); err != nil {
		return err
	}
	return t.showEdit(w, r, http.StatusUnprocessableEntity, v)
}

// input is the batch that lines make.
func (v editView) input(lines []payout.LineInput) payout.DraftInput {
	return payout.DraftInput{Collectivity: v.Town.ID, Period: v.Period, Purpose: payout.Indemnity, Lines: lines}
}

// examine says in place what is wrong, what differs from the month before and
// what would not be paid; where all can be drafted and that was asked for, it is.
func (t town) examine(w http.ResponseWriter, r *http.Request, v editView) error {
	inputs, right, err := t.lineInputs(r, v.Lines)
	if err != nil {
		return err
	}
	if !right || len(inputs) == 0 {
		v.Empty = len(inputs) == 0
		return t.showEdit(w, r, http.StatusUnprocessableEntity, v)
	}
	in := v.input(inputs)
	list, err := t.approvers(r, v.seat, r.PostFormValue("approbateur"))
	if err != nil {
		return err
	}
	if in.Asked, err = asked(list); err != nil {
		return err
	}
	if r.PostFormValue("acte") == "envoyer" {
		return t.draft(w, r, v, in)
	}
	b, err := t.Payout.Examine(r.Context(), v.Actor, in)
	if err != nil {
		return t.editRefused(w, r, v, err)
	}
	if err := t.compare(r, &v, in, b); err != nil {
		return err
	}
	v.Checked, v.Key = true, t.NewKey()
	return t.showEdit(w, r, 0, v)
}

// draft sends the batch to whoever approves it.
func (t town) draft(w http.ResponseWriter, r *http.Request, v editView, in payout.DraftInput) error {
	b, _, err := t.Payout.Draft(r.Context(), v.Actor, v.Key, in)
	if err != nil {
		return t.editRefused(w, r, v, err)
	}
	http.Redirect(w, r, "/collectivite/versements/"+b.ID.String(), http.StatusSeeOther)
	return nil
}

func (t town) editRefused(w http.ResponseWriter, r *http.Request, v editView, err error) error {
	status, refusal, err := t.Refused(w, r, err)
	if err != nil {
		return err
	}
	v.Refusal, v.Key = refusal, t.NewKey()
	return t.showEdit(w, r, status, v)
}

// compare writes names, problems and differences into the view.
func (t town) compare(r *http.Request, v *editView, in payout.DraftInput, b payout.Batch) error {
	names, err := t.who(r, v.seat)
	if err != nil {
		return err
	}
	before, there, err := t.Payout.Previous(r.Context(), v.Actor, in)
	if err != nil {
		return err
	}
	names.vouch(before)
	for i, l := range b.Lines {
		person, err := names.of(r, l.Holder)
		if err != nil {
			return err
		}
		v.Lines[i].Name, v.Lines[i].Problem = person.Name, string(l.Problem)
		if l.Problem != "" {
			v.Unpaid += l.AmountEUR
		}
	}
	v.Total = b.TotalEUR
	if !there {
		return nil
	}
	v.Before, v.BeforeTotal = before.Period, before.TotalEUR
	for _, c := range payout.Changes(before, b) {
		person, err := names.of(r, c.Holder)
		if err != nil {
			return err
		}
		v.Changes = append(v.Changes, change{c, person})
	}
	return nil
}

// change is how what somebody receives differs from the month before.
type change struct {
	payout.Change
	Who page.Person
}

// State is the shape of the change.
func (c change) State() string {
	switch c.Kind {
	case payout.Added:
		return "info"
	case payout.Removed:
		return "ended"
	}
	return "wait"
}

// editView is a batch of indemnities that is being written.
type editView struct {
	seat
	Period        string
	PeriodProblem string
	FileProblem   string
	Lines         []editedLine
	Empty         bool // it was sent without a line
	Copied        bool
	NothingToCopy bool
	Checked       bool // nothing hinders it from being sent
	Total         money.Amount
	Unpaid        money.Amount // of lines that would be returned now
	Before        string       // month that it is compared with, "" for none
	BeforeTotal   money.Amount
	Changes       []change
	Approvers     []approver
	Key           string
	Refusal       *page.Refusal
}

func (v editView) sheet() page.Sheet { return v.seat.sheet("edit", "town-edit.title", "town-pay", v) }
