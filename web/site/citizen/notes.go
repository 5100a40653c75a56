// SPDX-License-Identifier: AGPL-3.0-or-later

package citizen

import (
	"errors"
	"net/http"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/conversion/paper"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/web/api"
	"github.com/noria-mlc/noria/web/confirm"
	"github.com/noria-mlc/noria/web/page"
	"github.com/noria-mlc/noria/web/site"
)

// notesPage is how many withdrawals of notes a page lists.
const notesPage = 20

// drawer is whoever may have digital units held for notes.
func (c citizen) drawer(r *http.Request) (owner, error) {
	o, err := c.owner(r)
	if err == nil {
		err = access.Allow(o.Actor, access.PaperAsk, o.ID)
	}
	return o, err
}

// notes shows the form that asks for notes, and what was asked for before.
func (c citizen) notes(w http.ResponseWriter, r *http.Request) error {
	o, err := c.drawer(r)
	if err != nil {
		return err
	}
	return c.showNotes(w, r, 0, o, notesView{})
}

func (c citizen) showNotes(w http.ResponseWriter, r *http.Request, status int, o owner, v notesView) error {
	var before paper.MoveID
	if text := r.URL.Query().Get("avant"); text != "" && before.UnmarshalText([]byte(text)) != nil {
		return fault.ErrMissing
	}
	desks, err := c.desks(r)
	if err != nil {
		return err
	}
	v.Desks = desks
	if v.Pieces == nil {
		if v.Pieces, err = c.pieces(r, o); err != nil {
			return err
		}
	}
	found, err := c.Paper.Asked(r.Context(), o.Actor, o.ID, before, notesPage+1)
	if err != nil {
		return err
	}
	if len(found) > notesPage {
		found = found[:notesPage]
		v.Older = found[notesPage-1].ID.String()
	}
	for _, m := range found {
		v.Asked = append(v.Asked, withdrawalOf(m, desks))
	}
	held, err := c.Ledger.Holding(r.Context(), o.ID)
	if err != nil {
		return err
	}
	if v.Available = held.Available; v.Key == "" {
		v.Key = c.NewKey()
	}
	return c.present(w, r, status, o, "notes", v.sheet())
}

// desks are the exchange desks of the currency.
func (c citizen) desks(r *http.Request) ([]conversion.Desk, error) {
	k, err := c.Conversion.Currency(r.Context())
	return k.Desks, err
}

// pieces are the kinds of notes that can be asked for, as they were typed.
func (c citizen) pieces(r *http.Request, o owner) ([]site.NoteField, error) {
	kinds, err := c.Paper.Offered(r.Context(), o.Actor, o.ID)
	return site.NoteFields(r, kinds), err
}

// askNotes makes the intent of the notes that were typed; nothing moves. Its page
// shows them and the desk, and asks for the confirmation.
func (c citizen) askNotes(w http.ResponseWriter, r *http.Request) error {
	o, err := c.drawer(r)
	if err != nil {
		return err
	}
	v := notesView{Key: site.FormKey(r), Desk: r.PostFormValue("comptoir")}
	if v.Pieces, err = c.pieces(r, o); err != nil {
		return err
	}
	lines, wrong := site.Bundles(v.Pieces)
	if v.None = !wrong && len(lines) == 0; wrong || v.None {
		return c.showNotes(w, r, http.StatusUnprocessableEntity, o, v)
	}
	p, err := api.Present(r.Context())
	if err != nil {
		return err
	}
	i, _, err := c.Confirm.Prepare(r.Context(), p, v.Key, confirm.Wish{Kind: confirm.Notes, From: o.Wallet, Notes: &confirm.Asked{Desk: v.Desk, Lines: lines}})
	if err == nil {
		http.Redirect(w, r, "/payer/confirmation/"+i.Intent.String(), http.StatusSeeOther)
		return nil
	}
	if points(err, "/notes/desk") {
		v.NoDesk = true
		return c.showNotes(w, r, http.StatusUnprocessableEntity, o, v)
	}
	status, refusal, err := c.Refused(w, r, err)
	if err != nil {
		return err
	}
	v.Refusal, v.Key = refusal, c.NewKey() // what is corrected is another wish
	return c.showNotes(w, r, status, o, v)
}

// drawn reads the withdrawal of the path, which must be the visitor's own: others'
// and those that do not exist are missing alike (rule D2).
func (c citizen) drawn(r *http.Request) (owner, paper.Move, error) {
	o, err := c.drawer(r)
	if err != nil {
		return o, paper.Move{}, err
	}
	var id paper.MoveID
	if id.UnmarshalText([]byte(r.PathValue("id"))) != nil || id.IsZero() {
		return o, paper.Move{}, fault.ErrMissing
	}
	m, err := c.Paper.Move(r.Context(), o.Actor, id)
	if errors.Is(err, access.ErrForbidden) || err == nil && (m.Kind != paper.Withdrawal || m.Holder != o.ID) {
		err = fault.ErrMissing
	}
	return o, m, err
}

// note shows one withdrawal: what to fetch, where, and how far it is.
func (c citizen) note(w http.ResponseWriter, r *http.Request) error {
	o, m, err := c.drawn(r)
	if err != nil {
		return err
	}
	return c.showNote(w, r, 0, o, m, nil)
}

func (c citizen) showNote(w http.ResponseWriter, r *http.Request, status int, o owner, m paper.Move, refusal *page.Refusal) error {
	desks, err := c.desks(r)
	if err != nil {
		return err
	}
	h, err := c.Ledger.Holder(r.Context(), o.ID)
	if err != nil {
		return err
	}
	v := noteView{withdrawal: withdrawalOf(m, desks), Number: h.Number, Key: c.NewKey(), Refusal: refusal}
	return c.present(w, r, status, o, "notes", v.sheet())
}

// renounce gives the units of a withdrawal back, as long as no desk handed its
// notes over.
func (c citizen) renounce(w http.ResponseWriter, r *http.Request) error {
	o, m, err := c.drawn(r)
	if err != nil {
		return err
	}
	_, _, err = c.Paper.Renounce(r.Context(), o.Actor, site.FormKey(r), m.ID)
	if err == nil {
		http.Redirect(w, r, "/billets/"+m.ID.String(), http.StatusSeeOther)
		return nil
	}
	status, refusal, err := c.Refused(w, r, err)
	if err != nil {
		return err
	}
	if m, err = c.Paper.Move(r.Context(), o.Actor, m.ID); err != nil {
		return err
	}
	return c.showNote(w, r, status, o, m, refusal)
}
