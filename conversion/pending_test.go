// SPDX-License-Identifier: AGPL-3.0-or-later

package conversion_test

import (
	"encoding/json"
	"errors"
	"testing"
	"time"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/civil"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/ident"
)

// TestATreasurerSeesWhatWaitsAndWhy follows a conversion settled with the bank's
// date, a commission and a transfer through what the treasurer is told.
func TestATreasurerSeesWhatWaitsAndWhy(t *testing.T) {
	run(t, func(w *world) {
		ctx, keeper := t.Context(), treasurer()
		c, late := w.byTransfer(w.people[0], "50.00"), w.byTransfer(w.people[1], "30.00")
		w.atDesk(w.shop, "100.00")
		red, _, err := w.RequestRedemption(ctx, member(7, access.MerchantOwner, w.shop), w.key(), conversion.RequestRedemptionInput{Holder: w.shop.ID, Amount: amount("40.00")})
		if err != nil {
			t.Fatal(err)
		}
		p, err := w.Pending(ctx, keeper, w.ledger.Now().Add(30*24*time.Hour))
		if err != nil || p.Awaited != 2 || p.AwaitedEuros != amount("80.00") || p.Soon != 2 || p.Requested != 1 || p.ToSend != red.Euros {
			t.Errorf("%+v, %v", p, err)
		}
		if list, err := w.Awaited(ctx, keeper, 10); err != nil || len(list) != 2 || list[0].ID != c.ID {
			t.Errorf("%+v, %v", list, err)
		}
		today := civil.Of(w.ledger.Now())
		for _, bad := range []civil.Date{today + 1, today - 400} {
			_, _, err := w.Settle(ctx, keeper, w.key(), conversion.SettleInput{Conversion: c.ID, BankReference: "VIR 1", BookedOn: bad})
			if f := fault.As(err); f == nil || !errors.Is(err, fault.ErrInvalid) || f.Fields[0].Pointer != "/booked_on" {
				t.Errorf("booked on %s: %v", bad, err)
			}
		}
		if c, _, err = w.Settle(ctx, keeper, w.key(), conversion.SettleInput{Conversion: c.ID, BankReference: "VIR 1", BookedOn: today - 3}); err != nil {
			t.Fatal(err)
		}
		if e, err := w.ledger.Entry(ctx, c.Entry); err != nil || e.BookedOn != today-3 {
			t.Errorf("%+v, %v", e, err)
		}
		if late, _, err = w.Cancel(ctx, keeper, w.key(), conversion.CancelInput{Conversion: late.ID, Reason: "Doublon"}); err != nil || late.Reason != "Doublon" {
			t.Errorf("%+v, %v", late, err)
		}
		if late, err = w.Conversion(ctx, keeper, late.ID); err != nil || late.Reason != "Doublon" || late.Status != conversion.Cancelled {
			t.Errorf("%+v, %v", late, err)
		}
		if _, _, err = w.SettleRedemption(ctx, keeper, w.key(), conversion.SettleRedemptionInput{Redemption: red.ID, BankReference: "VIR 2"}); err != nil {
			t.Fatal(err)
		}
		moved, _, err := w.MoveEuros(ctx, keeper, w.key(), conversion.MoveEurosInput{From: bank, To: ledger.Operating, Amount: red.Fee, BankReference: "VIR 3"})
		if err != nil {
			t.Fatal(err)
		}
		f, err := w.Fund(ctx, time.Time{})
		if err != nil {
			t.Fatal(err)
		}
		causes, err := w.Causes(ctx, keeper, ledger.Digital, f.Head.Seq, 0)
		if err != nil || len(causes) != 2 || causes[0].Entry != moved.Entry || causes[0].Amount != -red.Fee || causes[1].Kind != ledger.KindRedemption || causes[1].Amount != red.Fee {
			t.Errorf("%+v, %v", causes, err)
		}
		if before, err := w.Causes(ctx, keeper, ledger.Digital, causes[0].Seq-1, 0); err != nil || len(before) != 1 {
			t.Errorf("%+v, %v", before, err)
		}
		for reference, want := range map[string][3]int{"VIR 1": {1, 0, 0}, "VIR 2": {0, 1, 0}, "VIR 3": {0, 0, 1}, "": {}, "VIR": {}} {
			b, err := w.OfBankReference(ctx, keeper, reference)
			if got := [3]int{len(b.Conversions), len(b.Redemptions), len(b.Entries)}; err != nil || got != want {
				t.Errorf("%q: %v, %v, want %v", reference, got, err, want)
			}
		}
		if _, _, err := w.ChangeSettings(ctx, keeper, w.key(), conversion.Settings{TransferDays: 30}); err != nil {
			t.Fatal(err)
		}
		decisions, err := w.Decisions(ctx, keeper, 0)
		if err != nil || len(decisions) != 2 || decisions[0].Settings.TransferDays != 30 || decisions[0].By != keeper.ID || !decisions[1].Opening || decisions[1].Settings.TransferDays != 14 {
			t.Errorf("%+v, %v", decisions, err)
		}
		if _, _, err := w.SetBonusWait(ctx, keeper, w.key(), 30); err != nil {
			t.Fatal(err)
		}
		if decisions, err = w.Decisions(ctx, keeper, 0); err != nil || len(decisions) != 3 || decisions[0].Wait == nil || *decisions[0].Wait != 30 || decisions[1].Wait != nil {
			t.Errorf("with a wait: %+v, %v", decisions, err)
		}
		other := json.RawMessage(`{"per_payment":"10.00"}`)
		if _, err := w.ledger.Execute(ctx, ledger.Command{Actor: keeper, Action: access.CurrencySet, Key: w.key()}, func(tx *ledger.Tx) (ident.Ref, error) { return ident.Ref{}, tx.Keep(other) }); err != nil {
			t.Fatal(err)
		}
		if decisions, err = w.Decisions(ctx, keeper, 0); err != nil || len(decisions) != 4 || string(decisions[0].Kept) != string(other) || len(decisions[0].Settings.Commissions) != 0 || decisions[1].Kept != nil || decisions[2].Kept != nil {
			t.Errorf("with what another room decided: %+v, %v", decisions, err)
		}
		for _, a := range []access.Actor{deskAgent(), approver(), citizen(w.people[0])} {
			_, pending := w.Pending(ctx, a, time.Time{})
			_, why := w.Causes(ctx, a, ledger.Digital, 9, 0)
			_, found := w.OfBankReference(ctx, a, "VIR 1")
			_, decided := w.Decisions(ctx, a, 0)
			for _, err := range []error{pending, why, found, decided} {
				if !errors.Is(err, access.ErrForbidden) {
					t.Errorf("%v: %v", a.Grants, err)
				}
			}
		}
	})
}
