// SPDX-License-Identifier: AGPL-3.0-or-later

package conversion_test

import (
	"strings"
	"testing"
	"time"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/membership"
)

func TestAStandingOrderIsRecognisedByItsReference(t *testing.T) {
	run(t, func(w *world) {
		ctx, p := w.Context(), w.people[0]
		w.campaign(w.bonus20(), "26000.00")
		own, _, err := w.StandingReference(ctx, citizen(p), w.key(), p.ID)
		if err != nil {
			w.Fatal(err)
		}
		again, _, err := w.StandingReference(ctx, citizen(p), w.key(), p.ID)
		if err != nil || again != own || own.Pay.IBAN == "" || !strings.HasPrefix(own.Reference, "ROUEP-") {
			w.Fatalf("%+v, %+v, %v", own, again, err)
		}
		typed := strings.ToLower(strings.ReplaceAll(own.Reference, "-", " "))
		if h, err := w.ByStandingReference(ctx, treasurer(), typed); err != nil || h != p.ID {
			w.Errorf("%v, %v", h, err)
		}
		in := conversion.SettleStandingInput{Reference: typed, Received: amount("30.00"), BankReference: "VIR 1"}
		c, _, err := w.SettleStanding(ctx, treasurer(), w.key(), in)
		if err != nil || c.Status != conversion.Settled || c.Channel != conversion.ByTransfer {
			w.Fatalf("%+v, %v", c, err)
		}
		w.wantAvailable(p, "36.00")
		_, _, err = w.SettleStanding(ctx, treasurer(), w.key(), in)
		w.refused("the same line again", err, conversion.ErrReferenceUsed)
		in.BankReference = "VIR 2"
		_, _, err = w.SettleStanding(ctx, citizen(p), w.key(), in)
		w.refused("by a citizen", err, ledger.ErrForbidden)
		own2 := treasurer()
		own2.Holder = p.ID
		_, _, err = w.SettleStanding(ctx, own2, w.key(), in)
		w.refused("D9 one's own line", err, conversion.ErrSamePerson)
		in.Received = 0
		_, _, err = w.SettleStanding(ctx, treasurer(), w.key(), in)
		w.refused("nothing", err, fault.ErrInvalid)
		in.Received, in.Reference = 1, own.Reference[:len(own.Reference)-1]+"#"
		_, _, err = w.SettleStanding(ctx, treasurer(), w.key(), in)
		w.refused("a wrong check character", err, conversion.ErrReference)
		in.Reference = w.byTransfer(w.people[1], "5.00").Reference
		_, _, err = w.SettleStanding(ctx, treasurer(), w.key(), in)
		w.refused("the reference of a conversion", err, ledger.ErrMissing)
		_, _, err = w.StandingReference(ctx, citizen(w.people[1]), w.key(), p.ID)
		w.refused("another's reference", err, ledger.ErrForbidden)
		w.wantAvailable(p, "36.00")
	})
}

// TestL9AStandingOrderCreditsNobodyWhoIsNoMember ends a membership between two
// lines of one standing order: the second one credits nothing, and does so once it
// is renewed.
func TestL9AStandingOrderCreditsNobodyWhoIsNoMember(t *testing.T) {
	run(t, func(w *world) {
		ctx, p := w.Context(), w.people[0]
		own, _, err := w.StandingReference(ctx, citizen(p), w.key(), p.ID)
		w.must(err)
		rule := membership.Condition{On: true, GraceDays: 30, Kinds: []ledger.HolderKind{ledger.Individual}}
		_, _, err = membership.New(w.ledger).Decide(ctx, treasurer(), w.key(), rule)
		w.must(err)
		in := conversion.SettleStandingInput{Reference: own.Reference, Received: amount("30.00"), BankReference: "VIR 1"}
		_, _, err = w.SettleStanding(ctx, treasurer(), w.key(), in)
		w.must(err)
		w.later(31 * 24 * time.Hour)
		in.BankReference = "VIR 2"
		_, _, err = w.SettleStanding(ctx, treasurer(), w.key(), in)
		w.refused("after the days of grace", err, membership.ErrEnded)
		w.wantAvailable(p, "30.00")
		rule.On = false
		_, _, err = membership.New(w.ledger).Decide(ctx, treasurer(), w.key(), rule)
		w.must(err)
		_, _, err = w.SettleStanding(ctx, treasurer(), w.key(), in) // the same line
		w.must(err)
		w.wantAvailable(p, "60.00")
	})
}
