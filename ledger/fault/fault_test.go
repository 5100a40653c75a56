// SPDX-License-Identifier: AGPL-3.0-or-later

package fault_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/noria-mlc/noria/ledger/fault"
)

func TestFaultsAreEqualByCode(t *testing.T) {
	closed := fault.New(fault.Refused, "campaign-closed", "the campaign is over")
	wrapped := fmt.Errorf("quote: %w", closed.With("ended on 2026-10-31").At("/campaign", "ended"))
	if !errors.Is(wrapped, closed) {
		t.Error("a detailed copy is not recognised as the declared refusal")
	}
	if errors.Is(wrapped, fault.ErrMissing) {
		t.Error("two refusals of different codes are equal")
	}
	if got := fault.As(wrapped); got == nil || len(got.Fields) != 1 || closed.Fields != nil {
		t.Errorf("the copy carries its field and the declared value stays clean: %+v, %+v", got, closed)
	}
	if fault.As(errors.New("disk")) != nil {
		t.Error("an ordinary error was taken for a refusal")
	}
}

func TestCheckTellsAllFieldsAtOnce(t *testing.T) {
	var c fault.Check
	c.That(true, "/name", "must not be empty")
	if c.Err() != nil {
		t.Error("nothing wrong was refused")
	}
	c.That(false, "/name", "must not be empty")
	c.That(false, "/rate", "must be a rate")
	if got := fault.As(c.Err()); got == nil || got.Kind != fault.Invalid || len(got.Fields) != 2 {
		t.Errorf("got %+v, want two fields", got)
	}
}
