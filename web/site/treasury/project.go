// SPDX-License-Identifier: AGPL-3.0-or-later

package treasury

import (
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/civil"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/money"
	"github.com/noria-mlc/noria/ops/project"
	"github.com/noria-mlc/noria/web/page"
	"github.com/noria-mlc/noria/web/site"
)

// projectsPath is the address of the register of projects.
const projectsPath = "/tresorerie/projets"

// projectsView is the register, and the form that adds to it.
type projectsView struct {
	Rows    []projectRow
	Form    projectForm
	Refusal *page.Refusal
	Status  int
}

// projectRow is one project as it stands.
type projectRow struct {
	Path, Name, Commune, About, Link, Host string
	Year                                   int
	Amount                                 money.Amount
}

// projectView is the page of one project.
type projectView struct {
	Path        string
	Now         projectRow // as it stands
	Changed     bool       // somebody else changed it while this was typed
	Form        projectForm
	WithdrawKey string
	Refusal     *page.Refusal
	Status      int
}

// projectForm is a project as it is typed. It is posted with "nom", "commune",
// "annee", "montant", "lien", "phrase", "revision" where it changes one, and "cle".
type projectForm struct {
	Key, Revision                                              string
	Name, Commune, Year, Amount, Link, About                   string
	NameBad, CommuneBad, YearBad, AmountBad, LinkBad, AboutBad string
}

// wrong says whether anything typed cannot be used.
func (f projectForm) wrong() bool {
	return f.NameBad+f.CommuneBad+f.YearBad+f.AmountBad+f.LinkBad+f.AboutBad != ""
}

func (v projectsView) sheet(tabs []page.Tab) page.Sheet {
	return page.Sheet{Template: "treasury/projects", Title: "tab.treasury-projects", Section: "treasury", Tabs: tabs, Class: "treasury", View: v}
}

func (v projectView) sheet(tabs []page.Tab) page.Sheet {
	return page.Sheet{Template: "treasury/project", Title: "projects.one", Section: "treasury", Tabs: tabs, Class: "treasury", View: v}
}

// register returns the pages of whoever keeps the register, or ErrForbidden.
// Everybody else reads it beside the public fund.
func (t treasury) register(r *http.Request) ([]page.Tab, error) {
	a, tabs, err := t.visit(r, "projects")
	if err == nil && !may(a, access.ProjectAdd) {
		err = access.ErrForbidden
	}
	return tabs, err
}

func rowOf(p project.Project) projectRow {
	row := projectRow{Path: projectsPath + "/" + p.ID.String(), Name: p.Name, Commune: p.Commune, About: p.About, Link: p.Link, Year: p.Year, Amount: p.Amount}
	if u, err := url.Parse(p.Link); err == nil {
		row.Host = u.Host
	}
	return row
}

func (t treasury) projects(w http.ResponseWriter, r *http.Request) error {
	return t.showProjects(w, r, projectsView{})
}

func (t treasury) showProjects(w http.ResponseWriter, r *http.Request, v projectsView) error {
	tabs, err := t.register(r)
	if err != nil {
		return err
	}
	all, err := t.Project.All(r.Context())
	if err != nil {
		return err
	}
	for _, p := range all {
		v.Rows = append(v.Rows, rowOf(p))
	}
	if v.Form.Key == "" {
		v.Form.Key = t.NewKey()
	}
	return t.Show(w, r, v.Status, v.sheet(tabs))
}

// projectTyped reads the form, and says beside each field what is wrong with it.
func (t treasury) projectTyped(r *http.Request) (projectForm, project.Terms, error) {
	f := projectForm{Key: site.FormKey(r), Revision: r.PostFormValue("revision"), Name: r.PostFormValue("nom"), Commune: r.PostFormValue("commune"), Year: r.PostFormValue("annee"),
		Amount: r.PostFormValue("montant"), Link: r.PostFormValue("lien"), About: r.PostFormValue("phrase")}
	in := project.Terms{Name: strings.TrimSpace(f.Name), Commune: strings.TrimSpace(f.Commune), Link: strings.TrimSpace(f.Link), About: strings.TrimSpace(f.About)}
	var err error
	if in.Year, err = strconv.Atoi(strings.TrimSpace(f.Year)); err != nil {
		in.Year = 0 // no year of the register
	}
	if in.Amount, f.AmountBad, err = t.Amount(r, "montant"); err != nil {
		return f, in, err
	}
	bad := make(map[string]bool)
	points(in.Check(civil.Of(t.Now())), bad)
	err = t.tell(r, bad, map[string]beside{"/name": {&f.NameBad, "projects.text-bad"}, "/commune": {&f.CommuneBad, "projects.text-bad"}, "/year": {&f.YearBad, "projects.year-bad"},
		"/amount_eur": {&f.AmountBad, "projects.amount-bad"}, "/link": {&f.LinkBad, "projects.link-bad"}, "/about": {&f.AboutBad, "projects.about-bad"}})
	return f, in, err
}

// addProject writes a project into the register.
func (t treasury) addProject(w http.ResponseWriter, r *http.Request) error {
	if _, err := t.register(r); err != nil {
		return err
	}
	f, in, err := t.projectTyped(r)
	if err != nil {
		return err
	}
	v := projectsView{Form: f}
	if f.wrong() {
		v.Status = http.StatusUnprocessableEntity
		return t.showProjects(w, r, v)
	}
	a, err := t.Proven(r)
	if err == nil {
		_, _, err = t.Project.Add(r.Context(), a, f.Key, in)
	}
	return t.Concluded(w, r, err, projectsPath, projectsPath, func(status int, refusal *page.Refusal) error {
		v.Status, v.Refusal = status, refusal
		return t.showProjects(w, r, v)
	})
}

// projectAt reads the project of the path. It returns ErrMissing.
func (t treasury) projectAt(r *http.Request) (project.ID, error) {
	var id project.ID
	if id.UnmarshalText([]byte(r.PathValue("id"))) != nil {
		return id, fault.ErrMissing
	}
	return id, nil
}

func (t treasury) project(w http.ResponseWriter, r *http.Request) error {
	if _, err := t.register(r); err != nil {
		return err
	}
	id, err := t.projectAt(r)
	if err != nil {
		return err
	}
	return t.showProject(w, r, id, projectView{})
}

func (t treasury) showProject(w http.ResponseWriter, r *http.Request, id project.ID, v projectView) error {
	tabs, err := t.register(r)
	if err != nil {
		return err
	}
	p, err := t.Project.Of(r.Context(), id)
	if err != nil {
		return err
	}
	v.Now, v.WithdrawKey = rowOf(p), t.NewKey()
	v.Path = v.Now.Path
	if v.Form.Key == "" {
		v.Form = projectForm{Key: t.NewKey(), Revision: strconv.FormatInt(p.Revision, 10), Name: p.Name, Commune: p.Commune, Year: strconv.Itoa(p.Year),
			Amount: typedAmount(p.Amount), Link: p.Link, About: p.About}
	}
	if v.Changed { // whoever reads on has now seen what stands
		v.Form.Key, v.Form.Revision = t.NewKey(), strconv.FormatInt(p.Revision, 10)
	}
	return t.Show(w, r, v.Status, v.sheet(tabs))
}

// changeProject replaces what is told about a project. Where somebody else changed
// it in between, what was typed stays in the form, beside what stands now.
func (t treasury) changeProject(w http.ResponseWriter, r *http.Request) error {
	if _, err := t.register(r); err != nil {
		return err
	}
	id, err := t.projectAt(r)
	if err != nil {
		return err
	}
	f, in, err := t.projectTyped(r)
	if err != nil {
		return err
	}
	v := projectView{Form: f}
	if f.wrong() {
		v.Status = http.StatusUnprocessableEntity
		return t.againProject(w, r, id, v)
	}
	revision, err := strconv.ParseInt(f.Revision, 10, 64)
	if err != nil {
		revision = 0 // nobody has seen that one: it is refused as changed
	}
	a, err := t.Proven(r)
	if err == nil {
		_, _, err = t.Project.Change(r.Context(), a, f.Key, project.ChangeInput{Project: id, Revision: revision, Terms: in})
	}
	v.Changed = errors.Is(err, project.ErrChanged)
	return t.Concluded(w, r, err, projectsPath, projectsPath+"/"+id.String(), func(status int, refusal *page.Refusal) error {
		v.Status, v.Refusal = status, refusal
		return t.againProject(w, r, id, v)
	})
}

// againProject shows the form of a project with what was typed. Where the project
// was withdrawn in between, what was typed is offered as a new one.
func (t treasury) againProject(w http.ResponseWriter, r *http.Request, id project.ID, v projectView) error {
	_, err := t.Project.Of(r.Context(), id)
	if errors.Is(err, fault.ErrMissing) && v.Changed {
		v.Form.Key, v.Form.Revision = t.NewKey(), ""
		return t.showProjects(w, r, projectsView{Form: v.Form, Refusal: v.Refusal, Status: v.Status})
	}
	return t.showProject(w, r, id, v)
}

// withdrawProject takes a project off the register.
func (t treasury) withdrawProject(w http.ResponseWriter, r *http.Request) error {
	if _, err := t.register(r); err != nil {
		return err
	}
	id, err := t.projectAt(r)
	if err != nil {
		return err
	}
	a, err := t.Proven(r)
	if err == nil {
		_, err = t.Project.Withdraw(r.Context(), a, site.FormKey(r), id)
	}
	return t.Concluded(w, r, err, projectsPath, projectsPath+"/"+id.String(), func(status int, refusal *page.Refusal) error {
		return t.showProjects(w, r, projectsView{Refusal: refusal, Status: status})
	})
}
