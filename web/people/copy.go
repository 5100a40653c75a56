// SPDX-License-Identifier: AGPL-3.0-or-later

package people

import (
	"archive/zip"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/civil"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
	"github.com/noria-mlc/noria/ops/debit"
	"github.com/noria-mlc/noria/ops/dues"
	"github.com/noria-mlc/noria/ops/fonte"
	"github.com/noria-mlc/noria/ops/gift"
	"github.com/noria-mlc/noria/ops/payout"
	"github.com/noria-mlc/noria/ops/push"
	"github.com/noria-mlc/noria/web/confirm"
	"github.com/noria-mlc/noria/web/identity"
	"github.com/noria-mlc/noria/web/session"
)

// Copy is all that the book knows of a person (D7), without secrets. Amounts are
// units; movements are signed, oldest first, and their sum is the balance.
type Copy struct {
	At          time.Time               `json:"at"` // UTC
	Person      Person                  `json:"person"`
	Balance     money.Amount            `json:"balance"`
	Movements   []Moved                 `json:"movements"`
	Conversions []conversion.Conversion `json:"conversions"`
	Tokens      []session.Token         `json:"tokens"` // and sessions
	Looks       []Look                  `json:"looks"`
	Recoveries  []Case                  `json:"recoveries"`
	Erasures    []Erasure               `json:"erasures"`
	Own                                 // how they sign in, and what they signed
}

// Own is what the book knows of a person beside their movements.
type Own struct {
	Passkeys       []OwnThing                 `json:"passkeys"`
	Identities     []identity.Link            `json:"identities"` // of issuers that vouch for them
	Devices        []OwnThing                 `json:"devices"`    // that confirm by a PIN
	Hints          []OwnThing                 `json:"hints"`      // browsers that hint at credits
	Residence      conversion.Residence       `json:"residence"`
	Instructions   []payout.Instruction       `json:"instructions"`
	Mandates       []debit.Mandate            `json:"mandates"`
	PayoutAccounts []conversion.PayoutAccount `json:"payout_accounts"`
	Dues           []dues.Dues                `json:"dues"`
	Gift           gift.Choice                `json:"gift_choice"`
	Fonte          []fonte.Own                `json:"fonte"`
}

// OwnThing is a passkey or a device of a person.
type OwnThing struct {
	Name      string    `json:"name"`
	CreatedAt time.Time `json:"created_at"`
	UsedAt    time.Time `json:"used_at,omitzero"`
}

// Moved is one movement of the person's wallet.
type Moved struct {
	Seq          int64        `json:"seq"`
	Entry        ident.Entry  `json:"entry"`
	Kind         ledger.Kind  `json:"kind"`
	At           time.Time    `json:"at"`
	BookedOn     civil.Date   `json:"booked_on"`
	Counterparty string       `json:"counterparty"` // display name (D1)
	Amount       money.Amount `json:"amount"`       // signed
	Balance      money.Amount `json:"balance"`      // afterwards
	Message      string       `json:"message"`
	Reference    string       `json:"reference"`
}

// errSums is a broken law: the movements of a wallet are its balance.
var errSums = errors.New("people: the movements do not sum up to the balance")

// Copy collects what the book knows of whoever asks (D7). It returns
// ledger.ErrForbidden, or an error of the engine.
func (s *Service) Copy(ctx context.Context, actor access.Actor) (Copy, error) {
	if err := access.Allow(actor, access.PersonCopy, actor.Holder); err != nil {
		return Copy{}, err
	}
	c := Copy{At: s.Ledger.Now()}
	list, err := s.read(ctx, sqlPerson, actor.ID)
	if err != nil || len(list) == 0 {
		return Copy{}, errors.Join(err, ledger.ErrMissing)
	}
	c.Person = list[0]
	var failed [5]error
	failed[0] = s.movements(ctx, actor.Holder, &c)
	c.Tokens, failed[1] = s.Session.Tokens(ctx, list[0].Actor(), actor.ID)
	c.Looks, failed[2] = s.LooksAt(ctx, actor, actor.Holder)
	c.Recoveries, failed[3] = s.OwnCases(ctx, actor)
	c.Erasures, failed[4] = s.Erasures(ctx, actor)
	if err := errors.Join(failed[:]...); err != nil {
		return Copy{}, err
	}
	for i := range c.Recoveries { // the volunteers are no data of the person
		c.Recoveries[i].OpenedBy, c.Recoveries[i].ApprovedBy = ident.User{}, ident.User{}
	}
	if c.Conversions, err = s.conversions(ctx, list[0]); err != nil {
		return Copy{}, err
	}
	c.Own, err = s.own(ctx, list[0])
	return c, err
}

// own reads how a person signs in, where they live and what they signed: all of it,
// as their own, whatever roles they have now.
func (s *Service) own(ctx context.Context, p Person) (Own, error) {
	keys, err := s.Identity.Keys(ctx, p.ID)
	if err != nil {
		return Own{}, err
	}
	devices, err := confirm.DevicesOf(ctx, s.Ledger, p.ID)
	if err != nil {
		return Own{}, err
	}
	hints, err := push.Of(ctx, s.Ledger.Journal, p.ID)
	if err != nil {
		return Own{}, err
	}
	o := Own{Passkeys: []OwnThing{}, Devices: []OwnThing{}, Hints: []OwnThing{}}
	for _, k := range keys {
		o.Passkeys = append(o.Passkeys, OwnThing{k.Name, k.CreatedAt, k.UsedAt})
	}
	for _, d := range devices {
		o.Devices = append(o.Devices, OwnThing{d.Label, d.CreatedAt, d.UsedAt})
	}
	for _, h := range hints {
		o.Hints = append(o.Hints, OwnThing{Name: h.Label, CreatedAt: h.CreatedAt})
	}
	if o.Identities, err = s.Identity.Links(ctx, p.ID); err != nil {
		return Own{}, err
	}
	if o.Residence, err = s.Conversion.Home(ctx, p.Holder); err != nil {
		return Own{}, err
	}
	if o.Instructions, err = s.Payout.InstructionsOf(ctx, p.Holder); err != nil {
		return Own{}, err
	}
	if o.Mandates, err = debit.MandatesOf(ctx, s.Ledger.Journal, p.Holder); err != nil {
		return Own{}, err
	}
	if o.Dues, err = dues.Of(ctx, s.Ledger.Journal, p.Holder); err != nil {
		return Own{}, err
	}
	if o.Gift, err = gift.Chosen(ctx, s.Ledger.Journal, p.Holder); err != nil {
		return Own{}, err
	}
	if o.Fonte, err = fonte.Of(ctx, s.Ledger.Journal, p.Holder); err != nil {
		return Own{}, err
	}
	o.PayoutAccounts, err = s.Conversion.AccountsOf(ctx, p.Holder)
	return o, err
}

// movements reads a whole statement, oldest first.
func (s *Service) movements(ctx context.Context, holder ident.Holder, c *Copy) error {
	names := make(map[ledger.Account]string)
	c.Movements = []Moved{}
	for before := int64(0); ; {
		page, err := s.Ledger.Statement(ctx, ledger.Wallet(holder), before, 0, 500)
		if err != nil {
			return err
		}
		if len(page) == 0 {
			break
		}
		for _, m := range page {
			name, err := s.name(ctx, names, m.Counterparty)
			if err != nil {
				return err
			}
			c.Movements = append(c.Movements, Moved{m.Seq, m.Entry, m.Kind, m.At, m.BookedOn, name, m.Amount, m.Balance, m.Message, m.Reference})
		}
		before = page[len(page)-1].Posting
	}
	var sum money.Amount
	for _, m := range c.Movements {
		sum += m.Amount
	}
	if len(c.Movements) > 0 {
		c.Balance = c.Movements[0].Balance
	}
	if sum != c.Balance {
		return errSums
	}
	for i, j := 0, len(c.Movements)-1; i < j; i, j = i+1, j-1 {
		c.Movements[i], c.Movements[j] = c.Movements[j], c.Movements[i]
	}
	return nil
}

// name is the display name of the other side of a movement, read once.
func (s *Service) name(ctx context.Context, known map[ledger.Account]string, a ledger.Account) (string, error) {
	if name, ok := known[a]; ok {
		return name, nil
	}
	id, ok := ledger.HolderOf(a)
	if !ok {
		known[a] = ""
		return "", nil
	}
	h, err := s.Ledger.Holder(ctx, id)
	known[a] = h.Name
	return h.Name, err
}

// conversions reads every conversion of a person, newest first.
func (s *Service) conversions(ctx context.Context, p Person) ([]conversion.Conversion, error) {
	all := []conversion.Conversion{}
	if access.Allow(p.Actor(), access.ConversionRead, p.Holder) != nil {
		return all, nil
	}
	var before conversion.ID
	for {
		page, err := s.Conversion.Conversions(ctx, p.Actor(), conversion.ConversionFilter{Holder: p.Holder, Before: before, Limit: 200})
		if err != nil || len(page) == 0 {
			return all, err
		}
		all = append(all, page...)
		before = page[len(page)-1].ID
	}
}

// Write packs a copy: everything as data.json, and the movements, conversions and
// looks as tables. Cells that a spreadsheet would compute are kept as text (ASVS
// 1.2.10).
func (c Copy) Write(w io.Writer) error {
	z := zip.NewWriter(w)
	file, err := z.Create("data.json")
	if err != nil {
		return err
	}
	e := json.NewEncoder(file)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(c); err != nil {
		return err
	}
	movements := [][]string{{"seq", "entry", "kind", "at", "booked_on", "counterparty", "amount", "balance", "message", "reference"}}
	for _, m := range c.Movements {
		movements = append(movements, []string{strconv.FormatInt(m.Seq, 10), m.Entry.String(), string(m.Kind), m.At.Format(time.RFC3339Nano),
			m.BookedOn.String(), guarded(m.Counterparty), m.Amount.Format(), m.Balance.Format(), guarded(m.Message), guarded(m.Reference)})
	}
	conversions := [][]string{{"id", "reference", "status", "euros", "bonus", "created_at"}}
	for _, v := range c.Conversions {
		conversions = append(conversions, []string{v.ID.String(), v.Reference, string(v.Status), v.Euros.Format(), v.Bonus.Format(), v.CreatedAt.Format(time.RFC3339Nano)})
	}
	looks := [][]string{{"at", "role", "what"}}
	for _, l := range c.Looks {
		looks = append(looks, []string{l.At.Format(time.RFC3339Nano), string(l.Role), l.What})
	}
	for _, t := range []struct {
		name string
		rows [][]string
	}{{"movements.csv", movements}, {"conversions.csv", conversions}, {"looks.csv", looks}} {
		file, err := z.Create(t.name)
		if err != nil {
			return err
		}
		if err := csv.NewWriter(file).WriteAll(t.rows); err != nil {
			return err
		}
	}
	return z.Close()
}

// guarded keeps a spreadsheet from computing a text.
func guarded(text string) string {
	if strings.IndexAny(text, "=+-@\t\r") == 0 {
		return "'" + text
	}
	return text
}
