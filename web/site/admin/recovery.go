// SPDX-License-Identifier: AGPL-3.0-or-later

package admin

import (
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/web/page"
	"github.com/noria-mlc/noria/web/people"
	"github.com/noria-mlc/noria/web/site"
)

// recoveriesView is the recoveries under way, for volunteers and administrators, and
// the form that opens one.
type recoveriesView struct {
	Status        int
	Cases         []caseRow
	Opens         bool // the visitor may open and approve, and not only read
	Key           string
	Member        string
	MemberProblem string
	Reason        string
	ReasonProblem string
	ByHand        bool
	Code          string    // to hand over, shown once
	CodeFrom      time.Time // when it holds from
	Sent          bool      // the link went by letter
	Shown         bool      // the code was shown before
	Refusal       *page.Refusal
}

// caseRow is a recovery under way.
type caseRow struct {
	ID, Key            string
	Name, Number       string
	Reason, Way        string
	OpenedBy           string
	OpenedAt, UsableAt time.Time
	Approved           bool
	Own                bool // the visitor opened it, and another person must approve
}

func (v recoveriesView) sheet(tabs []page.Tab) page.Sheet {
	return sheet("recoveries", "tab.office-access", tabs, v)
}

// volunteer returns who asks, with the tabs of an administrator; volunteers of desks
// have those of their own room to go back to.
func (o office) volunteer(r *http.Request) (access.Actor, []page.Tab, error) {
	a, err := site.Actor(r)
	if err != nil {
		return a, nil, err
	}
	if err := access.Allow(a, access.RecoveryRead, ident.Holder{}); err != nil {
		return a, nil, err
	}
	switch {
	case keeps(a):
		return a, tabs("office-access"), nil
	case access.Allow(a, access.ConversionDesk, ident.Holder{}) == nil:
		return a, []page.Tab{{Key: "desk-change", Path: "/comptoir"}, {Key: "office-access", Path: "/administration/acces", Here: true}}, nil
	}
	return a, nil, nil
}

func (o office) recoveries(w http.ResponseWriter, r *http.Request) error {
	return o.showRecoveries(w, r, recoveriesView{Member: r.URL.Query().Get("membre")})
}

func (o office) showRecoveries(w http.ResponseWriter, r *http.Request, v recoveriesView) error {
	a, tabs, err := o.volunteer(r)
	if err != nil {
		return err
	}
	cases, err := o.People.OpenCases(r.Context(), a)
	if err != nil {
		return err
	}
	for _, c := range cases {
		if err := o.People.Looked(r.Context(), a, c.Holder, "recovery"); err != nil {
			return err
		}
		h, err := o.Ledger.Holder(r.Context(), c.Holder)
		if err != nil {
			return err
		}
		by, err := o.Doer(r.Context(), c.OpenedBy)
		if err != nil {
			return err
		}
		v.Cases = append(v.Cases, caseRow{ID: c.ID.String(), Key: o.NewKey(), Name: h.Name, Number: h.Number, Reason: c.Reason, Way: string(c.Way),
			OpenedBy: by.Name, OpenedAt: c.OpenedAt, UsableAt: c.UsableAt, Approved: !c.ApprovedAt.IsZero(), Own: c.OpenedBy == a.ID})
	}
	v.Opens = access.Allow(a, access.RecoveryOpen, ident.Holder{}) == nil
	if v.Key == "" {
		v.Key = o.NewKey()
	}
	return o.Show(w, r, v.Status, v.sheet(tabs))
}

// openCase is the first half: a volunteer checked who somebody is.
func (o office) openCase(w http.ResponseWriter, r *http.Request) error {
	v := recoveriesView{Key: site.FormKey(r), Member: r.PostFormValue("membre"), Reason: r.PostFormValue("motif"), ByHand: r.PostFormValue("moyen") == string(people.ByHand)}
	a, err := o.Proven(r)
	if err == nil {
		err = access.Allow(a, access.RecoveryOpen, ident.Holder{})
	}
	if err == nil {
		var holder ident.Holder
		if holder, err = o.organisation(r, v.Member); err == nil {
			_, _, err = o.People.OpenCase(r.Context(), a, v.Key, people.OpenCaseInput{Holder: holder, Way: people.Way(r.PostFormValue("moyen")), Reason: strings.TrimSpace(v.Reason)})
		}
	}
	return o.Concluded(w, r, err, "/administration/acces", "/administration/acces", func(status int, refusal *page.Refusal) error {
		v.Status, v.Refusal = status, refusal
		wrong, other := o.wrong(r, err, "access.bad-", map[string]string{"/organisation": "member", "/reason": "reason"})
		if other != nil {
			return other
		}
		if v.MemberProblem, v.ReasonProblem = wrong["member"], wrong["reason"]; len(wrong) > 0 {
			v.Refusal = nil
		}
		return o.showRecoveries(w, r, v)
	})
}

// approveCase is the second half, by another volunteer. A code to hand over is shown
// in the answer, once.
func (o office) approveCase(w http.ResponseWriter, r *http.Request) error {
	id, err := pathID[people.CaseID](r, "id")
	if err != nil {
		return err
	}
	a, err := o.Proven(r)
	var made people.Approval
	if err == nil {
		made, _, err = o.People.ApproveCase(r.Context(), a, site.FormKey(r), id)
	}
	if err == nil {
		byMail := made.Case.Way == people.ByMail
		return o.showRecoveries(w, r, recoveriesView{Code: made.Code, CodeFrom: made.Case.UsableAt, Sent: byMail, Shown: made.Code == "" && !byMail})
	}
	return o.Concluded(w, r, err, "", "/administration/acces", func(status int, refusal *page.Refusal) error {
		return o.showRecoveries(w, r, recoveriesView{Status: status, Refusal: refusal})
	})
}

func (o office) cancelCase(w http.ResponseWriter, r *http.Request) error {
	id, err := pathID[people.CaseID](r, "id")
	if err != nil {
		return err
	}
	a, err := o.Proven(r)
	if err == nil {
		_, err = o.People.CancelCase(r.Context(), a, site.FormKey(r), id)
	}
	return o.Concluded(w, r, err, "/administration/acces", "/administration/acces", func(status int, refusal *page.Refusal) error {
		return o.showRecoveries(w, r, recoveriesView{Status: status, Refusal: refusal})
	})
}

// erasuresView is who asked to be forgotten and is not yet.
type erasuresView struct {
	Status  int
	Rows    []erasureRow
	Refusal *page.Refusal
}

// erasureRow is one wish. People are named by their number: they asked to be nobody.
type erasureRow struct {
	ID, Key     string
	Number      string
	RequestedBy string
	At, Due     time.Time
	Own         bool // the visitor asked, and another person must approve
}

func (v erasuresView) sheet(tabs []page.Tab) page.Sheet {
	return sheet("erasures", "tab.office-erasures", tabs, v)
}

func (o office) erasures(w http.ResponseWriter, r *http.Request) error {
	return o.showErasures(w, r, erasuresView{})
}

func (o office) showErasures(w http.ResponseWriter, r *http.Request, v erasuresView) error {
	a, tabs, err := o.visit(r, "office-erasures")
	if err != nil {
		return err
	}
	list, err := o.People.OpenErasures(r.Context(), a)
	if err != nil {
		return err
	}
	for _, e := range list {
		h, err := o.Ledger.Holder(r.Context(), e.Holder)
		if err != nil {
			return err
		}
		row := erasureRow{ID: e.ID.String(), Key: o.NewKey(), Number: h.Number, At: e.RequestedAt, Due: e.DueAt, Own: e.RequestedBy == a.ID}
		if e.RequestedBy != e.User {
			by, err := o.Doer(r.Context(), e.RequestedBy)
			if err != nil {
				return err
			}
			row.RequestedBy = by.Name
		}
		v.Rows = append(v.Rows, row)
	}
	return o.Show(w, r, v.Status, v.sheet(tabs))
}

func (o office) approveErasure(w http.ResponseWriter, r *http.Request) error {
	return o.erasure(w, r, func(a access.Actor, key string, id people.ErasureID) error {
		_, err := o.People.ApproveErasure(r.Context(), a, key, id)
		return err
	})
}

func (o office) cancelErasure(w http.ResponseWriter, r *http.Request) error {
	return o.erasure(w, r, func(a access.Actor, key string, id people.ErasureID) error {
		_, err := o.People.CancelErasure(r.Context(), a, key, id)
		return err
	})
}

func (o office) erasure(w http.ResponseWriter, r *http.Request, do func(access.Actor, string, people.ErasureID) error) error {
	id, err := pathID[people.ErasureID](r, "id")
	if err != nil {
		return err
	}
	a, err := o.Proven(r)
	if err == nil && !keeps(a) {
		err = access.ErrForbidden
	}
	if err == nil {
		err = do(a, site.FormKey(r), id)
	}
	if errors.Is(err, fault.ErrMissing) {
		return err
	}
	return o.Concluded(w, r, err, "/administration/effacements", "/administration/effacements", func(status int, refusal *page.Refusal) error {
		return o.showErasures(w, r, erasuresView{Status: status, Refusal: refusal})
	})
}
