// SPDX-License-Identifier: AGPL-3.0-or-later

package town

import (
	"errors"
	"io"
	"net/http"
	"strings"

	"github.com/noria-mlc/noria/ledger/civil"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ops/payout"
	"github.com/noria-mlc/noria/web/page"
	"github.com/noria-mlc/noria/web/site"
)

// behalf shows the form of a payment on behalf of somebody (P6).
func (t town) behalf(w http.ResponseWriter, r *http.Request) error {
	s, err := t.preparer(r)
	if err != nil {
		return err
	}
	return t.showBehalf(w, r, 0, behalfView{seat: s, Key: t.NewKey()})
}

func (t town) showBehalf(w http.ResponseWriter, r *http.Request, status int, v behalfView) error {
	var err error
	if v.Approvers, err = t.approvers(r, v.seat, r.PostFormValue("approbateur")); err != nil {
		return err
	}
	return t.Show(w, r, status, v.sheet())
}

// paidFor drafts a batch of one line with its paper.
func (t town) paidFor(w http.ResponseWriter, r *http.Request) error {
	s, err := t.preparer(r)
	if err != nil {
		return err
	}
	if err := r.ParseMultipartForm(payout.MaxPaper); err != nil && !errors.Is(err, http.ErrNotMultipart) {
		return tooLarge(err)
	}
	v := behalfView{seat: s, Subsidy: r.PostFormValue("objet") == string(payout.Subsidy), Number: strings.TrimSpace(r.PostFormValue("beneficiaire")),
		Reference: strings.TrimSpace(r.PostFormValue("piece")), Amount: r.PostFormValue("montant"), Key: site.FormKey(r)}
	in, right, err := t.oneLine(r, &v)
	if err != nil {
		return err
	}
	if !right {
		return t.showBehalf(w, r, http.StatusUnprocessableEntity, v)
	}
	b, _, err := t.Payout.Draft(r.Context(), s.Actor, v.Key, in)
	if errors.Is(err, payout.ErrPaper) {
		if v.PaperProblem, err = t.Say(r, "town-behalf.paper-bad"); err != nil {
			return err
		}
		return t.showBehalf(w, r, http.StatusUnprocessableEntity, v)
	}
	if err != nil {
		status, refusal, err := t.Refused(w, r, err)
		if err != nil {
			return err
		}
		v.Refusal, v.Key = refusal, t.NewKey()
		return t.showBehalf(w, r, status, v)
	}
	http.Redirect(w, r, "/collectivite/versements/"+b.ID.String(), http.StatusSeeOther)
	return nil
}

// oneLine reads the form and says in place what is wrong.
func (t town) oneLine(r *http.Request, v *behalfView) (payout.DraftInput, bool, error) {
	in := payout.DraftInput{Collectivity: v.Town.ID, Period: civil.Of(t.Now()).Month(), Purpose: payout.Invoice}
	if v.Subsidy {
		in.Purpose = payout.Subsidy
	}
	amount, problem, err := t.Amount(r, "montant")
	if err != nil {
		return in, false, err
	}
	v.AmountProblem = problem
	if v.Reference == "" || len(v.Reference) > 64 {
		if v.ReferenceProblem, err = t.Say(r, "town-behalf.reference-bad"); err != nil {
			return in, false, err
		}
	}
	if err := t.someone(r, v); err != nil {
		return in, false, err
	}
	list, err := t.approvers(r, v.seat, r.PostFormValue("approbateur"))
	if err != nil {
		return in, false, err
	}
	if in.Asked, err = asked(list); err != nil {
		return in, false, err
	}
	if in.Paper, err = upload(r, "pdf"); err != nil {
		return in, false, err
	}
	if len(in.Paper) == 0 && !v.Subsidy {
		if v.PaperProblem, err = t.Say(r, "town-behalf.paper-missing"); err != nil {
			return in, false, err
		}
	}
	in.Lines = []payout.LineInput{{Reference: v.Reference, Holder: v.Number, AmountEUR: amount}}
	return in, v.AmountProblem+v.ReferenceProblem+v.NumberProblem+v.PaperProblem == "", nil
}

// someone says in place where the number is nobody's: a payment with one line
// that goes back would serve nobody.
func (t town) someone(r *http.Request, v *behalfView) error {
	_, err := t.Ledger.HolderByNumber(r.Context(), v.Number)
	if errors.Is(err, fault.ErrMissing) {
		v.NumberProblem, err = t.Say(r, "town-behalf.payee-bad")
	}
	return err
}

// upload reads a file of a form, nothing where none was chosen. Its name is not
// looked at.
func upload(r *http.Request, field string) ([]byte, error) {
	file, _, err := r.FormFile(field)
	if errors.Is(err, http.ErrMissingFile) || errors.Is(err, http.ErrNotMultipart) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	content, err := io.ReadAll(io.LimitReader(file, payout.MaxPaper+1))
	return content, errors.Join(err, file.Close())
}

// behalfView is the form of a payment on behalf of somebody.
type behalfView struct {
	seat
	Subsidy          bool
	Number           string
	NumberProblem    string
	Reference        string
	ReferenceProblem string
	Amount           string
	AmountProblem    string
	PaperProblem     string
	Approvers        []approver
	Key              string
	Refusal          *page.Refusal
}

func (v behalfView) sheet() page.Sheet {
	return v.seat.sheet("behalf", "town-behalf.title", "town-behalf", v)
}
