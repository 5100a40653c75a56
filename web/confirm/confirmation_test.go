// SPDX-License-Identifier: AGPL-3.0-or-later

package confirm

import (
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
	"github.com/noria-mlc/noria/merchant"
	"github.com/noria-mlc/noria/web/identity"
	"github.com/noria-mlc/noria/web/identity/passkeytest"
	"github.com/noria-mlc/noria/web/session"
)

// untouched checks that an answer is refused and nothing moved.
func (w *town) untouched(why string, p session.Principal, i Intent, a Answer, want error) {
	w.Helper()
	before := w.available(w.shop.Holder)
	if _, _, err := w.Confirm(w.Context(), p, i.Intent, a); !errors.Is(err, want) {
		w.Errorf("%s: %v, want %v", why, err, want)
	}
	if after := w.available(w.shop.Holder); after != before {
		w.Errorf("%s: the shop has %s, had %s", why, after, before)
	}
}

func TestAPasskeyConfirmsWhatWasShown(t *testing.T) {
	each(t, func(w *town) {
		c := w.withPhone("amina@example.org")
		i := w.prepare(c.Principal, w.wish(12_50))
		if i.Status != Open || i.Name != "Épicerie" || i.Amount != 12_50 || i.Currency != "ROUE" || i.ExpiresAt.Sub(i.CreatedAt) != 5*time.Minute {
			t.Errorf("%+v", i)
		}
		methods, err := w.Methods(t.Context(), c.Principal, i, "")
		if err != nil || len(methods) != 1 || methods[0] != ByPasskey {
			t.Errorf("%v, %v", methods, err)
		}
		options, err := w.Options(t.Context(), i)
		w.must(err)
		var o struct {
			Challenge, UserVerification string
			AllowCredentials            []struct{ ID string }
		}
		w.must(json.Unmarshal([]byte(options), &o))
		if want := identityText(i.Digest[:]); o.Challenge != want || o.UserVerification != "required" || len(o.AllowCredentials) != 1 || o.AllowCredentials[0].ID != identityText(c.ID) {
			t.Errorf("%s, want the challenge %s", options, want)
		}
		c.Count = 1
		a := w.signed(c, i)
		done := w.confirmed(c.Principal, i, a)
		paid, err := w.merchant.Payment(t.Context(), c.Actor, done.Payment())
		if err != nil || paid.Amount != 12_50 || paid.Message != "Cagette" || paid.Merchant.Name != "Épicerie" {
			t.Errorf("%+v, %v", paid, err)
		}
		// The page comes back, is reloaded, is sent twice: it ends on the truth.
		again, replayed, err := w.Confirm(t.Context(), c.Principal, i.Intent, a)
		if err != nil || !replayed || again.Payment() != done.Payment() {
			t.Errorf("again: %+v, %v, %v", again, replayed, err)
		}
		w.pass(time.Hour)
		if told, err := w.Intent(t.Context(), c.Principal, i.Intent); err != nil || told.Status != Done || told.Payment() != done.Payment() {
			t.Errorf("told: %+v, %v", told, err)
		}
		if got := w.available(w.shop.Holder); got != 12_50 {
			t.Errorf("the shop has %s", got)
		}
	})
}

// A cut in the middle shows here as a command that is refused after it has posted
// in memory: the intent is open, and no confirmation stands.
func TestARefusedPaymentLeavesItsIntentOpen(t *testing.T) {
	each(t, func(w *town) {
		c := w.withPhone("amina@example.org")
		i := w.prepare(c.Principal, w.wish(200_01))
		w.untouched("more than there is", c.Principal, i, w.signed(c, i), ledger.ErrInsufficientFunds)
		if told, err := w.Intent(t.Context(), c.Principal, i.Intent); err != nil || told.Status != Open {
			t.Errorf("%+v, %v", told, err)
		}
		if n, err := VerifyAll(t.Context(), w.ledger.Journal, w.ledger.Reader()); n != 0 || err != nil {
			t.Errorf("%d confirmations, %v", n, err)
		}
		w.enriched(c)
		w.confirmed(c.Principal, i, w.signed(c, i))
	})
}

func TestAnAnswerToSomethingElseIsRefused(t *testing.T) {
	each(t, func(w *town) {
		c, other := w.withPhone("amina@example.org"), w.withPhone("noe@example.org")
		i := w.prepare(c.Principal, w.wish(10_00))
		if _, _, err := w.Confirm(t.Context(), other.Principal, i.Intent, w.signed(c, i)); !errors.Is(err, ledger.ErrForbidden) {
			t.Errorf("somebody else's intent: %v", err)
		}
		if _, err := w.Intent(t.Context(), other.Principal, i.Intent); !errors.Is(err, ledger.ErrForbidden) {
			t.Errorf("reading somebody else's intent: %v", err)
		}
		if _, err := w.Intent(t.Context(), c.Principal, ID{}); !errors.Is(err, ledger.ErrForbidden) {
			t.Errorf("no intent: %v", err)
		}
		holder, err := w.ledger.Holder(t.Context(), other.Actor.Holder)
		w.must(err)
		for why, wish := range map[string]Wish{
			"another amount": w.wish(11_00), "another payee": {Kind: Payment, To: holder.Number, Amount: 10_00, Message: "Cagette"},
			"other words": {Kind: Payment, To: w.shop.Code, Amount: 10_00}, "the same once more": w.wish(10_00),
		} {
			w.untouched(why, c.Principal, i, w.signed(c, w.prepare(c.Principal, wish)), ErrProof)
		}
		w.untouched("somebody else's passkey", c.Principal, i, w.signed(other, i), ErrProof)
		begun, err := w.identity.BeginSignIn()
		w.must(err)
		w.untouched("a sign-in", c.Principal, i, Answer{Assertion: c.Sign(begun.Options)}, ErrProof)
		c.Flags = passkeytest.Present
		w.untouched("nobody was verified", c.Principal, i, w.signed(c, i), ErrProof)
		c.Flags, c.Origin = passkeytest.Present|passkeytest.Verified, "http://imitation.example"
		w.untouched("on another site", c.Principal, i, w.signed(c, i), ErrProof)
		c.Origin = "http://localhost:8080"
		w.untouched("no JSON", c.Principal, i, Answer{Assertion: "x"}, ErrProof)
		w.untouched("two answers", c.Principal, i, Answer{Assertion: "x", PIN: goodPIN}, fault.ErrInvalid)
		w.untouched("no answer", c.Principal, i, Answer{}, ErrChanged)
		w.untouched("only seen", c.Principal, i, seen(i), ErrEase)
		w.untouched("a PIN of no device", c.Principal, i, Answer{Digest: i.Digest.String(), PIN: goodPIN}, ErrMethod)
		w.untouched("a code of no app", c.Principal, i, Answer{Digest: i.Digest.String(), Code: "123456"}, identity.ErrCode)

		c.Count = 7
		w.confirmed(c.Principal, w.prepare(c.Principal, w.wish(1_00)), w.signed(c, w.prepareLast(c)))
		c.Count = 3
		w.untouched("a counter that went back", c.Principal, i, w.signed(c, i), ErrProof)
	})
}

// prepareLast returns the newest open intent of a citizen.
func (w *town) prepareLast(c *citizen) Intent {
	w.Helper()
	var id ID
	w.must(committed{w.Context(), w.ledger}.QueryRow(`SELECT id FROM intents WHERE user_id = $1 AND entry IS NULL ORDER BY id DESC LIMIT 1`, c.Actor.ID).Scan(&id))
	i, err := w.Intent(w.Context(), c.Principal, id)
	w.must(err)
	return i
}

func TestAnIntentEnds(t *testing.T) {
	each(t, func(w *town) {
		c := w.withPhone("amina@example.org")
		i := w.prepare(c.Principal, w.wish(10_00))
		a := w.signed(c, i)
		w.pass(5 * time.Minute)
		w.untouched("after five minutes", c.Principal, i, a, ErrExpired)
		if told, err := w.Intent(t.Context(), c.Principal, i.Intent); err != nil || told.Status != Expired {
			t.Errorf("%+v, %v", told, err)
		}
		w.pass(25 * time.Hour)
		w.again1(c)
		w.prepare(c.Principal, w.wish(10_00))
		if _, err := w.Intent(t.Context(), c.Principal, i.Intent); !errors.Is(err, ledger.ErrForbidden) {
			t.Errorf("after a day: %v", err)
		}
	})
}

// again1 signs in again with a passkey.
func (w *town) again1(c *citizen) {
	w.Helper()
	begun, err := w.identity.BeginSignIn()
	w.must(err)
	opened, err := w.identity.Passkey(w.Context(), identity.Attestation{State: begun.State, Response: c.Sign(begun.Options)}, here())
	w.must(err)
	c.Principal = w.who(opened.Text)
}

// What an intent says is changed under the hands of whoever confirms it: in its
// own row, and where it was read from.
func TestWhatWasShownMustStillBeSo(t *testing.T) {
	each(t, func(w *town) {
		c, other := w.withPhone("amina@example.org"), w.withPhone("noe@example.org")
		for column, value := range map[string]any{"amount": 20_00, "payee": other.Actor.Holder, "payer": other.Actor.Holder, "currency": "EUR",
			"payee_name": "Fournil", "message": "Autre", "merchant": other.Actor.Holder, "euros": 1, "kind": "redemption"} {
			i := w.prepare(c.Principal, w.wish(10_00))
			a := w.signed(c, i)
			query := "UPDATE intents SET " + column + " = $2 WHERE id = $1"
			if column == "kind" {
				query = "UPDATE intents SET kind = $2, payee = NULL WHERE id = $1"
			}
			w.change(query, i.Intent, value)
			w.untouched(column, c.Principal, i, a, ErrChanged)
		}
		i := w.prepare(c.Principal, w.wish(10_00))
		w.change("UPDATE intents SET handle = $2 WHERE id = $1", i.Intent, ident.WalletOf(other.Actor.Holder).String())
		w.untouched("the payee's handle", c.Principal, i, w.signed(c, i), ErrChanged)
		i = w.prepare(c.Principal, w.wish(10_00))
		w.change("UPDATE merchants SET name = 'Épicerie du Port' WHERE id = $1", w.shop.ID)
		w.untouched("the merchant's name", c.Principal, i, w.signed(c, i), ErrChanged)
		i = w.prepare(c.Principal, w.wish(10_00))
		if i.Name != "Épicerie du Port" {
			t.Errorf("shown as %s", i.Name)
		}
		w.confirmed(c.Principal, i, w.signed(c, i))
		holder, err := w.ledger.Holder(t.Context(), other.Actor.Holder)
		w.must(err)
		i = w.prepare(c.Principal, Wish{Kind: Payment, To: holder.Number, Amount: 1_00})
		w.change("UPDATE holders SET name = 'Noé' WHERE id = $1", holder.ID)
		w.untouched("the holder's name", c.Principal, i, w.signed(c, i), ErrChanged)
	})
}

func TestARequestIsConfirmed(t *testing.T) {
	each(t, func(w *town) {
		c, other := w.withPhone("amina@example.org"), w.withPhone("noe@example.org")
		asked := func() merchant.RequestID {
			r, _, err := w.merchant.Request(t.Context(), w.owner.Actor, w.nextKey(), merchant.RequestInput{Merchant: w.shop.ID, Amount: 7_00, Reference: "Panier"})
			w.must(err)
			return r.ID
		}
		first := asked()
		i, rival := w.prepare(c.Principal, Wish{Kind: Request, Request: first}), w.prepare(other.Principal, Wish{Kind: Request, Request: first, Amount: 7_00})
		key := w.nextKey()
		w.confirmed(c.Principal, i, w.signed(c, i))
		w.untouched("paid by somebody else", other.Principal, rival, w.signed(other, rival), merchant.ErrRequestPaid)
		for why, wish := range map[string]struct {
			Wish
			want error
		}{
			"paid":           {Wish{Kind: Request, Request: first}, merchant.ErrRequestPaid},
			"another amount": {Wish{Kind: Request, Request: asked(), Amount: 8_00}, merchant.ErrRequestAmount},
			"none":           {Wish{Kind: Request}, fault.ErrInvalid},
			"with a payee":   {Wish{Kind: Request, Request: first, To: w.shop.Code}, fault.ErrInvalid},
			"with words":     {Wish{Kind: Request, Request: first, Message: "Merci"}, fault.ErrInvalid},
			"no kind":        {Wish{To: w.shop.Code, Amount: 1}, fault.ErrInvalid},
			"nobody":         {Wish{Kind: Payment, To: "99999999", Amount: 1}, merchant.ErrPayeeUnknown},
			"nothing":        {Wish{Kind: Payment, To: w.shop.Code}, fault.ErrInvalid},
			"not theirs":     {Wish{Kind: Payment, From: ident.WalletOf(other.Actor.Holder), To: w.shop.Code, Amount: 1}, ledger.ErrForbidden},
		} {
			if _, _, err := w.Prepare(t.Context(), c.Principal, w.nextKey(), wish.Wish); !errors.Is(err, wish.want) {
				t.Errorf("%s: %v, want %v", why, err, wish.want)
			}
		}
		second := asked()
		made, replayed, err := w.Prepare(t.Context(), c.Principal, key, Wish{Kind: Request, Request: second})
		if err != nil || replayed {
			t.Fatal(replayed, err)
		}
		w.confirmed(c.Principal, made, w.signed(c, made))
		again, replayed, err := w.Prepare(t.Context(), c.Principal, key, Wish{Kind: Request, Request: second})
		if err != nil || !replayed || again != made {
			t.Errorf("%+v, %v, %v\nwant %+v", again, replayed, err, made)
		}
	})
}

// Two devices, two tabs, a double click: whoever confirms one intent, one payment
// is made.
func TestManyConfirmAtOnce(t *testing.T) {
	each(t, func(w *town) {
		phone, pin := w.withPhone("amina@example.org"), w.withPIN("noe@example.org")
		for _, c := range []struct {
			*citizen
			answer func(i Intent, n int) Answer
		}{
			{phone, func(i Intent, n int) Answer { phone.Count = uint32(n); return w.signed(phone, i) }},
			{pin, func(i Intent, n int) Answer {
				if n%4 == 3 {
					return typed(pin, i, "000001")
				}
				return typed(pin, i, goodPIN)
			}},
		} {
			before := w.available(c.Actor.Holder)
			i := w.prepare(c.Principal, w.wish(3_00))
			var together sync.WaitGroup
			results := make([]Intent, 16)
			for n := range results {
				a := c.answer(i, n+1)
				together.Go(func() {
					done, _, err := w.Confirm(t.Context(), c.Principal, i.Intent, a)
					if err == nil {
						results[n] = done
					} else if fault.As(err) == nil {
						t.Error(err)
					}
				})
			}
			together.Wait()
			told, err := w.Intent(t.Context(), c.Principal, i.Intent)
			if err != nil || told.Status != Done {
				t.Fatalf("%+v, %v", told, err)
			}
			for _, r := range results {
				if r.Status == Done && r.Payment() != told.Payment() {
					t.Errorf("%s and %s", r.Payment(), told.Payment())
				}
			}
			if after := w.available(c.Actor.Holder); before-after != 3_00 {
				t.Errorf("%s went", before-after)
			}
		}
	})
}

// TestDirectPayments says who may pay without an intent.
func TestDirectPayments(t *testing.T) {
	each(t, func(w *town) {
		c := w.withPhone("amina@example.org")
		mine, shops := access.Grant{Role: access.Citizen}, access.Grant{Role: access.MerchantOwner, Organisation: w.shop.Holder}
		elsewhere, text := w.api(c.Actor.Holder, false, mine)
		program := w.real(text)
		of := func(h ident.Holder, grants ...access.Grant) session.Principal {
			_, text := w.api(h, false, grants...)
			return w.real(text)
		}
		till, both := of(w.shop.Holder, shops), of(c.Actor.Holder, mine, shops)
		shown, _ := w.api(c.Actor.Holder, true, mine)
		auditor := of(c.Actor.Holder, access.Grant{Role: access.Auditor})
		issued, _, err := w.sessions.OpenSession(t.Context(), text, w.nextKey())
		w.must(err)
		opened := w.real(issued.Text)
		shop := ident.WalletOf(w.shop.Holder)
		for _, d := range []struct {
			why    string
			who    session.Principal
			action access.Action
			from   ident.Wallet
			want   error
		}{
			{"a page", c.Principal, access.PaymentCreate, ident.Wallet{}, ErrRequired},
			{"a page that asks for euros", c.Principal, access.RedemptionRequest, ident.Wallet{}, ErrRequired},
			{"a citizen's program", program, access.PaymentCreate, ident.Wallet{}, ErrRequired},
			{"a session that a program opened", opened, access.PaymentCreate, ident.Wallet{}, ErrRequired},
			{"a shop's program", till, access.PaymentCreate, ident.Wallet{}, nil},
			{"a shop's program that asks for euros", till, access.RedemptionRequest, ident.Wallet{}, nil},
			{"from the own wallet", both, access.PaymentCreate, ident.Wallet{}, ErrRequired},
			{"from the shop's wallet", both, access.PaymentCreate, shop, nil},
			{"from a foreign wallet", program, access.PaymentCreate, shop, ledger.ErrForbidden},
			{"without the right", auditor, access.PaymentCreate, ident.Wallet{}, ledger.ErrForbidden},
			{"any program in a demonstration", elsewhere, access.PaymentCreate, ident.Wallet{}, nil},
			{"in a demonstration", shown, access.PaymentCreate, ident.Wallet{}, nil},
			{"on a page of a demonstration", w.owner, access.RedemptionRequest, shop, nil},
		} {
			if err := w.Direct(t.Context(), d.who, d.action, d.from); !errors.Is(err, d.want) {
				t.Errorf("%s: %v, want %v", d.why, err, d.want)
			}
		}
		for why, p := range map[string]session.Principal{"a program": program, "a session that a program opened": opened, "a shop's program": till} {
			if _, _, err := w.Prepare(t.Context(), p, w.nextKey(), w.wish(1_00)); !errors.Is(err, ErrRequired) {
				t.Errorf("%s prepares: %v", why, err)
			}
		}
		// The program of a person does not confirm what the person prepared.
		i := w.prepare(c.Principal, w.wish(1_00))
		program.Actor.ID = c.Actor.ID
		w.untouched("a program", program, i, w.signed(c, i), ErrRequired)
	})
}

func TestADemonstrationConfirmsByAClickOnly(t *testing.T) {
	each(t, func(w *town) {
		c := w.withPhone("amina@example.org")
		clicks := w.demo(c.Actor.Holder, access.Grant{Role: access.Citizen})
		i := w.prepare(clicks, w.wish(2_00))
		if methods, err := w.Methods(t.Context(), clicks, i, ""); err != nil || len(methods) != 1 || methods[0] != ByDemo {
			t.Errorf("%v, %v", methods, err)
		}
		w.untouched("a PIN", clicks, i, Answer{Digest: i.Digest.String(), PIN: goodPIN}, ErrMethod)
		w.untouched("nothing seen", clicks, i, Answer{}, ErrChanged)
		done := w.confirmed(clicks, i, seen(i))
		if p, err := w.Proof(t.Context(), office(), done.Entry); err != nil || p.Method != ByDemo {
			t.Errorf("%+v, %v", p, err)
		}
	})
}

func TestRedemptionsAreConfirmed(t *testing.T) {
	each(t, func(w *town) {
		c := w.withPhone("amina@example.org")
		w.confirmed(c.Principal, w.prepare(c.Principal, w.wish(100_00)), w.signed(c, w.prepareLast(c)))
		i := w.prepare(w.owner, Wish{Kind: Redemption, Amount: 40_00})
		if i.Euros != 38_00 || i.Name != "Association La Roue" || !i.Payee.IsZero() {
			t.Errorf("%+v", i)
		}
		done := w.confirmed(w.owner, i, seen(i))
		r, err := w.conversion.Redemption(t.Context(), office(), done.Redemption())
		if err != nil || r.Amount != 40_00 || r.Euros != 38_00 || done.Payment() != (merchant.PaymentID{}) {
			t.Errorf("%+v, %v", r, err)
		}
		i = w.prepare(w.owner, Wish{Kind: Redemption, Amount: 40_00})
		w.change("UPDATE commissions SET rate = '0.10' WHERE kind = 'professional'")
		before := w.available(w.shop.Holder)
		if _, _, err := w.Confirm(t.Context(), w.owner, i.Intent, seen(i)); err == nil || fault.As(err).Code != "commission-changed" || w.available(w.shop.Holder) != before {
			t.Errorf("under another commission: %v", err)
		}
		if _, _, err := w.Prepare(t.Context(), c.Principal, w.nextKey(), Wish{Kind: Redemption, Amount: 1_00}); fault.As(err) == nil || fault.As(err).Code != "not-redeemable" {
			t.Errorf("an individual: %v", err)
		}
	})
}

func TestD2NobodyListsPayeesByPreparing(t *testing.T) {
	each(t, func(w *town) {
		c := w.withPhone("amina@example.org")
		for range mostOpen {
			_, _, err := w.Prepare(t.Context(), c.Principal, w.nextKey(), w.wish(1))
			w.must(err)
		}
		if _, _, err := w.Prepare(t.Context(), c.Principal, w.nextKey(), w.wish(1)); !errors.Is(err, ErrTooMany) {
			t.Errorf("one more: %v", err)
		}
		w.pass(lifetime + time.Second)
		w.prepare(c.Principal, w.wish(1))
	})
}

// A confirmed payment is no answer to the key of one that was not.
func TestAKeyIsNotSharedWithDirectPayments(t *testing.T) {
	each(t, func(w *town) {
		c := w.withPhone("amina@example.org")
		i := w.prepare(c.Principal, w.wish(5_00))
		key := fmt.Sprintf("confirm/%s", i.Intent)
		in := merchant.PayInput{From: i.Payer, To: w.shop.Code, Amount: money.Amount(5_00), Message: "Cagette"}
		_, _, err := w.merchant.Pay(t.Context(), c.Actor, key, in)
		w.must(err)
		w.untouched("its key was used", c.Principal, i, w.signed(c, i), ledger.ErrKeyReused)
	})
}
