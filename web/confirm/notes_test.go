// SPDX-License-Identifier: AGPL-3.0-or-later

package confirm

import (
	"encoding/json"
	"errors"
	"strings"
	"sync"
	"testing"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/conversion/paper"
	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
	"github.com/noria-mlc/noria/merchant"
)

// printed puts notes of 5.00 and 20.00 into the vault.
func (w *town) printed() {
	w.Helper()
	_, _, err := w.paper.Print(w.Context(), office(), w.nextKey(), paper.PrintInput{Note: "livraison",
		Lines: []paper.Bundle{{Series: "A", Face: 5_00, Quantity: 100, First: 1}, {Series: "A", Face: 20_00, Quantity: 100, First: 1}}})
	w.must(err)
}

// fives is a wish for notes of 5.00 at the desk of the centre.
func fives(quantity int64) Wish {
	return Wish{Kind: Notes, Notes: &Asked{Desk: "centre", Lines: []paper.Bundle{{Series: "A", Face: 5_00, Quantity: quantity}}}}
}

// holds checks what of a holder's units is free.
func (w *town) holds(c *citizen, why string, want money.Amount) {
	w.Helper()
	if got := w.available(c.Actor.Holder); got != want {
		w.Errorf("%s: %s is free, want %s", why, got, want)
	}
}

func TestUnitsAreHeldForTheNotesThatWereShown(t *testing.T) {
	each(t, func(w *town) {
		w.printed()
		c, other := w.withPhone("amina@example.org"), w.withPhone("noe@example.org")
		i := w.prepare(c.Principal, fives(3))
		asked, err := i.Asked()
		if err != nil || i.Amount != 15_00 || i.Name != "Centre" || !i.Payee.IsZero() || asked.Desk != "centre" || len(asked.Lines) != 1 || asked.Lines[0].Quantity != 3 {
			t.Errorf("%+v, %+v, %v", i, asked, err)
		}
		w.holds(c, "nothing moves before", 200_00)
		if _, _, err := w.Confirm(t.Context(), other.Principal, i.Intent, w.signed(c, i)); !errors.Is(err, ledger.ErrForbidden) {
			t.Errorf("somebody else's: %v", err)
		}
		w.untouched("no proof", c.Principal, i, seen(i), ErrEase)
		w.untouched("more notes", c.Principal, i, w.signed(c, w.prepare(c.Principal, fives(4))), ErrProof)
		w.untouched("a payment of as much", c.Principal, i, w.signed(c, w.prepare(c.Principal, w.wish(15_00))), ErrProof)
		a := w.signed(c, i)
		done := w.confirmed(c.Principal, i, a)
		m, err := w.paper.Move(t.Context(), c.Actor, done.Withdrawal())
		if err != nil || m.Kind != paper.Withdrawal || m.Status != paper.Open || m.Amount != 15_00 || m.From != paper.At("centre") || m.Holder != c.Actor.Holder {
			t.Errorf("%+v, %v", m, err)
		}
		if done.Payment() != (merchant.PaymentID{}) || done.Redemption() != (conversion.RedemptionID{}) {
			t.Errorf("it is more than it is: %+v", done)
		}
		w.holds(c, "held once", 185_00)
		again, replayed, err := w.Confirm(t.Context(), c.Principal, i.Intent, a)
		if err != nil || !replayed || again.Withdrawal() != done.Withdrawal() {
			t.Errorf("again: %+v, %v, %v", again, replayed, err)
		}
		w.holds(c, "sent again", 185_00)
		p, err := w.Proof(t.Context(), office(), done.Entry)
		if err != nil || p.Kind != Notes || p.Method != ByPasskey || Verify(p) != nil {
			t.Errorf("%+v, %v", p, err)
		}
		p.Kind = Redemption
		if Verify(p) == nil {
			t.Error("a proof for notes stands for a redemption")
		}
	})
}

func TestAChangedWishForNotesHoldsNothing(t *testing.T) {
	each(t, func(w *town) {
		w.printed()
		c, other := w.withPhone("amina@example.org"), w.withPhone("noe@example.org")
		_, _, err := w.conversion.OpenDesk(t.Context(), office(), w.nextKey(), conversion.OpenDeskInput{Slug: "gare", Name: "Gare"})
		w.must(err)
		elsewhere, err := json.Marshal(Asked{Desk: "gare", Lines: fives(3).Notes.Lines})
		w.must(err)
		for column, value := range map[string]any{"amount": 20_00, "payer": other.Actor.Holder, "payee_name": "Gare", "message": string(elsewhere), "euros": 15_00, "kind": "redemption"} {
			i := w.prepare(c.Principal, fives(3))
			a := w.signed(c, i)
			w.change("UPDATE intents SET "+column+" = $2 WHERE id = $1", i.Intent, value)
			w.untouched(column, c.Principal, i, a, ErrChanged)
		}
		i := w.prepare(c.Principal, fives(3))
		w.change("UPDATE desks SET name = 'Ailleurs' WHERE slug = 'centre'")
		w.untouched("the desk's name", c.Principal, i, w.signed(c, i), ErrChanged)
		i = w.prepare(c.Principal, fives(3))
		a := w.signed(c, i)
		w.pass(lifetime)
		w.untouched("after five minutes", c.Principal, i, a, ErrExpired)
		w.holds(c, "after all that", 200_00)
	})
}

// TestManyConfirmNotesAtOnce clicks twice, and in two tabs: units are held once.
func TestManyConfirmNotesAtOnce(t *testing.T) {
	each(t, func(w *town) {
		w.printed()
		c := w.withPIN("noe@example.org")
		i := w.prepare(c.Principal, fives(4))
		var together sync.WaitGroup
		for range 12 {
			together.Go(func() {
				if _, _, err := w.Confirm(t.Context(), c.Principal, i.Intent, typed(c, i, goodPIN)); err != nil && fault.As(err) == nil {
					t.Error(err)
				}
			})
		}
		together.Wait()
		w.holds(c, "once", 180_00)
		list, err := w.paper.Asked(t.Context(), c.Actor, c.Actor.Holder, paper.MoveID{}, 50)
		if err != nil || len(list) != 1 {
			t.Errorf("%+v, %v", list, err)
		}
		_, _, err = w.paper.Renounce(t.Context(), c.Actor, w.nextKey(), list[0].ID)
		w.must(err)
		w.holds(c, "given back", 200_00)
		if _, _, err := w.Confirm(t.Context(), c.Principal, i.Intent, typed(c, i, goodPIN)); err != nil {
			t.Errorf("after it was given back: %v", err)
		}
		w.holds(c, "an intent holds once for ever", 200_00)
	})
}

func TestWishesForNotesThatCannotBe(t *testing.T) {
	each(t, func(w *town) {
		w.printed()
		c, other := w.withPhone("amina@example.org"), w.withPhone("noe@example.org")
		lines := func(series string, face money.Amount, quantity, first int64) Wish {
			return Wish{Kind: Notes, Notes: &Asked{Desk: "centre", Lines: []paper.Bundle{{Series: series, Face: face, Quantity: quantity, First: first}}}}
		}
		not, paying, dear, theirs, place := fives(1), fives(1), fives(1), fives(1), fives(1)
		not.Notes, paying.To, dear.Amount, theirs.From = nil, w.shop.Code, 5_00, ident.WalletOf(other.Actor.Holder)
		place.Notes = &Asked{Desk: "gare", Lines: fives(1).Notes.Lines}
		for why, wish := range map[string]struct {
			Wish
			want error
		}{
			"none named":           {not, fault.ErrInvalid},
			"none":                 {Wish{Kind: Notes, Notes: &Asked{Desk: "centre"}}, fault.ErrInvalid},
			"no notes of a kind":   {lines("A", 5_00, 0, 0), fault.ErrInvalid},
			"a face never printed": {lines("A", 7_00, 1, 0), fault.ErrInvalid},
			"another series":       {lines("B", 5_00, 1, 0), fault.ErrInvalid},
			"numbered notes":       {lines("A", 5_00, 1, 3), fault.ErrInvalid},
			"a payment too":        {paying, fault.ErrInvalid},
			"an amount beside":     {dear, fault.ErrInvalid},
			"an unknown desk":      {place, fault.ErrInvalid},
			"a payment with notes": {Wish{Kind: Payment, To: w.shop.Code, Amount: 1_00, Notes: fives(1).Notes}, fault.ErrInvalid},
			"from another wallet":  {theirs, ledger.ErrForbidden},
		} {
			if _, _, err := w.Prepare(t.Context(), c.Principal, w.nextKey(), wish.Wish); !errors.Is(err, wish.want) {
				t.Errorf("%s: %v, want %v", why, err, wish.want)
			}
		}
		i := w.prepare(c.Principal, fives(41))
		w.untouched("more than there is", c.Principal, i, w.signed(c, i), ledger.ErrInsufficientFunds)
		// The shop's owner draws notes from the shop's wallet.
		w.confirmed(c.Principal, w.prepare(c.Principal, w.wish(10_00)), w.signed(c, w.prepareLast(c)))
		mine := w.prepare(w.owner, fives(2))
		if got := w.confirmed(w.owner, mine, seen(mine)); !strings.HasPrefix(got.Withdrawal().String(), "ppm_") || w.available(w.shop.Holder) != 0 {
			t.Errorf("%+v", got)
		}
		if err := w.Direct(t.Context(), c.Principal, access.PaperAsk, ident.Wallet{}); !errors.Is(err, ErrRequired) {
			t.Errorf("a page without an intent: %v", err)
		}
	})
}
