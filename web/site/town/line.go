// SPDX-License-Identifier: AGPL-3.0-or-later

package town

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ops/payout"
	"github.com/noria-mlc/noria/web/locale"
	"github.com/noria-mlc/noria/web/page"
	"github.com/noria-mlc/noria/web/problem"
)

// mostRows is how many lines a page can hold; longer batches are sent by the API.
const mostRows = 500

// spareRows is how many empty lines are added at a time.
const spareRows = 5

// editedLine is a line of a batch as it is typed.
type editedLine struct {
	N         int
	Reference string
	Number    string // of the member
	Amount    string
	Name      string // of the member, where it may be shown
	Wrong     [3]string
	Problem   string // why it would not be paid, as payout names it
}

// Blank says that nothing was typed: the line is left out.
func (l editedLine) Blank() bool { return l.Reference == "" && l.Number == "" && l.Amount == "" }

// typedLines reads the lines of a form. Blank ones are left out.
func typedLines(r *http.Request) []editedLine {
	var list []editedLine
	for n := 1; n <= mostRows; n++ {
		at := strconv.Itoa(n)
		if _, there := r.PostForm["ref-"+at]; !there {
			break
		}
		l := editedLine{Reference: strings.TrimSpace(r.PostFormValue("ref-" + at)), Number: strings.TrimSpace(r.PostFormValue("membre-" + at)), Amount: strings.TrimSpace(r.PostFormValue("montant-" + at))}
		if !l.Blank() {
			list = append(list, l)
		}
	}
	return list
}

// numbered gives the lines their places, with spare ones at the end.
func numbered(list []editedLine, spare int) []editedLine {
	for range spare {
		if len(list) < mostRows {
			list = append(list, editedLine{})
		}
	}
	for i := range list {
		list[i].N = i + 1
	}
	return list
}

// lineInputs reads the lines and says in place what is wrong with them. The
// second value says whether all are right.
func (t town) lineInputs(r *http.Request, list []editedLine) ([]payout.LineInput, bool, error) {
	right := true
	inputs := make([]payout.LineInput, 0, len(list))
	for i := range list {
		l := &list[i]
		amount, err := locale.ParseAmount(l.Amount)
		if l.Wrong[2] = locale.AmountAdvice(err, problem.Speaks(r.Context())); err == nil && amount == 0 {
			if l.Wrong[2], err = t.Say(r, "amount.missing"); err != nil {
				return nil, false, err
			}
		}
		for at, missing := range map[int]bool{0: l.Reference == "" || len(l.Reference) > 64, 1: l.Number == "" || len(l.Number) > 64} {
			if !missing {
				continue
			}
			if l.Wrong[at], err = t.Say(r, "town-line."+[2]string{"reference-bad", "member-bad"}[at]); err != nil {
				return nil, false, err
			}
		}
		right = right && l.Wrong == [3]string{}
		inputs = append(inputs, payout.LineInput{Reference: l.Reference, Holder: l.Number, AmountEUR: amount})
	}
	return inputs, right, nil
}

// linesOf are the lines of a batch to start a new one from.
func (t town) linesOf(r *http.Request, b payout.Batch) ([]editedLine, error) {
	var list []editedLine
	for _, l := range b.Lines {
		h, err := t.payee(r, l.Holder)
		if err != nil {
			return nil, err
		}
		number := h.Number
		if number == "" {
			number = l.Holder
		}
		list = append(list, editedLine{Reference: l.Reference, Number: number, Amount: strings.Replace(l.AmountEUR.Format(), ".", ",", 1)})
	}
	return list, nil
}

// payee reads a holder by what a line says, a zero holder where it names nobody.
func (t town) payee(r *http.Request, text string) (ledger.Holder, error) {
	var id ident.Holder
	if id.UnmarshalText([]byte(text)) != nil || id.IsZero() {
		return ledger.Holder{}, nil
	}
	h, err := t.Ledger.Holder(r.Context(), id)
	if f := fault.As(err); f != nil {
		return ledger.Holder{}, nil
	}
	return h, err
}

// who names the payees of a batch: professionals and associations, and the
// officials who gave this collectivité their choice, by their ids. Of others the
// number is all that a collectivité learns (D1, D2).
type who struct {
	t         town
	officials map[string]bool
}

func (t town) who(r *http.Request, s seat) (who, error) {
	w := who{t, map[string]bool{}}
	if !prepares(s.Actor) {
		return w, nil
	}
	list, err := t.Payout.Instructions(r.Context(), s.Actor, s.Town.ID)
	for _, i := range list {
		w.officials[i.Official.String()] = true
	}
	return w, err
}

// vouch adds the officials of a batch: a line of an indemnity that can be paid
// proves that its official chose it.
func (w who) vouch(b payout.Batch) {
	for _, l := range b.Lines {
		switch l.Problem {
		case "", payout.AboveInstruction, payout.AlreadyPaid:
			w.officials[l.Holder] = w.officials[l.Holder] || b.Purpose == payout.Indemnity
		}
	}
}

// of is the name to show, and the number, of whom a line is for.
func (w who) of(r *http.Request, holder string) (page.Person, error) {
	h, err := w.t.payee(r, holder)
	switch {
	case err != nil || h.ID.IsZero():
		return page.Person{Number: holder}, err
	case h.Kind != ledger.Individual || w.officials[holder]:
		return page.Person{Name: h.Name, Number: h.Number}, nil
	}
	return page.Person{Number: h.Number}, nil
}
