// SPDX-License-Identifier: AGPL-3.0-or-later

package audit

import (
	"encoding/hex"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/civil"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
)

// shown is how many rows a list of this room shows.
const shown = 30

// journalView is a page of the journal, or of one account.
type journalView struct {
	Kind, From, Until string // asked for
	Member            string // number that was asked for
	MemberBad         bool   // nobody has it
	Account           *account
	Entries           []entryRow
	Movements         []movementRow
	Older, Newer      string // addresses, "" for none
}

// movementRow is a movement of one account.
type movementRow struct {
	Path            string // of its entry
	Seq             int64
	Kind            string
	At              time.Time
	Other           account
	Amount, Balance money.Amount
}

// Kinds are those to choose from.
func (journalView) Kinds() []string {
	var kinds []string
	for _, k := range []ledger.Kind{ledger.KindConversion, ledger.KindPayment, ledger.KindRefund, ledger.KindReservation, ledger.KindRelease,
		ledger.KindRedemption, ledger.KindFunding, ledger.KindPayout, ledger.KindReturn, ledger.KindTransfer, ledger.KindExchange, ledger.KindReversal,
		ledger.KindPledge, ledger.KindUnspent, ledger.KindChargeback, ledger.KindRecovery, ledger.KindWaiver, ledger.KindDues, ledger.KindGift, ledger.KindFonte} {
		kinds = append(kinds, string(k))
	}
	return kinds
}

func (c control) journal(w http.ResponseWriter, r *http.Request) error {
	a, tabs, err := c.visit(r, "journal")
	if err != nil {
		return err
	}
	q := r.URL.Query()
	v := journalView{Kind: q.Get("genre"), From: q.Get("du"), Until: q.Get("au"), Member: q.Get("titulaire")}
	code := ledger.Account(q.Get("compte"))
	if v.Member != "" {
		h, err := c.Ledger.HolderByNumber(r.Context(), v.Member)
		switch {
		case err == nil:
			code = ledger.Wallet(h.ID)
		case fault.As(err) != nil:
			v.MemberBad = true
		default:
			return err
		}
	}
	if code != "" {
		err = c.movements(r, a, code, &v)
	} else {
		err = c.entries(r, a, &v)
	}
	if err != nil {
		return err
	}
	return c.Show(w, r, 0, sheet("journal", "tab.audit-journal", tabs, v))
}

// movements fills the page of one account.
func (c control) movements(r *http.Request, a access.Actor, code ledger.Account, v *journalView) error {
	q := r.URL.Query()
	before, err := cursor(q, "avant")
	if err != nil {
		return err
	}
	list, err := c.book.Account(r.Context(), a, code, before, shown)
	if err != nil {
		return err
	}
	of, err := c.account(r.Context(), code)
	if err != nil {
		return err
	}
	v.Account = &of
	for _, m := range list {
		row := movementRow{Path: "/controle/ecritures/" + m.Entry.String(), Seq: m.Seq, Kind: string(m.Kind), At: m.At, Amount: m.Amount, Balance: m.Balance}
		if row.Other, err = c.account(r.Context(), m.Counterparty); err != nil {
			return err
		}
		v.Movements = append(v.Movements, row)
	}
	if len(list) == shown {
		v.Older = paged(r, "avant", list[shown-1].Posting)
	}
	if before > 0 {
		v.Newer = of.Path() // a statement is walked backwards only: to its beginning
	}
	return nil
}

// entries fills a page of the whole journal.
func (c control) entries(r *http.Request, a access.Actor, v *journalView) error {
	span, err := spanOf(r)
	if err != nil {
		return err
	}
	if v.Kind != "" && !slices.Contains(v.Kinds(), v.Kind) {
		return fault.ErrInvalid.At("query/genre", "must be a kind of entry")
	}
	list, edges, err := c.book.Entries(r.Context(), a, ledger.EntryFilter{Span: span, Kind: ledger.Kind(v.Kind)})
	if err != nil {
		return err
	}
	v.Older, v.Newer = edged(r, edges)
	v.Entries, err = c.entryRows(r.Context(), list)
	return err
}

// spanOf reads the bounds of a list: "du" and "au" are days in Paris, both
// included, "avant" and "apres" cursors.
func spanOf(r *http.Request) (ledger.Span, error) {
	q := r.URL.Query()
	s := ledger.Span{Limit: shown}
	var err error
	if s.Before, err = cursor(q, "avant"); err != nil {
		return s, err
	}
	if s.After, err = cursor(q, "apres"); err != nil {
		return s, err
	}
	if text := q.Get("du"); text != "" {
		day, err := civil.Parse(text)
		if err != nil {
			return s, fault.ErrInvalid.At("query/du", "must be a day")
		}
		s.From = day.Start()
	}
	if text := q.Get("au"); text != "" {
		day, err := civil.Parse(text)
		if err != nil {
			return s, fault.ErrInvalid.At("query/au", "must be a day")
		}
		s.Until = day.End()
	}
	return s, nil
}

func cursor(q url.Values, name string) (int64, error) {
	if q.Get(name) == "" {
		return 0, nil
	}
	n, err := strconv.ParseInt(q.Get(name), 10, 64)
	if err != nil || n < 1 {
		return 0, ledger.ErrCursor
	}
	return n, nil
}

// paged is the address of the same list from a cursor on.
func paged(r *http.Request, name string, n int64) string {
	q := r.URL.Query()
	q.Del("avant")
	q.Del("apres")
	q.Set(name, strconv.FormatInt(n, 10))
	return r.URL.Path + "?" + q.Encode()
}

// edged gives the addresses of the pages beside one.
func edged(r *http.Request, e ledger.Edges) (string, string) {
	older, newer := "", ""
	if e.Older > 0 {
		older = paged(r, "avant", e.Older)
	}
	if e.Newer > 0 {
		newer = paged(r, "apres", e.Newer)
	}
	return older, newer
}

// entryView is one entry with the proof of its hash.
type entryView struct {
	Entry              entryRow
	Maker              commandRow
	Previous, Computed string
	Holds              bool
	Later              []entryRow // what corrects it or gives it back
}

func (c control) entry(w http.ResponseWriter, r *http.Request) error {
	a, tabs, err := c.visit(r, "journal")
	if err != nil {
		return err
	}
	var at ident.Entry
	if err := at.UnmarshalText([]byte(r.PathValue("id"))); err != nil || at.IsZero() {
		return fault.ErrMissing
	}
	p, later, err := c.book.Entry(r.Context(), a, at)
	if err != nil {
		return err
	}
	v := entryView{Previous: hex.EncodeToString(p.Previous[:]), Computed: hex.EncodeToString(p.Computed[:]), Holds: p.Holds()}
	if v.Entry, err = c.entryRow(r.Context(), p.Entry); err != nil {
		return err
	}
	makers, err := c.commandRows(r.Context(), []ledger.Record{p.Maker})
	if err != nil {
		return err
	}
	v.Maker = makers[0]
	if v.Later, err = c.entryRows(r.Context(), later); err != nil {
		return err
	}
	return c.Show(w, r, 0, sheet("entry", "audit.entry-page", tabs, v))
}

// commandsView is a page of the audit trail.
type commandsView struct {
	Action, From, Until string // asked for
	Rows                []commandRow
	Older, Newer        string
}

// Actions are those to choose from.
func (commandsView) Actions() []string {
	var list []string
	for _, a := range access.Actions() {
		list = append(list, string(a))
	}
	return list
}

func (c control) commands(w http.ResponseWriter, r *http.Request) error {
	a, tabs, err := c.visit(r, "commands")
	if err != nil {
		return err
	}
	q := r.URL.Query()
	v := commandsView{Action: q.Get("action"), From: q.Get("du"), Until: q.Get("au")}
	span, err := spanOf(r)
	if err != nil {
		return err
	}
	if v.Action != "" && !slices.Contains(v.Actions(), v.Action) {
		return fault.ErrInvalid.At("query/action", "must be an action")
	}
	list, edges, err := c.book.Commands(r.Context(), a, ledger.RecordFilter{Span: span, Action: access.Action(v.Action)})
	if err != nil {
		return err
	}
	v.Older, v.Newer = edged(r, edges)
	if v.Rows, err = c.commandRows(r.Context(), list); err != nil {
		return err
	}
	return c.Show(w, r, 0, sheet("commands", "tab.audit-commands", tabs, v))
}

// commandView is one command and what it booked.
type commandView struct {
	Command commandRow
	Entries []entryRow
}

func (c control) command(w http.ResponseWriter, r *http.Request) error {
	a, tabs, err := c.visit(r, "commands")
	if err != nil {
		return err
	}
	n, err := strconv.ParseInt(r.PathValue("numero"), 10, 64)
	if err != nil {
		return fault.ErrMissing
	}
	record, made, err := c.book.Command(r.Context(), a, n)
	if err != nil {
		return err
	}
	rows, err := c.commandRows(r.Context(), []ledger.Record{record})
	if err != nil {
		return err
	}
	v := commandView{Command: rows[0]}
	if v.Entries, err = c.entryRows(r.Context(), made); err != nil {
		return err
	}
	return c.Show(w, r, 0, sheet("command", "audit.command-page", tabs, v))
}
