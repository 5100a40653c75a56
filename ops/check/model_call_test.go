// SPDX-License-Identifier: AGPL-3.0-or-later

package check_test

import (
	"encoding/json"
	"slices"
	"time"

	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/ident"
)

// refusal is the code of a refusal.
type refusal = fault.Code

// refusals are the reasons for which a command must be refused. Where several
// hold at once the services may tell any of them; where none does, the command
// must be done.
type refusals []refusal

func (r *refusals) when(broken bool, code refusal) {
	if broken {
		*r = append(*r, code)
	}
}

// command is one attempt: who asks for what, under which key.
type command struct {
	name   string // in the tally
	action access.Action
	by     person
	key    string
	input  any // what makes a repeated key the same command
	not    refusals
}

// command begins an attempt with a key drawn, refused to those without the
// right on the owner's affairs.
func (w *world) command(name string, action access.Action, by person, owner ident.Holder, input any) command {
	c := command{name: name, action: action, by: by, input: input, key: w.newKey(by)}
	c.not.when(!w.may(by.Actor, action, owner), "forbidden")
	return c
}

// answer is what a command that was done answered.
type answer struct {
	input string
	text  string
	again func() (any, bool, error)
}

// drive gives a command to its service and compares: a repeated key is answered
// as before, a reused one refused, and otherwise the model has said whether it
// is refused or done. What is done is told to the model by done, which looks at
// the answer too.
func drive[T any](w *world, c command, ask func() (T, bool, error), done func(T)) {
	w.rt.Helper()
	again := func() (any, bool, error) { return ask() }
	w.attempt(c, again, func(got any) { done(got.(T)) })
}

func (w *world) attempt(c command, ask func() (any, bool, error), done func(any)) {
	w.rt.Helper()
	got, replayed, err := ask()
	input := string(c.action) + " " + written(w, c.input)
	w.rt.Logf("%s  %s by %s, key %q, %s: %v", w.now.Format(time.RFC3339Nano), c.name, c.by, c.key, input, err)
	id := c.by.ID.String() + c.key
	first, known := w.answers[id]
	defer w.tick()
	if known && first.input == input {
		w.same(c.name, first, got, replayed, err)
		return
	}
	if known {
		c.not = append(c.not, "idempotency-key-reused")
	}
	c.not.when(!wellFormed(c.key), "idempotency-key-malformed")
	if w.refused(c.name, c.not, err) {
		return
	}
	if replayed {
		w.rt.Fatalf("%s: a fresh key was answered as a repeated one", c.name)
	}
	w.commands++
	w.answers[id] = answer{input: input, text: written(w, got), again: ask}
	w.order = append(w.order, id)
	w.used[c.by.ID] = append(w.used[c.by.ID], c.key)
	done(got)
}

// refused says whether a command was refused, and fails where that is not what
// the model says.
func (w *world) refused(name string, not refusals, err error) bool {
	w.rt.Helper()
	if err == nil {
		if len(not) > 0 {
			w.rt.Fatalf("%s: done, the model refuses it: %v", name, not)
		}
		w.tally.done[name]++
		return false
	}
	f := fault.As(err)
	if f == nil {
		w.rt.Fatalf("%s: a defect, no refusal: %v", name, err)
	}
	if !slices.Contains(not, f.Code) {
		w.rt.Fatalf("%s: refused with %v, the model says %v", name, err, not)
	}
	w.tally.refuse(name, f.Code)
	return true
}

// same fails unless a repeated key was answered as the first time.
func (w *world) same(name string, first answer, got any, replayed bool, err error) {
	w.rt.Helper()
	if err != nil || !replayed {
		w.rt.Fatalf("%s repeated: replayed %v, %v", name, replayed, err)
	}
	if now := written(w, got); now != first.text {
		w.rt.Fatalf("%s repeated: answered\n%s\nat first\n%s", name, now, first.text)
	}
	w.tally.repeated++
}

// repeat gives an earlier key once more, with the same input.
func (w *world) repeat() {
	if len(w.order) == 0 {
		return
	}
	first := w.answers[w.order[w.index("earlier command", len(w.order))]]
	got, replayed, err := first.again()
	w.rt.Logf("%s  again: %s: %v", w.now.Format(time.RFC3339Nano), first.input, err)
	w.same("an earlier command", first, got, replayed, err)
	w.tick()
}

// tick lets a second pass, so that the instant of a command is the clock's.
func (w *world) tick() { w.wait(time.Second) }

func (w *world) wait(d time.Duration) {
	w.now = w.now.Add(d)
	w.clock.Store(w.now.UnixMicro())
}

func written(w *world, v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		w.rt.Fatalf("%T cannot be written: %v", v, err)
	}
	return string(b)
}

// want fails unless two things are equal.
func want[T comparable](w *world, what string, got, want T) {
	w.rt.Helper()
	if got != want {
		w.rt.Fatalf("%s: %v, the model says %v", what, got, want)
	}
}
