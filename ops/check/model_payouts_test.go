// SPDX-License-Identifier: AGPL-3.0-or-later

package check_test

import (
	"fmt"
	"time"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/civil"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
	"github.com/noria-mlc/noria/ops/payout"
)

func civilDays(n int) civil.Date { return civil.Date(n) }

func (w *world) instruct() {
	official := choose(w, "official", w.holders, func(h *holder) bool { return h.kind == ledger.Individual })
	town := choose(w, "town", w.holders, isTown)
	if len(w.instructions) > 0 && w.chance("another choice", 1) {
		earlier := w.instructions[w.index("earlier", len(w.instructions))]
		official, town = w.holder(earlier.official), w.holder(earlier.town)
	}
	today := w.today()
	in := payout.InstructInput{Official: idOf(official), Collectivity: idOf(town), Kind: payout.ByAmount,
		From: today + civil.Date(sample(w, "from", -60, 0, 10)), SignedOn: today + civil.Date(sample(w, "signed", -70, 0))}
	k := &choice{most: sample[money.Amount](w, "most", 100_00, 12_50, 60_00, 1)}
	in.Value = k.most.Format()
	if w.chance("share", 2) {
		in.Kind, in.Value, k.most = payout.ByShare, sample(w, "share", "0.25", "1.00", "0.333333"), 0
	}
	if w.chance("until", 1) {
		in.Until = in.From + civil.Date(sample(w, "until", 40, 0, 5))
	}
	good := official != nil && official.kind == ledger.Individual && town != nil && isTown(town)
	if w.chance("wrong", 4) {
		good = false
		switch sample(w, "what", "kind", "value", "from", "signed", "until", "unsigned") {
		case "kind":
			in.Kind = "all"
		case "value":
			in.Value = sample(w, "value", "", "0.00", "-1.00", "1e3", "0,5")
		case "from":
			in.From, in.Until = 0, 0
		case "signed":
			in.SignedOn = today + 1
		case "until":
			in.Until = in.From - 1
		default:
			in.SignedOn = 0
		}
	}
	may := func(p person) bool {
		return w.may(p.Actor, access.InstructionCreate, in.Official) || w.may(p.Actor, access.InstructionCreate, in.Collectivity)
	}
	by := w.whoever("who", may)
	c := command{name: "Instruct", action: access.InstructionCreate, by: by, key: w.newKey(by), input: in}
	c.not.when(!may(by), "forbidden")
	c.not.when(!good, "invalid")
	k.official, k.town, k.kind, k.value, k.from, k.until, k.signed = in.Official, in.Collectivity, in.Kind, in.Value, in.From, in.Until, in.SignedOn
	drive(w, c, func() (payout.Instruction, bool, error) {
		return w.payouts.Instruct(w.t.Context(), by.Actor, c.key, in)
	},
		func(got payout.Instruction) {
			k.id = got.ID
			w.instructions = append(w.instructions, k)
			w.wantInstruction(k, got)
		})
}

func (w *world) wantInstruction(k *choice, got payout.Instruction) {
	w.rt.Helper()
	revoked := !got.RevokedAt.IsZero()
	got.RevokedAt = time.Time{}
	want(w, "instruction", got, payout.Instruction{ID: k.id, Official: k.official, Collectivity: k.town, Kind: k.kind, Value: k.value,
		From: k.from, Until: k.until, SignedOn: k.signed})
	want(w, "revoked", revoked, k.revoked)
}

func (w *world) revoke() {
	k := choose(w, "instruction", w.instructions, valid)
	id := payout.InstructionID{Bits: unknown()}
	may := func(p person) bool { return w.everybody(p.Actor, access.InstructionCreate) }
	if k != nil {
		id = k.id
		may = func(p person) bool {
			return w.may(p.Actor, access.InstructionCreate, k.official) || w.may(p.Actor, access.InstructionCreate, k.town)
		}
	}
	by := w.whoever("who", may)
	c := command{name: "Revoke", action: access.InstructionCreate, by: by, key: w.newKey(by), input: map[string]any{"revoke": id}}
	if k == nil {
		c.not.when(true, w.hidden(by.Actor, access.InstructionCreate))
	} else {
		c.not.when(!may(by), "forbidden")
		c.not.when(k.revoked, "instruction-revoked")
	}
	drive(w, c, func() (payout.Instruction, bool, error) { return w.payouts.Revoke(w.t.Context(), by.Actor, c.key, id) },
		func(got payout.Instruction) {
			k.revoked = true
			w.wantInstruction(k, got)
			want(w, "revoked at", got.RevokedAt, w.now.UTC())
		})
}

// examine fills in the problems that the lines of a draft have now, and says
// whether each was paid in another batch (P8, P6).
func (w *world) examine(b *batch) bool {
	seen := map[string]bool{}
	taken := map[*holder]money.Amount{}
	again := 0
	for _, l := range b.lines {
		if l.problem = misplaced(b.purpose, l.holder); l.problem != "" {
			continue
		}
		handle := fmt.Sprint(l.holder.id, " ", l.reference)
		if seen[handle] {
			l.problem = payout.DuplicateInBatch
			continue
		}
		seen[handle] = true
		if l.problem = w.problem(b, l, taken[l.holder]); l.problem == "" {
			taken[l.holder] += l.amount
		}
		if l.problem == payout.AlreadyPaid {
			again++
		}
	}
	return len(b.lines) > 0 && again == len(b.lines)
}

// misplaced is the problem that lies in who the holder is.
func misplaced(purpose payout.Purpose, h *holder) payout.Problem {
	if h == nil {
		return payout.UnknownHolder
	}
	if purpose == payout.Indemnity && h.kind != ledger.Individual {
		return payout.NotAnIndividual
	}
	if h.kind == ledger.Collectivity {
		return payout.CollectivityPayee
	}
	return ""
}

// problem is the one that may pass: paid before, or not covered by a choice of
// the official, of which so much is taken by other lines.
func (w *world) problem(b *batch, l *line, taken money.Amount) payout.Problem {
	if _, ok := w.paid[b.pays(l)]; ok {
		return payout.AlreadyPaid
	}
	if b.purpose != payout.Indemnity {
		return ""
	}
	k := w.choice(b, l.holder)
	switch {
	case k == nil:
		return payout.NoInstruction
	case k.most == 0:
		return ""
	}
	sum := taken + l.amount
	for what, amount := range w.paid {
		if what.town == b.town && what.purpose == b.purpose && what.period == b.period && what.holder == l.holder.id {
			sum += amount
		}
	}
	if sum > k.most {
		return payout.AboveInstruction
	}
	return ""
}

func (b *batch) pays(l *line) paidFor {
	return paidFor{town: b.town, purpose: b.purpose, period: b.period, reference: l.reference, holder: l.holder.id}
}

// choice is the official's latest one that holds on a day of the batch's month.
func (w *world) choice(b *batch, h *holder) *choice {
	var latest *choice
	for _, k := range w.instructions {
		if k.official != h.id || k.town != b.town || k.revoked || monthOf(k.from) > b.period || (k.until != 0 && monthOf(k.until) < b.period) {
			continue
		}
		if latest == nil || k.from >= latest.from {
			latest = k
		}
	}
	return latest
}

// execute settles the pending lines of a funded batch.
func (w *world) execute(b *batch) {
	for _, l := range b.lines {
		switch l.problem {
		case payout.UnknownHolder, payout.NotAnIndividual, payout.CollectivityPayee, payout.DuplicateInBatch:
		default:
			l.problem = w.problem(b, l, 0)
		}
		w.euros[b.account("payer")] -= l.amount
		if l.problem == "" {
			l.status = payout.Paid
			w.paid[b.pays(l)] = l.amount
			l.holder.free += l.amount
			w.backing += l.amount
		} else {
			l.status = payout.Returned
			w.euros[b.account("return")] += l.amount
		}
		w.entries++
		w.commands++
	}
	b.status = payout.Executed
}

func (w *world) executeBatch() {
	b, id := w.drawnBatch(payout.Funded)
	by := w.who(access.BatchExecute, ident.Holder{})
	var not refusals
	not.when(!w.may(by.Actor, access.BatchExecute, ident.Holder{}), "forbidden")
	not.when(b == nil, "missing")
	not.when(b != nil && b.status != payout.Funded && b.status != payout.Executed, "batch-not-funded")
	got, err := w.payouts.Execute(w.t.Context(), by.Actor, id)
	w.rt.Logf("%s  Execute %s by %s: %v", w.now.Format(time.RFC3339Nano), id, by, err)
	if w.refused("Execute batch", not, err) {
		return
	}
	if b.status == payout.Funded {
		w.execute(b)
	}
	w.wantBatch(b, got)
	w.tick()
}

// executeDue runs the job that executes funded batches.
func (w *world) executeDue() {
	by := w.runs(access.BatchExecute)
	var not refusals
	not.when(!w.may(by.Actor, access.BatchExecute, ident.Holder{}), "forbidden")
	n, err := w.payouts.ExecuteDue(w.t.Context(), by.Actor)
	w.rt.Logf("%s  ExecuteDue by %s: %d, %v", w.now.Format(time.RFC3339Nano), by, n, err)
	if w.refused("ExecuteDue", not, err) {
		return
	}
	due := 0
	for _, b := range w.batches {
		if b.status == payout.Funded {
			w.execute(b)
			due++
		}
	}
	want(w, "batches executed", n, due)
	w.tick()
}
