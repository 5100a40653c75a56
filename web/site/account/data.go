// SPDX-License-Identifier: AGPL-3.0-or-later

package account

import (
	"bytes"
	"net/http"
	"time"

	"github.com/noria-mlc/noria/web/api"
	"github.com/noria-mlc/noria/web/page"
	"github.com/noria-mlc/noria/web/people"
	"github.com/noria-mlc/noria/web/site"
)

// looksView is who of the staff looked at one's account (D8).
type looksView struct{ Looks []people.Look }

func (v looksView) sheet() page.Sheet {
	return page.Sheet{Template: "account/looks", Title: "look.title", Section: "account", Class: "account", View: v}
}

func (p account) looks(w http.ResponseWriter, r *http.Request) error {
	a, err := site.Actor(r)
	if err != nil {
		return err
	}
	list, err := p.People.LooksAt(r.Context(), a, a.Holder)
	if err != nil {
		return err
	}
	return p.Show(w, r, 0, looksView{list}.sheet())
}

// dataView is one's own data to take along (D7), and the wish to be forgotten (D6).
type dataView struct {
	Status  int
	Key     string
	Prove   string // where to prove who one is before the archive is given out, "" where that was lately
	Erasure string // id of the wish that waits, "" for none
	Due     time.Time
	Refusal *page.Refusal
}

func (v dataView) sheet() page.Sheet {
	return page.Sheet{Template: "account/data", Title: "data.title", Section: "account", Class: "account", View: v}
}

func (p account) data(w http.ResponseWriter, r *http.Request) error {
	return p.showData(w, r, dataView{Key: p.NewKey()})
}

func (p account) showData(w http.ResponseWriter, r *http.Request, v dataView) error {
	a, err := site.Actor(r)
	if err != nil {
		return err
	}
	list, err := p.People.Erasures(r.Context(), a)
	if err != nil {
		return err
	}
	for _, e := range list {
		if e.EndedAt.IsZero() {
			v.Erasure, v.Due = e.ID.String(), e.DueAt
		}
	}
	if v.Prove, err = p.Prove(r, "/compte/donnees"); err != nil {
		return err
	}
	return p.Show(w, r, v.Status, v.sheet())
}

// archive sends all that the book knows of whoever asks, once they have proved who
// they are: it is more than any page shows at once.
func (p account) archive(w http.ResponseWriter, r *http.Request) error {
	a, err := p.Proven(r)
	if site.ProveFirst(w, r, err, "/compte/donnees") {
		return nil
	}
	if err != nil {
		return err
	}
	c, err := p.People.Copy(r.Context(), a)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if err := c.Write(&b); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/zip")
	w.Header().Set("Content-Disposition", `attachment; filename="noria-data.zip"`)
	w.Header().Set("Cache-Control", "no-store")
	_, err = w.Write(b.Bytes())
	return err
}

func (p account) erase(w http.ResponseWriter, r *http.Request) error {
	caller, err := api.Caller(r.Context())
	if err != nil {
		return err
	}
	v := dataView{Key: site.FormKey(r)}
	_, _, err = p.People.RequestErasure(r.Context(), caller, v.Key)
	return p.Concluded(w, r, err, "/compte/donnees", "/compte/donnees", func(status int, refusal *page.Refusal) error {
		v.Status, v.Refusal = status, refusal
		return p.showData(w, r, v)
	})
}

func (p account) keep(w http.ResponseWriter, r *http.Request) error {
	a, err := site.Actor(r)
	if err != nil {
		return err
	}
	id, err := pathID[people.ErasureID](r)
	if err != nil {
		return err
	}
	_, err = p.People.CancelErasure(r.Context(), a, site.FormKey(r), id)
	return p.Concluded(w, r, err, "/compte/donnees", "/compte/donnees", func(status int, refusal *page.Refusal) error {
		return p.showData(w, r, dataView{Status: status, Key: p.NewKey(), Refusal: refusal})
	})
}
